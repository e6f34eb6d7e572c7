import { describe, expect, it } from 'vitest'
import { withExperiments } from '../../../src/lab/reproduce/sources-page.ts'
import { fake } from './fake.ts'

const page = (...rows: readonly string[]): string =>
  ['# Sources', '', '| experiment | equations | statement from | setting from | numbers to compare with |',
    '|---|---|---|---|---|', '| `check` | (2.2) | a | b | c |', ...rows, '', 'After it.', ''].join('\n')
const basis = { statement: 'derived here', setting: 'chosen here', compared: 'the laws' }
const based = { ...fake('p2020/based'), source: 'p2020; theory (3.3), (3.9)', basis }
const GENERATED = '| `p2020/based` | (3.3), (3.9) | derived here | chosen here | the laws |'

describe('withExperiments', () => {
  it('writes the row of an experiment that says what it rests on, in its place, and keeps rows by hand', () => {
    const hand = '| `p2020/hand` | (1.1) | x | y | z |'
    const both = [fake('p2020/hand'), based]
    expect(withExperiments(page(hand), both)).toBe(page(hand, GENERATED))
    expect(withExperiments(page('| `p2020/based` | old | old | old | old |', hand), both)).toBe(page(hand, GENERATED))
    expect(withExperiments(page(hand, GENERATED), both)).toBe(page(hand, GENERATED))
  })

  it('leaves out rows of what is no experiment, and gives a source without equations whole', () => {
    expect(withExperiments(page('| `p2020/gone` | | | | |'), [{ ...based, source: 'p2020 section 4' }])).toBe(
      page('| `p2020/based` | p2020 section 4 | derived here | chosen here | the laws |'),
    )
  })

  it('gives the equations of the basis before those of the source', () => {
    expect(withExperiments(page(), [{ ...based, basis: { ...basis, equations: 'chapter 5' } }])).toBe(
      page('| `p2020/based` | chapter 5 | derived here | chosen here | the laws |'),
    )
  })

  it('asks for one of the two', () => {
    expect(() => withExperiments(page(), [fake('p2020/none')])).toThrow(
      'withExperiments: p2020/none must have a basis or a row of its own, got neither',
    )
    expect(() => withExperiments('# Nothing', [])).toThrow('withExperiments: page must have a table')
  })
})
