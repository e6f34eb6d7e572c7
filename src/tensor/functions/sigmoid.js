import { exp } from './exp.js';
import { expm1Reduced, nearestPower, powerOfTwo } from './exponential.js';
/**
 * σ(x) = 1/(1 + e^−x).
 * Order: e^−x = 2^n + 2^n·(e^r − 1); 1 + 2^n is summed first, or, for n > 52, 1 + 2^n·(e^r − 1). Branch-free, with a
 * select on n, on [−708, 708], the range that decides every float32 result: clamping to it first changes none.
 * Accuracy: below 1.75 ulp.
 * Float64: greatest error found 1.696 ulp, at −1.099441425241967 (10⁷ inputs, densest near −1.1).
 * Float32: 70 of all 2^32 inputs are wrongly rounded, by 0.5000000015 ulp at most; greatest float64 error 1.665 ulp
 * (2026-11, npm run test:all-float32 -- --function sigmoid).
 * Those are inputs |x| < 2^-16 whose 1/2 + x/4 is a float32 tie: what decides it, x³/48, is less than the last place
 * of the float64 result.
 */
export function sigmoid(x) {
    if (x >= -708 && x <= 708) {
        const n = nearestPower(-x);
        const scale = powerOfTwo(n);
        const part = scale * expm1Reduced(-x, n);
        return 1 / (n > 52 ? scale + (1 + part) : (1 + scale) + part); // 1 + 2^n is exact up to 52
    }
    return x > 0 ? 1 : exp(x); // below −708, 1 + e^−x = e^−x; NaN
}
