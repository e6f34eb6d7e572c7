import { describe, expect, it } from 'vitest'
import { scale } from '../../src/nn/index.ts'
import { tensor } from '../../src/tensor/index.ts'
import { expectEmptyBatch, expectFilledInput, expectNamedMisuse, expectPlannedBuffers } from './layer-laws.ts'

describe('scale', () => {
  it('multiplies both ways by the factor as float32, each product rounded', () => {
    const layer = scale({ name: 's', factor: Math.sqrt(48) })
    const x = Float32Array.of(1, -0.1, 3), dy = Float32Array.of(0.3, 0, -7)
    const times = (v: Float32Array): Float32Array => v.map((one) => Math.fround(Math.sqrt(48)) * one)
    expect(layer.forward(tensor([1, 3], x)).data).toEqual(times(x))
    expect(layer.backward(tensor([1, 3], dy), true)?.data).toEqual(times(dy))
  })

  it('refuses factors that are not positive', () => {
    for (const factor of [0, -1, NaN, 1e-60, 1e60]) expect(() => scale({ name: 's', factor })).toThrow(RangeError)
    expect(() => scale({ name: 's', factor: 0 })).toThrow('scale s: factor must be positive, got 0')
  })

  it('plans its buffers, takes an empty batch, names misuse', () => {
    expectPlannedBuffers((kernels) => scale({ name: 's', factor: 2, kernels }), [2, 3], [4])
    expectEmptyBatch(scale({ name: 's', factor: 2 }), [3])
    expectNamedMisuse(scale({ name: 's', factor: 2 }), tensor([2, 3]))
    expectFilledInput(scale({ name: 's', factor: 2 }), tensor([2, 3]))
  })
})
