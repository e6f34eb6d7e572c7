import { describe, expect, it } from 'vitest'
import type { Verdict } from '../../../../src/lab/claims/claim.ts'
import { RULES } from '../../../../src/dfa/index.ts'
import { rulesMnist } from '../../../../src/lab/reproduce/rules/mnist.ts'
import type { RuleConfiguration } from '../../../../src/lab/reproduce/rules/training.ts'
import { markdownTable } from '../../../../src/lab/report/table.ts'
import { answers, fakeRuns } from './fake-runs.ts'

const PAPER: Readonly<Record<string, number>> = {
  'feedback-alignment': 97.8,
  'direct-feedback-alignment': 98,
  frozen: 90,
  'kolen-pollack': 98.4,
  'weight-mirror': 98.4,
}
const paper = (
  { rule, model }: RuleConfiguration,
): number => (model === 'lenet' && /^(direct-)?feedback-alignment$/.test(rule) ? 95 : PAPER[rule] ?? 98.5)
const carried = (rule: string): number => (rule === 'feedback-alignment' ? 0.3 : 0.9)

const verdicts = (accuracy = paper, weight = carried): Readonly<Record<string, Verdict>> =>
  Object.fromEntries(
    rulesMnist.judge(fakeRuns(rulesMnist, 'default', answers(accuracy, weight)), 'default').claims.map((
      { id, verdict },
    ) => [id.replace('rules-mnist-', ''), verdict]),
  )

describe('rules-mnist', () => {
  it('holds in every claim where runs come out as in the papers', () => {
    expect(verdicts()).toEqual({
      bp: 'holds',
      kp: 'holds',
      wm: 'holds',
      fa: 'holds',
      dfa: 'holds',
      frozen: 'holds',
      transports: 'holds',
      'lenet-sign': 'holds',
      'lenet-order': 'holds',
      'lenet-kp': 'holds',
      'lenet-kp-longer': 'holds',
      'lenet-drtp': 'holds',
      sound: 'holds',
      spread: 'holds',
    })
  })

  it.each([['bp', 'backpropagation', 97.5], ['kp', 'kolen-pollack', 97.8], ['wm', 'weight-mirror', 97.8], ['fa',
    'feedback-alignment', 96.9], ['dfa', 'direct-feedback-alignment', 98.9], ['frozen', 'frozen', 97], ['lenet-sign',
    'fixed-random-sign-symmetry', 94.9], ['lenet-order', 'batch-random-sign-symmetry', 94.9], ['lenet-kp',
    'direct-kolen-pollack', 97.2], ['lenet-drtp', 'direct-random-target-projection', 92.5]])(
      'fails in %s when %s comes to %d %%',
      (id, rule, accuracy) => {
        expect(verdicts((c) => (c.rule === rule ? accuracy : paper(c)))[id]).toBe('fails')
      },
    )

  it.each([['final', ['lenet-kp']], ['longer', ['lenet-kp-longer']]])('judges %s runs of direct Kolen–Pollack apart',
    (stage, failing) => {
      const all = verdicts((c) => c.rule === 'direct-kolen-pollack' && c.stage === stage ? 97.2 : paper(c))
      expect(Object.keys(all).filter((id) => all[id] === 'fails')).toEqual(failing)
    })

  it('trains three rules longer, at their settings and with the seeds of the table, and shows both', () => {
    const runs = fakeRuns(rulesMnist, 'default', answers((c) => c.stage === 'longer' ? 99 : paper(c)))
    const longer = runs.map(({ configuration }) => configuration as RuleConfiguration).filter(({ stage }) =>
      stage === 'longer'
    )
    expect(longer.map(({ rule, seed }) => `${rule} ${seed}`)).toEqual(
      ['backpropagation', 'kolen-pollack', 'direct-kolen-pollack'].flatMap((rule) =>
        [2, 3, 4, 5, 6].map((seed) => `${rule} ${seed}`)
      ),
    )
    for (const c of longer) {
      expect(c).toMatchObject({ model: 'lenet', epochs: 3, trainingSamples: 0, validationSamples: 5000, testSamples: 0,
        optimizer: 'momentum', rate: 0.01, units: 'relu' })
      expect(c).not.toHaveProperty('longer')
    }
    const text = (rulesMnist.judge(runs, 'default').tables ?? []).map(({ table }) => markdownTable(table)).join('\n')
    expect(text).toMatch(/\| direct Kolen Pollack \(DKP\) \| 98\.50 ± 0\.07 \| 99\.00 ± 0\.07 \|/i)
  })

  it('fails in transports when mirrors carry no better than random feedback', () => {
    expect(verdicts(paper, (rule) => (rule === 'weight-mirror' ? 0.3 : carried(rule)))['transports']).toBe('fails')
  })

  it('plans all rules at all scales, every seed of its own, the whole data set on paper', () => {
    for (const scale of ['quick', 'default', 'paper'] as const) {
      const final = fakeRuns(rulesMnist, scale, answers(paper), 3).map(({ configuration }) =>
        configuration as RuleConfiguration
      ).filter(({ stage }) => stage === 'final')
      expect(new Set(final.map(({ rule }) => rule)), scale).toEqual(new Set(Object.keys(RULES)))
      const seeds = scale === 'quick' ? [4] : [5, 6, 7, 8, 9]
      expect([...new Set(final.map(({ seed }) => seed))], scale).toEqual(seeds)
      if (scale !== 'paper') continue
      for (const c of final) expect(c).toMatchObject({ trainingSamples: 0, testSamples: 0, epochs: 50 })
    }
  })

  it('has one line per rule, models beside each other, and a refusal with its reason', () => {
    const runs = fakeRuns(rulesMnist, 'default',
      (c) => (c.rule === 'weight-mirror' && c.model === 'lenet' ? { refused: 'no mirrors here' } : answers(paper)(c)))
    // The claims about weight mirrors are about the fully connected network: they stay.
    const judgment = rulesMnist.judge(runs, 'default')
    const text = (judgment.tables ?? []).map(({ table }) => markdownTable(table)).join('\n')
    expect(text).toContain('| rule | signal | MLP test % | setting | LeNet test % | setting |')
    expect(text).toMatch(/\| weight mirror \(WM\) \| [^|]* \| 98\.40 ± 0\.07 \| momentum 0\.01 \| not defined \| – \|/)
    expect(text).toMatch(/\| logistic regression \(LR\) \|/)
    expect(text).toMatch(/\| DRTP, tanh \| 80\.00 \| 90\.00 \(chosen\) \| 80\.00 \|/)
    expect(text).toContain('| WM | LeNet | no mirrors here |')
    expect(judgment.figures.map(({ caption }) => caption).join()).toContain('Not defined: WM on LeNet')
  })

  it('says which runs are unsound and which searches were in vain, and fails for them', () => {
    const runs = fakeRuns(rulesMnist, 'default',
      (c) =>
        `${c.rule} ${c.stage} ${c.seed} ${c.model}` === 'frozen final 3 mlp' ? { diverged: 5 }
          : c.rule === 'kolen-pollack' && c.model === 'lenet' ? { diverged: 1 } : answers(paper)(c))
    const { findings, tables, claims } = rulesMnist.judge(runs, 'default')
    expect(findings).toContain('Final runs diverged or collapsed at the setting chosen: shallow on MLP.')
    expect(findings).toContain('No setting tried is sound for all tuning seeds: KP on LeNet.')
    const cells = tables?.[0].table.rows.flat()
    expect(cells).toContain('no sound setting')
    expect(cells?.some((cell) => String(cell).endsWith(' (1 of 5 unsound)'))).toBe(true)
    const verdictOf = (id: string) => claims.find((one) => one.id === `rules-mnist-${id}`)
    expect(verdictOf('sound')).toMatchObject({ verdict: 'fails', measured: [{ mean: 2 }] })
    expect(verdictOf('spread')?.verdict).toBe('fails')
  })
})
