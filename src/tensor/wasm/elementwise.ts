// All element-wise kernels, reductions and image kernels of this directory in one module.

import { emitArithmetic } from './arithmetic.ts'
import type { Assembler } from './assembler.ts'
import { emitPartialAccess } from './frame.ts'
import { emitFunctions } from './functions.ts'
import { emitMaxima } from './maxima.ts'
import { emitPatches } from './patches.ts'
import { emitReductions } from './reductions.ts'
import { emitSoftmax } from './softmax.ts'
import { emitUpdates } from './updates.ts'

type Map1 = (out: number, x: number, count: number) => void
type Map2 = (out: number, x: number, y: number, count: number) => void

/** The exported functions. Addresses in bytes, counts in elements; see each `emit…` for the meaning. */
export interface ElementwiseExports {
  readonly exp: Map1
  readonly tanh: Map1
  readonly sigmoid: Map1
  readonly erf: Map1
  readonly erfActivation: Map1
  readonly tanhBackward: Map2
  readonly sigmoidBackward: Map2
  readonly erfActivationBackward: Map2
  readonly add: Map2
  readonly subtract: Map2
  readonly multiply: Map2
  readonly scale: (out: number, x: number, count: number, factor: number) => void
  readonly addScaled: (out: number, x: number, y: number, count: number, factor: number) => void
  readonly relu: Map1
  readonly reluBackward: Map2
  readonly leakyRelu: (out: number, x: number, count: number, slope: number) => void
  readonly leakyReluBackward: (dx: number, dy: number, x: number, count: number, slope: number) => void
  readonly copy: Map1
  readonly fill: (out: number, count: number, value: number) => void
  readonly broadcastRows: (out: number, row: number, rows: number, columns: number) => void
  readonly momentum: MomentumExport
  readonly nesterov: MomentumExport
  readonly adam: (
    w: number,
    m: number,
    v: number,
    g: number,
    count: number,
    beta1: number,
    beta2: number,
    new1: number,
    new2: number,
    epsilon: number,
    coupled: number,
    rate: number,
    root: number,
    kept: number,
  ) => void
  readonly sum: (x: number, count: number) => number
  readonly dot: (x: number, y: number, count: number) => number
  readonly sumRows: (out: number, x: number, rows: number, columns: number, accumulate: number) => void
  readonly firstNonFinite: (x: number, count: number) => number
  readonly largest: (x: number, count: number) => number
  readonly partition: (x: number, count: number, max: number) => number
  readonly crossEntropyRow: (
    e: number,
    y: number,
    t: number,
    count: number,
    max: number,
    weight: number,
    partition: number,
    scale: number,
  ) => void
  readonly softmaxRows: (out: number, x: number, rows: number, classes: number) => void
  readonly gatherPatches: PatchesExport
  readonly scatterPatches: PatchesExport
  readonly swapLeading: (out: number, x: number, n: number, m: number, inner: number) => void
  readonly windowMaxima: (
    y: number,
    winners: number,
    x: number,
    planes: number,
    height: number,
    width: number,
    wH: number,
    wW: number,
    sY: number,
    sX: number,
    outH: number,
    outW: number,
  ) => void
}

type PatchesExport = (
  patches: number,
  image: number,
  batch: number,
  channels: number,
  height: number,
  width: number,
  kH: number,
  kW: number,
  sY: number,
  sX: number,
  pY: number,
  pX: number,
  outH: number,
  outW: number,
  plane: number,
) => void

type MomentumExport = (
  w: number,
  v: number,
  g: number,
  count: number,
  rate: number,
  momentum: number,
  coupled: number,
  kept: number,
) => void

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
