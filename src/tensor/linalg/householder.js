// Householder reflections H = I − τ·v·vᵀ, v₀ = 1, and the QR factorization made of them. Internal to linalg: the public
// faces are qr.ts and svd.ts. All arguments are scaled (see scaling.ts) and stored by columns, each column contiguous.
import { NEGLIGIBLE } from './scaling.js';
import { addScaledInto, dot } from './vector.js';
/**
 * H·x = β·e₁ with β = −sign(x₀)·‖x‖: finds H for the n elements x[p…] and replaces them by v. τ = 0, H = I when all
 * but the first are negligible.
 * Source: Golub & Van Loan, Matrix Computations, 4th ed., § 5.1.
 * Why: this sign never cancels in x₀ − β; callers that promise a sign flip it afterwards, exactly.
 */
export function reflectionInto(x, p, n) {
    const first = x[p];
    const below = dot(x, p + 1, x, p + 1, n - 1);
    x[p] = 1;
    if (below < NEGLIGIBLE * NEGLIGIBLE) {
        x.fill(0, p + 1, p + n);
        return { beta: first, tau: 0 };
    }
    const norm = Math.sqrt(first * first + below);
    const beta = first > 0 ? -norm : norm;
    const pivot = first - beta;
    for (let i = p + 1; i < p + n; i++)
        x[i] /= pivot;
    return { beta, tau: -pivot / beta };
}
/** x ← H·x = x − τ·(vᵀx)·v on n elements x[p…] with v at v[q…]. */
export function reflectInto(x, p, tau, v, q, n) {
    addScaledInto(x, p, -tau * dot(v, q, x, p, n), v, q, n);
}
/**
 * a·P = H₀H₁…·R in place, k = min(m, n) reflections; P = I unless `pivoting`, which takes the longest remaining column
 * next (Businger & Golub 1965), the first of equals.
 * Cost: 4·(m·n·k − (m + n)·k²/2 + k³/3) flops, half as many again when pivoting.
 * Why: the pivot norms are summed afresh at every step; updating them is cheaper but needs a rule against cancellation.
 */
export function householderQrInto(columns, m, n, pivoting) {
    const k = Math.min(m, n);
    const beta = new Float64Array(k);
    const tau = new Float64Array(k);
    const order = Int32Array.from({ length: n }, (_, j) => j);
    for (let j = 0; j < k; j++) {
        const at = j * m + j;
        if (pivoting)
            exchange(columns, m, order, j, longest(columns, m, n, j));
        const h = reflectionInto(columns, at, m - j);
        beta[j] = h.beta;
        tau[j] = h.tau;
        if (h.tau === 0)
            continue;
        for (let c = j + 1; c < n; c++)
            reflectInto(columns, c * m + j, h.tau, columns, at, m - j);
    }
    return { m, n, columns, beta, tau, order };
}
/** Element (i, j) of R, i < k. */
export function upperElement(f, i, j) {
    if (i > j)
        return 0;
    return i === j ? f.beta[j] : f.columns[j * f.m + i];
}
/** The columns a block applies reflections to together, so that they stay in the first-level cache. */
const BLOCK = 4;
/**
 * X ← H₀H₁…H_{k−1}·X for `count` columns of m elements.
 * When `unit`, column j of X is e_j and the reflections after j, which leave it alone, are passed over.
 */
export function applyQInto(x, count, f, unit) {
    const { m, columns, tau } = f;
    for (let start = 0; start < count; start += BLOCK) {
        const end = Math.min(count, start + BLOCK);
        for (let i = unit ? Math.min(end, tau.length) - 1 : tau.length - 1; i >= 0; i--) {
            if (tau[i] === 0)
                continue;
            for (let c = unit ? Math.max(start, i) : start; c < end; c++) {
                reflectInto(x, c * m + i, tau[i], columns, i * m + i, m - i);
            }
        }
    }
}
function longest(columns, m, n, from) {
    let best = from;
    let most = -1;
    for (let c = from; c < n; c++) {
        const square = dot(columns, c * m + from, columns, c * m + from, m - from);
        if (square > most) {
            most = square;
            best = c;
        }
    }
    return best;
}
function exchange(columns, m, order, i, j) {
    if (i === j)
        return;
    const column = columns.slice(i * m, i * m + m);
    columns.copyWithin(i * m, j * m, j * m + m);
    columns.set(column, j * m);
    const index = order[i];
    order[i] = order[j];
    order[j] = index;
}
