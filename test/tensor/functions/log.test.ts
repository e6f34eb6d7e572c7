import { describe, expect, it } from 'vitest'
import { log } from '../../../src/tensor/functions/log.ts'
import { itHasTheseBits, itIsWorstAt, itMatchesTheOracle, itNeverFalls } from './expectations.ts'

describe('log', () => {
  itHasTheseBits('log', log)
  itMatchesTheOracle('log', 0.9, [[0, 10], [0.5, 2], [0.7, 1.45], [0.999, 1.001], [0, 1e300]])
  itIsWorstAt('log', [0.7071036492044381, 0.7071017526719466, 0.707100289311147], 0.88, 0.9)
  itNeverFalls(log, 1e-6, 20)

  it('is 0 at 1, −∞ at both zeros, NaN below', () => {
    expect(log(1)).toBe(0)
    expect(log(0)).toBe(-Infinity)
    expect(log(-0)).toBe(-Infinity)
    expect(log(-1e-300)).toBeNaN()
    expect(log(-Infinity)).toBeNaN()
    expect(log(NaN)).toBeNaN()
    expect(log(Infinity)).toBe(Infinity)
  })

  it('is the nearest multiple of ln 2 at every power of two, subnormal ones included', () => {
    for (let n = -1074; n < 1024; n++) {
      const x = n < -1022 ? 2 ** -1022 * 2 ** (n + 1022) : 2 ** n
      expect(Math.abs(log(x) - n * Math.LN2), `2^${n}`).toBeLessThanOrEqual(1.2e-13)
    }
  })
})
