// Softmax and cross-entropy over rows, in TypeScript and in vector instructions.

import { crossEntropyInto } from '../cross-entropy.ts'
import { log } from '../functions/log.ts'
import { causalSoftmaxRowsInto, softmaxRowsInto } from '../softmax.ts'
import type { SoftmaxExports } from '../wasm/softmax.ts'
import { matrix, type Operands, overlap, shifted } from './operands.ts'

/** Each is defined by the function of the same name. */
export interface SoftmaxKernels {
  /** Each row := softmax of it. */
  readonly softmaxRowsInto: (out: Float32Array, x: Float32Array, rows: number, classes: number) => Float32Array
  /** The same over the first t + 1 columns of row t of each square; 0 behind them. */
  readonly causalSoftmaxRowsInto: SoftmaxKernels['softmaxRowsInto']
  /** The error of softmax and cross-entropy, and the loss: see the function of this name. */
  readonly crossEntropyInto: (e: Float32Array, y: Float32Array, t: Float32Array, rows: number, classes: number,
    scale: number) => number
}

/** The definitions. */
export const scalarSoftmax: SoftmaxKernels = { softmaxRowsInto, causalSoftmaxRowsInto, crossEntropyInto }

/** The same functions on the exports of `emitSoftmax`. */
export function vectorSoftmax(wasm: SoftmaxExports, { locate }: Operands): SoftmaxKernels {
  const onRows = (kernel: SoftmaxExports['softmaxRows'], out: Float32Array, x: Float32Array, rows: number,
    classes: number): boolean =>
  {
    const atOut = locate(out), atX = locate(x)
    if (atOut < 0 || atX < 0 || !matrix(x, rows, classes) || classes === 0 || out.length !== x.length
      || shifted(atOut, atX, out.length)) return false
    kernel(atOut, atX, rows, classes)
    return true
  }
  return {
    softmaxRowsInto(out, x, rows, classes) {
      return onRows(wasm.softmaxRows, out, x, rows, classes) ? out : softmaxRowsInto(out, x, rows, classes)
    },
    causalSoftmaxRowsInto(out, x, rows, classes) {
      if (!onRows(wasm.causalSoftmaxRows, out, x, rows, classes)) return causalSoftmaxRowsInto(out, x, rows, classes)
      for (let i = 0; i < rows; i++) out.fill(0, i * classes + i % classes + 1, (i + 1) * classes)
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
  }
}
