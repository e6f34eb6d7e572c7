import { describe, expect, it } from 'vitest'
import { axisOf, combinations, logRange, shapeOf } from '../../../src/lab/sweep/axes.ts'

describe('logRange', () => {
  it('has exact ends and equal ratios between them', () => {
    expect(logRange([0.001, 1, 4])).toEqual([0.001, 0.01, 0.1, 1])
    expect(logRange([1, 0.25, 3])).toEqual([1, 0.5, 0.25])
    expect(logRange([0.0123456, 0.3, 3])).toEqual([0.0123456, 0.0609, 0.3])
  })

  it.each(
    [[[0, 1, 3], /numbers above zero, got \[0,1\]$/], [[1, 'x', 3], /got \[1,"x"\]$/], [[1, 2, 1],
      /at least 2 values, got 1$/], [[1, 2, 2.5], /got 2.5$/]] as const,
  )('refuses %j', (range, message) => {
    expect(() => logRange(range)).toThrow(message)
  })
})

describe('combinations', () => {
  it('are all, the last axis fastest; what stands in one object goes together', () => {
    const axes = [axisOf({ rule: ['bp', 'fa'] }), axisOf({ batch: [32, 64], momentum: [0.9, 0.95] }),
      axisOf({ seed: [0, 1] })]
    const list = combinations(axes).map((one) => Object.fromEntries(one))
    expect(list).toHaveLength(8)
    expect(list.slice(0, 3)).toEqual([{ rule: 'bp', batch: 32, momentum: 0.9, seed: 0 }, { rule: 'bp', batch: 32,
      momentum: 0.9, seed: 1 }, { rule: 'bp', batch: 64, momentum: 0.95, seed: 0 }])
    expect(shapeOf(axes)).toBe('rule (2) × batch+momentum (2) × seed (2)')
    expect(combinations([])).toEqual([[]])
  })
})

describe('axisOf', () => {
  it('takes lists of lists, and ranges', () => {
    expect(axisOf({ hidden: [[100], [100, 50]] }).points).toEqual([[[100]], [[100, 50]]])
    expect(axisOf({ rate: { log: [0.1, 10, 3] } }).points).toEqual([[0.1], [1], [10]])
  })

  it.each(
    [[{}, /must be an object of options/], [[1], /must be an object of options/], [{ rate: [] }, /^rate: must have/], [{
      rate: 0.1,
    }, /^rate: must be a list of values or \{"log"/], [{ rate: { log: [1, 2] } }, /^rate: must be a list/], [{
      rate: [1, 2],
      batch: [1],
    }, /^rate and batch go together and must have as many values, got 2 and 1$/], [{ rate: [1, 2, 1] },
      /^rate: values must differ, got \[1\] twice$/]] as const,
  )('refuses %j', (given, message) => {
    expect(() => axisOf(given)).toThrow(message)
  })
})
