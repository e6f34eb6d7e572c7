// Exact scaling by powers of two, so that squares and products neither overflow nor underflow. A scaled matrix has its
// largest element in [2⁴⁸⁰, 2⁴⁸¹): squares stay below 2⁹⁶², and a vector 10²⁸³ times smaller than the matrix still has
// a norm that is accurate to the last bits. The usual target of 1 would lose that from 10¹⁵⁴ on.
import { maxAbs } from './matrix.js';
/** 2⁴⁸⁰, the magnitude of the largest element of a scaled matrix. */
const LARGEST = 3.1217485503159922e144;
/** 2⁻⁴⁶⁰: in a scaled matrix a vector with a norm below this one counts as zero (10⁻²⁸³ of the largest element). */
export const NEGLIGIBLE = 3.3589380537835444e-139;
/** The power of two f with 1 ≤ f·x < 2 for x > 0 (2¹⁰²³ when x is too small for that); 1 for 0, Infinity and NaN. */
export function normalizingFactor(x) {
    let f = 1;
    if (!(x > 0 && x < Infinity))
        return f;
    while (x * f >= 0x100000000)
        f /= 0x100000000;
    while (x * f >= 2)
        f /= 2;
    while (x * f < 1 / 0x100000000 && f < 1e290)
        f *= 0x100000000;
    while (x * f < 1 && f < 8e307)
        f *= 2;
    return f;
}
/** 2⁴⁸⁰·f·a, f = normalizingFactor(max |aᵢⱼ|). Accuracy: exact for elements above 10⁻³⁰⁷ of the largest. */
export function scaledCopy(a) {
    const factor = normalizingFactor(maxAbs(a));
    return { data: a.data.map((x) => scale(x, factor)), factor };
}
/** x·2⁴⁸⁰·factor: a number in the units of the matrix in those of its scaled copy; Infinity when far beyond it. */
export function scale(x, factor) {
    return x * factor * LARGEST;
}
/** x / (2⁴⁸⁰·factor): undoes scaledCopy; ±Infinity when the true value exceeds the range. */
export function unscale(x, factor) {
    return x / LARGEST / factor;
}
/** √(x² + y²) without overflow or underflow on the way. Accuracy: within 3 ulp; exact when x or y is zero. */
export function hypotenuse(x, y) {
    const a = Math.abs(x);
    const b = Math.abs(y);
    const most = Math.max(a, b);
    if (most === 0)
        return 0;
    const ratio = Math.min(a, b) / most;
    return most * Math.sqrt(1 + ratio * ratio);
}
