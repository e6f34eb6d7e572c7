// The engine's heart: a cache-blocked matrix product in plain TypeScript.
//
//   for i0 in m by MS      rows of C whose float64 sums are kept at a time
//     for j0 in n by NC      columns of B packed at a time       (B panels: KC × NC float64, L2/L3)
//       for p0 in k by KC      the part of the sum
//         pack B[p0.., j0..] into panels of NR columns
//         for i1 in MS by MC     rows of A packed at a time      (A panels: MC × KC float64, L2)
//           pack A[i1.., p0..] into panels of MR rows
//           for each B panel                                     (KC × NR float64: stays in L1)
//             for each A panel     micro-kernel: C[MR × NR] += A panel · B panel
//
//   A panel  (MR = 3):  a00 a10 a20 | a01 a11 a21 | a02 …        p runs to the right, one stripe per p
//   B panel  (NR = 2):  b00 b01 | b10 b11 | b20 …
//
// Packing converts to float64 once per element (V8 would otherwise convert at every load), makes the micro-kernel's
// reads contiguous, and absorbs both transpositions: a transposed operand is only packed in another order.

import { checkOperands, type Gemm } from './gemm.ts'
import { gemmDirect, NARROW } from './direct.ts'

/**
 * Register tile MR × NR. V8 places all products of a block before all sums, so sums + products + operands must fit into
 * 15 registers: 6 + 4 + 5 do. Measured (k = 256, GFLOP/s on one 2.6 GHz-class Zen 5 core): 3×2 12.5, 2×2 4.9 (chains of
 * additions too short to overlap), 3×2 unrolled twice over k 4.8 (spills), 3×2 with `a[p + 1]` for shifted views 7.5.
 */
const MR = 3
const NR = 2

/** Part of the sum handled at a time. One B panel (KC·NR·8 = 8 KiB) and one A panel (12 KiB) share a 32 KiB L1. */
const KC = 512

/** Rows of A packed at a time, a multiple of MR: MC·KC·8 = 504 KiB, half of a 1 MiB L2. */
const MC = 123

/** Columns of B packed at a time, a multiple of NR: KC·NC·8 = 1 MiB; each A block is packed n / NC times. */
const NC = 256

/** Rows of C per outermost step: bounds the float64 partial sums (only needed when k > KC) to MS·NC·8 = 2 MiB. */
const MS = 1024

/** The packed panels and the register tile of sums that travels between the micro-kernel and C. */
interface Panels {
  readonly a: Float64Array
  readonly b: Float64Array
  readonly tile: Float64Array
  /** tile := tile + Σₚ A[·,p]·B[p,·] over the first `k` stripes of the panels at pa and pb, p ascending. */
  readonly microKernel: (k: number, pa: number, pb: number) => void
}

/**
 * Allocates the panels, once, at their full size (about 1.5 MiB), and closes the micro-kernel over them.
 *
 * Why views: element r of a stripe is read as `view[r][p]`, where view r is the same memory shifted by r elements.
 * All views of a panel are constants of equal length read at the *same* index, so V8 keeps a single bounds check for
 * all of them. Why a closure made once: only then are the views constants to the optimizing compiler; passed as
 * arguments, the same loop has five checks and a third of the speed (4.3 against 12.5 GFLOP/s).
 */
function createPanels(): Panels {
  const sizeA = MC * KC
  const sizeB = NC * KC
  const a = new Float64Array(sizeA + MR - 1)
  const b = new Float64Array(sizeB + NR - 1)
  const a0 = a.subarray(0, sizeA), a1 = a.subarray(1, sizeA + 1), a2 = a.subarray(2, sizeA + 2)
  const b0 = b.subarray(0, sizeB), b1 = b.subarray(1, sizeB + 1)
  const tile = new Float64Array(MR * NR)
  const microKernel = (k: number, pa: number, pb: number): void => {
    let t00 = tile[0],
      t01 = tile[1],
      t10 = tile[2],
      t11 = tile[3],
      t20 = tile[4],
      t21 = tile[5]
    // The sizes of the tile as numbers: a bundler may turn constants of a module into variables, which cost a third here.
    const end = pa + 3 * k
    for (let p = pa, q = pb; p < end; p = p + 3 | 0, q = q + 2 | 0) {
      const y0 = b0[q], y1 = b1[q], x0 = a0[p], x1 = a1[p], x2 = a2[p]
      t00 += x0 * y0
      t01 += x0 * y1
      t10 += x1 * y0
      t11 += x1 * y1
      t20 += x2 * y0
      t21 += x2 * y1
    }
    tile[0] = t00
    tile[1] = t01
    tile[2] = t10
    tile[3] = t11
    tile[4] = t20
    tile[5] = t21
  }
  return { a, b, tile, microKernel }
}

let panels: Panels | undefined

/** Float64 sums of the current MS × NC stretch of C, needed only when k > KC; grown to the largest product so far. */
let sums: Float64Array = new Float64Array(0)

/** C := round(C? + op(A)·op(B)). Cost: 2·m·n·k flops; scratch memory is kept between calls, see `Workspace`. */
export const gemmBlocked: Gemm = (m, n, k, a, transposeA, b, transposeB, c, accumulate) => {
  checkOperands(m, n, k, a, b, c)
  if (m <= NARROW || n <= NARROW || k === 0) return gemmDirect(m, n, k, a, transposeA, b, transposeB, c, accumulate)
  if (panels === undefined) {
    try {
      panels = /* @__NOINLINE__ */ createPanels()
    } catch {
      // No room for panels: the same bits without them, more slowly.
      return gemmDirect(m, n, k, a, transposeA, b, transposeB, c, accumulate)
    }
  }
  const sumsNeeded = k > KC ? Math.min(m, MS) * Math.min(n, NC) : 0
  if (sums.length < sumsNeeded) sums = new Float64Array(sumsNeeded)
  for (let i0 = 0; i0 < m; i0 += MS) {
    const i9 = Math.min(i0 + MS, m)
    for (let j0 = 0; j0 < n; j0 += NC) {
      const columns = Math.min(NC, n - j0)
      for (let p0 = 0; p0 < k; p0 += KC) {
        const depth = Math.min(KC, k - p0)
        if (transposeB) packAlong(panels.b, NR, columns, depth, b, j0 * k + p0, k)
        else packAcross(panels.b, NR, columns, depth, b, p0 * n + j0, n)
        for (let i1 = i0; i1 < i9; i1 += MC) {
          const rows = Math.min(MC, i9 - i1)
          if (transposeA) packAcross(panels.a, MR, rows, depth, a, p0 * m + i1, m)
          else packAlong(panels.a, MR, rows, depth, a, i1 * k + p0, k)
          multiplyPanels(panels, rows, columns, depth, c, i1 * n + j0, n, (i1 - i0) * columns, p0 === 0,
            p0 + depth === k, accumulate)
        }
      }
    }
  }
}

/**
 * C block += A panels · B panels, a tile at a time. The sums start from +0 or C (`first`), are rounded into C (`last`),
 * and in between wait unrounded in `sums`, so that cutting k changes no bit.
 */
function multiplyPanels({ tile, microKernel }: Panels, rows: number, columns: number, depth: number, c: Float32Array,
  at: number, n: number, sumsAt: number, first: boolean, last: boolean, accumulate: boolean): void
{
  for (let j = 0; j < columns; j += NR) {
    const nr = Math.min(NR, columns - j)
    for (let i = 0; i < rows; i += MR) {
      const mr = Math.min(MR, rows - i)
      if (first && !accumulate) {
        tile[0] = 0
        tile[1] = 0
        tile[2] = 0
        tile[3] = 0
        tile[4] = 0
        tile[5] = 0
      } else {
        for (let r = 0; r < mr; r++) {
          for (let s = 0; s < nr; s++) {
            tile[r * NR + s] = first ? c[at + (i + r) * n + j + s] : sums[sumsAt + (i + r) * columns + j + s]
          }
        }
      }
      microKernel(depth, i * depth, j * depth)
      if (last && mr === MR && nr === NR) {
        const to = at + i * n + j
        c[to] = tile[0]
        c[to + 1] = tile[1]
        c[to + n] = tile[2]
        c[to + n + 1] = tile[3]
        c[to + 2 * n] = tile[4]
        c[to + 2 * n + 1] = tile[5]
      } else {
        for (let r = 0; r < mr; r++) {
          for (let s = 0; s < nr; s++) {
            if (last) c[at + (i + r) * n + j + s] = tile[r * NR + s]
            else sums[sumsAt + (i + r) * columns + j + s] = tile[r * NR + s]
          }
        }
      }
    }
  }
}

/**
 * Packs lanes that lie along rows of the source (A, or B transposed): lane r of a panel is source row r.
 * panel[p·width + r] := source[at + (lane + r)·stride + p]; lanes beyond `lanes` are zero and their sums are dropped.
 */
function packAlong(panels: Float64Array, width: number, lanes: number, depth: number, source: Float32Array, at: number,
  stride: number): void
{
  for (let lane = 0; lane < lanes; lane += width) {
    const base = lane * depth
    for (let r = 0; r < width; r++) {
      let to = base + r | 0
      if (lane + r < lanes) {
        let from = at + (lane + r) * stride | 0
        for (let p = 0; p < depth; p++, to = to + width | 0, from = from + 1 | 0) panels[to] = source[from]
      } else {
        for (let p = 0; p < depth; p++, to = to + width | 0) panels[to] = 0
      }
    }
  }
}

/**
 * Packs lanes that lie across rows of the source (B, or A transposed): lane r of a panel is source column r.
 * panel[p·width + r] := source[at + p·stride + lane + r].
 */
function packAcross(panels: Float64Array, width: number, lanes: number, depth: number, source: Float32Array, at: number,
  stride: number): void
{
  const full = lanes - (lanes % width)
  for (let p = 0; p < depth; p++) {
    let from = at + p * stride | 0
    let to = p * width | 0
    const step = width * (depth - 1) | 0
    for (let lane = 0; lane < full; lane += width) {
      for (let r = 0; r < width; r++, to = to + 1 | 0, from = from + 1 | 0) panels[to] = source[from]
      to = to + step | 0
    }
    for (let r = 0; full + r < lanes; r++) panels[to + r] = source[from + r]
    if (full < lanes) { for (let r = lanes - full; r < width; r++) panels[to + r] = 0 }
  }
}
