// GA and WA of refinetti2021 section 1, per layer and over all layers at once.

import { isFeedbackPoint, partsOf } from '../../../dfa/index.ts'
import type { Layer } from '../../../nn/index.ts'
import { cosine, matmul, type Tensor, tensor } from '../../../tensor/index.ts'
import { walk } from '../../../nn/index.ts'

/** null where nothing is defined: JSON has no NaN. */
export type Measured = number | null

/** Alignment of a fully connected network with L weight layers. */
export interface DeepAlignment {
  /** Mean over samples of cos∠((δa_1 … δa_{L−1}) of DFA, the same of BP). */
  readonly global: Measured
  /** Mean over samples of cos∠(δa_l^DFA, δa_l^BP), l = 1 … L−1. */
  readonly layers: readonly Measured[]
}

/**
 * GA on the network's last forward pass for the error e = ∂𝓛/∂a_L, whatever rule it is trained with: the deliveries of
 * its points are compared with the exact gradient. Samples whose vectors have no direction are left out, not scored.
 * Shapes: error [B, K]. Cost: two backward passes. The points are left as they were.
 */
export function gradientAlignment(network: Layer, error: Tensor): DeepAlignment {
  const { points, dense } = partsOf(network)
  const before = points.map(({ transparent }) => transparent)
  const signals = (transparent: boolean): Float32Array[] => {
    for (const point of points) point.transparent = transparent
    network.backward(error, false)
    return dense.slice(0, -1).map(({ outputGradient }) => outputGradient?.data.slice() ?? new Float32Array(0))
  }
  try {
    const exact = signals(true)
    const delivered = signals(false)
    return meanCosines(delivered, exact, error.shape[0])
  } finally {
    points.forEach((point, index) => {
      point.transparent = before[index]
    })
  }
}

/** Cosines of the rows of each pair of batches and of the rows joined over all pairs, averaged over rows. */
export function meanCosines(x: readonly Float32Array[], y: readonly Float32Array[], rows: number): DeepAlignment {
  const sums = x.map(() => 0)
  const counts = x.map(() => 0)
  let total = 0
  let counted = 0
  for (let row = 0; row < rows; row++) {
    let xy = 0, xx = 0, yy = 0
    for (let l = 0; l < x.length; l++) {
      const width = x[l].length / rows
      let dot = 0, first = 0, second = 0
      for (let i = row * width; i < (row + 1) * width; i++) {
        dot += x[l][i] * y[l][i]
        first += x[l][i] * x[l][i]
        second += y[l][i] * y[l][i]
      }
      xy += dot
      xx += first
      yy += second
      if (first * second === 0) continue
      sums[l] += dot / Math.sqrt(first * second)
      counts[l]++
    }
    if (xx * yy === 0) continue
    total += xy / Math.sqrt(xx * yy)
    counted++
  }
  return {
    global: counted === 0 ? null : total / counted,
    layers: sums.map((sum, l) => (counts[l] === 0 ? null : sum / counts[l])),
  }
}

/** The targets of weight alignment: F_l F_{l−1}ᵀ for l = 2 … L−1, and F_{L−1}ᵀ for the last layer. */
export function alignmentTargets(feedback: readonly Tensor[]): readonly Tensor[] {
  const hidden = feedback.slice(1).map((f, l) => matmul(f, feedback[l], { transposeB: true }))
  const last = feedback[feedback.length - 1]
  const identity = tensor([last.shape[1], last.shape[1]])
  for (let k = 0; k < last.shape[1]; k++) identity.data[k * last.shape[1] + k] = 1
  return [...hidden, matmul(identity, last, { transposeB: true })]
}

/** WA_l = cos∠(W_l, target), l = 2 … L, and the cosine of all those weights as one vector with all targets as one. */
export function globalWeightAlignment(network: Layer, targets: readonly Tensor[]): DeepAlignment {
  const weights = partsOf(network).dense.slice(1).map(({ weight }) => weight.value.data)
  let xy = 0, xx = 0, yy = 0
  weights.forEach((w, l) => {
    const target = targets[l].data
    for (let i = 0; i < w.length; i++) {
      xy += w[i] * target[i]
      xx += w[i] * w[i]
      yy += target[i] * target[i]
    }
  })
  return {
    global: defined(xy / Math.sqrt(xx * yy)),
    layers: weights.map((w, l) => defined(cosine(w, targets[l].data))),
  }
}

function defined(x: number): Measured {
  return Number.isFinite(x) ? x : null
}

/** Trains by exact gradients while the deliveries stay installed for comparison. */
export function makeTransparent(network: Layer): void {
  for (const layer of walk(network)) if (isFeedbackPoint(layer)) layer.transparent = true
}
