// Sparse matrices by rows (CSR). Plain TypeScript in every tier: products with them are bound by memory, and one order
// of summation gives the same bits everywhere.
import { checkLength, checkSize } from './check.js';
/** Throws: RangeError, TypeError naming what does not fit together. */
export function checkPattern(where, name, pattern) {
    const { rows, columns, rowStarts, columnIndices } = pattern;
    checkSize(where, `${name}.rows`, rows);
    checkSize(where, `${name}.columns`, columns);
    checkLength(where, `${name}.rowStarts`, rowStarts, rows + 1);
    if (rowStarts[0] !== 0 || rowStarts[rows] !== columnIndices.length) {
        throw new RangeError(`${where}: ${name}.rowStarts must run from 0 to ${columnIndices.length}, `
            + `got ${rowStarts[0]} to ${rowStarts[rows]}`);
    }
    for (let i = 0; i < rows; i++) {
        if (rowStarts[i] <= rowStarts[i + 1])
            continue;
        throw new RangeError(`${where}: ${name}.rowStarts must ascend, got ${rowStarts[i]} before ${rowStarts[i + 1]} at row ${i}`);
    }
    for (let at = 0; at < columnIndices.length; at++) {
        if (columnIndices[at] >= 0 && columnIndices[at] < columns)
            continue;
        throw new RangeError(`${where}: ${name}.columnIndices[${at}] must be at least 0 and below ${columns}, got ${columnIndices[at]}`);
    }
}
/** Aᵀ without values. */
export function transposePattern({ rows, columns, rowStarts, columnIndices }) {
    const starts = new Int32Array(columns + 1);
    for (let at = 0; at < columnIndices.length; at++)
        starts[columnIndices[at] + 1]++;
    for (let j = 0; j < columns; j++)
        starts[j + 1] += starts[j];
    const next = starts.slice();
    const indices = new Int32Array(columnIndices.length);
    const places = new Int32Array(columnIndices.length);
    for (let i = 0; i < rows; i++) {
        for (let at = rowStarts[i]; at < rowStarts[i + 1]; at++) {
            const to = next[columnIndices[at]]++;
            indices[to] = i;
            places[to] = at;
        }
    }
    return { rows: columns, columns: rows, rowStarts: starts, columnIndices: indices, places };
}
/** Aᵀ. */
export function transposeSparse(matrix) {
    const { places, ...pattern } = transposePattern(matrix);
    return { ...pattern, values: Float32Array.from(places, (at) => matrix.values[at]) };
}
/**
 * sums += row i of A·X for X [columns, features] in `x`. Order: the row's entries as they are stored, in float64;
 * nothing is rounded.
 */
export function addSparseRow(sums, a, i, x, features) {
    const { rowStarts, columnIndices, values } = a;
    for (let at = rowStarts[i]; at < rowStarts[i + 1]; at++) {
        const value = values[at], from = columnIndices[at] * features | 0;
        for (let j = 0; j < features; j++)
            sums[j] += value * x[from + j | 0];
    }
}
/** out := A·X for X [columns, features], row by row as `addSparseRow`, each element rounded once. */
export function sparseTimesInto(out, a, x, features, sums) {
    for (let i = 0; i < a.rows; i++) {
        sums.fill(0);
        addSparseRow(sums, a, i, x, features);
        const to = i * features;
        for (let j = 0; j < features; j++)
            out[to + j] = sums[j];
    }
}
