// The three products of training over the one `Gemm`, with their operands in the order of the equation. A tensor of more
// than two axes is the matrix of its rows: [O, C, kH, kW] is [O, C·kH·kW], [B, C, H, W] is [B, C·H·W].
import { show } from '../check.js';
/**
 * C := A·B, or C := C + A·B with `accumulate`, rounded once. Shapes: A [m, k], B [k, n], C [m, n].
 * Order, Aliasing: as `Gemm`. Cost: 2·m·n·k flops; nothing is allocated. Throws: RangeError for shapes that do not fit.
 */
export function timesInto(kernels, c, a, b, accumulate = false) {
    const m = a.shape[0], k = columns(a), n = columns(b);
    if (b.shape[0] !== k || c.shape[0] !== m || columns(c) !== n)
        throw misfit('timesInto', 'A·B', c, a, b);
    kernels.gemm(m, n, k, a.data, false, b.data, false, c.data, accumulate);
}
/** C := A·Bᵀ, or C := C + A·Bᵀ. Shapes: A [m, k], B [n, k], C [m, n]. Everything else as `timesInto`. */
export function timesTransposedInto(kernels, c, a, b, accumulate = false) {
    const m = a.shape[0], k = columns(a), n = b.shape[0];
    if (columns(b) !== k || c.shape[0] !== m || columns(c) !== n)
        throw misfit('timesTransposedInto', 'A·Bᵀ', c, a, b);
    kernels.gemm(m, n, k, a.data, false, b.data, true, c.data, accumulate);
}
/** C := Aᵀ·B, or C := C + Aᵀ·B. Shapes: A [k, m], B [k, n], C [m, n]. Everything else as `timesInto`. */
export function transposedTimesInto(kernels, c, a, b, accumulate = false) {
    const m = columns(a), k = a.shape[0], n = columns(b);
    if (b.shape[0] !== k || c.shape[0] !== m || columns(c) !== n)
        throw misfit('transposedTimesInto', 'Aᵀ·B', c, a, b);
    kernels.gemm(m, n, k, a.data, true, b.data, false, c.data, accumulate);
}
/** Elements of a row. */
function columns({ shape }) {
    let size = 1;
    for (let axis = 1; axis < shape.length; axis++)
        size *= shape[axis];
    return size;
}
function misfit(where, form, c, a, b) {
    return new RangeError(`${where}: C = ${form} must fit, got A ${show(a.shape)}, B ${show(b.shape)} and C ${show(c.shape)}`);
}
