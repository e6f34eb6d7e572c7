import { describe, expect, it } from 'vitest'
import { diagonal, identity, type Matrix, matrix, matrixFromRows, maxAbs, multiply, randomOrthogonal, randomStream,
  scaled, transpose } from '../../src/tensor/index.ts'
import { alignmentBound, backwardProduct, gradientAlignment, grams, kantorovichBound, probeErrors,
  weightsFromAlignment } from '../../src/theory/index.ts'
import { backwardDirection } from '../../src/theory/gradient-alignment.ts'
import { alignmentOf, angleCosine, CASES, distance, feedbackOf, gaussian, nameOf, productFrom, row } from './cases.ts'

/** P with the given eigenvalues in a random basis, and the basis. */
function positive(values: readonly number[], seed: number): { readonly p: Matrix; readonly basis: Matrix } {
  const basis = randomOrthogonal(randomStream(seed, 'test/basis'), values.length, values.length)
  return { p: multiply(multiply(basis, diagonal(values)), transpose(basis)), basis }
}

/** cos∠(e, P e) through the public function: a two-layer network has P_1 = A_2ᵀ. */
function angle(p: Matrix, e: Matrix): number {
  return gradientAlignment([matrix(p.rows, 1), transpose(p)], [identity(p.rows)], 1, e)
}

describe('backwardProduct', () => {
  it('gives (W_L ⋯ W_{l+1})ᵀ = F_l P_l for every layer, from the explicit weights', () => {
    for (const c of CASES) {
      const feedback = feedbackOf(c)
      const a = alignmentOf(c)
      const weights = weightsFromAlignment(a, feedback)
      for (let layer = 1; layer < c.depth; layer++) {
        const exact = transpose(productFrom(weights, layer + 1))
        const delivered = multiply(feedback[layer - 1], backwardProduct(a, grams(feedback), layer))
        expect(distance(delivered, exact), `${nameOf(c)}, layer ${layer}`).toBeLessThan(1e-12)
      }
    }
  })

  it('refuses layers without a point: 0, L and fractions', () => {
    const a = alignmentOf(CASES[1])
    const g = grams(feedbackOf(CASES[1]))
    for (const layer of [0, 3, 1.5, NaN]) {
      expect(() => backwardProduct(a, g, layer)).toThrow(`backwardProduct: layer must be in 1 … 2, got ${layer}`)
    }
  })
})

describe('gradientAlignment', () => {
  it('is the mean of cos∠(F_l e, (W_L ⋯ W_{l+1})ᵀ e) of the explicit vectors, for any feedback', () => {
    for (const c of CASES) {
      const feedback = feedbackOf(c)
      const a = alignmentOf(c)
      const weights = weightsFromAlignment(a, feedback)
      const errors = gaussian(7, c.outputs, c.seed, 'errors')
      for (let layer = 1; layer < c.depth; layer++) {
        let total = 0
        for (let i = 0; i < 7; i++) {
          const e = row(errors, i)
          total += angleCosine(multiply(e, transpose(feedback[layer - 1])),
            multiply(e, productFrom(weights, layer + 1)))
        }
        expect(gradientAlignment(a, grams(feedback), layer, errors), `${nameOf(c)}, layer ${layer}`).toBeCloseTo(
          total / 7,
          12,
        )
      }
    }
  })

  it('is 1 for every error when A_l ∝ I and the feedback is orthogonal, and needs the Gram matrix otherwise', () => {
    const a = [2, 0.1, 5, 1].map((factor) => diagonal([factor, factor, factor]))
    const errors = gaussian(20, 3, 1, 'errors')
    for (const layer of [1, 2, 3]) {
      expect(gradientAlignment(a, [identity(3), identity(3), identity(3)], layer, errors)).toBeCloseTo(1, 14)
    }
    expect(gradientAlignment(a, [identity(3), diagonal([1, 2, 3]), identity(3)], 1, errors)).toBeLessThan(0.99)
  })

  it('is NaN for a row of zeros, which has no direction', () => {
    expect(angle(identity(2), matrix(1, 2))).toBeNaN()
  })
})

describe('backwardDirection', () => {
  it('is P_l times a power of two, with the same bits whatever the scales of the A_l', () => {
    for (const c of CASES) {
      const g = grams(feedbackOf(c))
      const a = alignmentOf(c)
      for (let layer = 1; layer < c.depth; layer++) {
        const product = backwardProduct(a, g, layer)
        const direction = backwardDirection(a, g, layer)
        const factor = direction.data[0] / product.data[0]
        expect(Number.isInteger(Math.log2(factor)), nameOf(c)).toBe(true)
        expect(scaled(factor, product), nameOf(c)).toEqual(direction)
        expect(maxAbs(direction) >= 1 && maxAbs(direction) < 2, nameOf(c)).toBe(true)
        for (const k of [-1000, 1000]) {
          expect(backwardDirection(a.map((al) => scaled(2 ** k, al)), g, layer), nameOf(c)).toEqual(direction)
        }
      }
      expect(() => backwardDirection(a, g, 0)).toThrow('backwardDirection: layer must be in 1')
    }
  })
})

describe('the scales of gradientAlignment and alignmentBound', () => {
  it('do not matter: powers of two on A_l, F_l and single errors change no bit', () => {
    for (const c of CASES) {
      const g = grams(feedbackOf(c))
      const a = alignmentOf(c)
      const errors = gaussian(4, c.outputs, c.seed, 'errors')
      const far = {
        ...errors,
        data: errors.data.map((x, at) => x * 2 ** (Math.floor(at / c.outputs) % 2 ? 700 : -700)),
      }
      for (let layer = 1; layer < c.depth; layer++) {
        const plain = gradientAlignment(a, g, layer, errors)
        for (const k of [-900, 900]) {
          const scaledAll = a.map((al) => scaled(2 ** k, al))
          expect(gradientAlignment(scaledAll, g, layer, far), `${nameOf(c)}, layer ${layer}`).toBe(plain)
          expect(gradientAlignment(a, g.map((gl) => scaled(2 ** k, gl)), layer, errors), nameOf(c)).toBe(plain)
        }
      }
    }
    const { p } = positive([9, 2, 1], 1)
    for (const k of [-1000, 1020]) expect(alignmentBound(scaled(2 ** k, p))).toEqual(alignmentBound(p))
  })
})

describe('probeErrors', () => {
  it('are isotropic N(0, 1) rows, a function of the seed', () => {
    const probes = probeErrors(20_000, 3, 5)
    expect([probes.rows, probes.columns]).toEqual([20_000, 3])
    const moment = multiply(transpose(probes), probes)
    // Standard errors are 1/√20,000 = 0.007 (0.01 on the diagonal).
    for (let i = 0; i < 9; i++) expect(Math.abs(moment.data[i] / 20_000 - (i % 4 === 0 ? 1 : 0))).toBeLessThan(0.04)
    expect(probeErrors(4, 3, 5).data).toEqual(probes.data.slice(0, 12))
    expect(probeErrors(4, 3, 6).data).not.toEqual(probes.data.slice(0, 12))
  })

  it('meet the floor 3/8 of a nearly rank-one P of five outputs', () => {
    // E|e_1|/‖e‖ for n = 5: Γ(5/2)/(√π Γ(3)) = 3/8.
    expect(Math.abs(angle(diagonal([1, 0, 0, 0, 0]), probeErrors(40_000, 5, 1)) - 0.375)).toBeLessThan(0.004)
  })
})

describe('kantorovichBound', () => {
  it('is attained by the equal mixture of the extreme eigenvectors and by nothing below it', () => {
    for (const [seed, values] of [[1, [4, 1]], [2, [10, 3, 1]], [3, [1000, 40, 7, 1]], [4, [1, 1, 1]]] as const) {
      const { p, basis } = positive(values, seed)
      const n = values.length
      const bound = kantorovichBound(values[0] / values[n - 1])
      // cos = eᵀPe/(‖e‖‖Pe‖) is least where the weights on the extremes are κ^½ : 1 in square, i.e. e ∝ (v₁/√λ₁ + v_n/√λ_n).
      const mixture = (first: number, last: number): Matrix => {
        const e = matrix(1, n)
        for (let i = 0; i < n; i++) e.data[i] = first * basis.data[i * n] + last * basis.data[i * n + n - 1]
        return e
      }
      const least = angle(p, mixture(1 / Math.sqrt(values[0]), 1 / Math.sqrt(values[n - 1])))
      expect(least, `seed ${seed}`).toBeCloseTo(bound, 12)
      const draws = gaussian(2000, n, seed, 'draws')
      let smallest = 1
      for (let i = 0; i < draws.rows; i++) smallest = Math.min(smallest, angle(p, row(draws, i)))
      expect(smallest, `seed ${seed}`).toBeGreaterThanOrEqual(bound - 1e-12)
    }
  })

  it('is 1 at κ = 1, falls, and reaches 0 at infinity', () => {
    const values = [1, 2, 10, 1e6, Infinity].map(kantorovichBound)
    expect(values[0]).toBe(1)
    expect(values[1]).toBeCloseTo(2 * Math.sqrt(2) / 3, 15)
    expect(values[4]).toBe(0)
    for (let i = 1; i < values.length; i++) expect(values[i]).toBeLessThan(values[i - 1])
  })
})

describe('alignmentBound', () => {
  it('gives κ and its bound for a symmetric positive P, and no bound for any other', () => {
    const { condition, bound } = alignmentBound(positive([9, 2, 1], 1).p)
    expect(condition).toBeCloseTo(9, 12)
    expect(bound).toBeCloseTo(0.6, 12)
    expect(alignmentBound(matrixFromRows([[1, 0.5], [0, 1]])).bound).toBeUndefined()
    expect(alignmentBound(diagonal([1, -1])).bound).toBeUndefined()
    expect(alignmentBound(diagonal([1, 0])).bound).toBeUndefined()
  })
})
