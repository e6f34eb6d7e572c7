// What a library must be able to do to take part, and the work it is given.
//
// Every library runs in a process of its own (./child.ts, for Python ./peer.py), so that none can slow another down by
// its memory, its worker threads or what it makes the compiler believe about types.

import type { ModelName } from '../models.ts'

/** C = op(A)·op(B). Shapes: op(A) [m, k], op(B) [k, n]; A is stored [k, m] when transposed, B [n, k]. */
export interface Product {
  readonly kind: 'product'
  readonly m: number
  readonly k: number
  readonly n: number
  readonly transposeA: boolean
  readonly transposeB: boolean
  readonly a: Float32Array
  readonly b: Float32Array
}

/** Which errors the hidden layers learn from. */
export type Rule = 'backpropagation' | 'dfa'

/** One layer's parameters. Shapes: weight [O, I], bias [O], feedback [O, K] (hidden layers only). */
export interface StepLayer {
  readonly inputs: number
  readonly outputs: number
  readonly weight: Float32Array
  readonly bias: Float32Array
  readonly feedback: Float32Array | undefined
}

/** One step of gradient descent of a relu network on the mean cross-entropy. Shapes: input [B, I], target [B, K]. */
export interface Step {
  readonly kind: 'step'
  readonly rule: Rule
  readonly batch: number
  readonly rate: number
  readonly layers: readonly StepLayer[]
  readonly input: Float32Array
  readonly target: Float32Array
}

/** A convolution with padding (k − 1)/2, then relu and 2×2 max pooling. Shapes: weight [O, I, k, k], bias [O]. */
export interface ConvolutionLayer {
  readonly inputs: number
  readonly outputs: number
  /** Height and width of the layer's input and, before pooling, of its output. */
  readonly side: number
  readonly weight: Float32Array
  readonly bias: Float32Array
}

/**
 * One step of backpropagation and gradient descent on the mean cross-entropy: convolutions, then one dense layer over
 * the channels, rows and columns of the last. Shapes: input [B, C, S, S], target [B, K], dense weight [K, C·S·S].
 */
export interface Convolution {
  readonly kind: 'convolution'
  readonly batch: number
  readonly rate: number
  /** Odd. */
  readonly kernel: number
  readonly convolutions: readonly ConvolutionLayer[]
  readonly dense: StepLayer
  readonly input: Float32Array
  readonly target: Float32Array
}

/** One step of backpropagation and gradient descent of a network of launay2020, without dropout, rays without jitter. */
export interface ModelStep {
  readonly kind: 'model'
  readonly model: ModelName
  readonly rate: number
}

export type Work = Product | Step | Convolution | ModelStep

/** Work made ready once: operands are where the library wants them. */
export interface Prepared {
  /** Does the work; a promise when the library computes asynchronously. This is what is timed. */
  readonly run: () => unknown
  /**
   * Does the work once and gives its numbers: C [m, n], or the changes of all parameters W_1, b_1, W_2, … in the
   * layout of `StepLayer`; for a convolutional step and that of a model also the loss before them, last. Called before any `run`.
   */
  readonly result: () => Result | Promise<Result>
  readonly dispose?: () => void
}

export type Result = Float32Array | Float64Array

/** A library that is loaded and ready. */
export interface Peer {
  readonly version: string
  /** Remarks for the reader, such as the tier that runs. */
  readonly note?: string
  /** Throws an Error whose message is the reason when this library cannot do the work. */
  readonly prepare: (work: Work, variant: string) => Prepared | Promise<Prepared>
  readonly close?: () => void
}

/** Loads a library. `loaded` is called as soon as its modules are there; what follows it is setting up. */
export type OpenPeer = (loaded: () => void) => Promise<Peer>

/** The [columns, rows] copy of a [rows, columns] array. */
export function transposed(rows: number, columns: number, data: Float32Array): Float32Array {
  const out = new Float32Array(rows * columns)
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = data[i * columns + j]
  return out
}

/** The copy whose axis i is axis `order[i]` of `data`, row-major both. */
export function permuted(data: Float32Array, shape: readonly number[], order: readonly number[]): Float32Array {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1))
  const out = new Float32Array(data.length)
  let at = 0
  const visit = (axis: number, from: number): void => {
    if (axis === order.length) {
      out[at++] = data[from]
      return
    }
    for (let i = 0; i < shape[order[axis]]; i++) visit(axis + 1, from + i * strides[order[axis]])
  }
  visit(0, 0)
  return out
}

/** The rows and columns in which an operand is stored. */
export function storedShape(rows: number, columns: number, isTransposed: boolean): readonly [number, number] {
  return isTransposed ? [columns, rows] : [rows, columns]
}

/** new − old over all parameters, in float64 and in order; both as [W_1, b_1, W_2, …]. */
export function changes(after: readonly Float32Array[], before: readonly Float32Array[]): Float64Array {
  const out = new Float64Array(after.reduce((length, { length: more }) => length + more, 0))
  let at = 0
  for (const [index, values] of after.entries()) {
    for (let i = 0; i < values.length; i++) out[at++] = values[i] - before[index][i]
  }
  return out
}

/** W_1, b_1, W_2, … of a convolutional step. */
export function parametersOf({ convolutions, dense }: Convolution): readonly Float32Array[] {
  return [...convolutions, dense].flatMap(({ weight, bias }) => [weight, bias])
}

/** The numbers of a convolutional step: all changes, then the loss. */
export function changesAndLoss(after: readonly Float32Array[], before: readonly Float32Array[],
  loss: number): Float64Array
{
  const changed = changes(after, before)
  const out = new Float64Array(changed.length + 1)
  out.set(changed)
  out[changed.length] = loss
  return out
}
