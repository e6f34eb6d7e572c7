import { describe, expect, it } from 'vitest'
import { rankCosines } from '../../../../src/lab/reproduce/practices/rank-draws.ts'

describe('rankCosines', () => {
  const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length
  const at = (width: number): readonly number[] =>
    rankCosines({ part: 'rank', width, classes: 10, rows: 400, draws: 500, seed: 1 })

  it('are n/9 in the mean over isotropic errors of ten classes', () => {
    for (const width of [1, 3, 8]) expect(Math.abs(mean(at(width)) - width / 9), String(width)).toBeLessThan(0.04)
  })

  it('are 1 where the layer is wide enough for all errors', () => {
    for (const width of [9, 12]) for (const cosine of at(width)) expect(cosine).toBeCloseTo(1, 10)
  })
})
