// The non-linearities of layers and what their backward passes multiply by, as array kernels. Those of one float32
// operation (relu, leaky relu) are exact to that operation; the others compute in float64 and round once.
import { checkFloat32, checkLength } from './check.js';
import { erf } from './functions/erf.js';
import { exp } from './functions/exp.js';
import { expm1 } from './functions/expm1.js';
const SQRT_HALF = Math.sqrt(0.5);
const SQRT_TWO_OVER_PI = Math.sqrt(2 / 3.141592653589793);
/** Slope of leaky relu below zero, as a float32 so that one product is exact in float64. */
export const LEAKY_SLOPE = Math.fround(0.01);
// PICK[1] is replaced by the value at hand: indexing with a comparison costs 1.1 ns per element, a mispredicted branch
// or Math.max 5.4 ns (Node 20). Integer views would cost 0.9 ns, and two objects per call.
const PICK = /* @__PURE__ */ new Float32Array(2);
function checkForward(where, out, x) {
    checkFloat32(where, 'out', out);
    checkFloat32(where, 'x', x);
    checkLength(where, 'x', x, out.length);
}
function checkBackward(where, dx, dy, name, value) {
    checkFloat32(where, 'dx', dx);
    checkFloat32(where, 'dy', dy);
    checkFloat32(where, name, value);
    checkLength(where, 'dy', dy, dx.length);
    checkLength(where, name, value, dx.length);
}
/**
 * out := max(x, 0), with +0 for −0 and NaN for NaN. Aliasing: out may be x. Throws: TypeError, RangeError.
 * Why: dropping every element whose sign bit is set is as fast, but then NaN survives or not by its sign, which x86 and
 * ARM give differently to ∞ − ∞.
 */
export function reluInto(out, x) {
    checkForward('reluInto', out, x);
    for (let i = 0; i < out.length; i++) {
        PICK[1] = x[i];
        out[i] = PICK[Number(!(x[i] <= 0))];
    }
    return out;
}
/** dx := dy where y = relu(x) is above zero or NaN, else +0. Aliasing: any. Throws: TypeError, RangeError. */
export function reluBackwardInto(dx, dy, y) {
    checkBackward('reluBackwardInto', dx, dy, 'y', y);
    for (let i = 0; i < dx.length; i++) {
        PICK[1] = dy[i];
        dx[i] = PICK[Number(!(y[i] <= 0))];
    }
    return dx;
}
/**
 * out := x for x > 0, else s·x, with +0 for −0; s = LEAKY_SLOPE unless given, a float32. Aliasing: out may be x.
 * Throws: TypeError, RangeError.
 */
export function leakyReluInto(out, x, slope = LEAKY_SLOPE) {
    checkForward('leakyReluInto', out, x);
    SLOPES[1] = slope;
    for (let i = 0; i < out.length; i++)
        out[i] = SLOPES[Number(x[i] < 0)] * x[i] + 0;
    return out;
}
/** dx := dy where x > 0, else s·dy; s as above. Aliasing: any. Throws: TypeError, RangeError. */
export function leakyReluBackwardInto(dx, dy, x, slope = LEAKY_SLOPE) {
    checkBackward('leakyReluBackwardInto', dx, dy, 'x', x);
    SLOPES[1] = slope;
    for (let i = 0; i < dx.length; i++)
        dx[i] = SLOPES[Number(!(x[i] > 0))] * dy[i];
    return dx;
}
const SLOPES = /* @__PURE__ */ new Float64Array([1, LEAKY_SLOPE]);
/** out := |x|. Aliasing: out may be x. Throws: TypeError, RangeError. */
export function absoluteInto(out, x) {
    checkForward('absoluteInto', out, x);
    for (let i = 0; i < out.length; i++)
        out[i] = Math.abs(x[i]);
    return out;
}
/** dx := dy ⊙ sign x, sign 0 = 0. Aliasing: any. Throws: TypeError, RangeError. */
export function absoluteBackwardInto(dx, dy, x) {
    checkBackward('absoluteBackwardInto', dx, dy, 'x', x);
    for (let i = 0; i < dx.length; i++)
        dx[i] = dy[i] * Math.sign(x[i]);
    return dx;
}
/** out := e^(−x²/2). Aliasing: out may be x. Throws: TypeError, RangeError. */
export function bumpInto(out, x) {
    checkForward('bumpInto', out, x);
    for (let i = 0; i < out.length; i++)
        out[i] = exp(-0.5 * (x[i] * x[i]));
    return out;
}
/** dx := −dy ⊙ x·e^(−x²/2), +0 where x is infinite. Aliasing: any. Throws: TypeError, RangeError. */
export function bumpBackwardInto(dx, dy, x) {
    checkBackward('bumpBackwardInto', dx, dy, 'x', x);
    for (let i = 0; i < dx.length; i++) {
        const height = exp(-0.5 * (x[i] * x[i]));
        // ∞·0 is no number; the slope there is 0.
        dx[i] = height === 0 ? 0 : -dy[i] * (x[i] * height);
    }
    return dx;
}
/** out := erf(x/√2). Equation: theory (3.1). Aliasing: out may be x. Throws: TypeError, RangeError. */
export function erfActivationInto(out, x) {
    checkForward('erfActivationInto', out, x);
    for (let i = 0; i < out.length; i++)
        out[i] = erf(x[i] * SQRT_HALF);
    return out;
}
/** dx := dy ⊙ √(2/π)·e^(−x²/2). Aliasing: any. Throws: TypeError, RangeError. */
export function erfActivationBackwardInto(dx, dy, x) {
    checkBackward('erfActivationBackwardInto', dx, dy, 'x', x);
    for (let i = 0; i < dx.length; i++)
        dx[i] = dy[i] * (SQRT_TWO_OVER_PI * exp(-0.5 * (x[i] * x[i])));
    return dx;
}
/** dx := dy ⊙ (1 − y²), y = tanh x. Aliasing: any. Throws: TypeError, RangeError. */
export function tanhBackwardInto(dx, dy, y) {
    checkBackward('tanhBackwardInto', dx, dy, 'y', y);
    for (let i = 0; i < dx.length; i++)
        dx[i] = dy[i] * (1 - y[i] * y[i]);
    return dx;
}
/** dx := dy ⊙ y(1 − y), y = σ(x). Aliasing: any. Throws: TypeError, RangeError. */
export function sigmoidBackwardInto(dx, dy, y) {
    checkBackward('sigmoidBackwardInto', dx, dy, 'y', y);
    for (let i = 0; i < dx.length; i++)
        dx[i] = dy[i] * (y[i] * (1 - y[i]));
    return dx;
}
/**
 * out := x for x > 0, else eˣ − 1. Equation: Clevert, Unterthiner & Hochreiter 2016, equation 14 with α = 1.
 * Aliasing: out may be x. Throws: TypeError, RangeError.
 */
export function eluInto(out, x) {
    checkForward('eluInto', out, x);
    for (let i = 0; i < out.length; i++)
        out[i] = x[i] > 0 ? x[i] : expm1(x[i]);
    return out;
}
/** dx := dy for y > 0, else dy·(y + 1). Aliasing: any. Throws: TypeError, RangeError. */
export function eluBackwardInto(dx, dy, y) {
    checkBackward('eluBackwardInto', dx, dy, 'y', y);
    for (let i = 0; i < dx.length; i++)
        dx[i] = y[i] > 0 ? dy[i] : dy[i] * (y[i] + 1);
    return dx;
}
