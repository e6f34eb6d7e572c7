import { describe, expect, it } from 'vitest'
import { installRule, RULE_DESCRIPTIONS, type RuleOptions } from '../../../src/dfa/index.ts'
import { partsOf } from '../../../src/dfa/rules/rule.ts'
import { network } from '../networks.ts'
import { drawsFeedback, feedbackOf } from './rule-checks.ts'

/** Another value of each option than its default; sharing, which one matrix has no use for, only names its stream. */
const CHANGED: RuleOptions = { kind: 'uniform', seed: 2, nonZero: 2, rank: 2, normalization: 'none', decay: 0.5 }

describe('rule descriptions', () => {
  it('are named as the rules that they make, each with an abbreviation of its own', () => {
    for (const { name, make } of RULE_DESCRIPTIONS) expect(make({}).name).toBe(name)
    const names = RULE_DESCRIPTIONS.flatMap(({ name, abbreviation }) => [name, abbreviation.toLowerCase()])
    expect(new Set(names.filter((name, i) => names.indexOf(name) === i)).size).toBe(names.length)
  })

  it.each(RULE_DESCRIPTIONS)('$name has a use for the seed where its feedback follows it', ({ uses, make }) => {
    expect(uses.includes('seed')).toBe(drawsFeedback(make))
  })

  it.each(RULE_DESCRIPTIONS)('$name draws the same feedback whatever options it has no use for', ({ uses, make }) => {
    const drawn = (options: RuleOptions) => {
      const layer = network()
      const rule = make(options)
      installRule(layer, rule)
      return [feedbackOf(layer, rule), partsOf(layer).carriers.map(({ transport }) => transport?.data)]
    }
    const unused = Object.entries(CHANGED).filter(([option]) => !uses.some((own) => own === option))
    expect(drawn({ seed: 1, ...Object.fromEntries(unused) })).toEqual(drawn({ seed: 1 }))
  })
})
