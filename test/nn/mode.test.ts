import { describe, expect, it } from 'vitest'
import { activation, batchNorm, chain, dropout, isModal, residual, setTraining } from '../../src/nn/index.ts'

describe('the mode', () => {
  it('is training at first, and is set for every layer of a tree that has one', () => {
    const drop = dropout({ name: 'o', probability: 0.5, seed: 1 }), norm = batchNorm({ name: 'n', channels: 2 })
    const plain = activation({ name: 'g', kind: 'tanh' })
    const network = chain('c', [plain, residual({ name: 'r', inner: chain('d', [drop, norm]) })])
    expect([drop.training, norm.training]).toEqual([true, true])
    setTraining(network, false)
    expect([drop.training, norm.training]).toEqual([false, false])
    setTraining(network, true)
    expect([drop.training, norm.training]).toEqual([true, true])
    expect([drop, norm, plain, network].map(isModal)).toEqual([true, true, false, false])
    expect('training' in plain).toBe(false)
  })
})
