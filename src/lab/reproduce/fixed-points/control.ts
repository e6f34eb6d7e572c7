// Frozen hidden layers under a readout that is trained at its own best rate.

import { last } from '../../statistics.ts'
import type { Run } from '../experiment.ts'
import { bestRate, RATES, type Trial, trialsToMake } from '../rates/rate-search.ts'
import type { NetworkConfiguration, NetworkCurves } from './training.ts'

/** A training of the control at one rate. */
export type ControlConfiguration = NetworkConfiguration & { readonly part: 'control' }
type Controls = readonly Run<ControlConfiguration, NetworkCurves>[]

/**
 * What the rates of the ladder are multiplied by. Why: features of L − 1 hidden layers shrink as s^(L−1) with the scale s
 * of small weights, and a readout of features s times as small learns alike at a rate s⁻² times as large.
 */
function factorOf({ initialScale, hidden }: Pick<NetworkConfiguration, 'initialScale' | 'hidden'>): number {
  return initialScale < 1 ? Math.round(Math.pow(initialScale, -2 * hidden.length)) : 1
}

const trial = ({ configuration: c, result }: Controls[number]): Trial => ({
  rate: RATES.find((rate) => rate * factorOf(c) === c.rate) ?? NaN,
  seed: c.seed,
  loss: result.stopped === null ? last(result.loss) : null,
})

const controlsOf = (runs: readonly Run<object, unknown>[], initialScale: number): Controls =>
  (runs as Controls).filter(({ configuration: c }) => c.part === 'control' && c.initialScale === initialScale)

/**
 * The trainings that are known and those to make next, for each scale of the initial weights.
 * Why no biases: those of frozen layers are zero, and one of the readout, whose gradient does not shrink with the features,
 * runs away at the rate that small features need.
 */
export function planControls(base: Omit<NetworkConfiguration, 'rule' | 'initialScale' | 'rate' | 'records' | 'seed'>,
  scales: readonly number[], seeds: readonly number[],
  done: readonly Run<object, unknown>[]): readonly ControlConfiguration[]
{
  return scales.flatMap((initialScale) => {
    const trials = controlsOf(done, initialScale).map(trial)
    return [...trials, ...trialsToMake(trials, seeds, [0.1])].map(({ rate, seed }): ControlConfiguration => ({
      part: 'control',
      ...base,
      rule: 'frozen',
      initialScale,
      bias: false,
      rate: rate * factorOf({ ...base, initialScale }),
      records: 1,
      seed,
    }))
  })
}

/** The trainings at the rate of least training loss, one per seed. */
export function tunedControl(runs: readonly Run<object, unknown>[], initialScale: number): readonly NetworkCurves[] {
  const own = controlsOf(runs, initialScale)
  const trials = own.map(trial)
  const seeds = [...new Set(trials.map(({ seed }) => seed))].sort((a, b) => a - b)
  const rate = bestRate(trials, seeds)
  return seeds.flatMap((seed) =>
    own.filter((_, index) => trials[index].rate === rate && trials[index].seed === seed).map(({ result }) => result)
  )
}
