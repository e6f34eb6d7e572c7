// Runs of a plan with made-up scores, to show what plan and judgment do with them.

import type { Experiment, Run, Scale } from '../../../../src/lab/reproduce/experiment.ts'
import type { EndAlignment, RuleConfiguration, RuleResult } from '../../../../src/lab/reproduce/rules/training.ts'
import type { RuleRun } from '../../../../src/lab/reproduce/rules/plan.ts'

const ALIGNMENT: EndAlignment = { gradient: { dense1: 0.5 }, summed: { dense1: 0.6 }, weight: { dense2: 0.25 } }

/** Trained to these shares of right answers. */
export function trained(validation: number, test: number | null = null, weight?: number): RuleResult {
  const alignment = weight === undefined ? ALIGNMENT : { ...ALIGNMENT, weight: { dense2: weight } }
  return { validation, loss: 1 - validation, test, alignment: test === null ? null : alignment }
}

/** Plans until nothing new is planned, every run answered by `answer`. */
export function complete(plan: (done: readonly RuleRun[]) => readonly RuleConfiguration[],
  answer: (c: RuleConfiguration) => RuleResult): readonly RuleRun[]
{
  let runs: readonly RuleRun[] = []
  for (let round = 0; round < 20; round++) {
    const next = plan(runs)
    if (next.length === runs.length) return runs
    runs = next.map((configuration) => ({
      configuration,
      result: answer(configuration),
      seconds: 2 * configuration.epochs,
    }))
  }
  throw new Error('complete: the plan must come to an end, got 20 rounds')
}

/** All runs of an experiment, answered. */
export function fakeRuns(experiment: Experiment, scale: Scale, answer: (c: RuleConfiguration) => RuleResult,
  seed = 0): readonly Run<object, unknown>[]
{
  return complete((done) => experiment.plan(scale, seed, done) as readonly RuleConfiguration[], answer)
}

/** A best rate of 0.016 for every rule, and final accuracies by model and rule, moved a little by the seed. */
export function answers(accuracy: (c: RuleConfiguration) => number, weight: (rule: string) => number = () => 0.5) {
  return (
    c: RuleConfiguration,
  ): RuleResult => (c.stage === 'sweep' ? trained(c.rate === 0.016 ? 0.9 : 0.8)
    : trained(0.9, (accuracy(c) + 0.1 * (c.seed - 1)) / 100, weight(c.rule)))
}
