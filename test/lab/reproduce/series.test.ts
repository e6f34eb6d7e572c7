import { describe, expect, it } from 'vitest'
import { logSpaced, meanSeries, spread } from '../../../src/lab/reproduce/series.ts'

describe('logSpaced', () => {
  it('has both ends, rises, and holds each number once', () => {
    expect(logSpaced(1, 1000, 4)).toEqual([1, 10, 100, 1000])
    expect(logSpaced(1, 5, 20)).toEqual([1, 2, 3, 4, 5])
    expect(logSpaced(7, 7, 1)).toEqual([7])
  })
})

describe('meanSeries', () => {
  it('averages seeds point by point, with one deviation each way, and leaves gaps out', () => {
    const { points, band, name } = meanSeries('GA', [1, 2, 3], [[1, null, 2], [3, 5, NaN]])
    expect([name, points]).toEqual(['GA', [[1, 2], [2, 5], [3, 2]]])
    expect(band).toEqual([[1, 2 - Math.SQRT2, 2 + Math.SQRT2]])
    expect(meanSeries('one', [1], [[4]]).band).toBeUndefined()
  })
})

describe('spread', () => {
  it('writes mean and sample deviation', () => {
    expect(spread([1, 3])).toBe('2.0 ± 1.4')
    expect(spread([1.25], 2)).toBe('1.25')
  })
})
