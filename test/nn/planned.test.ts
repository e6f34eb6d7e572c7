import { describe, expect, it } from 'vitest'
import { allocateTensor, planned, required } from '../../src/nn/index.ts'
import { referenceKernels, tensor } from '../../src/tensor/index.ts'

describe('planned', () => {
  it('plans each size on first sight only, in whatever order they come', () => {
    const seen: number[] = []
    const buffers = planned((batch) => {
      seen.push(batch)
      return { batch }
    })
    const first = buffers(32)
    const last = buffers(7)
    for (const batch of [32, 32, 7, 32, 7, 7]) expect(buffers(batch)).toBe(batch === 32 ? first : last)
    expect(seen).toEqual([32, 7])
    expect(buffers(0)).toEqual({ batch: 0 })
    expect(seen).toEqual([32, 7, 0])
  })

  it('keeps two plans apart', () => {
    const one = planned(() => ({})), other = planned(() => ({}))
    expect(one(1)).not.toBe(other(1))
  })
})

describe('allocateTensor', () => {
  it('takes zeros from the tier', () => {
    const memory = new Float32Array(6)
    const asked: number[] = []
    const kernels = { ...referenceKernels, allocate: (length: number) => (asked.push(length), memory) }
    const a = allocateTensor(kernels, [2, 3])
    expect(a.data).toBe(memory)
    expect(a.shape).toEqual([2, 3])
    expect(asked).toEqual([6])
    expect(allocateTensor(referenceKernels, [])).toEqual(tensor([]))
  })
})

describe('required', () => {
  it('returns what is there and names the layer when nothing is', () => {
    const gradient = tensor([1])
    expect(required('d', gradient, [1])).toBe(gradient)
    expect(() => required('d', undefined, [1])).toThrow(new Error('d.backward: outputGradient must be given, got undefined'))
    expect(() => required('d', gradient, [2])).toThrow(new RangeError('d.backward: outputGradient must have shape [2], got [1]'))
  })
})
