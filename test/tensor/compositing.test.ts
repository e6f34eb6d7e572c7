import { describe, expect, it } from 'vitest'
import { compositeDensityGradientInto, compositeInto, type RaySamples } from '../../src/tensor/index.ts'
import type { RayPassage } from '../../src/tensor/compositing.ts'

const passageOf = ({ densities }: RaySamples): RayPassage => ({
  weights: new Float64Array(densities.length),
  passed: new Float64Array(densities.length),
})

/** One ray of gray samples. */
function gray(densities: readonly number[], lengths: readonly number[], values: readonly number[],
  background = 1): RaySamples
{
  return {
    samples: densities.length,
    densities: Float64Array.from(densities),
    lengths: Float64Array.from(lengths),
    colors: Float64Array.from(values.flatMap((v) => [v, v, v])),
    background: [background, background, background],
  }
}

describe('compositeInto', () => {
  it('halves the light at every depth of log 2, front first', () => {
    const half = Math.LN2
    const rays: RaySamples = {
      samples: 2,
      densities: Float64Array.of(half, half / 2, 0, half, 2000, 1),
      lengths: Float64Array.of(1, 2, 5, 1, 1, 1),
      colors: Float64Array.of(1, 0, 0, 0, 1, 0, /**/ 1, 1, 1, 0, 0, 1, /**/ 0.5, 0.25, 0.125, 1, 1, 1),
      background: [0, 0, 1],
    }
    const passage = passageOf(rays)
    const color = compositeInto(new Float64Array(9), passage, rays)
    const want = [0.5, 0.25, 0.25, 0, 0, 1, 0.5, 0.25, 0.125]
    color.forEach((v, i) => expect(v, `${i}`).toBeCloseTo(want[i], 15))
    ;[0.5, 0.25, 0, 0.5, 1, 0].forEach((w, i) => expect(passage.weights[i], `weight ${i}`).toBeCloseTo(w, 15))
    ;[0.5, 0.25, 1, 0.5, 0, 0].forEach((t, i) => expect(passage.passed[i], `passed ${i}`).toBeCloseTo(t, 15))
  })

  it('loses nothing of a fog of many thin samples, where factors in float32 would', () => {
    const count = 4096, thin = 1e-9
    const rays = gray(new Array<number>(count).fill(thin), new Array<number>(count).fill(1),
      new Array<number>(count).fill(1), 0)
    const [red] = compositeInto(new Float64Array(3), passageOf(rays), rays)
    expect(red / (count * thin)).toBeCloseTo(1 - count * thin / 2, 10)
    let factors = 1
    for (let i = 0; i < count; i++) factors = Math.fround(factors * Math.fround(1 - Math.fround(thin)))
    expect(factors).toBe(1)
  })

  it('has weights that add up with what passes, whatever the depth', () => {
    const rays = gray([3, 0, 1e-12, 40, 800, 1e5], [0.1, 1, 2, 1, 1, 3], [0, 0, 0, 0, 0, 0])
    const passage = passageOf(rays)
    expect(compositeInto(new Float64Array(3), passage, rays)[0]).toBe(passage.passed[5])
    expect(passage.weights.reduce((sum, w) => sum + w, passage.passed[5])).toBeCloseTo(1, 14)
    passage.weights.forEach((w) => expect(w >= 0 && w <= 1).toBe(true))
  })

  it('names lengths that do not fit', () => {
    const rays = gray([1, 1], [1, 1], [0, 0])
    const passage = passageOf(rays)
    expect(() => compositeInto(new Float64Array(4), passage, rays)).toThrow(
      new RangeError('compositeInto: out must have 3 elements, got 4'),
    )
    expect(() => compositeInto(new Float64Array(3), passage, { ...rays, samples: 3 })).toThrow(
      new RangeError('compositeInto: densities must have a multiple of 3 elements, got 2'),
    )
    expect(() => compositeInto(new Float64Array(3), passage, { ...rays, lengths: new Float64Array(1) })).toThrow(
      new RangeError('compositeInto: lengths must have 2 elements, got 1'),
    )
    expect(() => compositeDensityGradientInto(new Float64Array(1), new Float64Array(3), passage, rays)).toThrow(
      new RangeError('compositeDensityGradientInto: out must have 2 elements, got 1'),
    )
  })
})

describe('compositeDensityGradientInto', () => {
  it('is the slope of the color, behind thick samples as well', () => {
    const densities = [0.3, 0, 2, 30, 1], lengths = [0.5, 1, 0.25, 1, 2], values = [0.2, 0.9, 0.5, 0.1, 0.7]
    const color = (moved: readonly number[]): number => {
      const rays = gray(moved, lengths, values, 0.4)
      return compositeInto(new Float64Array(3), passageOf(rays), rays)[0]
    }
    const rays = gray(densities, lengths, values, 0.4)
    const passage = passageOf(rays)
    compositeInto(new Float64Array(3), passage, rays)
    const slope = compositeDensityGradientInto(new Float64Array(5), Float64Array.of(1, 0, 0), passage, rays)
    densities.forEach((_, i) => {
      const by = (h: number): number => color(densities.map((value, j) => (i === j ? value + h : value)))
      expect(slope[i], `density ${i}`).toBeCloseTo((by(1e-5) - by(-1e-5)) / 2e-5, 9)
    })
  })
})
