// Cholesky factorization: the test of positive definiteness, and the cheapest solver when it passes.
import { checkFiniteMatrix, checkSquare, matrix, maxAbs } from './matrix.js';
import { symmetrized } from './symmetric.js';
import { addScaledInto, dot } from './vector.js';
/**
 * a = L·Lᵀ, L lower triangular with a positive diagonal.
 * Equation: Lⱼⱼ = √(aⱼⱼ − Σ_{p<j} Lⱼₚ²), Lᵢⱼ = (aᵢⱼ − Σ_{p<j} LᵢₚLⱼₚ)/Lⱼⱼ.
 * Source: Golub & Van Loan, Matrix Computations, 4th ed., § 4.2.
 * Cost: n³/3 flops. Nothing is scaled: Lᵢₚ² ≤ aᵢᵢ, so no step can overflow.
 * Accuracy: ‖a − L·Lᵀ‖ of some n·ε·‖a‖; fails only when κ(a)·n·ε is about 1 or a is indefinite.
 * Throws: RangeError when a is not square, finite, symmetric (to 16·n·ε·max|a|) or positive definite.
 */
export function cholesky(a) {
    const source = symmetrized('cholesky', 'a', a).data;
    const n = a.rows;
    const out = matrix(n, n);
    const l = out.data;
    for (let i = 0; i < n; i++) {
        for (let j = 0; j <= i; j++) {
            const rest = source[i * n + j] - dot(l, i * n, l, j * n, j);
            if (i > j) {
                l[i * n + j] = rest / l[j * n + j];
            }
            else {
                if (!(rest > 0)) {
                    const why = 'matrix not positive definite';
                    throw new RangeError(`cholesky: a must have positive pivots, got ${rest} as pivot ${i} of ${n} (${why})`);
                }
                l[i * n + i] = Math.sqrt(rest);
            }
        }
    }
    return out;
}
/**
 * X with L·Lᵀ·X = B, L from cholesky (only its lower triangle is read).
 * Shapes: l [n, n], b [n, k] → [n, k].
 * Cost: 2·n²·k flops.
 * Throws: RangeError for shapes that do not fit, NaN or infinite elements, a zero on the diagonal of l, or a solution
 * beyond the range of float64.
 */
export function choleskySolve(l, b) {
    checkSquare('choleskySolve', 'l', l);
    const n = l.rows;
    const k = b.columns;
    if (b.rows !== n)
        throw new RangeError(`choleskySolve: b must have ${n} rows like l, got [${b.rows}, ${k}]`);
    checkFiniteMatrix('choleskySolve', 'l', l);
    checkFiniteMatrix('choleskySolve', 'b', b);
    for (let i = 0; i < n; i++) {
        if (l.data[i * n + i] !== 0)
            continue;
        throw new RangeError(`choleskySolve: l must have a diagonal without zeros, got 0 at ${i}`);
    }
    const out = matrix(n, k, b.data.slice());
    const x = out.data;
    for (let i = 0; i < n; i++) { // L·Y = B
        for (let p = 0; p < i; p++)
            addScaledInto(x, i * k, -l.data[i * n + p], x, p * k, k);
        for (let c = i * k; c < i * k + k; c++)
            x[c] /= l.data[i * n + i];
    }
    for (let i = n - 1; i >= 0; i--) { // Lᵀ·X = Y
        for (let c = i * k; c < i * k + k; c++)
            x[c] /= l.data[i * n + i];
        for (let p = 0; p < i; p++)
            addScaledInto(x, p * k, -l.data[i * n + p], x, i * k, k);
    }
    if (!x.every(Number.isFinite)) {
        throw new RangeError(`choleskySolve: b must be small enough for a finite result, got elements up to ${maxAbs(b)}`);
    }
    return out;
}
