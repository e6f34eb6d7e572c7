import { describe, expect, it } from 'vitest'
import { linearPrediction } from '../../../../src/lab/reproduce/conditioning/figures.ts'
import { matrix, normalInto, randomStream } from '../../../../src/tensor/index.ts'

describe('the prediction of the linear theory', () => {
  const probes = matrix(4000, 9, normalInto(new Float64Array(36_000), randomStream(1, 'test/probes')))

  it('is full alignment for κ = 1 and the floor of one mode for κ = ∞', () => {
    const even = linearPrediction(1, 4, probes)
    expect(even.mean).toBe(1)
    expect(even.wa).toBeCloseTo(Math.sqrt(0.9), 12)
    expect(even.probeGa).toBeCloseTo(1, 12)
    expect(even.bound).toBe(1)
    const steep = linearPrediction(1e80, 4, probes)
    expect(steep.wa).toBeCloseTo(1 / Math.sqrt(10), 3)
    // ⟨|e₁|⟩/⟨…⟩: mean |cos| to one axis in nine dimensions, Γ(9/2)/(√π Γ(5)).
    expect(steep.probeGa).toBeCloseTo(0.27344, 2)
  })

  it('falls with κ and stays above the bound', () => {
    const line = [1, 2, 5, 10, 100].map((condition) => linearPrediction(condition, 4, probes))
    line.slice(1).forEach((at, index) => {
      expect(at.wa).toBeLessThan(line[index].wa)
      expect(at.probeGa).toBeLessThan(line[index].probeGa)
      expect(at.probeGa).toBeGreaterThan(at.bound)
    })
  })
})
