export { checkFilled, checkSameShape, checkShape, clone, fromRows, sameShape, sizeOf, type Tensor,
  tensor } from './tensor.ts'
export { checkFinite, checkFloat32, checkLength, checkPositive, checkPositiveFloat32, checkSize, choose, show,
  unreachable } from './check.ts'
export type { Gemm } from './matmul/gemm.ts'
export { timesInto, timesTransposedInto, transposedTimesInto } from './matmul/forms.ts'
export { blockedKernels, type Kernels, referenceKernels, referenceKernelsFloat32, type Tier } from './tiers/kernels.ts'
export { type Selection, selectKernels, type SelectOptions } from './tiers/select.ts'
export { hasRelaxedSimd, type SimdKernels, simdKernels, type SimdOptions, type SimdResult } from './tiers/simd.ts'
export { threadKernels, type ThreadOptions, type ThreadResult } from './tiers/threads.ts'
export { webWorkers, type WorkerHost } from './tiers/worker-host.ts'
export { matmul, matmulInto, type MatmulIntoOptions, type MatmulOptions } from './matmul/matmul.ts'
export { type AddressOf, type BinaryKernel, type ElementwiseKernels, scalarElementwise,
  type UnaryKernel } from './elementwise-kernels.ts'
export { erfActivationBackwardInto, erfActivationInto, LEAKY_SLOPE, leakyReluBackwardInto, leakyReluInto,
  reluBackwardInto, reluInto, sigmoidBackwardInto, tanhBackwardInto } from './activations.ts'
export { broadcastRowsInto, copyInto, fillInto } from './broadcast.ts'
export { softmaxRowsInto } from './softmax.ts'
export { adamInto, type AdamStep, momentumInto, type MomentumStep } from './updates.ts'
export { addInto, addScaledInto, multiplyInto, scaleInto, subtractInto } from './elementwise.ts'
export { cosine, dot, firstNonFinite, sum, sumRowsInto } from './reduce.ts'
export { normal, normalAt, normalInto, permutation, philox, randomOrthogonal, type RandomStream, randomStream, uniform,
  uniformAt, uniformInto } from './random.ts'
export { stepNormalsInto } from './step-normals.ts'
export * from './functions/index.ts'
export * from './linalg/index.ts'
