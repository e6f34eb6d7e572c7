// The slow oracle: elementary functions in BigInt fixed point, some 200 bits beyond float64, from series alone.
// A starting value may come from the host's Math; it only shortens the series and cannot change the result.

/** mantissa·2^exponent. */
export interface Big {
  readonly mantissa: bigint
  readonly exponent: number
}

const FLOAT = new Float64Array(1)
const BITS = new BigInt64Array(FLOAT.buffer)

/** The exact value of a finite float64. */
export function exact(x: number): Big {
  FLOAT[0] = x
  const bits = BITS[0]
  const field = Number((bits >> 52n) & 2047n)
  const fraction = bits & 0xfffffffffffffn
  const mantissa = field === 0 ? fraction : fraction | 0x10000000000000n
  return { mantissa: bits < 0n ? -mantissa : mantissa, exponent: Math.max(field, 1) - 1075 }
}

/** floor(a·2^places) for a = mantissa·2^exponent. */
export function toFixed(a: Big, places: number): bigint {
  const shift = BigInt(a.exponent + places)
  return shift >= 0n ? a.mantissa << shift : a.mantissa >> -shift
}

function bitLength(a: bigint): number {
  const magnitude = a < 0n ? -a : a
  return magnitude === 0n ? 0 : magnitude.toString(2).length
}

/** a rounded to a float with `precision` bits and least exponent `least` (of the last place), ties to even. */
export function roundBig(a: Big, precision: number, least: number, greatest: number): number {
  if (a.mantissa === 0n) return 0
  const magnitude = a.mantissa < 0n ? -a.mantissa : a.mantissa
  const place = Math.max(bitLength(magnitude) + a.exponent - precision, least) // exponent of the last place
  const drop = BigInt(place - a.exponent)
  let kept = drop > 0n ? magnitude >> drop : magnitude << -drop
  if (drop > 0n) {
    const rest = magnitude - (kept << drop)
    const tie = 1n << (drop - 1n)
    if (rest > tie || (rest === tie && (kept & 1n) === 1n)) kept++
  }
  const half = Math.floor(place / 2)
  const value = bitLength(kept) + place > greatest ? Infinity : Number(kept) * 2 ** (place - half) * 2 ** half
  return a.mantissa < 0n ? -value : value
}

/** The float64 nearest to a. */
export function toFloat64(a: Big): number {
  return roundBig(a, 53, -1074, 1024)
}

/** The float32 nearest to a. */
export function toFloat32(a: Big): number {
  return roundBig(a, 24, -149, 128)
}

/** a − b of a Big and a float64, exactly, as a float64. */
export function difference(a: Big, b: number): number {
  const c = exact(b)
  const exponent = Math.min(a.exponent, c.exponent)
  return toFloat64({
    mantissa: (a.mantissa << BigInt(a.exponent - exponent)) - (c.mantissa << BigInt(c.exponent - exponent)),
    exponent,
  })
}

const cache = new Map<string, bigint>()

function cached(name: string, places: number, compute: (places: number) => bigint): bigint {
  const key = `${name} ${places}`
  let value = cache.get(key)
  if (value === undefined) {
    value = compute(places + 32) >> 32n
    cache.set(key, value)
  }
  return value
}

/** 2^places·atan(1/n) for sign = −1n, 2^places·atanh(1/n) for sign = 1n. */
function inverseTangent(n: bigint, places: number, sign: bigint): bigint {
  let term = (1n << BigInt(places)) / n
  let sum = 0n
  for (let k = 1n, s = 1n; term !== 0n; k += 2n, s *= sign) {
    sum += (s * term) / k
    term /= n * n
  }
  return sum
}

/** 2^places·ln 2 (Machin-like: 18 atanh 1/26 − 2 atanh 1/4801 + 8 atanh 1/8749). */
export function ln2Fixed(places: number): bigint {
  return cached('ln2', places,
    (p) => 18n * inverseTangent(26n, p, 1n) - 2n * inverseTangent(4801n, p, 1n) + 8n * inverseTangent(8749n, p, 1n))
}

/** 2^places·π (Machin: 16 atan 1/5 − 4 atan 1/239). */
export function piFixed(places: number): bigint {
  return cached('pi', places, (p) => 16n * inverseTangent(5n, p, -1n) - 4n * inverseTangent(239n, p, -1n))
}

/** floor(√a). */
export function squareRoot(a: bigint): bigint {
  if (a < 2n) return a
  let x = 1n << BigInt((bitLength(a) + 1) >> 1)
  for (;;) {
    const y = (x + a / x) >> 1n
    if (y >= x) return x
    x = y
  }
}
