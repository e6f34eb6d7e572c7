import { describe, expect, it } from 'vitest'
import { erf, type Matrix, matrixFromRows } from '../../../src/tensor/index.ts'
import { erfIntegrals, type GaussianIntegrals, linearIntegrals, reluI2 } from '../../../src/theory/index.ts'
import { gaussian, gram, overFields } from './cases.ts'

interface Unit {
  readonly g: (x: number) => number
  readonly slope: (x: number) => number
}

const ERF: Unit = { g: (x) => erf(x / Math.sqrt(2)), slope: (x) => Math.sqrt(2 / Math.PI) * Math.exp(-x * x / 2) }
const LINEAR: Unit = { g: (x) => x, slope: () => 1 }

/** Every integral over all indices by quadrature, next to the closed form: the greatest difference of each. */
function differences(b: Matrix, step: number, { g, slope }: Unit,
  integrals: GaussianIntegrals): Record<string, number>
{
  const n = b.rows
  const i2 = new Float64Array(n * n), j2 = new Float64Array(n * n)
  const i3 = new Float64Array(n * n * n), i4 = new Float64Array(n * n * n * n)
  const values = new Float64Array(n), slopes = new Float64Array(n)
  overFields(b, step, (x, weight) => {
    for (let a = 0; a < n; a++) {
      values[a] = g(x[a])
      slopes[a] = slope(x[a])
    }
    let at3 = 0, at4 = 0
    for (let a = 0; a < n; a++) {
      const wa = weight * slopes[a]
      for (let k = 0; k < n; k++) {
        i2[a * n + k] += weight * values[a] * values[k]
        const wak = wa * slopes[k]
        j2[a * n + k] += wak
        for (let c = 0; c < n; c++) {
          i3[at3++] += wa * x[k] * values[c]
          const wakc = wak * values[c]
          for (let d = 0; d < n; d++) i4[at4++] += wakc * values[d]
        }
      }
    }
  })
  const C = gram(b)
  const worst = { I2: 0, I3: 0, I4: 0, J2: 0 }
  for (let a = 0; a < n; a++) {
    for (let k = 0; k < n; k++) {
      worst.I2 = Math.max(worst.I2, Math.abs(integrals.I2(C, a, k) - i2[a * n + k]))
      worst.J2 = Math.max(worst.J2, Math.abs(integrals.J2(C, a, k) - j2[a * n + k]))
      for (let c = 0; c < n; c++) {
        worst.I3 = Math.max(worst.I3, Math.abs(integrals.I3(C, a, k, c) - i3[(a * n + k) * n + c]))
        for (let d = 0; d < n; d++) {
          worst.I4 = Math.max(worst.I4, Math.abs(integrals.I4(C, a, k, c, d) - i4[((a * n + k) * n + c) * n + d]))
        }
      }
    }
  }
  return worst
}

/** Fields by the number of independent ones behind them: fewer than fields means perfectly correlated combinations. */
const FIELDS: readonly (readonly [string, Matrix, number])[] = [['four on three', gaussian(4, 3, 3, 'fields', 0.7),
  0.3], ['four on two', gaussian(4, 2, 4, 'fields', 0.9), 0.2], ['all multiples of one',
  matrixFromRows([[1], [-1], [0.3], [0]]), 0.1], ['two equal, one of variance 0',
  matrixFromRows([[0.8, 0.2], [0.8, 0.2], [0, 0], [-0.5, 1]]), 0.2]]
const FULL_RANK: typeof FIELDS = [['four of full rank', gaussian(4, 4, 1, 'fields', 0.6), 0.45], [
  'four of small variance',
  gaussian(4, 4, 2, 'fields', 0.1),
  0.65,
]]

describe.each(
  [['erf', ERF, erfIntegrals, [...FIELDS, ...FULL_RANK]], ['linear', LINEAR, linearIntegrals, FIELDS]] as const,
)('the %s integrals', (name, unit, integrals, fields) => {
  it.each(fields)('are the averages by quadrature over %s, for all indices, equal ones included', (_, b, step) => {
    for (const [integral, difference] of Object.entries(differences(b, step, unit, integrals))) {
      expect(difference, `${name} ${integral}`).toBeLessThan(name === 'erf' ? 2e-9 : 2e-8)
    }
  })
})

describe('the erf integrals', () => {
  it('are symmetric where their definitions are', () => {
    const C = gram(gaussian(4, 6, 5, 'fields'))
    const { I2, I4, J2 } = erfIntegrals
    expect(I2(C, 0, 1)).toBe(I2(C, 1, 0))
    expect(J2(C, 0, 1)).toBe(J2(C, 1, 0))
    expect(I4(C, 0, 1, 2, 3)).toBeCloseTo(I4(C, 1, 0, 2, 3), 15)
    expect(I4(C, 0, 1, 2, 3)).toBeCloseTo(I4(C, 0, 1, 3, 2), 15)
  })

  it('I₂ of erf units is right for variances whose product is beyond float64', () => {
    for (const s of [1e100, 1e160, 1e300]) {
      const C = matrixFromRows([[s, 0.5 * s], [0.5 * s, s]])
      expect(erfIntegrals.I2(C, 0, 1), `${s}`).toBeCloseTo(1 / 3, 14) // (2/π)·asin ½
    }
  })

  it('stay finite when rounding makes a correlation exceed 1: variances of 1e16 and more', () => {
    let beyond = 0
    for (let seed = 0; seed < 400; seed++) {
      const [s, r] = gaussian(1, 2, seed, 'great').data.map((x) => 1e12 * (1 + Math.abs(x)))
      const C = matrixFromRows([[s * s, s * r], [s * r, r * r]])
      if (s * r / Math.sqrt((1 + s * s) * (1 + r * r)) > 1) beyond++
      expect(erfIntegrals.I2(C, 0, 1), `seed ${seed}`).toBeCloseTo(1, 7)
    }
    expect(beyond).toBeGreaterThan(0)
  })

  it('pass NaN on instead of clamping it', () => {
    expect(erfIntegrals.I2(matrixFromRows([[1, NaN], [NaN, 1]]), 0, 1)).toBeNaN()
  })
})

describe('reluI2', () => {
  it('is the average over the angle of two independent fields, at any correlation', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const b = gaussian(2, 2, seed, 'relu')
      // E over the radius is 2; the midpoint rule over the angle has an error of some 1e-9 from the kinks.
      const points = 100_000
      let total = 0
      for (let s = 0; s < points; s++) {
        const angle = 2 * Math.PI * (s + 0.5) / points
        const [x, y] = [0, 2].map((i) => Math.max(0, b.data[i] * Math.cos(angle) + b.data[i + 1] * Math.sin(angle)))
        total += 2 * x * y / points
      }
      expect(Math.abs(reluI2(gram(b), 0, 1) - total), `seed ${seed}`).toBeLessThan(1e-8)
    }
  })

  it('is half the variance for equal fields, 0 for opposite ones and for a field of variance 0', () => {
    let beyond = 0
    for (let seed = 0; seed < 400; seed++) {
      const [s, r, q] = gaussian(1, 3, seed, 'multiples').data.map(Math.abs)
      const overlap = s * r * q
      if (overlap / (Math.sqrt(s * s * q) * Math.sqrt(r * r * q)) > 1) beyond++
      const same = matrixFromRows([[s * s * q, overlap], [overlap, r * r * q]])
      expect(reluI2(same, 0, 1) / (overlap / 2), `seed ${seed}`).toBeCloseTo(1, 12)
      const opposite = matrixFromRows([[s * s * q, -overlap], [-overlap, r * r * q]])
      expect(Math.abs(reluI2(opposite, 0, 1)), `seed ${seed}`).toBeLessThan(1e-12 * overlap)
    }
    // Where a correlation without its clamp would be NaN.
    expect(beyond).toBeGreaterThan(10)
    expect(reluI2(matrixFromRows([[0, 0], [0, 2]]), 0, 1)).toBe(0)
  })

  it('has 1/(2π) for independent fields of variance 1', () => {
    expect(reluI2(matrixFromRows([[1, 0], [0, 1]]), 0, 1)).toBeCloseTo(1 / (2 * Math.PI), 15)
  })
})
