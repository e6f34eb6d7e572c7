import { cosReduced, reduceQuarter, REMAINDER, sinReduced } from './trigonometric.js';
/**
 * cos x, x in radians: ±cos r or ±sin r, x = n·π/2 + r.
 * Order: trigonometric.ts. Accuracy: below 0.85 ulp for every finite x. NaN at ±∞.
 * Float64: greatest error found 0.816 ulp, at 0.7881421630411191 (10⁶ inputs, densest near odd multiples of π/4).
 * Float32: 4 of all 2^32 inputs are wrongly rounded, by 0.5000000003 ulp at most; greatest float64 error 0.813 ulp
 * (2026-11, npm run test:all-float32 -- --function cos).
 */
export function cos(x) {
    if (!(Math.abs(x) < Infinity))
        return NaN;
    const n = reduceQuarter(x);
    const y = (n & 1) === 0 ? cosReduced(REMAINDER[0], REMAINDER[1]) : sinReduced(REMAINDER[0], REMAINDER[1]);
    return n === 1 || n === 2 ? -y : y;
}
