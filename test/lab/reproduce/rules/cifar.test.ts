import { describe, expect, it } from 'vitest'
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

type Verdicts = Readonly<Record<string, boolean | null>>
const verdicts = (accuracy: (c: RuleConfiguration) => number, scale: Scale = 'default'): Verdicts =>
  Object.fromEntries(
    rulesCifar.judge(fakeRuns(rulesCifar, scale, answers(accuracy)), scale).claims.map((
      { id, holds },
    ) => [id.replace('rules-cifar-', ''), holds]),
  )

describe('rules-cifar', () => {
  it('holds in every claim where runs come out as in the papers, their size judged at their scale alone', () => {
    const all = { transports: true, near: true, 'cnn-sign': true, 'cnn-fa': true, 'cnn-dfa': true }
    expect(verdicts(paper)).toEqual({ ...all, 'cnn-size': null })
    expect(verdicts(paper, 'paper')).toEqual({ ...all, 'cnn-size': true })
    expect(Object.values(verdicts(paper, 'quick')).every((holds) => holds === null)).toBe(true)
  })

  it.each([['transports', 'kolen-pollack', 43], ['near', 'weight-mirror', 56], ['cnn-sign', 'uniform-sign-symmetry',
    56], ['cnn-fa', 'feedback-alignment', 57], ['cnn-dfa', 'direct-feedback-alignment', 57]])(
      'fails in %s when %s comes to %d %%',
      (id, rule, accuracy) => {
        expect(verdicts((c) => (c.rule === rule ? accuracy : paper(c)))[id]).toBe(false)
      },
    )

  it('fails in size at paper scale when FA loses 10 points', () => {
    expect(verdicts((c) => (c.rule === 'feedback-alignment' ? 50 : paper(c)), 'paper')['cnn-size']).toBe(false)
  })
})
