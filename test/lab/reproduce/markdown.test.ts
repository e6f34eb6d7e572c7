import { describe, expect, it } from 'vitest'
import { reproduceMarkdown, seedsOf } from '../../../src/lab/reproduce/markdown.ts'
import { fake } from './fake.ts'

describe('seedsOf', () => {
  it.each<[object[], string]>([[[{ seed: 2 }, { seed: 0 }, { seed: 1 }], '0–2'], [[{ seed: 7 }, { seed: 0 }], '0, 7'], [
    [{ seeds: [0, 1, 2, 3] }],
    '0–3',
  ], [[{ seed: 5, seeds: 3 }], '5–7'], [[{ rate: 1 }], '–'], [
    Array.from({ length: 8 }, (_, index) => ({ seed: 10 * index })),
    '8 seeds',
  ]])('of %j are %s', (configurations, text) => {
    expect(seedsOf(configurations.map((configuration) => ({ configuration, result: null, seconds: 0 })))).toBe(text)
  })
})

describe('reproduceMarkdown', () => {
  const outcome = (name: string, found: string) => ({ experiment: fake(name), runs: [],
    judgment: { claims: [], figures: [], findings: [found] } })

  it('replaces the sections of what is judged again, keeps the others, in the order of the experiments', () => {
    const order = ['p/a', 'p/b', 'p/c']
    const first = reproduceMarkdown([outcome('p/c', 'c once'), outcome('p/a', 'a once')], 'scale quick', order)
    const second = reproduceMarkdown([outcome('p/b', 'b'), outcome('p/c', 'c again')], 'scale default', order, first)
    const found = second.match(/^(a once|b|c again|c once)$/gm)
    expect(found).toEqual(['a once', 'b', 'c again'])
    expect(second.match(/scale \w+/g)).toEqual(['scale quick', 'scale default', 'scale default'])
    expect(second.startsWith('# Results\n\nWritten by `reproduce ')).toBe(true)
    expect(second.match(/^# /gm)).toHaveLength(1)
  })

  it('keeps a section of an experiment that is no longer known, as the last one', () => {
    const first = reproduceMarkdown([outcome('p/gone', 'gone')], 'scale quick', [])
    expect(reproduceMarkdown([outcome('p/a', 'a')], 'scale quick', ['p/a'], first)).toMatch(/\na\n\n## [^]*\ngone\n$/)
  })
})
