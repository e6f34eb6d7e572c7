import { expReduced, nearestPower, powerOfTwo, scaleByPower } from './exponential.js';
/**
 * e^x = 2^n·e^r, n = round(x/ln 2), |r| ≤ ln 2 / 2.
 * Order: exponential.ts; branch-free on [−708, 709], the range that decides every float32 result: clamping to it first
 * changes none.
 * Accuracy: below 0.7 ulp where the result is normal, below 0.85 where it is subnormal and rounded twice (x < −708.39).
 * Float64: greatest error found 0.684 ulp, at 703.9082197605695 (some 10⁷ inputs, densest near ties and ends).
 * Float32: none of all 2^32 inputs is wrongly rounded; greatest float64 error 0.685 ulp
 * (2026-11, npm run test:all-float32 -- --function exp).
 * Why: a table of 2^(j/32) would halve the degree, but lanes of WebAssembly cannot gather from a table.
 */
export function exp(x) {
    if (x >= -708 && x <= 709) {
        const n = nearestPower(x);
        return expReduced(x, n) * powerOfTwo(n);
    }
    // Beyond [-746, 710] nothing but 0 and ∞ is left; NaN passes through.
    const clamped = Math.min(Math.max(x, -746), 710);
    const n = nearestPower(clamped);
    return scaleByPower(expReduced(clamped, n), n);
}
