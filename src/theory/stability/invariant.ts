// Why alignment appears: along every path of feedback alignment, weight alignment grows with the weights below it.

import { addScaled, innerProduct, type Matrix, matrix, multiply, scaled, transpose } from '../../tensor/index.ts'
import type { Batch, Weights } from '../linear-network.ts'

/** What a rule delivers to the activations of layer l = 1 … L−1, samples as rows: from δa_{l+1} or from e. */
export type HiddenSignal = (layer: number, above: Matrix, error: Matrix) => Matrix

/** δh_l = R_{l+1}ᵀ δa_{l+1}, transports R_2 … R_L in the shapes of W_2 … W_L. Equation: theory (6.24). */
export function fromAbove(transports: readonly Matrix[]): HiddenSignal {
  return (layer, above) => multiply(above, transports[layer - 1])
}

/** δh_l = F_l e. Equation: theory (6.24). */
export function fromOutput(feedback: readonly Matrix[]): HiddenSignal {
  return (layer, _, error) => multiply(error, transpose(feedback[layer - 1]))
}

/**
 * G_l = ⟨δa_l h_{l−1}ᵀ⟩ of a network with hidden activation g(a) = max(a, slope·a): 1 linear, 0 rectified, between them
 * leaky. Linear output, squared error, mean over the batch. Equation: theory (6.24). Update: W_l − η G_l.
 * Shapes: x [B, n_0], y [B, n_L].
 */
export function homogeneousUpdate(weights: Weights, signal: HiddenSignal, { x, y }: Batch, slope: number): Weights {
  const inputs = [x]
  const derivatives: Matrix[] = []
  weights.forEach((w, l) => {
    const a = multiply(inputs[l], transpose(w))
    if (l === weights.length - 1) return void inputs.push(a)
    const g = matrix(a.rows, a.columns)
    for (let i = 0; i < g.data.length; i++) g.data[i] = a.data[i] > 0 ? 1 : slope
    derivatives.push(g)
    inputs.push(product(a, g))
  })
  const error = addScaled(inputs[weights.length], -1, y)
  let delta = error
  const updates: Matrix[] = []
  for (let l = weights.length; l >= 1; l--) {
    if (l < weights.length) delta = product(signal(l, delta, error), derivatives[l - 1])
    updates.unshift(scaled(1 / x.rows, multiply(transpose(delta), inputs[l - 1])))
  }
  return updates
}

function product(a: Matrix, b: Matrix): Matrix {
  const out = matrix(a.rows, a.columns)
  for (let i = 0; i < out.data.length; i++) out.data[i] = a.data[i] * b.data[i]
  return out
}

/**
 * R[:, j]·W_{l+1}[:, j] − ½‖W_l[j, :]‖² for every neuron j of layer l, each constant in gradient flow; R the transport of
 * feedback alignment, or F_{L−1}ᵀ at l = L−1. Equation: theory (6.25). In discrete steps ½ Σ‖ΔW_l[j, :]‖² is to be added,
 * theory (6.26). Shapes: R as W_{l+1}. Throws: RangeError when they do not fit.
 */
export function neuronInvariants(lower: Matrix, upper: Matrix, transport: Matrix): Float64Array {
  checkPair('neuronInvariants', lower, upper, transport)
  const invariants = new Float64Array(lower.rows)
  for (let j = 0; j < lower.rows; j++) {
    for (let i = 0; i < upper.rows; i++) {
      invariants[j] += transport.data[i * upper.columns + j] * upper.data[i * upper.columns + j]
    }
    for (let i = 0; i < lower.columns; i++) {
      const w = lower.data[j * lower.columns + i]
      invariants[j] -= w * w / 2
    }
  }
  return invariants
}

/** ⟨R, W_{l+1}⟩ − ½‖W_l‖², the sum of `neuronInvariants`. Equation: theory (6.25). Throws: as these. */
export function alignmentInvariant(lower: Matrix, upper: Matrix, transport: Matrix): number {
  checkPair('alignmentInvariant', lower, upper, transport)
  return innerProduct(transport, upper) - innerProduct(lower, lower) / 2
}

function checkPair(where: string, lower: Matrix, upper: Matrix, transport: Matrix): void {
  if (upper.columns !== lower.rows) {
    throw new RangeError(`${where}: upper must have ${lower.rows} columns, one per row of lower, got ${upper.columns}`)
  }
  if (transport.rows !== upper.rows || transport.columns !== upper.columns) {
    throw new RangeError(
      `${where}: transport must have shape [${upper.rows}, ${upper.columns}] as upper, `
        + `got [${transport.rows}, ${transport.columns}]`,
    )
  }
}
