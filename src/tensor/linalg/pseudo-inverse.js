// Rank and Moore–Penrose inverse: the two that need a line between zero and not zero.
import { checkFinite } from '../check.js';
import { checkFiniteMatrix, matrix, maxAbs, scaled } from './matrix.js';
import { normalizingFactor, scale } from './scaling.js';
import { scaledSingularValues, svd } from './svd.js';
import { addScaledInto } from './vector.js';
/**
 * a⁺ = Σⱼ vⱼ·uⱼᵀ/sⱼ over the singular values sⱼ > tolerance.
 * Equation: a·a⁺·a = a, a⁺·a·a⁺ = a⁺, a·a⁺ and a⁺·a symmetric (Penrose 1955).
 * Shapes: a [m, n] → [n, m].
 * Cost: svd + 2·m·n·k flops.
 * Throws: RangeError for NaN or infinite elements, a negative tolerance, or a result beyond the range of float64.
 * Units: the tolerance is absolute, in the units of a; unless given it is max(m, n)·ε·s_max, the size of the rounding
 * errors in s.
 */
export function pseudoInverse(a, tolerance) {
    checkFiniteMatrix('pseudoInverse', 'a', a);
    checkTolerance('pseudoInverse', tolerance);
    // f·a has singular values in range whatever a has, and (f·a)⁺ = a⁺/f.
    const factor = normalizingFactor(maxAbs(a));
    const { u, s, v } = svd(scaled(factor, a));
    const m = a.rows;
    const k = s.length;
    const least = tolerance === undefined ? defaultTolerance(a, s) : tolerance * factor;
    const ut = new Float64Array(m);
    const out = matrix(a.columns, m);
    for (let j = 0; j < k && s[j] > least; j++) {
        for (let i = 0; i < m; i++)
            ut[i] = u.data[i * k + j] / s[j];
        for (let i = 0; i < a.columns; i++)
            addScaledInto(out.data, i * m, v.data[i * k + j], ut, 0, m);
    }
    for (let i = 0; i < out.data.length; i++)
        out.data[i] *= factor;
    if (!out.data.every(Number.isFinite)) {
        const got = `${least / factor} and s down to ${s[k - 1] / factor}`;
        throw new RangeError(`pseudoInverse: tolerance must keep 1/s finite, got ${got}`);
    }
    return out;
}
/**
 * The number of singular values above `tolerance`, max(m, n)·ε·s_max unless given.
 * Throws: RangeError for NaN or infinite elements or a negative tolerance.
 */
export function rank(a, tolerance) {
    checkFiniteMatrix('rank', 'a', a);
    checkTolerance('rank', tolerance);
    const { values, factor } = scaledSingularValues(a);
    const least = tolerance === undefined ? defaultTolerance(a, values) : scale(tolerance, factor);
    return values.filter((x) => x > least).length;
}
function defaultTolerance(a, s) {
    return s.length === 0 ? 0 : Math.max(a.rows, a.columns) * Number.EPSILON * s[0];
}
function checkTolerance(where, tolerance) {
    if (tolerance === undefined || checkFinite(where, 'tolerance', tolerance) >= 0)
        return;
    throw new RangeError(`${where}: tolerance must be at least 0, got ${tolerance}`);
}
