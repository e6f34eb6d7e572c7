import { log } from './log.js';
import { logNormal, logReduced } from './logarithm.js';
/**
 * log(1 + x) without cancellation near 0: beyond |x| ≈ 0.3 what the sum 1 + x loses is added back, divided by it.
 * NaN below −1, −∞ at −1. Order: logarithm.ts. Accuracy: below 0.9 ulp.
 * Float64: greatest error found 0.882 ulp, at −0.2929256957440899 (4·10⁷ inputs, densest near √½ − 1).
 * Float32: 9 of all 2^32 inputs are wrongly rounded, by 0.5000000009 ulp at most; greatest float64 error 0.741 ulp
 * (2026-11, npm run test:all-float32 -- --function log1p).
 */
export function log1p(x) {
    if (x > -0.29 && x < 0.41)
        return x === 0 ? x : logReduced(x, 0, 0);
    if (!(x > -1 && x < Infinity))
        return log(1 + x);
    const u = 1 + x;
    const lost = x < 1 ? x - (u - 1) : 1 - (u - x); // 1 + x = u + lost exactly
    return logNormal(u, 0, lost / u);
}
