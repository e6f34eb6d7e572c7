// exp, tanh, the logistic function and erf, element by element, in TypeScript and in vector instructions.

import { erfActivationBackwardInto, erfActivationInto, sigmoidBackwardInto, tanhBackwardInto } from '../activations.ts'
import { erfInto, expInto, sigmoidInto, tanhInto } from '../functions/into.ts'
import type { FunctionExports } from '../wasm/functions.ts'
import type { BinaryKernel, Operands, UnaryKernel } from './operands.ts'

/** Each is defined by the function of the same name. */
export interface FunctionKernels {
  readonly expInto: UnaryKernel
  readonly tanhInto: UnaryKernel
  readonly tanhBackwardInto: BinaryKernel
  readonly sigmoidInto: UnaryKernel
  readonly sigmoidBackwardInto: BinaryKernel
  readonly erfInto: UnaryKernel
  readonly erfActivationInto: UnaryKernel
  readonly erfActivationBackwardInto: BinaryKernel
}

/** The definitions. */
export const scalarFunctions: FunctionKernels = {
  expInto,
  tanhInto,
  tanhBackwardInto,
  sigmoidInto,
  sigmoidBackwardInto,
  erfInto,
  erfActivationInto,
  erfActivationBackwardInto,
}

/** The same functions on the exports of `emitFunctions`. */
export function vectorFunctions(wasm: FunctionExports, { binary, unary }: Operands): FunctionKernels {
  return {
    expInto: unary(expInto, wasm.exp),
    tanhInto: unary(tanhInto, wasm.tanh),
    tanhBackwardInto: binary(tanhBackwardInto, wasm.tanhBackward),
    sigmoidInto: unary(sigmoidInto, wasm.sigmoid),
    sigmoidBackwardInto: binary(sigmoidBackwardInto, wasm.sigmoidBackward),
    erfInto: unary(erfInto, wasm.erf),
    erfActivationInto: unary(erfActivationInto, wasm.erfActivation),
    erfActivationBackwardInto: binary(erfActivationBackwardInto, wasm.erfActivationBackward),
  }
}
