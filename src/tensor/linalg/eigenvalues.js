// The spectrum of a general real matrix, for the stability of fixed points: isolation, balancing, Hessenberg form,
// Francis' double-shift QR.
import { reflectionInto } from './householder.js';
import { checkFiniteMatrix, checkSquare, matrix, maxAbs } from './matrix.js';
import { normalizingFactor, scaledCopy, unscale } from './scaling.js';
import { addScaledInto, dot } from './vector.js';
/**
 * λ with det(a − λI) = 0, by descending real part, then descending imaginary part.
 * Source: Golub & Van Loan, Matrix Computations, 4th ed., §§ 7.4–7.5; balancing: Parlett & Reinsch 1969 with 2-norms as
 * James, Langou & Lowery 2014.
 * Shapes: a [n, n] → n values. Pairs have exactly equal real parts and opposite imaginary parts.
 * Cost: about 10·n³ flops.
 * Accuracy: exact for a + some ε·n·‖a‖; eigenvalues that multiply or nearly so move by up to the p-th root of that. The
 * diagonal of a triangular matrix, its rows and columns in any common order, comes back exactly.
 * Values beyond 1.8·10³⁰⁸ come out as Infinity.
 * Throws: RangeError when a is not square or not finite.
 */
export function eigenvalues(a) {
    checkSquare('eigenvalues', 'a', a);
    checkFiniteMatrix('eigenvalues', 'a', a);
    const found = [];
    const active = isolate(a.data, a.rows, found);
    const n = active.length;
    const balanced = matrix(n, n);
    for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++)
            balanced.data[i * n + j] = a.data[active[i] * a.rows + active[j]];
    }
    // Before the scaling: elements far below the largest may be large once they are balanced.
    balanceInto(balanced.data, n);
    const { data: h, factor } = scaledCopy(balanced);
    hessenbergInto(h, n);
    const rest = [];
    francisInto(h, n, rest);
    for (const [real, imaginary] of rest)
        found.push([unscale(real, factor), unscale(imaginary, factor)]);
    found.sort((x, y) => y[0] - x[0] || y[1] - x[1]);
    return { real: Float64Array.from(found, (x) => x[0]), imaginary: Float64Array.from(found, (x) => x[1]) };
}
/**
 * Peels off indices whose row or column is zero outside the diagonal: aᵢᵢ is then an eigenvalue and the others are
 * those of the matrix without i. Returns the indices that stay.
 */
function isolate(a, n, found) {
    let active = Array.from({ length: n }, (_, i) => i);
    for (let searching = true; searching;) {
        const i = active.find((i) => active.every((j) => i === j || a[i * n + j] === 0) || active.every((j) => i === j || a[j * n + i] === 0));
        searching = i !== undefined;
        if (i === undefined)
            break;
        found.push([a[i * n + i], 0]);
        active = active.filter((j) => j !== i);
    }
    return active;
}
/** 2¹⁰⁰⁰: the greatest factor of a row and a column at once; a further round does the rest. */
const MOST = 1.0715086071862673e301;
/**
 * h ← D⁻¹·h·D, D of powers of two (nothing is rounded), so that row i and column i get similar norms. The norms are
 * over √n, so that they are finite, and whatever the scales of h, those of each row and column count.
 */
function balanceInto(h, n) {
    const column = new Float64Array(n);
    const size = (x) => {
        const factor = normalizingFactor(maxAbs(matrix(1, n, x)));
        let squares = 0;
        for (let j = 0; j < n; j++)
            squares += factor * x[j] * (factor * x[j]);
        return Math.sqrt(squares / n) / factor;
    };
    for (let round = 0, changed = true; changed && round < 100; round++) { // 36 were the most needed
        changed = false;
        for (let i = 0; i < n; i++) {
            for (let j = 0; j < n; j++)
                column[j] = h[j * n + i];
            let c = size(column);
            let r = size(h.subarray(i * n, (i + 1) * n));
            if (c === 0 || r === 0)
                continue;
            const before = c / 2 + r / 2;
            let f = 1;
            for (; c < r / 2 && f < MOST; c *= 2, r /= 2)
                f *= 2;
            for (; r < c / 2 && f > 1 / MOST; c /= 2, r *= 2)
                f /= 2;
            if (c / 2 + r / 2 >= 0.95 * before)
                continue;
            changed = true;
            for (let j = 0; j < n; j++)
                h[j * n + i] *= f;
            for (let j = 0; j < n; j++)
                h[i * n + j] /= f;
        }
    }
}
/** h ← Qᵀ·h·Q with zeros below the first subdiagonal. */
function hessenbergInto(h, n) {
    const v = new Float64Array(n);
    const w = new Float64Array(n);
    for (let k = 0; k < n - 2; k++) {
        const size = n - k - 1;
        for (let i = 0; i < size; i++)
            v[i] = h[(k + 1 + i) * n + k];
        const { beta, tau } = reflectionInto(v, 0, size);
        for (let i = 0; i < size; i++)
            h[(k + 1 + i) * n + k] = i === 0 ? beta : 0;
        if (tau === 0)
            continue;
        w.fill(0);
        for (let i = 0; i < size; i++)
            addScaledInto(w, 0, v[i], h, (k + 1 + i) * n + k + 1, size);
        for (let i = 0; i < size; i++)
            addScaledInto(h, (k + 1 + i) * n + k + 1, -tau * v[i], w, 0, size);
        for (let i = 0; i < n; i++)
            addScaledInto(h, i * n + k + 1, -tau * dot(h, i * n + k + 1, v, 0, size), v, 0, size);
    }
}
/** The eigenvalues of a Hessenberg matrix, appended to `found`; destroys h. */
function francisInto(h, n, found) {
    let steps = 0;
    for (let hi = n - 1; hi >= 0;) {
        let lo = hi;
        for (; lo > 0; lo--) {
            const size = Math.abs(h[(lo - 1) * n + lo - 1]) + Math.abs(h[lo * n + lo]);
            if (Math.abs(h[lo * n + lo - 1]) <= Number.EPSILON * size)
                break;
        }
        if (lo >= hi - 1) {
            if (lo === hi)
                found.push([h[hi * n + hi], 0]);
            else
                found.push(...pair(h[lo * n + lo], h[lo * n + hi], h[hi * n + lo], h[hi * n + hi]));
            hi = lo - 1;
            steps = 0;
            continue;
        }
        // 1.9 steps on average at n = 100; 46 are the most that 50,000 small matrices needed
        if (++steps > 300)
            throw new Error(`eigenvalues: no convergence of eigenvalue ${hi} after 300 steps`);
        francisStepInto(h, n, lo, hi, steps % 10 === 0);
    }
}
/** The eigenvalues of [a b; c d]. */
function pair(a, b, c, d) {
    const half = (a - d) / 2;
    const most = Math.max(Math.abs(half), Math.sqrt(Math.abs(b)) * Math.sqrt(Math.abs(c)));
    if (most === 0)
        return [[a, 0], [d, 0]];
    const square = half / most * (half / most) + b / most * (c / most);
    const root = most * Math.sqrt(Math.abs(square));
    if (square < 0)
        return [[d + half, root], [d + half, -root]];
    const z = half < 0 ? half - root : half + root;
    return z === 0 ? [[d, 0], [d, 0]] : [[d + z, 0], [d - b / z * c, 0]];
}
/**
 * One double-shift QR step on the unreduced block lo…hi, the shifts being the eigenvalues of its last 2×2 block, or,
 * every tenth step, a pair that breaks cycles. The rest of the matrix is not updated: only eigenvalues are wanted.
 */
function francisStepInto(h, n, lo, hi, exceptional) {
    const at = (i, j) => h[i * n + j];
    let x = at(hi, hi);
    let y = at(hi - 1, hi - 1);
    let w = at(hi, hi - 1) * at(hi - 1, hi);
    if (exceptional) {
        const size = Math.abs(at(hi, hi - 1)) + Math.abs(at(hi - 1, hi - 2));
        x = y = 0.75 * size + at(hi, hi);
        w = -0.4375 * size * size;
    }
    // First column of (h − λ₁)(h − λ₂), divided by h[m+1, m]; the bulge may start below lo after two small subdiagonals.
    let m = hi - 2;
    let p = 0;
    let q = 0;
    let r = 0;
    for (;; m--) {
        const z = at(m, m);
        p = ((x - z) * (y - z) - w) / at(m + 1, m) + at(m, m + 1);
        q = at(m + 1, m + 1) - z - (x - z) - (y - z);
        r = at(m + 2, m + 1);
        const size = Math.abs(p) + Math.abs(q) + Math.abs(r);
        p /= size;
        q /= size;
        r /= size;
        if (m === lo)
            break;
        const around = Math.abs(at(m - 1, m - 1)) + Math.abs(z) + Math.abs(at(m + 1, m + 1));
        if (Math.abs(at(m, m - 1)) * (Math.abs(q) + Math.abs(r)) <= Number.EPSILON * Math.abs(p) * around)
            break;
    }
    for (let k = m; k < hi; k++) {
        const three = k < hi - 1;
        let most = 1;
        if (k > m) {
            p = at(k, k - 1);
            q = at(k + 1, k - 1);
            r = three ? at(k + 2, k - 1) : 0;
            most = Math.max(Math.abs(p), Math.abs(q), Math.abs(r));
            if (most === 0)
                continue;
            p /= most;
            q /= most;
            r /= most;
            h[(k + 1) * n + k - 1] = 0;
            if (three)
                h[(k + 2) * n + k - 1] = 0;
        }
        else if (!three)
            r = 0;
        const norm = Math.sqrt(p * p + q * q + r * r);
        const beta = p > 0 ? -norm : norm;
        if (beta === 0)
            continue;
        if (k > m)
            h[k * n + k - 1] = beta * most;
        else if (m > lo)
            h[k * n + k - 1] *= p / beta;
        const tau = (beta - p) / beta;
        const v1 = q / (p - beta);
        const v2 = r / (p - beta);
        for (let j = k; j <= hi; j++) {
            const sum = tau * (at(k, j) + v1 * at(k + 1, j) + (three ? v2 * at(k + 2, j) : 0));
            h[k * n + j] -= sum;
            h[(k + 1) * n + j] -= v1 * sum;
            if (three)
                h[(k + 2) * n + j] -= v2 * sum;
        }
        const last = Math.min(hi, k + 3);
        for (let i = lo; i <= last; i++) {
            const sum = tau * (at(i, k) + v1 * at(i, k + 1) + (three ? v2 * at(i, k + 2) : 0));
            h[i * n + k] -= sum;
            h[i * n + k + 1] -= v1 * sum;
            if (three)
                h[i * n + k + 2] -= v2 * sum;
        }
    }
}
