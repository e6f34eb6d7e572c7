// Elementary functions of a float64, to about 2^-200 relative. Arguments are finite and inside the domain.

import { type Big, exact, ln2Fixed, piFixed, squareRoot, toFixed } from './bigFixed.ts'

const GUARD = 240

/** Bits behind the point that leave GUARD significant bits for a result of the size of x or x². */
function placesFor(x: number): number {
  const a = Math.abs(x)
  return GUARD + (a > 0 && a < 1 ? 2 * Math.ceil(-Math.log2(a)) + 8 : 0)
}

/** e^v for a fixed-point v: {e^r in the same fixed point, n} with v = n·ln 2 + r. */
function expFixed(v: bigint, places: number): { m: bigint; n: number } {
  const one = 1n << BigInt(places)
  const ln2 = ln2Fixed(places)
  const n = (v + (ln2 >> 1n)) / ln2 - (v + (ln2 >> 1n) < 0n ? 1n : 0n)
  const halvings = 12n
  const r = (v - n * ln2) >> halvings
  let term = r
  let sum = 0n // e^r − 1
  for (let k = 2n; term !== 0n && term !== -1n; k++) {
    sum += term
    term = ((term * r) >> BigInt(places)) / k
  }
  for (let i = 0n; i < halvings; i++) sum = 2n * sum + ((sum * sum) >> BigInt(places))
  return { m: one + sum, n: Number(n) }
}

/** sin and cos of a fixed-point |v| < 1.6. */
function sinCosFixed(v: bigint, places: number): { sin: bigint; cos: bigint } {
  const square = (v * v) >> BigInt(places)
  let sin = 0n
  let cos = 0n
  let term = 1n << BigInt(places)
  for (let k = 1n; term !== 0n && term !== -1n; k += 2n) {
    cos += term
    const odd = ((term * v) >> BigInt(places)) / k
    sin += odd
    term = -((term * square) >> BigInt(places)) / (k * (k + 1n))
  }
  return { sin, cos }
}

/** log of a fixed-point v > 0, given an approximation of it. */
function logFixed(v: bigint, places: number, guess: number): bigint {
  const start = toFixed(exact(guess), places)
  const { m, n } = expFixed(-start, places)
  const scaled = v * m
  const ratio = scaled >> BigInt(places - n) // v·e^−guess ≈ 1
  const one = 1n << BigInt(places)
  const s = ((ratio - one) << BigInt(places)) / (ratio + one)
  const square = (s * s) >> BigInt(places)
  let sum = 0n
  let term = s
  for (let k = 1n; term !== 0n && term !== -1n; k += 2n) {
    sum += term / k
    term = (term * square) >> BigInt(places)
  }
  return start + 2n * sum
}

export function expBig(x: number): Big {
  const places = GUARD + 16
  const { m, n } = expFixed(toFixed(exact(x), places), places)
  return { mantissa: m, exponent: n - places }
}

export function expm1Big(x: number): Big {
  if (x > 100) return expBig(x) // the 1 is 2^-144 of it
  const places = placesFor(x) + 16
  const { m, n } = expFixed(toFixed(exact(x), places), places)
  const shift = BigInt(n)
  return { mantissa: (n >= 0 ? m << shift : m >> -shift) - (1n << BigInt(places)), exponent: -places }
}

export function logBig(x: number): Big {
  const places = GUARD + 16
  const { mantissa } = exact(x)
  const length = mantissa.toString(2).length
  const unit = (mantissa << BigInt(places)) >> BigInt(length) // in [1/2, 1)
  const power = exact(x).exponent + length
  // 1 − 2^-53 ≤ x < 1.5 must not cancel against ln 2.
  const shift = power === 1 ? 1 : 0
  const guess = Math.log(Number(mantissa) / 2 ** (length - shift))
  const value = logFixed(unit << BigInt(shift), places, guess) + BigInt(power - shift) * ln2Fixed(places)
  return { mantissa: value, exponent: -places }
}

export function log1pBig(x: number): Big {
  if (x > 2 ** 200) return logBig(x)
  const places = placesFor(x) + 16
  const guess = x > 1 ? Math.log1p(x) : Math.abs(x) < 2 ** -60 ? x : Math.log1p(x)
  return { mantissa: logFixed((1n << BigInt(places)) + toFixed(exact(x), places), places, guess), exponent: -places }
}

export function tanhBig(x: number): Big {
  const places = placesFor(x) + 16
  const a = Math.min(Math.abs(x), 200)
  const { m, n } = expFixed(2n * toFixed(exact(a), places), places)
  const one = 1n << BigInt(places)
  const e = m << BigInt(n)
  const value = ((e - one) << BigInt(places)) / (e + one)
  return { mantissa: x < 0 ? -value : value, exponent: -places }
}

export function sigmoidBig(x: number): Big {
  const places = GUARD + 1200
  const { m, n } = expFixed(toFixed(exact(-Math.max(-1000, Math.min(x, 400))), places), places)
  const one = 1n << BigInt(places)
  const e = n >= 0 ? m << BigInt(n) : m >> BigInt(-n)
  return { mantissa: (one << BigInt(places)) / (one + e), exponent: -places }
}

export function erfBig(x: number): Big {
  if (Math.abs(x) > 10) return { mantissa: x < 0 ? -1n : 1n, exponent: 0 } // 1 − erf 10 < 2^-147
  const places = placesFor(x) + 200
  const v = toFixed(exact(x), places)
  const square = (v * v) >> BigInt(places)
  let sum = 0n
  let term = v
  for (let k = 1n; term !== 0n && term !== -1n; k++) {
    sum += term / (2n * k - 1n)
    term = -((term * square) >> BigInt(places)) / k
  }
  const rootPi = squareRoot(piFixed(places) << BigInt(places))
  return { mantissa: (2n * sum << BigInt(places)) / rootPi, exponent: -places }
}

/** x modulo π/2 in fixed point, |r| ≤ π/4, and the quadrant. */
export function reduceBig(x: number): { r: bigint; quadrant: number; places: number } {
  const places = placesFor(x) + (Math.abs(x) < 2 ** 30 ? 100 : 1200)
  const v = toFixed(exact(x), places)
  const pi = piFixed(places)
  let n = (4n * v + pi) / (2n * pi)
  if (4n * v + pi < 0n) n--
  const r = v - ((n * pi) >> 1n)
  return { r, quadrant: Number(((n % 4n) + 4n) % 4n), places }
}

export function sinBig(x: number): Big {
  const { r, quadrant, places } = reduceBig(x)
  const { sin, cos } = sinCosFixed(r, places)
  const value = (quadrant & 1) === 0 ? sin : cos
  return { mantissa: quadrant < 2 ? value : -value, exponent: -places }
}

export function cosBig(x: number): Big {
  const { r, quadrant, places } = reduceBig(x)
  const { sin, cos } = sinCosFixed(r, places)
  const value = (quadrant & 1) === 0 ? cos : sin
  return { mantissa: quadrant === 1 || quadrant === 2 ? -value : value, exponent: -places }
}

export function asinBig(x: number): Big {
  const places = placesFor(x) + 160
  const one = 1n << BigInt(places)
  const v = toFixed(exact(x), places)
  const guess = Math.asin(x)
  const { sin, cos } = sinCosFixed(toFixed(exact(guess), places), places)
  const root = squareRoot((one << BigInt(places)) - v * v)
  // sin(asin x − guess), far below 1: asin d = d + d³/6 + 3d⁵/40 + 15d⁷/336
  const d = (v * cos - root * sin) >> BigInt(places)
  const square = (d * d) >> BigInt(places)
  const cube = (d * square) >> BigInt(places)
  const fifth = (cube * square) >> BigInt(places)
  const seventh = (fifth * square) >> BigInt(places)
  const value = toFixed(exact(guess), places) + d + cube / 6n + (3n * fifth) / 40n + (15n * seventh) / 336n
  return { mantissa: value, exponent: -places }
}

/** x^y for x > 0. */
export function powBig(x: number, y: number): Big {
  const l = logBig(x)
  const e = exact(y)
  const places = GUARD + 16
  const product: Big = { mantissa: l.mantissa * e.mantissa, exponent: l.exponent + e.exponent }
  const { m, n } = expFixed(toFixed(product, places), places)
  return { mantissa: m, exponent: n - places }
}
