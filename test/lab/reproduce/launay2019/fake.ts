// Runs of experiments on practices with made-up results: what claims say of them.

import type { Verdict } from '../../../../src/lab/claims/claim.ts'
import type { Experiment, Run, Scale } from '../../../../src/lab/reproduce/experiment.ts'
import type { Practice, PracticeResult } from '../../../../src/lab/reproduce/practices/training.ts'
import { verdicts } from '../made.ts'
import { allRuns } from '../rounds.ts'

/** What a made-up training comes to. */
export interface Outcome {
  /** By layer, at the end. */
  readonly cosines: readonly number[]
  readonly start?: readonly number[]
  readonly masked?: readonly number[]
  readonly loss?: number
  readonly training?: number
  readonly test?: number
}

/** The record of an outcome. */
export function resultOf({ epochs }: Practice, o: Outcome): PracticeResult {
  const layers = (values: readonly number[]) => values.map((mean) => ({ mean, deviation: 0.1 }))
  return {
    part: 'training',
    trainingLoss: Array.from({ length: epochs }, () => o.loss ?? 1),
    trainingAccuracy: o.training ?? 0.5,
    testAccuracy: o.test ?? 0.4,
    alignment: [layers(o.start ?? o.cosines.map(() => 0)), layers(o.cosines)],
    masked: layers(o.masked ?? []),
  }
}

/** The runs of a plan where each training comes to `outcome`; other runs come to what `rank` says. */
export function runsOf(experiment: Experiment, scale: Scale, outcome: (c: Practice) => Outcome,
  rank: (width: number) => number = (width) => width / 9): readonly Run<object, unknown>[]
{
  return allRuns(experiment, scale, 0, (configuration) => {
    const c = configuration as Practice | { readonly part: 'rank'; readonly width: number }
    return c.part === 'rank' ? { part: 'rank', squares: [rank(c.width), rank(c.width)] } : resultOf(c, outcome(c))
  })
}

/** Verdicts by id. */
export function judged(...all: Parameters<typeof runsOf>): Readonly<Record<string, Verdict>> {
  const [experiment, scale] = all
  return verdicts(experiment.judge(runsOf(...all), scale))
}

/** Training loss with its least value at `best`, on a ladder of factors. */
export function valley(rate: number, best: number): number {
  return 1 + Math.abs(Math.log(rate / best))
}
