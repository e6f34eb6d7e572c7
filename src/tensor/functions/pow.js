import { expTail, LN2_HIGH, LN2_LOW, nearestPower, powerOfTwo, scaleByPower } from './exponential.js';
import { exponentAbove } from './logarithm.js';
// (log((1 + s)/(1 − s)) − 2s − 2s³/3) / s⁵ in z = s², degree 6 on 0 ≤ z ≤ 0.029441: Remez exchange at 300 bits, then
// rounded to float64. Greatest error of the whole logarithm relative to it: 1.1e-20 before, 1.2e-20 = 2^-66.1 after it.
const C5 = 0.4000000000000225; // 0x3fd9999999999b2f
const C7 = 0.28571428570102336; // 0x3fd2492492457f51
const C9 = 0.22222222519447021; // 0x3fcc71c722d3c9d4
const C11 = 0.18181784407313481; // 0x3fc745ce9f0fc9a7
const C13 = 0.15386755543423516; // 0x3fc3b1ee9b40b475
const C15 = 0.13256857971011646; // 0x3fc0f801d92a82e3
const C17 = 0.13195967742269751; // 0x3fc0e40e0175e9bb
const TWO_THIRDS = 0.66666666666666663;
const TWO_THIRDS_LOW = 3.7007434154171883e-17;
/**
 * x^y = e^(y·log x), the logarithm and the product as unevaluated sums of two float64.
 * Special cases are those of ECMAScript: NaN for (±1)^±∞ and 1^NaN, where IEEE 754 has 1.
 * Order: as written.
 * Accuracy: below 0.7 ulp while the result is normal; exact where x^y is a float64 and y a whole number.
 * Cost: about 80 additions and multiplications, two divisions.
 * Why: engines differ in 69 % of integer powers, by up to 13 ulp; repeated squaring loses up to half an ulp, doubled by
 * every later squaring.
 */
export function pow(x, y) {
    if (y === 0)
        return 1;
    if (x !== x || y !== y)
        return NaN;
    if (x > 0)
        return powPositive(x, y);
    const whole = Math.floor(y) === y;
    const odd = whole && Math.floor(0.5 * y) * 2 !== y; // no float64 above 2^53 is odd
    if (x < 0 && !whole && x !== -Infinity && Math.abs(y) !== Infinity)
        return NaN;
    const magnitude = powPositive(-x, y);
    return odd && Math.abs(y) !== Infinity && (x < 0 || Object.is(x, -0)) ? -magnitude : magnitude;
}
/** x^y for x ≥ 0 or ∞ and y ≠ 0. */
function powPositive(x, y) {
    if (x === 0)
        return y > 0 ? 0 : Infinity;
    const size = Math.abs(y);
    if (x === 1)
        return size === Infinity ? NaN : 1;
    if (x === Infinity || size > 36893488147419103232)
        return x > 1 === y > 0 ? Infinity : 0; // 2^65·|log x| > 2^11
    if (size < 2.710505431213761e-20)
        return 1; // 2^-65·|log x| < 2^-55
    // x = 2^k·(1 + f), s = f/(2 + f) = sh + sl
    const shift = x < 2.2250738585072014e-308 ? 54 : 0;
    const normal = shift === 0 ? x : x * 18014398509481984;
    const e = exponentAbove(normal);
    const k = e - shift;
    const f = normal * powerOfTwo(-e) - 1;
    const d = 2 + f;
    const dl = f - (d - 2);
    const sh = f / d;
    const p = sh * d;
    const sl = (((f - p) - productError(sh, d, p)) - sh * dl) / d;
    // log(1 + f) = 2s + s·w, w = z·(2/3 + z·U(z)) = wh + wl, z = s² = zh + zl
    const zh = sh * sh;
    const zl = productError(sh, sh, zh) + 2 * sh * sl;
    const u = zh * (C5 + zh * (C7 + zh * (C9 + zh * (C11 + zh * (C13 + zh * (C15 + zh * C17))))));
    const th = TWO_THIRDS + u;
    const tl = (u - (th - TWO_THIRDS)) + TWO_THIRDS_LOW;
    const wh = zh * th;
    const wl = productError(zh, th, wh) + (zh * tl + zl * th);
    const vh = sh * wh;
    const vl = productError(sh, wh, vh) + (sh * wl + sl * wh);
    // log x = k·ln 2 + 2s + v, summed from the greatest down: lh + ll
    const a = k * LN2_HIGH; // exact
    const b = 2 * sh;
    const ab = a + b;
    const abt = ab - a;
    const abl = (a - (ab - abt)) + (b - abt);
    const c = k * LN2_LOW; // rounded at 2^-87
    const abv = ab + vh;
    const abvt = abv - ab;
    const abvl = (ab - (abv - abvt)) + (vh - abvt);
    const rest = abl + abvl;
    const low = rest + c;
    const lowt = low - rest;
    const lowl = (rest - (low - lowt)) + (c - lowt) + (2 * sl + vl);
    const sum = abv + low;
    const ll = ((abv - sum) + low) + lowl;
    const lh = sum + ll;
    const lll = (sum - lh) + ll;
    const ph = y * lh;
    if (!(ph < 710))
        return Infinity;
    if (ph < -746)
        return 0;
    const pl = productError(y, lh, ph) + y * lll;
    const n = nearestPower(ph);
    const high = ph - n * LN2_HIGH;
    const g = 1 + high;
    return scaleByPower(g + (((1 - g) + high) + expTail(high, n * LN2_LOW - pl)), n);
}
/** a·b − p for p = a·b rounded, exactly; |a|, |b| < 2^990 (Dekker 1971: both factors in halves of 26 bits). */
function productError(a, b, p) {
    const as = 134217729 * a;
    const a1 = as - (as - a);
    const a2 = a - a1;
    const bs = 134217729 * b;
    const b1 = bs - (bs - b);
    const b2 = b - b1;
    return ((a1 * b1 - p) + a1 * b2 + a2 * b1) + a2 * b2;
}
