// One-sided Jacobi: rotate pairs of rows until all are orthogonal. Internal to linalg; svd.ts is the public face.
import { NEGLIGIBLE } from './scaling.js';
import { addScaledInto, dot, rotateInto } from './vector.js';
/**
 * w ← Jᵀ·w, J orthogonal, so that the first n elements of the n rows (`width` apart) become orthogonal:
 * |xᵀy| ≤ ε·max(2, √n/4)·‖x‖·‖y‖. Returns the row norms; rows below NEGLIGIBLE get the norm 0 and are left alone. The
 * other elements of a row are turned along.
 * Source: Hestenes 1958; the norms in the angle formula as in Drmač, SIAM J. Sci. Comput. 18 (1997), so that no square
 * of a norm is ever formed. The longer row of a pair comes first in the order of the next pairs (de Rijk 1989).
 */
export function jacobiInto(w, n, width) {
    const tolerance = Number.EPSILON * Math.max(2, Math.sqrt(n) / 4);
    const norms = new Float64Array(n);
    const order = Int32Array.from({ length: n }, (_, i) => i);
    const norm = (i) => {
        const length = Math.sqrt(dot(w, i * width, w, i * width, n));
        return length < NEGLIGIBLE ? 0 : length;
    };
    for (let sweep = 0, rotated = true; rotated; sweep++) {
        if (sweep > 60)
            throw new Error('svd: no convergence after 60 sweeps'); // 5 at n = 5, 11 at n = 300
        rotated = false;
        for (let i = 0; i < n; i++)
            norms[i] = norm(i);
        for (let p = 0; p < n - 1; p++) {
            for (let q = p + 1; q < n; q++) {
                if (norms[order[p]] < norms[order[q]]) {
                    const index = order[p];
                    order[p] = order[q];
                    order[q] = index;
                }
                const x = order[p];
                const y = order[q];
                if (norms[y] === 0)
                    continue;
                const cosine = dot(w, x * width, w, y * width, n) / norms[x] / norms[y];
                if (Math.abs(cosine) <= tolerance)
                    continue;
                rotated = true;
                // tan 2θ = 2·xᵀy / (‖y‖² − ‖x‖²), divided through by ‖x‖·‖y‖
                const ratio = norms[x] / norms[y];
                const difference = 1 / ratio - ratio;
                const cotangent = difference / (2 * cosine);
                const t = Math.abs(cotangent) > 1e8 ? cosine / difference // cotangent² would overflow, and 1 + cotangent² rounds to cotangent²
                    : (cotangent < 0 ? -1 : 1) / (Math.abs(cotangent) + Math.sqrt(1 + cotangent * cotangent));
                const c = 1 / Math.sqrt(1 + t * t);
                rotateInto(w, x * width, y * width, width, c, c * t);
                // Norms kept up to date save a sweep in ten; a norm that shrank tenfold has canceled and is summed again.
                const shrinking = 1 + t * cosine * ratio;
                norms[x] *= Math.sqrt(1 - t * cosine / ratio);
                norms[y] = shrinking > 0.01 ? norms[y] * Math.sqrt(shrinking) : norm(y);
            }
        }
    }
    return norms; // of the last sweep, which rotated nothing: freshly summed
}
/**
 * Replaces rows `from`…n − 1 of an n×n matrix by unit vectors that complete the orthonormal rows before them to a basis
 * (`from` < 0: nothing to do). Each starts from the axis that is worst covered, orthogonalized twice (twice is enough:
 * its length is at least 1/√n before).
 */
export function completeRowsInto(rows, n, from) {
    if (from < 0)
        return;
    const covered = new Float64Array(n);
    for (let j = 0; j < n; j++) {
        if (j >= from) {
            rows.fill(0, j * n, j * n + n);
            rows[j * n + covered.indexOf(Math.min(...covered))] = 1;
            for (let pass = 0; pass < 2; pass++) {
                for (let i = 0; i < j; i++)
                    addScaledInto(rows, j * n, -dot(rows, i * n, rows, j * n, n), rows, i * n, n);
            }
            const length = Math.sqrt(dot(rows, j * n, rows, j * n, n));
            for (let i = j * n; i < j * n + n; i++)
                rows[i] /= length;
        }
        for (let i = 0; i < n; i++)
            covered[i] += rows[j * n + i] * rows[j * n + i];
    }
}
