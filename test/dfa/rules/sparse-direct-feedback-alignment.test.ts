import { describe, expect, it } from 'vitest'
import { directFeedbackAlignment, installRule, sparseDirectFeedbackAlignment } from '../../../src/dfa/index.ts'
import { gradientsOf, network, normals } from '../networks.ts'

describe('sparseDirectFeedbackAlignment', () => {
  it('is direct feedback alignment through k outputs per hidden unit', () => {
    const input = normals(4, 5, 1, 'input'), error = normals(4, 3, 1, 'error')
    for (const nonZero of [1, 2, 3]) {
      const [a, b] = [network(), network()]
      const rule = sparseDirectFeedbackAlignment({ nonZero, seed: 2 })
      installRule(a, rule)
      installRule(b, directFeedbackAlignment({ kind: 'sparse', nonZero, seed: 2 }))
      expect(gradientsOf(a, input, error)).toEqual(gradientsOf(b, input, error))
      expect(rule.feedback).toHaveLength(3)
      for (const { shape, data } of rule.feedback) {
        for (let i = 0; i < shape[0]; i++) {
          expect(data.subarray(3 * i, 3 * i + 3).filter((x) => x !== 0)).toHaveLength(nonZero)
        }
      }
    }
    expect(() => installRule(network(), sparseDirectFeedbackAlignment({ nonZero: 4 }))).toThrow(
      'feedbackMatrices: nonZero must be at most 3, the number of outputs, got 4',
    )
  })
})
