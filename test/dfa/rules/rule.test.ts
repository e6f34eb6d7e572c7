// What all rules have in common, whatever they deliver.

import { describe, expect, it } from 'vitest'
import { deliverNothing, directFeedbackAlignment, errorTap, feedbackAlignment, installRule,
  RULES } from '../../../src/dfa/index.ts'
import { partsOf } from '../../../src/dfa/rules/rule.ts'
import { chain, dense, parametersOf, walk } from '../../../src/nn/index.ts'
import { network } from '../networks.ts'
import { RULE_CHECKS } from './rule-checks.ts'

describe.each(Object.entries(RULES))('%s', (name, make) => {
  it.each(Object.entries(RULE_CHECKS))('%s', (_title, check) => check(name, make))
})

describe('partsOf', () => {
  it('lists points and dense layers in forward order, with the tap and the outputs', () => {
    const { points, dense: layers, tap, outputs } = partsOf(network())
    expect(points.map(({ name }) => name)).toEqual(['point1', 'point2', 'point3'])
    expect(layers.map(({ name }) => name)).toEqual(['dense1', 'dense2', 'dense3', 'dense4'])
    expect([tap?.name, outputs]).toEqual(['tap', 3])
  })

  it('takes the width of the error from the last dense layer below the tap', () => {
    const layers = [dense({ name: 'a', inputs: 2, outputs: 5 }), errorTap('tap'),
      dense({ name: 'b', inputs: 5, outputs: 1 })]
    expect(partsOf(chain('c', layers)).outputs).toBe(5)
    expect(partsOf(chain('c', [layers[0], layers[2]])).outputs).toBe(1)
    expect(() => partsOf(chain('c', [layers[1], layers[2]])).outputs).toThrow(/must hold a dense layer/)
  })

  it('refuses a network without dense layers and one with two taps', () => {
    expect(() => partsOf(chain('empty', [])).outputs).toThrow(
      'partsOf: network must hold a dense layer, got none in empty',
    )
    const two = chain('two', [dense({ name: 'd', inputs: 2, outputs: 2 }), errorTap('a'), errorTap('b')])
    expect(() => partsOf(two)).toThrow('partsOf: network must hold at most one error tap, got 2')
    expect(walk(two)).toHaveLength(4)
    expect(parametersOf(two)).toHaveLength(2)
  })
})

describe('installRule', () => {
  it('leaves the earlier rule in its place when a rule cannot be installed', () => {
    const layer = network()
    installRule(layer, feedbackAlignment())
    const { points, carriers } = partsOf(layer)
    points[1].transparent = true
    points[2].delivery = deliverNothing
    const before = [points.map(({ delivery, transparent }) => [delivery, transparent]),
      carriers.map(({ transport }) => transport)]
    expect(() => installRule(layer, directFeedbackAlignment({ matrices: [] }))).toThrow(RangeError)
    expect([points.map(({ delivery, transparent }) => [delivery, transparent]),
      carriers.map(({ transport }) => transport)]).toEqual(before)
    expect(carriers[1].transport).toBeDefined()
  })
})
