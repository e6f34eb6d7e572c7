// exp, tanh, sigmoid and erf on arrays: the operations of ../functions in the same order, in two float64 lanes, rounded
// once. Where those branch, these clamp or select; their docstrings say why that changes no float32 result.
import { ERF_CONSTANTS } from '../functions/erf.js';
import { LN2_HIGH, LN2_LOW } from '../functions/exponential.js';
import { TANH_CONSTANTS } from '../functions/tanh.js';
import { expBelow, expm1Reduced, expNormal, expReduced, nearestPower, powerOfTwo } from './exponential.js';
import { emitEach } from './frame.js';
import { binary, float64Words, inFloat64, select } from './words.js';
/** y ≥ 0 with the sign of x. */
function withSign(code, w, y, x) {
    return binary(code, 'v128.or')(y, binary(code, 'v128.and')(x, w.of(-0)));
}
const expLanes = (code, w, x) => expNormal(code, w, w.keep(w.atMost(w.atLeast(x, w.of(-708)), w.of(709))));
const [K2, K4, K6, K8, K10] = TANH_CONSTANTS;
const tanhLanes = (code, w, x) => {
    const { add, sub, mul, div, of } = w;
    const a = w.keep(w.atMost(mul(of(2), w.abs(x)), of(44)));
    const power = nearestPower(w, a);
    const scale = w.keep(powerOfTwo(code, w, power));
    const less = w.keep(sub(scale, of(1)));
    const more = w.keep(add(scale, of(1)));
    const r = w.keep(sub(sub(a, mul(power.n, of(LN2_HIGH))), mul(power.n, of(LN2_LOW))));
    const z = w.keep(mul(r, r));
    const z2 = w.keep(mul(z, z));
    const d = w.keep(mul(z, add(add(of(K2), mul(z, of(K4))), mul(z2, add(add(of(K6), mul(z, of(K8))), mul(z2, of(K10)))))));
    const numerator = add(mul(of(2), add(less, r)), mul(less, add(d, r)));
    const denominator = add(mul(of(2), more), add(mul(more, d), mul(less, r)));
    return withSign(code, w, div(numerator, denominator), x);
};
const sigmoidLanes = (code, w, x) => {
    const { add, mul, of } = w;
    const minus = w.keep(w.neg(w.atMost(w.atLeast(x, of(-708)), of(708))));
    const power = nearestPower(w, minus);
    const scale = w.keep(powerOfTwo(code, w, power));
    const part = w.keep(mul(scale, expm1Reduced(w, minus, power.n)));
    const large = add(scale, add(of(1), part));
    const small = add(add(of(1), scale), part);
    return w.div(of(1), select(code, large, small, binary(code, 'f64x2.gt')(power.n, of(52))));
};
const [S1, S3, S5, S7, S9, S11, S13, S15, S17, S19, S21, S23, N0, N1, N2, N3, N4, N5, D1, D2, D3, D4, D5, D6] = ERF_CONSTANTS;
/** x + x·(S1 + z·S(z)), z = x²: erf for |x| < 1. */
function erfSmall(w, x) {
    const { add, mul, of } = w;
    const z = w.keep(mul(x, x));
    const z2 = w.keep(mul(z, z));
    const z4 = w.keep(mul(z2, z2));
    const s = add(add(add(of(S3), mul(z, of(S5))), mul(z2, add(of(S7), mul(z, of(S9))))), mul(z4, add(add(add(of(S11), mul(z, of(S13))), mul(z2, add(of(S15), mul(z, of(S17))))), mul(z4, add(add(of(S19), mul(z, of(S21))), mul(z2, of(S23)))))));
    return add(x, mul(x, add(of(S1), mul(z, s))));
}
/** 1 − e^(−a²)·N(a)/D(a): erf a for 1 ≤ a ≤ 6. */
function erfLarge(code, w, a) {
    const { add, sub, mul, div, of } = w;
    const a2 = w.keep(mul(a, a));
    const q = w.keep(w.neg(a2));
    const power = nearestPower(w, q);
    const a4 = w.keep(mul(a2, a2));
    const numerator = add(add(add(of(N0), mul(a, of(N1))), mul(a2, add(of(N2), mul(a, of(N3))))), mul(a4, add(of(N4), mul(a, of(N5)))));
    const denominator = add(add(add(of(1), mul(a, of(D1))), mul(a2, add(of(D2), mul(a, of(D3))))), mul(a4, add(add(of(D4), mul(a, of(D5))), mul(a2, of(D6)))));
    return sub(of(1), div(mul(mul(expReduced(w, q, power.n), powerOfTwo(code, w, power)), numerator), denominator));
}
const erfLanes = (code, w, x) => {
    const a = w.keep(w.atMost(w.abs(x), w.of(6)));
    const large = w.keep(withSign(code, w, erfLarge(code, w, a), x));
    return select(code, erfSmall(w, x), large, binary(code, 'f64x2.lt')(a, w.of(1)));
};
const SQRT_HALF = Math.sqrt(0.5);
const SQRT_TWO_OVER_PI = Math.sqrt(2 / 3.141592653589793);
const erfActivationLanes = (code, w, x) => erfLanes(code, w, w.keep(w.mul(x, w.of(SQRT_HALF))));
/** The functions before they are rounded to float32; exact where the scalar ones do not leave the clamps. */
export const LANE_FUNCTIONS = {
    exp: expLanes,
    tanh: tanhLanes,
    sigmoid: sigmoidLanes,
    erf: erfLanes,
    erfActivation: erfActivationLanes,
};
const DERIVATIVES = {
    tanhBackward: (_code, w, dy, y) => w.mul(dy, w.sub(w.of(1), w.mul(y, y))),
    sigmoidBackward: (_code, w, dy, y) => w.mul(dy, w.mul(y, w.sub(w.of(1), y))),
    // dy may be infinite, so the exponential must reach 0 and not stop at the least normal number.
    erfActivationBackward: (code, w, dy, x) => w.mul(dy, w.mul(w.of(SQRT_TWO_OVER_PI), expBelow(code, w, w.mul(w.of(-0.5), w.mul(x, x))))),
};
/**
 * Adds exp, tanh, sigmoid, erf, erfActivation (out, x, count) and tanhBackward, sigmoidBackward (dx, dy, y, count),
 * erfActivationBackward (dx, dy, x, count). Addresses in bytes. Aliasing: out may be any operand.
 */
export function emitFunctions(asm, partial) {
    for (const [name, f] of Object.entries(LANE_FUNCTIONS)) {
        emitEach(asm, partial, name, {
            arrays: 2,
            unroll: 1,
            body(code, four) {
                four.store(0, inFloat64(code, [four.load(1)], (x) => f(code, float64Words(code), x)));
            },
        });
    }
    for (const [name, f] of Object.entries(DERIVATIVES)) {
        emitEach(asm, partial, name, {
            arrays: 3,
            unroll: name === 'erfActivationBackward' ? 1 : 2,
            body(code, four) {
                four.store(0, inFloat64(code, [four.load(1), four.load(2)], (dy, v) => f(code, float64Words(code), dy, v)));
            },
        });
    }
}
