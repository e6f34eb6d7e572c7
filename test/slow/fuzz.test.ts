// Damaged files into every reader: each answers with its own error or with what the file says, never with more memory than
// a small multiple of the file, never with an error of the runtime.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseIdx, parseOptdigits, parsePlanetoid, parsePosedImages, viewOf } from '../../src/data/index.ts'
import { parseCifar10 } from '../../src/data/cifar10.ts'
import { crc32c } from '../../src/nn/checkpoint.ts'
import { decodeCheckpoint, encodeCheckpoint } from '../../src/nn/index.ts'
import { xorshift } from '../tensor/bits.ts'

const FILES_PER_READER = 4000

type Whole = (below: number) => number

const EXTREMES = [0, 1, 2, 3, 7, 8, 9, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x10000, 0xffffff, 0x3ffffff, 0x4000000,
  0x7fffffff, 0x80000000, 0xfffffff8, 0xffffffff]

function splice(file: Uint8Array, from: number, to: number, by: ArrayLike<number>): Uint8Array {
  const out = new Uint8Array(file.length - (to - from) + by.length)
  out.set(file.subarray(0, from))
  out.set(by, from)
  out.set(file.subarray(to), from + by.length)
  return out
}

/** The ways to damage any file; `front` bytes at its beginning are hit more often. */
const damages: readonly ((file: Uint8Array, whole: Whole, front: number) => Uint8Array)[] = [
  (file, whole) => {
    for (let hits = 1 + whole(8); hits > 0 && file.length > 0; hits--) file[whole(file.length)] ^= 1 << whole(8)
    return file
  },
  (file, whole, front) => {
    for (let hits = 1 + whole(3); hits > 0; hits--) file[whole(Math.min(front, file.length))] = whole(256)
    return file
  },
  (file, whole) => file.slice(0, whole(file.length + 1)),
  (file, whole) => file.slice(whole(file.length + 1)),
  (file, whole) => {
    const from = whole(file.length + 1), to = from + whole(file.length + 1 - from)
    return splice(file, to, to, file.slice(from, to))
  },
  (file, whole) => {
    const from = whole(file.length + 1), to = from + whole(file.length + 1 - from)
    return splice(file, from, to, [])
  },
  (file, whole) => {
    const from = whole(file.length + 1), to = from + whole(Math.min(64, file.length + 1 - from))
    return splice(file, from, to, Array.from({ length: whole(64) }, () => whole(256)))
  },
  // Attacks on sizes: an extreme number in either byte order at a place near the front.
  (file, whole, front) => {
    if (file.length < 4) return file
    const at = whole(2) === 0 ? 4 * whole(Math.floor(Math.min(front, file.length) / 4)) : whole(file.length - 3)
    new DataView(file.buffer, file.byteOffset).setUint32(at, EXTREMES[whole(EXTREMES.length)], whole(2) === 0)
    return file
  },
  (_, whole) => Uint8Array.from({ length: whole(300) }, () => whole(256)),
]

function idxFile(whole: Whole): Uint8Array {
  const shape = Array.from({ length: 1 + whole(4) }, () => whole(6))
  const file = new Uint8Array(4 + 4 * shape.length + shape.reduce((a, b) => a * b, 1))
  file.set([0, 0, 8, shape.length])
  shape.forEach((size, axis) => new DataView(file.buffer).setUint32(4 + 4 * axis, size))
  return file
}

function cifarFile(whole: Whole): Uint8Array {
  const file = Uint8Array.from({ length: 3073 * (1 + whole(3)) }, (_, i) => i % 251)
  for (let from = 0; from < file.length; from += 3073) file[from] = whole(10)
  return file
}

function optdigitsFile(whole: Whole): Uint8Array {
  const end = whole(2) === 0 ? '\n' : '\r\n'
  const lines = Array.from({ length: 1 + whole(4) },
    () => [...Array.from({ length: 64 }, () => whole(17)), whole(10)].join(','))
  return Uint8Array.from(lines.join(end) + (whole(2) === 0 ? end : ''), (c) => c.charCodeAt(0))
}

/** Nodes of every part, with words, and edges from each to the next. */
function planetoidTables(whole: Whole): readonly [nodes: Uint8Array, edges: Uint8Array] {
  const count = 3 + whole(5)
  const parts = ['train', 'val', 'test', '-']
  const words = (): string => [0, 1, 2, 3].filter(() => whole(2) === 0).join(' ')
  const nodes = Array.from({ length: count }, (_, i) => `${i}\t${whole(3)}\t${parts[i % 4]}\t${words()}`)
  const edges = Array.from({ length: count - 1 }, (_, i) => `${i}\t${i + 1}`)
  const bytes = (lines: readonly string[]): Uint8Array => Uint8Array.from(lines.join('\n'), (c) => c.charCodeAt(0))
  return [bytes(nodes), bytes(edges)]
}

/** One or two training views, perhaps a test view, of one or two pixels. */
function camerasFile(whole: Whole): Uint8Array {
  const view = (part: string, index: number): object => ({
    name: `${part}/${index}`,
    pose: [[0, 0, 1, whole(9)], [1, 0, 0, 0.5], [0, 1, 0, -2], [0, 0, 0, 1]],
  })
  const [train, test] = ['train', 'test'].map((part, p) =>
    Array.from({ length: 1 - p + whole(2) }, (_, i) => view(part, i))
  )
  const text = JSON.stringify({ width: 1 + whole(2), height: 1, channels: 4, focal_px: 2, near: 1, far: 3, train,
    test })
  return encoded(text)
}

const encoded = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0))

/** Digits and separators of a table exchanged for each other. */
function mixed(file: Uint8Array, whole: Whole): Uint8Array {
  const characters = '0123456789\t\t\n\n -'
  for (let hits = whole(4); hits > 0 && file.length > 0; hits--) {
    file[whole(file.length)] = characters.charCodeAt(whole(characters.length))
  }
  return file
}

function checkpointFile(whole: Whole): Uint8Array {
  return encodeCheckpoint({
    metadata: { steps: whole(1000), best: { loss: 0.25 }, text: 'κ', list: [1, null, true] },
    arrays: Array.from({ length: whole(4) }, (_, i) => ({
      name: `layer${i}/W`,
      data: whole(2) === 0 ? new Float32Array(whole(20)).fill(1.5) : new Float64Array(whole(20)).fill(-2),
    })),
  })
}

/** The file with the length and the checksum that its content should have, so that what lies behind both is reached. */
function sealed(file: Uint8Array): Uint8Array {
  if (file.length < 28) return file
  const view = new DataView(file.buffer, file.byteOffset, file.length)
  view.setUint32(16, file.length, true)
  view.setUint32(20, 0, true)
  view.setUint32(file.length - 4, crc32c(file.subarray(0, -4)), true)
  return file
}

const WORDS = ['0', '-1', '-0', '0.5', '8', '16', '1e9', '4294967296', '9007199254740991', '1e300', '1e999', 'null',
  '"x"', '[]', '{}', '"float64"', '"float32"', '"layer0/W"', '[[[[', '}', ',', '"', '']

/** A JSON text with one number, string or bracket exchanged. */
function withOtherWord(text: string, whole: Whole): string {
  const places = [...text.matchAll(/"[^"]*"|-?[\d.]+|[{}[\],:]/g)]
  const place = places[whole(places.length)]
  return text.slice(0, place.index) + WORDS[whole(WORDS.length)] + text.slice(place.index + place[0].length)
}

/** The checkpoint with one number or string of its header exchanged, everything else made to fit. */
function exchanged(file: Uint8Array, whole: Whole): Uint8Array {
  const length = new DataView(file.buffer).getUint32(12, true)
  const text = withOtherWord(String.fromCharCode(...file.subarray(24, 24 + length)).trimEnd(), whole)
  const padded = Uint8Array.from(text.padEnd(8 * Math.ceil(text.length / 8)), (c) => c.charCodeAt(0))
  const out = splice(file, 24, 24 + length, padded)
  new DataView(out.buffer).setUint32(12, padded.length, true)
  return sealed(out)
}

interface Reader {
  readonly name: string
  readonly make: (whole: Whole) => Uint8Array
  /** The damage, in place of the general ones. */
  readonly damage?: (file: Uint8Array, whole: Whole) => Uint8Array
  /** What is done to the file after the damage. */
  readonly finish?: (file: Uint8Array, whole: Whole) => Uint8Array
  readonly read: (file: Uint8Array) => void
  /** How a message names what is wrong; by byte or line unless given. */
  readonly place?: RegExp
}

const posedImages: Reader = {
  name: 'parsePosedImages',
  make: camerasFile,
  // A text that is no JSON has no place that every engine would name.
  place: /cameras|images/,
  read(file) {
    const { training, test } = parsePosedImages({ images: new Uint8Array(8), cameras: String.fromCharCode(...file) })
    for (const image of [...training, ...test]) {
      expect(viewOf(image).rays.data.every(Number.isFinite)).toBe(true)
    }
  },
}

const readers: readonly Reader[] = [{
  name: 'parseIdx',
  make: idxFile,
  read(file) {
    const { shape, bytes } = parseIdx(file)
    expect(bytes.length).toBe(shape.reduce((a, b) => a * b, 1))
  },
}, {
  name: 'parseCifar10',
  make: cifarFile,
  read(file) {
    const { images, labels } = parseCifar10(file)
    expect(images.shape).toEqual([file.length / 3073, 3072])
    expect(labels.length).toBe(file.length / 3073)
    expect(Math.max(...labels)).toBeLessThan(10)
  },
}, {
  name: 'parseOptdigits',
  make: optdigitsFile,
  read(file) {
    const { images, labels } = parseOptdigits(file)
    expect(images.shape).toEqual([labels.length, 64])
    expect(Math.max(...labels)).toBeLessThan(10)
    expect(Math.max(...images.data)).toBeLessThan(17)
  },
}, {
  // The same in numbers: digits and separators exchanged for each other keep most of the file valid.
  name: 'parseOptdigits',
  make: optdigitsFile,
  finish(file, whole) {
    const characters = ',,,0123456789\n\r. -'
    for (let hits = whole(4); hits > 0 && file.length > 0; hits--) {
      file[whole(file.length)] = characters.charCodeAt(whole(characters.length))
    }
    return file
  },
  read(file) {
    expect(parseOptdigits(String.fromCharCode(...file)).images.data).toEqual(parseOptdigits(file).images.data)
  },
}, {
  name: 'parsePlanetoid',
  make: (whole) => planetoidTables(whole)[0],
  finish: mixed,
  read(file) {
    const { features, labels, graph } = parsePlanetoid({ nodes: file, edges: new Uint8Array([0x30, 0x09, 0x31]) })
    expect([features.rows, graph.rows]).toEqual([labels.length, labels.length])
    expect(graph.columnIndices).toHaveLength(2)
  },
}, {
  name: 'parsePlanetoid',
  make: (whole) => planetoidTables(whole)[1],
  finish: mixed,
  read(file) {
    const [nodes] = planetoidTables(() => 4)
    const { graph } = parsePlanetoid({ nodes, edges: file })
    expect(graph.columnIndices.every((j) => j >= 0 && j < graph.rows)).toBe(true)
  },
}, posedImages, { ...posedImages,
  damage: (file, whole) => encoded(withOtherWord(String.fromCharCode(...file), whole)) }, { name: 'decodeCheckpoint',
  make: checkpointFile, read: (file) => void decodeCheckpoint(file) }, {
  name: 'decodeCheckpoint',
  make: checkpointFile,
  finish: sealed,
  read: readCheckpoint,
}, { name: 'decodeCheckpoint', make: checkpointFile, damage: exchanged, read: readCheckpoint }]

/** What is accepted has arrays of different names that together are no larger than the file. */
function readCheckpoint(file: Uint8Array): void {
  const { arrays } = decodeCheckpoint(file)
  expect(new Set(arrays.map(({ name }) => name)).size).toBe(arrays.length)
  expect(arrays.reduce((total, { data }) => total + data.byteLength, 0)).toBeLessThanOrEqual(file.length)
}

describe('every reader', () => {
  // Bytes of all typed arrays made since the last reset, whether or not they have been collected since.
  let allocated = 0
  const kinds = ['Uint8Array', 'Uint32Array', 'Float32Array', 'Float64Array'] as const
  const globals = globalThis as unknown as Record<string, new(...of: never[]) => ArrayBufferView>
  const originals = kinds.map((kind) => globals[kind])

  beforeAll(() => {
    kinds.forEach((kind, i) => {
      globals[kind] = new Proxy(originals[i], {
        construct(target, given, newTarget) {
          // Before it is made: what fails for want of memory counts too.
          if (typeof given[0] === 'number') {
            allocated += given[0] * (target as unknown as { BYTES_PER_ELEMENT: number }).BYTES_PER_ELEMENT
          }
          const made = Reflect.construct(target, given, newTarget) as ArrayBufferView
          if (typeof given[0] === 'object' && !(given[0] instanceof ArrayBuffer)) allocated += made.byteLength
          return made
        },
      })
    })
  })
  afterAll(() => {
    kinds.forEach((kind, i) => {
      globals[kind] = originals[i]
    })
  })

  it('is watched: memory that is asked for is counted', () => {
    allocated = 0
    new Float32Array(10)
    Float64Array.from([1, 2])
    Uint8Array.of(1, 2, 3)
    new Uint32Array([1])
    expect(() => new Float64Array(2 ** 52)).toThrow(RangeError)
    expect(allocated).toBe(40 + 16 + 3 + 4 + 2 ** 55)
  })

  it.each(readers.map((reader, i) => [i, reader.name, reader] as const))(
    `answers ${FILES_PER_READER} damaged files with an error of its own or with what they say: %i, %s`,
    (index, name, { make, damage, finish, read, place = / at (byte|line) \d+/ }) => {
      const seen = { accepted: 0, refused: 0 }
      const messages = new Set<string>()
      for (let i = 0; i < FILES_PER_READER; i++) {
        const seed = FILES_PER_READER * index + i
        const random = xorshift(seed)
        const whole: Whole = (below) => Math.floor((random() + 1) / 2 * below * (1 - 1e-9))
        for (let warm = 0; warm < 5; warm++) random()
        let file = make(whole)
        // One file in ten stays as it was made, so that accepting is exercised too.
        if (whole(10) > 0) file = (damage ?? damages[whole(damages.length)])(file, whole, 64)
        if (finish !== undefined) file = finish(file, whole)
        const copy = file.slice()
        allocated = 0
        let failure: unknown
        try {
          read(file)
        } catch (error) {
          failure = error
        }
        expect(allocated, `seed ${seed}: bytes allocated for a file of ${file.length}`).toBeLessThanOrEqual(
          4096 + 16 * file.length,
        )
        expect(Buffer.compare(file, copy), `seed ${seed}: change of the file`).toBe(0)
        if (failure === undefined) {
          seen.accepted++
          continue
        }
        seen.refused++
        expect([Error, TypeError, RangeError].map(({ prototype }) => prototype), `seed ${seed}: ${failure}`).toContain(
          Object.getPrototypeOf(failure),
        )
        const { message } = failure as Error
        expect(message, `seed ${seed}`).toMatch(new RegExp(`^${name}: .* must [^]*, got `))
        expect(message, `seed ${seed}`).toMatch(place)
        expect(message.length, `seed ${seed}`).toBeLessThan(4000)
        messages.add(message.replace(/, got [^]*/, '').replaceAll(/[0-9a-f]{8}|\[[\d, ]*\]|\d+/g, '#'))
      }
      console.log(
        `${name} ${index}: ${seen.accepted} accepted, ${seen.refused} refused with ${messages.size} kinds of message`,
      )
      expect(seen.accepted).toBeGreaterThan(FILES_PER_READER / 50)
      expect(seen.refused).toBeGreaterThan(FILES_PER_READER / 4)
      expect(messages.size).toBeGreaterThan(2)
    },
  )
})
