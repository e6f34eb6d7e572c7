// What log and log1p share: x = 2^k·(1 + f) with √½ ≤ 1 + f < √2, and log(1 + f) + k·ln 2 on that interval.
import { LN2_HIGH, LN2_LOW, powerOfTwo } from './exponential.js';
// (log((1 + s)/(1 − s)) − 2s) / s³ in z = s², degree 6 on 0 ≤ z ≤ 0.029441: Remez exchange at 300 bits, rounded to
// float64. Greatest error of the whole logarithm relative to it: 1.2e-18 before that, 1.5e-18 = 2^-59.2 after it.
const C3 = 0.6666666666666734; // 0x3fe5555555555592
const C5 = 0.39999999999416014; // 0x3fd999999997fea8
const C7 = 0.28571428742103228; // 0x3fd24924941e4a2f
const C9 = 0.22222198601040272; // 0x3fcc71c5212ef4ea
const C11 = 0.18183562947251841; // 0x3fc74663d0ea804c
const C13 = 0.15314084102105469; // 0x3fc39a1e7bef05d2
const C15 = 0.14795630829643414; // 0x3fc2f03b78af5eb8
/**
 * log(1 + f) + k·ln 2 + c for √½ − 1 ≤ f < √2 − 1 and a correction |c| < 2^-53.
 * With s = f/(2 + f): log(1 + f) = f − f²/2 + s·(f²/2 + s²·T(s²)), so f, which is exact, is added last but one.
 * Order: Estrin in s² (pairs, then s⁴, then s⁸).
 */
export function logReduced(f, k, c) {
    const s = f / (2 + f);
    const z = s * s;
    const z2 = z * z;
    const t = z * (((C3 + z * C5) + z2 * (C7 + z * C9)) + z2 * z2 * ((C11 + z * C13) + z2 * C15));
    const h = 0.5 * f * f;
    return k * LN2_HIGH - ((h - (s * (h + t) + (k * LN2_LOW + c))) - f);
}
const FLOAT = /* @__PURE__ */ new Float64Array([1]);
const WORDS = /* @__PURE__ */ new Uint32Array(FLOAT.buffer);
/** Where the high word of a float64 stands: the byte order of the machine. */
const HIGH = /* @__PURE__ */ highWord();
const SQRT_HALF_HIGH = 0x3fe6a09e; // high word of √½
function highWord() {
    return WORDS[1] === 0x3ff00000 ? 1 : 0;
}
/** k with √½ ≤ x·2^-k < √2 (to the 20 bits of the high word), for a normal positive x. */
export function exponentAbove(x) {
    FLOAT[0] = x;
    return ((WORDS[HIGH] | 0) - SQRT_HALF_HIGH) >> 20;
}
/** log(x) + c for a normal positive x and a correction |c| < 2^-53; `shift` is added to the power of two. */
export function logNormal(x, shift, c) {
    const k = exponentAbove(x);
    return logReduced(x * powerOfTwo(-k) - 1, k + shift, c);
}
