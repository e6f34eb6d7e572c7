import { describe, expect, it } from 'vitest'
import { type IdxArray, labeledImages, oneHot, parseIdx } from '../../src/data/index.ts'
import { xorshift } from '../tensor/bits.ts'

/** Header of the given sizes, then the given bytes. */
function idx(shape: readonly number[], content: ArrayLike<number>): Uint8Array {
  const file = new Uint8Array(4 + 4 * shape.length + content.length)
  file.set([0, 0, 8, shape.length])
  shape.forEach((size, axis) => new DataView(file.buffer).setUint32(4 + 4 * axis, size))
  file.set(content, 4 + 4 * shape.length)
  return file
}

describe('parseIdx', () => {
  it('reads shape and bytes', () => {
    const cases: [number[], number[]][] = [[[3], [7, 8, 255]], [[2, 3], [1, 2, 3, 4, 5, 6]], [[1, 1, 2], [0, 9]], [[0],
      []], [[0, 28, 28], []], [[4, 0], []], [[1, 1, 1, 1, 1], [5]]]
    for (const [shape, content] of cases) {
      const parsed = parseIdx(idx(shape, content))
      expect(parsed.shape).toEqual(shape)
      expect([...parsed.bytes]).toEqual(content)
    }
    expect(parseIdx(Uint8Array.of(0, 0, 8, 2, 0, 0, 1, 2, 0, 0, 0, 0)).shape).toEqual([258, 0])
  })

  it('reads a file that lies inside a larger buffer, and returns a view of it', () => {
    const file = idx([2, 2], [1, 2, 3, 4])
    const room = new Uint8Array(file.length + 9).fill(170)
    room.set(file, 5)
    const { bytes } = parseIdx(room.subarray(5, 5 + file.length))
    expect([...bytes]).toEqual([1, 2, 3, 4])
    expect(bytes.buffer).toBe(room.buffer)
    expect([...parseIdx(Buffer.from(file)).bytes]).toEqual([1, 2, 3, 4])
  })

  it('refuses what is no Uint8Array by what it is', () => {
    for (const [file, got] of [[new ArrayBuffer(16), 'ArrayBuffer(16)'], ['text', '"text"'], [undefined,
      'undefined']])
    {
      expect(() => parseIdx(file as unknown as Uint8Array, 'train-images')).toThrow(
        new TypeError(`parseIdx: train-images must be a Uint8Array, got ${got as string}`),
      )
    }
  })

  const malformed: [what: string, file: Uint8Array, message: string][] = [['nothing', new Uint8Array(0),
    'hold a 4-byte magic number at byte 0, got 0 bytes in all'], ['three bytes', Uint8Array.of(0, 0, 8),
    'hold a 4-byte magic number at byte 0, got 3 bytes in all'], ['a packed file',
    Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0), 'be unpacked first at byte 0, got a gzip header'], ['another first byte',
    Uint8Array.of(1, 0, 8, 1, 0, 0, 0, 0), 'start with two zero bytes at byte 0, got 1 0'], ['another second byte',
    Uint8Array.of(0, 80, 8, 1, 0, 0, 0, 0), 'start with two zero bytes at byte 0, got 0 80'], ['floats',
    Uint8Array.of(0, 0, 0x0d, 1, 0, 0, 0, 0), 'declare unsigned bytes (type 8) at byte 2, got type 13'], ['rank 0',
    Uint8Array.of(0, 0, 8, 0, 1), 'declare at least one axis at byte 3, got rank 0'], ['half a header',
    Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 1, 0), 'hold 3 sizes of 4 bytes at byte 4, got 5 bytes'], [
    'rank 255 without sizes',
    Uint8Array.of(0, 0, 8, 255),
    'hold 255 sizes of 4 bytes at byte 4, got 0 bytes',
  ], ['too few bytes', idx([2, 3], [1, 2, 3, 4, 5]),
    'hold exactly 6 bytes for shape [2, 3] at byte 12, got 5 bytes (truncated file)'], ['too many bytes',
    idx([2, 3], [1, 2, 3, 4, 5, 6, 7]),
    'hold exactly 6 bytes for shape [2, 3] at byte 12, got 7 bytes (trailing bytes)'], ['bytes behind nothing',
    idx([0], [1]), 'hold exactly 0 bytes for shape [0] at byte 8, got 1 bytes (trailing bytes)'], [
    '4 GiB that are not there',
    idx([0xffffffff], [1]),
    'hold exactly 4294967295 bytes for shape [4294967295] at byte 8, got 1 bytes (truncated file)',
  ], ['a product beyond 2⁵³', idx([0xffffffff, 0xffffffff], []),
    'declare a size below 2^53 elements at byte 4, got [4294967295, 4294967295, …]']]

  it.each(malformed)('says what is wrong, and where, with %s', (_, file, message) => {
    expect(() => parseIdx(file, 'train-images')).toThrow(new Error(`parseIdx: train-images must ${message}`))
    expect(() => parseIdx(file)).toThrow(new Error(`parseIdx: IDX data must ${message}`))
  })

  it('answers 10,000 damaged files with its own Error or with what they say, quickly and without large memory', () => {
    const random = xorshift(2024)
    const whole = (below: number): number => Math.floor((random() + 1) / 2 * below)
    const seen = { accepted: 0, refused: 0 }
    const before = process.memoryUsage()
    const start = performance.now()
    for (let i = 0; i < 10_000; i++) {
      const shape = Array.from({ length: 1 + whole(4) }, () => whole(5))
      let file = idx(shape, Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => whole(256)))
      const kind = i % 5
      if (kind === 0) file = file.slice(0, whole(file.length + 1))
      else if (kind === 1) file[whole(file.length)] = whole(256)
      else if (kind === 2) {
        for (let hit = 0; hit < 3; hit++) {
          file[whole(Math.min(file.length, 12))] = whole(2) === 0 ? 255 : whole(256)
        }
      } else if (kind === 3) file = Uint8Array.from({ length: whole(40) }, () => whole(256))
      else {file = Uint8Array.from([0, 0, 8, whole(256),
          ...Array.from({ length: whole(60) }, () => (whole(2) === 0 ? 255 : whole(3)))])}
      const copy = file.slice()
      try {
        const parsed = parseIdx(file, `file ${i}`)
        seen.accepted++
        expect(parsed.bytes.length, `file ${i}`).toBe(parsed.shape.reduce((a, b) => a * b, 1))
        expect(parsed.bytes.buffer, `file ${i}`).toBe(file.buffer)
      } catch (error) {
        seen.refused++
        expect(Object.getPrototypeOf(error), `file ${i}: ${error}`).toBe(Error.prototype)
        expect((error as Error).message, `file ${i}`).toMatch(
          new RegExp(`^parseIdx: file ${i} must .* at byte \\d+, got `),
        )
        expect((error as Error).message.length, `file ${i}`).toBeLessThan(4000)
      }
      expect(file, `file ${i}`).toEqual(copy)
    }
    expect(seen.accepted).toBeGreaterThan(500)
    expect(seen.refused).toBeGreaterThan(5000)
    expect(performance.now() - start).toBeLessThan(20_000)
    // A single believed header would ask for gigabytes.
    expect(process.memoryUsage().arrayBuffers - before.arrayBuffers).toBeLessThan(2 ** 28)
  })
})

describe('labeledImages', () => {
  const images: IdxArray = { shape: [2, 2, 3], bytes: Uint8Array.from({ length: 12 }, (_, i) => 20 * i) }
  const labels: IdxArray = { shape: [2], bytes: Uint8Array.of(7, 3) }

  it('pairs rows of pixels with their labels', () => {
    const pair = labeledImages(images, labels)
    expect(pair.images).toEqual({ shape: [2, 6], data: Float32Array.from(images.bytes) })
    expect(pair.labels).toBe(labels.bytes)
    expect([pair.height, pair.width]).toEqual([2, 3])
  })

  it('refuses other ranks and other counts', () => {
    const flat: IdxArray = { shape: [12], bytes: images.bytes }
    expect(() => labeledImages(flat, labels)).toThrow(
      new Error('labeledImages: IDX pair images must have rank 3, got 1'),
    )
    expect(() => labeledImages(images, images, 'train')).toThrow(
      new Error('labeledImages: train labels must have rank 1, got 3'),
    )
    expect(() => labeledImages(images, { shape: [3], bytes: new Uint8Array(3) })).toThrow(
      new Error('labeledImages: IDX pair must hold one label per image, got 2 images and 3 labels'),
    )
  })
})

describe('oneHot', () => {
  it('puts one 1 into every row', () => {
    expect(oneHot([1, 0, 2], 3)).toEqual({ shape: [3, 3], data: Float32Array.of(0, 1, 0, 1, 0, 0, 0, 0, 1) })
    expect(oneHot(Uint8Array.of(0), 1).data).toEqual(Float32Array.of(1))
    expect(oneHot([], 4).shape).toEqual([0, 4])
  })

  it('names the first label that is none', () => {
    for (const bad of [3, -1, 0.5, NaN, Infinity]) {
      expect(() => oneHot([0, 2, bad, 9], 3)).toThrow(
        new RangeError(`oneHot: labels[2] must be a whole number below 3, got ${bad}`),
      )
    }
    expect(() => oneHot([0], 0)).toThrow(new RangeError('oneHot: labels[0] must be a whole number below 0, got 0'))
    for (const classes of [-1, 1.5, NaN]) expect(() => oneHot([0], classes)).toThrow(RangeError)
  })
})
