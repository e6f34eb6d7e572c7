import { describe, expect, it } from 'vitest'
import { checkSameShape, checkShape, fromRows, sameShape, sizeOf, tensor } from '../../src/tensor/tensor.ts'

describe('sizeOf', () => {
  it('is the product of the axes, 1 for a scalar', () => {
    expect(sizeOf([])).toBe(1)
    expect(sizeOf([2, 3, 4])).toBe(24)
    expect(sizeOf([5, 0, 7])).toBe(0)
    expect(sizeOf([2 ** 26, 2 ** 26])).toBe(2 ** 52)
  })

  it('refuses sizes that are not whole and products that are not exact', () => {
    expect(() => sizeOf([2, -1])).toThrow(
      new RangeError('sizeOf: shape[1] must be a whole number of at least 0, got -1'),
    )
    expect(() => sizeOf([1.5])).toThrow(RangeError)
    expect(() => sizeOf(['2' as never])).toThrow(TypeError)
    expect(() => sizeOf([2 ** 27, 2 ** 26])).toThrow(
      new RangeError('sizeOf: shape must have fewer than 2^53 elements, got [134217728, 67108864]'),
    )
  })
})

describe('tensor', () => {
  it('holds zeros of its shape when no data is given', () => {
    expect(tensor([2, 3])).toEqual({ shape: [2, 3], data: new Float32Array(6) })
    expect(tensor([]).data).toEqual(new Float32Array(1))
    expect(tensor([3, 0]).data.length).toBe(0)
  })

  it('keeps the given data without a copy, but not the given shape', () => {
    const data = Float32Array.of(1, 2)
    const shape = [1, 2]
    const a = tensor(shape, data)
    shape[0] = 9
    expect(a.data).toBe(data)
    expect(a.shape).toEqual([1, 2])
  })

  it('refuses data of another kind or size', () => {
    expect(() => tensor([2], [1, 2] as never)).toThrow(new TypeError('tensor: data must be a Float32Array, got [1, 2]'))
    expect(() => tensor([2], new Float64Array(2) as never)).toThrow(TypeError)
    expect(() => tensor([2, 2], new Float32Array(3))).toThrow(
      new RangeError('tensor: data must have 4 elements for shape [2, 2], got 3'),
    )
  })

  it('says how many bytes did not fit into memory', () => {
    expect(() => tensor([2 ** 50])).toThrow(
      new RangeError(`tensor: shape must fit into memory, got [${2 ** 50}] (${2 ** 52} bytes)`),
    )
  })
})

describe('fromRows', () => {
  it('lays rows one after another, rounded to float32', () => {
    expect(fromRows([[1, 2, 3], [4, 0.1, 6]])).toEqual({ shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 0.1, 6) })
    expect(fromRows([])).toEqual({ shape: [0, 0], data: new Float32Array(0) })
    expect(fromRows([[], []]).shape).toEqual([2, 0])
  })

  it('refuses ragged rows by place', () => {
    expect(() => fromRows([[1, 2], [3]])).toThrow(
      new RangeError('fromRows: rows[1] must have 2 elements like rows[0], got 1'),
    )
    expect(() => fromRows([[1], [3, 4]])).toThrow(RangeError)
  })
})

describe('the comparisons of shapes', () => {
  it('look at every axis and at the rank', () => {
    const a = tensor([2, 3])
    expect(sameShape(a, tensor([2, 3]))).toBe(true)
    for (const other of [[3, 2], [6], [2, 3, 1], [2], []]) {
      expect(sameShape(a, tensor(other)), String(other)).toBe(false)
    }
    expect(checkSameShape('f', 'a', a, 'b', tensor([2, 3]))).toBeUndefined()
    expect(checkShape('f', 'a', a, [2, 3])).toBeUndefined()
  })

  it('name both shapes when they throw', () => {
    expect(() => checkSameShape('f', 'a', tensor([2, 3]), 'b', tensor([3, 2]))).toThrow(
      new RangeError('f: a must have the shape of b [3, 2], got [2, 3]'),
    )
    for (const shape of [[2, 4], [2], [2, 3, 1]]) {
      expect(() => checkShape('f', 'a', tensor([2, 3]), shape)).toThrow(RangeError)
      expect(() => checkShape('f', 'a', tensor([2, 3]), shape)).toThrow(
        `f: a must have shape [${shape.join(', ')}], got [2, 3]`,
      )
    }
  })
})
