import { describe, expect, it } from 'vitest'
import type { Run } from '../../../../src/lab/reproduce/experiment.ts'
import { configurationOf, type LanguageSetting, planLanguage, resultsWith, testLosses,
  variantRows } from '../../../../src/lab/reproduce/language/plan.ts'
import type { LanguageConfiguration, LanguageResult } from '../../../../src/lab/reproduce/language/training.ts'

const SETTING: LanguageSetting = {
  sizes: { features: 8, heads: 2, blocks: 2, context: 6, batch: 4, steps: 10 },
  variants: ['BP', 'macro', 'shallow'],
  search: { rates: [0.002, 0.004, 0.008], reach: 2 },
  seeds: 3,
  ladder: 2,
}

type Runs = Run<LanguageConfiguration, LanguageResult>[]

/** Best at 0.004, the control's at 0.016. */
const result = ({ rule, rate, seed }: LanguageConfiguration): LanguageResult => ({
  validation: Math.abs(Math.log(rate / (rule === 'shallow' ? 0.016 : 0.004))),
  test: rate + seed,
  curve: [],
  clipped: 0,
  signal: [],
  references: { unigram: 3, bigram: 2 },
})

function made(rounds = Infinity): Runs {
  const runs: Runs = []
  for (let round = 0; round < rounds; round++) {
    const open = planLanguage(SETTING, 5, runs).filter((c) =>
      !runs.some(({ configuration }) => JSON.stringify(configuration) === JSON.stringify(c))
    )
    if (open.length === 0) break
    runs.push(...open.map((configuration) => ({ configuration, result: result(configuration), seconds: 0 })))
  }
  return runs
}

describe('planLanguage', () => {
  it('tries the same rates for every variant with the first seed, then goes on where the best stands at an end', () => {
    const first = planLanguage(SETTING, 5, [])
    expect(first.map(({ rule, rate, seed }) => [rule, rate, seed])).toEqual(
      ['BP', 'DFA', 'shallow'].flatMap((rule) => [0.002, 0.004, 0.008].map((rate) => [rule, rate, 5])),
    )
    const rows = variantRows(SETTING, made())
    expect(rows.map(({ scored }) => scored.map(({ rate }) => rate))).toEqual([[0.002, 0.004, 0.008], [0.002, 0.004,
      0.008], [0.002, 0.004, 0.008, 0.016, 0.032]])
    expect(rows.map(({ rate }) => rate)).toEqual([0.004, 0.004, 0.016])
  })

  it('makes every seed at the rate of least validation loss, whatever the test losses', () => {
    const rows = variantRows(SETTING, made())
    expect(rows.map(testLosses)).toEqual([[5.004, 6.004, 7.004], [5.004, 6.004, 7.004], [5.016, 6.016, 7.016]])
  })

  it('plans nothing twice, and no seeds before the search is over', () => {
    const all = planLanguage(SETTING, 5, made()).map((c) => JSON.stringify(c))
    expect(new Set(all).size).toBe(all.length)
    expect(made(1).every(({ configuration: { seed } }) => seed === 5)).toBe(true)
    // 9 + 2 of the search, 6 further seeds, 5 rungs of 2 seeds, 2 without clipping.
    expect(all).toHaveLength(11 + 6 + 10 + 2)
  })

  it('gives a variant that follows another one the rate of that', () => {
    const setting: LanguageSetting = { ...SETTING, variants: [...SETTING.variants, 'macro-independent'], ladder: 0 }
    expect(planLanguage(setting, 5, [])).toHaveLength(9)
    const runs = made()
    const finals = planLanguage(setting, 5, runs).filter(({ sharing }) => sharing === 'independent')
    expect(finals.map(({ rate, seed }) => [rate, seed])).toEqual([[0.004, 5], [0.004, 6], [0.004, 7]])
    const all = [...runs,
      ...finals.map((configuration) => ({ configuration, result: result(configuration), seconds: 0 }))]
    expect(variantRows(setting, all)[3]).toMatchObject({ rate: 0.004, scored: [], results: { length: 3 } })
  })

  it('finds other optimizers again, and none where they were not run', () => {
    const runs = made(), [, macro] = variantRows(SETTING, runs)
    expect(resultsWith(SETTING, macro, runs, { schedule: 'constant', beta2: 0.98 })).toHaveLength(2)
    expect(resultsWith(SETTING, macro, runs, { clip: 0 })).toHaveLength(1)
    expect(resultsWith(SETTING, macro, runs, { beta2: 0.5 })).toEqual([])
    expect(planLanguage({ ...SETTING, ladder: 0 }, 5, runs)).toHaveLength(11 + 6)
  })

  it('names in a configuration all that its variant is', () => {
    expect(configurationOf(SETTING, 'micro-logits', 0.1, 7, { clip: 0 })).toEqual({
      text: 'tinyshakespeare',
      ...SETTING.sizes,
      rule: 'DFA',
      placement: 'micro',
      tap: 'logits',
      embeddingPoint: false,
      sharing: 'shared',
      beta2: 0.999,
      schedule: 'cosine',
      clip: 0,
      rate: 0.1,
      seed: 7,
    })
  })
})
