import { crc32, inflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { png, pngAddress } from '../../../src/lab/report/png.ts'
import { tensor } from '../../../src/tensor/index.ts'

/** The chunks of a file, each with a checksum that is right. */
function chunksOf(file: Uint8Array): readonly (readonly [type: string, content: Uint8Array])[] {
  const view = new DataView(file.buffer, file.byteOffset)
  const chunks: [string, Uint8Array][] = []
  for (let at = 8; at < file.length;) {
    const length = view.getUint32(at)
    const body = file.subarray(at + 4, at + 8 + length)
    expect(view.getUint32(at + 8 + length)).toBe(crc32(body))
    chunks.push([String.fromCharCode(...body.subarray(0, 4)), body.subarray(4)])
    at += 12 + length
  }
  return chunks
}

const COLORS = tensor([2, 3], Float32Array.of(0, 0.5, 1, -1, 2, NaN))

describe('png', () => {
  it('holds the bytes of the colors, row by row, in chunks with their checksums', () => {
    const file = png(COLORS, 1, 2)
    expect([...file.subarray(0, 8)]).toEqual([137, 80, 78, 71, 13, 10, 26, 10])
    const [[header, head], [, body], ...rest] = chunksOf(file)
    expect([header, ...head]).toEqual(['IHDR', 0, 0, 0, 1, 0, 0, 0, 2, 8, 2, 0, 0, 0])
    expect([...inflateSync(body)]).toEqual([0, 0, 128, 255, 0, 0, 255, 0])
    expect(rest.map(([type, { length }]) => [type, length])).toEqual([['IEND', 0]])
  })

  it('is an address for a page', () => {
    const address = pngAddress(COLORS, 2, 1)
    expect(address.startsWith('data:image/png;base64,iVBORw0KGgo')).toBe(true)
    expect(Buffer.from(address.slice(22), 'base64')).toEqual(Buffer.from(png(COLORS, 2, 1)))
  })

  it('refuses sizes that are not those of the colors', () => {
    expect(() => png(COLORS, 2, 2)).toThrow(new RangeError('png: colors must have shape [4, 3], got [2, 3]'))
    expect(() => png(COLORS, 0, 2)).toThrow(RangeError)
  })
})
