// Seeded inputs made from integers alone, so that no engine has a chance to disagree about them.

/** A stream of 32-bit words. */
export type Words = () => number

/** xorshift32 (Marsaglia 2003), never zero. */
export function words(seed: number): Words {
  let state = Math.imul(seed + 1, 0x9e3779b9) | 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state
  }
}

/** What an array of float32 inputs is made of. */
export type InputKind = 'plain' | 'wide' | 'denormal' | 'special'

export const INPUT_KINDS: readonly InputKind[] = ['plain', 'wide', 'denormal', 'special']

// ±0, ±∞, NaN, ±smallest and largest denormal, smallest normal, ±largest number, ±1.
const SPECIAL_32 = [0, 0x80000000, 0x7f800000, 0xff800000, 0x7fc00000, 1, 0x80000001, 0x007fffff, 0x00800000,
  0x7f7fffff, 0xff7fffff, 0x3f800000]

/**
 * Fills `out`: `plain` uniform on [−1, 1) in steps of 2⁻²³, `wide` exponents −63 … 63, `denormal` half denormal and
 * half of either sign up to 2⁶⁴, `special` one number in eight out of ±0, ±∞, NaN, the extremes.
 */
export function fillInput<T extends Float32Array>(out: T, kind: InputKind, next: Words): T {
  const bits = new Uint32Array(1)
  const value = new Float32Array(bits.buffer)
  for (let i = 0; i < out.length; i++) {
    const word = next()
    const choice = next() >>> 8
    const sign = word & 0x80000000
    const fraction = word & 0x7fffff
    if (kind === 'plain') {
      out[i] = (word >> 8) / 0x800000
      continue
    }
    if (kind === 'special' && choice % 8 === 0) bits[0] = SPECIAL_32[(choice >>> 3) % SPECIAL_32.length]
    else if (kind === 'denormal' && choice % 2 === 0) bits[0] = sign | fraction
    else if (kind === 'denormal') bits[0] = sign | 127 + (choice >>> 1) % 65 << 23 | fraction
    else bits[0] = sign | 64 + choice % 127 << 23 | fraction
    out[i] = value[0]
  }
  return out
}

/** `length` numbers of `fillInput` in an ordinary array. */
export function input(length: number, kind: InputKind, seed: number): Float32Array {
  return fillInput(new Float32Array(length), kind, words(seed))
}

/** Uniform float64 numbers on [low, high) with 52 random bits. */
export function uniform64(length: number, low: number, high: number, seed: number): Float64Array {
  const next = words(seed)
  return Float64Array.from({ length }, () => {
    const unit = ((next() >>> 6) * 0x4000000 + (next() >>> 6)) / 0x10000000000000
    return low + (high - low) * unit
  })
}

/** `length` float32 patterns spread evenly over all 2³². */
export function patterns32(length: number): Float32Array {
  const bits = new Uint32Array(length)
  const stride = Math.floor(0x100000000 / length) | 1
  for (let i = 0; i < length; i++) bits[i] = Math.imul(i, stride)
  return new Float32Array(bits.buffer)
}

/** `length` random float64 patterns. */
export function patterns64(length: number, seed: number): Float64Array {
  const next = words(seed)
  const view = new DataView(new ArrayBuffer(8))
  return Float64Array.from({ length }, () => {
    view.setInt32(0, next())
    view.setInt32(4, next())
    return view.getFloat64(0)
  })
}

/** Where elementary functions branch: zeros, infinities, extremes, ±1, overflow and underflow of exp, quarters of π. */
export const SPECIAL_64: Float64Array = new Float64Array([0, -0, 1, -1, 0.5, -0.5, 2, -2, 3, -3, Infinity, -Infinity,
  NaN, 5e-324, -5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, -1.7976931348623157e308,
  1.1754943508222875e-38, 1.401298464324817e-45, 3.4028234663852886e38, 0.6931471805599453, 88.72283905206835,
  -103.97207708399179, 709.782712893384, -745.1332191019411, 745.1332191019412, 0.7853981633974483, 1.5707963267948966,
  3.141592653589793, 6.283185307179586, 1647099.5, 9007199254740993, 1e22, 5.92, 0.9999999999999999, 1.0000000000000002,
  0.9999999403953552, 1.0000001192092896, 1e-8, -1e-8, 1e-20, 6, -6, 22, -22])
