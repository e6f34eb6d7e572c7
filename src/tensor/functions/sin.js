import { cosReduced, reduceQuarter, REMAINDER, sinReduced } from './trigonometric.js';
/**
 * sin x, x in radians: ±sin r or ±cos r, x = n·π/2 + r.
 * Order: trigonometric.ts. Accuracy: below 0.85 ulp for every finite x. NaN at ±∞.
 * Float64: greatest error found 0.785 ulp, at 0.7862214734292752 (10⁶ inputs, densest near odd multiples of π/4).
 * Float32: 2 of all 2^32 inputs are wrongly rounded, by 0.5000000007 ulp at most; greatest float64 error 0.812 ulp
 * (2026-11, npm run test:all-float32 -- --function sin).
 */
export function sin(x) {
    if (!(Math.abs(x) < Infinity))
        return NaN;
    if (x === 0)
        return x;
    const n = reduceQuarter(x);
    const y = (n & 1) === 0 ? sinReduced(REMAINDER[0], REMAINDER[1]) : cosReduced(REMAINDER[0], REMAINDER[1]);
    return n < 2 ? y : -y;
}
