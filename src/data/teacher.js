// Generated tasks whose spectra are chosen: linear teachers and Gaussian inputs.
import { checkPositive, checkSize, diagonal, matrix, multiply, normalInto, pow, randomOrthogonal, randomStream, transpose } from '../tensor/index.js';
/**
 * r values falling geometrically from 1 to 1/κ, scaled to mean square 1.
 * Equation: theory (2.35). Throws: RangeError for κ < 1 or r < 1.
 */
export function geometricSpectrum(rank, condition) {
    checkSize('geometricSpectrum', 'rank', rank, 1);
    checkCondition('geometricSpectrum', condition);
    const values = Float64Array.from({ length: rank }, (_, i) => (rank === 1 ? 1 : pow(condition, -i / (rank - 1))));
    const meanSquare = values.reduce((total, s) => total + s * s, 0) / rank;
    return values.map((s) => s / Math.sqrt(meanSquare));
}
function checkCondition(where, condition) {
    if (checkPositive(where, 'condition', condition) < 1) {
        throw new RangeError(`${where}: condition must be at least 1, got ${condition}`);
    }
}
/**
 * T = U diag(s) Vᵀ with U, V Haar-distributed and s geometric with condition number κ_T, mean square 1.
 * Equation: theory (2.35). Throws: RangeError for sizes below 1 or κ_T < 1.
 */
export function linearTeacher(outputs, inputs, condition, seed) {
    checkSize('linearTeacher', 'outputs', outputs, 1);
    checkSize('linearTeacher', 'inputs', inputs, 1);
    const spectrum = geometricSpectrum(Math.min(outputs, inputs), condition);
    const u = randomOrthogonal(randomStream(seed, 'teacher/left'), outputs, spectrum.length);
    const v = randomOrthogonal(randomStream(seed, 'teacher/right'), inputs, spectrum.length);
    return { matrix: multiply(multiply(u, diagonal(spectrum)), transpose(v)), spectrum };
}
/**
 * Σ = O diag(λ) Oᵀ with O Haar-distributed and λ geometric with condition number κ_x, mean 1.
 * Throws: RangeError for inputs < 1 or κ_x < 1.
 */
export function conditionedCovariance(inputs, condition, seed) {
    checkCondition('conditionedCovariance', condition);
    // The spectrum of the root has mean square 1, so that the mean of λ is 1.
    const rootSpectrum = geometricSpectrum(inputs, Math.sqrt(condition));
    const o = randomOrthogonal(randomStream(seed, 'inputs/basis'), inputs, inputs);
    const rebuild = (values) => multiply(multiply(o, diagonal(values)), transpose(o));
    return { covariance: rebuild(rootSpectrum.map((s) => s * s)), root: rebuild(rootSpectrum) };
}
/** N samples of N(0, Σ) as rows, x = Σ^½ z; whitened when no root is given. */
export function gaussianInputs(count, inputs, seed, root) {
    const z = matrix(count, inputs);
    normalInto(z.data, randomStream(seed, 'inputs/samples'));
    return root === undefined ? z : multiply(z, root);
}
/**
 * n_0 samples whose mean outer product is exactly Σ = root², as rows: x_i = √n_0·Σ^½ ê_i. A batch of these gives any
 * engine the population gradient of a linear network. Equation: theory (2.8).
 */
export function populationInputs(inputs, root) {
    if (root !== undefined && (root.rows !== inputs || root.columns !== inputs)) {
        throw new RangeError(`populationInputs: root must have shape [${inputs}, ${inputs}], got [${root.rows}, ${root.columns}]`);
    }
    const factor = Math.sqrt(inputs);
    const x = matrix(inputs, inputs);
    for (let i = 0; i < x.data.length; i++) {
        x.data[i] = factor * (root === undefined ? (i % (inputs + 1) === 0 ? 1 : 0) : root.data[i]);
    }
    return x;
}
