import { describe, expect, it } from 'vitest'
import type { Verdict } from '../../../../src/lab/claims/claim.ts'
import { rulesCifar } from '../../../../src/lab/reproduce/rules/cifar.ts'
import type { RuleConfiguration } from '../../../../src/lab/reproduce/rules/training.ts'
import type { Scale } from '../../../../src/lab/reproduce/experiment.ts'
import { answers, fakeRuns } from './fake-runs.ts'

const PAPER: Readonly<Record<string, number>> = {
  'feedback-alignment': 43,
  'direct-feedback-alignment': 42,
  frozen: 30,
}
const paper = ({ rule }: RuleConfiguration): number => PAPER[rule] ?? 60

type Verdicts = Readonly<Record<string, Verdict>>
const verdicts = (accuracy: (c: RuleConfiguration) => number, scale: Scale = 'default'): Verdicts =>
  Object.fromEntries(
    rulesCifar.judge(fakeRuns(rulesCifar, scale, answers(accuracy)), scale).claims.map((
      { id, verdict },
    ) => [id.replace('rules-cifar-', ''), verdict]),
  )

describe('rules-cifar', () => {
  it('holds in every claim where runs come out as in the papers, their size judged at their scale alone', () => {
    const all = { transports: 'holds', near: 'holds', 'cnn-sign': 'holds', 'cnn-fa': 'holds', 'cnn-dfa': 'holds',
      sound: 'holds', spread: 'holds' }
    expect(verdicts(paper)).toEqual({ ...all, 'cnn-size': 'undecided' })
    expect(verdicts(paper, 'paper')).toEqual({ ...all, 'cnn-size': 'holds' })
    for (const accuracy of [paper, ({ rule }: RuleConfiguration) => 100 - paper({ rule } as RuleConfiguration)]) {
      expect(new Set(Object.values(verdicts(accuracy, 'quick')))).toEqual(new Set(['undecided']))
    }
  })

  it.each([['transports', 'kolen-pollack', 43], ['near', 'weight-mirror', 56], ['cnn-sign', 'uniform-sign-symmetry',
    56], ['cnn-fa', 'feedback-alignment', 57.5], ['cnn-dfa', 'direct-feedback-alignment', 57.5]])(
      'fails in %s when %s comes to %d %%',
      (id, rule, accuracy) => {
        expect(verdicts((c) => (c.rule === rule ? accuracy : paper(c)))[id]).toBe('fails')
      },
    )

  it('fails in size at paper scale when FA loses 10 points', () => {
    expect(verdicts((c) => (c.rule === 'feedback-alignment' ? 50 : paper(c)), 'paper')['cnn-size']).toBe('fails')
  })
})
