import { describe, expect, it } from 'vitest'
import { directFeedbackAlignment, trainer } from '../../src/dfa/index.ts'
import { type Reduction, sgd, squaredError } from '../../src/nn/index.ts'
import { network, normals, relativeDistance, valuesOf } from './networks.ts'

const RATE = 0.01

/** What one step of SGD adds to each parameter. */
function change(reduction: Reduction, hiddenReduction: Reduction | undefined): ReadonlyMap<string, Float32Array> {
  const layer = network()
  const run = trainer({
    network: layer,
    rule: directFeedbackAlignment(),
    loss: squaredError(reduction),
    optimizer: sgd(RATE),
    ...(hiddenReduction === undefined ? {} : { hiddenReduction }),
  })
  const before = valuesOf(layer)
  run.step(normals(7, 5, 1, 'x'), normals(7, 3, 1, 'y'))
  return new Map([...valuesOf(layer)].map(([name, w]) => [name, w.map((x, i) => x - (before.get(name)?.[i] ?? NaN))]))
}

describe('hiddenReduction', () => {
  it('multiplies the hidden layers’ step by the batch and leaves the last layer its own', () => {
    const mean = change('mean', undefined), mixed = change('mean', 'sum'), sum = change('sum', undefined)
    for (const [name, step] of mixed) {
      const isLast = name.startsWith('dense4')
      expect(relativeDistance(step, mean.get(name)?.map((x) => (isLast ? 1 : 7) * x) ?? []), name).toBeLessThan(1e-3)
      if (isLast) expect(step).toEqual(mean.get(name))
      else expect(relativeDistance(step, sum.get(name) ?? []), name).toBeLessThan(1e-3)
    }
  })

  it('divides where the loss is summed, and does nothing where both are the same', () => {
    const mixed = change('sum', 'mean'), mean = change('mean', undefined)
    expect(relativeDistance(mixed.get('dense1/weight') ?? [], mean.get('dense1/weight') ?? [])).toBeLessThan(1e-3)
    expect(change('mean', 'mean')).toEqual(mean)
  })

  it('refuses what is none', () => {
    expect(() => change('mean', 'median' as Reduction)).toThrow('trainer: hiddenReduction must be one of mean, sum')
  })
})
