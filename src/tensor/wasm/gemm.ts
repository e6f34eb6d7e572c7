// The vector micro-kernels and everything around them, assembled into one function: a whole product on WebAssembly
// memory. The loop nest is that of ../matmul-blocked.ts; lanes run across the columns of C, so no sum changes its order.
//
//   float64 accumulation: 2-lane float64 tiles, panels converted to float64 while packing, unrounded sums between parts of k
//   float32 accumulation: 4-lane float32 tiles; the running sum is float32 anyway and waits in C itself between parts of k

import type { Assembler, FunctionHandle, Local } from './assembler.ts'

/** How a kernel rounds: see `Gemm` and design notes; `fused` uses relaxed multiply-add where the runtime has it. */
export interface GemmVariant {
  readonly accumulation: 'float64' | 'float32'
  /**
   * One rounding for product and sum. Harmless in float64, where the product of two float32 numbers is exact; in float32
   * the result depends on whether the processor fuses, so that variant is not reproducible and never chosen by itself.
   */
  readonly fused: boolean
}

/** Geometry of a variant; see ../matmul-blocked.ts for what the letters mean. */
export interface Geometry {
  readonly MR: number
  readonly NR: number
  readonly KC: number
  readonly MC: number
  readonly NC: number
  /** Bytes of one packed element. */
  readonly size: 4 | 8
}

/**
 * Register tiles. Of sixteen 128-bit registers, MR·NR/lanes hold sums, NR/lanes a row of B, one an element of A and one a
 * product; fused operations need no register for the product.
 */
export function geometryOf({ accumulation, fused }: GemmVariant): Geometry {
  return accumulation === 'float64'
    ? { MR: fused ? 6 : 4, NR: 4, KC: 512, MC: 96, NC: 256, size: 8 }
    : { MR: fused ? 6 : 5, NR: 8, KC: 512, MC: fused ? 192 : 190, NC: 512, size: 4 }
}

/** Rows of C whose unrounded float64 sums are kept at a time; callers cut taller products when k > KC. */
export const MOST_ROWS = 1024

/** Bytes of scratch memory one thread needs: both panels, one tile for the edges, and the sums when k > KC. */
export function workspaceBytes(geometry: Geometry, accumulation: 'float64' | 'float32', m: number, n: number, k: number): number {
  const { MR, NR, size } = geometry
  const { panelA, panelB, tile } = layout(geometry)
  const tiles = Math.ceil(Math.min(m, MOST_ROWS) / MR) * Math.ceil(Math.min(n, geometry.NC) / NR)
  const sums = accumulation === 'float64' && k > geometry.KC ? tiles * MR * NR * size : 0
  return panelA + panelB + tile + sums
}

function layout({ MR, NR, KC, MC, NC, size }: Geometry): { panelA: number; panelB: number; tile: number } {
  return { panelA: MC * KC * size, panelB: NC * KC * size, tile: MR * NR * 4 }
}

/**
 * Adds `gemm` to a module: (m, n, k, a, lda, transposeA, b, ldb, transposeB, c, ldc, accumulate, workspace), addresses in
 * bytes, leading dimensions in elements, flags 0 or 1. m, n ≥ 1, k ≥ 0; m ≤ MOST_ROWS when k > KC under float64.
 */
export function emitGemm(asm: Assembler, name: string, variant: GemmVariant): void {
  const geometry = geometryOf(variant)
  const { MR, NR, KC, MC, NC, size } = geometry
  const wide = variant.accumulation === 'float64'
  const scalar = emitPackScalar(asm, wide)
  const packA = emitPack(asm, wide, MR, scalar)
  const packB = emitPack(asm, wide, NR, scalar)
  const tile = emitTile(asm, variant)
  const macro = emitMacro(asm, geometry, wide, tile)
  const { panelA, panelB, tile: tileBytes } = layout(geometry)
  asm.func(name, Array.from({ length: 13 }, () => 'i32' as const), [], (f, p) => {
    const [m, n, k, a, lda, transposeA, b, ldb, transposeB, c, ldc, accumulate, workspace] = p
    const [j0, p0, i0, columns, depth, rows, part, at, strideLane, strideP, first, last] =
      Array.from({ length: 12 }, () => f.local('i32'))
    const [packedA, packedB, edge, sums, toC] = Array.from({ length: 5 }, () => f.local('i32'))
    const assign = (target: Local, value: () => void): void => {
      value()
      f.set(target)
    }
    const sum = (x: Local, offset: number): void => {
      f.get(x)
      f.i32(offset)
      f.op('i32.add')
    }
    /** min(limit, end − from) */
    const clipped = (target: Local, end: Local, from: Local, limit: () => void): void => {
      limit()
      f.get(end)
      f.get(from)
      f.op('i32.sub')
      limit()
      f.get(end)
      f.get(from)
      f.op('i32.sub')
      f.op('i32.lt_u')
      f.op('select')
      f.set(target)
    }
    assign(packedA, () => f.get(workspace))
    assign(packedB, () => sum(workspace, panelA))
    assign(edge, () => sum(workspace, panelA + panelB))
    assign(sums, () => sum(workspace, panelA + panelB + tileBytes))
    // Equal parts of k rather than full ones and a rest: part = ⌈k / ⌈k/KC⌉⌉, at least 1 so that k = 0 still visits C.
    f.get(k)
    f.get(k)
    f.i32(KC - 1)
    f.op('i32.add')
    f.i32(KC)
    f.op('i32.div_u')
    f.set(part)
    f.get(part)
    f.op('i32.add')
    f.i32(1)
    f.op('i32.sub')
    f.get(part)
    f.i32(1)
    f.get(part)
    f.op('select')
    f.op('i32.div_u')
    f.set(part)
    /** Strides of an operand in bytes: along its lanes and along p; and where its (lane0, p0) lies. */
    const locate = (operand: Local, ld: Local, lanesAlongRows: () => void, lane0: Local): void => {
      lanesAlongRows()
      f.when(() => {
        assign(strideLane, () => { f.get(ld); f.i32(2); f.op('i32.shl') })
        assign(strideP, () => f.i32(4))
      }, () => {
        assign(strideLane, () => f.i32(4))
        assign(strideP, () => { f.get(ld); f.i32(2); f.op('i32.shl') })
      })
      f.get(operand)
      f.get(lane0)
      f.get(strideLane)
      f.op('i32.mul')
      f.op('i32.add')
      f.get(p0)
      f.get(strideP)
      f.op('i32.mul')
      f.op('i32.add')
      f.set(at)
    }
    assign(j0, () => f.i32(0))
    f.whileBelow(j0, n, () => {
      clipped(columns, n, j0, () => f.i32(NC))
      assign(p0, () => f.i32(0))
      assign(last, () => f.i32(0))
      // do … while (not last): one pass even for k = 0, which rounds C or writes zeros.
      f.op('loop', 0x40)
      clipped(depth, k, p0, () => f.get(part))
      assign(first, () => { f.get(p0); f.op('i32.eqz') })
      assign(last, () => { f.get(p0); f.get(depth); f.op('i32.add'); f.get(k); f.op('i32.eq') })
      locate(b, ldb, () => f.get(transposeB), j0)
      for (const x of [packedB, at, strideLane, strideP, columns, depth]) f.get(x)
      f.call(packB)
      assign(i0, () => f.i32(0))
      f.whileBelow(i0, m, () => {
        clipped(rows, m, i0, () => f.i32(MC))
        locate(a, lda, () => { f.get(transposeA); f.op('i32.eqz') }, i0)
        for (const x of [packedA, at, strideLane, strideP, rows, depth]) f.get(x)
        f.call(packA)
        // c + (i0·ldc + j0)·4
        f.get(c)
        f.get(i0)
        f.get(ldc)
        f.op('i32.mul')
        f.get(j0)
        f.op('i32.add')
        f.i32(2)
        f.op('i32.shl')
        f.op('i32.add')
        f.set(toC)
        for (const x of [rows, columns, depth, packedA, packedB, toC, ldc]) f.get(x)
        // Sums of this block: (i0 / MR)·⌈columns / NR⌉ tiles after the first.
        f.get(sums)
        f.get(i0)
        f.i32(MR)
        f.op('i32.div_u')
        f.get(columns)
        f.i32(NR - 1)
        f.op('i32.add')
        f.i32(NR)
        f.op('i32.div_u')
        f.op('i32.mul')
        f.i32(MR * NR * size)
        f.op('i32.mul')
        f.op('i32.add')
        f.get(edge)
        // source: 0 zeros, 1 C, 2 kept sums; float32 keeps its sums in C.
        f.get(accumulate)
        f.i32(wide ? 2 : 1)
        f.get(first)
        f.op('select')
        f.get(last)
        f.call(macro)
        f.advance(i0, MC)
      })
      f.advance(p0, depth)
      f.get(last)
      f.op('i32.eqz')
      f.op('br_if', 0)
      f.op('end')
      f.advance(j0, NC)
    })
  })
}

/** (rows, columns, depth, packedA, packedB, c, ldc, sums, edge, source, last): C block += A panels · B panels. */
function emitMacro(asm: Assembler, { MR, NR, size }: Geometry, wide: boolean, tile: FunctionHandle): FunctionHandle {
  return asm.func('', Array.from({ length: 11 }, () => 'i32' as const), [], (f, p) => {
    const [rows, columns, depth, packedA, packedB, c, ldc, sums, edge, source, last] = p
    const [i, j, nr, mr, pa, pb, at, r, s, from, to] = Array.from({ length: 11 }, () => f.local('i32'))
    const assign = (target: Local, value: () => void): void => {
      value()
      f.set(target)
    }
    const rest = (target: Local, end: Local, done: Local, limit: number): void => {
      f.i32(limit)
      f.get(end)
      f.get(done)
      f.op('i32.sub')
      f.i32(limit)
      f.get(end)
      f.get(done)
      f.op('i32.sub')
      f.op('i32.lt_u')
      f.op('select')
      f.set(target)
    }
    const callTile = (target: Local, stride: () => void): void => {
      for (const x of [depth, pa, pb, target]) f.get(x)
      stride()
      for (const x of [sums, source, last]) f.get(x)
      f.call(tile)
    }
    /** Copies the mr × nr corner between C and the edge tile. */
    const copyCorner = (toEdge: boolean): void => {
      assign(r, () => f.i32(0))
      f.whileBelow(r, mr, () => {
        const addressC = toEdge ? from : to
        const addressEdge = toEdge ? to : from
        assign(addressC, () => { f.get(at); f.get(r); f.get(ldc); f.op('i32.mul'); f.i32(2); f.op('i32.shl'); f.op('i32.add') })
        assign(addressEdge, () => { f.get(edge); f.get(r); f.i32(4 * NR); f.op('i32.mul'); f.op('i32.add') })
        assign(s, () => f.i32(0))
        f.whileBelow(s, nr, () => {
          f.get(to)
          f.get(from)
          f.memory('f32.load')
          f.memory('f32.store')
          f.advance(from, 4)
          f.advance(to, 4)
          f.advance(s, 1)
        })
        f.advance(r, 1)
      })
    }
    assign(j, () => f.i32(0))
    assign(pb, () => f.get(packedB))
    f.whileBelow(j, columns, () => {
      rest(nr, columns, j, NR)
      assign(i, () => f.i32(0))
      assign(pa, () => f.get(packedA))
      f.whileBelow(i, rows, () => {
        rest(mr, rows, i, MR)
        assign(at, () => {
          f.get(c)
          f.get(i)
          f.get(ldc)
          f.op('i32.mul')
          f.get(j)
          f.op('i32.add')
          f.i32(2)
          f.op('i32.shl')
          f.op('i32.add')
        })
        f.get(mr)
        f.i32(MR)
        f.op('i32.eq')
        f.get(nr)
        f.i32(NR)
        f.op('i32.eq')
        f.op('i32.and')
        f.when(() => callTile(at, () => f.get(ldc)), () => {
          // An incomplete tile is computed whole, on zero-padded panels, beside C; only its corner touches C.
          f.get(source)
          f.i32(1)
          f.op('i32.eq')
          f.when(() => copyCorner(true))
          callTile(edge, () => f.i32(NR))
          if (wide) f.get(last)
          else f.i32(1)
          f.when(() => copyCorner(false))
        })
        if (wide) f.advance(sums, MR * NR * size)
        for (const [target, step] of [[pa, MR * size]] as const) {
          f.get(target)
          f.get(depth)
          f.i32(step)
          f.op('i32.mul')
          f.op('i32.add')
          f.set(target)
        }
        f.advance(i, MR)
      })
      f.get(pb)
      f.get(depth)
      f.i32(NR * size)
      f.op('i32.mul')
      f.op('i32.add')
      f.set(pb)
      f.advance(j, NR)
    })
  })
}

/**
 * (k, pa, pb, c, ldc, sums, source, last): the micro-kernel, T[MR × NR] := T + Σₚ A[·,p]·B[p,·], p ascending, one lane per
 * column. T starts from zeros, C or the kept sums, and ends in C or the kept sums.
 */
function emitTile(asm: Assembler, variant: GemmVariant): FunctionHandle {
  const { MR, NR, size } = geometryOf(variant)
  const wide = variant.accumulation === 'float64'
  const vectors = NR / (16 / size)
  const type = wide ? 'f64x2' : 'f32x4'
  return asm.func('', Array.from({ length: 8 }, () => 'i32' as const), [], (f, p) => {
    const [k, pa, pb, c, ldc, sums, source, last] = p
    const end = f.local('i32')
    const row = f.local('i32')
    const acc = Array.from({ length: MR }, () => Array.from({ length: vectors }, () => f.local('v128')))
    const b = Array.from({ length: vectors }, () => f.local('v128'))
    const a = f.local('v128')
    const eachRow = (body: (r: number) => void): void => {
      f.get(c)
      f.set(row)
      for (let r = 0; r < MR; r++) {
        body(r)
        if (r + 1 < MR) {
          f.get(row)
          f.get(ldc)
          f.i32(2)
          f.op('i32.shl')
          f.op('i32.add')
          f.set(row)
        }
      }
    }
    const loadC = (): void => eachRow((r) => acc[r].forEach((vector, v) => {
      f.get(row)
      if (wide) {
        f.memory('v128.load64_zero', 8 * v)
        f.op('f64x2.promote_low_f32x4')
      } else f.memory('v128.load', 16 * v)
      f.set(vector)
    }))
    const storeC = (): void => eachRow((r) => acc[r].forEach((vector, v) => {
      f.get(row)
      f.get(vector)
      if (wide) {
        f.op('f32x4.demote_f64x2_zero')
        f.memory('v128.store64_lane', 8 * v, 0)
      } else f.memory('v128.store', 16 * v)
    }))
    const offset = (r: number, v: number): number => (r * vectors + v) * 16
    // Locals are zero at the start, which is what source 0 means.
    f.get(source)
    f.i32(1)
    f.op('i32.eq')
    f.when(loadC)
    if (wide) {
      f.get(source)
      f.i32(2)
      f.op('i32.eq')
      f.when(() => acc.forEach((list, r) => list.forEach((vector, v) => {
        f.get(sums)
        f.memory('v128.load', offset(r, v))
        f.set(vector)
      })))
    }
    f.get(pa)
    f.get(k)
    f.i32(MR * size)
    f.op('i32.mul')
    f.op('i32.add')
    f.set(end)
    f.whileBelow(pa, end, () => {
      b.forEach((vector, v) => {
        f.get(pb)
        f.memory('v128.load', 16 * v)
        f.set(vector)
      })
      for (let r = 0; r < MR; r++) {
        f.get(pa)
        f.memory(wide ? 'v128.load64_splat' : 'v128.load32_splat', r * size)
        f.set(a)
        acc[r].forEach((vector, v) => {
          if (variant.fused) {
            f.get(a)
            f.get(b[v])
            f.get(vector)
            f.op(`${type}.relaxed_madd`)
          } else {
            f.get(vector)
            f.get(a)
            f.get(b[v])
            f.op(`${type}.mul`)
            f.op(`${type}.add`)
          }
          f.set(vector)
        })
      }
      f.advance(pa, MR * size)
      f.advance(pb, NR * size)
    })
    if (!wide) {
      storeC()
      return
    }
    f.get(last)
    f.when(storeC, () => acc.forEach((list, r) => list.forEach((vector, v) => {
      f.get(sums)
      f.get(vector)
      f.memory('v128.store', offset(r, v))
    })))
  })
}

const UNPACK_LOW = [0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23]
const UNPACK_HIGH = [8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31]
const JOIN_LOW = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23]
const JOIN_HIGH = [8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31]
const HIGH_HALF = [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15]

/** (dst, src, strideLane, strideP, lanes, depth, width): one panel element by element, zeros beyond `lanes`. */
function emitPackScalar(asm: Assembler, wide: boolean): FunctionHandle {
  const size = wide ? 8 : 4
  return asm.func('', Array.from({ length: 7 }, () => 'i32' as const), [], (f, p) => {
    const [dst, src, strideLane, strideP, lanes, depth, width] = p
    const [q, r, from] = Array.from({ length: 3 }, () => f.local('i32'))
    f.whileBelow(q, depth, () => {
      f.get(src)
      f.set(from)
      f.i32(0)
      f.set(r)
      f.whileBelow(r, width, () => {
        f.get(dst)
        f.get(r)
        f.get(lanes)
        f.op('i32.lt_u')
        // Beyond the operand nothing may be read: it can end at the end of memory.
        f.op('if', wide ? 0x7c : 0x7d)
        f.get(from)
        f.memory('f32.load')
        if (wide) f.op('f64.promote_f32')
        f.op('else')
        if (wide) f.f64(0)
        else f.f32(0)
        f.op('end')
        f.memory(wide ? 'f64.store' : 'f32.store')
        f.advance(dst, size)
        f.advance(from, strideLane)
        f.advance(r, 1)
      })
      f.advance(src, strideP)
      f.advance(q, 1)
    })
  })
}

/**
 * (dst, src, strideLane, strideP, lanes, depth): packs panels of `width` lanes, converting to float64 when `wide`.
 * Full panels go four lanes at a time: straight copies when lanes are neighbours in memory, 4×4 transposes otherwise.
 */
function emitPack(asm: Assembler, wide: boolean, width: number, scalar: FunctionHandle): FunctionHandle {
  const size = wide ? 8 : 4
  const fours = Math.floor(width / 4)
  return asm.func('', Array.from({ length: 6 }, () => 'i32' as const), [], (f, p) => {
    const [dst, src, strideLane, strideP, lanes, depth] = p
    const [q, to, from, at, whole, lane] = Array.from({ length: 6 }, () => f.local('i32'))
    const x = Array.from({ length: 4 }, () => f.local('v128'))
    const t = Array.from({ length: 4 }, () => f.local('v128'))
    const shuffle = (target: Local, low: Local, high: Local, bytes: readonly number[]): void => {
      f.get(low)
      f.get(high)
      f.op('i8x16.shuffle', ...bytes)
      f.set(target)
    }
    /** Stores four float32 lanes at to + offset, widened when the panel is float64. */
    const storeFour = (value: Local, offset: number): void => {
      f.get(to)
      f.get(value)
      if (!wide) {
        f.memory('v128.store', offset)
        return
      }
      f.op('f64x2.promote_low_f32x4')
      f.memory('v128.store', offset)
      f.get(to)
      f.get(value)
      f.get(value)
      f.op('i8x16.shuffle', ...HIGH_HALF)
      f.op('f64x2.promote_low_f32x4')
      f.memory('v128.store', offset + 16)
    }
    const storeOne = (offset: number, load: () => void): void => {
      f.get(to)
      load()
      f.memory('f32.load')
      if (wide) f.op('f64.promote_f32')
      f.memory(wide ? 'f64.store' : 'f32.store', offset)
    }
    /** from + count·stride, on the stack. */
    const offsetBy = (count: number, stride: Local): void => {
      f.get(from)
      f.get(stride)
      f.i32(count)
      f.op('i32.mul')
      f.op('i32.add')
    }
    const neighbours = (): void => {
      // Lanes lie side by side: one load per four lanes and p.
      f.i32(0)
      f.set(q)
      f.whileBelow(q, depth, () => {
        for (let group = 0; group < fours; group++) {
          f.get(from)
          f.memory('v128.load', 16 * group)
          f.set(x[0])
          storeFour(x[0], 4 * group * size)
        }
        for (let r = 4 * fours; r < width; r++) {
          f.get(to)
          f.get(from)
          f.memory('f32.load', 4 * r)
          if (wide) f.op('f64.promote_f32')
          f.memory(wide ? 'f64.store' : 'f32.store', r * size)
        }
        f.advance(from, strideP)
        f.advance(to, width * size)
        f.advance(q, 1)
      })
    }
    const transposed = (): void => {
      // Lanes are rows: 4×4 blocks are turned in registers, four values of p at a time.
      f.get(depth)
      f.i32(-4)
      f.op('i32.and')
      f.set(whole)
      f.i32(0)
      f.set(q)
      f.whileBelow(q, whole, () => {
        for (let group = 0; group < fours; group++) {
          x.forEach((row, r) => {
            offsetBy(4 * group + r, strideLane)
            f.memory('v128.load')
            f.set(row)
          })
          shuffle(t[0], x[0], x[1], UNPACK_LOW)
          shuffle(t[1], x[0], x[1], UNPACK_HIGH)
          shuffle(t[2], x[2], x[3], UNPACK_LOW)
          shuffle(t[3], x[2], x[3], UNPACK_HIGH)
          shuffle(x[0], t[0], t[2], JOIN_LOW)
          shuffle(x[1], t[0], t[2], JOIN_HIGH)
          shuffle(x[2], t[1], t[3], JOIN_LOW)
          shuffle(x[3], t[1], t[3], JOIN_HIGH)
          x.forEach((column, c) => storeFour(column, (c * width + 4 * group) * size))
        }
        for (let r = 4 * fours; r < width; r++) {
          for (let c = 0; c < 4; c++) {
            storeOne((c * width + r) * size, () => {
              offsetBy(r, strideLane)
              f.i32(4 * c)
              f.op('i32.add')
            })
          }
        }
        f.advance(from, 16)
        f.advance(to, 4 * width * size)
        f.advance(q, 4)
      })
      f.whileBelow(q, depth, () => {
        for (let r = 0; r < width; r++) storeOne(r * size, () => offsetBy(r, strideLane))
        f.advance(from, 4)
        f.advance(to, width * size)
        f.advance(q, 1)
      })
    }
    f.get(src)
    f.set(at)
    f.get(dst)
    f.set(to)
    f.whileBelow(lane, lanes, () => {
      f.get(at)
      f.set(from)
      f.get(lane)
      f.i32(width)
      f.op('i32.add')
      f.get(lanes)
      f.op('i32.gt_s')
      f.when(() => {
        for (const value of [to, from, strideLane, strideP]) f.get(value)
        f.get(lanes)
        f.get(lane)
        f.op('i32.sub')
        f.get(depth)
        f.i32(width)
        f.call(scalar)
      }, () => {
        f.get(strideLane)
        f.i32(4)
        f.op('i32.eq')
        f.when(neighbours, transposed)
      })
      f.get(at)
      f.get(strideLane)
      f.i32(width)
      f.op('i32.mul')
      f.op('i32.add')
      f.set(at)
      f.advance(lane, width)
    })
  })
}

