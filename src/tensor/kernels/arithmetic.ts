// Sums, products, rectifiers and copies, element by element, in TypeScript and in vector instructions.

import { LEAKY_SLOPE, leakyReluBackwardInto, leakyReluInto, reluBackwardInto, reluInto } from '../activations.ts'
import { broadcastRowsInto, copyInto, fillInto } from '../broadcast.ts'
import { addInto, addScaledInto, multiplyInto, scaleInto, subtractInto } from '../elementwise.ts'
import type { ArithmeticExports } from '../wasm/arithmetic.ts'
import { type BinaryKernel, type Operands, overlap, shifted, type UnaryKernel } from './operands.ts'

/** Each is defined by the function of the same name. */
export interface ArithmeticKernels {
  /** out := x + y. */
  readonly addInto: BinaryKernel
  /** out := x − y. */
  readonly subtractInto: BinaryKernel
  /** out := x ⊙ y. */
  readonly multiplyInto: BinaryKernel
  /** out := factor·x. */
  readonly scaleInto: (out: Float32Array, factor: number, x: Float32Array) => Float32Array
  /** out := x + factor·y, the product rounded first. */
  readonly addScaledInto: (out: Float32Array, x: Float32Array, factor: number, y: Float32Array) => Float32Array
  /** out := max(x, 0). */
  readonly reluInto: UnaryKernel
  /** dx := dy where x > 0, else 0. */
  readonly reluBackwardInto: BinaryKernel
  /** out := x above 0, slope·x below it. */
  readonly leakyReluInto: (out: Float32Array, x: Float32Array, slope?: number) => Float32Array
  /** dx := dy where x > 0, else slope·dy. */
  readonly leakyReluBackwardInto: (dx: Float32Array, dy: Float32Array, x: Float32Array, slope?: number) => Float32Array
  /** out := x. */
  readonly copyInto: UnaryKernel
  /** out := value. */
  readonly fillInto: (out: Float32Array, value: number) => Float32Array
  /** Every row of out := row. */
  readonly broadcastRowsInto: (out: Float32Array, row: Float32Array, rows: number) => Float32Array
}

/** The definitions. */
export const scalarArithmetic: ArithmeticKernels = {
  addInto,
  subtractInto,
  multiplyInto,
  scaleInto,
  addScaledInto,
  reluInto,
  reluBackwardInto,
  leakyReluInto,
  leakyReluBackwardInto,
  copyInto,
  fillInto,
  broadcastRowsInto,
}

/** The same functions on the exports of `emitArithmetic`. */
export function vectorArithmetic(wasm: ArithmeticExports, { binary, locate, unary }: Operands): ArithmeticKernels {
  return {
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
    reluInto: unary(reluInto, wasm.relu),
    reluBackwardInto: binary(reluBackwardInto, wasm.reluBackward),
    leakyReluInto(out, x, slope = LEAKY_SLOPE) {
      const atOut = locate(out), atX = locate(x)
      if (atOut < 0 || atX < 0 || x.length !== out.length || shifted(atOut, atX, out.length)) {
        return leakyReluInto(out, x, slope)
      }
      wasm.leakyRelu(atOut, atX, out.length, slope)
      return out
    },
    leakyReluBackwardInto(dx, dy, x, slope = LEAKY_SLOPE) {
      const atOut = locate(dx), atY = locate(dy), atX = locate(x)
      if (atOut < 0 || atY < 0 || atX < 0 || dy.length !== dx.length || x.length !== dx.length
        || shifted(atOut, atY, dx.length) || shifted(atOut, atX, dx.length))
      {
        return leakyReluBackwardInto(dx, dy, x, slope)
      }
      wasm.leakyReluBackward(atOut, atY, atX, dx.length, slope)
      return dx
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
  }
}
