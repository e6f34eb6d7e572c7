// The fast oracle: each function leaves its value as an unevaluated sum OUT[0] + OUT[1], good to 2^-66, in 13 to 70 ns.
// Method: node values with 106 bits from the BigInt oracle, and a short series from the nearest node.
// Shares no constant, polynomial or reduction with src/tensor/functions.

import { type Big, difference, ln2Fixed, piFixed, squareRoot, toFloat64 } from './bigFixed.ts'
import { asinBig, cosBig, erfBig, expBig, logBig, reduceBig, sinBig } from './bigFunctions.ts'

export const OUT: Float64Array = new Float64Array(2)

const SPLIT = 134217729 // 2^27 + 1
const ROUND = 6755399441055744 // 1.5·2^52

function pair(value: Big): [number, number] {
  const high = toFloat64(value)
  return [high, difference(value, high)]
}

const fixed = (mantissa: bigint, places: number): Big => ({ mantissa, exponent: -places })

/** The rounding error of a·b = p (Dekker). */
function productError(a: number, b: number, p: number): number {
  const sa = SPLIT * a
  const a1 = sa - (sa - a)
  const a2 = a - a1
  const sb = SPLIT * b
  const b1 = sb - (sb - b)
  const b2 = b - b1
  return ((a1 * b1 - p) + a1 * b2 + a2 * b1) + a2 * b2
}

function leave(high: number, low: number): void {
  const sum = high + low
  OUT[0] = sum
  OUT[1] = low - (sum - high)
}

// ---- exp and what follows from it: x = n·ln 2/256 + r, |r| ≤ 2^-9.5

const STEPS = 256
const EXP_HIGH = new Float64Array(STEPS)
const EXP_LOW = new Float64Array(STEPS)
const POWER = new Float64Array(2200) // POWER[n + 1100] = 2^n, 0 below 2^-1074
for (let n = -1100; n < 1024; n++) POWER[n + 1100] = 2 ** n
{
  const places = 400
  for (let j = 0; j < STEPS; j++) {
    // 2^(j/256) by eight square roots
    let v = 1n << BigInt(places + (j >> 8))
    let root = 2n << BigInt(places)
    for (let bit = 128; bit >= 1; bit >>= 1) {
      root = squareRoot(root << BigInt(places))
      if (j & bit) v = (v * root) >> BigInt(places)
    }
    ;[EXP_HIGH[j], EXP_LOW[j]] = pair(fixed(v, places))
  }
}
// ln 2/256 in three parts, 33 bits in each of the first two: n·part is exact for |n| < 2^20.
const L1 = Math.trunc(Number(ln2Fixed(60)) / 2 ** 19 / 2 ** 8) * 2 ** -33 * 2 ** -8
const [L2, L3] = ((): [number, number] => {
  const places = 300
  const rest = ln2Fixed(places) / 256n - BigInt(L1 * 2 ** 41) * (1n << BigInt(places - 41))
  const second = rest >> BigInt(places - 41 - 33)
  return [Number(second) * 2 ** -74, toFloat64(fixed(rest - (second << BigInt(places - 74)), places))]
})()
let POWER_INDEX = 0

/** Leaves e^x·2^-k in [1, 2) and k in POWER_INDEX, for |x| < 1400. */
function expUnscaled(x: number): void {
  const n = (x * (STEPS / Math.LN2) + ROUND) - ROUND
  const a = x - n * L1
  const b = n * L2
  const r = a - b
  const t = r - a
  const rl = (a - (r - t)) - (b + t) - n * L3
  const index = n & 255
  POWER_INDEX = (n - index) / 256
  const square = r * r
  const e = r * square * (1 / 6 + r * (1 / 24 + r * (1 / 120 + r * (1 / 720 + r / 5040))))
  const u = r + 0.5 * square
  const ul = 0.5 * square - (u - r) + (e + (rl * (1 + r) + 0.5 * productError(r, r, square)))
  const th = EXP_HIGH[index]
  const p = th * u
  const pl = productError(th, u, p) + (th * ul + EXP_LOW[index] * (1 + u))
  const s = th + p
  const f = p - (s - th)
  leave(s, f + pl)
}

export function expDd(x: number): void {
  expUnscaled(x)
  const half = POWER_INDEX >> 1
  const first = POWER[half + 1100]
  const second = POWER[POWER_INDEX - half + 1100]
  OUT[0] = OUT[0] * first * second
  OUT[1] = OUT[1] * first * second
}

export function expm1Dd(x: number): void {
  if (Math.abs(x) < 1e-3) {
    // x + x²/2 + x³/6 …: the square to twice the precision, the rest to 2^-73
    const square = x * x
    const squareLow = productError(x, x, square)
    const tail = x * square * (1 / 6 + x * (1 / 24 + x * (1 / 120 + x * (1 / 720 + x / 5040))))
    const s = x + 0.5 * square
    const f = 0.5 * square - (s - x)
    leave(s, f + (tail + 0.5 * squareLow))
    return
  }
  if (x > 700) return expDd(x)
  expDd(x)
  const s = OUT[0] - 1
  const t = s - OUT[0]
  const f = (OUT[0] - (s - t)) - (1 + t)
  leave(s, f + OUT[1])
}

/** OUT := (a + al)/(d + dl). */
function divide(a: number, al: number, d: number, dl: number): void {
  const q = a / d
  const p = q * d
  leave(q, (((a - p) - productError(q, d, p)) + (al - q * dl)) / d)
}

export function tanhDd(x: number): void {
  const a = Math.min(Math.abs(x), 200)
  expm1Dd(2 * a)
  const high = OUT[0]
  const low = OUT[1]
  const s = high + 2
  const f = high > 2 ? 2 - (s - high) : high - (s - 2)
  divide(high, low, s, f + low)
  if (x < 0) {
    OUT[0] = -OUT[0]
    OUT[1] = -OUT[1]
  }
}

export function sigmoidDd(x: number): void {
  if (x < -300) return expDd(x) // e^x/(1 + e^x): the denominator is 1 to 2^-432
  expDd(-Math.min(x, 300))
  const high = OUT[0]
  const low = OUT[1]
  const s = 1 + high
  const f = high > 1 ? 1 - (s - high) : high - (s - 1)
  divide(1, 0, s, f + low)
}

// ---- log: x = 2^k·m, c ≈ 1/m with 10 bits, f = m·c − 1 exactly, |f| < 2^-9

const CELLS = 512
const INVERSE = new Float64Array(CELLS + 1)
const LOG_HIGH = new Float64Array(CELLS + 1)
const LOG_LOW = new Float64Array(CELLS + 1)
for (let j = 0; j <= CELLS; j++) {
  const c = j < 2 ? 1 : j >= CELLS - 1 ? 0.5 : Math.round(1024 / (1 + (j + 0.5) / CELLS)) / 1024
  INVERSE[j] = c
  if (c !== 1) {
    const [high, low] = pair(logBig(c))
    LOG_HIGH[j] = -high
    LOG_LOW[j] = -low
  }
}
const [LN2_HIGH, LN2_LOW] = ((): [number, number] => {
  const high = ln2Fixed(40) // 11 bits of k stay exact
  return [Number(high) * 2 ** -40, toFloat64(fixed(ln2Fixed(300) - (high << 260n), 300))]
})()
const FLOAT = new Float64Array(1)
const WORDS = new Uint32Array(FLOAT.buffer)
if (new Uint8Array(new Uint32Array([1]).buffer)[0] !== 1) throw new Error('doubleDouble: needs a little-endian machine')

/** log(x·(1 + lost/x)) for positive x; |lost| < 2^-53 x. */
function logWith(x: number, lost: number): void {
  let k = 0
  if (x < 2.2250738585072014e-308) {
    x *= 2 ** 54
    k = -54
  }
  FLOAT[0] = x
  const high = WORDS[1]
  k += (high >>> 20) - 1023
  const scale = POWER[1100 - ((high >>> 20) - 1023)]
  const m = scale === 0 ? x * 2 ** -1000 * 2 ** -23 : x * scale
  const index = (high & 0xfffff) >>> 11
  const c = INVERSE[index]
  const p = m * c
  const pl = c === 1 || c === 0.5 ? 0 : productError(m, c, p)
  const g = p - 1 // exact
  const f = g + pl
  const fl = (pl - (f - g)) + (lost === 0 ? 0 : lost / x * (1 + f))
  const square = f * f
  const squareLow = productError(f, f, square)
  const series = f * square * (1 / 3 + f * (-1 / 4 + f * (1 / 5 + f * (-1 / 6 + f * (1 / 7 - f / 8)))))
  const s = f - 0.5 * square
  const t = (f - s) - 0.5 * square
  const low = t + (series + (fl * (1 - f) - 0.5 * squareLow))
  // k·ln 2 − log c, then + s
  const a = k * LN2_HIGH
  const b = LOG_HIGH[index]
  const ab = a + b
  const abt = ab - a
  const abl = (a - (ab - abt)) + (b - abt)
  const u = ab + s
  const ut = u - ab
  const utl = (ab - (u - ut)) + (s - ut)
  leave(u, utl + (abl + (low + (LOG_LOW[index] + k * LN2_LOW))))
}

export function logDd(x: number): void {
  logWith(x, 0)
}

export function log1pDd(x: number): void {
  if (Math.abs(x) < 1e-3) {
    const square = x * x
    const squareLow = productError(x, x, square)
    const series = x * square * (1 / 3 + x * (-1 / 4 + x * (1 / 5 + x * (-1 / 6 + x * (1 / 7 - x / 8)))))
    const s = x - 0.5 * square
    leave(s, ((x - s) - 0.5 * square) + (series - 0.5 * squareLow))
    return
  }
  const u = 1 + x
  const t = u - 1
  logWith(u, (1 - (u - t)) + (x - t))
}

// ---- erf and asin: Taylor series about the nodes j/256, coefficients by their differential equations

const TERMS = 10
const WIDTH = TERMS + 2 // a0, a0 low, a1, a1 low, a2 … a9

function taylorTable(nodes: number, first: (c: number) => [Big, Big],
  next: (k: bigint, c: bigint, a: bigint, b: bigint, places: bigint) => bigint): Float64Array
{
  const places = 300
  const table = new Float64Array(nodes * WIDTH)
  for (let j = 0; j < nodes; j++) {
    const c = j / 256
    const [a0, a1] = first(c)
    const shift = (a: Big): bigint => {
      const by = a.exponent + places
      return by >= 0 ? a.mantissa << BigInt(by) : a.mantissa >> BigInt(-by)
    }
    const a = [shift(a0), shift(a1)]
    const node = BigInt(j) << BigInt(places - 8)
    for (let k = 2; k < TERMS; k++) a.push(next(BigInt(k - 2), node, a[k - 1], a[k - 2], BigInt(places)))
    const row = j * WIDTH
    ;[table[row], table[row + 1]] = pair(fixed(a[0], places))
    ;[table[row + 2], table[row + 3]] = pair(fixed(a[1], places))
    for (let k = 2; k < TERMS; k++) table[row + k + 2] = toFloat64(fixed(a[k], places))
  }
  return table
}

function taylor(table: Float64Array, x: number, xl: number): void {
  const j = Math.round(256 * x)
  const h = x - j / 256 // exact
  const row = j * WIDTH
  const a1 = table[row + 2]
  const p = a1 * h
  const pl = productError(a1, h, p)
  const tail = h * h
    * (table[row + 4]
      + h
        * (table[row + 5]
          + h
            * (table[row + 6]
              + h
                * (table[row + 7]
                  + h * (table[row + 8] + h * (table[row + 9] + h * (table[row + 10] + h * table[row + 11])))))))
  const a0 = table[row]
  const s = a0 + p
  const t = s - a0
  const f = (a0 - (s - t)) + (p - t)
  leave(s, f + (tail + (pl + (table[row + 1] + table[row + 3] * h + (a1 + 2 * table[row + 4] * h) * xl))))
}

const ERF = taylorTable(7 * 256 + 1, (c) => {
  // 2/√π·e^(−c²); c² is exact
  const places = 360
  const e = expBig(-c * c)
  const root = squareRoot(piFixed(places) << BigInt(places))
  return [erfBig(c), { mantissa: (2n * e.mantissa << BigInt(places)) / root, exponent: e.exponent }]
  // (k + 2)(k + 1)·a[k+2] = −2(c·(k + 1)·a[k+1] + k·a[k])
}, (k, c, a, b, places) => (-2n * (((c * (k + 1n) * a) >> places) + k * b)) / ((k + 2n) * (k + 1n)))

export function erfDd(x: number): void {
  const a = Math.abs(x)
  if (a >= 7) leave(1, 0) // 1 − erf 7 < 2^-74
  else taylor(ERF, a, 0)
  if (x < 0) {
    OUT[0] = -OUT[0]
    OUT[1] = -OUT[1]
  }
}

const ASIN = taylorTable(130, (c) => {
  const places = 360
  const one = 1n << BigInt(places)
  const v = BigInt(c * 256) << BigInt(places - 8)
  const root = squareRoot((one << BigInt(places)) - v * v)
  return [asinBig(c), fixed((one << BigInt(places)) / root, places)]
  // (1 − c²)(k + 2)(k + 1)·a[k+2] = c(k + 1)(2k + 1)·a[k+1] + k²·a[k]
}, (k, c, a, b, places) => {
  const one = 1n << places
  const numerator = ((c * (k + 1n) * (2n * k + 1n) * a) >> places) + k * k * b
  return (numerator << places) / ((one - ((c * c) >> places)) * (k + 2n) * (k + 1n))
})
const [HALF_PI, HALF_PI_LOW] = pair(fixed(piFixed(300), 301))

export function asinDd(x: number): void {
  const a = Math.abs(x)
  if (a <= 0.5) taylor(ASIN, a, 0)
  else {
    // π/2 − 2·asin √((1 − a)/2); 1 − a is exact
    const q = 0.5 * (1 - a)
    const r = Math.sqrt(q)
    if (r === 0) leave(HALF_PI, HALF_PI_LOW)
    else {
      const square = r * r
      taylor(ASIN, r, ((q - square) - productError(r, r, square)) / (2 * r))
      const high = -2 * OUT[0]
      const low = -2 * OUT[1]
      const s = HALF_PI + high
      leave(s, (high - (s - HALF_PI)) + (low + HALF_PI_LOW))
    }
  }
  if (x < 0) {
    OUT[0] = -OUT[0]
    OUT[1] = -OUT[1]
  }
}

// ---- sin and cos: x·2/π = n + q by 2/π·2^e mod 4 for every exponent e of a float32; nodes j/256 in r = q·π/2

const EXPONENTS = 128 + 150
const TURN = new Float64Array(EXPONENTS * 4) // 2^e·2/π mod 4 as four parts of 28 bits
{
  const places = 600
  const twoOverPi = (1n << BigInt(2 * places + 1)) / piFixed(places)
  for (let e = -150; e < 128; e++) {
    const scaled = e >= 0 ? twoOverPi << BigInt(e) : twoOverPi >> BigInt(-e)
    let rest = scaled & ((4n << BigInt(places)) - 1n)
    for (let part = 0; part < 4; part++) {
      const place = 26 + 28 * part
      const digit = rest >> BigInt(places - place)
      rest -= digit << BigInt(places - place)
      TURN[(e + 150) * 4 + part] = Number(digit) * 2 ** -place
    }
  }
}
const NODES = 203
const SIN = new Float64Array(2 * NODES)
const COS = new Float64Array(2 * NODES)
for (let j = 0; j < NODES; j++) {
  ;[SIN[2 * j], SIN[2 * j + 1]] = pair(sinBig(j / 256))
  ;[COS[2 * j], COS[2 * j + 1]] = pair(cosBig(j / 256))
}
let QUADRANT = 0

/** Leaves r in OUT and n mod 4 in QUADRANT. */
function reduceTurn(x: number): void {
  const a = Math.abs(x)
  if (a < 0.785) {
    QUADRANT = 0
    leave(x, 0)
    return
  }
  if (Math.fround(x) !== x) {
    const { r, quadrant, places } = reduceBig(x)
    QUADRANT = quadrant
    const [high, low] = pair(fixed(r, places))
    leave(high, low)
    return
  }
  FLOAT[0] = a
  const e = (WORDS[1] >>> 20) - 1023 - 23
  const m = a * POWER[1100 - e] // an integer below 2^24
  const row = (e + 150) * 4
  const s0 = m * TURN[row] // each product has at most 52 bits
  const n = (s0 + ROUND) - ROUND
  const f = s0 - n
  const s1 = m * TURN[row + 1]
  let q = f + s1
  const qt = q - f
  let ql = (f - (q - qt)) + (s1 - qt)
  const s2 = m * TURN[row + 2]
  const w = (q + ROUND) - ROUND
  q -= w // exact
  const v = q + s2
  const vt = v - q
  ql += ((q - (v - vt)) + (s2 - vt)) + m * TURN[row + 3]
  const high = v + ql
  const low = ql - (high - v)
  const p = high * HALF_PI
  const pl = productError(high, HALF_PI, p) + (high * HALF_PI_LOW + low * HALF_PI)
  const sign = x < 0 ? -1 : 1
  leave(sign * p, sign * pl)
  QUADRANT = (sign * (n % 4 + w)) & 3
}

/** sin r and cos r from the node next to |r|: S·cos h + C·sin h. */
function sinOrCos(cosine: boolean): void {
  const sign = OUT[0] < 0 ? -1 : 1
  const r = sign * OUT[0]
  const rl = sign * OUT[1]
  const j = Math.round(256 * r)
  const h = r - j / 256
  const square = h * h
  const squareLow = productError(h, h, square)
  const cubic = -h * square * (1 / 6 - square * (1 / 120 - square / 5040)) // sin h − h
  const quartic = square * square * (1 / 24 - square * (1 / 720 - square / 40320)) // cos h − 1 + h²/2
  // value = A + B·h − A·h²/2 + …, A = sin, B = cos of the node, or A = cos, B = −sin
  const a = cosine ? COS[2 * j] : SIN[2 * j]
  const al = cosine ? COS[2 * j + 1] : SIN[2 * j + 1]
  const b = cosine ? -SIN[2 * j] : COS[2 * j]
  const bl = cosine ? -SIN[2 * j + 1] : COS[2 * j + 1]
  const p = b * h
  const pl = productError(b, h, p)
  const half = -0.5 * square
  const c = a * half
  const cl = productError(a, half, c) - 0.5 * squareLow * a
  const s = a + p
  const t = s - a
  const sl = (a - (s - t)) + (p - t)
  const u = s + c
  const ut = u - s
  const ul = (s - (u - ut)) + (c - ut)
  leave(u, ul + (sl + (cl + (pl + (al + bl * h + b * (cubic + rl) - a * h * rl + a * quartic)))))
  if (sign < 0 && !cosine) {
    OUT[0] = -OUT[0]
    OUT[1] = -OUT[1]
  }
}

function negateWhen(condition: boolean): void {
  if (!condition) return
  OUT[0] = -OUT[0]
  OUT[1] = -OUT[1]
}

export function sinDd(x: number): void {
  reduceTurn(x)
  const n = QUADRANT
  sinOrCos((n & 1) === 1)
  negateWhen(n >= 2)
}

export function cosDd(x: number): void {
  reduceTurn(x)
  const n = QUADRANT
  sinOrCos((n & 1) === 0)
  negateWhen(n === 1 || n === 2)
}
