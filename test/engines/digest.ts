// What a group of vectors leaves behind: 64 bits of FNV-1a over every bit of its results, in order, and on demand the
// results themselves, so that a difference can be traced to the number that differs.

/** Takes in results in order; equal hashes mean equal bits. */
export interface Digest {
  /** Names what follows, in the hash and in the trace. */
  readonly note: (text: string) => void
  readonly float32s: (values: ArrayLike<number>) => void
  readonly float64s: (values: ArrayLike<number>) => void
  /** 16 hexadecimal digits. */
  readonly hash: () => string
  /** Everything taken in so far, one entry per number or note; empty unless tracing. */
  readonly trace: () => readonly string[]
}

/** Options of `digest`. */
export interface DigestOptions {
  readonly trace?: boolean
  /** Flips the lowest bit of the first number of the group: the wrong bit that the comparison must find. */
  readonly plant?: boolean
}

const QUIET_NAN_32 = 0x7fc00000
const QUIET_NAN_64_HIGH = 0x7ff80000

/**
 * h := (h xor byte)·(2⁴⁰ + 0x1b3) mod 2⁶⁴ for each byte, little-endian, from 0xcbf29ce484222325.
 * Source: Fowler, Noll, Vo, FNV-1a 64. NaNs count as one value: which NaN an operation gives is left to the engine.
 */
export function digest({ trace: tracing = false, plant = false }: DigestOptions = {}): Digest {
  let low = 0x84222325 | 0
  let high = 0xcbf29ce4 | 0
  const entries: string[] = []
  const view = new DataView(new ArrayBuffer(8))
  let wrong = plant ? 1 : 0

  const byte = (value: number): void => {
    low ^= value
    // low·0x1b3 by halves of 16 bits, whose products stay below 2²⁵.
    const bottom = (low & 0xffff) * 0x1b3
    const top = (low >>> 16) * 0x1b3 + (bottom >>> 16)
    high = Math.imul(high, 0x1b3) + (low << 8) + (top >>> 16) | 0
    low = top << 16 | bottom & 0xffff
  }
  const word = (value: number): void => {
    byte(value & 0xff)
    byte(value >>> 8 & 0xff)
    byte(value >>> 16 & 0xff)
    byte(value >>> 24)
  }
  const take32 = (bits: number): void => {
    word(bits ^ wrong)
    if (tracing) entries.push(hex(bits ^ wrong))
    wrong = 0
  }
  const take64 = (lowBits: number, highBits: number): void => {
    word(lowBits ^ wrong)
    word(highBits)
    if (tracing) entries.push(hex(highBits) + hex(lowBits ^ wrong))
    wrong = 0
  }
  return {
    note(text) {
      for (let i = 0; i < text.length; i++) byte(text.charCodeAt(i) & 0xff)
      if (tracing) entries.push(`«${text}»`)
    },
    float32s(values) {
      for (let i = 0; i < values.length; i++) {
        const x = values[i]
        view.setFloat32(0, x, true)
        take32(x !== x ? QUIET_NAN_32 : view.getInt32(0, true))
      }
    },
    float64s(values) {
      for (let i = 0; i < values.length; i++) {
        const x = values[i]
        view.setFloat64(0, x, true)
        if (x !== x) take64(0, QUIET_NAN_64_HIGH)
        else take64(view.getInt32(0, true), view.getInt32(4, true))
      }
    },
    hash: () => hex(high) + hex(low),
    trace: () => entries,
  }
}

/** Eight hexadecimal digits of a 32-bit word. */
export function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0')
}

/** Sixteen hexadecimal digits: the bits of a float64. */
export function float64Hex(x: number): string {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, x)
  return hex(view.getInt32(0)) + hex(view.getInt32(4))
}
