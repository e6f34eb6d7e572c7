import { describe, expect, it } from 'vitest'
import { addScaled, frobenius, identity, matrix, scaled, transpose } from '../../../src/tensor/index.ts'
import { directFeedbackStep, exactFeedback, feedbackFlow, forwardMaps, relativeDifference,
  transportedFeedback } from '../../../src/theory/index.ts'
import { errorMoment, populationLoss } from '../../../src/theory/stability/flow.ts'
import { populationInputs } from '../../../src/data/index.ts'
import { multiply } from '../../../src/tensor/index.ts'
import { gaussian } from '../cases.ts'
import { covarianceOf, linearCase } from './linear-cases.ts'

const SIZES = [3, 4, 5, 2]
const { weights, transports, feedback } = linearCase(SIZES, 1)
const task = { teacher: gaussian(2, 3, 2, 'teacher'), covariance: covarianceOf(3, 3) }

describe('feedbackFlow', () => {
  it('is one step of the batch rule, per rate, on a batch of exactly the second moment', () => {
    const x = populationInputs(3)
    const batch = { x, y: multiply(x, transpose(task.teacher)) }
    const stepped = directFeedbackStep(weights, feedback, batch, 0.25)
    feedbackFlow(weights, feedback, { teacher: task.teacher }).forEach((velocity, l) => {
      expect(relativeDifference(scaled(4, addScaled(stepped[l], -1, weights[l])), velocity)).toBeLessThan(1e-14)
    })
  })

  it('with the exact feedback is minus the gradient of the loss, colored inputs included', () => {
    const velocity = feedbackFlow(weights, exactFeedback(weights), task)
    weights.forEach((w, l) => {
      for (let i = 0; i < w.data.length; i++) {
        const at = (h: number): number => {
          const moved = { ...w, data: Float64Array.from(w.data, (x, k) => k === i ? x + h : x) }
          return populationLoss(weights.map((one, k) => k === l ? moved : one), task)
        }
        expect(Math.abs((at(1e-5) - at(-1e-5)) / 2e-5 + velocity[l].data[i])).toBeLessThan(1e-6)
      }
    })
  })

  it('of feedback alignment, layer by layer from its definition, is that of the transported feedback', () => {
    const maps = forwardMaps(weights)
    let delta = errorMoment(weights, task)
    const byLayer = weights.map(() => matrix(0, 0))
    for (let l = weights.length; l >= 1; l--) {
      if (l < weights.length) delta = multiply(transpose(transports[l - 1]), delta)
      byLayer[l - 1] = scaled(-1, l === 1 ? delta : multiply(delta, transpose(maps[l - 2])))
    }
    feedbackFlow(weights, transportedFeedback(transports), task).forEach((velocity, l) => {
      expect(relativeDifference(velocity, byLayer[l])).toBeLessThan(1e-14)
    })
  })

  it('leaves the origin, where backpropagation stays', () => {
    const zero = weights.map(({ rows, columns }) => matrix(rows, columns))
    expect(feedbackFlow(zero, exactFeedback(zero), task).map(frobenius)).toEqual([0, 0, 0])
    expect(frobenius(feedbackFlow(zero, feedback, task)[0])).toBeGreaterThan(0.1)
  })

  it('has zero loss only where the product is the teacher', () => {
    expect(populationLoss([identity(2)], { teacher: identity(2) })).toBe(0)
    expect(populationLoss([scaled(3, identity(2))], { teacher: identity(2) })).toBe(4)
  })
})
