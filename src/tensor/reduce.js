// Reductions of a contiguous stretch to one number, in a declared order: element i goes to partial sum i mod 8, each
// partial sum runs in float64 with i ascending, and the eight are combined as
// ((s0 + s4) + (s2 + s6)) + ((s1 + s5) + (s3 + s7)). Eight sums hide the latency of an addition in scalar code and fill
// four 2-lane registers in vector code; the fixed tree gives both the same bits.
import { checkFloat32, checkLength } from './check.js';
/** Σᵢ xᵢ in float64. Order: eight interleaved partial sums, see above. 0 for an empty array. */
export function sum(x) {
    checkFloat32('sum', 'x', x);
    let s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
    const whole = x.length - (x.length % 8);
    for (let i = 0; i < whole; i += 8) {
        s0 += x[i];
        s1 += x[i + 1];
        s2 += x[i + 2];
        s3 += x[i + 3];
        s4 += x[i + 4];
        s5 += x[i + 5];
        s6 += x[i + 6];
        s7 += x[i + 7];
    }
    const rest = x.length - whole;
    if (rest > 0)
        s0 += x[whole];
    if (rest > 1)
        s1 += x[whole + 1];
    if (rest > 2)
        s2 += x[whole + 2];
    if (rest > 3)
        s3 += x[whole + 3];
    if (rest > 4)
        s4 += x[whole + 4];
    if (rest > 5)
        s5 += x[whole + 5];
    if (rest > 6)
        s6 += x[whole + 6];
    return s0 + s4 + (s2 + s6) + (s1 + s5 + (s3 + s7));
}
/** Σᵢ xᵢ·yᵢ in float64, each product exact. Order: eight interleaved partial sums. Throws: RangeError, TypeError. */
export function dot(x, y) {
    checkFloat32('dot', 'x', x);
    checkFloat32('dot', 'y', y);
    checkLength('dot', 'y', y, x.length);
    let s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
    const whole = x.length - (x.length % 8);
    for (let i = 0; i < whole; i += 8) {
        s0 += x[i] * y[i];
        s1 += x[i + 1] * y[i + 1];
        s2 += x[i + 2] * y[i + 2];
        s3 += x[i + 3] * y[i + 3];
        s4 += x[i + 4] * y[i + 4];
        s5 += x[i + 5] * y[i + 5];
        s6 += x[i + 6] * y[i + 6];
        s7 += x[i + 7] * y[i + 7];
    }
    const rest = x.length - whole;
    if (rest > 0)
        s0 += x[whole] * y[whole];
    if (rest > 1)
        s1 += x[whole + 1] * y[whole + 1];
    if (rest > 2)
        s2 += x[whole + 2] * y[whole + 2];
    if (rest > 3)
        s3 += x[whole + 3] * y[whole + 3];
    if (rest > 4)
        s4 += x[whole + 4] * y[whole + 4];
    if (rest > 5)
        s5 += x[whole + 5] * y[whole + 5];
    if (rest > 6)
        s6 += x[whole + 6] * y[whole + 6];
    return s0 + s4 + (s2 + s6) + (s1 + s5 + (s3 + s7));
}
/**
 * cos∠(x, y) = ⟨x, y⟩ / (‖x‖‖y‖) in float64; NaN when either vector is zero, which has no direction.
 * The scale of x and y does not matter: float64 holds the square of every float32 number exactly.
 * Why not 1 or 0: a zero row scored as aligned or not has misled published measurements; callers count and drop it.
 */
export function cosine(x, y) {
    const norms = Math.sqrt(dot(x, x)) * Math.sqrt(dot(y, y));
    return norms === 0 ? NaN : dot(x, y) / norms;
}
/** outⱼ (+)= Σᵢ x[i, j], the sums over the rows of x [rows, columns]. Order: i ascending in float64, rounded once. */
export function sumRowsInto(out, x, rows, columns, accumulate = false) {
    checkFloat32('sumRowsInto', 'out', out);
    checkLength('sumRowsInto', 'out', out, columns);
    checkLength('sumRowsInto', 'x', x, rows * columns);
    // Six columns at a time: six independent chains of additions, as in the register tile of the matrix product.
    let j = 0;
    for (; j + 6 <= columns; j += 6) {
        let s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0;
        if (accumulate) {
            s0 = out[j];
            s1 = out[j + 1];
            s2 = out[j + 2];
            s3 = out[j + 3];
            s4 = out[j + 4];
            s5 = out[j + 5];
        }
        for (let i = 0, at = j; i < rows; i++, at = at + columns | 0) {
            s0 += x[at];
            s1 += x[at + 1 | 0];
            s2 += x[at + 2 | 0];
            s3 += x[at + 3 | 0];
            s4 += x[at + 4 | 0];
            s5 += x[at + 5 | 0];
        }
        out[j] = s0;
        out[j + 1] = s1;
        out[j + 2] = s2;
        out[j + 3] = s3;
        out[j + 4] = s4;
        out[j + 5] = s5;
    }
    for (; j < columns; j++) {
        let total = accumulate ? out[j] : 0;
        for (let i = 0, at = j; i < rows; i++, at = at + columns | 0)
            total += x[at];
        out[j] = total;
    }
    return out;
}
/** Index of the first NaN or infinity of x, or −1. Cost: one pass that stops at the first. */
export function firstNonFinite(x) {
    // x − x is 0 exactly for finite x and NaN otherwise.
    for (let i = 0; i < x.length; i++)
        if (x[i] - x[i] !== 0)
            return i;
    return -1;
}
