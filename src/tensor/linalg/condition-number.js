// Singular values alone, and the condition number made of them.
import { checkFiniteMatrix } from './matrix.js';
import { unscale } from './scaling.js';
import { scaledSingularValues } from './svd.js';
/**
 * s₀ ≥ s₁ ≥ … ≥ 0, the square roots of the eigenvalues of aᵀa; min(m, n) of them.
 * Cost: about 0.6 of svd. Accuracy: the very bits of svd(a).s.
 * Throws: RangeError for NaN or infinite elements.
 */
export function singularValues(a) {
    checkFiniteMatrix('singularValues', 'a', a);
    const { values, factor } = scaledSingularValues(a);
    return values.map((x) => unscale(x, factor));
}
/**
 * κ(a) = s_max / s_min, the quotient of the computed singular values, nothing rounded up or cut off: a singular matrix
 * gives about 1/ε when rounding hides its zero and Infinity when it does not (rank(a) decides that question). Infinity
 * for a zero matrix; 1 for an empty one, since κ ≥ 1 and there is nothing to distort.
 * Cost: as singularValues.
 * Throws: RangeError for NaN or infinite elements.
 */
export function conditionNumber(a) {
    checkFiniteMatrix('conditionNumber', 'a', a);
    const { values } = scaledSingularValues(a);
    if (values.length === 0)
        return 1;
    const least = values[values.length - 1];
    return least === 0 ? Infinity : values[0] / least;
}
