// What is linear in a task, from its samples alone.
import { firstNonFinite, matrix } from '../tensor/index.js';
/**
 * Σ_yx = ⟨(y − ⟨y⟩) xᵀ⟩ over the rows of x [N, n] and y [N, K], in float64. Shapes: [K, n].
 * Equation: theory (7.29). Order: rows ascending. Its Gram matrix Σ_yx Σ_yxᵀ is a spectrum for shaped feedback.
 * Throws: RangeError for numbers of rows that differ, no rows, and NaN or infinite elements.
 */
export function crossCovariance(x, y) {
    const [count, inputs] = x.shape;
    const [rows, outputs] = y.shape;
    if (rows !== count || count < 1) {
        throw new RangeError(`crossCovariance: y must have the rows of x, at least one, got ${rows} and ${count}`);
    }
    for (const [name, { data }] of [['x', x], ['y', y]]) {
        const bad = firstNonFinite(data);
        if (bad >= 0)
            throw new RangeError(`crossCovariance: ${name} must hold finite numbers only, got ${data[bad]}`);
    }
    const means = new Float64Array(outputs);
    for (let at = 0; at < y.data.length; at++)
        means[at % outputs] += y.data[at] / count;
    const out = matrix(outputs, inputs);
    // Σ (y − ⟨y⟩) xᵀ in two sums: one-hot rows then cost one pass over x, not K.
    const total = new Float64Array(inputs);
    for (let row = 0; row < count; row++) {
        const from = row * inputs;
        for (let j = 0; j < inputs; j++)
            total[j] += x.data[from + j];
        for (let k = 0; k < outputs; k++) {
            const yk = y.data[row * outputs + k];
            if (yk === 0)
                continue;
            for (let j = 0; j < inputs; j++)
                out.data[k * inputs + j] += yk * x.data[from + j];
        }
    }
    for (let k = 0; k < outputs; k++) {
        for (let j = 0; j < inputs; j++) {
            out.data[k * inputs + j] = (out.data[k * inputs + j] - means[k] * total[j]) / count;
        }
    }
    return out;
}
