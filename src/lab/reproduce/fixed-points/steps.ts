// The updates of a training as steps of a walk.

import { parametersOf } from '../../../nn/index.ts'
import { dot } from '../../../tensor/index.ts'
import { slope } from '../../statistics.ts'
import type { RunTools } from '../experiment.ts'
import { logSpaced } from '../series.ts'
import { type NetworkConfiguration, planNetwork } from './training.ts'

export type WalkConfiguration = NetworkConfiguration

/** Lengths and cosines of the vector of all parameters. */
export interface WalkResult {
  /** Steps at which the displacement was measured, in equal ratios from 1. */
  readonly times: readonly number[]
  /** |θ(t) − θ(0)|. */
  readonly displacement: readonly number[]
  /** Middles of a hundred equal stretches of the walk, in steps; means over each of cosine and length. */
  readonly stretches: readonly number[]
  /** cos∠(Δθ_t, Δθ_{t−1}). */
  readonly cosine: readonly number[]
  /** |Δθ_t|. */
  readonly length: readonly number[]
  /** Mean |ΔW_l| over all steps, l = 1 … L. */
  readonly layers: readonly number[]
  /** Mean loss of each epoch. */
  readonly loss: readonly number[]
}

const STRETCHES = 100

/** One training, every step of which is looked at. Throws: TrainingStopped. */
export function walkAlong(c: WalkConfiguration, tools: RunTools): WalkResult {
  const { network, run } = planNetwork(c, tools)
  const arrays = parametersOf(network).map(({ value }) => value.data)
  const weights = arrays.map((_, index) => index).filter((index) => index % 2 === 0)
  const first = arrays.map((data) => data.slice())
  const before = arrays.map((data) => data.slice())
  let step = arrays.map((data) => new Float32Array(data.length))
  let lastStep = arrays.map((data) => new Float32Array(data.length))
  const times = new Set(logSpaced(1, run.total, c.records))
  const found = { times: [] as number[], displacement: [] as number[] }
  const cosines: number[] = [], lengths: number[] = []
  const layers = weights.map(() => 0)
  const inner = (a: readonly Float32Array[], b: readonly Float32Array[]): number =>
    a.reduce((sum, data, index) => sum + dot(data, b[index]), 0)
  run.run({
    times: Array.from({ length: run.total + 1 }, (_, at) => at),
    progress: tools.progress,
    measure() {
      const done = run.trainer.steps
      if (done === 0) return
      arrays.forEach((data, index) => {
        for (let i = 0; i < data.length; i++) step[index][i] = data[i] - before[index][i]
        before[index].set(data)
      })
      const square = inner(step, step)
      if (lengths.length > 0) {
        const product = Math.sqrt(square) * lengths[lengths.length - 1]
        cosines.push(product > 0 ? inner(step, lastStep) / product : 0)
      }
      lengths.push(Math.sqrt(square))
      weights.forEach((index, l) => {
        layers[l] += Math.sqrt(dot(step[index], step[index])) / run.total
      })
      if (times.has(done)) {
        const away = arrays.map((data, index) => data.map((x, i) => x - first[index][i]))
        found.times.push(done)
        found.displacement.push(rounded(Math.sqrt(inner(away, away))))
      }
      ;[step, lastStep] = [lastStep, step]
    },
  })
  const size = Math.max(1, Math.floor(cosines.length / STRETCHES))
  const count = Math.floor(cosines.length / size)
  const stretched = (list: readonly number[]): readonly number[] =>
    Array.from({ length: count }, (_, at) =>
      rounded(list.slice(at * size, (at + 1) * size).reduce((sum, x) => sum + x, 0) / size))
  return {
    ...found,
    stretches: Array.from({ length: count }, (_, at) => (at + 0.5) * size),
    cosine: stretched(cosines),
    length: stretched(lengths.slice(1)),
    layers: layers.map(rounded),
    loss: run.epochLosses.map(rounded),
  }
}

function rounded(x: number): number {
  return Number(x.toPrecision(6))
}

/** d ln|θ(t) − θ(0)|²/d ln t by least squares over the first `part` of the steps. */
export function exponent({ times, displacement }: Pick<WalkResult, 'times' | 'displacement'>, part: number): number {
  const until = part * times[times.length - 1]
  const points = times.flatMap((t, i) => (t <= until ? [[Math.log(t), 2 * Math.log(displacement[i])] as const] : []))
  return slope(points.map(([x]) => x), points.map(([, y]) => y))
}
