// e^x in two float64 lanes: ../functions/exponential.ts and exp.ts operation by operation, without their branches. The
// constants are repeated there and here; the bit tests hold them together.
import { EXPONENTIAL_CONSTANTS, LN2_HIGH, LN2_LOW } from '../functions/exponential.js';
import { binary } from './words.js';
const [LOG2_E, ROUND, C3, C4, C5, C6, C7, C8, C9, C10, C11, C12] = EXPONENTIAL_CONSTANTS;
/** nearestPower(x) in lanes. */
export function nearestPower(w, x) {
    const shifted = w.keep(w.add(w.mul(x, w.of(LOG2_E)), w.of(ROUND)));
    return { n: w.keep(w.sub(shifted, w.of(ROUND))), shifted };
}
/** 2^n for −1022 ≤ n ≤ 1023: the low bits of ROUND + n are n, and moved to the exponent they add to that of 1. */
export function powerOfTwo(code, w, { shifted }) {
    const exponent = () => {
        shifted();
        code.i32(52);
        code.op('i64x2.shl');
    };
    return binary(code, 'i64x2.add')(exponent, w.of(1));
}
/** expTail(high, low) in lanes. */
function expTail(w, high, low) {
    const { add, sub, mul, of } = w;
    const r = w.keep(sub(high, low));
    const r2 = w.keep(mul(r, r));
    const r4 = w.keep(mul(r2, r2));
    const q = add(add(add(of(C3), mul(r, of(C4))), mul(r2, add(of(C5), mul(r, of(C6))))), mul(r4, add(add(add(of(C7), mul(r, of(C8))), mul(r2, add(of(C9), mul(r, of(C10))))), mul(r4, add(of(C11), mul(r, of(C12)))))));
    return sub(mul(r2, add(of(0.5), mul(r, q))), low);
}
/** expReduced(x, n) in lanes. */
export function expReduced(w, x, n) {
    const { add, sub, mul, of } = w;
    const high = w.keep(sub(x, mul(n, of(LN2_HIGH))));
    const low = w.keep(mul(n, of(LN2_LOW)));
    const y = w.keep(add(of(1), high));
    return add(y, add(add(sub(of(1), y), high), expTail(w, high, low)));
}
/** expm1Reduced(x, n) in lanes. */
export function expm1Reduced(w, x, n) {
    const high = w.keep(w.sub(x, w.mul(n, w.of(LN2_HIGH))));
    const low = w.keep(w.mul(n, w.of(LN2_LOW)));
    return w.add(high, expTail(w, high, low));
}
/** exp(x) in lanes for −708 ≤ x ≤ 709 or NaN. */
export function expNormal(code, w, x) {
    const power = nearestPower(w, x);
    return w.mul(expReduced(w, x, power.n), powerOfTwo(code, w, power));
}
/**
 * exp(x) in lanes for every x ≤ 709 and NaN, the denormal results and 0 included: 2^n goes on in two halves, so that
 * the first product is exact and the second rounds once.
 */
export function expBelow(code, w, x) {
    const { add, sub, mul, of } = w;
    const clamped = w.keep(w.atLeast(x, of(-746)));
    const { n } = nearestPower(w, clamped);
    const half = w.keep(add(mul(n, of(0.5)), of(ROUND)));
    const rest = w.keep(add(sub(n, sub(half, of(ROUND))), of(ROUND)));
    const first = powerOfTwo(code, w, { n, shifted: half });
    const second = powerOfTwo(code, w, { n, shifted: rest });
    return mul(mul(expReduced(w, clamped, n), first), second);
}
