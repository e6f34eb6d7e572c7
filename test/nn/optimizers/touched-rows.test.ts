import { describe, expect, it } from 'vitest'
import { backpropagation, trainer } from '../../../src/dfa/index.ts'
import { adam, adamW, binaryCrossEntropy, chain, clipByNorm, clipByValue, type Clipping, fieldEmbedding, fieldSum,
  initialize, type Layer, momentumSgd, type Optimizer, type Parameter, parametersOf,
  sgd } from '../../../src/nn/index.ts'
import { fromRows, type Tensor, tensor } from '../../../src/tensor/index.ts'

const OPTIMIZERS: Readonly<Record<string, () => Optimizer>> = {
  sgd: () => sgd(0.1),
  momentum: () => momentumSgd({ rate: 0.1, coupledDecay: 0.01 }),
  adam: () => adam({ rate: 0.1 }),
  'adam-w': () => adamW({ rate: 0.1 }),
}
const CLIPPINGS: Readonly<Record<string, Clipping | undefined>> = {
  none: undefined,
  norm: clipByNorm(0.05),
  value: clipByValue(0.02),
}

/** Every category in every batch. */
const FULL = [fromRows([[0, 0], [1, 1], [0, 2], [1, 0]]), fromRows([[1, 2], [0, 1], [1, 0]])]
const PART = [fromRows([[0, 0], [0, 1]]), fromRows([[1, 1]]), fromRows([[0, 0]])]

function network(): Layer {
  const made = chain('c', [fieldEmbedding({ name: 'e', vocabularies: [2, 3], features: 1 }),
    fieldSum({ name: 's', features: 1 })])
  initialize(made, 'normal', 3)
  return made
}

/** The same optimizer and clipping, told nothing of touched rows. */
const asDense = (parameter: Parameter): Parameter => ({ name: parameter.name, value: parameter.value,
  gradient: parameter.gradient })

/** All values after some epochs. */
function valuesAfter(make: () => Optimizer, clip: Clipping | undefined, inputs: readonly Tensor[],
  isDense: boolean): readonly Float32Array[]
{
  const layer = network()
  const optimizer = make()
  const loss = binaryCrossEntropy()
  const parameters = parametersOf(layer).map((one) => (isDense ? asDense(one) : one))
  optimizer.prepare(parameters)
  for (let epoch = 0; epoch < 4; epoch++) {
    for (const x of inputs) {
      const output = layer.forward(x)
      const error = tensor(output.shape)
      loss.evaluateInto(error, output, tensor(output.shape, Float32Array.from(output.data, (_, i) => i % 2)))
      layer.backward(error, false)
      clip?.(parameters)
      optimizer.step(parameters)
    }
  }
  return parametersOf(layer).map(({ value }) => value.data)
}

describe.each(Object.entries(OPTIMIZERS))('%s on touched rows', (name, make) => {
  it.each(Object.entries(CLIPPINGS))('has the dense bits where every batch touches every row, clipped by %s',
    (_kind, clip) => {
      expect(valuesAfter(make, clip, FULL, false)).toEqual(valuesAfter(make, clip, FULL, true))
    })

  it('differs from dense steps only by what it does to the rows that a batch does not see', () => {
    const [lazy, dense] = [false, true].map((isDense) => valuesAfter(make, undefined, PART, isDense))
    // Plain descent has nothing to do there; the others would move by what they remember, or decay.
    if (name === 'sgd') expect(lazy).toEqual(dense)
    else expect(lazy[0]).not.toEqual(dense[0])
    // Category 2 of the second field is in no batch.
    expect(lazy[0][4]).toBe(parametersOf(network())[0].value.data[4])
  })

  it('goes on from a checkpoint to the bit', () => {
    const run = (stop: boolean): readonly Float32Array[] => {
      let layer = network()
      const start = () =>
        trainer({ network: layer, rule: backpropagation(), loss: binaryCrossEntropy(), optimizer: make() })
      let training = start()
      for (let step = 0; step < 9; step++) {
        if (stop && step === 4) {
          const state = training.state().map(({ name: own, data }) => ({ name: own, data: data.slice() }))
          const values = parametersOf(layer).map(({ value }) => value.data.slice())
          layer = network()
          parametersOf(layer).forEach(({ value }, i) => value.data.set(values[i]))
          training = start()
          training.restore(step, state)
        }
        const input = PART[step % 3]
        training.step(input, tensor([input.shape[0], 1]))
      }
      return parametersOf(layer).map(({ value }) => value.data)
    }
    expect(run(true)).toEqual(run(false))
  })
})

describe('a step on touched rows', () => {
  it('reads and writes nothing of the rest of the table', () => {
    const layer = fieldEmbedding({ name: 'e', vocabularies: [4], features: 2 })
    const optimizer = adam({ rate: 0.1 })
    const { weight } = layer
    optimizer.prepare([weight])
    layer.forward(fromRows([[2]]))
    layer.backward(tensor([1, 1, 2], Float32Array.of(1, -1)), false)
    // Whatever stood there would be seen.
    for (const { data } of [weight.value, weight.gradient]) data.fill(NaN, 0, 4)
    clipByNorm(1)([weight])
    clipByValue(0.25)([weight])
    expect([...weight.gradient.data.subarray(4)]).toEqual([0.25, -0.25, 0, 0])
    optimizer.step([weight])
    expect([...weight.value.data.subarray(4, 6)].map((v) => Math.round(1e6 * v))).toEqual([-100000, 100000])
    expect([...optimizer.state()[0].data.subarray(0, 4)]).toEqual([0, 0, 0, 0])
  })
})
