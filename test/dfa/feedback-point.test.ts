import { describe, expect, it } from 'vitest'
import { deliverNothing, errorTap, feedbackPoint, passOn } from '../../src/dfa/index.ts'
import { isFeedbackPoint } from '../../src/dfa/feedback-point.ts'
import { fromRows, tensor } from '../../src/tensor/index.ts'

describe('feedbackPoint', () => {
  it('is the identity forwards, without a copy', () => {
    const h = fromRows([[1, 2], [3, 4]])
    const point = feedbackPoint('p', 2)
    expect(point.activation).toBeUndefined()
    expect(point.forward(h)).toBe(h)
    expect(point.activation).toBe(h)
  })

  it('passes the upstream gradient on until a rule is installed', () => {
    const point = feedbackPoint('p', 2)
    const upstream = fromRows([[5, 6]])
    point.forward(fromRows([[1, 2]]))
    expect(point.usesOutputGradient).toBe(true)
    expect(point.backward(upstream, true)).toBe(upstream)
    expect(point.delivered).toBe(upstream)
  })

  it('delivers zeros or whatever the rule writes, without looking at the gradient from above', () => {
    const point = feedbackPoint('p', 2)
    point.forward(fromRows([[1, 2], [3, 4]]))
    point.delivery = {
      usesUpstream: false,
      deliver: (_upstream, out) => {
        out.data.fill(7)
        return out
      },
    }
    expect(point.usesOutputGradient).toBe(false)
    expect([...point.backward(undefined, true)?.data ?? []]).toEqual([7, 7, 7, 7])
    point.delivery = deliverNothing
    expect([...point.backward(undefined, true)?.data ?? []]).toEqual([0, 0, 0, 0])
  })

  it('passes on whatever the rule says while it is transparent', () => {
    const point = feedbackPoint('p', 2)
    const upstream = fromRows([[5, 6]])
    point.delivery = deliverNothing
    point.transparent = true
    point.forward(fromRows([[1, 2]]))
    expect(point.usesOutputGradient).toBe(true)
    expect(point.backward(upstream, true)).toBe(upstream)
  })

  it('delivers nothing when nobody below wants it', () => {
    const point = feedbackPoint('p', 2)
    point.forward(fromRows([[1, 2]]))
    point.backward(fromRows([[5, 6]]), true)
    expect(point.backward(fromRows([[5, 6]]), false)).toBeUndefined()
    expect(point.delivered).toBeUndefined()
  })

  it('follows the batch size and reuses its buffers', () => {
    const point = feedbackPoint('p', 2)
    point.delivery = deliverNothing
    const deliver = (batch: number): object | undefined => {
      point.forward(tensor([batch, 2]))
      return point.backward(undefined, true)
    }
    const three = deliver(3)
    expect(three).toMatchObject({ shape: [3, 2] })
    expect(deliver(1)).toMatchObject({ shape: [1, 2] })
    expect(deliver(3)).toBe(three)
  })

  it('follows every axis, not the batch alone, and reuses its buffers', () => {
    const point = feedbackPoint('p', 24)
    point.delivery = deliverNothing
    const deliver = (...shape: readonly number[]): object | undefined => {
      point.forward(tensor(shape))
      return point.backward(undefined, true)
    }
    // The largest first: smaller ones use its memory.
    deliver(2, 5, 8)
    const three = deliver(2, 3, 8)
    for (const shape of [[2, 5, 8], [2, 3, 8, 1], [2, 24]]) expect(deliver(...shape)).toMatchObject({ shape })
    expect(deliver(2, 3, 8)).toBe(three)
    expect(three).toMatchObject({ shape: [2, 3, 8] })
  })

  it('says so when backward comes before forward', () => {
    expect(() => feedbackPoint('p', 2).backward(tensor([1, 2]), true)).toThrow(
      new Error('p.backward: forward must come first'),
    )
  })

  it('says so when backpropagation lacks the gradient from above', () => {
    expect(() => passOn.deliver(undefined, tensor([1, 1]))).toThrow('passOn: upstream must be given, got undefined')
  })

  it('is told apart from other layers', () => {
    expect([isFeedbackPoint(feedbackPoint('p', 2)), isFeedbackPoint(errorTap('t'))]).toEqual([true, false])
  })

  it('knows the shape of maps, and then takes no other', () => {
    const point = feedbackPoint('p', [2, 3, 4])
    expect([point.width, point.shape]).toEqual([24, [2, 3, 4]])
    expect([feedbackPoint('q', 24).width, feedbackPoint('q', 24).shape]).toEqual([24, [24]])
    expect(point.forward(tensor([5, 2, 3, 4])).shape).toEqual([5, 2, 3, 4])
    const error = new RangeError('feedbackPoint p: input must have shape [B, 2, 3, 4], got [5, 2, 12]')
    expect(() => point.forward(tensor([5, 2, 12]))).toThrow(error)
    expect(() => point.outputShape([5, 2, 12])).toThrow(error)
    expect(feedbackPoint('q', 24).forward(tensor([5, 2, 12])).shape).toEqual([5, 2, 12])
    expect(() => feedbackPoint('p', [2, 0])).toThrow(
      'feedbackPoint p: features[1] must be a whole number of at least 1, got 0',
    )
  })
})
