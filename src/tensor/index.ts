export { checkFilled, checkSameShape, checkShape, fromRows, sizeOf, type Tensor, tensor } from './tensor.ts'
export { checkFinite, checkFloat32, checkLength, checkPositive, checkPositiveFloat32, checkSize, choose, show,
  unreachable } from './check.ts'
export type { Gemm } from './matmul/gemm.ts'
export { timesInto, timesTransposedInto, transposedTimesInto } from './matmul/forms.ts'
export { blockedKernels, type Kernels, referenceKernels, referenceKernelsFloat32, smallKernels,
  type Tier } from './tiers/kernels.ts'
export { type Selection, selectKernels } from './tiers/select.ts'
export { type StartedWorker, webWorkers, type WebWorkersOptions, type WorkerHost } from './tiers/worker-host.ts'
export { matmul, matmulInto } from './matmul/matmul.ts'
export type { ElementwiseKernels } from './kernels/elementwise.ts'
export { addInto, addScaledInto, multiplyInto, scaleInto, subtractInto } from './elementwise.ts'
export { adamInto, momentumInto } from './updates.ts'
export { cosine, dot, firstNonFinite, sum } from './reduce.ts'
export { addScaledRowsInto, firstNonFiniteInRows, type RowSelection, scaleRowsInto, squaresOfRows } from './rows.ts'
export { addSparseRow, checkPattern, type SparseMatrix, type SparsePattern, sparseTimesInto, transposePattern,
  transposeSparse } from './sparse.ts'
export { type Color, compositeDensityGradientInto, compositeInto, type RaySamples } from './compositing.ts'
export { edgeSoftmaxBackwardInto, edgeSoftmaxInto, segmentSumInto } from './segments.ts'
export { normal, normalAt, normalInto, permutation, philox, randomOrthogonal, type RandomStream, randomStream, uniform,
  uniformAt, uniformInto } from './random.ts'
export { stepNormalsInto } from './step-normals.ts'
export * from './functions/index.ts'
export * from './linalg/index.ts'
