import { describe, expect, it } from 'vitest'
import { directFeedbackAlignment, feedbackMatrices, type FeedbackOptions, installRule, RULE_DESCRIPTIONS,
  spectrumPowers, trainer } from '../../src/dfa/index.ts'
import { sgd, squaredError } from '../../src/nn/index.ts'
import { addScaled, diagonal, frobenius, identity, type Matrix, matrix, multiply, randomOrthogonal, randomStream,
  referenceKernels, scaled, type Tensor, transpose } from '../../src/tensor/index.ts'
import { network, normals } from './networks.ts'
import { oneHot } from './rules/rule-checks.ts'

const K = 4
const TARGETS = [{ name: 'point1', width: 30 }, { name: 'point2', width: 20 }]
const BASIS = randomOrthogonal(randomStream(1, 'basis'), K, K)
/** U diag(s) Uᵀ. */
const inBasis = (values: readonly number[]): Matrix =>
  multiply(multiply(BASIS, diagonal(Float64Array.from(values))), transpose(BASIS))
const SINGULAR = [4, 2, 1, 0.5]
/** TTᵀ of a teacher with these singular values. */
const SPECTRUM = inBasis(SINGULAR.map((s) => s * s))
const far = (a: Matrix, b: Matrix): number => frobenius(addScaled(a, -1, b)) / frobenius(b)
const gramOf = ({ shape, data }: Tensor): Matrix => {
  const f = matrix(shape[0], shape[1], Float64Array.from(data))
  return multiply(transpose(f), f)
}

describe('spectrumPowers', () => {
  it('is the power p/2 of the spectrum with ‖S‖² = K, so that S has the eigenvalues s^p up to a factor', () => {
    for (const exponent of [-2, -1, -0.3, 0, 0.5, 1]) {
      const [s] = spectrumPowers(SPECTRUM, exponent)(1, K)
      const expected = inBasis(SINGULAR.map((value) => Math.pow(value, exponent)))
      expect(far(s, scaled(2 / frobenius(expected), expected)), `p = ${exponent}`).toBeLessThan(1e-13)
    }
    expect(far(spectrumPowers(SPECTRUM, 0)(1, K)[0], identity(K))).toBeLessThan(1e-14)
  })

  it('depends on the shape of the spectrum alone, at any magnitude', () => {
    const [s] = spectrumPowers(SPECTRUM, -1)(1, K)
    for (const factor of [1e-200, 3, 1e200]) {
      const [other] = spectrumPowers(scaled(factor, SPECTRUM), -1)(1, K)
      expect(far(other, s), `${factor}`).toBeLessThan(1e-13)
    }
  })

  it('gives no feedback to directions that the spectrum does not hold, whatever the exponent', () => {
    const low = inBasis([9, 4, 1, 0])
    for (const exponent of [-1, 0, 1]) {
      const [s] = spectrumPowers(low, exponent)(1, K)
      const missing = matrix(K, 1, Float64Array.from({ length: K }, (_, i) => BASIS.data[i * K + 3]))
      expect(frobenius(multiply(s, missing))).toBeLessThan(1e-7)
      expect(Math.abs(frobenius(s) - 2)).toBeLessThan(1e-14)
    }
  })

  it('refuses spectra and exponents that make no shape', () => {
    const call = (spectrum: Matrix, exponent: number | readonly number[] = 0) => () =>
      spectrumPowers(spectrum, exponent)(2, K)
    expect(() => feedbackMatrices(TARGETS, K, { kind: 'shaped' })).toThrow(
      'feedbackMatrices: shapes must be given with shaped feedback, got none',
    )
    expect(call(identity(3))).toThrow('spectrumPowers: spectrum must have shape [4, 4], got [3, 3]')
    expect(call(inBasis([1, 1, 1, -0.1]))).toThrow('spectrumPowers: spectrum must have no negative eigenvalue')
    expect(call(matrix(K, K))).toThrow('spectrumPowers: spectrum must have a positive eigenvalue, got 0 at most')
    expect(call(scaled(NaN, SPECTRUM))).toThrow('spectrumPowers: spectrum must hold finite numbers only')
    expect(call(multiply(BASIS, diagonal(Float64Array.of(1, 2, 3, 4))))).toThrow(/symmetric/)
    expect(call(SPECTRUM, [1])).toThrow('spectrumPowers: exponent must be one number or 2, one per point, got 1')
    expect(call(SPECTRUM, NaN)).toThrow('spectrumPowers: exponent must be a finite number, got NaN')
    expect(call(SPECTRUM, -1e4)).toThrow(
      'spectrumPowers: exponent must keep powers in the range of float64, got -10000',
    )
    expect(() => feedbackMatrices(TARGETS, K, { kind: 'shaped', shapes: () => [identity(K)] })).toThrow(
      'feedbackMatrices: shapes must be 2, one per point, got 1',
    )
    expect(() => feedbackMatrices(TARGETS, K, { kind: 'shaped', shapes: () => [identity(K), identity(3)] })).toThrow(
      'feedbackMatrices: shapes[1] must have shape [4, 4], got [3, 3]',
    )
  })
})

describe('shaped feedback', () => {
  const shaped = (exponent: number | readonly number[]): FeedbackOptions => ({
    kind: 'shaped',
    shapes: spectrumPowers(SPECTRUM, exponent),
  })

  it('is the orthogonal draw times S_l: F_lᵀF_l = S_l² under the default normalization, one exponent per point', () => {
    const exponent = [0.75, -1]
    const shapes = spectrumPowers(SPECTRUM, exponent)(2, K)
    const plain = feedbackMatrices(TARGETS, K, { kind: 'orthogonal', seed: 3 })
    feedbackMatrices(TARGETS, K, { ...shaped(exponent), seed: 3 }).forEach((f, l) => {
      const s = shapes[l]
      expect(far(gramOf(f), multiply(s, s)), `point ${l}`).toBeLessThan(1e-6)
      const q = matrix(f.shape[0], K, Float64Array.from(plain[l].data))
      expect(far(matrix(f.shape[0], K, Float64Array.from(f.data)), multiply(q, s))).toBeLessThan(1e-6)
    })
    // The tester: the other exponent's shape is far.
    const [f] = feedbackMatrices(TARGETS, K, { ...shaped(1), seed: 3 })
    expect(far(gramOf(f), multiply(shapes[0], shapes[0]))).toBeGreaterThan(0.05)
  })

  it('has entries of mean square one before normalization, whatever the exponent', () => {
    for (const exponent of [-2, 0, 1]) {
      for (const f of feedbackMatrices(TARGETS, K, { ...shaped(exponent), normalization: 'none' })) {
        const square = f.data.reduce((sum, x) => sum + x * x, 0) / f.data.length
        expect(Math.abs(square - 1)).toBeLessThan(1e-6)
      }
    }
  })

  it('shapes feedback to maps and shared feedback after they are drawn', () => {
    const target = { name: 'maps', width: 24, shape: [6, 2, 2] }
    for (const options of [{ maps: 'channel-shared' }, { sharing: 'shared' }] as const) {
      const [plain] = feedbackMatrices([target], K, { kind: 'orthogonal', ...options })
      const [f] = feedbackMatrices([target], K, { ...shaped(-1), ...options })
      const [s] = spectrumPowers(SPECTRUM, -1)(1, K)
      const expected = multiply(matrix(24, K, Float64Array.from(plain.data)), s)
      expect(far(matrix(24, K, Float64Array.from(f.data)), expected)).toBeLessThan(1e-6)
    }
  })

  it('is taken by every rule with direct matrices of a kind, and refused by name by transports', () => {
    for (const { name, make, uses } of RULE_DESCRIPTIONS) {
      if (!uses.includes('kind')) continue
      const install = () => installRule(network(), make({ kind: 'shaped', shapes: spectrumPowers(identity(3), -1) }))
      if (uses.includes('shapes')) expect(install, name).not.toThrow()
      else expect(install, name).toThrow(/kind must be one of gaussian, uniform.*, got "shaped"/)
    }
  })

  it('trains to the same bits by drawn and by given matrices, and delivers F e', () => {
    const losses = (given: boolean): readonly number[] => {
      const layer = network()
      const options = {
        kind: 'shaped',
        shapes: spectrumPowers(diagonal(Float64Array.of(9, 1, 0.25)), -1),
        seed: 5,
      } as const
      const { points } = installRule(layer, directFeedbackAlignment())
      const rule = directFeedbackAlignment(given ? { matrices: feedbackMatrices(points, 3, options) } : options)
      const run = trainer({
        network: layer,
        rule,
        loss: squaredError('mean'),
        optimizer: sgd(0.1),
        kernels: referenceKernels,
      })
      return Array.from({ length: 5 }, () => run.step(normals(6, 5, 2, 'x'), oneHot(6, 3, 0)))
    }
    expect(losses(true)).toEqual(losses(false))
  })
})
