// One layer of vectors at every place of a sequence, or for every field.

import { checkFilled, show, type Tensor } from '../tensor/index.ts'
import type { Layer } from './layer.ts'
import { required } from './planned.ts'

/** Options of `positionwise`. */
export interface PositionwiseOptions {
  readonly name: string
  /** f, of rows: [N, I] to [N, O]. */
  readonly inner: Layer
}

/**
 * y[b, t, ·] = f(x[b, t, ·]), the same f everywhere. Shapes: x [B, T, I], y [B, T, O]; f sees [B·T, I], so that a layer
 * which looks at its batch, as `batchNorm`, looks at all places.
 * Gradients: those of f. Aliasing: y shares the memory of f's output, dx that of its input gradient. Cost: none but f's;
 * new shape objects only for a new shape. Throws: RangeError for another number of axes.
 */
export function positionwise({ name, inner }: PositionwiseOptions): Layer {
  const where = `positionwise ${name}`
  const rowsOf = (shape: readonly number[]): readonly number[] => {
    if (shape.length === 3) return [shape[0] * shape[1], shape[2]]
    throw new RangeError(`${where}: input must have shape [B, T, I], got ${show(shape)}`)
  }
  const placesOf = ([batch, length]: readonly number[],
    [, outputs]: readonly number[]): readonly number[] => [batch, length, outputs]
  const flat = reshaped(), whole = reshaped(), flatGradient = reshaped(), wholeGradient = reshaped()
  let input: Tensor | undefined
  let output: Tensor | undefined
  return {
    name,
    parameters: [],
    children: [inner],
    get usesOutputGradient(): boolean {
      return inner.usesOutputGradient
    },
    outputShape: (shape) => placesOf(shape, inner.outputShape(rowsOf(shape))),
    forward(x) {
      if (x.shape.length !== 3) rowsOf(x.shape)
      checkFilled(where, 'input', x)
      const y = inner.forward(flat(x, x.shape[0] * x.shape[1], x.shape[2], 0))
      input = x
      output = whole(y, x.shape[0], x.shape[1], y.shape[1])
      return output
    },
    backward(outputGradient, wantInput) {
      if (input === undefined || output === undefined) throw new Error(`${name}.backward: forward must come first`)
      const { shape } = output
      const dy = inner.usesOutputGradient
        ? flatGradient(required(name, outputGradient, shape), shape[0] * shape[1], shape[2], 0) : undefined
      const dx = inner.backward(dy, wantInput)
      return dx === undefined ? undefined : wholeGradient(dx, input.shape[0], input.shape[1], input.shape[2])
    },
  }
}

/** Gives data another shape, [a, b] or with a third axis; a new object only where anything has changed. */
function reshaped(): (x: Tensor, a: number, b: number, c: number) => Tensor {
  let last: Tensor = { shape: [], data: new Float32Array(0) }
  return ({ data }, a, b, c) => {
    const { shape } = last
    if (last.data !== data || shape[0] !== a || shape[1] !== b || (shape[2] ?? 0) !== c) {
      last = { shape: c === 0 ? [a, b] : [a, b, c], data }
    }
    return last
  }
}
