// All element-wise kernels, reductions and image kernels of this directory in one module.

import { type ArithmeticExports, emitArithmetic } from './arithmetic.ts'
import type { Assembler } from './assembler.ts'
import { emitPartialAccess } from './frame.ts'
import { emitFunctions, type FunctionExports } from './functions.ts'
import { emitMaxima, type MaximaExports } from './maxima.ts'
import { emitPatches, type PatchExports } from './patches.ts'
import { emitReductions, type ReductionExports } from './reductions.ts'
import { emitSoftmax, type SoftmaxExports } from './softmax.ts'
import { emitUpdates, type UpdateExports } from './updates.ts'

/** The exported functions. Addresses in bytes, counts in elements; see each `emit…` for the meaning. */
export interface ElementwiseExports
  extends ArithmeticExports, FunctionExports, ReductionExports, SoftmaxExports, UpdateExports, PatchExports,
    MaximaExports
{}

/** Adds every function of `ElementwiseExports` to a module. */
export function emitElementwise(asm: Assembler): void {
  const partial = emitPartialAccess(asm)
  emitArithmetic(asm, partial)
  emitFunctions(asm, partial)
  emitReductions(asm, partial)
  emitSoftmax(asm, partial)
  emitUpdates(asm, partial)
  emitPatches(asm, partial)
  emitMaxima(asm)
}
