import { describe, expect, it } from 'vitest'
import { backpropagation, mlp, trainer } from '../../../../src/dfa/index.ts'
import { crossEntropy, initialize, parametersOf, sgd } from '../../../../src/nn/index.ts'
import { batches } from '../../../../src/data/index.ts'
import { freshKernels } from '../../../../src/lab/kernels.ts'
import { deepData } from '../../../../src/lab/reproduce/deep/data.ts'
import { type DeepConfiguration, trainDeep, trainGroup } from '../../../../src/lab/reproduce/deep/training.ts'

const tools = { data: undefined, kernels: freshKernels, progress: () => {} }
const base: DeepConfiguration = {
  data: { dataset: 'clusters', side: 4, samples: 96, testSamples: 50, noise: 0 },
  hidden: [12, 12],
  activation: 'tanh',
  rule: 'DFA',
  rate: 3e-3,
  batch: 32,
  epochs: 5,
  records: 5,
  probe: 40,
  seed: 1,
}

describe('trainDeep', () => {
  it('measures at the start and at times in equal ratios, one entry each', () => {
    const curves = trainDeep(base, tools)
    expect(curves.steps[0]).toBe(0)
    expect(curves.steps.at(-1)).toBe(15)
    const { steps, gaLayers, waLayers, loss, error, testError, ga, wa } = curves
    for (const list of [loss, error, testError, ga, wa, ...gaLayers, ...waLayers]) {
      expect(list).toHaveLength(steps.length)
    }
    expect(JSON.parse(JSON.stringify(curves))).toEqual(curves)
    expect(trainDeep(base, tools)).toEqual(curves)
    expect(trainDeep({ ...base, seed: 2 }, tools)).not.toEqual(curves)
  })

  it('under BP is backpropagation bit for bit, while GA is measured against the feedback of DFA', () => {
    let trained: Float32Array[] = []
    const curves = trainDeep({ ...base, rule: 'BP' }, tools, {
      record: (network) => {
        trained = parametersOf(network).map(({ value }) => value.data.slice())
      },
    })
    const kernels = freshKernels('float32')
    const { training } = deepData(base.data, 1, undefined)
    const network = mlp({ sizes: [16, 12, 12, 10], activation: 'tanh', bias: false, kernels })
    initialize(network, 'uniform', 1)
    const run = trainer({
      network,
      rule: backpropagation(),
      loss: crossEntropy('sum', kernels),
      optimizer: sgd(3e-3, kernels),
      kernels,
    })
    const order = batches({ ...training, size: 32, seed: 1, kernels, dropLast: true })
    for (let step = 0; step < 15; step++) {
      const { input, target } = order.batch(Math.floor(step / 3), step % 3)
      run.step(input, target)
    }
    expect(trained).toEqual(parametersOf(network).map(({ value }) => value.data.slice()))
    expect(Math.abs(curves.ga[0] ?? 1)).toBeLessThan(0.5)
  })

  it('starts linear networks at zero, where no angle is defined, and learns targets that are no classes', () => {
    const curves = trainDeep({
      ...base,
      activation: 'linear',
      rate: 0.01,
      epochs: 60,
      data: { dataset: 'gaussian', samples: 96, inputs: 5, alpha: 1, beta: 1 },
    }, tools)
    expect([curves.ga[0], curves.wa[0], curves.error[0], curves.testError[0]]).toEqual([null, null, null, null])
    expect(curves.loss.at(-1)).toBeLessThan(curves.loss[0])
    expect(curves.ga.at(-1)).not.toBeNull()
  })

  it('scales the initial weights', () => {
    const first = (c: DeepConfiguration): number => {
      let weight = NaN
      const record = (network: Parameters<typeof parametersOf>[0]): void => {
        if (Number.isNaN(weight)) weight = parametersOf(network)[0].value.data[0]
      }
      trainDeep(c, tools, { record })
      return weight
    }
    expect(first({ ...base, initialScale: 0.1 })).toBeCloseTo(0.1 * first(base), 8)
    expect(trainDeep({ ...base, initialScale: 1 }, tools)).toEqual(trainDeep(base, tools))
  })

  it('names the step at which a training does not stay finite', () => {
    expect(() => trainDeep({ ...base, activation: 'relu', rate: 1e30 }, tools)).toThrow(/training stopped at step \d+/)
  })
})

describe('trainGroup', () => {
  it('has the curves of single trainings, and cosines of the weights of pairs', () => {
    const { seed, ...setting } = base
    const group = trainGroup({ ...setting, seeds: [seed, 2, 3] }, tools)
    expect(group.curves[0]).toEqual(trainDeep(base, tools))
    expect(group.cosineLayers).toHaveLength(3)
    expect(Math.abs(group.cosine.mean[0])).toBeLessThan(0.2)
    // The same seed three times: the same weights.
    const same = trainGroup({ ...setting, seeds: [seed, seed] }, tools)
    for (const list of [same.cosine.mean, ...same.cosineLayers]) {
      for (const value of list) expect(value).toBeCloseTo(1, 5)
    }
  })
})
