import { expReduced, nearestPower, powerOfTwo } from './exponential.js';
// Small |x|: erf x = x + x·(S1 + z·S(z)), z = x². (erf √z/√z − 2/√π)/z, degree 10 on 0 ≤ z ≤ 1: Remez exchange at
// 300 bits, rounded to float64. Greatest error relative to erf: 7.8e-18 before that, 3.8e-17 = 2^-54.5 after it.
const S1 = 0.12837916709551259; // 2/√π − 1
const S3 = -0.37612638903183598; // 0xbfd812746b0379cb
const S5 = 0.11283791670946204; // 0x3fbce2f21a0412c5
const S7 = -0.026866170643354087; // 0xbf9b82ce3120ba68
const S9 = 0.0052239776077303681; // 0x3f7565bccfaf0e4d
const S11 = -0.00085483259946191102; // 0xbf4c02db07748685
const S13 = 0.00012055295274731733; // 0x3f1f9a2bf53bcece
const S15 = -1.4924741228800406e-05; // 0xbeef4ca8d0b940d0
const S17 = 1.6447452891006292e-06; // 0x3ebb982091f1cebc
const S19 = -1.6208555130738521e-07; // 0xbe85c137963c2ba1
const S21 = 1.3719893868325649e-08; // 0x3e4d7697674dbae7
const S23 = -7.7948834234423152e-10; // 0xbe0ac873b43d5026
// Large |x|: 1 − erf x = e^(−x²)·N(x)/D(x), degrees 5 and 6 on 1 ≤ x ≤ 6: rational Remez exchange at 300 bits with
// D(0) = 1, rounded to float64. Greatest error relative to erf: 1.3e-18 = 2^-59.4 before that, 2^-58.4 after it.
const N0 = 0.99999988914541338;
const N1 = 1.390089302960269;
const N2 = 0.94891416742076584;
const N3 = 0.37323710562899531;
const N4 = 0.084233531983929688;
const N5 = 0.0089129847939038546;
const D1 = 2.5184673004889735;
const D2 = 2.790706086143623;
const D3 = 1.7559783316625368;
const D4 = 0.66950430282665774;
const D5 = 0.14929611831836179;
const D6 = 0.015797977591081449;
/**
 * erf x = 2/√π·∫₀ˣ e^(−t²) dt.
 * Equation: x + x·(2/√π − 1 + x²·S(x²)) for |x| < 1, ±(1 − e^(−x²)·N(|x|)/D(|x|)) up to 6, ±1 beyond.
 * Order: Estrin in all three polynomials, e^(−x²) as in exp; e^(−x²)·N before the division. Lanes clamp |x| to 6,
 * compute both pieces and select.
 * Accuracy: below 1.9 ulp (greatest just below 1), 0.26 on average.
 * Float64: greatest error found 1.832 ulp, at 0.9999099003290499 (10⁷ inputs, densest below 1).
 * Float32: none of all 2^32 inputs is wrongly rounded; greatest float64 error 1.607 ulp
 * (2026-11, npm run test:all-float32 -- --function erf).
 * Why: x² is exact for a float32 x, and for a float64 x its rounding moves erf by less than 0.2 ulp.
 */
export function erf(x) {
    const a = Math.abs(x);
    if (a < 1) {
        if (x === 0)
            return x;
        const z = x * x;
        const z2 = z * z;
        const z4 = z2 * z2;
        const s = ((S3 + z * S5) + z2 * (S7 + z * S9))
            + z4 * (((S11 + z * S13) + z2 * (S15 + z * S17)) + z4 * ((S19 + z * S21) + z2 * S23));
        return x + x * (S1 + z * s);
    }
    if (!(a < 6))
        return x > 0 ? 1 : x < 0 ? -1 : x; // 1 − erf 6 < 2^-55; NaN
    const q = -(a * a);
    const n = nearestPower(q);
    const a2 = a * a;
    const numerator = ((N0 + a * N1) + a2 * (N2 + a * N3)) + a2 * a2 * (N4 + a * N5);
    const denominator = ((1 + a * D1) + a2 * (D2 + a * D3)) + a2 * a2 * ((D4 + a * D5) + a2 * D6);
    const y = 1 - expReduced(q, n) * powerOfTwo(n) * numerator / denominator;
    return x < 0 ? -y : y;
}
/**
 * The constants above in their order, for the vector version. One array, because a constant exported by itself would be
 * read from the module's cell in every call.
 */
export const ERF_CONSTANTS = [S1, S3, S5, S7, S9, S11, S13, S15, S17, S19, S21, S23, N0, N1, N2, N3,
    N4, N5, D1, D2, D3, D4, D5, D6];
