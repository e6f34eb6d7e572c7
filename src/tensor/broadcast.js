// Kernels that only move values.
import { checkFloat32, checkLength, checkSize } from './check.js';
/** out := x. Aliasing: any. Throws: TypeError, RangeError for different lengths. */
export function copyInto(out, x) {
    checkFloat32('copyInto', 'out', out);
    checkFloat32('copyInto', 'x', x);
    checkLength('copyInto', 'x', x, out.length);
    out.set(x);
    return out;
}
/** out := value in every element, rounded to float32. Throws: TypeError. */
export function fillInto(out, value) {
    checkFloat32('fillInto', 'out', out);
    return out.fill(value);
}
/**
 * out[i, j] := row[j] for out [rows, columns]: the bias of a layer, before a product is added to it.
 * Aliasing: none. Throws: TypeError, RangeError.
 */
export function broadcastRowsInto(out, row, rows) {
    checkFloat32('broadcastRowsInto', 'out', out);
    checkFloat32('broadcastRowsInto', 'row', row);
    checkSize('broadcastRowsInto', 'rows', rows);
    checkLength('broadcastRowsInto', 'out', out, rows * row.length);
    const columns = row.length;
    for (let at = 0; at < out.length; at = at + columns | 0)
        for (let j = 0; j < columns; j++)
            out[at + j | 0] = row[j];
    return out;
}
