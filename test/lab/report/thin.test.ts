import { describe, expect, it } from 'vitest'
import { type Point, thinBand, thinLine, thinMarkers } from '../../../src/lab/report/thin.ts'
import { uniform } from './wellformed.ts'

function noise(n: number, seed: number): Point[] {
  const random = uniform(seed)
  return Array.from({ length: n }, (_, i) => [i / 10, random()] as const)
}

describe('thinLine', () => {
  it('keeps the ends and all extremes of every column, in order, in at most 400 points', () => {
    for (const seed of [1, 2, 3]) {
      const points = noise(20_000, seed)
      const thin = thinLine(points)
      expect(thin.length, `seed ${seed}`).toBeLessThanOrEqual(400)
      expect([thin[0], thin[thin.length - 1]]).toEqual([points[0], points[points.length - 1]])
      for (let column = 0; column < 100; column++) {
        const inside = ([x]: Point): boolean => Math.floor((x / 1999.9) * 100) === column
        const all = points.filter(inside).map((point) => point[1])
        const kept = thin.filter(inside).map((point) => point[1])
        expect([Math.min(...kept), Math.max(...kept)], `seed ${seed}`).toEqual([Math.min(...all), Math.max(...all)])
      }
      thin.forEach((point, k) => expect(k === 0 || point[0] > thin[k - 1][0]).toBe(true))
    }
  })

  it('keeps a spike of one point', () => {
    const points = noise(5000, 4).map(([x, y], i) => [x, i === 3456 ? 50 : y] as const)
    expect(thinLine(points)).toContainEqual([345.6, 50])
  })

  it('leaves short lines alone and thins curves that turn back by their index', () => {
    expect(thinLine(noise(400, 5))).toHaveLength(400)
    const circle = Array.from({ length: 5000 }, (_, i) => [Math.cos(i / 800), Math.sin(i / 800)] as const)
    expect(thinLine(circle).length).toBeGreaterThan(200)
  })
})

describe('thinBand', () => {
  it('covers the whole band', () => {
    const band = noise(3000, 6).map(([x, y]) => [x, y - 1, y + 1] as const)
    const thin = thinBand(band)
    expect(thin.length).toBeLessThanOrEqual(200)
    expect(Math.min(...thin.map((e) => e[1]))).toBe(Math.min(...band.map((e) => e[1])))
    expect(Math.max(...thin.map((e) => e[2]))).toBe(Math.max(...band.map((e) => e[2])))
  })
})

describe('thinMarkers', () => {
  it('drops only markers within half a unit of a kept one', () => {
    expect(thinMarkers([[0, 0], [0.1, 0.1], [3, 0], [0, 0]])).toEqual([[0, 0], [3, 0]])
  })
})
