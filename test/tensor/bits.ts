// Seeded float32 data, ordinary and hostile, and the comparison of bits.

import { type Random, xorshift } from './linalg/random-matrix.ts'

/** What float32 arithmetic can stumble over and keep finite: signed zeros, denormals, the ends of the normal range. */
const EDGES: readonly number[] = [0, -0, 2 ** -149, -(2 ** -149), 2 ** -127, 2 ** -126, -(2 ** -126), 1, -1,
  3.4028234663852886e38, -3.4028234663852886e38, 2 ** 127, 1e30, -1e30, 1e-30]

const NOT_FINITE: readonly number[] = [NaN, Infinity, -Infinity]

/** `length` normal-sized float32 numbers of magnitudes 2^−20 … 2^20. */
export function ordinary(random: Random, length: number): Float32Array {
  return Float32Array.from({ length }, () => random() * 2 ** Math.floor(random() * 20))
}

/** As `ordinary`, with a third of edge values and a NaN or an infinity in about one of `spacing` places. */
export function hostile(random: Random, length: number, spacing: number): Float32Array {
  const unit = (): number => (random() + 1) / 2
  const pick = (from: readonly number[]): number => from[Math.floor(unit() * from.length * 0.999999)]
  return Float32Array.from({ length }, () => {
    if (unit() * spacing < 1) return pick(NOT_FINITE)
    return unit() < 1 / 3 ? pick(EDGES) : random() * 2 ** Math.floor(random() * 20)
  })
}

/**
 * '' when x and y hold the same bits, otherwise the first place where they do not. Every NaN equals every NaN: which
 * payload and sign an operation gives is left open by the language.
 */
export function firstDifference(x: Float32Array, y: Float32Array): string {
  if (x.length !== y.length) return `${x.length} against ${y.length} elements`
  const p = new Int32Array(x.buffer, x.byteOffset, x.length)
  const q = new Int32Array(y.buffer, y.byteOffset, y.length)
  for (let i = 0; i < p.length; i++) {
    if (p[i] !== q[i] && !(x[i] !== x[i] && y[i] !== y[i])) {
      const hex = (bits: number): string => (bits >>> 0).toString(16).padStart(8, '0')
      return `[${i}]: ${x[i]} (${hex(p[i])}) against ${y[i]} (${hex(q[i])})`
    }
  }
  return ''
}

/** [rows, columns] of x as [columns, rows]. */
export function transposed(x: Float32Array, rows: number, columns: number): Float32Array {
  const out = new Float32Array(x.length)
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = x[i * columns + j]
  return out
}

export { type Random, xorshift }
