import { describe, expect, it } from 'vitest'
import { logSpaced, meanSeries, sideBySide, spread, tableOf } from '../../../src/lab/reproduce/series.ts'

describe('logSpaced', () => {
  it('has both ends, rises, and holds each number once', () => {
    expect(logSpaced(1, 1000, 4)).toEqual([1, 10, 100, 1000])
    expect(logSpaced(1, 5, 20)).toEqual([1, 2, 3, 4, 5])
    expect(logSpaced(7, 7, 1)).toEqual([7])
  })
})

describe('meanSeries', () => {
  it('averages seeds point by point, with a band from the least to the largest, and leaves gaps out', () => {
    const { points, band, name } = meanSeries('GA', [1, 2, 3], [[1, null, 2], [3, 5, NaN]])
    expect([name, points]).toEqual(['GA', [[1, 2], [2, 5], [3, 2]]])
    expect(band).toEqual([[1, 1, 3]])
    expect(meanSeries('one', [1], [[4]]).band).toBeUndefined()
  })
})

describe('spread', () => {
  it('writes mean and sample deviation', () => {
    expect(spread([1, 3])).toBe('2.0 ± 1.4')
    expect(spread([1.25], 2)).toBe('1.25')
  })
})

describe('what experiments show', () => {
  it('is figures side by side, with one caption', () => {
    const figure = {
      title: 'T',
      x: { label: 'x' },
      y: { label: 'y' },
      series: [{ name: 's', points: [[1, 2]] as const }],
    }
    const { svg, wide, caption } = sideBySide('C', [figure, { ...figure, title: 'U' }])
    expect([wide, caption, svg.match(/<svg[^>]*role/g)?.length]).toEqual([true, 'C', 2])
  })

  it('is tables by the names of their columns', () => {
    expect(tableOf('C', ['a', { name: 'b', digits: 3 }], [['x', 1]])).toEqual({
      caption: 'C',
      table: { columns: [{ name: 'a' }, { name: 'b', digits: 3 }], rows: [['x', 1]] },
    })
  })
})
