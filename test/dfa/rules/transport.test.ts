import { describe, expect, it } from 'vitest'
import { feedbackAlignment, installRule } from '../../../src/dfa/index.ts'
import { matrix, svd } from '../../../src/tensor/index.ts'
import { denseOf, network } from '../networks.ts'

describe('randomTransport', () => {
  const draw = (options: Parameters<typeof feedbackAlignment>[0]): Float32Array => {
    const layer = network({ sizes: [4, 50, 20] })
    installRule(layer, feedbackAlignment(options))
    return denseOf(layer)[1].transport?.data ?? new Float32Array(0)
  }

  it('sparse: k outputs reach each input, mean square 1/I', () => {
    for (const nonZero of [1, 4, 20]) {
      const r = draw({ kind: 'sparse', nonZero })
      for (let i = 0; i < 50; i++) {
        expect(Array.from({ length: 20 }, (_, o) => r[o * 50 + i]).filter((x) => x !== 0)).toHaveLength(nonZero)
      }
      expect(Math.abs(50 * r.reduce((sum, x) => sum + x * x, 0) / r.length - 1)).toBeLessThan(0.5)
    }
  })

  it('low rank: r singular values, the rest zero to rounding', () => {
    for (const rank of [1, 3]) {
      const { s } = svd(matrix(20, 50, Float64Array.from(draw({ kind: 'low-rank', rank }))))
      expect(s[rank - 1]).toBeGreaterThan(0.1)
      expect(s[rank]).toBeLessThan(1e-6)
    }
  })
})
