import { describe, expect, it } from 'vitest'
import { overFits, powerLaw } from '../../../../src/lab/reproduce/language/power-law.ts'

describe('powerLaw', () => {
  it('finds the exponent of a law, and goes on beyond its points', () => {
    const fit = powerLaw([1e6, 1e7, 3e8].map((c) => [c, 5 * Math.pow(c, -0.07)]))
    expect(fit.exponent).toBeCloseTo(0.07, 12)
    expect(fit.at(1e12)).toBeCloseTo(5 * Math.pow(1e12, -0.07), 10)
    expect(fit.residual).toBeLessThan(1e-12)
  })

  it('says what it leaves over', () => {
    // ln L is 0, 0.3, 0 at equal steps: the line is 0.1 throughout.
    const fit = powerLaw([[1, 1], [10, Math.exp(0.3)], [100, 1]])
    expect(fit.exponent).toBeCloseTo(0, 12)
    expect(fit.residual).toBeCloseTo(Math.sqrt((2 * 0.01 + 0.04) / 3), 12)
  })

  it('has its uncertainty from the fits of the seeds', () => {
    const fits = [0.1, 0.2, 0.3].map((b) => powerLaw([1, 10].map((c) => [c, Math.pow(c, -b)])))
    const { mean, standardError, seeds } = overFits(fits, (fit) => fit.exponent)
    expect(mean).toBeCloseTo(0.2, 12)
    expect(standardError).toBeCloseTo(0.1 / Math.sqrt(3), 12)
    expect(seeds).toBe(3)
  })
})
