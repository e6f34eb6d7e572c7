import { describe, expect, it } from 'vitest'
import type { LanguageConfiguration, LanguageResult } from '../../../../src/lab/reproduce/language/training.ts'
import { transformer } from '../../../../src/lab/reproduce/launay2020/transformer.ts'
import { byId, verdicts } from '../made.ts'
import { allRuns, TOOLS } from '../rounds.ts'
import { withText, WORDS } from '../language/made-text.ts'

/** Losses as in PyTorch at rates near the best, and points with their cosines. */
const loss = ({ rule, placement, tap, rate }: LanguageConfiguration): number => {
  const base = rule === 'BP' ? 1.893
    : rule === 'shallow' ? 2.62
    : placement === 'macro' ? tap === 'logits' ? 2.032 : 2.051 : tap === 'logits' ? 2.198 : 2.286
  return base + 0.1 * Math.abs(Math.log(rate / 0.004))
}
const cosine = (point: string, block: number): number =>
  point.endsWith('point2') ? 0.2 : point.startsWith('emb') ? 0.14 : 0.4 + 0.05 * block
const pointsOf = (
  { placement, embeddingPoint, blocks }: LanguageConfiguration,
): readonly string[] => [...(embeddingPoint ? ['embedding/point'] : []),
  ...Array.from({ length: blocks },
    (_, l) => (placement === 'micro' ? ['point1', 'point2', 'point'] : ['point']).map((end) => `block${l + 1}/${end}`))
    .flat()]

const runs = (scale: 'quick' | 'default', own = loss, cosines = cosine) =>
  allRuns(transformer, scale, 0, (configuration): LanguageResult => {
    const c = configuration as LanguageConfiguration
    const value = own(c) + 0.001 * (c.seed % 3)
    return {
      validation: value,
      test: value,
      curve: new Array<number>(30).fill(value),
      clipped: 0.9,
      signal: c.rule === 'DFA' ? pointsOf(c).map((point) => ({ point, cosine: cosines(point, Number(point[5])) })) : [],
      references: { unigram: 3.347, bigram: 2.482 },
    }
  })
const judged = (own?: typeof loss, cosines?: typeof cosine) =>
  verdicts(transformer.judge(runs('default', own, cosines), 'default'))

describe('launay2020/transformer', () => {
  it('holds at the numbers that are expected', () => {
    const all = judged()
    expect(Object.keys(all)).toHaveLength(3 + 3 + 2 + 3 + 1 + 5)
    expect(new Set(Object.values(all))).toEqual(new Set(['holds']))
  })

  it('fails where placements, the control or BP change places', () => {
    expect(judged((c) => loss(c) + (c.rule === 'BP' ? 0.3 : 0))).toMatchObject({
      'transformer-order-bp-macro': 'fails',
      'transformer-loss-BP': 'fails',
    })
    expect(judged((c) => loss(c) + (c.placement === 'micro' ? 0.5 : 0))).toMatchObject({
      'transformer-order-micro-shallow': 'fails',
      'transformer-bigram-micro': 'fails',
      'transformer-loss-micro': 'fails',
      'transformer-order-macro-micro': 'holds',
    })
    expect(judged((c) => loss(c) - (c.placement === 'micro' ? 0.5 : 0))['transformer-order-macro-micro']).toBe('fails')
    expect(judged((c) => loss(c) - (c.rule === 'shallow' ? 0.2 : 0))['transformer-bigram-shallow']).toBe('fails')
  })

  it('fails where DFA closes less than half of the gap, and claims no share where there is none', () => {
    const weak = judged((c) =>
      c.rule === 'DFA' && c.placement === 'macro' ? 2.4 + 0.1 * Math.abs(Math.log(c.rate / 0.004)) : loss(c)
    )
    expect(weak).toMatchObject({ 'transformer-share-macro': 'fails', 'transformer-bigram-macro': 'holds' })
    expect(judged((c) => c.rule === 'BP' ? 2.7 : loss(c))['transformer-share-macro']).toBeUndefined()
  })

  it('fails where signals stand at right angles, lower blocks are better aligned, or hidden units as well as the others', () => {
    expect(judged(loss, (_point, block) => 0.1 + 0.01 * block)['transformer-aligned-blocks']).toBe('fails')
    expect(judged(loss, (point, block) => 0.9 - cosine(point, block))['transformer-aligned-upper']).toBe('fails')
    expect(judged(loss, () => 0.5)['transformer-aligned-hidden']).toBe('fails')
  })

  it('fails where β₂ matters after all', () => {
    const all = judged((c) => loss(c) + (c.beta2 === 0.98 && c.schedule === 'constant' ? 0.3 : 0))
    expect(all).toMatchObject({ 'transformer-ladder': 'fails', 'transformer-order-bp-macro': 'holds' })
  })

  it('counts a training that diverged as no success', () => {
    const diverged = runs('default').map((run) => {
      const c = run.configuration as LanguageConfiguration
      return c.rule === 'DFA' && c.seed === 1 ? { ...run, result: { ...run.result as LanguageResult, test: null } }
        : run
    })
    expect(verdicts(transformer.judge(diverged, 'default'))['transformer-order-bp-macro']).not.toBe('holds')
  })

  it('states shares, perplexities and what was clipped', () => {
    const judgment = transformer.judge(runs('default'), 'default')
    const [share] = byId(judgment).get('transformer-share-macro')?.measured ?? []
    expect((share as { mean: number }).mean).toBeCloseTo((2.62 - 2.051) / (2.62 - 1.893), 3)
    expect(judgment.findings?.[0]).toMatch(/^DFA macro \(rate 0.004\) closes 0.78 ± 0.00 of the gap .* 1.17 times/)
    const [scores, cosines, search, ladder] = judgment.tables ?? []
    expect(scores.table.rows[0].slice(0, 7)).toEqual(['BP', 0.004, '1.894 ± 0.001', '1.894 ± 0.001', '6.65', '–',
      '90 ± 0'])
    expect(scores.table.rows[8]).toEqual(['table of pairs', '–', '–', '2.482', '11.97', '–', '–', '–'])
    expect(cosines.table.rows.find(([point]) => point === 'block3/point2')).toEqual(['block3/point2', '–', '–', '–',
      '–', '0.20 ± 0.00', '0.20 ± 0.00'])
    expect(search.table.rows[0]).toEqual(['BP', '1.962', '1.893 *', '1.962'])
    expect(ladder.table.rows).toHaveLength(3 + 5 + 3)
    expect(judgment.figures).toHaveLength(3)
  })

  it('makes all of this of real trainings', () => {
    withText(WORDS, (data) => {
      const made = allRuns(transformer, 'quick', 0, (c) => transformer.run({ ...c, steps: 30 }, { ...TOOLS, data }))
      expect(made).toHaveLength(12)
      expect(transformer.judge(made, 'quick').claims.length).toBeGreaterThan(8)
    })
  })
})
