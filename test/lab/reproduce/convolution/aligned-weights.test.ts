import { describe, expect, it } from 'vitest'
import { type AlignedRun, trainAligned } from '../../../../src/lab/reproduce/convolution/aligned-weights.ts'
import { TOOLS } from '../rounds.ts'

const BASE: AlignedRun = {
  part: 'aligned',
  dataset: 'patterns',
  trainingSamples: 200,
  initial: 'aligned',
  depth: 4,
  width: 100,
  rate: 0.01,
  batch: 20,
  epochs: 2,
  seed: 0,
  points: 4,
}

describe('trainAligned', () => {
  it('begins with every gradient and weight aligned, up to the rows’ unit length', () => {
    const { gradientAlignment, weightAlignment } = trainAligned(BASE, TOOLS)
    for (const list of gradientAlignment) expect(list[0]).toBeGreaterThan(0.98)
    for (const list of weightAlignment) expect(list[0]).toBeGreaterThan(0.95)
    expect(gradientAlignment.map((list) => list.length)).toEqual([5, 5, 5])
  })

  it('begins without alignment from drawn weights, and learns either way', () => {
    const { weightAlignment, trainingLoss, steps } = trainAligned({ ...BASE, initial: 'uniform', epochs: 3 }, TOOLS)
    for (const list of weightAlignment) expect(Math.abs(list[0] ?? 1)).toBeLessThan(0.2)
    expect(trainingLoss[2]).toBeLessThan(trainingLoss[0] ?? 0)
    expect(steps[steps.length - 1]).toBe(30)
  })
})
