// QR factorization, the maker of random orthogonal matrices and of least-squares bases.
import { applyQInto, householderQrInto, upperElement } from './householder.js';
import { checkFiniteMatrix, matrix, maxAbs, transpose } from './matrix.js';
import { scaledCopy, unscale } from './scaling.js';
/**
 * a = q·r, qᵀq = I, r upper triangular with a diagonal ≥ 0 (Householder reflections).
 * Source: Golub & Van Loan, Matrix Computations, 4th ed., § 5.2.
 * Shapes: a [m, n] → q [m, k], r [k, n], k = min(m, n).
 * Cost: (8/3)·n³ flops for n = m.
 * Accuracy: ‖a − q·r‖ and ‖qᵀq − I‖ of some ε·√(m·n)·(‖a‖ or 1), whatever the rank or the scale of a.
 * Throws: RangeError for NaN or infinite elements, and where a column is longer than any float64.
 * Why: the sign makes the factorization of a full-rank matrix unique, and the q of a Gaussian matrix uniform (Haar).
 */
export function qr(a) {
    checkFiniteMatrix('qr', 'a', a);
    const m = a.rows;
    const n = a.columns;
    const k = Math.min(m, n);
    const { data, factor } = scaledCopy(transpose(a));
    const f = householderQrInto(data, m, n, false);
    const r = matrix(k, n);
    for (let i = 0; i < k; i++) {
        for (let j = i; j < n; j++) {
            const x = unscale(upperElement(f, i, j), factor);
            r.data[i * n + j] = f.beta[i] < 0 ? 0 - x : x; // 0 − x: no negative zeros
        }
    }
    if (!r.data.every(Number.isFinite)) {
        throw new RangeError(`qr: a must have columns of finite length, got elements up to ${maxAbs(a)}`);
    }
    const columns = matrix(k, m);
    for (let j = 0; j < k; j++)
        columns.data[j * m + j] = 1;
    applyQInto(columns.data, k, f, true);
    for (let j = 0; j < k; j++) {
        if (f.beta[j] < 0) {
            for (let i = j * m; i < j * m + m; i++)
                columns.data[i] = 0 - columns.data[i];
        }
    }
    return { q: transpose(columns), r };
}
