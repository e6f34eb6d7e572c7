import { describe, expect, it } from 'vitest'
import { affinities, forcesInto, planeOf, squaredDistances } from '../../../../src/lab/reproduce/graphs/t-sne.ts'
import { neighborAccuracy, silhouette } from '../../../../src/lab/reproduce/graphs/separation.ts'
import { normalInto, randomStream, tensor } from '../../../../src/tensor/index.ts'

const COUNT = 60
/** Three clusters in five dimensions, a distance of 20 deviations apart. */
const CLUSTERS = tensor([COUNT, 5], normalInto(new Float32Array(5 * COUNT), randomStream(1, 'clusters')))
const LABELS = Array.from({ length: COUNT }, (_, i) => i % 3)
LABELS.forEach((label, i) => {
  CLUSTERS.data[5 * i + label] += 20
})

describe('affinities', () => {
  it('are a symmetric distribution in which each point has the perplexity asked for', () => {
    const distances = squaredDistances(CLUSTERS)
    const p = affinities(distances, COUNT, 10)
    expect(p.reduce((sum, v) => sum + v, 0)).toBeCloseTo(1, 5)
    for (let i = 0; i < COUNT; i++) {
      expect(p[i * COUNT + i]).toBe(0)
      for (let j = 0; j < i; j++) expect(p[i * COUNT + j]).toBe(p[j * COUNT + i])
    }
    // Two points have each other alone, whatever is asked for.
    expect([...affinities(squaredDistances(tensor([2, 1], Float32Array.of(0, 3))), 2, 2)]).toEqual([0, 0.5, 0.5, 0])
    // On a ring all points see the same: nothing is lost by making p symmetric, and the entropy of a row can be read.
    const ring = tensor([20, 2],
      Float32Array.from({ length: 40 },
        (_, at) => at % 2 === 0 ? Math.cos(at * Math.PI / 20) : Math.sin((at - 1) * Math.PI / 20)))
    const row = affinities(squaredDistances(ring), 20, 5).slice(0, 20).map((v) => 20 * v)
    expect(Math.exp(-row.reduce((sum, v) => sum + (v > 0 ? v * Math.log(v) : 0), 0))).toBeCloseTo(5, 3)
  })
})

describe('forcesInto', () => {
  it('is the gradient of the divergence, by central differences', () => {
    const count = 8
    const x = tensor([count, 3], normalInto(new Float32Array(3 * count), randomStream(2, 'x')))
    const p = affinities(squaredDistances(x), count, 3)
    const y = normalInto(new Float64Array(2 * count), randomStream(3, 'y'))
    const divergence = (at: Float64Array): number => {
      const w = (i: number, j: number): number =>
        i === j ? 0 : 1 / (1 + (at[2 * i] - at[2 * j]) ** 2 + (at[2 * i + 1] - at[2 * j + 1]) ** 2)
      let total = 0, sum = 0
      for (let i = 0; i < count; i++) for (let j = 0; j < count; j++) total += w(i, j)
      for (let i = 0; i < count; i++) {
        for (let j = 0; j < count; j++) {
          if (i !== j) sum += p[i * count + j] * Math.log(p[i * count + j] / (w(i, j) / total))
        }
      }
      return sum
    }
    const gradient = new Float64Array(2 * count)
    forcesInto(gradient, y, p, 1, new Float64Array(2 * count))
    y.forEach((_, at) => {
      const moved = (by: number): Float64Array => y.map((v, i) => (i === at ? v + by : v))
      expect(gradient[at]).toBeCloseTo((divergence(moved(1e-5)) - divergence(moved(-1e-5))) / 2e-5, 6)
    })
  })
})

describe('planeOf', () => {
  it('keeps clusters apart, and is a function of the seed', () => {
    const options = { perplexity: 10, rate: 100, iterations: 200, seed: 1 }
    const plane = planeOf(CLUSTERS, options)
    const distances = squaredDistances(tensor([COUNT, 2], Float32Array.from(plane)))
    expect(neighborAccuracy(distances, LABELS, 5)).toBeGreaterThan(0.95)
    expect(silhouette(distances, LABELS)).toBeGreaterThan(0.5)
    expect(planeOf(CLUSTERS, options)).toEqual(plane)
    expect(planeOf(CLUSTERS, { ...options, seed: 2 })).not.toEqual(plane)
  })
})
