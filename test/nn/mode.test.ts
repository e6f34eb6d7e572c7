import { describe, expect, it } from 'vitest'
import { activation, batchNorm, chain, dropout, inMode, residual } from '../../src/nn/index.ts'
import { isModal, setTraining } from '../../src/nn/mode.ts'
import { tensor } from '../../src/tensor/index.ts'

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

  it('is each layer’s own again after a stretch in one mode, whatever happens there', () => {
    const drop = dropout({ name: 'o', probability: 0.5, seed: 1 }), norm = batchNorm({ name: 'n', channels: 2 })
    const network = chain('c', [drop, norm])
    norm.training = false
    const modes = (): readonly boolean[] => [drop.training, norm.training]
    expect(inMode(network, false, modes)).toEqual([false, false])
    expect(modes()).toEqual([true, false])
    expect(inMode(network, true, modes)).toEqual([true, true])
    expect(() => inMode(network, true, () => norm.forward(tensor([1, 3])))).toThrow(RangeError)
    expect(modes()).toEqual([true, false])
  })
})
