import { describe, expect, it } from 'vitest'
import { batches } from '../../../src/data/index.ts'
import { backpropagation, mlp, trainer } from '../../../src/dfa/index.ts'
import { scoreOf } from '../../../src/lab/training/score.ts'
import { crossEntropy, initialize, type Reduction, sgd } from '../../../src/nn/index.ts'
import { normalInto, randomStream, tensor } from '../../../src/tensor/index.ts'

const inputs = tensor([10, 5], normalInto(new Float32Array(50), randomStream(1, 'x')))
const targets = tensor([10, 3])
for (let i = 0; i < 10; i++) targets.data[3 * i + (i % 3)] = 1

describe('scoreOf', () => {
  it.each(
    (['sum', 'mean'] as const satisfies readonly Reduction[]).flatMap((reduction) =>
      [3, 10].map((size) => [reduction, size] as const)
    ),
  )('counts every sample once under the %s, in batches of %i', (reduction, size) => {
    const network = mlp({ sizes: [5, 4, 3], activation: 'tanh' })
    initialize(network, 'uniform', 2)
    const run = trainer({ network, rule: backpropagation(), loss: crossEntropy(reduction), optimizer: sgd(0.1) })
    const { loss, accuracy } = scoreOf(run, batches({ inputs, targets, size, seed: 0, shuffle: false }), reduction)
    const whole = run.evaluate(inputs, targets)
    expect(loss).toBeCloseTo(reduction === 'mean' ? whole.loss : whole.loss / 10, 6)
    const right = [...Array(10).keys()].filter((i) => {
      const row = whole.output.data.subarray(3 * i, 3 * i + 3)
      return row.indexOf(Math.max(...row)) === i % 3
    })
    expect(accuracy).toBe(right.length / 10)
  })
})
