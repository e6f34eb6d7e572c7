import { describe, expect, it } from 'vitest'
import { neighborAccuracy, silhouette } from '../../../../src/lab/reproduce/graphs/separation.ts'
import { squaredDistances } from '../../../../src/lab/reproduce/graphs/t-sne.ts'
import { tensor } from '../../../../src/tensor/index.ts'

const line = (...places: number[]): Float32Array =>
  squaredDistances(tensor([places.length, 1], Float32Array.from(places)))

describe('neighborAccuracy', () => {
  it('counts the points that most of their nearest neighbors agree with', () => {
    const distances = line(0, 1, 2, 10, 11, 12)
    expect(neighborAccuracy(distances, [0, 0, 0, 1, 1, 1], 2)).toBe(1)
    expect(neighborAccuracy(distances, [0, 0, 0, 1, 1, 1], 5)).toBe(0)
    // The nearest of the third point is the second.
    expect(neighborAccuracy(line(0, 1, 2.5), [0, 0, 1], 1)).toBe(2 / 3)
    // One vote each: the smaller class.
    expect(neighborAccuracy(line(0, 1, 2), [1, 0, 0], 2)).toBe(2 / 3)
  })
})

describe('silhouette', () => {
  it('has hand-computed values', () => {
    // a = 1 at both of the first class, b = 4 and 3; the last is alone.
    expect(silhouette(line(0, 1, 4), [0, 0, 1])).toBeCloseTo((3 / 4 + 2 / 3) / 3, 12)
    expect(silhouette(line(0, 4, 1), [0, 0, 1])).toBeCloseTo((-3 / 4 - 1 / 4) / 3, 12)
    expect(silhouette(line(2, 2, 2, 2), [0, 0, 1, 1])).toBe(0)
  })
})
