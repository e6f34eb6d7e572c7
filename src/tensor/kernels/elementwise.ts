// One record of everything that is not a product, in TypeScript and in vector instructions. Both have the same bits, so
// that a caller may use either for any array: the definitions are those of the TypeScript functions.

import type { ElementwiseExports } from '../wasm/elementwise.ts'
import { type ArithmeticKernels, scalarArithmetic, vectorArithmetic } from './arithmetic.ts'
import { type FunctionKernels, scalarFunctions, vectorFunctions } from './functions.ts'
import { type MaximaKernels, scalarMaxima, vectorMaxima } from './maxima.ts'
import { type AddressOf, operandsIn, type ScratchSpace } from './operands.ts'
import { type PatchKernels, scalarPatches, vectorPatches } from './patches.ts'
import { type ReductionKernels, scalarReductions, vectorReductions } from './reductions.ts'
import { scalarSoftmax, type SoftmaxKernels, vectorSoftmax } from './softmax.ts'
import { scalarUpdates, type UpdateKernels, vectorUpdates } from './updates.ts'

/** Element-wise kernels, reductions and kernels on images; each is defined by the function of the same name. */
export interface ElementwiseKernels
  extends ArithmeticKernels, FunctionKernels, ReductionKernels, SoftmaxKernels, UpdateKernels, PatchKernels,
    MaximaKernels
{}

/** The definitions: TypeScript, for any runtime. */
export const scalarElementwise: ElementwiseKernels = /* @__PURE__ */ allScalar()

// A function, because bundlers keep an object that is spread at top level even where nothing uses it.
function allScalar(): ElementwiseKernels {
  return {
    ...scalarArithmetic,
    ...scalarFunctions,
    ...scalarReductions,
    ...scalarSoftmax,
    ...scalarUpdates,
    ...scalarPatches,
    ...scalarMaxima,
  }
}

/**
 * The same functions on the exports of `emitElementwise`. A call goes to the scalar function whenever an operand is
 * elsewhere, is not a Float32Array, has another length, or overlaps a written one without being the same elements; so
 * every error is that function's own, and nothing is written before it. Cost: no allocation; one look-up per operand.
 * Patches need `scratch` space too; without it they are left to the scalar functions.
 */
export function vectorElementwise(wasm: ElementwiseExports, addressOf: AddressOf,
  scratch: ScratchSpace = () => -1): ElementwiseKernels
{
  const operands = operandsIn(addressOf, scratch)
  return {
    ...vectorArithmetic(wasm, operands),
    ...vectorFunctions(wasm, operands),
    ...vectorReductions(wasm, operands),
    ...vectorSoftmax(wasm, operands),
    ...vectorUpdates(wasm, operands),
    ...vectorPatches(wasm, operands),
    ...vectorMaxima(wasm, operands),
  }
}
