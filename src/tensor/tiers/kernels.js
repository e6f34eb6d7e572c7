// One record of functions per tier. A network is built with one of them and calls nothing else for its heavy work, so
// that no switch is global and two tiers can run side by side in one test.
import { checkSize } from '../check.js';
import { scalarElementwise } from '../kernels/elementwise.js';
import { gemmBlocked } from '../matmul/blocked.js';
import { gemmReference } from '../matmul/reference.js';
import { gemmReferenceFloat32 } from '../matmul/reference-float32.js';
const allocate = (length) => new Float32Array(checkSize('allocate', 'length', length));
/** Three plain loops: the specification. */
export const referenceKernels = {
    tier: 'reference',
    accumulation: 'float64',
    threads: 1,
    gemm: gemmReference,
    elementwise: scalarElementwise,
    allocate,
};
/** Three plain loops that round to float32 after every product and sum: the specification of float32 accumulation. */
export const referenceKernelsFloat32 = {
    tier: 'reference',
    accumulation: 'float32',
    threads: 1,
    gemm: gemmReferenceFloat32,
    elementwise: scalarElementwise,
    allocate,
};
/** Packed, cache-blocked, register-tiled TypeScript. */
export const blockedKernels = {
    tier: 'blocked',
    accumulation: 'float64',
    threads: 1,
    gemm: gemmBlocked,
    elementwise: scalarElementwise,
    allocate,
};
