import { describe, expect, it } from 'vitest'
import { ascend } from '../../src/nn/ascend.ts'
import { xorshift } from '../tensor/bits.ts'

describe('ascend', () => {
  it('sorts the first elements of arrays of every length and leaves the rest', () => {
    for (let length = 0; length < 40; length++) {
      const random = xorshift(length + 1)
      const x = Int32Array.from({ length: length + 3 }, () => Math.round(20 * random()))
      const want = [...x.slice(0, length).sort(), ...x.slice(length)]
      ascend(x, length)
      expect([...x], String(length)).toEqual(want)
    }
  })
})
