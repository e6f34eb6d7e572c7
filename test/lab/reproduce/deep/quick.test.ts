import { describe, expect, it } from 'vitest'
import type { DeepCurves, GroupResult } from '../../../../src/lab/reproduce/deep/training.ts'
import type { Experiment } from '../../../../src/lab/reproduce/experiment.ts'
import { degeneracyDeep } from '../../../../src/lab/reproduce/refinetti2021/degeneracy-deep.ts'
import { globalAlignment } from '../../../../src/lab/reproduce/refinetti2021/global-alignment.ts'
import { gradientPerturbation } from '../../../../src/lab/reproduce/refinetti2021/gradient-perturbation.ts'
import { labelNoise } from '../../../../src/lab/reproduce/refinetti2021/label-noise.ts'
import { layerwise } from '../../../../src/lab/reproduce/refinetti2021/layerwise.ts'
import { targetCovariance } from '../../../../src/lab/reproduce/refinetti2021/target-covariance.ts'
import { width } from '../../../../src/lab/reproduce/refinetti2021/width.ts'
import { altered, verdicts } from '../made.ts'

const EXPERIMENTS: readonly (readonly [Experiment, RegExp | undefined])[] = [[globalAlignment, /^ga-rise-/], [layerwise,
  undefined], [degeneracyDeep, /^cosine-ratio-/], [width, undefined], [targetCovariance, undefined], [labelNoise,
  /^noise-half-/], [gradientPerturbation, /^perturbation-angle-/]]
const TIMES = 12

/** A training in which every value at time t of run i is what `value` says. */
const made = (hidden: number, value: (time: number) => number): DeepCurves & { readonly cosine: number } => {
  const list = Array.from({ length: TIMES }, (_, time) => value(time))
  return {
    steps: list.map((_, time) => time),
    perEpoch: 1,
    loss: list,
    error: list,
    testError: list,
    ga: list,
    gaLayers: Array.from({ length: hidden }, () => list),
    wa: list,
    waLayers: Array.from({ length: hidden }, () => list),
    cosine: value(0),
  }
}

describe('at quick scale', () => {
  it.each(EXPERIMENTS.map(([e, decided]) => [e.name, e, decided] as const))(
    '%s decides what it names and nothing else, whatever comes out',
    (_, experiment, decided) => {
      const plan = experiment.plan('quick', 0, []).map((configuration) => ({ configuration, result: {}, seconds: 0 }))
      const judged = [(i: number, t: number) => (i + 1) * t, (i: number, t: number) => 1 / (1 + i + t), () => 0.5].map(
        (value) => {
          const runs = altered(plan, (_result, configuration, index) => {
            const { seeds, hidden } = configuration as { seeds?: readonly number[]; hidden: readonly number[] }
            const curves = made(hidden.length, (time) => value(index, time))
            if (seeds === undefined) return curves
            const cosine = { mean: curves.ga, deviation: curves.ga } as GroupResult['cosine']
            return { curves: seeds.map(() => curves), cosine, cosineLayers: [curves.ga, curves.ga, curves.ga] }
          })
          return verdicts(experiment.judge(runs, 'quick'))
        },
      )
      for (const one of judged) {
        for (const [id, verdict] of Object.entries(one)) {
          if (decided?.test(id) !== true) expect(verdict, id).toBe('undecided')
        }
      }
      // Results without scatter are decided, one way or the other.
      for (const [id, verdict] of Object.entries(judged[2])) {
        if (decided?.test(id) === true) expect(verdict, id).toMatch(/holds|fails/)
      }
    },
  )
})
