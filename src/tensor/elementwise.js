// Element-wise kernels in float32 arithmetic: every + − × is rounded to float32 on its own (`fround`), so that four
// float32 lanes give the same bits as this code. Functions that need more than one operation in higher precision
// (tanh, exp, …) live in ./functions and round once.
import { checkFloat32, checkLength } from './check.js';
function check(where, out, x, y = x) {
    checkFloat32(where, 'out', out);
    checkFloat32(where, 'x', x);
    checkFloat32(where, 'y', y);
    checkLength(where, 'x', x, out.length);
    checkLength(where, 'y', y, out.length);
}
/** out := x + y. Aliasing: out may be an operand, not overlap one partly. Throws: TypeError, RangeError for different lengths. */
export function addInto(out, x, y) {
    check('addInto', out, x, y);
    for (let i = 0; i < out.length; i++)
        out[i] = x[i] + y[i];
    return out;
}
/** out := x − y. Aliasing: out may be an operand, not overlap one partly. Throws: TypeError, RangeError for different lengths. */
export function subtractInto(out, x, y) {
    check('subtractInto', out, x, y);
    for (let i = 0; i < out.length; i++)
        out[i] = x[i] - y[i];
    return out;
}
/** out := x ⊙ y. Aliasing: out may be an operand, not overlap one partly. Throws: TypeError, RangeError for different lengths. */
export function multiplyInto(out, x, y) {
    check('multiplyInto', out, x, y);
    for (let i = 0; i < out.length; i++)
        out[i] = x[i] * y[i];
    return out;
}
/** out := factor·x, factor rounded to float32 first. Aliasing: out may be an operand, not overlap one partly. Throws: TypeError, RangeError. */
export function scaleInto(out, factor, x) {
    check('scaleInto', out, x);
    const f = Math.fround(factor);
    for (let i = 0; i < out.length; i++)
        out[i] = f * x[i];
    return out;
}
/**
 * out := x + factor·y; factor rounded to float32, then the product, then the sum.
 * Aliasing: out may be an operand, not overlap one partly. Throws: TypeError, RangeError for different lengths. Why: `out = x` is the step of gradient descent.
 */
export function addScaledInto(out, x, factor, y) {
    check('addScaledInto', out, x, y);
    const f = Math.fround(factor);
    for (let i = 0; i < out.length; i++)
        out[i] = x[i] + Math.fround(f * y[i]);
    return out;
}
