import { describe, expect, it } from 'vitest'
import { type NamedArray, restoreArrays } from '../../src/nn/index.ts'

describe('restoreArrays', () => {
  const into =
    (): readonly NamedArray[] => [{ name: 'a', data: Float32Array.of(1, 2) }, { name: 'b', data: Float64Array.of(0.1) }]

  it('writes float32 and float64 arrays, matched by name, without loss', () => {
    const arrays = into()
    restoreArrays('here', arrays, [{ name: 'b', data: Float64Array.of(1 / 3) }, {
      name: 'a',
      data: Float32Array.of(5, 6),
    }])
    expect(arrays).toEqual([{ name: 'a', data: Float32Array.of(5, 6) }, { name: 'b', data: Float64Array.of(1 / 3) }])
  })

  it('refuses the other precision, lengths and names, and then changes nothing', () => {
    const good = { name: 'a', data: Float32Array.of(5, 6) }, fine = { name: 'b', data: Float64Array.of(7) }
    const cases: readonly [readonly NamedArray[], string][] = [[[good, { name: 'b', data: Float32Array.of(7) }],
      'here: b must hold float64 numbers, got float32'], [[{ name: 'a', data: Float64Array.of(5, 6) }, fine],
      'here: a must hold float32 numbers, got float64'], [[good], 'here: b must have 1 elements, got no such array'], [[
      good,
      { name: 'b', data: Float64Array.of(7, 8) },
    ], 'here: b must have 1 elements, got 2'], [[good, good, fine], 'here: names must differ, got 1 twice'], [[good,
      fine, { name: 'c', data: Float32Array.of(1) }], 'here: state must hold 2 arrays, got the unknown c']]
    for (const [from, message] of cases) {
      const arrays = into()
      expect(() => restoreArrays('here', arrays, from)).toThrow(new Error(message))
      expect(arrays, message).toEqual(into())
    }
  })
})
