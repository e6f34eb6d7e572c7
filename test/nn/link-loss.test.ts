import { describe, expect, it } from 'vitest'
import { linkLoss, linkScores } from '../../src/nn/index.ts'
import { tensor } from '../../src/tensor/index.ts'
import { centralDifferences, GRADIENT_TOLERANCE, gradientError } from './gradient-check.ts'
import { draw } from './gradient-rows.ts'
import { randomTensor } from './layer-laws.ts'
import { xorshift } from '../tensor/bits.ts'

const PAIRS = tensor([4, 3], Float32Array.of(0, 1, 1, 2, 3, 0, 0, 3, 1, 2, 2, 0))

/** −log of what is given to each pair's mark. */
const twin = (z: Float64Array): number => {
  let total = 0
  for (let p = 0; p < 4; p++) {
    const [i, j, t] = PAIRS.data.slice(3 * p, 3 * p + 3)
    const s = z[2 * i] * z[2 * j] + z[2 * i + 1] * z[2 * j + 1]
    total -= Math.log(t === 1 ? 1 / (1 + Math.exp(-s)) : 1 / (1 + Math.exp(s)))
  }
  return total / 4
}

describe('linkLoss', () => {
  it('has the value and the error of its definition, a node paired with itself included', () => {
    for (const seed of [1, 2, 3]) {
      const z = tensor([4, 2], draw(xorshift(seed), 8))
      const error = tensor([4, 2], new Float32Array(8).fill(NaN))
      const wide = Float64Array.from(z.data)
      expect(linkLoss().evaluateInto(error, z, PAIRS)).toBeCloseTo(twin(wide), 12)
      const numeric = centralDifferences(([x]) => twin(x), [wide], 0)
      expect(gradientError(error.data, numeric)).toBeLessThan(GRADIENT_TOLERANCE)
      expect(gradientError(error.data.map((v) => v + 1e-3), numeric)).toBeGreaterThan(GRADIENT_TOLERANCE)
      const [first, second] = linkScores(z, [0, 1, 2, 2])
      expect(first).toBeCloseTo(wide[0] * wide[2] + wide[1] * wide[3], 12)
      expect(second).toBeCloseTo(wide[4] ** 2 + wide[5] ** 2, 12)
    }
  })

  it('does not overflow', () => {
    const z = tensor([2, 1], Float32Array.of(1e10, 1e10)), error = tensor([2, 1])
    expect(linkLoss().evaluateInto(error, z, tensor([1, 3], Float32Array.of(0, 1, 1)))).toBe(0)
    expect(linkLoss().evaluateInto(error, z, tensor([1, 3], Float32Array.of(0, 1, 0)))).toBe(Math.fround(1e10) ** 2)
  })

  it('refuses pairs that are none, before anything is written', () => {
    const z = randomTensor(1, [4, 2])
    const error = tensor([4, 2], new Float32Array(8).fill(7))
    const at = (...row: number[]) => () => linkLoss().evaluateInto(error, z, tensor([1, 3], Float32Array.from(row)))
    expect(at(0, 4, 1)).toThrow(
      new RangeError('linkLoss: target[1] must be a whole number of at least 0 and below 4, got 4'),
    )
    expect(at(0, 1.5, 1)).toThrow(RangeError)
    expect(at(0, 1, 2)).toThrow(
      new RangeError('linkLoss: target[2] must be a whole number of at least 0 and below 2, got 2'),
    )
    expect(() => linkLoss().evaluateInto(error, z, tensor([0, 3]))).toThrow(
      new RangeError('linkLoss: target must have shape [P, 3] with pairs, got [0, 3]'),
    )
    expect(error.data.every((v) => v === 7)).toBe(true)
  })
})
