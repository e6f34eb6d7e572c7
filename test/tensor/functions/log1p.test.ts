import { describe, expect, it } from 'vitest'
import { log1p } from '../../../src/tensor/functions/log1p.ts'
import { itHasTheseBits, itIsWorstAt, itMatchesTheOracle, itNeverFalls } from './expectations.ts'

describe('log1p', () => {
  itHasTheseBits('log1p', log1p)
  itMatchesTheOracle('log1p', 0.9, [[-1, 1], [-0.3, 0.42], [-1e-3, 1e-3], [1, 100], [0, 1e18]])
  itIsWorstAt('log1p', [-0.2935628639341378, -0.2929256957440899, -0.2930412577160372], 0.88, 0.9)
  itNeverFalls(log1p, -0.999, 20)

  it('keeps −0 and subnormal inputs, is −∞ at −1 and NaN below', () => {
    expect(log1p(-0)).toBe(-0)
    expect(log1p(5e-324)).toBe(5e-324)
    expect(log1p(-1)).toBe(-Infinity)
    expect(log1p(-1.0000001)).toBeNaN()
    expect(log1p(Infinity)).toBe(Infinity)
    expect(log1p(NaN)).toBeNaN()
  })
})
