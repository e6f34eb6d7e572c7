// Sums over arrays and rows, in TypeScript and in vector instructions.
import { dot, firstNonFinite, sum, sumRowsInto } from '../reduce.js';
import { matrix, overlap } from './operands.js';
/** The definitions. */
export const scalarReductions = { sum, dot, sumRowsInto, firstNonFinite };
/** The same functions on the exports of `emitReductions`. */
export function vectorReductions(wasm, { locate }) {
    return {
        sum(x) {
            const at = locate(x);
            return at < 0 ? sum(x) : wasm.sum(at, x.length);
        },
        dot(x, y) {
            const atX = locate(x), atY = locate(y);
            return atX < 0 || atY < 0 || x.length !== y.length ? dot(x, y) : wasm.dot(atX, atY, x.length);
        },
        sumRowsInto(out, x, rows, columns, accumulate = false) {
            const atOut = locate(out), atX = locate(x);
            if (atOut < 0 || atX < 0 || !matrix(x, rows, columns) || out.length !== columns
                || overlap(atOut, out.length, atX, x.length))
                return sumRowsInto(out, x, rows, columns, accumulate);
            wasm.sumRows(atOut, atX, rows, columns, accumulate ? 1 : 0);
            return out;
        },
        firstNonFinite(x) {
            const at = locate(x);
            return at < 0 ? firstNonFinite(x) : wasm.firstNonFinite(at, x.length);
        },
    };
}
