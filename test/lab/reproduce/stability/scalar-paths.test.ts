import { describe, expect, it } from 'vitest'
import { border, DISTURBANCE, portrait, rootOf } from '../../../../src/lab/reproduce/stability/scalar-paths.ts'
import { chainConstant, chainForce, chainRate } from '../../../../src/theory/index.ts'

describe('paths of the scalar chain', () => {
  const chain = { target: 1, feedback: 8 }

  it('know the border of the arc: λ vanishes there', () => {
    expect(border(chain)).toBe(2)
    expect(chainRate(chain, -2)).toBe(0)
    expect(border({ target: 1, feedback: -8 })).toBe(2)
    expect(chainRate({ target: 1, feedback: -8 }, 2)).toBe(0)
  })

  it('have ends on their own parabolas', () => {
    for (const w1 of [-3, -1, 1]) {
      const root = rootOf(chain, w1, true)
      expect(chainForce(chain, chainConstant(chain, w1 + DISTURBANCE, 1 / w1), root)).toBeCloseTo(0, 9)
      expect(Math.abs(root - w1) < 0.01).toBe(w1 !== -1)
    }
  })

  it('are about thirty points each, ends included', () => {
    const { disturbed, free } = portrait({ ...chain, minima: 3, starts: 2, seed: 1 }, () => {})
    expect(disturbed).toHaveLength(6)
    for (const path of [...free, ...disturbed.map(({ up }) => up)]) {
      expect(path.points.length).toBeLessThanOrEqual(32)
      expect(path.points[path.points.length - 1]).toEqual(path.end)
      expect(path.drift).toBeLessThan(1e-9)
    }
  })
})
