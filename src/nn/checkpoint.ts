// The file format of a training that can be resumed: bytes ⇄ record. Where the bytes lie is the caller's business.
//
//   0  magic, 8 bytes              24  header: JSON in ASCII, then spaces up to a multiple of 8
//   8  format version, uint32           arrays, each at a multiple of 8, zeros between
//  12  length of the header, uint32     CRC-32C of everything before, uint32: the last four bytes
//  16  length of the file, uint64
//
// All numbers are little-endian. Offsets in the header count from its end.

import { show } from '../tensor/index.ts'
import type { NamedArray } from './named-array.ts'

/** What a file holds: configuration, counters and best values as JSON, everything else as arrays. */
export interface Checkpoint {
  /** Anything that JSON can say; non-finite numbers cannot be said. What a reader finds here is for it to check. */
  readonly metadata: unknown
  readonly arrays: readonly NamedArray[]
}

// As in PNG: a byte above 127 and both line ends show a file that was sent as text.
const MAGIC: readonly number[] = [0x89, 0x46, 0x41, 0x43, 0x4b, 0x0d, 0x0a, 0x1a]
const VERSION = 1
const PREFIX = 24
const CHECKSUM = 4
/** Far above any header; below what a string can hold in every engine. */
const MOST_HEADER = 0x4000000
const WIDTHS: Readonly<Record<string, number>> = { float32: 4, float64: 8 }
const BIG_ENDIAN: boolean = /* @__PURE__ */ isBigEndian()

function isBigEndian(): boolean {
  return new Uint8Array(Uint32Array.of(1).buffer)[0] === 0
}

/** Bytes in memory of their own, not shared: what `Blob`, `fetch` and `crypto.subtle` take, by their types as well. */
export type FileBytes = Uint8Array & { readonly buffer: ArrayBuffer }

/**
 * The file of a record. The bits of all arrays are kept, payloads of NaN included.
 * Throws: TypeError, RangeError for metadata that JSON cannot say, arrays of another kind, doubled or empty names, and
 *   what does not fit into memory.
 */
export function encodeCheckpoint({ metadata, arrays }: Checkpoint): FileBytes {
  const where = 'encodeCheckpoint'
  const names = new Set<string>()
  let end = 0
  const entries = arrays.map(({ name, data }, i) => {
    if (typeof name !== 'string' || name === '') {
      throw new TypeError(`${where}: arrays[${i}] must have a name, got ${show(name)}`)
    }
    if (names.has(name)) throw new RangeError(`${where}: names must differ, got ${show(name)} twice`)
    names.add(name)
    if (!(data instanceof Float32Array || data instanceof Float64Array)) {
      throw new TypeError(`${where}: ${name} must be a Float32Array or a Float64Array, got ${show(data)}`)
    }
    const offset = multipleOf8(end)
    end = offset + data.byteLength
    return { name, type: data instanceof Float32Array ? 'float32' : 'float64', length: data.length, offset }
  })
  let header = `{"metadata":${asciiJson(where, 'metadata', metadata)},"arrays":${asciiJson(where, 'arrays', entries)}}`
  header += ' '.repeat(multipleOf8(header.length) - header.length)
  if (header.length > MOST_HEADER) {
    throw new RangeError(`${where}: header must hold at most ${MOST_HEADER} bytes, got ${header.length}`)
  }
  const start = PREFIX + header.length
  const total = start + end + CHECKSUM
  const file = allocate(where, total)
  const view = new DataView(file.buffer)
  file.set(MAGIC)
  view.setUint32(8, VERSION, true)
  view.setUint32(12, header.length, true)
  view.setUint32(16, total >>> 0, true)
  view.setUint32(20, Math.floor(total / 0x100000000), true)
  for (let i = 0; i < header.length; i++) file[PREFIX + i] = header.charCodeAt(i)
  arrays.forEach(({ data }, i) => {
    const from = start + entries[i].offset
    copyElements(file.subarray(from, from + data.byteLength), bytesOf(data), flipOf(data))
  })
  view.setUint32(total - CHECKSUM, crc32c(file.subarray(0, total - CHECKSUM)), true)
  return file
}

/**
 * The record of a file; `name` stands in every message. Nothing but magic number, version and lengths is believed
 * before the checksum holds, and no array is allocated before all of them are known to lie in the file.
 * Aliasing: the arrays are copies. Cost: at most the file's size in arrays.
 * Throws: Error with what was expected, what came and where (byte offset) for another kind of file, a version that this
 *   reader does not know, a truncated, lengthened or changed file, a header that declares what cannot be.
 */
export function decodeCheckpoint(file: Uint8Array, name = 'checkpoint'): Checkpoint {
  if (!(file instanceof Uint8Array)) {
    throw new TypeError(`decodeCheckpoint: ${name} must be a Uint8Array, got ${show(file)}`)
  }
  const fail: Fail = (offset, expected, got) =>
    new Error(`decodeCheckpoint: ${name} must ${expected} at byte ${offset}, got ${got}`)
  const wrong = MAGIC.findIndex((byte, i) => i < file.length && file[i] !== byte)
  if (wrong >= 0) throw fail(wrong, 'start with the magic number of a checkpoint', `byte ${file[wrong]}`)
  const short = (wanted: number): Error =>
    fail(file.length, `hold ${wanted} bytes`, 'the end of the file (truncated file)')
  const view = new DataView(file.buffer, file.byteOffset, file.length)
  // Before the rest of the prefix: another version may have a shorter one.
  if (file.length < 12) throw short(PREFIX)
  const version = view.getUint32(8, true)
  if (version !== VERSION) {
    throw fail(8, `be of format version ${VERSION}, the only one this release reads,`,
      `version ${version}${version > VERSION ? ' (written by a newer release)' : ''}`)
  }
  if (file.length < PREFIX) throw short(PREFIX)
  const total = view.getUint32(16, true) + 0x100000000 * view.getUint32(20, true)
  const header = view.getUint32(12, true)
  if (header > MOST_HEADER || header % 8 !== 0) {
    throw fail(12, `declare a multiple of 8 up to ${MOST_HEADER} bytes of header`, `${header}`)
  }
  const start = PREFIX + header
  if (total < start + CHECKSUM) throw fail(16, `declare a length of at least ${start + CHECKSUM} bytes`, `${total}`)
  if (file.length < total) throw short(total)
  if (file.length > total) throw fail(total, `end after ${total} bytes`, `${file.length - total} more (trailing bytes)`)
  const end = total - CHECKSUM
  const expected = view.getUint32(end, true)
  const found = crc32c(file.subarray(0, end))
  if (found !== expected) {
    throw fail(end, `have the checksum ${hex(found)} of its content`, `${hex(expected)} (changed or half-written file)`)
  }
  const { metadata, entries } = readHeader(file.subarray(PREFIX, start), end - start, fail)
  const arrays = entries.map((entry) => {
    const data = entry.type === 'float32' ? new Float32Array(entry.length) : new Float64Array(entry.length)
    const from = start + entry.offset
    copyElements(bytesOf(data), file.subarray(from, from + data.byteLength), flipOf(data))
    return { name: entry.name, data }
  })
  return { metadata, arrays }
}

const MOST_DEPTH = 64

/** JSON in ASCII, −0 included. Throws: TypeError naming the place of what JSON cannot say, RangeError for a circle. */
function asciiJson(where: string, path: string, value: unknown, depth = 0): string {
  if (depth > MOST_DEPTH) {
    throw new RangeError(`${where}: metadata must be nested at most ${MOST_DEPTH} deep, got more (a circle?)`)
  }
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'number' && Number.isFinite(value)) return Object.is(value, -0) ? '-0' : String(value)
  if (typeof value === 'string') {
    const escape = (c: string): string => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`
    return JSON.stringify(value).replace(/[\u0080-\uffff]/g, escape)
  }
  // Array.from: a hole is no value either.
  if (Array.isArray(value)) {
    return `[${Array.from(value, (item, i) => asciiJson(where, `${path}[${i}]`, item, depth + 1)).join(',')}]`
  }
  if (Object.prototype.toString.call(value) === '[object Object]') {
    const members = Object.entries(value as object).map(([key, item]) =>
      `${asciiJson(where, path, key)}:${asciiJson(where, `${path}.${key}`, item, depth + 1)}`
    )
    return `{${members.join(',')}}`
  }
  // JSON.stringify would write null for NaN and leave out undefined, silently.
  throw new TypeError(`${where}: ${path} must be a value of JSON, got ${show(value)}`)
}

type Fail = (offset: number, expected: string, got: string) => Error

interface Entry {
  readonly name: string
  readonly type: string
  readonly length: number
  readonly offset: number
}

/** Metadata and the declared arrays, every one of which lies within `room` bytes and overlaps no other. */
function readHeader(header: Uint8Array, room: number, fail: Fail): { metadata: unknown; entries: readonly Entry[] } {
  const beyond = header.findIndex((byte) => byte >= 0x80)
  if (beyond >= 0) throw fail(PREFIX + beyond, 'hold a header in ASCII', `byte ${header[beyond]}`)
  let parsed: unknown
  try {
    let text = ''
    // In pieces, because arguments lie on the stack.
    for (let i = 0; i < header.length; i += 4096) text += String.fromCharCode(...header.subarray(i, i + 4096))
    parsed = JSON.parse(text)
  } catch {
    throw fail(PREFIX, 'hold a header in JSON', `${header.length} bytes that are none`)
  }
  const { metadata, arrays } = fields(parsed)
  if (metadata === undefined || !Array.isArray(arrays)) {
    throw fail(PREFIX, 'hold a header with metadata and arrays', said(parsed))
  }
  const names = new Set<string>()
  let free = 0
  const entries = arrays.map((array: unknown, i): Entry => {
    const { name, type, length, offset } = fields(array)
    const refuse = (requirement: string, got: unknown): Error =>
      fail(PREFIX, `hold a header whose arrays[${i}] ${requirement}`, said(got))
    if (typeof name !== 'string' || name === '') throw refuse('has a name', name)
    if (names.has(name)) throw refuse('has a name of its own', name)
    names.add(name)
    if (typeof type !== 'string' || !Object.hasOwn(WIDTHS, type)) throw refuse('is of type float32 or float64', type)
    if (!isWhole(length)) throw refuse('has a whole number of elements', length)
    if (!isWhole(offset) || offset % 8 !== 0) throw refuse('starts at a multiple of 8', offset)
    if (offset < free) throw refuse(`overlaps none before it, which end at ${free}`, offset)
    // Divided, not multiplied: a product of numbers from the file could round to something that fits.
    if (length > (room - offset) / WIDTHS[type]) {
      throw refuse(`lies within the ${room} bytes behind the header`, `${length} elements of ${type} at ${offset}`)
    }
    free = offset + length * WIDTHS[type]
    return { name, type, length, offset }
  })
  return { metadata, entries }
}

/** A value of the header in a message. Nested arrays are not entered: they may be deeper than the stack. */
function said(value: unknown): string {
  return Array.isArray(value) ? `an array of ${value.length}` : show(value)
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? value as Record<string, unknown> : {}
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function multipleOf8(value: number): number {
  return 8 * Math.ceil(value / 8)
}

function allocate(where: string, size: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(size)
  } catch {
    throw new RangeError(`${where}: checkpoint must fit into memory, got ${size} bytes`)
  }
}

function bytesOf(data: Float32Array | Float64Array): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}

/** The exclusive or that turns the place of a byte within its element around on machines that store its high end first. */
function flipOf(data: Float32Array | Float64Array): number {
  return BIG_ENDIAN ? data.BYTES_PER_ELEMENT - 1 : 0
}

/** to[i] := from[i xor flip]: elements of flip + 1 bytes are turned around, or copied for 0; never read as numbers. */
export function copyElements(to: Uint8Array, from: Uint8Array, flip: number): void {
  if (flip === 0) to.set(from)
  else for (let i = 0; i < to.length; i++) to[i] = from[i ^ flip]
}

let table: Uint32Array | undefined

/**
 * CRC-32C: remainder of the bytes by the Castagnoli polynomial 0x1edc6f41, bits reflected, start and end inverted.
 * Why: finds every change that spans up to 32 bits; a plain sum would miss exchanged bytes.
 */
export function crc32c(bytes: Uint8Array): number {
  // On first use: an import computes nothing.
  table ??= Uint32Array.from({ length: 256 }, (_, byte) => {
    let remainder = byte
    for (let bit = 0; bit < 8; bit++) remainder = remainder >>> 1 ^ (remainder & 1) * 0x82f63b78
    return remainder
  })
  const t = table
  let remainder = -1
  for (let i = 0; i < bytes.length; i++) remainder = remainder >>> 8 ^ t[(remainder ^ bytes[i]) & 0xff]
  return ~remainder >>> 0
}

function hex(value: number): string {
  return value.toString(16).padStart(8, '0')
}
