// Pictures as PNG files: what a browser shows, and every tool reads.

import { crc32, deflateSync } from 'node:zlib'
import { checkShape, checkSize, type Tensor } from '../../tensor/index.ts'

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)
/** Of a pixel: red, green and blue of 8 bits each, which is color type 2. */
const CHANNELS = 3,
  DEPTH = 8,
  TRUE_COLOR = 2

/**
 * A PNG file of colors from 0 to 1; what lies beyond is cut off, NaN is black. Shapes: colors [height·width, 3], rows from
 * the top. Equation: byte = ⌊255·c + ½⌋. Source: W3C, Portable Network Graphics (third edition); no row is filtered.
 * Throws: RangeError, TypeError for sizes below 1 and other shapes.
 */
export function png(colors: Tensor, width: number, height: number): Uint8Array {
  checkSize('png', 'width', width, 1)
  checkSize('png', 'height', height, 1)
  checkShape('png', 'colors', colors, [width * height, CHANNELS])
  const stride = CHANNELS * width
  // Each row begins with the number of its filter, 0 for none.
  const rows = new Uint8Array(height * (stride + 1))
  for (let j = 0; j < height; j++) {
    for (let i = 0; i < stride; i++) {
      const value = colors.data[j * stride + i]
      rows[j * (stride + 1) + 1 + i] = Math.floor(255 * Math.min(1, Math.max(0, value)) + 0.5)
    }
  }
  const header = new DataView(new ArrayBuffer(13))
  header.setUint32(0, width)
  header.setUint32(4, height)
  header.setUint8(8, DEPTH)
  header.setUint8(9, TRUE_COLOR)
  return Buffer.concat([SIGNATURE, chunk('IHDR', new Uint8Array(header.buffer)), chunk('IDAT', deflateSync(rows)),
    chunk('IEND', new Uint8Array(0))])
}

/** Length, type, content, and a checksum of the latter two. */
function chunk(type: string, content: Uint8Array): Uint8Array {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content])
  const frame = Buffer.alloc(body.length + 8)
  frame.writeUInt32BE(content.length, 0)
  frame.set(body, 4)
  frame.writeUInt32BE(crc32(body), body.length + 4)
  return frame
}

/** The file as text that a page can hold in place of an address. */
export function pngAddress(colors: Tensor, width: number, height: number): string {
  return `data:image/png;base64,${Buffer.from(png(colors, width, height)).toString('base64')}`
}
