// Words for writing vector arithmetic as expressions: each takes what leaves its operands on the stack and gives what
// leaves the result there, so that a kernel reads like the TypeScript line it has to match bit for bit.

import type { Code, Expression } from './code.ts'
import type { Instruction } from './instructions.ts'

/** A vector instruction of two operands as a word. */
export type Binary = (a: Expression, b: Expression) => Expression

/** A vector instruction of one operand as a word. */
export type Unary = (a: Expression) => Expression

/** The word for an instruction of one operand. */
export function unary(code: Code, name: Instruction): Unary {
  return (a) => () => {
    a()
    code.op(name)
  }
}

/** The word for an instruction of two operands. */
export function binary(code: Code, name: Instruction): Binary {
  return (a, b) => () => {
    a()
    b()
    code.op(name)
  }
}

/** Computes a value once, here, and gives the word that reads it again. */
export function keep(code: Code, value: Expression): Expression {
  const local = code.local('v128')
  value()
  code.set(local)
  return () => code.get(local)
}

/** Lanes of `yes` where `mask` is all ones, of `no` where it is zero. */
export function select(code: Code, yes: Expression, no: Expression, mask: Expression): Expression {
  return () => {
    yes()
    no()
    mask()
    code.op('v128.bitselect')
  }
}

/** The words of float64 arithmetic in two lanes. */
export interface Float64Words {
  readonly of: (value: number) => Expression
  readonly add: Binary
  readonly sub: Binary
  readonly mul: Binary
  readonly div: Binary
  /** b < a ? b : a, which keeps a NaN in a. */
  readonly atMost: Binary
  /** a < b ? b : a, which keeps a NaN in a. */
  readonly atLeast: Binary
  readonly neg: Unary
  readonly abs: Unary
  readonly keep: Unary
}

/** Float64 words for one function body. */
export function float64Words(code: Code): Float64Words {
  return {
    of(value) {
      const local = code.f64x2Local(value)
      return () => code.get(local)
    },
    add: binary(code, 'f64x2.add'),
    sub: binary(code, 'f64x2.sub'),
    mul: binary(code, 'f64x2.mul'),
    div: binary(code, 'f64x2.div'),
    atMost: binary(code, 'f64x2.pmin'),
    atLeast: binary(code, 'f64x2.pmax'),
    neg: unary(code, 'f64x2.neg'),
    abs: unary(code, 'f64x2.abs'),
    keep: (value) => keep(code, value),
  }
}

const HIGH_HALF = [8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7]
const BOTH_LOW_HALVES = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23]

/** The lower (half = 0) or upper two of four float32 lanes as float64. */
export function promoteHalf(code: Code, four: Expression, half: number): Expression {
  return () => {
    four()
    if (half === 1) {
      four()
      code.op('i8x16.shuffle', ...HIGH_HALF)
    }
    code.op('f64x2.promote_low_f32x4')
  }
}

/** The lower halves of two vectors side by side. */
export function joinLowHalves(code: Code, low: Expression, high: Expression): Expression {
  return () => {
    low()
    high()
    code.op('i8x16.shuffle', ...BOTH_LOW_HALVES)
  }
}

/**
 * Four float32 lanes from two expressions in float64 lanes, each rounded once: `f` is asked for the lower half and for
 * the upper half and receives the operands' halves. The two chains do not depend on each other, so they overlap.
 */
export function inFloat64(code: Code, operands: readonly Expression[],
  f: (...halves: readonly Expression[]) => Expression): Expression
{
  const kept = operands.map((operand) => keep(code, operand))
  const [low, high] = [0, 1].map((half) => {
    const halves = kept.map((four) => keep(code, promoteHalf(code, four, half)))
    const value = f(...halves)
    return keep(code, unary(code, 'f32x4.demote_f64x2_zero')(value))
  })
  return joinLowHalves(code, low, high)
}
