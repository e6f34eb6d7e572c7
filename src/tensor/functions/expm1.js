import { exp } from './exp.js';
import { expTail, LN2_HIGH, LN2_LOW, nearestPower, powerOfTwo } from './exponential.js';
/**
 * e^x − 1 = 2^n·(e^r − 1) + (2^n − 1), n and r as in exp, without cancellation near 0.
 * Order: exponential.ts. Accuracy: below 1.1 ulp.
 * Float64: greatest error found 1.065 ulp, at 0.34900569677435017 (10⁷ inputs, densest near ln 2 / 2).
 * Float32: none of all 2^32 inputs is wrongly rounded; greatest float64 error 1.073 ulp
 * (2026-11, npm run test:all-float32 -- --function expm1).
 */
export function expm1(x) {
    if (x >= -708 && x <= 709) {
        const n = nearestPower(x);
        const high = x - n * LN2_HIGH;
        const tail = expTail(high, n * LN2_LOW);
        if (n === 0)
            return x === 0 ? x : high + tail;
        const scale = powerOfTwo(n);
        if (n < 0)
            return scale * (high + tail) + (scale - 1);
        if (n <= 52)
            return (scale * high + (scale - 1)) + scale * tail; // the first sum is exact
        const y = 1 + high;
        return (y + (((1 - y) + high) + (tail - powerOfTwo(-n)))) * scale;
    }
    if (x < -708)
        return -1;
    return exp(x); // ∞ and NaN too: the 1 is far below the last place
}
