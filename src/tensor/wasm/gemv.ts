// One row times a matrix stored by columns: y := xᵀ·Bᵀ. Every element of B is used once, so nothing is packed and the
// speed is that of memory. Lanes run across y as in the product; B is turned 4×4 in registers on the way. Matrices stored
// by rows are the business of ./gemv-rows.ts, but for the last few columns.

import type { Assembler } from './assembler.ts'
import type { Local } from './code.ts'
import { HIGH_HALF, JOIN_HIGH, JOIN_LOW, UNPACK_HIGH, UNPACK_LOW } from './shuffles.ts'

/**
 * Adds `name`: (n, k, x, strideX, b, strideJ, strideP, y, accumulate), addresses and strides in bytes.
 * y[j] := Σₚ x[p]·b[j, p] with p ascending from the old y or +0; rounding as in `Gemm`.
 */
export function emitGemv(asm: Assembler, name: string, wide: boolean, fused: boolean): void {
  const type = wide ? 'f64x2' : 'f32x4'
  // Columns of y per pass when B is stored by columns: as many streams through memory as processors follow.
  const WIDTH = 16
  asm.func(name, Array.from({ length: 9 }, () => 'i32' as const), [], (f, parameters) => {
    const [n, k, x, strideX, b, strideJ, strideP, y, accumulate] = parameters
    const [j, p, at, from, fours, columns, lineAt] = Array.from({ length: 7 }, () => f.local('i32'))
    const sums = Array.from({ length: wide ? WIDTH / 2 : WIDTH / 4 }, () => f.local('v128'))
    const factors = Array.from({ length: 4 }, () => f.local('v128'))
    const half = f.local('v128')
    const rows = Array.from({ length: 4 }, () => f.local('v128'))
    const turned = Array.from({ length: 4 }, () => f.local('v128'))
    const sum = f.local(wide ? 'f64' : 'f32')
    /** sums[group] += factor · four float32 lanes */
    const addFour = (group: number, factor: Local, four: Local): void => {
      const add = (target: Local, value: () => void): void => {
        if (fused) {
          f.get(factor)
          value()
          f.get(target)
          f.op(`${type}.relaxed_madd`)
        } else {
          f.get(target)
          f.get(factor)
          value()
          f.op(`${type}.mul`)
          f.op(`${type}.add`)
        }
        f.set(target)
      }
      if (!wide) return add(sums[group], () => f.get(four))
      add(sums[2 * group], () => {
        f.get(four)
        f.op('f64x2.promote_low_f32x4')
      })
      f.get(four)
      f.get(four)
      f.op('i8x16.shuffle', ...HIGH_HALF)
      f.set(half)
      add(sums[2 * group + 1], () => {
        f.get(half)
        f.op('f64x2.promote_low_f32x4')
      })
    }
    const loadFactor = (step: number): void => {
      f.get(at)
      f.memory('v128.load32_splat', 4 * step)
      if (wide) f.op('f64x2.promote_low_f32x4')
      f.set(factors[step])
    }
    const shuffle = (target: Local, low: Local, high: Local, bytes: readonly number[]): void => {
      f.get(low)
      f.get(high)
      f.op('i8x16.shuffle', ...bytes)
      f.set(target)
    }
    /** Address of b[j + lane, p] for lanes in ascending order: an addition each, where V8 would multiply in every pass. */
    const rowAt = (lane: number): void => {
      if (lane === 0) {
        f.get(from)
        f.set(lineAt)
      } else f.advance(lineAt, strideJ)
      f.get(lineAt)
    }
    const start = (): void => {
      f.get(x)
      f.set(at)
      f.get(b)
      f.get(j)
      f.get(strideJ)
      f.op('i32.mul')
      f.op('i32.add')
      f.set(from)
      f.i32(0)
      f.set(p)
    }
    f.get(n)
    f.i32(-WIDTH)
    f.op('i32.and')
    f.set(columns)
    // Four steps of p at a time need x without gaps.
    f.get(k)
    f.i32(-4)
    f.op('i32.and')
    f.i32(0)
    f.get(strideX)
    f.i32(4)
    f.op('i32.eq')
    f.op('select')
    f.set(fours)
    f.whileBelow(j, columns, () => {
      start()
      f.get(accumulate)
      f.when(() =>
        sums.forEach((target, s) => {
          f.get(y)
          if (wide) {
            f.memory('v128.load64_zero', 8 * s)
            f.op('f64x2.promote_low_f32x4')
          } else f.memory('v128.load', 16 * s)
          f.set(target)
        }), () =>
        sums.forEach((target) => {
          f.i32x4(0)
          f.set(target)
        }))
      f.whileBelow(p, fours, () => {
        for (let step = 0; step < 4; step++) loadFactor(step)
        for (let group = 0; group < WIDTH / 4; group++) {
          rows.forEach((row, r) => {
            rowAt(4 * group + r)
            f.memory('v128.load')
            f.set(row)
          })
          shuffle(turned[0], rows[0], rows[1], UNPACK_LOW)
          shuffle(turned[1], rows[0], rows[1], UNPACK_HIGH)
          shuffle(turned[2], rows[2], rows[3], UNPACK_LOW)
          shuffle(turned[3], rows[2], rows[3], UNPACK_HIGH)
          shuffle(rows[0], turned[0], turned[2], JOIN_LOW)
          shuffle(rows[1], turned[0], turned[2], JOIN_HIGH)
          shuffle(rows[2], turned[1], turned[3], JOIN_LOW)
          shuffle(rows[3], turned[1], turned[3], JOIN_HIGH)
          rows.forEach((row, step) => addFour(group, factors[step], row))
        }
        f.advance(at, 16)
        f.advance(from, 16)
        f.advance(p, 4)
      })
      f.whileBelow(p, k, () => {
        loadFactor(0)
        for (let group = 0; group < WIDTH / 4; group++) {
          // Four lanes from four rows, one element each.
          for (let r = 0; r < 4; r++) {
            rowAt(4 * group + r)
            f.memory('v128.load32_zero')
            f.set(rows[r])
          }
          shuffle(turned[0], rows[0], rows[1], UNPACK_LOW)
          shuffle(turned[1], rows[2], rows[3], UNPACK_LOW)
          shuffle(turned[2], turned[0], turned[1], JOIN_LOW)
          addFour(group, factors[0], turned[2])
        }
        f.advance(at, strideX)
        f.advance(from, strideP)
        f.advance(p, 1)
      })
      sums.forEach((value, s) => {
        f.get(y)
        f.get(value)
        if (wide) {
          f.op('f32x4.demote_f64x2_zero')
          f.memory('v128.store64_lane', 8 * s, 0)
        } else f.memory('v128.store', 16 * s)
      })
      f.advance(y, 4 * WIDTH)
      f.advance(j, WIDTH)
    })
    // The last few columns, one sum each.
    f.whileBelow(j, n, () => {
      start()
      f.get(y)
      f.memory('f32.load')
      f.f32(0)
      f.get(accumulate)
      f.op('select')
      if (wide) f.op('f64.promote_f32')
      f.set(sum)
      f.whileBelow(p, k, () => {
        f.get(sum)
        f.get(at)
        f.memory('f32.load')
        if (wide) f.op('f64.promote_f32')
        f.get(from)
        f.memory('f32.load')
        if (wide) f.op('f64.promote_f32')
        f.op(wide ? 'f64.mul' : 'f32.mul')
        f.op(wide ? 'f64.add' : 'f32.add')
        f.set(sum)
        f.advance(at, strideX)
        f.advance(from, strideP)
        f.advance(p, 1)
      })
      f.get(y)
      f.get(sum)
      if (wide) f.op('f32.demote_f64')
      f.memory('f32.store')
      f.advance(y, 4)
      f.advance(j, 1)
    })
  })
}
