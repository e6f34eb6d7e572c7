import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { parseCifar10Files } from '../../src/data/index.ts'
import { parseCifar10 } from '../../src/data/cifar10.ts'

const RECORD = 3073

/** Records whose byte at place i of image n is (7n + 13i) mod 256, and whose labels are given. */
function cifar(labels: readonly number[]): Uint8Array {
  const file = new Uint8Array(RECORD * labels.length)
  labels.forEach((label, n) => {
    file[n * RECORD] = label
    for (let i = 0; i < 3072; i++) file[n * RECORD + 1 + i] = 7 * n + 13 * i
  })
  return file
}

/** Records of CIFAR-100 with labels up to 4(count − 1) and 20(count − 1). */
function cifar100(count: number): Uint8Array {
  const file = new Uint8Array(3074 * count).fill(200)
  for (let n = 0; n < count; n++) file.set([4 * n, 20 * n], 3074 * n)
  return file
}

describe('parseCifar10', () => {
  it('reads labels and pixels, red, green and blue planes one after the other', () => {
    const { images, labels, channels, height, width } = parseCifar10(cifar([9, 0, 3]))
    expect([channels, height, width]).toEqual([3, 32, 32])
    expect([...labels]).toEqual([9, 0, 3])
    expect(images.shape).toEqual([3, 3072])
    for (const [n, c, y, x] of [[0, 0, 0, 0], [0, 0, 0, 1], [1, 1, 0, 0], [1, 2, 31, 31], [2, 1, 5, 30]]) {
      const place = c * 1024 + y * 32 + x
      expect(images.data[n * 3072 + place]).toBe((7 * n + 13 * place) % 256)
    }
  })

  it('reads a file inside a larger buffer and shares nothing with it', () => {
    const room = new Uint8Array(RECORD + 9).fill(170)
    room.set(cifar([4]), 5)
    const { images, labels } = parseCifar10(room.subarray(5, 5 + RECORD))
    room.fill(0)
    expect([labels[0], images.data[0], images.data[1], images.data[3071]]).toEqual([4, 0, 13, 13 * 3071 % 256])
  })

  it('appends the records of several files in their order', () => {
    const files = [[1, 2], [3], [4, 5, 6]].map((labels, i) => ({ name: `batch ${i}`, bytes: cifar(labels) }))
    const { images, labels } = parseCifar10Files(files)
    expect([...labels]).toEqual([1, 2, 3, 4, 5, 6])
    expect(images.shape).toEqual([6, 3072])
    const first = [0, 7, 0, 0, 7, 14]
    expect(first.map((_, n) => images.data[n * 3072])).toEqual(first)
    expect(parseCifar10Files([]).images.shape).toEqual([0, 3072])
  })

  const changed = (at: number, value: number): Uint8Array => {
    const file = cifar([1, 2, 3])
    file[at] = value
    return file
  }
  it.each<[string, Uint8Array, string]>([['nothing', new Uint8Array(0),
    'hold records of 3073 bytes at byte 0, got an empty file'], ['a packed file', Uint8Array.of(0x1f, 0x8b, 8, 0),
    'be unpacked first at byte 0, got a gzip header'], ['label 10', changed(0, 10),
    'hold a label from 0 to 9 at byte 0, got 10'], ['a wrong label further on', changed(2 * RECORD, 255),
    'hold a label from 0 to 9 at byte 6146, got 255'], ['a byte too few', cifar([1, 2]).subarray(0, 2 * RECORD - 1),
    'hold a whole record of 3073 bytes at byte 3073, got 3072 (truncated file)'], ['a byte too many',
    Uint8Array.of(...cifar([1]), 5), 'hold a whole record of 3073 bytes at byte 3073, got 1 (truncated file)'], [
    'CIFAR-100',
    cifar100(5),
    'hold records of 3073 bytes at byte 0, got CIFAR-100: 5 records of 3074',
  ], ['CIFAR-100 with small labels', cifar100(2),
    'hold records of 3073 bytes at byte 0, got CIFAR-100: 2 records of 3074'], ['a version for Python',
    Uint8Array.of(0x80, 2, 0x7d), 'be the binary version at byte 0, got a Python pickle']])(
      'says what is wrong, and where, with %s',
      (_, file, message) => {
        expect(() => parseCifar10(file, 'batch')).toThrow(new Error(`parseCifar10: batch must ${message}`))
        const files = [{ name: 'whole', bytes: cifar([1]) }, { name: 'batch', bytes: file }]
        expect(() => parseCifar10Files(files)).toThrow(new Error(`parseCifar10: batch must ${message}`))
      },
    )

  it('refuses text', () => {
    expect(() => parseCifar10('abc' as unknown as Uint8Array, 'batch')).toThrow(
      new TypeError('parseCifar10: batch must be a Uint8Array, got "abc"'),
    )
    expect(() => parseCifar10(new ArrayBuffer(RECORD) as unknown as Uint8Array, 'batch')).toThrow(
      new TypeError('parseCifar10: batch must be a Uint8Array, got ArrayBuffer(3073)'),
    )
  })

  const data = process.env['FEEDBACK_ALIGNMENT_DATA'] ?? '../shared/data'
  const real = `${data}/cifar10/test_batch_first1000.bin.gz`
  it.skipIf(!existsSync(real))(`reads the first thousand test images (${real})`, () => {
    const { images, labels } = parseCifar10(gunzipSync(readFileSync(real)))
    expect(images.shape).toEqual([1000, 3072])
    // The published order of the test set begins: cat, ship, ship, plane, frog, frog, automobile, frog.
    expect([...labels.subarray(0, 8)]).toEqual([3, 8, 8, 0, 6, 6, 1, 6])
    const counts = new Uint32Array(10)
    for (const label of labels) counts[label]++
    expect(Math.min(...counts)).toBeGreaterThan(80)
    // The first pixel of the first test image is (158, 112, 49).
    expect([0, 1024, 2048].map((plane) => images.data[plane])).toEqual([158, 112, 49])
  })
})
