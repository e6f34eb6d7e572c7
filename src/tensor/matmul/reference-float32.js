// The specification of float32 accumulation, and its only form without vector instructions: slow, and meant to be read.
import { checkOperands } from './gemm.js';
/**
 * C := Σₚ op(A)[i,p]·op(B)[p,j] with the running sum rounded to float32 after every product and every sum, p ascending,
 * starting from the old C (accumulate) or +0. Cost: 2·m·n·k flops and as many roundings.
 */
export const gemmReferenceFloat32 = (m, n, k, a, transposeA, b, transposeB, c, accumulate) => {
    checkOperands(m, n, k, a, b, c);
    for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) {
            let sum = accumulate ? c[i * n + j] : 0;
            for (let p = 0; p < k; p++) {
                const aip = transposeA ? a[p * m + i] : a[i * k + p];
                const bpj = transposeB ? b[j * k + p] : b[p * n + j];
                sum = Math.fround(sum + Math.fround(aip * bpj));
            }
            c[i * n + j] = sum;
        }
    }
};
