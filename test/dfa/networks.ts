// Small networks, batches and comparisons that the tests of this room share.

import { mlp } from '../../src/dfa/index.ts'
import { type ActivationName, type Dense, initialize, isDense, type Layer, parametersOf,
  walk } from '../../src/nn/index.ts'
import { type Kernels, normalInto, randomStream, type Tensor, tensor } from '../../src/tensor/index.ts'

export interface NetworkOptions {
  readonly sizes?: readonly number[]
  readonly activation?: ActivationName
  readonly bias?: boolean
  readonly seed?: number
  readonly kernels?: Kernels
}

/** An initialized mlp; 5-7-6-6-3 with tanh unless told otherwise. */
export function network(
  { sizes = [5, 7, 6, 6, 3], activation = 'tanh', bias = true, seed = 1, kernels }: NetworkOptions = {},
): Layer {
  const made = mlp({ sizes, activation, bias, ...(kernels === undefined ? {} : { kernels }) })
  initialize(made, 'uniform', seed)
  return made
}

/** N(0, 1) rows. */
export function normals(rows: number, columns: number, seed: number, name: string): Tensor {
  const out = tensor([rows, columns])
  normalInto(out.data, randomStream(seed, `test/${name}`))
  return out
}

export function denseOf(layer: Layer): readonly Dense[] {
  return walk(layer).filter(isDense)
}

/** Forward pass, then backward pass of `error`; the gradients as copies, by parameter name. */
export function gradientsOf(layer: Layer, input: Tensor, error: Tensor): ReadonlyMap<string, Float32Array> {
  layer.forward(input)
  layer.backward(error, false)
  return new Map(parametersOf(layer).map(({ name, gradient }) => [name, gradient.data.slice()]))
}

/** The values of all parameters as copies, by name. */
export function valuesOf(layer: Layer): ReadonlyMap<string, Float32Array> {
  return new Map(parametersOf(layer).map(({ name, value }) => [name, value.data.slice()]))
}

/** max|x − y| / max|y|. */
export function relativeDistance(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let most = 0
  let size = 0
  for (let i = 0; i < y.length; i++) {
    most = Math.max(most, Math.abs(x[i] - y[i]))
    size = Math.max(size, Math.abs(y[i]))
  }
  return x.length === y.length ? most / size : NaN
}

/** Plain float64 cosine, written apart from the engine's. */
export function plainCosine(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let xy = 0
  let xx = 0
  let yy = 0
  for (let i = 0; i < x.length; i++) {
    xy += x[i] * y[i]
    xx += x[i] * x[i]
    yy += y[i] * y[i]
  }
  return xy / Math.sqrt(xx * yy)
}
