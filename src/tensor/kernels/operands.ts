// Where operands of vector kernels lie, and when their code may run on them: what all families of kernels ask.

import { isFloat32Array } from '../check.ts'

/** out[i] := f(x[i]). */
export type UnaryKernel = (out: Float32Array, x: Float32Array) => Float32Array

/** out[i] := f(x[i], y[i]). */
export type BinaryKernel = (out: Float32Array, x: Float32Array, y: Float32Array) => Float32Array

/** Where an array begins in the memory of the kernels, in bytes; −1 for an array elsewhere. */
export type AddressOf = (array: Float32Array) => number

/** Address of at least so many bytes of scratch space, whose content any later call may overwrite; −1 for none. */
export type ScratchSpace = (bytes: number) => number

/** One memory, as the kernels on it see it. */
export interface Operands {
  /** As `locate`, for arrays of any kind of four bytes. */
  readonly addressOf: AddressOf
  /** Address of a Float32Array, −1 for what is elsewhere or of another kind. */
  readonly locate: AddressOf
  readonly scratch: ScratchSpace
  /** The vector kernel where it may run, else the scalar one. */
  readonly unary: (scalar: UnaryKernel, vector: (out: number, x: number, count: number) => void) => UnaryKernel
  readonly binary: (scalar: BinaryKernel,
    vector: (out: number, x: number, y: number, count: number) => void) => BinaryKernel
}

const ADDRESSES = 4294967296 // 2^32

/** The operands of one memory. */
export function operandsIn(addressOf: AddressOf, scratch: ScratchSpace): Operands {
  const locate = (array: Float32Array): number => {
    if (!isFloat32Array(array)) return -1
    const address = addressOf(array)
    // Loops end at the address behind the last element, which must still be a 32-bit number.
    return address + 4 * array.length < ADDRESSES ? address : -1
  }
  return {
    addressOf,
    locate,
    scratch,
    unary: (scalar, vector) => (out, x) => {
      const atOut = locate(out), atX = locate(x)
      if (atOut < 0 || atX < 0 || x.length !== out.length || shifted(atOut, atX, out.length)) return scalar(out, x)
      vector(atOut, atX, out.length)
      return out
    },
    binary: (scalar, vector) => (out, x, y) => {
      const atOut = locate(out), atX = locate(x), atY = locate(y)
      if (atOut < 0 || atX < 0 || atY < 0) return scalar(out, x, y)
      const length = out.length
      if (x.length !== length || y.length !== length || shifted(atOut, atX, length) || shifted(atOut, atY, length)) {
        return scalar(out, x, y)
      }
      vector(atOut, atX, atY, length)
      return out
    },
  }
}

/** Whether x is a whole matrix of these sizes. */
export function matrix(x: Float32Array, rows: number, columns: number): boolean {
  const whole = Number.isSafeInteger(rows) && rows >= 0 && Number.isSafeInteger(columns) && columns >= 0
  return whole && x.length === rows * columns
}

/** Whether two stretches of `length` elements overlap without being the same: then the order of elements decides. */
export function shifted(at: number, other: number, length: number): boolean {
  return at !== other && Math.abs(at - other) < 4 * length
}

/** Whether two stretches share an element. */
export function overlap(at: number, length: number, other: number, otherLength: number): boolean {
  return at < other + 4 * otherLength && other < at + 4 * length
}
