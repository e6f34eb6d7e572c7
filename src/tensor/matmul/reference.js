// The specification: three loops. Every other tier is tested against these bits, on every shape.
import { checkOperands } from './gemm.js';
/** C := round(Σₚ op(A)[i,p]·op(B)[p,j]), literally. Cost: 2·m·n·k flops at about a tenth of the blocked tier's speed. */
export const gemmReference = (m, n, k, a, transposeA, b, transposeB, c, accumulate) => {
    checkOperands(m, n, k, a, b, c);
    for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) {
            let sum = accumulate ? c[i * n + j] : 0;
            for (let p = 0; p < k; p++) {
                const aip = transposeA ? a[p * m + i] : a[i * k + p];
                const bpj = transposeB ? b[j * k + p] : b[p * n + j];
                sum += aip * bpj;
            }
            c[i * n + j] = sum;
        }
    }
};
