// Owners that take turns: the sources run uncompiled here. Threads are tested in test/slow/layer-parallel.test.ts.

import { describe, expect, it } from 'vitest'
import { layerParallel } from '../../../src/lab/parallel/layer-parallel.ts'
import type { ParallelConfiguration } from '../../../src/lab/parallel/configuration.ts'
import type { UpdateOrder } from '../../../src/lab/parallel/team.ts'
import { initialize, parametersOf } from '../../../src/nn/index.ts'
import { mlp } from '../../../src/dfa/index.ts'
import { tensor } from '../../../src/tensor/index.ts'
import { configuration, data, expected, STEPS, VARIANTS } from './runs.ts'

const ORDERS: Readonly<Record<string, UpdateOrder>> = {
  upwards: (_step, owners) => Array.from({ length: owners }, (_, i) => i),
  downwards: (_step, owners) => Array.from({ length: owners }, (_, i) => owners - 1 - i),
  'another one at each step': (step, owners) => Array.from({ length: owners }, (_, i) => (i + step) % owners),
}

describe('layerParallel', () => {
  for (const [name, changes] of VARIANTS) {
    it(`has the bits of the trainer with 1 to 4 owners and any order of updates: ${name}`, async () => {
      const want = expected(configuration(changes))
      for (const owners of [1, 2, 3, 4]) {
        for (const [orderName, order] of Object.entries(ORDERS)) {
          const run = configuration({ ...changes, owners })
          const { train, parameters, starts, kind } = await layerParallel(run, { order })
          expect([starts.length, kind]).toEqual([owners, 'turns'])
          const { inputs, targets } = data(run)
          const what = `${owners} owners, ${orderName}`
          expect([...await train(inputs, targets, STEPS)], what).toEqual(want.losses)
          expect(new Map((await parameters()).map((array) => [array.name, array.data])), what).toEqual(want.parameters)
        }
      }
    })
  }

  it('goes on where it stopped: several calls make one run, step by step too', async () => {
    const run = configuration({ optimizer: { name: 'adam' } })
    const want = expected(run, 6)
    const { inputs, targets } = data(run)
    const engine = await layerParallel(run)
    const losses = [...await engine.train(inputs, targets)]
    for (let at = 0; at < 3; at++) {
      losses.push(
        await engine.step(tensor([5, 6], inputs.data.slice(at * 30, (at + 1) * 30)),
          tensor([5, 4], targets.data.slice(at * 20, (at + 1) * 20))),
      )
    }
    expect(losses).toEqual(want.losses)
    expect(engine.steps).toBe(6)
  })

  it('starts from the parameters of mlp, by name and value; uniform with seed 0 unless told otherwise', async () => {
    const run = configuration({ sizes: [5, 4, 3, 2], owners: 3 })
    const network = mlp({ sizes: run.sizes, activation: 'tanh' })
    const values = (): unknown => parametersOf(network).map(({ name, value }) => ({ name, data: value.data }))
    initialize(network, 'uniform', 1)
    expect(await (await layerParallel(run)).parameters()).toEqual(values())
    initialize(network, 'uniform', 0)
    const { initialization: _, ...plain } = run
    expect(await (await layerParallel(plain)).parameters()).toEqual(values())
    initialize(network, 'gaussian', 3, 0.5)
    const gaussian = { ...run, initialization: { kind: 'gaussian', seed: 3, scale: 0.5 } } as const
    expect(await (await layerParallel(gaussian)).parameters()).toEqual(values())
  })

  it('trains a network without hidden layers', async () => {
    const run = configuration({ sizes: [6, 4], owners: 1 })
    const { inputs, targets } = data(run)
    const { train } = await layerParallel(run)
    expect([...await train(inputs, targets, STEPS)]).toEqual(expected(run).losses)
  })

  it.each<readonly [string, Partial<ParallelConfiguration>, string]>([['a rule with hooks', {
    rule: { name: 'kolen-pollack' },
  }, 'got kolen-pollack, which has beforeUpdate'], ['backpropagation', { rule: { name: 'backpropagation' } },
    'which uses the gradient from above at point1'], ['an unknown rule', { rule: { name: 'toString' } },
    'layerParallel: rule must be one of backpropagation, '], ['an unknown optimizer', {
    optimizer: { name: 'lion' as 'sgd', rate: 1 },
  }, 'layerParallel: optimizer must be one of sgd, momentum-sgd, adam, adam-w, got "lion"'], ['a rate of zero', {
    optimizer: { name: 'sgd', rate: 0 },
  }, 'sgd: rate must be positive, got 0'], ['an unknown loss', { loss: { name: 'hinge' as 'cross-entropy' } },
    'layerParallel: loss must be one of squared-error, cross-entropy, got "hinge"'], ['an unknown activation', {
    activation: 'gelu' as 'tanh',
  }, 'activation: kind must be one of linear'], ['unknown initial weights', {
    initialization: { kind: 'ones' as 'zero' },
  }, 'initialize: kind must be one of zero'], ['more owners than segments', { owners: 5 },
    'layerParallel: owners must be at most 4, one per segment, got 5'], ['no owner', { owners: 0 },
    'layerParallel: owners must be a whole number of at least 1, got 0'], ['an empty batch', { batch: 0 },
    'layerParallel: batch must be a whole number of at least 1, got 0'], ['a lone size', { sizes: [3] },
    'layerParallel: sizes must hold at least inputs and outputs, got [3]'], ['sizes that are no list', {
    sizes: undefined as never,
  }, 'layerParallel: sizes must be an array, got undefined'], ['a number for sizes', { sizes: 3 as never },
    'layerParallel: sizes must be an array, got 3'], ['no optimizer', { optimizer: undefined as never },
    'layerParallel: optimizer must be an object, got undefined'], ['a loss by name alone', {
    loss: 'cross-entropy' as never,
  }, 'layerParallel: loss must be an object, got "cross-entropy"'], ['no initial weights at all', {
    initialization: null as never,
  }, 'layerParallel: initialization must be an object, got null'], ['a misspelt key',
    { acumulation: 'float32' } as object,
    'layerParallel: configuration must have known keys only, got "acumulation"; did you mean accumulation?'], [
    'a key like nothing known',
    { batchsize: 3 } as object,
    'layerParallel: configuration must have known keys only (sizes, activation, bias, initialization, rule, '
    + 'optimizer, loss, batch, owners, tier, accumulation), got "batchsize"',
  ], ['a misspelt key of the optimizer', { optimizer: { name: 'momentum-sgd', rate: 0.1, momentun: 0.5 } as never },
    'layerParallel: optimizer must have known keys only, got "momentun"; did you mean momentum?'], [
    'a key of another optimizer',
    { optimizer: { name: 'sgd', rate: 0.1, momentum: 0.5 } as never },
    'layerParallel: optimizer must have known keys only (name, rate), got "momentum"',
  ], ['a misspelt key of the rule', { rule: { name: 'frozen', sed: 1 } as never },
    'layerParallel: rule must have known keys only, got "sed"; did you mean seed?'], ['a misspelt key of the loss', {
    loss: { name: 'cross-entropy', reductoin: 'sum' } as never,
  }, 'layerParallel: loss must have known keys only, got "reductoin"; did you mean reduction?'], [
    'a misspelt key of the initial weights',
    { initialization: { kind: 'uniform', scael: 2 } as never },
    'layerParallel: initialization must have known keys only, got "scael"; did you mean scale?',
  ], ['a width of zero', { sizes: [3, 0, 2] }, 'layerParallel: sizes[1] must be a whole number of at least 1, got 0']])(
    'refuses %s before any owner starts',
    async (_what, changes, message) => {
      await expect(layerParallel(configuration(changes))).rejects.toThrow(message)
    },
  )

  it('refuses data that do not fit, and goes on', async () => {
    const run = configuration()
    const { inputs, targets } = data(run)
    const { train, steps } = await layerParallel(run)
    await expect(train(tensor([15, 5]), targets)).rejects.toThrow(
      'train: inputs must have shape [N, 6] with N a multiple of 5, got [15, 5]',
    )
    await expect(train(tensor([12, 6]), targets)).rejects.toThrow(
      'train: inputs must have shape [N, 6] with N a multiple of 5, got [12, 6]',
    )
    await expect(train(tensor([0, 6]), tensor([0, 4]))).rejects.toThrow('train: inputs must have shape')
    await expect(train(inputs, tensor([10, 4]))).rejects.toThrow(
      'train: targets must have shape [N, 4] with N a multiple of 5 and 15, got [10, 4]',
    )
    const [six, short] = [[15, 6], new Float32Array(7)]
    await expect(train({ shape: six, data: short }, targets)).rejects.toThrow(
      new RangeError('train: inputs.data must have 90 elements, got 7'),
    )
    await expect(train(inputs, { shape: [15, 4], data: new Float32Array(61) })).rejects.toThrow(
      new RangeError('train: targets.data must have 60 elements, got 61'),
    )
    await expect(train({ shape: six, data: new Float64Array(90) as never }, targets)).rejects.toThrow(
      new TypeError('train: inputs.data must be a Float32Array, got Float64Array(90)'),
    )
    await expect(train(inputs, targets, 0)).rejects.toThrow('train: steps must be a whole number of at least 1, got 0')
    expect(steps).toBe(0)
    expect([...await train(inputs, targets, STEPS)]).toEqual(expected(run).losses)
  })

  it('stops at a loss that is not finite, naming owner, step and place, and refuses later calls', async () => {
    const run = configuration({ loss: { name: 'squared-error' } })
    const { inputs, targets } = data(run)
    inputs.data[31] = NaN
    const { train, parameters } = await layerParallel(run)
    const message = 'layerParallel: owner 1 (dense3 to dense4): training stopped at step 1: loss is NaN, '
      + 'what reaches dense3 is not finite'
    await expect(train(inputs, targets, STEPS)).rejects.toThrow(message)
    await expect(train(inputs, targets, STEPS)).rejects.toThrow(message)
    await expect(parameters()).rejects.toThrow(message)
  })

  it('refuses a second call while one is under way, and every call once it is closed', async () => {
    const run = configuration()
    const { inputs, targets } = data(run)
    const { train, parameters, close } = await layerParallel(run)
    const first = train(inputs, targets, STEPS)
    await expect(train(inputs, targets, STEPS)).rejects.toThrow(
      'layerParallel: a call must wait for the one before, got two at once',
    )
    expect([...await first]).toEqual(expected(run).losses)
    await close()
    await expect(parameters()).rejects.toThrow('layerParallel: the run must be open, got a call after close')
  })
})
