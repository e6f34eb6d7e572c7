// The one meaning of "symmetric" in this folder.
import { checkFiniteMatrix, checkSquare, matrix, maxAbs } from './matrix.js';
/**
 * (a + aᵀ)/2, after checking that |aᵢⱼ − aⱼᵢ| ≤ 16·n·(ε·max|a| + 5e-324): the asymmetry that rounding leaves in a product
 * such as b·c·bᵀ, whose elements are sums of n terms, passes, also where they are subnormal; a wrong matrix does not.
 * Throws: RangeError when a is not square, not finite, or less symmetric than that.
 */
export function symmetrized(where, name, a) {
    checkSquare(where, name, a);
    checkFiniteMatrix(where, name, a);
    const n = a.rows;
    const tolerance = 16 * n * Number.EPSILON * maxAbs(a) + 16 * n * Number.MIN_VALUE;
    const out = matrix(n, n, a.data.slice());
    for (let i = 0; i < n; i++) {
        for (let j = 0; j < i; j++) {
            const below = a.data[i * n + j];
            const above = a.data[j * n + i];
            if (!(Math.abs(below - above) <= tolerance)) {
                const got = `${below} at (${i}, ${j}) and ${above} at (${j}, ${i})`;
                throw new RangeError(`${where}: ${name} must be symmetric to 16·n·ε·max|${name}| = ${tolerance}, got ${got}`);
            }
            out.data[i * n + j] = out.data[j * n + i] = above + (below - above) / 2;
        }
    }
    return out;
}
