// Alignment as one line of a run's record: plain numbers, ready for JSON.

import { dot, type Tensor } from '../tensor/index.ts'
import type { Layer } from '../nn/index.ts'
import { type CosineStatistics, measureAlignment } from './alignment.ts'
import { partsOf } from './rules/rule.ts'
import { transportAlignment, weightAlignment } from './weight-alignment.ts'

/** A measured number, null where it is undefined: JSON has no NaN. */
export type Measured = number | null

/** Cosines over the samples of a batch. */
export interface CosineRecord {
  readonly mean: Measured
  readonly deviation: Measured
  /** Samples that count, and samples left out because a vector was zero. */
  readonly count: number
  readonly zeros: number
}

/** All measures of one step by the name of point or layer; see `Alignment` for the equations. */
export interface AlignmentRecord {
  readonly step: number
  /** Per point. */
  readonly signal: Readonly<Record<string, CosineRecord>>
  /** Per layer that carries; `batch` of the summed gradients. */
  readonly layerGradient: Readonly<Record<string, CosineRecord & { readonly batch: Measured }>>
  /** Of all layers that carry but the last, as one vector. */
  readonly joined: CosineRecord
  readonly wholeGradient: Measured
  /** cos∠(W_l, F_l F_{l−1}ᵀ) where feedback matrices are given, cos∠(W_l, R_l) where layers have a transport. */
  readonly weight: Readonly<Record<string, Measured>>
  /** |R_l|/|W_l| per layer with a transport. */
  readonly normRatio: Readonly<Record<string, Measured>>
  /** |F_l| per point, where feedback matrices are given. */
  readonly feedbackNorm: Readonly<Record<string, Measured>>
}

/** What is measured: a network after a forward pass and a backward pass of this error, as `Trainer` shows it. */
export interface Measurable {
  readonly network: Layer
  readonly step: number
  /** e = ∂𝓛/∂output, [B, K]. */
  readonly error: Tensor
}

/**
 * The four alignments and the norms |R_l|/|W_l|, |F_l|, |·| of Frobenius, on the network's last forward pass.
 * Equation: as `measureAlignment`, `weightAlignment`, `transportAlignment`. Convolutional layers take part in all but
 * cos∠(W_l, F_l F_{l−1}ᵀ), whose target is a full matrix. `feedback` holds F of each point in forward order, as the
 * direct rules do in `feedback`. Afterwards the parameters' gradients are the rule's, bit for bit.
 * Cost: two backward passes, a copy of the gradients, and a product n_l × K × n_{l−1} per layer with a target.
 * Throws: RangeError when `feedback` is given and not one matrix per point.
 */
export function alignmentRecord({ network, step, error }: Measurable, feedback?: readonly Tensor[]): AlignmentRecord {
  const { points, carriers } = partsOf(network)
  if (feedback !== undefined && feedback.length !== points.length) {
    throw new RangeError(
      `alignmentRecord: feedback must be ${points.length} matrices, one per point, got ${feedback.length}`,
    )
  }
  const { signal, layerGradient, joined, wholeGradient } = measureAlignment(network, error)
  const weights = [...feedback === undefined ? [] : weightAlignment(network, feedback), ...transportAlignment(network)]
  const ratios = carriers.flatMap(({ name, weight, transport }): [string, Measured][] =>
    transport === undefined ? [] : [[name, measured(norm(transport) / norm(weight.value))]]
  )
  return {
    step,
    signal: Object.fromEntries(signal.map(({ name, cosines }) => [name, cosineRecord(cosines)])),
    layerGradient: Object.fromEntries(
      layerGradient.map(({ name, samples, batch }) => [name, { ...cosineRecord(samples), batch: measured(batch) }]),
    ),
    joined: cosineRecord(joined),
    wholeGradient: measured(wholeGradient),
    weight: Object.fromEntries(weights.map(({ name, cosine }) => [name, measured(cosine)])),
    normRatio: Object.fromEntries(ratios),
    feedbackNorm: Object.fromEntries((feedback ?? []).map((f, l) => [points[l].name, measured(norm(f))])),
  }
}

function measured(x: number): Measured {
  return Number.isFinite(x) ? x : null
}

function cosineRecord({ mean, deviation, count, zeros }: CosineStatistics): CosineRecord {
  return { mean: measured(mean), deviation: measured(deviation), count, zeros }
}

function norm({ data }: Tensor): number {
  return Math.sqrt(dot(data, data))
}
