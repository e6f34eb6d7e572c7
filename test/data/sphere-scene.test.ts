import { describe, expect, it } from 'vitest'
import { SPHERE_BOUNDS, sphereViews } from '../../src/data/index.ts'
import { sphereField } from '../../src/data/sphere-scene.ts'

const at = (x: number, y: number, z: number): { density: number; color: readonly number[] } => {
  const color = new Float64Array(3)
  const density = sphereField(color, x, y, z)
  return { density, color: [...color] }
}

describe('sphereField', () => {
  it('is dense inside a sphere, half as dense on its surface, and empty far away', () => {
    expect(at(0.55, 0.1, 0.2).density).toBeCloseTo(25, 2)
    expect(at(1.05, 0.1, 0.2).density).toBeCloseTo(12.5, 1)
    expect(at(1.4, 0.1, 0.2).density).toBeLessThan(0.01)
    expect(at(-3, 3, 3).density).toBeLessThan(1e-9)
  })

  it('has the shaded color of the sphere that is there', () => {
    const shade = 0.65 + 0.35 * Math.sin(9 * 0.55) * Math.cos(9 * 0.2)
    at(0.55, 0.1, 0.2).color.forEach((c, i) => expect(c).toBeCloseTo([0.85, 0.15, 0.1][i] * shade, 3))
  })

  it('has colors from 0 to 1 everywhere, and nothing beyond the bounds', () => {
    for (let i = 0; i < 200; i++) {
      const [x, y, z] = [1, 2, 3].map((k) => 2 * ((i * k * 0.6180339887) % 1) - 1)
      for (const c of at(x, y, z).color) expect(c > 0 && c < 1).toBe(true)
      const scale = (3 - SPHERE_BOUNDS.near) / Math.hypot(x, y, z)
      expect(at(scale * x, scale * y, scale * z).density).toBeLessThan(0.01)
    }
  })
})

describe('sphereViews', () => {
  const options = { count: 2, side: 6, samples: 48, name: 'training' }

  it('sees spheres before white, from cameras at distance 3 that differ', () => {
    const views = sphereViews(options)
    for (const { rays, colors, width, height } of views) {
      expect([rays.shape, colors.shape, width, height]).toEqual([[36, 6], [36, 3], 6, 6])
      expect(Math.hypot(...rays.data.slice(0, 3))).toBeCloseTo(3, 5)
      const [corner, middle] = [0, 21].map((pixel) => [...colors.data.slice(3 * pixel, 3 * pixel + 3)])
      expect(Math.min(...corner)).toBeGreaterThan(0.95)
      expect(Math.min(...middle)).toBeLessThan(0.5)
    }
    expect(views[0].rays.data).not.toEqual(views[1].rays.data)
  })

  it('is drawn by seed and name, view by view', () => {
    const first = (change: object) => sphereViews({ ...options, count: 1, ...change })[0].rays.data
    expect(first({})).toEqual(sphereViews(options)[0].rays.data)
    expect(first({ name: 'test' })).not.toEqual(first({}))
    expect(first({ seed: 1 })).not.toEqual(first({}))
    expect(() => sphereViews({ ...options, side: 0 })).toThrow(
      new RangeError('sphereViews: side must be a whole number of at least 1, got 0'),
    )
  })

  it('needs no more samples than it takes', () => {
    const [coarse, fine] = [192, 768].map((samples) => sphereViews({ ...options, count: 1, samples })[0].colors.data)
    coarse.forEach((c, i) => expect(Math.abs(c - fine[i])).toBeLessThan(0.01))
  })
})
