// The square matrices S_l of shaped feedback F_l = Q_l S_l: powers of a second moment of what is to be learnt.
import { checkFinite, checkFiniteMatrix, diagonal, frobenius, multiply, normalized, pow, scaled, symmetricEigen, transpose } from '../tensor/index.js';
/** Directions of M with a smaller part of its largest eigenvalue than this get no feedback, whatever the exponent. */
const NEGLIGIBLE = 1e-10;
/**
 * S_l = c·M^(p_l/2), c such that ‖S_l‖² = K: then the entries of F_l are of order one. M [K, K], symmetric and positive
 * semidefinite, is TTᵀ of a linear teacher, Σ_yx Σ_yxᵀ of data (`crossCovariance`), or any other second moment in the
 * space of the outputs that is known before training. p_l is one number for all points, or one for each.
 * Equation: theory (7.1). Shapes: [K, K] each, symmetric.
 * Throws: RangeError where M is not square, not symmetric, not finite, zero or has a negative eigenvalue, and for exponents
 * that are not finite; when shapes are asked for, for powers beyond float64, for other outputs than K or exponents that are not one per point.
 * Why: a function of its own, so that the eigenvectors are no part of programs with feedback of other kinds.
 */
export function spectrumPowers(spectrum, exponent) {
    const where = 'spectrumPowers';
    const size = spectrum.rows;
    for (const p of typeof exponent === 'number' ? [exponent] : exponent)
        checkFinite(where, 'exponent', p);
    checkFiniteMatrix(where, 'spectrum', spectrum);
    const { values, vectors } = symmetricEigen(normalized(spectrum));
    const largest = values[0];
    if (!(largest > 0))
        throw new RangeError(`${where}: spectrum must have a positive eigenvalue, got ${largest} at most`);
    if (values[size - 1] < -NEGLIGIBLE * largest) {
        throw new RangeError(`${where}: spectrum must have no negative eigenvalue, got ${values[size - 1]}`);
    }
    const shapeOf = (p) => {
        const powers = values.map((value) => value > NEGLIGIBLE * largest ? pow(value / largest, p / 2) : 0);
        // A power of the size of M itself may leave the range of float64; its shape does not.
        const most = powers.reduce((a, b) => Math.max(a, b), 0);
        if (most === Infinity)
            throw new RangeError(`${where}: exponent must keep powers in the range of float64, got ${p}`);
        const root = multiply(multiply(vectors, diagonal(powers.map((x) => x / most))), transpose(vectors));
        return scaled(Math.sqrt(size) / frobenius(root), root);
    };
    return (points, outputs) => {
        if (outputs !== size) {
            throw new RangeError(`${where}: spectrum must have shape [${outputs}, ${outputs}], got [${size}, ${size}]`);
        }
        const exponents = typeof exponent === 'number' ? Array.from({ length: points }, () => exponent) : exponent;
        if (exponents.length !== points) {
            throw new RangeError(`${where}: exponent must be one number or ${points}, one per point, got ${exponents.length}`);
        }
        return exponents.map(shapeOf);
    };
}
/** F = Q S row by row. Shapes: q [n, K], s [K, K], returned [n, K]. Order: over k ascending in float64. */
export function shapedRows(q, s) {
    const k = s.rows;
    return multiply({ rows: q.length / k, columns: k, data: q }, s).data;
}
