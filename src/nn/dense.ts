// The fully connected layer.

import { blockedKernels, checkShape, checkSize, type Kernels, show, type Tensor, timesInto, timesTransposedInto,
  transposedTimesInto } from '../tensor/index.ts'
import type { Layer, Parameter } from './layer.ts'
import { allocateTensor, planned, required } from './planned.ts'

/** Options of `dense`. */
export interface DenseOptions {
  readonly name: string
  readonly inputs: number
  readonly outputs: number
  /** Add a bias to every output; true unless given. */
  readonly bias?: boolean
  readonly kernels?: Kernels
}

/** A dense layer; `transport` is the only thing a learning rule may change about it. */
export interface Dense extends Layer {
  readonly kind: 'dense'
  readonly inputs: number
  readonly outputs: number
  readonly weight: Parameter
  readonly bias: Parameter | undefined
  /**
   * What carries the error down in place of the layer's own weight: dh = da·R with R [outputs, inputs].
   * Undefined means R = W, the exact gradient.
   */
  transport: Tensor | undefined
  /** da of the last backward pass, [B, O]; what alignment measures compare. */
  readonly outputGradient: Tensor | undefined
}

/**
 * a = h Wᵀ + b.
 * Shapes: h [B, I], W [O, I], b [O], a [B, O]. Parameters start at zero; see ./initialize.ts.
 * Gradients: dW = daᵀ h, db = Σ_B da, theory (1.5); dh = da·W, theory (1.4) (or da·R, see `transport`).
 * Cost: 2·B·I·O flops forward, twice that backward (once when the input gradient is not wanted).
 * Throws: RangeError, TypeError for sizes that are not whole numbers ≥ 1.
 */
export function dense(options: DenseOptions): Dense {
  const { name, inputs, outputs, bias: withBias = true, kernels = blockedKernels } = options
  checkSize(`dense ${name}`, 'inputs', inputs, 1)
  checkSize(`dense ${name}`, 'outputs', outputs, 1)
  const parameter = (kind: string, shape: readonly number[]): Parameter => ({
    name: `${name}/${kind}`,
    value: allocateTensor(kernels, shape),
    gradient: allocateTensor(kernels, shape),
  })
  const weight = parameter('weight', [outputs, inputs])
  const bias = withBias ? parameter('bias', [outputs]) : undefined
  const buffers = planned(`dense ${name}`, kernels,
    ([batch], space) => ({ output: space.tensor([batch, outputs]), inputGradient: space.tensor([batch, inputs]) }))
  let input: Tensor | undefined
  let lastOutputGradient: Tensor | undefined
  const checkInput = (shape: readonly number[]): void => {
    if (shape.length === 2 && shape[1] === inputs) return
    throw new RangeError(`dense ${name}: input must have shape [B, ${inputs}], got ${show(shape)}`)
  }
  const layer: Dense = {
    kind: 'dense',
    name,
    inputs,
    outputs,
    weight,
    bias,
    transport: undefined,
    get outputGradient(): Tensor | undefined {
      return lastOutputGradient
    },
    parameters: bias === undefined ? [weight] : [weight, bias],
    children: [],
    usesOutputGradient: true,
    outputShape(shape) {
      checkInput(shape)
      return [shape[0], outputs]
    },
    forward(h) {
      checkInput(h.shape)
      const batch = h.shape[0]
      const { output } = buffers(h)
      input = h
      if (bias !== undefined) kernels.elementwise.broadcastRowsInto(output.data, bias.value.data, batch)
      // With accumulate the sum starts from b, in float64, and is rounded once: the bias costs no second rounding.
      timesTransposedInto(kernels, output, h, weight.value, bias !== undefined)
      return output
    },
    backward(outputGradient, wantInput) {
      if (input === undefined) throw new Error(`${name}.backward: forward must come first`)
      const { output, inputGradient } = buffers(input)
      const da = required(name, outputGradient, output.shape)
      if (layer.transport !== undefined) checkShape(`dense ${name}`, 'transport', layer.transport, weight.value.shape)
      lastOutputGradient = da
      const batch = input.shape[0]
      transposedTimesInto(kernels, weight.gradient, da, input)
      if (bias !== undefined) kernels.elementwise.sumRowsInto(bias.gradient.data, da.data, batch, outputs)
      if (!wantInput) return undefined
      timesInto(kernels, inputGradient, da, layer.transport ?? weight.value)
      return inputGradient
    },
  }
  return layer
}

/** True for layers made by `dense`. */
export function isDense(layer: Layer): layer is Dense {
  return (layer as Partial<Dense>).kind === 'dense'
}
