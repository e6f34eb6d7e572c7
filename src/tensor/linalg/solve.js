// Linear systems and the inverse, by LU factorization with partial pivoting.
import { checkFiniteMatrix, checkSquare, identity, matrix, maxAbs } from './matrix.js';
import { addScaledInto } from './vector.js';
/**
 * X with a·X = b (Gaussian elimination, the largest element of the column as pivot, the first of equals).
 * Source: Golub & Van Loan, Matrix Computations, 4th ed., § 3.4.
 * Shapes: a [n, n], b [n, k] → [n, k].
 * Cost: (2/3)·n³ + 2·n²·k flops.
 * Accuracy: ‖a·X − b‖ of some n·ε·‖a‖·‖X‖; the error of X itself is κ(a) times larger. Nearly singular matrices are
 * solved as they are: ask conditionNumber(a) first where that matters. Magnitudes do not matter: elements near the ends
 * of the range are scaled by powers of two, all others keep their bits.
 * Throws: RangeError for shapes that do not fit, NaN or infinite elements, a pivot that is exactly zero (singular), or
 * a solution beyond the range of float64.
 */
export function solve(a, b) {
    return eliminate('solve', a, b);
}
/**
 * a⁻¹, the X with a·X = I. Where a⁻¹·b is wanted, solve(a, b) is cheaper and more accurate.
 * Cost: (8/3)·n³ flops.
 * Throws: RangeError as solve.
 */
export function inverse(a) {
    return eliminate('inverse', a, identity(a.rows));
}
function eliminate(where, a, b) {
    checkSquare(where, 'a', a);
    const n = a.rows;
    const k = b.columns;
    if (b.rows !== n)
        throw new RangeError(`${where}: b must have ${n} rows like a, got [${b.rows}, ${k}]`);
    checkFiniteMatrix(where, 'a', a);
    checkFiniteMatrix(where, 'b', b);
    const x = eliminated(where, a, b, scaleOf(a, 1), scaleOf(b, 1))
        ?? eliminated(where, a, b, scaleOf(a, DOWN), scaleOf(b, DOWN));
    if (x === undefined) {
        throw new RangeError(`${where}: a must be far enough from singular for a finite result, got a [${n}, ${n}] whose `
            + 'result overflows');
    }
    return matrix(n, k, x);
}
// Subnormal numbers, of which some are made in between from elements up to 2⁻⁹⁰⁰ on, have fewer digits; raised by 2¹²⁰
// everything that counts is normal. Sums of elements near 2¹⁰²⁴ overflow; lowered by 2⁻⁶⁴ they do not.
const TINY = 1.1830521861667747e-271; // 2⁻⁹⁰⁰
const UP = 1.329227995784916e36; // 2¹²⁰
const DOWN = 5.421010862427522e-20; // 2⁻⁶⁴
function scaleOf(a, ordinary) {
    return maxAbs(a) < TINY ? UP : ordinary;
}
/** X by rows, computed from a and b times the given powers of two; undefined when a number overflowed on the way. */
function eliminated(where, a, b, scaleOfA, scaleOfB) {
    const n = a.rows;
    const k = b.columns;
    const u = a.data.map((value) => scaleOfA * value);
    const x = b.data.map((value) => scaleOfB * value);
    for (let j = 0; j < n; j++) {
        let pivot = j;
        for (let i = j + 1; i < n; i++)
            if (Math.abs(u[i * n + j]) > Math.abs(u[pivot * n + j]))
                pivot = i;
        if (u[pivot * n + j] === 0) {
            if (!u.every(Number.isFinite))
                return undefined;
            throw new RangeError(`${where}: a must be invertible, got a zero pivot at column ${j} of ${n} (matrix singular)`);
        }
        if (pivot !== j) {
            exchangeRows(u, n, j, pivot);
            exchangeRows(x, k, j, pivot);
        }
        for (let i = j + 1; i < n; i++) {
            const factor = u[i * n + j] / u[j * n + j];
            if (factor === 0)
                continue;
            addScaledInto(u, i * n + j + 1, -factor, u, j * n + j + 1, n - j - 1);
            addScaledInto(x, i * k, -factor, x, j * k, k);
        }
    }
    for (let j = n - 1; j >= 0; j--) {
        for (let c = j * k; c < j * k + k; c++)
            x[c] /= u[j * n + j];
        for (let i = 0; i < j; i++)
            addScaledInto(x, i * k, -u[i * n + j], x, j * k, k);
    }
    for (let i = 0; i < n * k; i++)
        x[i] *= scaleOfA / scaleOfB;
    return x.every(Number.isFinite) && u.every(Number.isFinite) ? x : undefined;
}
function exchangeRows(x, width, i, j) {
    const row = x.slice(i * width, i * width + width);
    x.copyWithin(i * width, j * width, j * width + width);
    x.set(row, j * width);
}
