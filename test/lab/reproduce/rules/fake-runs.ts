// Runs of a plan with made-up scores, to show what plan and judgment do with them.

import type { Experiment, Run, Scale } from '../../../../src/lab/reproduce/experiment.ts'
import type { EndAlignment, RuleConfiguration, RuleResult } from '../../../../src/lab/reproduce/rules/training.ts'
import type { RuleRun } from '../../../../src/lab/reproduce/rules/plan.ts'

const ALIGNMENT: EndAlignment = { gradient: { dense1: 0.5 }, summed: { dense1: 0.6 }, weight: { dense2: 0.25 },
  norm: { dense2: 1.5 } }

/** Trained to these shares of right answers. */
export function trained(validation: number, test: number | null = null, weight?: number): RuleResult {
  const alignment = weight === undefined ? ALIGNMENT : { ...ALIGNMENT, weight: { dense2: weight } }
  return { validation, start: 2.3, loss: 1 - validation, test, alignment: test === null ? null : alignment }
}

/** Plans until nothing new is planned, every run answered by `answer`. */
export function complete(plan: (done: readonly RuleRun[]) => readonly RuleConfiguration[],
  answer: (c: RuleConfiguration) => RuleResult): readonly RuleRun[]
{
  let runs: readonly RuleRun[] = []
  for (let round = 0; round < 40; round++) {
    const next = plan(runs)
    if (next.length === runs.length) return runs
    runs = next.map((configuration) => ({
      configuration,
      result: answer(configuration),
      seconds: 2 * configuration.epochs,
    }))
  }
  throw new Error('complete: the plan must come to an end, got 40 rounds')
}

/** All runs of an experiment, answered. */
export function fakeRuns(experiment: Experiment, scale: Scale, answer: (c: RuleConfiguration) => RuleResult,
  seed = 0): readonly Run<object, unknown>[]
{
  return complete((done) => experiment.plan(scale, seed, done) as readonly RuleConfiguration[], answer)
}

/** A best setting of momentum at 0.01 for every rule, and final accuracies by model and rule, moved by the seed. */
export function answers(accuracy: (c: RuleConfiguration) => number, weight: (rule: string) => number = () => 0.5) {
  return (c: RuleConfiguration): RuleResult =>
    c.stage === 'tuning' ? trained(c.optimizer === 'momentum' && c.rate === 0.01 ? 0.9 : 0.8)
      : trained(0.9, (accuracy(c) + 0.1 * (c.seed - 4)) / 100, weight(c.rule))
}
