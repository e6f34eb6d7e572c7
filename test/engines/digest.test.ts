import { describe, expect, it } from 'vitest'
import { type Digest, digest, float64Hex } from './digest.ts'

function hashOf(fill: (out: Digest) => void, plant = false): string {
  const out = digest({ plant })
  fill(out)
  return out.hash()
}

describe('digest', () => {
  it.each([['', 'cbf29ce484222325'], ['a', 'af63dc4c8601ec8c'], ['foobar', '85944171f73967e8']])(
    'gives the published FNV-1a 64 of %j',
    (text, expected) => {
      expect(hashOf((out) => out.note(text))).toBe(expected)
    },
  )

  it('reads numbers as little-endian bytes', () => {
    expect(hashOf((out) => out.float32s([1.5]))).toBe(hashOf((out) => out.note('\x00\x00\xc0\x3f')))
    expect(hashOf((out) => out.float64s([-2]))).toBe(hashOf((out) => out.note('\x00\x00\x00\x00\x00\x00\x00\xc0')))
  })

  it('tells zeros apart and takes every NaN for the same', () => {
    expect(hashOf((out) => out.float32s([0]))).not.toBe(hashOf((out) => out.float32s([-0])))
    const odd = new Float32Array(Uint32Array.of(0xffc00001, 0x7f800001).buffer)
    expect(hashOf((out) => out.float32s(odd))).toBe(hashOf((out) => out.float32s([NaN, NaN])))
  })

  it('changes with every single bit of 200 numbers', () => {
    const bits = new Uint32Array(200)
    const values = new Float32Array(bits.buffer)
    bits.forEach((_, i) => {
      bits[i] = 0x3f800000 + 12345 * i
    })
    const seen = new Set([hashOf((out) => out.float32s(values))])
    for (let i = 0; i < bits.length; i++) {
      for (const bit of [0, 1, 15, 22, 31]) {
        bits[i] ^= 1 << bit
        seen.add(hashOf((out) => out.float32s(values)))
        bits[i] ^= 1 << bit
      }
    }
    expect(seen.size).toBe(1 + 5 * bits.length)
  })

  it('plants exactly one wrong bit, in the first number', () => {
    const planted = digest({ plant: true, trace: true })
    planted.note('')
    planted.float32s([])
    planted.float32s([2, 1])
    expect(planted.hash()).toBe(hashOf((out) => out.float32s([2.000000238418579, 1])))
    expect(planted.trace().slice(1)).toEqual(['40000001', '3f800000'])
    expect(hashOf((out) => out.float64s([1]), true)).toBe(hashOf((out) => out.float64s([1.0000000000000002])))
  })

  it('traces notes and numbers in order', () => {
    const out = digest({ trace: true })
    out.note('first')
    out.float64s([1, -0])
    out.note('second')
    out.float32s([NaN])
    expect(out.trace()).toEqual(['«first»', '3ff0000000000000', '8000000000000000', '«second»', '7fc00000'])
    expect(float64Hex(1)).toBe('3ff0000000000000')
  })
})
