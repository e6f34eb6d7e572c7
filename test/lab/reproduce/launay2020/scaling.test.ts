import { describe, expect, it } from 'vitest'
import { flopsOfStep } from '../../../../src/lab/reproduce/language/flops.ts'
import type { LanguageConfiguration, LanguageResult } from '../../../../src/lab/reproduce/language/training.ts'
import { scaling } from '../../../../src/lab/reproduce/launay2020/scaling.ts'
import { byId, verdicts } from '../made.ts'
import { allRuns, TOOLS } from '../rounds.ts'
import { withText, WORDS } from '../language/made-text.ts'

/** Losses by two laws of compute, with a little scatter over seeds. */
const runs = (factor: number, exponent: number) =>
  allRuns(scaling, 'default', 0, (configuration): LanguageResult => {
    const c = configuration as LanguageConfiguration
    const compute = c.steps * flopsOfStep(c, 65)
    const [a, b] = c.rule === 'BP' ? [1, 0.08] : [factor, exponent]
    const loss = 10 * a * Math.pow(compute / 1e10, -b) * (1 + 0.001 * (c.seed % 3))
    return {
      validation: loss + Math.abs(Math.log(c.rate / 0.008)),
      test: loss,
      curve: [],
      clipped: 0,
      signal: [],
      references: { unigram: 3, bigram: 2 },
    }
  })

describe('launay2020/scaling', () => {
  it('holds where DFA lies behind at every size and falls more slowly', () => {
    const judgment = scaling.judge(runs(1.2, 0.06), 'default')
    const all = verdicts(judgment)
    expect(Object.keys(all)).toHaveLength(4 + 1)
    expect(new Set(Object.values(all))).toEqual(new Set(['holds']))
    const [lead] = byId(judgment).get('scaling-exponent')?.measured ?? []
    expect((lead as { mean: number }).mean).toBeCloseTo(0.02, 6)
    expect(judgment.findings?.join(' ')).toContain('The distance grows with compute: no regime favors DFA.')
    expect(judgment.tables?.[1].table.rows[1][1]).toBe('0.0600 ± 0.0000')
  })

  it('fails where DFA is ahead at equal compute, or falls faster', () => {
    expect(verdicts(scaling.judge(runs(0.8, 0.06), 'default'))['scaling-behind-16']).toBe('fails')
    const faster = scaling.judge(runs(1.5, 0.1), 'default')
    expect(verdicts(faster)).toMatchObject({ 'scaling-exponent': 'fails', 'scaling-behind-40': 'holds' })
    expect(faster.findings?.[1]).toContain('beyond what was measured')
  })

  it('trains for as many steps as the square of the width', () => {
    const plan = scaling.plan('default', 0, []) as readonly LanguageConfiguration[]
    expect([...new Set(plan.map(({ features, steps }) => steps / (features * features)))]).toEqual([1])
    expect(plan).toHaveLength(4 * 2 * 3)
  })

  it('makes all of this of real trainings', () => {
    withText(WORDS, (data) => {
      const made = allRuns(scaling, 'quick', 0,
        (c) => scaling.run({ ...c, steps: 30, context: 8, batch: 2 }, { ...TOOLS, data }))
      expect(made).toHaveLength(16)
      expect(scaling.judge(made, 'quick').claims).toHaveLength(5)
    })
  })
})
