import { describe, expect, it } from 'vitest'
import { claimsOf, undecided } from '../../../src/lab/claims/claim.ts'
import { digestOf, type ResultSection, sectionsOf, withFindings } from '../../../src/lab/reproduce/digest.ts'
import { reproduceMarkdown } from '../../../src/lab/reproduce/markdown.ts'
import type { Outcome } from '../../../src/lab/reproduce/report.ts'
import { fake } from './fake.ts'

const claim = claimsOf({ source: 'refinetti2021', method: 'training' })
const outcome = (name: string): Outcome => ({
  experiment: fake(name),
  runs: [],
  judgment: {
    claims: [claim.below('small', 'a|b < 1, with verdict | fails |', [0.5], 1, 'exact'),
      claim.below('large', 'a_b < 1', [2], 1, 'exact'),
      undecided(claim.below('unsure', 'c < 1', [2], 1, 'exact'), 'too small')],
    figures: [],
    tables: [{ caption: 'Another', table: { columns: [{ name: 'claim' }], rows: [['x']] } }],
  },
})

describe('sectionsOf', () => {
  it('reads what reproduce --markdown writes', () => {
    const page = reproduceMarkdown([outcome('refinetti2021/one'), outcome('rules-two')], 'scale quick', [])
    const claims = [{ name: 'small', verdict: 'holds' }, { name: 'large', verdict: 'fails' }, {
      name: 'unsure',
      verdict: 'undecided',
    }]
    expect(sectionsOf(page)).toEqual([{ title: 'Squares', name: 'refinetti2021/one', claims }, {
      title: 'Squares',
      name: 'rules-two',
      claims,
    }])
  })

  it('reads pages without names of claims, and refuses what is no verdict', () => {
    const page = (verdict: string): string =>
      `# R\n\n## T\n\n\`reproduce a/b\`; x.\n\n| claim | measured | verdict |\n| :-- | :-- | :-- |\n| s | 1 | ${verdict} |\n`
    expect(sectionsOf(page('✓ holds'))).toEqual([{ title: 'T', name: 'a/b', claims: [{ name: '', verdict: 'holds' }] }])
    expect(sectionsOf(page('○ not covered'))[0].claims[0].verdict).toBe('undecided')
    expect(() => sectionsOf(page('✓ perhaps'))).toThrow(
      'sectionsOf: a/b: verdict must be one of holds, fails, undecided, outside',
    )
  })
})

const section = (name: string, verdicts: string, title = 'A title'): ResultSection => ({
  title,
  name,
  claims: [...verdicts].map((letter, index) => ({
    name: `claim-${index}`,
    verdict: ({ h: 'holds', f: 'fails', u: 'undecided', o: 'outside' } as const)[letter] ?? 'outside',
  })),
})

describe('digestOf', () => {
  it('counts by paper, names experiments that hold and claims that fail', () => {
    expect(digestOf([section('p2020/a', 'hhu'), section('p2020/b', 'hh'), section('rules-c', 'hffo', 'C')], 9999)).toBe(
      `9 claims of 3 experiments, each by a criterion stated before the run, but for what the discussion names:

| | holds | fails | undecided | outside | all hold in |
|---|--:|--:|--:|--:|---|
| p2020 | 4 | 0 | 1 | 0 | b |
| rules | 1 | 2 | 0 | 1 |  |

**Fails:**

- *C* (rules-c), 2 of 4: claim-1, claim-2`,
    )
    expect(digestOf([section('p2020/b', 'hh')], 9999)).toMatch(/\n\nNothing fails\.$/)
  })

  it('says less where there is less room, but never less than the counts', () => {
    const sections = Array.from({ length: 12 }, (_, index) => section(`p2020/e${index}`, 'hfffff'))
    const sizes = [9999, 860, 650, 10].map((limit) => digestOf(sections, limit))
    expect(sizes[0]).toContain('- *A title* (e0), 5 of 6: claim-1, claim-2, claim-3, claim-4, claim-5\n')
    expect(sizes[1]).toContain('- e0, 5 of 6: claim-1, claim-2, claim-3 and 2 more\n')
    expect(sizes[2]).toContain('- e0, 5 of 6: claim-1 and 4 more\n')
    expect(sizes[3]).toContain('- e0, 5 of 6\n')
    for (const [index, limit] of [860, 650].entries()) {
      expect(Buffer.byteLength(sizes[index + 1])).toBeLessThanOrEqual(limit)
    }
  })
})

describe('withFindings', () => {
  it('replaces what is between the marks, and nothing else', () => {
    const page = (text: string): string => `a\n<!-- findings -->\n${text}\n<!-- /findings -->\nb\n`
    expect(withFindings(page('old\n\nmore'), '$& new')).toBe(page('$& new'))
    expect(() => withFindings('a\n<!-- findings -->\n', 'x')).toThrow('withFindings: page must hold')
  })
})
