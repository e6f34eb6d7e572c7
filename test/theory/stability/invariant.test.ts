import { describe, expect, it } from 'vitest'
import { addScaled, innerProduct, type Matrix, multiply, scaled, transpose } from '../../../src/tensor/index.ts'
import { alignmentInvariant, directFeedbackStep, fromAbove, fromOutput, type HiddenSignal, homogeneousUpdate,
  neuronInvariants, relativeDifference } from '../../../src/theory/index.ts'
import { gaussian } from '../cases.ts'
import { linearCase } from './linear-cases.ts'

const batchOf = (inputs: number, outputs: number) => ({
  x: gaussian(20, inputs, 1, 'x'),
  y: gaussian(20, outputs, 1, 'y'),
})

/** Largest drift of the invariant of one pair of layers, with the squares of the steps or without. */
function drift(sizes: readonly number[], slope: number, pair: number, direct: boolean,
  { squares = true } = {}): number
{
  const { weights: start, transports, feedback } = linearCase(sizes, 3)
  const signal: HiddenSignal = direct ? fromOutput(feedback) : fromAbove(transports)
  const partner: Matrix = direct ? transpose(feedback[pair - 1]) : transports[pair - 1]
  const at = (w: readonly Matrix[]): Float64Array => neuronInvariants(w[pair - 1], w[pair], partner)
  const batch = batchOf(sizes[0], sizes[sizes.length - 1])
  let weights = start.map((w) => scaled(0.3, w))
  const first = at(weights)
  const sums = new Float64Array(first.length)
  let worst = 0
  for (let step = 0; step < 200; step++) {
    const update = homogeneousUpdate(weights, signal, batch, slope)
    const { columns, data } = update[pair - 1]
    if (squares) data.forEach((g, i) => sums[Math.floor(i / columns)] += 0.01 * 0.01 * g * g / 2)
    weights = weights.map((w, l) => addScaled(w, -0.01, update[l]))
    const now = at(weights)
    worst = Math.max(worst, ...now.map((value, j) => Math.abs(value + sums[j] - first[j])))
    const whole = alignmentInvariant(weights[pair - 1], weights[pair], partner)
    expect(Math.abs(whole - now.reduce((total, value) => total + value))).toBeLessThan(1e-12)
  }
  return worst
}

describe('alignmentInvariant', () => {
  it('stays in discrete steps: feedback alignment, any pair of layers, linear, rectified and leaky', () => {
    for (const slope of [1, 0, 0.2]) {
      for (const pair of [1, 2, 3]) expect(drift([3, 5, 4, 6, 2], slope, pair, false)).toBeLessThan(1e-13)
    }
  })

  it('stays with direct feedback at the last pair only', () => {
    for (const slope of [1, 0, 0.2]) {
      expect(drift([3, 6, 2], slope, 1, true)).toBeLessThan(1e-13)
      expect(drift([3, 5, 6, 2], slope, 2, true)).toBeLessThan(1e-13)
    }
  })

  it('drifts without the squares of the steps', () => {
    expect(drift([3, 6, 2], 0, 1, true, { squares: false })).toBeGreaterThan(1e-4)
    expect(drift([3, 5, 4, 6, 2], 1, 2, false, { squares: false })).toBeGreaterThan(1e-4)
  })

  it('rests on ⟨W_1, G_1⟩ = ⟨Fᵀ, G_2⟩, which an activation that is not homogeneous does not have', () => {
    const { weights, feedback } = linearCase([3, 6, 2], 3)
    const ratio = (slope: number, shift: number): number => {
      const { x, y } = batchOf(3, 2)
      // A constant input is a bias: max(a + b, 0) is homogeneous in (a, b), not in a.
      const biased = { ...x, data: Float64Array.from(x.data, (value, i) => i % 3 === 2 ? shift : value) }
      const [g1, g2] = homogeneousUpdate(weights, fromOutput(feedback), { x: biased, y }, slope)
      const free = (m: Matrix): Float64Array => m.data.filter((_, i) => shift === 0 || i % 3 < 2)
      const [w, g] = [free(weights[0]), free(g1)]
      return w.reduce((sum, value, i) => sum + value * g[i], 0) / innerProduct(transpose(feedback[0]), g2)
    }
    expect(ratio(0, 0)).toBeCloseTo(1, 12)
    expect(Math.abs(ratio(0, 1) - 1)).toBeGreaterThan(0.01)
  })
})

describe('homogeneousUpdate', () => {
  it('at slope 1 is the step of a linear network', () => {
    const { weights, feedback } = linearCase([3, 5, 4, 2], 2)
    const batch = batchOf(3, 2)
    const stepped = directFeedbackStep(weights, feedback, batch, 0.1)
    homogeneousUpdate(weights, fromOutput(feedback), batch, 1).forEach((update, l) => {
      expect(relativeDifference(addScaled(weights[l], -0.1, update), stepped[l])).toBeLessThan(1e-14)
    })
  })

  it('with the true transports is the gradient of a rectified network', () => {
    const { weights } = linearCase([3, 5, 4, 2], 2)
    const { x, y } = batchOf(3, 2)
    const update = homogeneousUpdate(weights, fromAbove(weights.slice(1)), { x, y }, 0.2)
    const lossOf = (w: readonly Matrix[]): number => {
      const out = w.reduce((h, one, l) => {
        const a = multiply(h, transpose(one))
        return l === w.length - 1 ? a : { ...a, data: a.data.map((v) => v > 0 ? v : 0.2 * v) }
      }, x)
      const e = addScaled(out, -1, y)
      return innerProduct(e, e) / 2 / x.rows
    }
    const along = (t: number): number => lossOf(weights.map((w, l) => addScaled(w, t, update[l])))
    const square = update.reduce((sum, u) => sum + innerProduct(u, u), 0)
    expect((along(1e-6) - along(-1e-6)) / 2e-6 / square).toBeCloseTo(1, 4)
  })

  it('refuses pairs of layers that do not fit', () => {
    const { weights: [lower, upper], transports: [transport] } = linearCase([3, 4, 2], 1)
    for (const [name, of] of [['neuronInvariants', neuronInvariants], ['alignmentInvariant',
      alignmentInvariant]] as const)
    {
      expect(() => of(lower, upper, transpose(transport))).toThrow(
        `${name}: transport must have shape [2, 4] as upper, got [4, 2]`,
      )
      expect(() => of(upper, upper, transport)).toThrow(
        `${name}: upper must have 2 columns, one per row of lower, got 4`,
      )
    }
  })
})
