import { describe, expect, it } from 'vitest'
import type { Verdict } from '../../../../src/lab/claims/claim.ts'
import { alignedButPoor } from '../../../../src/lab/reproduce/chu2023/aligned-but-poor.ts'
import type { NetworkConfiguration } from '../../../../src/lab/reproduce/fixed-points/training.ts'
import { makeRuns, verdicts } from '../made.ts'
import { curvesOf, judged } from './invented.ts'

type Configuration = NetworkConfiguration & { readonly part: 'width' | 'depth' | 'rank' | 'sigmoid' }
type Pick = (c: Configuration) => number
const isTiny = (c: Configuration): boolean => c.initialScale === 0.01
const invented = (cosine: Pick = (c) => (isTiny(c) ? 0.7 : c.activation === 'sigmoid' ? 0.6 : 0.3),
  test: Pick = (c) =>
    c.part === 'rank' ? 0.6 + 0.03 * (c.rank ?? 10) : c.hidden[0] === 4 || c.activation === 'sigmoid' ? 0.7 : 0.95) =>
  judged<Configuration>(alignedButPoor, (c) => curvesOf(c, { cosine: cosine(c), test: test(c) }))

describe('chu2023/aligned-but-poor', () => {
  it('runs at quick scale, deciding nothing', () => {
    const judgment = alignedButPoor.judge(makeRuns(alignedButPoor, 'quick'), 'quick')
    expect(new Set(Object.values(verdicts(judgment)))).toEqual(new Set(['undecided']))
    expect(JSON.stringify(judgment)).not.toMatch(/NaN|undefined/)
  }, 60_000)

  it('holds when results are as claimed', () => {
    const found = Object.values(invented())
    expect(found).toEqual(found.map((): Verdict => 'holds'))
    expect(found).toHaveLength(7)
  })

  it.each<readonly [string, Pick | undefined, Pick | undefined, readonly string[]]>([['alignment alike', () => 0.5,
    undefined, ['poor-width-cosine', 'poor-depth-cosine', 'poor-sigmoid-cosine']], ['accuracy that follows alignment',
    undefined, (c) => (isTiny(c) || c.activation === 'sigmoid' ? 0.95 : 0.8), ['poor-width-test', 'poor-depth-test',
    'poor-sigmoid-test']], ['low ranks that do better', undefined, (c) => 0.95 - 0.05 * (c.rank ?? 10), [
    'poor-rank',
  ]]])('fails with %s', (_, cosine, test, ids) => {
    const found = invented(cosine, test)
    for (const id of ids) expect(found[id], id).toBe('fails')
  })
})
