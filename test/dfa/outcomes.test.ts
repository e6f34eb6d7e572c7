import { describe, expect, it } from 'vitest'
import { directFeedbackAlignment, feedbackPoint, indirectFeedbackAlignment, installDirect, installRule, kolenPollack,
  RuleRefused, trainer, TrainingStopped } from '../../src/dfa/index.ts'
import { partsOf } from '../../src/dfa/rules/rule.ts'
import { chain, dense, sgd, squaredError } from '../../src/nn/index.ts'
import { tensor } from '../../src/tensor/index.ts'
import { network, normals } from './networks.ts'

/** What a call throws. */
function thrown(call: () => unknown): unknown {
  try {
    call()
  } catch (error) {
    return error
  }
  return undefined
}

describe('TrainingStopped', () => {
  it('tells step and place, and is what a trainer throws', () => {
    const engine = trainer({
      network: network(),
      rule: directFeedbackAlignment(),
      loss: squaredError(),
      optimizer: sgd(0.1),
    })
    engine.step(normals(5, 5, 1, 'x'), normals(5, 3, 1, 't'))
    const error = thrown(() => engine.step(tensor([1, 5], new Float32Array(5).fill(NaN)), tensor([1, 3])))
    expect(error).toBeInstanceOf(TrainingStopped)
    expect(error).toMatchObject({
      name: 'TrainingStopped',
      step: 1,
      place: 'loss is NaN, the input is not finite',
      message: 'training stopped at step 1: loss is NaN, the input is not finite',
    })
  })
})

describe('RuleRefused', () => {
  it('tells rule and reason: no tap, no layer of its own below a point, segments that depend on each other', () => {
    const bare = chain('bare', [dense({ name: 'a', inputs: 2, outputs: 2 }), feedbackPoint('p', 2),
      feedbackPoint('q', 2), dense({ name: 'b', inputs: 2, outputs: 2 })])
    expect(thrown(() => installRule(bare, directFeedbackAlignment()))).toBeInstanceOf(RuleRefused)
    const error = thrown(() => installRule(bare, indirectFeedbackAlignment()))
    expect(error).toBeInstanceOf(RuleRefused)
    expect(error).toMatchObject({ rule: 'indirectFeedbackAlignment', why: 'network must hold an error tap, got none' })
    expect((error as Error).message).toBe('indirectFeedbackAlignment: network must hold an error tap, got none')
    const dependent = thrown(() => installDirect(partsOf(network()), kolenPollack()))
    expect(dependent).toBeInstanceOf(RuleRefused)
    expect(dependent).toMatchObject({
      rule: 'kolen-pollack',
      message: expect.stringMatching(/^installDirect: rule must/),
    })
  })
})
