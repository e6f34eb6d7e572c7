// Where operands of vector kernels lie, and when their code may run on them: what all families of kernels ask.
const ADDRESSES = 4294967296; // 2^32
/** The operands of one memory. */
export function operandsIn(addressOf, scratch) {
    const locate = (array) => {
        if (!(array instanceof Float32Array))
            return -1;
        const address = addressOf(array);
        // Loops end at the address behind the last element, which must still be a 32-bit number.
        return address + 4 * array.length < ADDRESSES ? address : -1;
    };
    return {
        addressOf,
        locate,
        scratch,
        unary: (scalar, vector) => (out, x) => {
            const atOut = locate(out), atX = locate(x);
            if (atOut < 0 || atX < 0 || x.length !== out.length || shifted(atOut, atX, out.length))
                return scalar(out, x);
            vector(atOut, atX, out.length);
            return out;
        },
        binary: (scalar, vector) => (out, x, y) => {
            const atOut = locate(out), atX = locate(x), atY = locate(y);
            if (atOut < 0 || atX < 0 || atY < 0)
                return scalar(out, x, y);
            const length = out.length;
            if (x.length !== length || y.length !== length || shifted(atOut, atX, length) || shifted(atOut, atY, length)) {
                return scalar(out, x, y);
            }
            vector(atOut, atX, atY, length);
            return out;
        },
    };
}
/** Whether x is a whole matrix of these sizes. */
export function matrix(x, rows, columns) {
    const whole = Number.isSafeInteger(rows) && rows >= 0 && Number.isSafeInteger(columns) && columns >= 0;
    return whole && x.length === rows * columns;
}
/** Whether two stretches of `length` elements overlap without being the same: then the order of elements decides. */
export function shifted(at, other, length) {
    return at !== other && Math.abs(at - other) < 4 * length;
}
/** Whether two stretches share an element. */
export function overlap(at, length, other, otherLength) {
    return at < other + 4 * otherLength && other < at + 4 * length;
}
