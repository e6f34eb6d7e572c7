// The judge of the portable functions: their float64 error, and whether the float32 result is correctly rounded.

import * as functions from '../../src/tensor/functions/index.ts'
import { type Big, toFloat32 } from './bigFixed.ts'
import * as big from './bigFunctions.ts'
import * as dd from './doubleDouble.ts'

export interface Unary {
  readonly name: string
  readonly f: (x: number) => number
  /** Leaves the value in dd.OUT. */
  readonly oracle: (x: number) => void
  readonly big: (x: number) => Big
  /** The exact float64 result where there is one to demand; undefined where the oracle decides. */
  readonly special: (x: number) => number | undefined
}

const odd = (x: number): number | undefined => (x === 0 ? x : undefined)
const periodic = (x: number): number | undefined => (Math.abs(x) === Infinity ? NaN : undefined)

const table: Unary[] = [{
  name: 'tanh',
  f: functions.tanh,
  oracle: dd.tanhDd,
  big: big.tanhBig,
  special: (x) => (Math.abs(x) > 100 ? Math.sign(x) : odd(x)),
}, {
  name: 'exp',
  f: functions.exp,
  oracle: dd.expDd,
  big: big.expBig,
  special: (x) => (x === 0 ? 1 : x > 710 ? Infinity : x < -745.1332191019412 ? 0 : undefined),
}, {
  name: 'sigmoid',
  f: functions.sigmoid,
  oracle: dd.sigmoidDd,
  big: big.sigmoidBig,
  special: (x) => (x === 0 ? 0.5 : x > 100 ? 1 : x < -745.1332191019412 ? 0 : undefined),
}, {
  name: 'erf',
  f: functions.erf,
  oracle: dd.erfDd,
  big: big.erfBig,
  special: (x) => (Math.abs(x) > 100 ? Math.sign(x) : odd(x)),
}, {
  name: 'log',
  f: functions.log,
  oracle: dd.logDd,
  big: big.logBig,
  special: (x) => (x === 0 ? -Infinity : x < 0 ? NaN : x === Infinity ? x : x === 1 ? 0 : undefined),
}, {
  name: 'expm1',
  f: functions.expm1,
  oracle: dd.expm1Dd,
  big: big.expm1Big,
  special: (x) => (x > 710 ? Infinity : x < -100 ? -1 : odd(x)),
}, {
  name: 'log1p',
  f: functions.log1p,
  oracle: dd.log1pDd,
  big: big.log1pBig,
  special: (x) => (x === -1 ? -Infinity : x < -1 ? NaN : x === Infinity ? x : odd(x)),
}, { name: 'sin', f: functions.sin, oracle: dd.sinDd, big: big.sinBig, special: (x) => periodic(x) ?? odd(x) }, {
  name: 'cos',
  f: functions.cos,
  oracle: dd.cosDd,
  big: big.cosBig,
  special: (x) => periodic(x) ?? (x === 0 ? 1 : undefined),
}, {
  name: 'asin',
  f: functions.asin,
  oracle: dd.asinDd,
  big: big.asinBig,
  special: (x) => (Math.abs(x) > 1 ? NaN : odd(x)),
}]

/** In the order in which the exhaustive run takes them. */
export const UNARY: readonly Unary[] = table

export function unaryNamed(name: string): Unary {
  const found = UNARY.find((one) => one.name === name)
  if (found !== undefined) return found
  throw new RangeError(`unaryNamed: name must be one of ${UNARY.map((one) => one.name)}, got ${name}`)
}

export interface Tally {
  inputs: number
  /** Inputs whose float32 result is not the correctly rounded one, and at most 64 of them. */
  wrong: number
  wrongInputs: number[]
  /** Greatest error of the float64 results above 2^-960, in units in the last place. */
  worst64: number
  worst64At: number
  /** Greatest error of the float32 result, in units in its last place. */
  worst32: number
  worst32At: number
  /** Inputs that the double-double oracle left to the BigInt one. */
  close: number
}

export function emptyTally(): Tally {
  return { inputs: 0, wrong: 0, wrongInputs: [], worst64: 0, worst64At: 0, worst32: 0, worst32At: 0, close: 0 }
}

/** The tally of two disjoint sets of inputs; `a` is changed and returned. */
export function addTally(a: Tally, b: Tally): Tally {
  a.inputs += b.inputs
  a.wrong += b.wrong
  a.wrongInputs = [...a.wrongInputs, ...b.wrongInputs].slice(0, 64)
  a.close += b.close
  if (b.worst64 > a.worst64) [a.worst64, a.worst64At] = [b.worst64, b.worst64At]
  if (b.worst32 > a.worst32) [a.worst32, a.worst32At] = [b.worst32, b.worst32At]
  return a
}

const FLOAT = new Float64Array(1)
const WORDS = new Uint32Array(FLOAT.buffer) // little-endian, which doubleDouble.ts demands

/** Unit in the last place of the binade of x with `bits` significant bits, at least `least`. */
function unit(x: number, bits: number, least: number): number {
  FLOAT[0] = x
  WORDS[1] &= 0x7ff00000
  WORDS[0] = 0
  return Math.max(FLOAT[0] * 2 ** (1 - bits), least)
}

const LEAST = 2 ** -960 // below it the low part is subnormal and says nothing about the last place of the high one
const OVERFLOW = 2 ** 128 - 2 ** 103 // half way between the greatest float32 and 2^128

/** Judges f at x, which may be any float64, and adds what it finds to the tally. */
export function judge(unary: Unary, x: number, tally: Tally): void {
  tally.inputs++
  const y = unary.f(x)
  const special = x !== x ? x : unary.special(x)
  if (special !== undefined) {
    if (!Object.is(y, special)) markWrong(tally, x)
    return
  }
  unary.oracle(x)
  const high = dd.OUT[0]
  const low = dd.OUT[1]
  const size = Math.abs(high)
  const error = Math.abs((y - high) - low)
  if (!(error <= tally.worst64 * size * 2 ** -53) && size > LEAST && size < Infinity) {
    const units = error / unit(high, 53, 2 ** -1074)
    if (!(units <= tally.worst64)) [tally.worst64, tally.worst64At] = [y === y ? units : Infinity, x]
  }
  const got = Math.fround(y)
  const below = Math.fround(high - size * 2 ** -45)
  const above = Math.fround(high + size * 2 ** -45)
  let expected = below
  if (below !== above) {
    const middle = above === Infinity ? OVERFLOW : 0.5 * (below + above)
    const side = (high - middle) + low
    if (Math.abs(side) > size * 2 ** -60) expected = side > 0 ? above : below
    else {
      tally.close++
      expected = toFloat32(unary.big(x))
    }
  }
  if (got !== expected || (got === 0 && Object.is(got, 0) !== high > 0)) markWrong(tally, x)
  if (got !== Infinity) {
    const error32 = Math.abs((got - high) - low)
    if (error32 > tally.worst32 * Math.max(size * 2 ** -24, 2 ** -149)) {
      const units = error32 / unit(high, 24, 2 ** -149)
      if (units > tally.worst32) [tally.worst32, tally.worst32At] = [units, x]
    }
  }
}

function markWrong(tally: Tally, x: number): void {
  tally.wrong++
  if (tally.wrongInputs.length < 64) tally.wrongInputs.push(x)
}

/** Judges all float32 inputs with bit patterns from `first` to `last`, both included. */
export function judgePatterns(unary: Unary, first: number, last: number): Tally {
  const tally = emptyTally()
  const pattern = new Uint32Array(1)
  const float = new Float32Array(pattern.buffer)
  for (let bits = first; bits <= last; bits++) {
    pattern[0] = bits
    judge(unary, float[0], tally)
  }
  return tally
}

/** A seeded generator of uniform 32-bit integers (xorshift32), enough for choosing test inputs. */
export function generator(seed: number): () => number {
  let s = seed | 0 || 1
  return () => {
    s ^= s << 13
    s ^= s >>> 17
    s ^= s << 5
    return s >>> 0
  }
}

/** `each` random float32 inputs, and both ends, of every sign and exponent: 512·(each + 2) in all. */
export function judgeSample(unary: Unary, each: number, seed: number): Tally {
  const tally = emptyTally()
  const random = generator(seed)
  const pattern = new Uint32Array(1)
  const float = new Float32Array(pattern.buffer)
  for (let top = 0; top < 512; top++) {
    for (let i = 0; i < each + 2; i++) {
      pattern[0] = (top << 23) | (i === 0 ? 0 : i === 1 ? 0x7fffff : random() & 0x7fffff)
      judge(unary, float[0], tally)
    }
  }
  return tally
}

/** `count` random float64 inputs, uniform in [low, high). */
export function judgeUniform(unary: Unary, count: number, low: number, high: number, seed: number): Tally {
  const tally = emptyTally()
  const random = generator(seed)
  for (let i = 0; i < count; i++) {
    judge(unary, low + (high - low) * ((random() + random() * 2 ** -32) * 2 ** -32), tally)
  }
  return tally
}
