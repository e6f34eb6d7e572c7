import { describe, expect, it } from 'vitest'
import { eventFile, eventHead, eventOf } from '../../../src/lab/compare/tensorboard.ts'
import { scalarsOf } from '../../../src/lab/compare/scalars.ts'
import { record } from './made.ts'

/** CRC-32C bit by bit, from the polynomial: nothing of the engine's. */
function crc(bytes: Uint8Array): bigint {
  let remainder = 0xffffffffn
  for (const byte of bytes) {
    remainder ^= BigInt(byte)
    for (let bit = 0; bit < 8; bit++) remainder = remainder >> 1n ^ ((remainder & 1n) === 1n ? 0x82f63b78n : 0n)
  }
  return remainder ^ 0xffffffffn
}

function masked(bytes: Uint8Array): number {
  const value = crc(bytes)
  return Number(((value >> 15n | value << 17n & 0xffffffffn) + 0xa282ead8n) & 0xffffffffn)
}

/** The entries of a TFRecord file, by its description: uint64 length, its check, bytes, their check. */
function entries(file: Uint8Array): Uint8Array[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const found: Uint8Array[] = []
  for (let at = 0; at < file.length;) {
    const length = Number(view.getBigUint64(at, true))
    expect(view.getUint32(at + 8, true)).toBe(masked(file.subarray(at, at + 8)))
    const bytes = file.subarray(at + 12, at + 12 + length)
    expect(view.getUint32(at + 12 + length, true)).toBe(masked(bytes))
    found.push(bytes)
    at += length + 16
  }
  return found
}

/** The fields of a protocol buffer: number and value, bytes where it is counted. */
function fields(bytes: Uint8Array): [number, bigint | number | Uint8Array][] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const found: [number, bigint | number | Uint8Array][] = []
  let at = 0
  const varint = (): bigint => {
    let value = 0n
    for (let shift = 0n;; shift += 7n) {
      const byte = bytes[at++]
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return value
    }
  }
  while (at < bytes.length) {
    const key = Number(varint()), field = key >> 3
    const wire = key & 7
    if (wire === 0) found.push([field, varint()])
    else if (wire === 1) found.push([field, view.getFloat64((at += 8) - 8, true)])
    else if (wire === 5) found.push([field, view.getFloat32((at += 4) - 4, true)])
    else if (wire === 2) {
      const length = Number(varint())
      found.push([field, bytes.subarray(at, at += length)])
    } else throw new Error(`wire type ${wire}`)
  }
  return found
}

const textOf = (value: unknown): string => new TextDecoder().decode(value as Uint8Array)

describe('eventFile', () => {
  it('is read back by the description of its format: version, then steps with tags and float32 values', () => {
    const records = [record(0), record(3), { ...record(5), steps: 3_000_000_000 }]
    const [head, ...events] = entries(eventFile(records)).map(fields)
    expect(head.map(([field, value]) => [field, field === 3 ? textOf(value) : value])).toEqual([[1, 0], [3,
      'brain.Event:2']])
    expect(events.map(([[, time], [, step]]) => [time, step])).toEqual([[0, 0n], [3, 189n], [5, 3_000_000_000n]])
    events.forEach((event, index) => {
      expect(event.map(([field]) => field)).toEqual([1, 2, 5])
      const scalars = fields(event[2][1] as Uint8Array).map(([field, value]) => {
        expect(field).toBe(1)
        const [[, tag], [number, scalar]] = fields(value as Uint8Array)
        expect(number).toBe(2)
        return [textOf(tag), scalar]
      })
      expect(scalars).toEqual([...scalarsOf(records[index])].map(([name, value]) => [name, Math.fround(value)]))
    })
    expect(events[0]).not.toEqual(events[1])
  })

  it('is what a file becomes to which events are added one by one', () => {
    const records = [record(0), record(1)]
    expect(Buffer.concat([eventHead(), ...records.map(eventOf)]).equals(eventFile(records))).toBe(true)
  })
})
