import { describe, expect, it } from 'vitest'
import { activation, batchNorm, chain, dropout, keptState, stateOf } from '../../src/nn/index.ts'
import { isStateful } from '../../src/nn/state.ts'

describe('the state', () => {
  it('is everything that layers remember, in forward order, named after them, and never a parameter', () => {
    const drop = dropout({ name: 'o', probability: 0.5, seed: 1 }), norm = batchNorm({ name: 'n', channels: 2 })
    const plain = activation({ name: 'g', kind: 'tanh' })
    const network = chain('c', [plain, norm, chain('d', [drop])])
    expect(stateOf(network)).toEqual([{ name: 'n/mean', data: Float64Array.of(0, 0) }, {
      name: 'n/variance',
      data: Float64Array.of(1, 1),
    }, { name: 'o/steps', data: Float64Array.of(0) }])
    expect(stateOf(network)[2]).toBe(drop.steps)
    expect([drop, norm, plain, network].map(isStateful)).toEqual([true, true, false, false])
    expect(stateOf(plain)).toEqual([])
  })

  it('is put back as it was kept last', () => {
    const norm = batchNorm({ name: 'n', channels: 1 })
    const { keep, putBack } = keptState(chain('c', [norm]))
    norm.runningMean.data[0] = 3
    keep()
    norm.runningMean.data[0] = NaN
    putBack()
    expect([...norm.runningMean.data, ...norm.runningVariance.data]).toEqual([3, 1])
  })
})
