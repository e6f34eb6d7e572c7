// Softmax of rows: exponentials in two float64 lanes, their sum one after the other as ../softmax.ts declares it. They are
// computed twice, for the sum and for the quotient, instead of being kept in scratch memory.

import type { Assembler, Expression, Local } from './assembler.ts'
import { expNormal } from './exponential.ts'
import { byteEnd, mixedFour, type PartialAccess, wholeBlocksEnd, wholeFour } from './frame.ts'
import { binary, float64Words, inFloat64, keep, promoteHalf } from './words.ts'

const SWAP_PAIRS = [8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7]
const SWAP_NEIGHBOURS = [4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11]

/** Adds softmaxRows (out, x, rows, classes). Addresses in bytes. Aliasing: out may be x. */
export function emitSoftmax(asm: Assembler, partial: PartialAccess): void {
  asm.func('softmaxRows', ['i32', 'i32', 'i32', 'i32'], [], (code, [out, x, rows, classes]) => {
    const w = float64Words(code)
    const [row, at, to, end, count] = Array.from({ length: 5 }, () => code.local('i32'))
    const [four32, largest, partition] = Array.from({ length: 3 }, () => code.local('v128'))
    const sum = code.local('f64')
    const read = (local: Local): Expression => () => code.get(local)
    const assign = (target: Local, value: Expression): void => {
      value()
      code.set(target)
    }
    /** The largest of four32 and `value`, NaN if there is one. */
    const widen = (value: Expression): void => assign(four32, binary(code, 'f32x4.max')(read(four32), value))
    const fromRowStart = (): void => {
      assign(at, read(x))
      assign(count, read(classes))
    }
    /** e^(x − max) for a pair; below −708 both the sum and the float32 quotient are those of 0. */
    const exponential = (pair: Expression): Expression =>
      expNormal(code, w, w.keep(w.atLeast(w.sub(pair, read(largest)), w.of(-708))))
    /** body for every four elements of the row, the last of them perhaps incomplete. */
    const eachFourOfRow = (body: () => void): void => {
      fromRowStart()
      code.whileBelow(at, end, () => {
        body()
        code.advance(at, 16)
        code.advance(to, 16)
        code.advance(count, -4)
      })
    }
    const access = mixedFour(code, partial, [to, at], count)
    const addLane = (pair: Expression, lane: number): void => {
      code.get(sum)
      pair()
      code.op('f64x2.extract_lane', lane)
      code.op('f64.add')
      code.set(sum)
    }
    code.whileBelow(row, rows, () => {
      fromRowStart()
      assign(four32, () => {
        code.f32(-Infinity)
        code.op('f32x4.splat')
      })
      wholeBlocksEnd(code, end, at, classes, 2)
      code.whileBelow(at, end, () => {
        widen(wholeFour(code, [at]).load(0))
        code.advance(at, 16)
      })
      byteEnd(code, end, x, classes)
      code.whileBelow(at, end, () => {
        widen(() => {
          code.get(at)
          code.memory('v128.load32_splat')
        })
        code.advance(at, 4)
      })
      for (const order of [SWAP_PAIRS, SWAP_NEIGHBOURS]) {
        widen(() => {
          code.get(four32)
          code.get(four32)
          code.op('i8x16.shuffle', ...order)
        })
      }
      assign(largest, promoteHalf(code, read(four32), 0))
      assign(sum, () => code.f64(0))
      eachFourOfRow(() => {
        const x4 = keep(code, access.load(1))
        const [low, high] = [0, 1].map((half) => w.keep(exponential(w.keep(promoteHalf(code, x4, half)))))
        code.get(count)
        code.i32(4)
        code.op('i32.ge_s')
        code.when(() => {
          for (const pair of [low, high]) for (const lane of [0, 1]) addLane(pair, lane)
        }, () => {
          addLane(low, 0)
          for (const [least, pair, lane] of [[2, low, 1], [3, high, 0]] as const) {
            code.get(count)
            code.i32(least)
            code.op('i32.ge_s')
            code.when(() => addLane(pair, lane))
          }
        })
      })
      assign(partition, () => {
        code.get(sum)
        code.op('f64x2.splat')
      })
      assign(to, read(out))
      eachFourOfRow(() => {
        access.store(0, inFloat64(code, [access.load(1)], (pair) => w.div(exponential(pair), read(partition))))
      })
      assign(x, read(end))
      byteEnd(code, out, out, classes)
      code.advance(row, 1)
    })
  })
}
