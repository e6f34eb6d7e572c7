import { describe, expect, it } from 'vitest'
import { addScaled, identity, type Matrix, matrix, matrixFromRows, multiply, scaled,
  transpose } from '../../src/tensor/index.ts'
import { conditionedCovariance, populationInputs } from '../../src/data/index.ts'
import { alignmentFromWeights, type AlignmentMatrices, alignmentStep, applyUpdate, directFeedbackStep, doubleSum,
  endToEnd, grams, type HistoryEntry, historyEntry, populationStep, populationUpdate, relativeLoss,
  weightsFromAlignment, zeroAlignment } from '../../src/theory/index.ts'
import { alignmentOf, batchesOf, CASES, distance, feedbackOf, nameOf, productFrom, teacherOf } from './cases.ts'

const RATE = 0.02

/** A recursion that forgets the Gram matrices. */
function wrongStep(a: AlignmentMatrices, x: Matrix, y: Matrix): AlignmentMatrices {
  return alignmentStep(a, a.slice(1).map((al) => identity(al.rows)), { x, y }, RATE)
}

describe('grams', () => {
  it('are FᵀF: I for orthogonal feedback, not for Gaussian', () => {
    for (const c of CASES) {
      const feedback = feedbackOf(c)
      grams(feedback).forEach((g, index) => {
        const f = feedback[index]
        for (let i = 0; i < c.outputs; i++) {
          for (let j = 0; j < c.outputs; j++) {
            let sum = 0
            for (let p = 0; p < f.rows; p++) sum += f.data[p * c.outputs + i] * f.data[p * c.outputs + j]
            expect(Math.abs(g.data[i * c.outputs + j] - sum)).toBeLessThan(1e-13)
          }
        }
        const error = distance(g, identity(c.outputs))
        if (c.kind === 'orthogonal') expect(error, nameOf(c)).toBeLessThan(1e-14)
        else expect(error, nameOf(c)).toBeGreaterThan(0.1)
      })
    }
  })
})

describe('alignmentStep', () => {
  it('tracks the full network: W_1 = F_1A_1, W_l = F_lA_lF_{l−1}ᵀ, W_L = A_LF_{L−1}ᵀ after 200 steps', () => {
    for (const c of CASES) {
      const feedback = feedbackOf(c)
      const g = grams(feedback)
      let a = zeroAlignment(c.depth, c.inputs, c.outputs)
      let wrong = a
      const sizes = [c.inputs, ...c.widths, c.outputs]
      let weights: readonly Matrix[] = sizes.slice(1).map((rows, l) => matrix(rows, sizes[l]))
      for (const batch of batchesOf(c, 200)) {
        weights = directFeedbackStep(weights, feedback, batch, RATE)
        a = alignmentStep(a, g, batch, RATE)
        wrong = wrongStep(wrong, batch.x, batch.y)
      }
      const rebuilt = weightsFromAlignment(a, feedback)
      weights.forEach((w, l) => expect(distance(rebuilt[l], w), `${nameOf(c)}, layer ${l + 1}`).toBeLessThan(1e-12))
      // The tester: without the Gram matrices the identity holds for orthogonal feedback only.
      const worst = Math.max(...weightsFromAlignment(wrong, feedback).map((w, l) => distance(w, weights[l])))
      if (c.kind === 'gaussian') expect(worst, nameOf(c)).toBeGreaterThan(1e-3)
      else expect(worst, nameOf(c)).toBeLessThan(1e-12)
    }
  })

  it('moves A_1 alone in the first step, by −η⟨e xᵀ⟩ = η⟨y xᵀ⟩', () => {
    const [first, second] = alignmentStep(zeroAlignment(2, 2, 1), [identity(1)], {
      x: matrixFromRows([[1, 2], [3, 4]]),
      y: matrixFromRows([[10], [-1]]),
    }, 0.5)
    expect([...first.data]).toEqual([0.5 * (10 - 3) / 2, 0.5 * (20 - 4) / 2])
    expect([...second.data]).toEqual([0])
  })
})

describe('doubleSum', () => {
  it('equals the recursion in every layer above the first, from the whole history', () => {
    for (const c of CASES) {
      const g = grams(feedbackOf(c))
      let a = zeroAlignment(c.depth, c.inputs, c.outputs)
      const history: HistoryEntry[] = []
      for (const batch of batchesOf(c, 30)) {
        history.push(historyEntry(a, g, batch))
        a = alignmentStep(a, g, batch, RATE)
      }
      for (let layer = 2; layer <= c.depth; layer++) {
        expect(distance(doubleSum(layer, history, g, RATE), a[layer - 1]), `${nameOf(c)}, layer ${layer}`).toBeLessThan(
          1e-13,
        )
        // The tester: without its first step the history gives another A_2. Above, the first step has z = 0 and adds nothing.
        if (layer === 2) {
          expect(distance(doubleSum(layer, history.slice(1), g, RATE), a[layer - 1]), nameOf(c)).toBeGreaterThan(1e-6)
        }
      }
    }
  })

  it('refuses the first layer, which is a single sum', () => {
    expect(() => doubleSum(1, [], [], 1)).toThrow('doubleSum: layer must be at least 2, got 1')
    expect(() => doubleSum(2.5, [], [], 1)).toThrow(RangeError)
  })
})

describe('weightsFromAlignment and alignmentFromWeights', () => {
  it('are inverse to each other on weights that obey weak weight alignment', () => {
    for (const c of CASES) {
      const feedback = feedbackOf(c)
      const a = alignmentOf(c)
      const recovered = alignmentFromWeights(weightsFromAlignment(a, feedback), feedback)
      recovered.forEach((al, l) => expect(distance(al, a[l]), `${nameOf(c)}, layer ${l + 1}`).toBeLessThan(1e-12))
    }
  })

  it('project other weights: rebuilding twice changes nothing more', () => {
    for (const c of CASES) {
      const feedback = feedbackOf(c)
      const sizes = [c.inputs, ...c.widths, c.outputs]
      const other = sizes.slice(1).map((rows, l) =>
        matrix(rows, sizes[l], Float64Array.from({ length: rows * sizes[l] }, (_, i) => Math.sin(i + l)))
      )
      const once = weightsFromAlignment(alignmentFromWeights(other, feedback), feedback)
      const twice = weightsFromAlignment(alignmentFromWeights(once, feedback), feedback)
      once.forEach((w, l) => expect(distance(twice[l], w), nameOf(c)).toBeLessThan(1e-11))
      expect(distance(once[0], other[0]), nameOf(c)).toBeGreaterThan(1e-3)
    }
  })
})

describe('endToEnd', () => {
  it('holds C_L = W_L ⋯ W_1, and F_l C_l = W_l ⋯ W_1 below', () => {
    for (const c of CASES) {
      const feedback = feedbackOf(c)
      const a = alignmentOf(c)
      const weights = weightsFromAlignment(a, feedback)
      endToEnd(a, grams(feedback)).forEach((cl, l) => {
        const mapped = l < feedback.length ? multiply(feedback[l], cl) : cl
        expect(distance(mapped, productFrom(weights.slice(0, l + 1), 1)), `${nameOf(c)}, layer ${l + 1}`).toBeLessThan(
          1e-12,
        )
      })
    }
  })
})

describe('populationStep', () => {
  it('is the step on a batch whose second moment is exactly Σ, whitened and not', () => {
    for (const c of CASES) {
      const g = grams(feedbackOf(c))
      const teacher = teacherOf(c)
      const { covariance, root } = conditionedCovariance(c.inputs, 10, c.seed)
      const a = alignmentOf(c).map((al) => scaled(0.3, al))
      for (const [task, x] of [[{ teacher }, populationInputs(c.inputs)], [{ teacher, covariance },
        populationInputs(c.inputs, root)]] as const)
      {
        const expected = alignmentStep(a, g, { x, y: multiply(x, transpose(teacher)) }, 0.1)
        populationStep(a, g, task, 0.1).forEach((al, l) =>
          expect(distance(al, expected[l]), `${nameOf(c)}, layer ${l + 1}`).toBeLessThan(1e-12)
        )
        const update = populationUpdate(a, g, task)
        applyUpdate(a, update, 0.1).forEach((al, l) => expect(distance(al, addScaled(a[l], -0.1, update[l]))).toBe(0))
      }
    }
  })
})

describe('relativeLoss', () => {
  it('is 1 at zero weights, 0 for the teacher itself and the quotient of mean squares on a population batch', () => {
    for (const c of CASES) {
      const feedback = feedbackOf(c)
      const g = grams(feedback)
      const teacher = teacherOf(c)
      const { covariance, root } = conditionedCovariance(c.inputs, 20, c.seed)
      expect(relativeLoss(zeroAlignment(c.depth, c.inputs, c.outputs), g, { teacher })).toBe(1)
      expect(relativeLoss(zeroAlignment(c.depth, c.inputs, c.outputs), g, { teacher, covariance })).toBe(1)
      const a = alignmentOf(c)
      const map = productFrom(weightsFromAlignment(a, feedback), 1)
      expect(relativeLoss(a, g, { teacher: map }), nameOf(c)).toBeLessThan(1e-26)
      const x = populationInputs(c.inputs, root)
      const square = (m: Matrix): number => multiply(x, transpose(m)).data.reduce((total, v) => total + v * v, 0)
      expect(relativeLoss(a, g, { teacher, covariance }) / (square(addScaled(map, -1, teacher)) / square(teacher)),
        nameOf(c)).toBeCloseTo(1, 10)
      // Powers of two on T and A_1 change no bit, nor do they on Σ.
      for (const k of [-600, 600]) {
        const far = [scaled(2 ** k, a[0]), ...a.slice(1)]
        const task = { teacher: scaled(2 ** k, teacher), covariance: scaled(2 ** k, covariance) }
        expect(relativeLoss(far, g, task), nameOf(c)).toBe(relativeLoss(a, g, { teacher, covariance }))
      }
    }
  })
})
