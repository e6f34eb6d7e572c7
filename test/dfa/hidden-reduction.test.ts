import { describe, expect, it } from 'vitest'
import { directFeedbackAlignment, errorTap, feedbackPoint, trainer } from '../../src/dfa/index.ts'
import { chain, dense, embedding, initialize, parametersOf, type Reduction, sgd, squaredError,
  tokens } from '../../src/nn/index.ts'
import { tensor } from '../../src/tensor/index.ts'
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

  it('counts the rows of the loss, not those of the input', () => {
    const grown = (hiddenReduction: Reduction): Float32Array => {
      const layer = chain('n', [embedding({ name: 'e', vocabulary: 4, features: 3 }), tokens({ name: 't' }),
        feedbackPoint('p', 3), dense({ name: 'd', inputs: 3, outputs: 2 }), errorTap('tap')])
      initialize(layer, 'uniform', 1)
      const rule = directFeedbackAlignment()
      const run = trainer({ network: layer, rule, loss: squaredError('mean'), optimizer: sgd(RATE), hiddenReduction })
      const target = tensor([6, 2], Float32Array.from({ length: 12 }, (_, i) => i))
      run.step(tensor([2, 3], Float32Array.of(0, 1, 2, 3, 1, 1)), target)
      return parametersOf(layer)[0].gradient.data.slice()
    }
    // Two sequences of three tokens.
    expect(relativeDistance(grown('sum'), grown('mean').map((x) => 6 * x))).toBeLessThan(1e-6)
  })

  it('refuses what is none', () => {
    expect(() => change('mean', 'median' as Reduction)).toThrow('trainer: hiddenReduction must be one of mean, sum')
  })
})
