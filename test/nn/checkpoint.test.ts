import { describe, expect, it } from 'vitest'
import { copyElements, crc32c } from '../../src/nn/checkpoint.ts'
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from '../../src/nn/index.ts'

const bytesOf = (
  { buffer, byteOffset, byteLength }: ArrayBufferView,
): number[] => [...new Uint8Array(buffer, byteOffset, byteLength)]

const small: Checkpoint = {
  metadata: { steps: 7, best: 0.1 },
  arrays: [{ name: 'dense1/W', data: Float32Array.of(1, -2, 0.5) }, {
    name: 'norm/mean',
    data: Float64Array.of(1 / 3),
  }],
}

/** A file with the given header and bytes behind it, valid in everything that stands outside of the header. */
function withHeader(header: string, room = 0): Uint8Array {
  const padded = header.padEnd(8 * Math.ceil(header.length / 8))
  const total = 24 + padded.length + room + 4
  const file = new Uint8Array(total)
  file.set([0x89, 0x46, 0x41, 0x43, 0x4b, 0x0d, 0x0a, 0x1a])
  const view = new DataView(file.buffer)
  view.setUint32(8, 1, true)
  view.setUint32(12, padded.length, true)
  view.setUint32(16, total, true)
  for (let i = 0; i < padded.length; i++) file[24 + i] = padded.charCodeAt(i)
  return sealed(file)
}

/** The file with a checksum that fits its content. */
function sealed(file: Uint8Array): Uint8Array {
  const end = file.length - 4
  new DataView(file.buffer, file.byteOffset).setUint32(end, crc32c(file.subarray(0, end)), true)
  return file
}

describe('crc32c', () => {
  it('gives the published values', () => {
    // RFC 3720, appendix B.4, and the check value of "123456789".
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa)
    expect(crc32c(new Uint8Array(32).fill(255))).toBe(0x62a8ab43)
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e)
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => 31 - i))).toBe(0x113fdb5c)
    expect(crc32c(Uint8Array.from('123456789', (c) => c.charCodeAt(0)))).toBe(0xe3069283)
    expect(crc32c(new Uint8Array(0))).toBe(0)
  })
})

describe('encodeCheckpoint', () => {
  it('writes the layout that its file describes', () => {
    const file = encodeCheckpoint({
      metadata: null,
      arrays: [{ name: 'é', data: Float32Array.of(1) }, { name: 'b', data: Float64Array.of(-2) }],
    })
    const header = '{"metadata":null,"arrays":[{"name":"\\u00e9","type":"float32","length":1,"offset":0},'
      + '{"name":"b","type":"float64","length":1,"offset":8}]}'
    const padded = header.padEnd(8 * Math.ceil(header.length / 8))
    expect(String.fromCharCode(...file.subarray(24, 24 + padded.length))).toBe(padded)
    expect([...file.subarray(0, 24)]).toEqual([0x89, 0x46, 0x41, 0x43, 0x4b, 0x0d, 0x0a, 0x1a, 1, 0, 0, 0,
      padded.length, 0, 0, 0, file.length, 0, 0, 0, 0, 0, 0, 0])
    expect([...file.subarray(24 + padded.length, -4)]).toEqual([0, 0, 0x80, 0x3f, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
      0xc0])
    expect(new DataView(file.buffer).getUint32(file.length - 4, true)).toBe(crc32c(file.subarray(0, -4)))
  })

  it('gives the same bytes for the same record', () => {
    expect(encodeCheckpoint(small)).toEqual(encodeCheckpoint(structuredClone(small)))
  })

  const circle: { inner?: unknown } = {}
  circle.inner = circle
  it.each<[string, unknown, Error]>([['NaN', { best: { loss: NaN } },
    new TypeError('encodeCheckpoint: metadata.best.loss must be a value of JSON, got NaN')], ['infinity', [0, Infinity],
    new TypeError('encodeCheckpoint: metadata[1] must be a value of JSON, got Infinity')], ['undefined', undefined,
    new TypeError('encodeCheckpoint: metadata must be a value of JSON, got undefined')], ['an undefined member', {
    a: undefined,
  }, new TypeError('encodeCheckpoint: metadata.a must be a value of JSON, got undefined')], ['a hole', [1, , 2],
    new TypeError('encodeCheckpoint: metadata[1] must be a value of JSON, got undefined')], ['a function', {
    a: () => 1,
  }, new TypeError('encodeCheckpoint: metadata.a must be a value of JSON, got a function')], ['a typed array', {
    a: Float32Array.of(1),
  }, new TypeError('encodeCheckpoint: metadata.a must be a value of JSON, got Float32Array(1)')], ['a map', {
    a: new Map(),
  }, new TypeError('encodeCheckpoint: metadata.a must be a value of JSON, got an object {}')], ['a large integer', 5n,
    new TypeError('encodeCheckpoint: metadata must be a value of JSON, got 5')], ['a circle', circle,
    new RangeError('encodeCheckpoint: metadata must be nested at most 64 deep, got more (a circle?)')]])(
      'refuses metadata that JSON would change: %s',
      (_, metadata, error) => {
        expect(() => encodeCheckpoint({ metadata, arrays: [] })).toThrow(error)
      },
    )

  it('refuses arrays that cannot be told apart or are of another kind', () => {
    const data = Float32Array.of(1)
    const cases: [unknown[], Error][] = [[[{ name: 'a', data }, { name: 'a', data }],
      new RangeError('encodeCheckpoint: names must differ, got "a" twice')], [[{ name: '', data }],
      new TypeError('encodeCheckpoint: arrays[0] must have a name, got ""')], [[{ name: 5, data }],
      new TypeError('encodeCheckpoint: arrays[0] must have a name, got 5')], [[{ name: 'a', data: [1] }],
      new TypeError('encodeCheckpoint: a must be a Float32Array or a Float64Array, got [1]')], [[{
      name: 'a',
      data: Int32Array.of(1),
    }], new TypeError('encodeCheckpoint: a must be a Float32Array or a Float64Array, got Int32Array(1)')]]
    for (const [arrays, error] of cases) {
      expect(() => encodeCheckpoint({ metadata: 1, arrays: arrays as Checkpoint['arrays'] })).toThrow(error)
    }
  })
})

describe('decodeCheckpoint', () => {
  it('gives back every bit of the arrays, payloads of NaN included, and their kinds, names and order', () => {
    const words = Uint32Array.of(0x7fc00000, 0x7f800001, 0xffc12345, 0x7fffffff, 0x80000000, 1, 0x7f7fffff, 0xff800000)
    const data32 = new Float32Array(words.buffer)
    const data64 = new Float64Array(Uint32Array.of(1, 0x7ff00000, 0xdeadbeef, 0xfff81234, 0, 0x80000000, 1, 0).buffer)
    const room = new Float32Array(20).fill(3)
    room.set(data32, 3)
    const arrays = [{ name: 'z', data: data32 }, { name: 'a', data: data64 }, {
      name: 'none',
      data: new Float64Array(0),
    }, { name: 'view', data: room.subarray(3, 8) }, { name: 'none too', data: new Float32Array(0) }, {
      name: '__proto__',
      data: Float32Array.of(5),
    }]
    const decoded = decodeCheckpoint(encodeCheckpoint({ metadata: null, arrays })).arrays
    expect(decoded.map(({ name, data }) => [name, data.constructor.name, data.length])).toEqual(
      arrays.map(({ name, data }) => [name, data.constructor.name, data.length]),
    )
    decoded.forEach(({ name, data }, i) => expect(bytesOf(data), name).toEqual(bytesOf(arrays[i].data)))
  })

  it('gives back metadata as it was, every kind of value and every character', () => {
    const metadata = {
      empty: {},
      list: [[], [1, 2.5, -1e300, 5e-324, 1e21, 0.1 + 0.2, Number.MAX_SAFE_INTEGER]],
      yes: true,
      no: false,
      nothing: null,
      text: 'naïve \u0000\u007f\u0080\uffff " \\ / \n 漢字 𝒳 \ud800 lone',
      'ключ "": {}': 'κ',
      deep: [[[[[[[[{ a: [1] }]]]]]]]],
    }
    const file = encodeCheckpoint({ metadata, arrays: [] })
    expect(decodeCheckpoint(file).metadata).toEqual(metadata)
    for (const value of [null, 0, -0, 'x', [], true]) {
      expect(decodeCheckpoint(encodeCheckpoint({ metadata: value, arrays: [] })).metadata).toStrictEqual(value)
    }
  })

  it('shares no memory with the file and reads one at any place in a larger buffer', () => {
    const file = encodeCheckpoint(small)
    for (const shift of [0, 1, 3, 5]) {
      const room = new Uint8Array(file.length + 8).fill(77)
      room.set(file, shift)
      const decoded = decodeCheckpoint(room.subarray(shift, shift + file.length))
      room.fill(0)
      expect(decoded).toEqual(small)
    }
    expect(decodeCheckpoint(Buffer.from(file))).toEqual(small)
  })

  it('refuses every single changed byte, in all its 255 ways', () => {
    const file = encodeCheckpoint(small)
    for (let at = 0; at < file.length; at++) {
      const before = file[at]
      for (let change = 1; change < 256; change++) {
        file[at] = before ^ change
        expect(() => decodeCheckpoint(file), `byte ${at} as ${file[at]}`).toThrow(
          /^decodeCheckpoint: checkpoint must .* at byte \d+, got /,
        )
      }
      file[at] = before
    }
    expect(decodeCheckpoint(file)).toEqual(small)
  })

  it('refuses every truncation as one, and every lengthening', () => {
    const file = encodeCheckpoint(small)
    for (let length = 0; length < file.length; length++) {
      expect(() => decodeCheckpoint(file.subarray(0, length), 'run.ckpt')).toThrow(
        new Error(
          `decodeCheckpoint: run.ckpt must hold ${
            length < 24 ? 24 : file.length
          } bytes at byte ${length}, got the end of the file (truncated file)`,
        ),
      )
    }
    for (const more of [1, 8, 4096]) {
      const longer = new Uint8Array(file.length + more)
      longer.set(file)
      expect(() => decodeCheckpoint(longer, 'run.ckpt')).toThrow(
        new Error(
          `decodeCheckpoint: run.ckpt must end after ${file.length} bytes at byte ${file.length}, got ${more} more (trailing bytes)`,
        ),
      )
    }
  })

  const changed = (at: number, ...values: number[]): Uint8Array => {
    const file = encodeCheckpoint(small)
    file.set(values, at)
    return file
  }
  const length = encodeCheckpoint(small).length
  const only = 'be of format version 1, the only one this release reads, at byte 8, got version'
  it.each<[string, Uint8Array, string]>([['another kind of file', Uint8Array.of(0x1f, 0x8b, 8, 0),
    'start with the magic number of a checkpoint at byte 0, got byte 31'], ['a file sent as text', changed(5, 0x0a),
    'start with the magic number of a checkpoint at byte 5, got byte 10'], ['a newer version', changed(8, 2),
    `${only} 2 (written by a newer release)`], ['a newer version with a good checksum', sealed(changed(8, 0, 0, 1)),
    `${only} 65536 (written by a newer release)`], ['a newer version with a shorter prefix',
    changed(8, 2).subarray(0, 12), `${only} 2 (written by a newer release)`], ['version 0', changed(8, 0), `${only} 0`],
    ['an absurd header', changed(12, 0, 0, 0, 0xff),
      'declare a multiple of 8 up to 67108864 bytes of header at byte 12, got 4278190080'], [
    'a header that ends anywhere',
    changed(12, 9),
    'declare a multiple of 8 up to 67108864 bytes of header at byte 12, got 9',
  ], ['a header longer than the file', sealed(changed(12, 0, 4, 0, 0)),
    `declare a length of at least 1052 bytes at byte 16, got ${length}`], ['exabytes',
    changed(16, 0, 0, 0, 0, 0, 0, 0, 0xff),
    `hold 18374686479671624000 bytes at byte ${length}, got the end of the file (truncated file)`]])(
      'says what is wrong, and where, with %s',
      (_, file, message) => {
        expect(() => decodeCheckpoint(file, 'run.ckpt')).toThrow(
          new Error(`decodeCheckpoint: run.ckpt must ${message}`),
        )
      },
    )

  it('says which checksum was expected', () => {
    const file = changed(length - 5, 0x40)
    const expected = crc32c(file.subarray(0, -4)).toString(16).padStart(8, '0')
    expect(() => decodeCheckpoint(file)).toThrow(
      new RegExp(
        `^decodeCheckpoint: checkpoint must have the checksum ${expected} of its content at byte ${
          length - 4
        }, got [0-9a-f]{8} \\(changed or half-written file\\)$`,
      ),
    )
  })

  const entry = (fields: object): string =>
    `{"metadata":1,"arrays":[${JSON.stringify({ name: 'a', type: 'float32', length: 2, offset: 0, ...fields })}]}`
  const two = (fields: object): string =>
    `{"metadata":1,"arrays":[{"name":"a","type":"float32","length":2,"offset":0},${
      JSON.stringify({ name: 'b', type: 'float32', length: 1, offset: 8, ...fields })
    }]}`
  const room = 'lies within the 16 bytes behind the header at byte 24, got'
  it.each<[string, string, string]>([['nothing', '', 'in JSON at byte 24, got 0 bytes that are none'], ['no JSON',
    '{"metadata":1,"arrays":[}', 'in JSON at byte 24, got 32 bytes that are none'], ['a character above 127',
    '{"metadata":"é","arrays":[]}', 'in ASCII at byte 37, got byte 233'], ['a number', '5',
    'with metadata and arrays at byte 24, got 5'], ['null', 'null', 'with metadata and arrays at byte 24, got null'], [
    'no metadata',
    '{"arrays":[]}',
    'with metadata and arrays at byte 24, got an object {arrays}',
  ], ['no arrays', '{"metadata":1}', 'with metadata and arrays at byte 24, got an object {metadata}'], [
    'arrays that are none',
    '{"metadata":1,"arrays":{"length":1}}',
    'with metadata and arrays at byte 24, got an object {metadata, arrays}',
  ], ['an array that is null', '{"metadata":1,"arrays":[null]}',
    'whose arrays[0] has a name at byte 24, got undefined'], ['no name', entry({ name: '' }),
    'whose arrays[0] has a name at byte 24, got ""'], ['a list as name', entry({ name: [[[1]]] }),
    'whose arrays[0] has a name at byte 24, got an array of 1'], ['a doubled name', two({ name: 'a' }),
    'whose arrays[1] has a name of its own at byte 24, got "a"'], ['another type', entry({ type: 'int8' }),
    'whose arrays[0] is of type float32 or float64 at byte 24, got "int8"'], ['an inherited type',
    entry({ type: 'constructor' }), 'whose arrays[0] is of type float32 or float64 at byte 24, got "constructor"'], [
    'a negative length',
    entry({ length: -1 }),
    'whose arrays[0] has a whole number of elements at byte 24, got -1',
  ], ['a fractional length', entry({ length: 0.5 }),
    'whose arrays[0] has a whole number of elements at byte 24, got 0.5'], ['a length in quotes',
    entry({ length: '2' }), 'whose arrays[0] has a whole number of elements at byte 24, got "2"'], ['no offset',
    entry({ offset: null }), 'whose arrays[0] starts at a multiple of 8 at byte 24, got null'], ['a crooked offset',
    entry({ offset: 4 }), 'whose arrays[0] starts at a multiple of 8 at byte 24, got 4'], ['a negative offset',
    entry({ offset: -8 }), 'whose arrays[0] starts at a multiple of 8 at byte 24, got -8'], ['an overlap',
    two({ offset: 0 }), 'whose arrays[1] overlaps none before it, which end at 8 at byte 24, got 0'], [
    'one element too many',
    entry({ length: 5 }),
    `whose arrays[0] ${room} "5 elements of float32 at 0"`,
  ], ['one element too many of eight bytes', two({ type: 'float64', length: 2 }),
    `whose arrays[1] ${room} "2 elements of float64 at 8"`], ['an offset behind the end',
    entry({ offset: 24, length: 0 }), `whose arrays[0] ${room} "0 elements of float32 at 24"`], ['2⁵³ − 1 elements',
    entry({ length: 2 ** 53 - 1 }), `whose arrays[0] ${room} "9007199254740991 elements of float32 at 0"`], [
    'more than 2⁵³ elements',
    entry({ length: 2 ** 60 }),
    'whose arrays[0] has a whole number of elements at byte 24, got 1152921504606847000',
  ]])('refuses a header with a good checksum that holds %s', (_, header, message) => {
    expect(() => decodeCheckpoint(withHeader(header, header === '' ? 0 : 16), 'run.ckpt')).toThrow(
      new Error(`decodeCheckpoint: run.ckpt must hold a header ${message}`),
    )
  })

  it('accepts such a header when nothing is wrong with it, and gaps between arrays', () => {
    expect(decodeCheckpoint(withHeader(two({}), 16)).arrays).toHaveLength(2)
    expect(decodeCheckpoint(withHeader(entry({ offset: 8 }), 16)).arrays[0].data).toEqual(Float32Array.of(0, 0))
    expect(decodeCheckpoint(withHeader(entry({ offset: 16, length: 0 }), 16)).arrays[0].data.length).toBe(0)
  })

  it('answers a header of a million open brackets with its own error', () => {
    for (const header of ['['.repeat(1e6), `${'['.repeat(1e6)}${']'.repeat(1e6)}`,
      `{"metadata":1,"arrays":[{"name":${'['.repeat(1e5)}${']'.repeat(1e5)}}]}`])
    {
      expect(() => decodeCheckpoint(withHeader(header))).toThrow(
        /^decodeCheckpoint: checkpoint must hold a header .* at byte 24, got /,
      )
    }
  })

  it('refuses what is no array of bytes', () => {
    expect(() => decodeCheckpoint('abc' as unknown as Uint8Array, 'x')).toThrow(
      new TypeError('decodeCheckpoint: x must be a Uint8Array, got "abc"'),
    )
  })
})

describe('copyElements', () => {
  it('turns the bytes of every element around for machines that store them the other way', () => {
    const from = Uint8Array.from({ length: 16 }, (_, i) => i)
    const to = new Uint8Array(16)
    copyElements(to, from, 0)
    expect([...to]).toEqual([...from])
    copyElements(to, from, 3)
    expect([...to]).toEqual([3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12])
    copyElements(to, from, 7)
    expect([...to]).toEqual([7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8])
  })
})
