import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { allocateTensor, planned, required } from '../../src/nn/index.ts'
import { plannedByShape } from '../../src/nn/planned.ts'
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
    // Nothing stands for a size that has not come yet.
    expect(planned((batch) => ({ batch }))(-1)).toEqual({ batch: -1 })
  })

  it('keeps two plans apart', () => {
    const one = planned(() => ({})), other = planned(() => ({}))
    expect(one(1)).not.toBe(other(1))
  })
})

describe('plannedByShape', () => {
  it('plans each shape on first sight only, whichever axis differs, one shape the beginning of another', () => {
    const shapes = [[2, 3], [2, 4], [2, 3, 1], [3, 2], [2], [], [0, 3]]
    const seen: (readonly number[])[] = []
    const buffers = plannedByShape((shape) => {
      seen.push(shape)
      return { shape }
    })
    const first = shapes.map((shape) => buffers([...shape]))
    for (const at of [0, 0, 1, 0, 6, 2, 0, 3, 4, 5, 4, 2, 1]) expect(buffers([...shapes[at]])).toBe(first[at])
    expect(seen).toEqual(shapes)
  })

  it('keeps a plan when the array that named its shape changes', () => {
    const buffers = plannedByShape((shape) => ({ shape }))
    const shape = [2, 3]
    const first = buffers(shape)
    shape[1] = 4
    expect(buffers(shape)).toEqual({ shape: [2, 4] })
    expect(buffers([2, 3])).toBe(first)
    expect(first).toEqual({ shape: [2, 3] })
  })

  it('plans again after a plan that threw', () => {
    let fails = true
    const buffers = plannedByShape((shape) => {
      if (fails) throw new RangeError('no')
      return { shape }
    })
    expect(() => buffers([2, 3])).toThrow('no')
    fails = false
    expect(buffers([2, 3])).toEqual({ shape: [2, 3] })
  })

  it('allocates nothing while shapes alternate', () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const shapes = [[2, 64, 8], [2, 65, 8], [3, 64, 8]]
    const buffers = plannedByShape((shape) => ({ shape }))
    const run = (lookups: number): void => {
      for (let i = 0; i < lookups; i++) buffers(shapes[i % 3])
    }
    run(100_000)
    collect()
    // No collection in between: what a look-up throws away counts, and the smallest object has 12 bytes.
    const before = process.memoryUsage().heapUsed
    run(50_000)
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(300_000)
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
    expect(() => required('d', undefined, [1])).toThrow(
      new Error('d.backward: outputGradient must be given, got undefined'),
    )
    expect(() => required('d', gradient, [2])).toThrow(
      new RangeError('d.backward: outputGradient must have shape [2], got [1]'),
    )
  })
})
