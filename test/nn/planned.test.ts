import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { allocateTensor, planned, required } from '../../src/nn/index.ts'
import type { Space } from '../../src/nn/planned.ts'
import { referenceKernels, tensor } from '../../src/tensor/index.ts'

describe('planned', () => {
  const anywhere = <T>(plan: (shape: readonly number[], space: Space) => T) => planned('here', referenceKernels, plan)

  it('plans each shape on first sight only, whichever axis differs, one shape the beginning of another', () => {
    const shapes = [[2, 3], [2, 4], [2, 3, 1], [3, 2], [2], [], [0, 3]]
    const seen: (readonly number[])[] = []
    const buffers = anywhere((shape) => {
      seen.push(shape)
      return { shape }
    })
    const first = shapes.map((shape) => buffers(tensor(shape)))
    for (const at of [0, 0, 1, 0, 6, 2, 0, 3, 4, 5, 4, 2, 1]) expect(buffers(tensor(shapes[at]))).toBe(first[at])
    expect(seen).toEqual(shapes)
  })

  it('keeps two plans apart, and a plan when the array that named its shape changes', () => {
    const plan = (shape: readonly number[], space: Space) => space.tensor(shape)
    const buffers = anywhere(plan), other = anywhere(plan)
    const shape = [2, 3]
    const first = buffers({ shape, data: new Float32Array(6) })
    first.data.fill(7)
    expect(other(tensor(shape))).toEqual(tensor([2, 3]))
    shape[1] = 4
    expect(buffers(tensor(shape)).shape).toEqual([2, 4])
    expect(first.shape).toEqual([2, 3])
  })

  it('plans again after a plan that threw', () => {
    let fails = true
    const buffers = anywhere((shape, space) => {
      const first = space.float32(2), second = space.float32(shape[0])
      if (fails) throw new RangeError('no')
      return [first, second]
    })
    expect(() => buffers(tensor([2, 3]))).toThrow('no')
    fails = false
    expect(buffers(tensor([3, 3])).map(({ length }) => length)).toEqual([2, 3])
  })

  it('lets all shapes share the memory of the largest, array by array, and drops what was outgrown', () => {
    const asked: number[] = []
    const kernels = {
      ...referenceKernels,
      allocate: (length: number) => (asked.push(length), new Float32Array(length)),
    }
    const buffers = planned('here', kernels,
      ([length], space) => ({ x: space.tensor([length]), places: space.int32(10 - length), sums: space.float64(3) }))
    const large = buffers(tensor([4])), small = buffers(tensor([2]))
    expect(asked).toEqual([4, 6, 12])
    expect(small.x.data.buffer).toBe(large.x.data.buffer)
    expect([small.x.data.length, large.x.data.length, small.places.length]).toEqual([2, 4, 8])
    small.x.data.fill(7)
    expect([...buffers(tensor([4])).x.data]).toEqual([7, 7, 0, 0])
    const larger = buffers(tensor([5]))
    expect(asked).toEqual([4, 6, 12, 8])
    // The next shape within the doubled length, then one far beyond it.
    expect(buffers(tensor([2])).x.data.buffer).toBe(larger.x.data.buffer)
    expect(buffers(tensor([8])).x.data.buffer).toBe(larger.x.data.buffer)
    buffers(tensor([9]))
    expect(asked).toEqual([4, 6, 12, 8, 16])
    expect(new Set([large, buffers(tensor([4]))].map(({ sums }) => sums.buffer)).size).toBe(1)
  })

  it('keeps the views of 64 shapes', () => {
    const seen: number[] = []
    const buffers = anywhere(([length]) => seen.push(length))
    const round = (count: number): void => {
      for (let i = 0; i < count; i++) buffers(tensor([i]))
    }
    round(64)
    round(64)
    expect(seen).toHaveLength(64)
    round(65)
    expect(seen).toHaveLength(65)
    buffers(tensor([1]))
    expect(seen).toHaveLength(65)
    buffers(tensor([0]))
    expect(seen).toHaveLength(66)
  })

  it('looks whether an input fills its shape, before anything is planned', () => {
    const seen: unknown[] = []
    const buffers = anywhere((shape) => seen.push(shape))
    const given = (length: number) => () => buffers({ shape: [2, 3], data: new Float32Array(length) })
    const message = (length: number) => `here: input must have 6 elements for shape [2, 3], got ${length}`
    expect(given(5)).toThrow(new RangeError(message(5)))
    expect(seen).toEqual([])
    given(6)()
    expect(given(0)).toThrow(new RangeError(message(0)))
    expect(given(7)).toThrow(new RangeError(message(7)))
  })

  it('allocates nothing while shapes alternate', () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const inputs = [[2, 64, 8], [2, 65, 8], [3, 64, 8]].map((shape) => tensor(shape))
    const buffers = anywhere((shape, space) => space.tensor(shape))
    const run = (lookups: number): void => {
      for (let i = 0; i < lookups; i++) buffers(inputs[i % 3])
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
