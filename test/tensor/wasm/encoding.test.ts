import { describe, expect, it } from 'vitest'
import { float32Bytes, float64Bytes, int32Bytes, signedLeb, unsignedLeb } from '../../../src/tensor/wasm/encoding.ts'

describe('numbers as bytes', () => {
  it('in LEB128, as the specification of DWARF has them and at the borders of a byte', () => {
    const unsigned = [[0, [0]], [127, [0x7f]], [128, [0x80, 1]], [12857, [0xb9, 0x64]], [624485, [0xe5, 0x8e, 0x26]], [
      4294967295,
      [0xff, 0xff, 0xff, 0xff, 0x0f],
    ]] as const
    for (const [value, bytes] of unsigned) expect(unsignedLeb(value), String(value)).toEqual(bytes)
    const signed = [[0, [0]], [63, [0x3f]], [64, [0xc0, 0]], [-1, [0x7f]], [-64, [0x40]], [-65, [0xbf, 0x7f]], [-123456,
      [0xc0, 0xbb, 0x78]], [-2147483648, [0x80, 0x80, 0x80, 0x80, 0x78]]] as const
    for (const [value, bytes] of signed) expect(signedLeb(value), String(value)).toEqual(bytes)
  })

  it('of fixed length, lowest byte first', () => {
    expect(int32Bytes(-2)).toEqual([0xfe, 0xff, 0xff, 0xff])
    expect(float32Bytes(-0.5)).toEqual([0, 0, 0, 0xbf])
    expect(float64Bytes(1)).toEqual([0, 0, 0, 0, 0, 0, 0xf0, 0x3f])
    expect(float64Bytes(-0)).toEqual([0, 0, 0, 0, 0, 0, 0, 0x80])
  })
})
