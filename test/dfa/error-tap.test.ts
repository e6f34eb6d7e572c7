import { describe, expect, it } from 'vitest'
import { errorTap, feedbackPoint } from '../../src/dfa/index.ts'
import { isErrorTap } from '../../src/dfa/error-tap.ts'
import { fromRows } from '../../src/tensor/index.ts'

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

  it('is told apart from other layers', () => {
    expect([isErrorTap(errorTap('t')), isErrorTap(feedbackPoint('p', 2))]).toEqual([true, false])
  })
})
