import { describe, expect, it } from 'vitest'
import { batches } from '../../../src/data/index.ts'
import { silentLayer } from '../../../src/lab/training/silent.ts'
import { activation, chain, concatenation, dense, dropout, initialize, type Layer,
  residual } from '../../../src/nn/index.ts'
import { normalInto, randomStream, tensor } from '../../../src/tensor/index.ts'

const inputs = tensor([20, 4], normalInto(new Float32Array(80), randomStream(1, 'x')))
const targets = tensor([20, 1])
const reader = batches({ inputs, targets, size: 6, seed: 0, shuffle: false })
const started = (network: Layer): Layer => {
  initialize(network, 'uniform', 1)
  return network
}
const block = (name: string): Layer =>
  chain(name, [dense({ name: `${name}/dense`, inputs: 4, outputs: 4 }),
    activation({ name: `${name}/relu`, kind: 'relu' })])
/** Sets the bias of the layer so low that no sample passes the relu above; or only some of them. */
function lower(network: Layer, name: string, bias: number): void {
  const parameter = allParameters(network).find((one) => one.name === `${name}/bias`)
  parameter?.value.data.fill(bias)
}
const allParameters = (
  layer: Layer,
): Layer['parameters'] => [...layer.parameters, ...layer.children.flatMap(allParameters)]

describe('silentLayer', () => {
  it.each<[string, (inner: readonly Layer[]) => Layer]>([['a chain', (inner) => chain('c', inner)], ['a way around',
    (inner) => chain('c', [inner[0], residual({ name: 'r', inner: inner[1] })])], ['branches',
    (inner) => concatenation({ name: 'b', branches: inner })]])(
      'finds the lowest layer that is 0 on all samples, in %s',
      (_, make) => {
        const network = started(make([block('one'), block('two')]))
        expect(silentLayer(network, reader)).toBeUndefined()
        lower(network, 'two/dense', -100)
        expect(silentLayer(network, reader)).toBe('two/relu')
      },
    )

  it('asks for all batches: a unit that one sample wakes lives', () => {
    const network = started(block('one'))
    const values = inputs.data.slice()
    values.fill(0)
    values[4 * 19] = 1
    const last = batches({ inputs: tensor([20, 4], values), targets, size: 6, seed: 0, shuffle: false })
    lower(network, 'one/dense', 0)
    allParameters(network)[0].value.data.fill(1)
    expect(silentLayer(network, last)).toBeUndefined()
    values[4 * 19] = -1
    expect(
      silentLayer(network, batches({ inputs: tensor([20, 4], values), targets, size: 6, seed: 0, shuffle: false })),
    ).toBe('one/relu')
  })

  it('looks in evaluation mode, and leaves layers in their own', () => {
    const drop = dropout({ name: 'drop', probability: 0.9, seed: 1 })
    const network = started(chain('c', [dense({ name: 'd', inputs: 4, outputs: 1 }), drop]))
    expect(silentLayer(network, batches({ inputs, targets, size: 1, seed: 0, shuffle: false }))).toBeUndefined()
    expect((drop as { training?: boolean }).training).toBe(true)
  })
})
