import { describe, expect, it } from 'vitest'
import { type Matrix, matrixFromRows, multiply, transpose } from '../../src/tensor/index.ts'
import { directFeedbackStep } from '../../src/theory/index.ts'
import { directFeedbackAlignment, mlp, trainer } from '../../src/dfa/index.ts'
import { isDense, sgd, squaredError, walk } from '../../src/nn/index.ts'
import { type Tensor, tensor } from '../../src/tensor/index.ts'
import { batchesOf, CASES, distance, feedbackOf, gaussian, nameOf, productFrom } from './cases.ts'

const toTensor = (a: Matrix): Tensor => tensor([a.rows, a.columns], Float32Array.from(a.data))

describe('directFeedbackStep', () => {
  it('moves a 1-1-1 network as computed by hand', () => {
    // h = 2·3 = 6, a = 6·0.5 = 3, e = 3 − 1 = 2; ΔW₁ = −η·F e x = −0.1·(−4·2)·3, ΔW₂ = −η·e h = −0.1·2·6.
    const [w1, w2] = directFeedbackStep([matrixFromRows([[2]]), matrixFromRows([[0.5]])], [matrixFromRows([[-4]])], {
      x: matrixFromRows([[3]]),
      y: matrixFromRows([[1]]),
    }, 0.1)
    expect(w1.data[0]).toBeCloseTo(2 + 2.4, 14)
    expect(w2.data[0]).toBeCloseTo(0.5 - 1.2, 14)
  })

  it('is gradient descent when F_l = (W_L ⋯ W_{l+1})ᵀ: the loss falls by η‖g‖² to first order', () => {
    for (const c of CASES) {
      const sizes = [c.inputs, ...c.widths, c.outputs]
      const weights = sizes.slice(1).map((rows, l) =>
        gaussian(rows, sizes[l], c.seed, `weight${l}`, 1 / Math.sqrt(sizes[l]))
      )
      const exact = c.widths.map((_, index) => transpose(productFrom(weights, index + 2)))
      const [batch] = batchesOf(c, 1)
      const loss = (w: readonly Matrix[]): number => {
        const output = multiply(batch.x, transpose(productFrom(w, 1)))
        return output.data.reduce((total, y, i) => total + (y - batch.y.data[i]) * (y - batch.y.data[i]), 0)
          / (2 * c.batch)
      }
      const rate = 1e-6
      const after = directFeedbackStep(weights, exact, batch, rate)
      const square = after.reduce(
        (total, w, l) => total + w.data.reduce((sum, x, i) => sum + ((x - weights[l].data[i]) / rate) ** 2, 0),
        0,
      )
      expect((loss(weights) - loss(after)) / (rate * square), nameOf(c)).toBeCloseTo(1, 3)
    }
  })

  it('agrees with the float32 engine over twenty steps from arbitrary weights', () => {
    for (const c of CASES) {
      const sizes = [c.inputs, ...c.widths, c.outputs]
      const feedback = feedbackOf(c)
      const engine = trainer({
        network: mlp({ sizes, activation: 'linear', bias: false }),
        rule: directFeedbackAlignment({ matrices: feedback.map(toTensor) }),
        loss: squaredError('mean'),
        optimizer: sgd(0.02),
      })
      const layers = walk(engine.network).filter(isDense)
      let weights: readonly Matrix[] = sizes.slice(1).map((rows, l) =>
        gaussian(rows, sizes[l], c.seed, `weight${l}`, 0.3)
      )
      weights.forEach((w, l) => layers[l].weight.value.data.set(w.data))
      for (const batch of batchesOf(c, 20)) {
        engine.step(toTensor(batch.x), toTensor(batch.y))
        weights = directFeedbackStep(weights, feedback, batch, 0.02)
      }
      layers.forEach(({ weight }, l) => {
        const found = { rows: sizes[l + 1], columns: sizes[l], data: Float64Array.from(weight.value.data) }
        expect(distance(found, weights[l]), `${nameOf(c)}, layer ${l + 1}`).toBeLessThan(3e-6)
      })
    }
  })
})
