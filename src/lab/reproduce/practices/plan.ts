// Trainings of practices as a plan: variants at one rate, or each at the best of a ladder of rates.

import type { Run } from '../experiment.ts'
import { bestRate, RATES, type Trial, trialsToMake } from '../rates/rate-search.ts'
import { keyOf } from '../records.ts'
import type { NetworkSpec } from './networks.ts'
import type { Practice, PracticeResult } from './training.ts'

/** A finished training. */
export type PracticeRun = Run<Practice, PracticeResult>

/** A training without its rate and its seed, under a name. */
export interface Variant {
  readonly name: string
  readonly practice: Omit<Practice, 'rate' | 'seed'>
}

/** Data and time that all trainings of an experiment are given. */
export type Budget = Pick<Practice, 'dataset' | 'trainingSamples' | 'batch' | 'epochs' | 'hiddenReduction'>

/** What the authors' code does where nothing else is said: one sliced matrix, normalized, drawn weights. */
const RECIPE = {
  part: 'training',
  method: 'DFA',
  normalization: 'width-outputs',
  maps: 'dense',
  keep: 1,
  initial: 'drawn',
} as const

/** The authors' recipe with changes, under a name. */
export function variant(name: string, { dataset, trainingSamples, batch, epochs, hiddenReduction }: Budget,
  network: NetworkSpec, changes: Partial<Practice> = {}): Variant
{
  const budget = { dataset, trainingSamples, batch, epochs, hiddenReduction }
  return { name, practice: { ...RECIPE, ...budget, network, ...changes } }
}

/** Whether a run is one of a variant, at any rate and seed. */
function isOf({ practice }: Variant): (run: Run<object, unknown>) => boolean {
  const key = keyOf(practice)
  return ({ configuration }) => {
    const { rate: _, seed: __, ...rest } = configuration as Practice
    return keyOf(rest) === key
  }
}

/** All runs of a variant. */
export function runsOf(runs: readonly Run<object, unknown>[], one: Variant): readonly PracticeRun[] {
  return runs.filter(isOf(one)) as readonly PracticeRun[]
}

/** Its runs at one rate, by seed. */
export function runsAt(runs: readonly Run<object, unknown>[], one: Variant, rate: number): readonly PracticeRun[] {
  return runsOf(runs, one).filter(({ configuration }) => configuration.rate === rate).sort((a, b) =>
    a.configuration.seed - b.configuration.seed
  )
}

/** One rate, `count` seeds. */
export function planAt(one: Variant, rate: number, first: number, count: number): readonly Practice[] {
  return Array.from({ length: count }, (_, k) => ({ ...one.practice, rate, seed: first + k }))
}

/** The rate of the ladder that is nearest by ratio. */
export function onLadder(rate: number): number {
  const distance = (x: number): number => Math.abs(Math.log(x / rate))
  return RATES.reduce((best, one) => (distance(one) < distance(best) ? one : best))
}

/** The trainings that the search for a rate names now, beginning at `rates`: those done and those to make. */
export function planTuned(one: Variant, rates: readonly number[], first: number, count: number,
  done: readonly Run<object, unknown>[]): readonly Practice[]
{
  const seeds = Array.from({ length: count }, (_, k) => first + k)
  const known = runsOf(done, one).map(trial)
  return [...known, ...trialsToMake(known, seeds, rates.map(onLadder))].map(({ rate, seed }) => ({
    ...one.practice,
    rate,
    seed,
  }))
}

/** The runs of a variant at its best rate, by seed. */
export function tunedOf(runs: readonly Run<object, unknown>[], one: Variant): readonly PracticeRun[] {
  const own = runsOf(runs, one)
  const seeds = [...new Set(own.map(({ configuration }) => configuration.seed))]
  return runsAt(own, one, bestRate(own.map(trial), seeds))
}

/** The loss of the last epoch: a network that is slow at a rate is told from one that diverged. */
function trial({ configuration: { rate, seed }, result: { trainingLoss } }: PracticeRun): Trial {
  return { rate, seed, loss: trainingLoss[trainingLoss.length - 1] ?? null }
}
