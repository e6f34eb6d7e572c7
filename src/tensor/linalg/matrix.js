// Float64 matrices: the oracle of the float32 engine and the language of src/theory. Small, allocating, easy to read;
// speed is the business of ../matmul.ts.
import { checkSize, show } from '../check.js';
/** A matrix over `data` (not copied), or of zeros. Throws: RangeError when the sizes do not fit. */
export function matrix(rows, columns, data) {
    const size = checkSize('matrix', 'rows', rows) * checkSize('matrix', 'columns', columns);
    data ??= new Float64Array(size);
    if (data.length !== size) {
        throw new RangeError(`matrix: data must have ${size} elements for [${rows}, ${columns}], got ${data.length}`);
    }
    return { rows, columns, data };
}
/** A matrix from nested arrays. Throws: RangeError for ragged rows. */
export function matrixFromRows(rows) {
    const columns = rows.length === 0 ? 0 : rows[0].length;
    const a = matrix(rows.length, columns);
    for (let i = 0; i < rows.length; i++) {
        if (rows[i].length !== columns) {
            throw new RangeError(`matrixFromRows: rows[${i}] must have ${columns} elements like rows[0], got ${rows[i].length}`);
        }
        a.data.set(rows[i], i * columns);
    }
    return a;
}
/** I, the n×n identity. */
export function identity(n) {
    const a = matrix(n, n);
    for (let i = 0; i < n; i++)
        a.data[i * n + i] = 1;
    return a;
}
/** diag(d): d on the diagonal, zero elsewhere. */
export function diagonal(d) {
    const a = matrix(d.length, d.length);
    for (let i = 0; i < d.length; i++)
        a.data[i * d.length + i] = d[i];
    return a;
}
/** aᵀ. */
export function transpose(a) {
    const { rows, columns } = a;
    const out = matrix(columns, rows);
    for (let i = 0; i < rows; i++)
        for (let j = 0; j < columns; j++)
            out.data[j * rows + i] = a.data[i * columns + j];
    return out;
}
/** a·b, each element summed over k ascending in float64. Shapes: [m, k]·[k, n] → [m, n]. Throws: RangeError. */
export function multiply(a, b) {
    if (a.columns !== b.rows) {
        throw new RangeError(`multiply: inner sizes must match, got a [${a.rows}, ${a.columns}] and b [${b.rows}, ${b.columns}]`);
    }
    const m = a.rows;
    const n = b.columns;
    const k = a.columns;
    const out = matrix(m, n);
    const c = out.data;
    for (let i = 0; i < m; i++) {
        for (let p = 0; p < k; p++) {
            const aip = a.data[i * k + p];
            for (let j = 0; j < n; j++)
                c[i * n + j] += aip * b.data[p * n + j];
        }
    }
    return out;
}
/** a + factor·b. Throws: RangeError when the shapes differ. */
export function addScaled(a, factor, b) {
    if (a.rows !== b.rows || a.columns !== b.columns) {
        throw new RangeError(`addScaled: b must have the shape [${a.rows}, ${a.columns}] of a, got [${b.rows}, ${b.columns}]`);
    }
    const out = matrix(a.rows, a.columns);
    for (let i = 0; i < out.data.length; i++)
        out.data[i] = a.data[i] + factor * b.data[i];
    return out;
}
/** factor·a. */
export function scaled(factor, a) {
    return { rows: a.rows, columns: a.columns, data: a.data.map((x) => factor * x) };
}
/** tr(a). Throws: RangeError unless a is square. */
export function trace(a) {
    checkSquare('trace', 'a', a);
    let sum = 0;
    for (let i = 0; i < a.rows; i++)
        sum += a.data[i * a.columns + i];
    return sum;
}
/** ⟨a, b⟩ = Σᵢⱼ aᵢⱼ bᵢⱼ. Throws: RangeError when the numbers of elements differ. */
export function innerProduct(a, b) {
    if (a.data.length !== b.data.length) {
        throw new RangeError(`innerProduct: b must have ${a.data.length} elements like a, got ${b.data.length}`);
    }
    let sum = 0;
    for (let i = 0; i < a.data.length; i++)
        sum += a.data[i] * b.data[i];
    return sum;
}
/** maxᵢⱼ |aᵢⱼ|, NaN if any element is NaN; 0 for an empty matrix. */
export function maxAbs(a) {
    let most = 0;
    for (let i = 0; i < a.data.length; i++)
        most = Math.max(most, Math.abs(a.data[i]));
    return most;
}
/** Throws a RangeError unless `a` is square. */
export function checkSquare(where, name, a) {
    if (a.rows !== a.columns)
        throw new RangeError(`${where}: ${name} must be square, got [${a.rows}, ${a.columns}]`);
}
/** Throws a RangeError naming the place when `a` holds a NaN or an infinity. */
export function checkFiniteMatrix(where, name, a) {
    for (let i = 0; i < a.data.length; i++) {
        if (Number.isFinite(a.data[i]))
            continue;
        const place = `(${Math.floor(i / a.columns)}, ${i % a.columns})`;
        throw new RangeError(`${where}: ${name} must hold finite numbers only, got ${show(a.data[i])} at ${place}`);
    }
}
