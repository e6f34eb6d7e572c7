// Softmax of rows and the error of cross-entropy: exponentials in two float64 lanes, their sum one after the other as
// ../softmax.ts declares it. They are computed twice, for the sum and for the quotient, instead of being kept.

import type { Assembler } from './assembler.ts'
import type { Code, Expression, Local } from './code.ts'
import { expBelow, expNormal } from './exponential.ts'
import { byteEnd, eachFour, mixedFour, type PartialAccess, wholeBlocksEnd, wholeFour } from './frame.ts'
import { binary, type Float64Words, float64Words, inFloat64, keep, promoteHalf } from './words.ts'

/** What `emitSoftmax` exports. Addresses in bytes, counts in elements. */
export interface SoftmaxExports {
  readonly largest: (x: number, count: number) => number
  readonly partition: (x: number, count: number, max: number) => number
  readonly crossEntropyRow: (e: number, y: number, t: number, count: number, max: number, weight: number,
    partition: number, scale: number) => void
  readonly softmaxRows: (out: number, x: number, rows: number, classes: number) => void
  readonly causalSoftmaxRows: (out: number, x: number, rows: number, classes: number) => void
}

const SWAP_PAIRS = [8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7]
const SWAP_NEIGHBORS = [4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11]

/**
 * Adds largest (x, n) → f32, NaN if there is one; partition (x, n, max) → f64, Σ e^(x − max), ascending;
 * crossEntropyRow (e, y, t, n, max, weight, partition, scale): e := scale·(weight·e^(y − max)/partition − t);
 * softmaxRows (out, x, rows, classes) and, for the first (i mod classes) + 1 elements of row i alone, causalSoftmaxRows;
 * what lies behind these is left as it is. Addresses in bytes. Aliasing: out may be x.
 */
export function emitSoftmax(asm: Assembler, partial: PartialAccess): void {
  const largest = asm.func('largest', ['i32', 'i32'], ['f32'], (code, [x, count]) => {
    const end = code.local('i32'), stop = code.local('i32'), four = code.local('v128')
    const max = binary(code, 'f32x4.max')
    const widen = (value: Expression): void => assign(code, four, max(() => code.get(four), value))
    assign(code, four, () => {
      code.f32(-Infinity)
      code.op('f32x4.splat')
    })
    byteEnd(code, stop, x, count)
    wholeBlocksEnd(code, end, x, count, 2)
    code.whileBelow(x, end, () => {
      widen(wholeFour(code, [x]).load(0))
      code.advance(x, 16)
    })
    code.whileBelow(x, stop, () => {
      widen(() => {
        code.get(x)
        code.memory('v128.load32_splat')
      })
      code.advance(x, 4)
    })
    for (const order of [SWAP_PAIRS, SWAP_NEIGHBORS]) {
      widen(() => {
        code.get(four)
        code.get(four)
        code.op('i8x16.shuffle', ...order)
      })
    }
    code.get(four)
    code.op('f32x4.extract_lane', 0)
  })
  const partition = asm.func('partition', ['i32', 'i32', 'f32'], ['f64'], (code, [x, count, max]) => {
    const w = float64Words(code)
    const largestPair = splat64(code, max)
    const sum = code.local('f64'), end = code.local('i32')
    const addLane = (pair: Expression, lane: number): void => {
      code.get(sum)
      pair()
      code.op('f64x2.extract_lane', lane)
      code.op('f64.add')
      code.set(sum)
    }
    byteEnd(code, end, x, count)
    code.whileBelow(x, end, () => {
      const x4 = keep(code, mixedFour(code, partial, [x], count).load(0))
      const [low, high] = [0, 1].map((half) =>
        w.keep(exponential(code, w, w.keep(promoteHalf(code, x4, half)), largestPair))
      )
      addLane(low, 0)
      for (const [least, pair, lane] of [[2, low, 1], [3, high, 0], [4, high, 1]] as const) {
        code.get(count)
        code.i32(least)
        code.op('i32.ge_s')
        code.when(() => addLane(pair, lane))
      }
      code.advance(x, 16)
      code.advance(count, -4)
    })
    code.get(sum)
  })
  asm.func('crossEntropyRow', ['i32', 'i32', 'i32', 'i32', 'f32', 'f64', 'f64', 'f64'], [], (code, parameters) => {
    const [e, y, t, count, max, weight, sum, scale] = parameters
    const w = float64Words(code)
    const largestPair = splat64(code, max)
    const [weights, sums, scales] = [weight, sum, scale].map((parameter) => splat64(code, parameter))
    // The weight may be infinite, so the exponential must reach 0 and not stop at the least normal number.
    eachFour(code, partial, [e, y, t], count, 1, (four) => {
      four.store(0,
        inFloat64(code, [four.load(1), four.load(2)],
          (pair, target) =>
            w.mul(scales, w.sub(w.mul(weights, w.div(expBelow(code, w, w.sub(pair, largestPair)), sums)), target))))
    })
  })
  for (const [name, isCausal] of [['softmaxRows', false], ['causalSoftmaxRows', true]] as const) {
    asm.func(name, ['i32', 'i32', 'i32', 'i32'], [], (code, [out, x, rows, classes]) => {
      const w = float64Words(code)
      const [row, to, from, count, seen] = Array.from({ length: 5 }, () => code.local('i32'))
      const max = code.local('f32')
      if (!isCausal) assign(code, seen, () => code.get(classes))
      code.whileBelow(row, rows, () => {
        if (isCausal) {
          // 1 … classes, over and over.
          code.get(seen)
          code.get(classes)
          code.op('i32.eq')
          code.when(() => assign(code, seen, () => code.i32(0)))
          code.advance(seen, 1)
        }
        code.get(x)
        code.get(seen)
        code.call(largest)
        code.set(max)
        const largestPair = splat64(code, max)
        code.get(x)
        code.get(seen)
        code.get(max)
        code.call(partition)
        code.op('f64x2.splat')
        const sums = code.local('v128')
        code.set(sums)
        assign(code, to, () => code.get(out))
        assign(code, from, () => code.get(x))
        assign(code, count, () => code.get(seen))
        eachFour(code, partial, [to, from], count, 1, (four) => {
          four.store(0, inFloat64(code, [four.load(1)], (pair) =>
            w.div(exponential(code, w, pair, largestPair), () =>
              code.get(sums))))
        })
        byteEnd(code, out, out, classes)
        byteEnd(code, x, x, classes)
        code.advance(row, 1)
      })
    })
  }
}

function assign(code: Code, target: Local, value: Expression): void {
  value()
  code.set(target)
}

/** A float32 or float64 number in both lanes. */
function splat64(code: Code, value: Local): Expression {
  return keep(code, () => {
    code.get(value)
    if (value.type === 'f32') code.op('f64.promote_f32')
    code.op('f64x2.splat')
  })
}

/** e^(x − max) for a pair; below −708 both the sum and the float32 quotient are those of 0. */
function exponential(code: Code, w: Float64Words, pair: Expression, largestPair: Expression): Expression {
  return expNormal(code, w, w.keep(w.atLeast(w.sub(pair, largestPair), w.of(-708))))
}
