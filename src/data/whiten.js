// Second moments of data and their removal.
import { checkFiniteMatrix, checkPositive, checkSize, firstNonFinite, matrix, symmetricEigen, tensor } from '../tensor/index.js';
/**
 * ⟨x xᵀ⟩ over the rows of x [N, n], in float64. No mean is subtracted. Order: rows ascending.
 * Throws: RangeError for NaN or infinite elements.
 */
export function secondMoment(x) {
    const [count, n] = x.shape;
    const bad = firstNonFinite(x.data);
    if (bad >= 0) {
        const place = `(${Math.floor(bad / n)}, ${bad % n})`;
        throw new RangeError(`secondMoment: x must hold finite numbers only, got ${x.data[bad]} at ${place}`);
    }
    const out = matrix(n, n);
    const sums = out.data;
    for (let row = 0; row < count; row++) {
        const from = row * n;
        for (let i = 0; i < n; i++) {
            const xi = x.data[from + i];
            // Images are mostly zero: skipping them saves four fifths of the work and adds nothing to a sum.
            if (xi === 0)
                continue;
            const at = i * n;
            for (let j = i; j < n; j++)
                sums[at + j] += xi * x.data[from + j];
        }
    }
    for (let i = 0; i < n; i++) {
        for (let j = i; j < n; j++) {
            sums[i * n + j] /= count;
            sums[j * n + i] = sums[i * n + j];
        }
    }
    return out;
}
/**
 * PCA whitening of a second moment: x ↦ Λ^(−½) Vᵀ x has ⟨x xᵀ⟩ = I on the kept directions and 0 elsewhere.
 * Equation: theory (2.43).
 * Kept are at most `most` directions with λ_i > tolerance·λ_1. Why cut: the border pixels of MNIST never vary, and rare
 * ones vary so little that whitening would blow up single images.
 * Throws: TypeError, RangeError for a moment that is not square, finite, symmetric and positive semidefinite (to
 * tolerance·λ_1), for `most` below 0, and where a kept λ_i^(−½) is beyond float32.
 */
export function pcaWhitening(moment, most = Infinity, tolerance = 1e-4) {
    checkPositive('pcaWhitening', 'tolerance', tolerance);
    if (most !== Infinity)
        checkSize('pcaWhitening', 'most', most);
    checkFiniteMatrix('pcaWhitening', 'moment', moment);
    const n = moment.rows;
    const { values, vectors } = symmetricEigen(moment);
    if (n > 0 && values[n - 1] < -tolerance * Math.abs(values[0])) {
        throw new RangeError(`pcaWhitening: moment must have no negative eigenvalue, got ${values[n - 1]}`);
    }
    const transform = tensor([n, n]);
    let rank = 0;
    while (rank < Math.min(n, most) && values[rank] > tolerance * values[0]) {
        const factor = 1 / Math.sqrt(values[rank]);
        if (Math.fround(factor) === Infinity) {
            throw new RangeError(`pcaWhitening: moment must have eigenvalues above 1e-77, got ${values[rank]}`);
        }
        for (let j = 0; j < n; j++)
            transform.data[rank * n + j] = factor * vectors.data[j * n + rank];
        rank++;
    }
    return { transform, rank };
}
