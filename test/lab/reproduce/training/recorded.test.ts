import { describe, expect, it } from 'vitest'
import { batches } from '../../../../src/data/index.ts'
import { backpropagation, feedbackAlignment, mlp, trainer } from '../../../../src/dfa/index.ts'
import { recordedTraining, type RecordedTrainingOptions } from '../../../../src/lab/reproduce/training/recorded.ts'
import { crossEntropy, initialize, parametersOf, sgd, squaredError } from '../../../../src/nn/index.ts'
import { blockedKernels, normalInto, randomStream, tensor } from '../../../../src/tensor/index.ts'

const samples = (count: number) => {
  const inputs = tensor([count, 5], normalInto(new Float32Array(5 * count), randomStream(1, 'x')))
  const targets = tensor([count, 3])
  for (let i = 0; i < count; i++) targets.data[3 * i + (i % 3)] = 1
  return { inputs, targets }
}
const network = () => {
  const net = mlp({ sizes: [5, 4, 3], activation: 'tanh' })
  initialize(net, 'uniform', 2)
  return net
}
const options = (more: Partial<RecordedTrainingOptions> = {}): RecordedTrainingOptions => ({
  network: network(),
  rule: backpropagation(),
  loss: crossEntropy('sum'),
  kernels: blockedKernels,
  training: samples(10),
  rate: 0.1,
  batch: 4,
  epochs: 3,
  seed: 6,
  ...more,
})

describe('recordedTraining', () => {
  it('is the plain loop, measured before the first step and at the times asked for', () => {
    const net = network()
    const run = trainer({ network: net, rule: backpropagation(), loss: crossEntropy('sum'), optimizer: sgd(0.1) })
    const order = batches({ ...samples(10), size: 4, seed: 6 })
    const means = [0, 1, 2].map((epoch) => {
      const losses = [0, 1, 2].map((index) => {
        const { input, target } = order.batch(epoch, index)
        return run.step(input, target)
      })
      return (losses[0] + losses[1] + losses[2]) / 3
    })
    const training = recordedTraining(options())
    expect([training.perEpoch, training.total]).toEqual([3, 9])
    const seen: number[] = []
    const shares: number[] = []
    training.run({
      times: [0, 2, 9],
      measure: () => seen.push(training.trainer.steps),
      progress: (share) => shares.push(share),
    })
    expect([seen, training.steps]).toEqual([[0, 2, 9], [0, 2, 9]])
    expect([shares.length, shares[8]]).toEqual([9, 1])
    expect(training.epochLosses).toEqual(means)
    expect(parametersOf(training.trainer.network).map(({ value }) => value.data)).toEqual(
      parametersOf(net).map(({ value }) => value.data),
    )
  })

  it('leaves a short last batch out when asked, but never the only one', () => {
    expect(recordedTraining(options({ dropLast: true })).perEpoch).toBe(2)
    expect(recordedTraining(options({ dropLast: true, batch: 16 })).perEpoch).toBe(1)
  })

  it('ends at a measurement when told to, and may change its rule at one', () => {
    const training = recordedTraining(options())
    const rules: string[] = []
    training.run({
      times: [0, 2, 5, 7],
      measure() {
        if (training.trainer.steps === 2) training.trainer.switchRule(feedbackAlignment())
        rules.push(String(training.trainer.steps))
      },
      until: () => training.trainer.steps >= 5,
      progress() {},
    })
    expect([rules, training.steps, training.trainer.steps]).toEqual([['0', '2', '5'], [0, 2, 5], 5])
    const plain = recordedTraining(options())
    plain.run({ times: [5], measure() {}, until: () => true, progress() {} })
    expect(plain.trainer.steps).toBe(5)
    expect(plain.epochLosses).toHaveLength(1)
    // It goes on where it was, to the end that it would have had.
    plain.run({ times: [], measure() {}, progress() {} })
    const whole = recordedTraining(options())
    whole.run({ times: [], measure() {}, progress() {} })
    expect([plain.trainer.steps, plain.epochLosses]).toEqual([9, whole.epochLosses])
    const weights = ({ trainer: { parameters } }: typeof plain) => parameters.map(({ value }) => value.data)
    expect(weights(training)).not.toEqual(weights(plain))
  })

  it('scores a split of any size, in batches of any size', () => {
    const training = recordedTraining(options())
    const [small, whole] = [3, 500].map((size) => training.score(samples(7), size))
    expect(small.loss).toBeCloseTo(whole.loss, 6)
    expect(small.accuracy).toBe(whole.accuracy)
    expect(whole.loss).toBeCloseTo(training.trainer.evaluate(samples(7).inputs, samples(7).targets).loss / 7, 6)
  })

  it('gives the error of a forward pass', () => {
    const training = recordedTraining(options({ loss: squaredError('sum') }))
    const probe = samples(6)
    const error = training.errorAt(probe)
    const output = training.trainer.evaluate(probe.inputs, probe.targets).output
    expect(error.data).toEqual(output.data.map((y, i) => Math.fround(y - probe.targets.data[i])))
  })

  it('keeps what was measured when a training does not stay finite', () => {
    const training = recordedTraining(options({ loss: squaredError('sum'), rate: 1e20, epochs: 20 }))
    expect(() => training.run({ times: [0, 1], measure: () => {}, progress: () => {} })).toThrow('training stopped')
    expect(training.steps).toEqual([0, 1])
    expect(training.epochLosses.length).toBeLessThan(20)
  })
})
