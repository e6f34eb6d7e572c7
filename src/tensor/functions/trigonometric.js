// What sin and cos share: x = n·π/2 + r, and both functions of r on |r| ≤ π/4; r = high + low carries about 100 bits.
import { powerOfTwo } from './exponential.js';
const TWO_OVER_PI = 0.63661977236758138; // 0x3fe45f306dc9c883
const ROUND = 6755399441055744; // 1.5·2^52
// π/2 = P1 + P2 + P3 + P4; 33 bits in each of the first three make n·P exact for |n| ≤ 2^20.
const P1 = 1.5707963267341256; // 0x3ff921fb54400000
const P2 = 6.077100506303966e-11; // 0x3dd0b4611a600000
const P3 = 2.0222662487111665e-21; // 0x3ba3198a2e000000
const P4 = 8.4784276603688996e-32; // 0x397b839a252049c1
const MEDIUM = 1647099; // ≤ 2^20·π/2
const QUARTER_PI = 0.78539816339744828;
// (sin √z − √z) / √z³, degree 6 on 0 ≤ z ≤ 0.61698: Remez exchange at 300 bits, rounded to float64.
// Greatest error relative to sin: 2.1e-21 before that rounding, 6.3e-18 = 2^-57.1 after it.
const S3 = -0.16666666666666666; // 0xbfc5555555555555
const S5 = 0.0083333333333333228; // 0x3f8111111111110b
const S7 = -0.00019841269841254784; // 0xbf2a01a01a018a67
const S9 = 2.7557319214057053e-06; // 0x3ec71de3a5330177
const S11 = -2.5052104879788831e-08; // 0xbe5ae64528ce4c77
const S13 = 1.6058362897940193e-10; // 0x3de61208be46bce0
const S15 = -7.5785268521754089e-13; // 0xbd6aaa2150f3f86c
// (cos √z − 1 + z/2) / z², degree 5 on the same interval, the same way.
// Greatest error relative to cos: 5.6e-20 before the rounding, 1.2e-18 = 2^-59.6 after it.
const C4 = 0.041666666666666595; // 0x3fa555555555554b
const C6 = -0.0013888888888873041; // 0xbf56c16c16c14f8a
const C8 = 2.4801587288841455e-05; // 0x3efa01a019c83924
const C10 = -2.7557314176255638e-07; // 0xbe927e4f7ea387d6
const C12 = 2.0875700418169608e-09; // 0x3e21ee9d7532ae66
const C14 = -1.1358514056136293e-11; // 0xbda8fa4663b3cdb5
/** sin(high + low) for |high| ≤ π/4, |low| ≤ ulp(high)/2. Order: Horner in high². */
export function sinReduced(high, low) {
    const z = high * high;
    const s = S3 + z * (S5 + z * (S7 + z * (S9 + z * (S11 + z * (S13 + z * S15)))));
    return high + (high * z * s + low * (1 - 0.5 * z));
}
/** cos(high + low) for |high| ≤ π/4, |low| ≤ ulp(high)/2. Order: Horner in high²; what 1 − z/2 loses is added back. */
export function cosReduced(high, low) {
    const z = high * high;
    const c = C4 + z * (C6 + z * (C8 + z * (C10 + z * (C12 + z * C14))));
    const h = 0.5 * z;
    const w = 1 - h;
    return w + (((1 - w) - h) + (z * z * c - high * low));
}
/** The remainder left by `reduceQuarter`: high and low part. */
export const REMAINDER = /* @__PURE__ */ new Float64Array(2);
/**
 * x = n·π/2 + r: returns n mod 4 and leaves r, |r| ≤ π/4 (1 + 2^-50), in REMAINDER, for any finite x.
 * Accuracy: the error of high + low is that of low, about 2^-106·|r|, plus 2^-130 up to 1,647,099 and 2^-140 beyond;
 * |r| is above 2^-62 for every float64.
 * Why: three parts of π/2 and a twoSum chain are exact up to 2^20 quarters; beyond that the product with 2/π is formed
 * from 24-bit digits, of which only those that matter modulo 4 are multiplied (Payne and Hanek 1983).
 */
export function reduceQuarter(x) {
    if (Math.abs(x) <= QUARTER_PI) {
        REMAINDER[0] = x;
        REMAINDER[1] = 0;
        return 0;
    }
    if (Math.abs(x) > MEDIUM)
        return reduceLarge(x);
    const n = (x * TWO_OVER_PI + ROUND) - ROUND;
    const a = x - n * P1; // exact: the two agree to within a factor of two, or n = ±1 and the grid of x is coarse enough
    const b = n * P2;
    const s = a - b;
    const t = s - a;
    const e = (a - (s - t)) - (b + t); // a − b = s + e exactly
    const c = n * P3;
    const u = s - c;
    const v = u - s;
    const d = (s - (u - v)) - (c + v); // s − c = u + d exactly
    const low = (e + d) - n * P4;
    const high = u + low;
    REMAINDER[0] = high;
    REMAINDER[1] = low - (high - u);
    return n & 3;
}
// 2/π in base 2^24: the 1,200 bits that the greatest float64 meets.
const DIGITS = [10680707, 7228996, 1387004, 2578385, 16069853, 12639074, 9804092, 4427841, 16666979,
    11263675, 12935607, 2387514, 4345298, 14681673, 3074569, 13734428, 16653803, 1880361, 10960616, 8533493, 3062596,
    8710556, 7349940, 6258241, 3772886, 3769171, 3798172, 8675211, 12450088, 3874808, 9961438, 366607, 15675153, 9132554,
    7151469, 3571407, 2607881, 12013382, 4155038, 6285869, 7677882, 13102053, 15825725, 473591, 9065106, 15363067,
    6271263, 9264392, 5636912, 4652155];
const BASE = 16777216;
const PLACES = 7; // digits kept behind the point, 168 bits: some 62 may cancel, 106 are wanted
const FRACTION = /* @__PURE__ */ new Float64Array(PLACES + 1);
const PIECES = /* @__PURE__ */ new Float64Array(4);
/** reduceQuarter for |x| > 2^20. */
function reduceLarge(x) {
    const magnitude = Math.abs(x);
    // |x| = D·2^(24q) with an integer D < 2^77, in four digits.
    let q = -2;
    let rest = magnitude * 281474976710656; // 2^48
    if (magnitude >= 4722366482869645213696) { // 2^72
        q = 0;
        rest = magnitude;
    }
    while (rest >= 151115727451828646838272) { // 2^77
        rest *= 5.9604644775390625e-8; // 2^-24
        q++;
    }
    for (let j = 3; j >= 0; j--) {
        const unit = powerOfTwo(24 * j);
        PIECES[j] = Math.floor(rest / unit);
        rest -= PIECES[j] * unit;
    }
    // Digit t of |x|·2/π behind the point, t = 0 being the integer part modulo 2^24; four products of 48 bits are exact.
    let carry = 0;
    for (let t = PLACES; t >= 0; t--) {
        let sum = carry;
        for (let j = 0; j < 4; j++) {
            const i = q + j - 1 + t;
            if (i >= 0)
                sum += PIECES[j] * DIGITS[i];
        }
        carry = Math.floor(sum / BASE);
        FRACTION[t] = sum - carry * BASE;
    }
    let n = FRACTION[0] & 3;
    let sign = 1;
    if (FRACTION[1] >= BASE / 2) { // nearer to the next quarter: take 1 − fraction
        n++;
        sign = -1;
        for (let t = 1; t < PLACES; t++)
            FRACTION[t] = BASE - 1 - FRACTION[t];
        FRACTION[PLACES] = BASE - FRACTION[PLACES];
    }
    const inverse = 1 / BASE;
    const a = (FRACTION[1] + FRACTION[2] * inverse) * inverse;
    const b = (FRACTION[3] + FRACTION[4] * inverse) * powerOfTwo(-72);
    const c = (FRACTION[5] + (FRACTION[6] + FRACTION[7] * inverse) * inverse) * powerOfTwo(-120);
    const s = a + b;
    const e = ((a - s) + b) + c;
    const high = s + e;
    const low = e - (high - s);
    // (high + low)·π/2, the leading product exact by splitting both factors into 26 bits.
    const split = high * 134217729;
    const h1 = split - (split - high);
    const h2 = high - h1;
    const product = high * 1.5707963267948966;
    const error = ((h1 * PI_HALF_1 - product) + h1 * PI_HALF_2 + h2 * PI_HALF_1) + h2 * PI_HALF_2;
    const tail = error + (high * 6.123233995736766e-17 + low * 1.5707963267948966);
    if (x < 0)
        sign = -sign;
    const r = product + tail;
    REMAINDER[0] = sign * r;
    REMAINDER[1] = sign * (tail - (r - product));
    return (x < 0 ? -n : n) & 3;
}
// 1.5707963267948966, the float64 nearest to π/2, in two halves of 26 bits.
const PI_HALF_1 = 1.5707963407039642;
const PI_HALF_2 = -1.3909067675399456e-8;
