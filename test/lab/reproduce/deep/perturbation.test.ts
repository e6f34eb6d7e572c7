import { describe, expect, it } from 'vitest'
import type { Parameter } from '../../../../src/nn/index.ts'
import { perturbation, perturbMeasured } from '../../../../src/lab/reproduce/deep/perturbation.ts'
import { normalInto, randomStream, tensor } from '../../../../src/tensor/index.ts'

const norm = (x: Float32Array): number => Math.sqrt(x.reduce((sum, value) => sum + value * value, 0))

function parameters(): Parameter[] {
  return [500, 3001].map((size, k) => ({
    name: `w${k}`,
    value: tensor([1, size]),
    gradient: tensor([1, size], normalInto(new Float32Array(size), randomStream(7, `g${k}`), 1 + k)),
  }))
}

describe('perturbation', () => {
  it.each(['random', 'fixed'] as const)('adds a %s direction of norm γ|g| to every parameter by itself', (kind) => {
    const before = parameters().map(({ gradient }) => gradient.data)
    const after = parameters()
    perturbation(kind, 3, 1)(after, 5)
    after.forEach(({ gradient: { data } }, k) => {
      const added = data.map((value, i) => value - before[k][i])
      expect(norm(added) / norm(before[k])).toBeCloseTo(3, 4)
      if (kind === 'fixed') { for (const value of added) expect(value).toBeCloseTo(added[0], 5) }
      // As many signs of one kind as of the other, within five deviations.
      else {
        expect(Math.abs(added.filter((value) => value > 0).length - added.length / 2)).toBeLessThan(
          (5 * Math.sqrt(added.length)) / 2,
        )
      }
    })
  })

  it('turns the gradient to the angle whose cosine is 1/√(1 + γ²), differently at every step and seed', () => {
    for (const gamma of [0.5, 2, 8]) {
      const perturb = perturbation('random', gamma, 3)
      let sum = 0
      for (let step = 0; step < 40; step++) sum += perturbMeasured(parameters(), perturb, step)
      expect(sum / 40, `gamma ${gamma}`).toBeCloseTo(1 / Math.sqrt(1 + gamma * gamma), 2)
    }
    const at = (seed: number, step: number): readonly Float32Array[] => {
      const these = parameters()
      perturbation('random', 1, seed)(these, step)
      return these.map(({ gradient }) => gradient.data)
    }
    expect(at(1, 1)).toEqual(at(1, 1))
    expect(at(1, 2)).not.toEqual(at(1, 1))
    expect(at(2, 1)).not.toEqual(at(1, 1))
  })
})
