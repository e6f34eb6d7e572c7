// What a trained network says, without a trainer.

import { show, type Tensor, tensor } from '../tensor/index.ts'
import { decodeCheckpoint } from './checkpoint.ts'
import { type Layer, parametersOf } from './layer.ts'
import { inMode } from './mode.ts'
import { type NamedArray, restoreArrays } from './named-array.ts'
import { stateOf } from './state.ts'

/** The output for `input` in evaluation mode, a copy; afterwards each layer is in the mode it was in. */
export function predict(network: Layer, input: Tensor): Tensor {
  const { shape, data } = inMode(network, false, () => network.forward(input))
  return tensor(shape, Float32Array.from(data))
}

/**
 * The column of the largest element of each row, the first of equals; a row with a NaN gives that of its first NaN.
 * Shapes: x [rows, columns] → [rows]. Throws: RangeError for another rank or no columns.
 */
export function argmax({ shape, data }: Tensor): Int32Array {
  if (shape.length !== 2 || shape[1] === 0) {
    throw new RangeError(`argmax: x must have shape [rows, columns] with columns, got ${show(shape)}`)
  }
  const [rows, columns] = shape
  const found = new Int32Array(rows)
  for (let i = 0; i < rows; i++) {
    let best = 0
    for (let k = 1; k < columns; k++) {
      const value = data[i * columns + k], most = data[i * columns + best]
      if (most === most && !(value <= most)) best = k
    }
    found[i] = best
  }
  return found
}

/** The arrays (no copies) that make a network: parameters as `parameter/…`, what layers remember as `layer/…`. */
export function networkArrays(network: Layer): readonly NamedArray[] {
  return [...parametersOf(network).map(({ name, value }) => ({ name: `parameter/${name}`, data: value.data })),
    ...stateOf(network).map(({ name, data }) => ({ name: `layer/${name}`, data }))]
}

/**
 * Gives `network` the parameters and what its layers remembered in a checkpoint of `saveTrainer` or of `train`; the state
 * of optimizer and rule in it is left aside. Throws: Error for a file that is no checkpoint or is one of another network;
 * nothing is changed then.
 */
export function loadNetwork(network: Layer, file: Uint8Array): void {
  const { arrays } = decodeCheckpoint(file)
  restoreArrays('loadNetwork', networkArrays(network),
    arrays.filter(({ name }) => name.startsWith('parameter/') || name.startsWith('layer/')))
}
