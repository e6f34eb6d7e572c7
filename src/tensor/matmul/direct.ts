// Products with one very short side (a batch of one): no packing. Copying the long operand into panels costs about as
// much as five multiplications per element, which pays only when each element is used about ten times.
// So the operands are read where they lie, by strides; what remains of the blocked kernel is its register tile.

import type { Gemm } from './gemm.ts'

/**
 * Up to this many rows or columns of C, reading in place is at least as fast as packing. With 16 in its place 128×512×10
 * ran at 4.0 GFLOP/s for 5.8, 16×64×64 at 3.8 for 5.4, 10×512×128 the same (Node 20, Intel Xeon).
 */
export const NARROW = 8

/** C := round(C? + op(A)·op(B)) by 3×2 register tiles on the operands in place; edges by single rows and columns. */
export const gemmDirect: Gemm = (m, n, k, a, transposeA, b, transposeB, c, accumulate) => {
  // op(A)[i,p] = a[i·ai + p·ap], op(B)[p,j] = b[p·bp + j·bj]
  const ai = transposeA ? 1 : k
  const ap = transposeA ? m : 1
  const bp = transposeB ? 1 : n
  const bj = transposeB ? k : 1
  const m3 = m - (m % 3)
  const n2 = n - (n % 2)
  for (let i = 0; i < m3; i += 3) {
    for (let j = 0; j < n2; j += 2) tile3x2(k, a, i * ai, ai, ap, b, j * bj, bp, bj, c, i * n + j, n, accumulate)
    if (n2 < n) {
      for (let r = i; r < i + 3; r++) dots(1, k, a, r * ai, ap, b, n2 * bj, bp, bj, c, r * n + n2, accumulate)
    }
  }
  for (let i = m3; i < m; i++) {
    // Few rows over many columns: with B stored by rows, walking along j reads it in order.
    if (bj === 1 && n > NARROW) row(n, k, a, i * ai, ap, b, c, i * n, accumulate)
    else dots(n, k, a, i * ai, ap, b, 0, bp, bj, c, i * n, accumulate)
  }
}

/** Six sums at once: 3 rows × 2 columns. Six is what fits into sixteen registers beside the products and operands. */
function tile3x2(k: number, a: Float32Array, a0: number, ai: number, ap: number, b: Float32Array, b0: number,
  bp: number, bj: number, c: Float32Array, at: number, n: number, accumulate: boolean): void
{
  const at1 = at + n
  const at2 = at1 + n
  let c00 = 0, c01 = 0, c10 = 0, c11 = 0, c20 = 0, c21 = 0
  if (accumulate) {
    c00 = c[at]
    c01 = c[at + 1]
    c10 = c[at1]
    c11 = c[at1 + 1]
    c20 = c[at2]
    c21 = c[at2 + 1]
  }
  let a1 = a0 + ai | 0
  let a2 = a1 + ai | 0
  let b1 = b0 + bj | 0
  for (let p = 0; p < k; p++) {
    const x0 = a[a0], x1 = a[a1], x2 = a[a2], y0 = b[b0], y1 = b[b1]
    c00 += x0 * y0
    c01 += x0 * y1
    c10 += x1 * y0
    c11 += x1 * y1
    c20 += x2 * y0
    c21 += x2 * y1
    a0 = a0 + ap | 0
    a1 = a1 + ap | 0
    a2 = a2 + ap | 0
    b0 = b0 + bp | 0
    b1 = b1 + bp | 0
  }
  c[at] = c00
  c[at + 1] = c01
  c[at1] = c10
  c[at1 + 1] = c11
  c[at2] = c20
  c[at2 + 1] = c21
}

/** One row of C as dot products, six columns at a time so that six chains of additions overlap. */
function dots(n: number, k: number, a: Float32Array, a0: number, ap: number, b: Float32Array, b0: number, bp: number,
  bj: number, c: Float32Array, at: number, accumulate: boolean): void
{
  let j = 0
  for (; j + 6 <= n; j += 6) {
    let q0 = b0 + j * bj | 0
    let q1 = q0 + bj | 0, q2 = q1 + bj | 0, q3 = q2 + bj | 0, q4 = q3 + bj | 0, q5 = q4 + bj | 0
    let s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0
    if (accumulate) {
      s0 = c[at + j]
      s1 = c[at + j + 1]
      s2 = c[at + j + 2]
      s3 = c[at + j + 3]
      s4 = c[at + j + 4]
      s5 = c[at + j + 5]
    }
    for (let p = 0, pa = a0; p < k; p++, pa = pa + ap | 0) {
      const x = a[pa]
      s0 += x * b[q0]
      s1 += x * b[q1]
      s2 += x * b[q2]
      s3 += x * b[q3]
      s4 += x * b[q4]
      s5 += x * b[q5]
      q0 = q0 + bp | 0
      q1 = q1 + bp | 0
      q2 = q2 + bp | 0
      q3 = q3 + bp | 0
      q4 = q4 + bp | 0
      q5 = q5 + bp | 0
    }
    c[at + j] = s0
    c[at + j + 1] = s1
    c[at + j + 2] = s2
    c[at + j + 3] = s3
    c[at + j + 4] = s4
    c[at + j + 5] = s5
  }
  for (; j < n; j++) {
    let sum = accumulate ? c[at + j] : 0
    let q = b0 + j * bj | 0
    for (let p = 0, pa = a0; p < k; p++, pa = pa + ap | 0, q = q + bp | 0) sum += a[pa] * b[q]
    c[at + j] = sum
  }
}

/** One row of C as a sum of rows of B, four rows per sweep; the float64 sums wait in `SUMS`, a stretch of J at a time. */
function row(n: number, k: number, a: Float32Array, a0: number, ap: number, b: Float32Array, c: Float32Array,
  at: number, accumulate: boolean): void
{
  for (let j0 = 0; j0 < n; j0 += SUMS.length) {
    const width = Math.min(SUMS.length, n - j0)
    const from = at + j0
    for (let j = 0; j < width; j++) SUMS[j] = accumulate ? c[from + j] : 0
    let p = 0
    let pa = a0
    for (; p + 4 <= k; p += 4, pa += 4 * ap) {
      const x0 = a[pa], x1 = a[pa + ap], x2 = a[pa + 2 * ap], x3 = a[pa + 3 * ap]
      const q0 = p * n + j0, q1 = q0 + n, q2 = q1 + n, q3 = q2 + n
      for (let j = 0; j < width; j++) {
        SUMS[j] = SUMS[j] + x0 * b[q0 + j | 0] + x1 * b[q1 + j | 0] + x2 * b[q2 + j | 0] + x3 * b[q3 + j | 0]
      }
    }
    for (; p < k; p++, pa += ap) {
      const x = a[pa]
      const q = p * n + j0
      for (let j = 0; j < width; j++) SUMS[j] += x * b[q + j | 0]
    }
    for (let j = 0; j < width; j++) c[from + j] = SUMS[j]
  }
}

/** 512 float64 sums: 4 KiB, an eighth of the smallest first-level cache in use. */
const SUMS = new Float64Array(512)
