// What exp, expm1, tanh, sigmoid and erf share: x = n·ln 2 + r with |r| ≤ ln 2 / 2, and e^r − 1 on that interval.
// Every line is one IEEE operation per lane in a written order, so a 2-lane version has the same bits.
const LOG2_E = 1.4426950408889634;
// ln 2 = LN2_HIGH + LN2_LOW; the 42 bits of LN2_HIGH make n·LN2_HIGH exact for |n| ≤ 2047.
export const LN2_HIGH = 0.69314718055989033; // 0x3fe62e42fefa3800
export const LN2_LOW = 5.4979230187083712e-14; // 0x3d2ef35793c76730
// 1.5·2^52: adding and subtracting it rounds |x| < 2^51 to the nearest integer, ties to even.
const ROUND = 6755399441055744;
// (e^r − 1 − r − r²/2) / r³, degree 9 on |r| ≤ 0.34661: Remez exchange at 300 bits, rounded to float64.
// Greatest error of the whole e^r − 1 relative to e^r − 1: 2.7e-19 before that rounding, 1.6e-18 = 2^-59.1 after it.
const C3 = 0.16666666666666677; // 0x3fc5555555555559
const C4 = 0.041666666666666581; // 0x3fa5555555555549
const C5 = 0.0083333333333221495; // 0x3f8111111110f7e2
const C6 = 0.001388888888894221; // 0x3f56c16c16c1cc25
const C7 = 0.00019841269884969437; // 0x3f2a01a01af7a1db
const C8 = 2.4801587199365299e-05; // 0x3efa01a018354228
const C9 = 2.75572452650105e-06; // 0x3ec71ddf94757ca7
const C10 = 2.7557385883034205e-07; // 0x3e927e52a5fc3f8a
const C11 = 2.5108697317247269e-08; // 0x3e5af5d37f86dfdf
const C12 = 2.0879323547968052e-09; // 0x3e21ef696c004f0d
/** n = x / ln 2 rounded to the nearest integer, for |x| < 2^50. */
export function nearestPower(x) {
    return (x * LOG2_E + ROUND) - ROUND;
}
/**
 * e^r − 1 − high for r = high − low, |r| ≤ ln 2 / 2: what the caller adds to high = x − n·LN2_HIGH, which is exact.
 * Order: Estrin (pairs in r, then r², then r⁴).
 */
export function expTail(high, low) {
    const r = high - low;
    const r2 = r * r;
    const r4 = r2 * r2;
    const q = ((C3 + r * C4) + r2 * (C5 + r * C6)) + r4 * (((C7 + r * C8) + r2 * (C9 + r * C10)) + r4 * (C11 + r * C12));
    return r2 * (0.5 + r * q) - low;
}
/** e^(x − n·ln 2) for n = nearestPower(x), |n| ≤ 2047. What 1 + high loses is added back with the tail. */
export function expReduced(x, n) {
    const high = x - n * LN2_HIGH;
    const y = 1 + high;
    return y + (((1 - y) + high) + expTail(high, n * LN2_LOW));
}
/** e^(x − n·ln 2) − 1 for n = nearestPower(x), |n| ≤ 2047. */
export function expm1Reduced(x, n) {
    const high = x - n * LN2_HIGH;
    return high + expTail(high, n * LN2_LOW);
}
/** POWERS_OF_TWO[n + 1074] = 2^n for −1074 ≤ n ≤ 1023, all of them exact. */
export const POWERS_OF_TWO = /* @__PURE__ */ powersOfTwo();
function powersOfTwo() {
    const table = new Float64Array(2098);
    table[1074] = 1;
    for (let n = 1; n <= 1023; n++)
        table[1074 + n] = 2 * table[1073 + n];
    for (let n = -1; n >= -1074; n--)
        table[1074 + n] = 0.5 * table[1075 + n];
    return table;
}
/** 2^n for an integer −1074 ≤ n ≤ 1023. */
export function powerOfTwo(n) {
    return POWERS_OF_TWO[(n + 1074) | 0];
}
/** y·2^n with one rounding, for 0.5 ≤ |y| ≤ 2 and |n| ≤ 2000: the first of the two products is exact. */
export function scaleByPower(y, n) {
    const half = n >> 1;
    return y * powerOfTwo(half) * powerOfTwo(n - half);
}
/**
 * The constants above in their order, for the vector version. One array, because a constant exported by itself would be
 * read from the module's cell in every call.
 */
export const EXPONENTIAL_CONSTANTS = [LOG2_E, ROUND, C3, C4, C5, C6, C7, C8, C9, C10, C11, C12];
