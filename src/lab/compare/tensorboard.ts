// Trainings as TensorBoard event files: scalars only, written byte by byte.

import { crc32c } from '../../nn/checkpoint.ts'
import type { EpochRecord } from '../train/record.ts'
import { scalarsOf } from './scalars.ts'

/** Any name with `tfevents` in it is read; without a time in it a training that is written again takes the place of the old one. */
export const EVENT_FILE = 'events.out.tfevents.0000000000.feedback-alignment'

/** Wire types of protocol buffers: how a field's value is written. */
const VARINT = 0,
  EIGHT_BYTES = 1,
  COUNTED = 2,
  FOUR_BYTES = 5

/** Seven bits a byte, lowest first, the eighth bit says that more follow. For whole numbers of 0 to 2⁵³. */
function varint(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push(rest % 128 + 128)
  return [...bytes, rest]
}

const tag = (field: number, wire: number): number[] => varint(field * 8 + wire)
const whole = (field: number, value: number): number[] => [...tag(field, VARINT), ...varint(value)]
const counted = (field: number,
  bytes: readonly number[]): number[] => [...tag(field, COUNTED), ...varint(bytes.length), ...bytes]
const text = (field: number, value: string): number[] => counted(field, [...new TextEncoder().encode(value)])

function float(field: number, value: number): number[] {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setFloat32(0, value, true)
  return [...tag(field, FOUR_BYTES), ...bytes]
}

function double(field: number, value: number): number[] {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setFloat64(0, value, true)
  return [...tag(field, EIGHT_BYTES), ...bytes]
}

/** CRC-32C, turned right by 15 bits, plus a constant: the format's guard against checksums of what holds checksums. */
function masked(bytes: Uint8Array): number {
  const crc = crc32c(bytes)
  return ((crc >>> 15 | crc << 17) + 0xa282ead8) >>> 0
}

/** One entry of a TFRecord file: length as 8 bytes and its check, the bytes and theirs, all little-endian. */
function framed(bytes: readonly number[]): Uint8Array {
  const entry = new Uint8Array(bytes.length + 16)
  const view = new DataView(entry.buffer)
  view.setUint32(0, bytes.length, true)
  view.setUint32(8, masked(entry.subarray(0, 8)), true)
  entry.set(bytes, 12)
  view.setUint32(12 + bytes.length, masked(entry.subarray(12, 12 + bytes.length)), true)
  return entry
}

/** What a file begins with: `Event { wall_time = 1, file_version = 3 }`. */
export function eventHead(): Uint8Array {
  return framed([...double(1, 0), ...text(3, 'brain.Event:2')])
}

/**
 * One record as an event: `Event { wall_time = 1, step = 2, summary = 5 { value = 1 { tag = 1, simple_value = 2 } … } }`.
 * The step is that of the training; a record holds no clock, so that wall_time is its epoch in seconds since 1970. Values
 * are float32 there.
 */
export function eventOf(record: EpochRecord): Uint8Array {
  const values = [...scalarsOf(record)].flatMap(([name, value]) => counted(1, [...text(1, name), ...float(2, value)]))
  return framed([...double(1, record.epoch), ...whole(2, record.steps), ...counted(5, values)])
}

/** A whole event file. */
export function eventFile(records: readonly EpochRecord[]): Uint8Array {
  return Buffer.concat([eventHead(), ...records.map(eventOf)])
}
