// The table of shapes on which every tier must give the reference's bits, and the comparison itself.

import type { Gemm } from '../../../src/tensor/matmul/gemm.ts'
import { gemmReference } from '../../../src/tensor/matmul/reference.ts'
import { firstDifference, hostile, ordinary, type Random, transposed, xorshift } from '../bits.ts'

export type Shape = readonly [m: number, n: number, k: number]

/** Every size 0 … 8 in every dimension. */
export function smallShapes(): Shape[] {
  const shapes: Shape[] = []
  for (let m = 0; m <= 8; m++) for (let n = 0; n <= 8; n++) for (let k = 0; k <= 8; k++) shapes.push([m, n, k])
  return shapes
}

/** Seeded sizes 0 … 40, all remainders by the register tile above the narrow limit, some up to 300. */
export function middleShapes(): Shape[] {
  const random = xorshift(7)
  const size = (most: number): number => Math.floor((random() + 1) / 2 * (most + 1))
  const shapes: Shape[] = []
  for (let m = 17; m <= 22; m++) for (let n = 17; n <= 18; n++) for (const k of [1, 2, 5]) shapes.push([m, n, k])
  for (let i = 0; i < 250; i++) shapes.push([size(40), size(40), size(40)])
  for (let i = 0; i < 90; i++) shapes.push([10 + size(30), 10 + size(30), size(40)])
  for (let i = 0; i < 30; i++) shapes.push([size(120), size(120), size(300)])
  for (let i = 0; i < 8; i++) shapes.push([size(300), size(300), size(120)])
  return shapes
}

/** One size at a time around every block boundary, then several crossed at once; narrow sides around 512 last. */
export function boundaryShapes(): Shape[] {
  const shapes: Shape[] = []
  for (const m of [122, 123, 124, 125, 245, 246, 247, 1022, 1023, 1024, 1025, 1026]) shapes.push([m, 17, 7])
  for (const n of [254, 255, 256, 257, 258, 511, 512, 513, 514]) shapes.push([19, n, 9])
  for (const k of [511, 512, 513, 1023, 1024, 1025, 1537]) shapes.push([18, 17, k], [17, 19, k])
  shapes.push([124, 258, 513], [247, 17, 1025], [20, 513, 1025], [1025, 18, 513], [1027, 257, 33], [1150, 33, 514])
  for (const n of [511, 512, 513, 1025]) shapes.push([1, n, 5], [2, n, 6], [5, n, 3], [4, n, 513])
  for (const m of [511, 1025]) shapes.push([m, 1, 7], [m, 10, 11], [m, 16, 5])
  shapes.push([1, 1, 1025], [16, 16, 1025], [1, 10, 784])
  return shapes
}

const GUARD = 3

/** x inside a larger array, so that a kernel that writes beside its part is caught. */
function guarded(x: Float32Array): Float32Array {
  const room = new Float32Array(x.length + 2 * GUARD).fill(12345)
  room.set(x, GUARD)
  return room.subarray(GUARD, GUARD + x.length)
}

/** The same in memory that kernels reach directly: guards of GUARD numbers around the part that is handed out. */
export function guardedIn(allocate: (length: number) => Float32Array): Place {
  return (x) => {
    const room = allocate(x.length + 2 * GUARD).fill(12345)
    room.set(x, GUARD)
    return room.subarray(GUARD, GUARD + x.length)
  }
}

export type Place = (x: Float32Array) => Float32Array

function guardsHold(x: Float32Array): boolean {
  const room = new Float32Array(x.buffer, x.byteOffset - 4 * GUARD, x.length + 2 * GUARD)
  return room.every((value, i) => (i >= GUARD && i < GUARD + x.length) || value === 12345)
}

export type Fill = (random: Random, length: number, k: number) => Float32Array

/** Operands with edge values; about every fourth element of C sees a NaN or an infinity. */
export const HOSTILE: Fill = (random, length, k) => hostile(random, length, 8 * (k + 1))
export const ORDINARY: Fill = (random, length) => ordinary(random, length)

/**
 * '' when `gemm` gives the bits of the reference for all four transpositions, with and without accumulation, leaves its
 * operands alone and writes nowhere else; otherwise the first case that does not.
 */
export function disagreement(gemm: Gemm, [m, n, k]: Shape, seed: number, fill: Fill, reference: Gemm = gemmReference,
  place: Place = guarded): string
{
  const random = xorshift(seed)
  const a = fill(random, m * k, k)
  const b = fill(random, k * n, k)
  const old = fill(random, m * n, k)
  const at = transposed(a, m, k)
  const bt = transposed(b, k, n)
  for (const accumulate of [false, true]) {
    const want = old.slice()
    reference(m, n, k, a, false, b, false, want, accumulate)
    for (const transposeA of [false, true]) {
      for (const transposeB of [false, true]) {
        const name = `[${m}, ${n}, ${k}] seed ${seed}${transposeA ? ' Aᵀ' : ''}${transposeB ? ' Bᵀ' : ''}`
          + `${accumulate ? ' accumulate' : ''}`
        const left = place(transposeA ? at : a)
        const right = place(transposeB ? bt : b)
        const c = place(old)
        gemm(m, n, k, left, transposeA, right, transposeB, c, accumulate)
        const difference = firstDifference(c, want)
        if (difference !== '') return `${name}: ${difference}`
        if (firstDifference(left, transposeA ? at : a) !== '') return `${name}: a was changed`
        if (firstDifference(right, transposeB ? bt : b) !== '') return `${name}: b was changed`
        if (![left, right, c].every(guardsHold)) return `${name}: wrote outside of C`
      }
    }
  }
  return ''
}

/** The disagreements over a whole list; seeds are the places in the list. */
export function disagreements(gemm: Gemm, shapes: readonly Shape[], fill: Fill, reference: Gemm = gemmReference,
  place: Place = guarded): string[]
{
  return shapes.map((shape, seed) => disagreement(gemm, shape, seed, fill, reference, place)).filter((text) =>
    text !== ''
  )
}
