// The fourth measure: how far weights have turned towards the feedback.

import { cosine, matmul, type Tensor } from '../tensor/index.ts'
import { isDense, type Layer, walk } from '../nn/index.ts'
import { isErrorTap } from './error-tap.ts'
import { isFeedbackPoint } from './feedback-point.ts'
import { type Carrier, isCarrier } from './rules/rule.ts'

/** Weight alignment of one layer. */
export interface WeightAlignment {
  readonly name: string
  readonly cosine: number
}

/** A dense layer's weight, not a copy, and what it turns to under direct feedback. */
export interface WeightTarget {
  readonly name: string
  readonly weight: Float32Array
  readonly target: Float32Array
}

/**
 * F_l F_{l−1}ᵀ for hidden layers, F_{L−1}ᵀ for the last. Shapes: like the weights.
 * Equation: theory (1.14). The first layer has no target. `feedback` holds F of each point in forward order.
 * A layer is there when it is dense, the only layer with a weight between two points (or the last point and the tap),
 * and takes and gives as many features as they have: no pooling lies between.
 */
export function weightTargets(network: Layer, feedback: readonly Tensor[]): readonly WeightTarget[] {
  const found: WeightTarget[] = []
  let below: Tensor | undefined
  let between: Carrier[] = []
  let nextPoint = 0
  const close = (above: Tensor | undefined): void => {
    const [layer] = between
    if (below !== undefined && between.length === 1 && isDense(layer)) {
      const outputs = above === undefined ? below.shape[1] : above.shape[0]
      if (layer.inputs === below.shape[0] && layer.outputs === outputs) {
        const target = above === undefined ? transposed(below) : matmul(above, below, { transposeB: true }).data
        found.push({ name: layer.name, weight: layer.weight.value.data, target })
      }
    }
    between = []
  }
  for (const layer of walk(network)) {
    if (isCarrier(layer)) between.push(layer)
    else if (isFeedbackPoint(layer)) {
      const f = feedback[nextPoint++]
      close(f)
      below = f
    } else if (isErrorTap(layer)) close(undefined)
  }
  return found
}

/**
 * WA_l = cos∠(W_l, target) of each layer of `weightTargets`; NaN for a zero weight. All as one vector: `jointCosine` of
 * weights and targets. Equation: theory (1.14), (1.15).
 */
export function weightAlignment(network: Layer, feedback: readonly Tensor[]): readonly WeightAlignment[] {
  return weightTargets(network, feedback).map(({ name, weight, target }) => ({ name, cosine: cosine(weight, target) }))
}

/** WA_l = cos∠(W_l, R_l) of every layer with a transport R. Equation: theory (1.16). */
export function transportAlignment(network: Layer): readonly WeightAlignment[] {
  return walk(network).filter(isCarrier).flatMap(({ name, weight, transport }) =>
    transport === undefined ? [] : [{ name, cosine: cosine(weight.value.data, transport.data) }]
  )
}

function transposed(a: Tensor): Float32Array {
  const [rows, columns] = a.shape
  const out = new Float32Array(a.data.length)
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = a.data[i * columns + j]
  return out
}
