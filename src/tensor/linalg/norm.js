// Norms and cosines of float64 matrices that do not depend on scale: the one place where squares of elements are summed
// to be rooted. Every argument is first multiplied by the power of two that brings its largest element into [1, 2), so
// that no square overflows and none that counts underflows. A power of two changes no bit of an ordinary result, so
// this is done always, and there is no second path that only extreme arguments would test.
import { innerProduct, maxAbs, scaled } from './matrix.js';
import { normalizingFactor } from './scaling.js';
/** 2^k·a with its largest element in [1, 2): the direction of a, exactly. Zero, NaN and infinite matrices stay. */
export function normalized(a) {
    return scaled(normalizingFactor(maxAbs(a)), a);
}
/** ‖a‖_F = √Σᵢⱼ aᵢⱼ², infinite only where the norm itself is beyond float64. Order: as innerProduct. */
export function frobenius(a) {
    const factor = normalizingFactor(maxAbs(a));
    const direction = scaled(factor, a);
    return Math.sqrt(innerProduct(direction, direction)) / factor;
}
/**
 * cos∠(a, b) = ⟨a, b⟩ / (‖a‖‖b‖) of two matrices read as vectors, whatever their scales; NaN when either is zero.
 * Throws: RangeError when the numbers of elements differ.
 */
export function matrixCosine(a, b) {
    const x = normalized(a);
    const y = normalized(b);
    return innerProduct(x, y) / (Math.sqrt(innerProduct(x, x)) * Math.sqrt(innerProduct(y, y)));
}
