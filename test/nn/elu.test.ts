import { describe, expect, it } from 'vitest'
import { elu } from '../../src/nn/index.ts'
import { tensor } from '../../src/tensor/index.ts'
import { expectEmptyBatch, expectFilledInput, expectNamedMisuse, expectPlannedBuffers,
  randomTensor } from './layer-laws.ts'

describe('elu', () => {
  it('has limits of −1 and no kink at 0', () => {
    const layer = elu({ name: 'e' })
    expect([...layer.forward(tensor([1, 5], Float32Array.of(-Infinity, -1e-30, 0, 2, NaN))).data]).toEqual([-1,
      Math.fround(-1e-30), 0, 2, NaN])
    expect([...layer.backward(tensor([1, 5], new Float32Array(5).fill(3)), true)?.data ?? []]).toEqual([0, 3, 3, 3,
      NaN])
  })

  it('plans its buffers, takes an empty batch, names misuse', () => {
    expectPlannedBuffers((kernels) => elu({ name: 'e', kernels }), [4])
    expectEmptyBatch(elu({ name: 'e' }), [4])
    expectNamedMisuse(elu({ name: 'e' }), randomTensor(1, [3, 4]))
    expectFilledInput(elu({ name: 'e' }), randomTensor(1, [3, 4]))
  })
})
