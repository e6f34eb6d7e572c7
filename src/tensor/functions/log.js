import { logNormal } from './logarithm.js';
const LEAST_NORMAL = 2.2250738585072014e-308; // 2^-1022
const TWO_54 = 18014398509481984;
/**
 * log x = k·ln 2 + log(1 + f), x = 2^k·(1 + f), √½ ≤ 1 + f < √2.
 * NaN below 0, −∞ at ±0. Order: logarithm.ts. Accuracy: below 0.9 ulp.
 * Float64: greatest error found 0.887 ulp, at 0.7071017526719466 (4·10⁷ inputs, densest where f is near √½ − 1).
 * Float32: 5 of all 2^32 inputs are wrongly rounded, by 0.5000000009 ulp at most; greatest float64 error 0.742 ulp
 * (2026-11, npm run test:all-float32 -- --function log).
 */
export function log(x) {
    if (x >= LEAST_NORMAL && x < Infinity)
        return logNormal(x, 0, 0);
    if (x > 0)
        return x === Infinity ? x : logNormal(x * TWO_54, -54, 0);
    return x === 0 ? -Infinity : NaN;
}
