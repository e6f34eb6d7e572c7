// One record of everything element-wise, in TypeScript and in vector instructions. Both have the same bits, so that a
// caller may use either for any array: the definitions are those of the TypeScript functions.

import { erfActivationBackwardInto, erfActivationInto, LEAKY_SLOPE, leakyReluBackwardInto, leakyReluInto,
  reluBackwardInto, reluInto, sigmoidBackwardInto, tanhBackwardInto } from './activations.ts'
import { broadcastRowsInto, copyInto, fillInto } from './broadcast.ts'
import { crossEntropyInto } from './cross-entropy.ts'
import { addInto, addScaledInto, multiplyInto, scaleInto, subtractInto } from './elementwise.ts'
import { erfInto, expInto, sigmoidInto, tanhInto } from './functions/into.ts'
import { log } from './functions/log.ts'
import { type ImageKernels, scalarImages, type ScratchSpace, vectorImages } from './image-kernels.ts'
import { dot, firstNonFinite, sum, sumRowsInto } from './reduce.ts'
import { softmaxRowsInto } from './softmax.ts'
import { adamInto, type AdamStep, momentumInto, type MomentumStep } from './updates.ts'
import type { ElementwiseExports } from './wasm/elementwise.ts'

/** out[i] := f(x[i]). */
export type UnaryKernel = (out: Float32Array, x: Float32Array) => Float32Array

/** out[i] := f(x[i], y[i]). */
export type BinaryKernel = (out: Float32Array, x: Float32Array, y: Float32Array) => Float32Array

/** Element-wise kernels, reductions and kernels on images; each is defined by the function of the same name. */
export interface ElementwiseKernels extends ImageKernels {
  readonly expInto: UnaryKernel
  readonly tanhInto: UnaryKernel
  readonly tanhBackwardInto: BinaryKernel
  readonly sigmoidInto: UnaryKernel
  readonly sigmoidBackwardInto: BinaryKernel
  readonly erfInto: UnaryKernel
  readonly erfActivationInto: UnaryKernel
  readonly erfActivationBackwardInto: BinaryKernel
  readonly reluInto: UnaryKernel
  readonly reluBackwardInto: BinaryKernel
  readonly leakyReluInto: UnaryKernel
  readonly leakyReluBackwardInto: BinaryKernel
  readonly addInto: BinaryKernel
  readonly subtractInto: BinaryKernel
  readonly multiplyInto: BinaryKernel
  readonly scaleInto: (out: Float32Array, factor: number, x: Float32Array) => Float32Array
  readonly addScaledInto: (out: Float32Array, x: Float32Array, factor: number, y: Float32Array) => Float32Array
  readonly copyInto: UnaryKernel
  readonly fillInto: (out: Float32Array, value: number) => Float32Array
  readonly broadcastRowsInto: (out: Float32Array, row: Float32Array, rows: number) => Float32Array
  readonly softmaxRowsInto: (out: Float32Array, x: Float32Array, rows: number, classes: number) => Float32Array
  readonly crossEntropyInto: (
    e: Float32Array,
    y: Float32Array,
    t: Float32Array,
    rows: number,
    classes: number,
    scale: number,
  ) => number
  readonly sum: (x: Float32Array) => number
  readonly dot: (x: Float32Array, y: Float32Array) => number
  readonly sumRowsInto: (
    out: Float32Array,
    x: Float32Array,
    rows: number,
    columns: number,
    accumulate?: boolean,
  ) => Float32Array
  readonly firstNonFinite: (x: Float32Array) => number
  readonly momentumInto: (w: Float32Array, v: Float32Array, g: Float32Array, step: MomentumStep) => Float32Array
  readonly adamInto: (
    w: Float32Array,
    m: Float32Array,
    v: Float32Array,
    g: Float32Array,
    step: AdamStep,
  ) => Float32Array
}

/** The definitions: TypeScript, for any runtime. */
export const scalarElementwise: ElementwiseKernels = {
  expInto,
  tanhInto,
  tanhBackwardInto,
  sigmoidInto,
  sigmoidBackwardInto,
  erfInto,
  erfActivationInto,
  erfActivationBackwardInto,
  reluInto,
  reluBackwardInto,
  leakyReluInto,
  leakyReluBackwardInto,
  addInto,
  subtractInto,
  multiplyInto,
  scaleInto,
  addScaledInto,
  copyInto,
  fillInto,
  broadcastRowsInto,
  softmaxRowsInto,
  crossEntropyInto,
  sum,
  dot,
  sumRowsInto,
  firstNonFinite,
  momentumInto,
  adamInto,
  ...scalarImages,
}

/** Where an array begins in the memory of the kernels, in bytes; −1 for an array elsewhere. */
export type AddressOf = (array: Float32Array) => number

const ADDRESSES = 4294967296 // 2^32

/**
 * The same functions on the exports of `emitElementwise`. A call goes to the scalar function whenever an operand is
 * elsewhere, is not a Float32Array, has another length, or overlaps a written one without being the same elements; so
 * every error is that function's own, and nothing is written before it. Cost: no allocation; one look-up per operand.
 * Patches need `scratch` space too; without it they are left to the scalar functions.
 */
export function vectorElementwise(
  wasm: ElementwiseExports,
  addressOf: AddressOf,
  scratch: ScratchSpace = () => -1,
): ElementwiseKernels {
  const locate = (array: Float32Array): number => {
    if (!(array instanceof Float32Array)) return -1
    const address = addressOf(array)
    // Loops end at the address behind the last element, which must still be a 32-bit number.
    return address + 4 * array.length < ADDRESSES ? address : -1
  }
  const unary =
    (scalar: UnaryKernel, vector: (out: number, x: number, count: number) => void): UnaryKernel => (out, x) => {
      const atOut = locate(out), atX = locate(x)
      if (atOut < 0 || atX < 0 || x.length !== out.length || shifted(atOut, atX, out.length)) return scalar(out, x)
      vector(atOut, atX, out.length)
      return out
    }
  const binary =
    (scalar: BinaryKernel, vector: (out: number, x: number, y: number, count: number) => void): BinaryKernel =>
    (out, x, y) => {
      const atOut = locate(out), atX = locate(x), atY = locate(y)
      if (atOut < 0 || atX < 0 || atY < 0) return scalar(out, x, y)
      const length = out.length
      if (x.length !== length || y.length !== length || shifted(atOut, atX, length) || shifted(atOut, atY, length)) {
        return scalar(out, x, y)
      }
      vector(atOut, atX, atY, length)
      return out
    }
  return {
    expInto: unary(expInto, wasm.exp),
    tanhInto: unary(tanhInto, wasm.tanh),
    tanhBackwardInto: binary(tanhBackwardInto, wasm.tanhBackward),
    sigmoidInto: unary(sigmoidInto, wasm.sigmoid),
    sigmoidBackwardInto: binary(sigmoidBackwardInto, wasm.sigmoidBackward),
    erfInto: unary(erfInto, wasm.erf),
    erfActivationInto: unary(erfActivationInto, wasm.erfActivation),
    erfActivationBackwardInto: binary(erfActivationBackwardInto, wasm.erfActivationBackward),
    reluInto: unary(reluInto, wasm.relu),
    reluBackwardInto: binary(reluBackwardInto, wasm.reluBackward),
    leakyReluInto: unary(leakyReluInto, (out, x, count) => wasm.leakyRelu(out, x, count, LEAKY_SLOPE)),
    leakyReluBackwardInto: binary(leakyReluBackwardInto,
      (dx, dy, x, count) => wasm.leakyReluBackward(dx, dy, x, count, LEAKY_SLOPE)),
    addInto: binary(addInto, wasm.add),
    subtractInto: binary(subtractInto, wasm.subtract),
    multiplyInto: binary(multiplyInto, wasm.multiply),
    scaleInto(out, factor, x) {
      const atOut = locate(out), atX = locate(x)
      if (atOut < 0 || atX < 0 || x.length !== out.length || shifted(atOut, atX, out.length)) {
        return scaleInto(out, factor, x)
      }
      wasm.scale(atOut, atX, out.length, factor)
      return out
    },
    addScaledInto(out, x, factor, y) {
      const atOut = locate(out), atX = locate(x), atY = locate(y)
      if (atOut < 0 || atX < 0 || atY < 0) return addScaledInto(out, x, factor, y)
      const length = out.length
      if (x.length !== length || y.length !== length || shifted(atOut, atX, length) || shifted(atOut, atY, length)) {
        return addScaledInto(out, x, factor, y)
      }
      wasm.addScaled(atOut, atX, atY, length, factor)
      return out
    },
    copyInto: unary(copyInto, wasm.copy),
    fillInto(out, value) {
      const at = locate(out)
      if (at < 0) return fillInto(out, value)
      wasm.fill(at, out.length, value)
      return out
    },
    broadcastRowsInto(out, row, rows) {
      const atOut = locate(out), atRow = locate(row)
      if (atOut < 0 || atRow < 0 || !Number.isSafeInteger(rows) || rows < 0 || out.length !== rows * row.length
        || row.length === 0 || overlap(atOut, out.length, atRow, row.length)) return broadcastRowsInto(out, row, rows)
      wasm.broadcastRows(atOut, atRow, rows, row.length)
      return out
    },
    softmaxRowsInto(out, x, rows, classes) {
      const atOut = locate(out), atX = locate(x)
      if (atOut < 0 || atX < 0 || !matrix(x, rows, classes) || classes === 0 || out.length !== x.length
        || shifted(atOut, atX, out.length)) return softmaxRowsInto(out, x, rows, classes)
      wasm.softmaxRows(atOut, atX, rows, classes)
      return out
    },
    crossEntropyInto(e, y, t, rows, classes, scale) {
      const atE = locate(e), atY = locate(y), atT = locate(t)
      if (atE < 0 || atY < 0 || atT < 0 || !matrix(e, rows, classes) || y.length !== e.length || t.length !== e.length
        || shifted(atE, atY, e.length) || overlap(atE, e.length, atT, t.length))
      {
        return crossEntropyInto(e, y, t, rows, classes, scale)
      }
      let total = 0
      for (let from = 0; from < e.length; from += classes) {
        const largest = wasm.largest(atY + 4 * from, classes)
        const partition = wasm.partition(atY + 4 * from, classes, largest)
        const logPartition = log(partition)
        let weight = 0
        for (let k = from; k < from + classes; k++) {
          weight += t[k]
          if (t[k] !== 0) total += t[k] * (logPartition - (y[k] - largest))
        }
        wasm.crossEntropyRow(atE + 4 * from, atY + 4 * from, atT + 4 * from, classes, largest, weight, partition, scale)
      }
      return scale * total
    },
    sum(x) {
      const at = locate(x)
      return at < 0 ? sum(x) : wasm.sum(at, x.length)
    },
    dot(x, y) {
      const atX = locate(x), atY = locate(y)
      return atX < 0 || atY < 0 || x.length !== y.length ? dot(x, y) : wasm.dot(atX, atY, x.length)
    },
    sumRowsInto(out, x, rows, columns, accumulate = false) {
      const atOut = locate(out), atX = locate(x)
      if (atOut < 0 || atX < 0 || !matrix(x, rows, columns) || out.length !== columns
        || overlap(atOut, out.length, atX, x.length)) return sumRowsInto(out, x, rows, columns, accumulate)
      wasm.sumRows(atOut, atX, rows, columns, accumulate ? 1 : 0)
      return out
    },
    firstNonFinite(x) {
      const at = locate(x)
      return at < 0 ? firstNonFinite(x) : wasm.firstNonFinite(at, x.length)
    },
    momentumInto(w, v, g, step) {
      const atW = locate(w), atV = locate(v), atG = locate(g)
      if (atW < 0 || atV < 0 || atG < 0) return momentumInto(w, v, g, step)
      const length = w.length
      if (v.length !== length || g.length !== length
        || shifted(atW, atV, length) || shifted(atW, atG, length) || shifted(atV, atG, length))
      {
        return momentumInto(w, v, g, step)
      }
      const kept = 1 - step.rate * step.decoupledDecay
      if (step.nesterov) wasm.nesterov(atW, atV, atG, length, step.rate, step.momentum, step.coupledDecay, kept)
      else wasm.momentum(atW, atV, atG, length, step.rate, step.momentum, step.coupledDecay, kept)
      return w
    },
    adamInto(w, m, v, g, step) {
      const atW = locate(w), atM = locate(m), atV = locate(v), atG = locate(g)
      if (atW < 0 || atM < 0 || atV < 0 || atG < 0) return adamInto(w, m, v, g, step)
      const length = w.length
      if (m.length !== length || v.length !== length || g.length !== length
        || shifted(atW, atM, length) || shifted(atW, atV, length) || shifted(atW, atG, length)
        || shifted(atM, atV, length) || shifted(atM, atG, length) || shifted(atV, atG, length))
      {
        return adamInto(w, m, v, g, step)
      }
      wasm.adam(atW, atM, atV, atG, length, step.beta1, step.beta2, 1 - step.beta1, 1 - step.beta2, step.epsilon,
        step.coupledDecay, step.rate / step.correction1, 1 / Math.sqrt(step.correction2),
        1 - step.rate * step.decoupledDecay)
      return w
    },
    ...vectorImages(wasm, addressOf, locate, scratch),
  }
}

/** Whether x is a whole matrix of these sizes. */
function matrix(x: Float32Array, rows: number, columns: number): boolean {
  const whole = Number.isSafeInteger(rows) && rows >= 0 && Number.isSafeInteger(columns) && columns >= 0
  return whole && x.length === rows * columns
}

/** Whether two stretches of `length` elements overlap without being the same: then the order of elements decides. */
function shifted(at: number, other: number, length: number): boolean {
  return at !== other && Math.abs(at - other) < 4 * length
}

/** Whether two stretches share an element. */
function overlap(at: number, length: number, other: number, otherLength: number): boolean {
  return at < other + 4 * otherLength && other < at + 4 * length
}
