import { describe, expect, it } from 'vitest'
import { directFeedbackAlignment, errorTap, feedbackPoint, trainer } from '../../src/dfa/index.ts'
import { isErrorTap } from '../../src/dfa/error-tap.ts'
import { partsOf } from '../../src/dfa/rules/rule.ts'
import { chain, dense, sgd, squaredError } from '../../src/nn/index.ts'
import { fromRows, tensor } from '../../src/tensor/index.ts'

describe('errorTap', () => {
  it('is the identity both ways and remembers the error that passed last', () => {
    const tap = errorTap('tap')
    const h = fromRows([[1, 2]])
    const e = fromRows([[3, 4]])
    expect([tap.error, tap.target]).toEqual([undefined, undefined])
    expect(tap.forward(h)).toBe(h)
    expect(tap.error).toBeUndefined()
    expect(tap.backward(e, true)).toBe(e)
    expect(tap.error).toBe(e)
    const next = fromRows([[5, 6]])
    tap.backward(next, false)
    expect(tap.error).toBe(next)
    expect([tap.usesOutputGradient, tap.outputShape([3, 2])]).toEqual([true, [3, 2]])
  })

  it('says how wide the error is where it stands below the last dense layer', () => {
    const below = (width?: number) =>
      chain('n', [dense({ name: 'd1', inputs: 3, outputs: 4 }), feedbackPoint('p', 4), errorTap('tap', width),
        dense({ name: 'd2', inputs: 4, outputs: 2 })])
    expect(partsOf(below(4)).outputs).toBe(4)
    // Without a width it is that of the last dense layer below.
    expect(partsOf(below()).outputs).toBe(4)
    const rule = directFeedbackAlignment()
    trainer({ network: below(4), rule, loss: squaredError(), optimizer: sgd(0.1) }).step(tensor([5, 3]), tensor([5, 2]))
    expect(rule.feedback[0].shape).toEqual([4, 4])
    expect(() => below(3).forward(tensor([5, 3]))).toThrow(
      new RangeError('errorTap tap: input must have shape [B, 3], got [5, 4]'),
    )
    expect(() => errorTap('tap', 0)).toThrow('errorTap tap: width must be a whole number of at least 1')
  })

  it('is told apart from other layers', () => {
    expect([isErrorTap(errorTap('t')), isErrorTap(feedbackPoint('p', 2))]).toEqual([true, false])
  })
})
