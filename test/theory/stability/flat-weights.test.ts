import { describe, expect, it } from 'vitest'
import { feedbackFlow, flattened, flowDerivative, restored } from '../../../src/theory/index.ts'
import { gaussian } from '../cases.ts'
import { linearCase } from './linear-cases.ts'

describe('flat states', () => {
  const { weights, feedback } = linearCase([3, 4, 2], 1)

  it('come back as the same matrices, not shared', () => {
    const state = flattened(weights)
    expect(state).toHaveLength(20)
    const back = restored(weights, state)
    expect(back).toEqual(weights)
    state.fill(0)
    expect(back).toEqual(weights)
  })

  it('carry the flow', () => {
    const task = { teacher: gaussian(2, 3, 2, 'teacher') }
    const out = new Float64Array(20)
    flowDerivative(weights, feedback, task)(0, flattened(weights), out)
    expect(out).toEqual(flattened(feedbackFlow(weights, feedback, task)))
  })
})
