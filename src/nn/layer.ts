// What every layer is. Forward and backward stand side by side; no layer knows a learning rule.

import { firstNonFiniteInRows, type Kernels, type RowSelection, scaleRowsInto, type Tensor } from '../tensor/index.ts'

/** A trained array and its gradient ∂𝓛/∂value, both owned by one layer. */
export interface Parameter {
  /** Path in the network, e.g. `dense1/weight`; names its random stream and its place in a checkpoint. */
  readonly name: string
  readonly value: Tensor
  readonly gradient: Tensor
  /**
   * For tables of which a batch sees few rows: those that the last backward pass wrote; the gradient of all others is
   * zero. Steps, clipping and checks then cost these rows alone. `gradient` is whole, so that whoever does not know reads
   * it as any other, at the price of the table.
   */
  readonly touched?: RowSelection
}

/**
 * A function of a batch with its derivative. Buffers are planned once per input shape, in memory that all shapes share
 * (`planned`): the tensors returned by `forward` and `backward` are valid until the next call, whatever its shape, and
 * a training step allocates nothing. Throws: RangeError for an input whose data do not fill its shape.
 *
 * Shapes: the first axis of every input and output is the batch B.
 */
export interface Layer {
  readonly name: string
  readonly parameters: readonly Parameter[]
  /** The layers inside, in forward order, for containers. */
  readonly children: readonly Layer[]
  /**
   * False when `backward` ignores the gradient from above, so that the layer above need not compute it. This is where
   * direct feedback alignment saves a sixth of a step (784-512-512-10, batch 128).
   */
  readonly usesOutputGradient: boolean
  /** Shape of the output for this input shape. Throws: RangeError naming the layer when the input does not fit. */
  readonly outputShape: (inputShape: readonly number[]) => readonly number[]
  /** The output for `input`. The layer keeps a reference to `input` until the next forward pass. */
  readonly forward: (input: Tensor) => Tensor
  /**
   * Overwrites the gradients of the parameters and returns ∂𝓛/∂input of the last forward pass, or undefined when
   * `wantInput` is false. `outputGradient` is ∂𝓛/∂output; it may be undefined only when `usesOutputGradient` is false.
   */
  readonly backward: (outputGradient: Tensor | undefined, wantInput: boolean) => Tensor | undefined
}

/** All layers of a tree in forward order, containers before their children. */
export function walk(layer: Layer): readonly Layer[] {
  return [layer, ...layer.children.flatMap(walk)]
}

/** All parameters of a tree in forward order. */
export function parametersOf(layer: Layer): readonly Parameter[] {
  return walk(layer).flatMap((inner) => inner.parameters)
}

/** dw := factor·dw. Of a table the touched rows alone are visited. */
export function scaleGradient({ gradient: { data }, touched }: Parameter, factor: number, kernels: Kernels): void {
  if (touched === undefined) kernels.elementwise.scaleInto(data, factor, data)
  else scaleRowsInto(data, factor, touched)
}

/** Whether all of dw is finite. Of a table the touched rows alone are visited. */
export function hasFiniteGradient({ gradient: { data }, touched }: Parameter, kernels: Kernels): boolean {
  return (touched === undefined ? kernels.elementwise.firstNonFinite(data) : firstNonFiniteInRows(data, touched)) < 0
}
