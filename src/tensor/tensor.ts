// A tensor is a shape and an ordinary Float32Array in row-major order: nothing to dispose, nothing hidden.

import { checkFloat32, checkSize, isFloat32Array, show } from './check.ts'

/**
 * A dense float32 array of any rank, contiguous, last axis fastest.
 * `data.length` is the product of `shape`; a scalar has shape `[]` and one element.
 */
export interface Tensor {
  readonly shape: readonly number[]
  readonly data: Float32Array
}

/** Number of elements of a shape. Throws: RangeError for a size that is not a whole number ≥ 0, or a product above 2⁵³−1. */
export function sizeOf(shape: readonly number[]): number {
  let size = 1
  for (let axis = 0; axis < shape.length; axis++) {
    size *= checkSize('sizeOf', `shape[${axis}]`, shape[axis])
  }
  if (!Number.isSafeInteger(size)) {
    throw new RangeError(`sizeOf: shape must have fewer than 2^53 elements, got ${show(shape)}`)
  }
  return size
}

/**
 * A tensor over `data` (not copied), or of zeros when no data is given.
 * Shapes: `data.length = Π shape`. Throws: TypeError (not a Float32Array), RangeError (sizes do not fit).
 */
export function tensor(shape: readonly number[], data?: Float32Array): Tensor {
  const size = sizeOf(shape)
  if (data === undefined) {
    try {
      data = new Float32Array(size)
    } catch {
      throw new RangeError(`tensor: shape must fit into memory, got ${show(shape)} (${4 * size} bytes)`)
    }
  }
  if (!isFloat32Array(data)) throw new TypeError(`tensor: data must be a Float32Array, got ${show(data)}`)
  if (data.length !== size) {
    throw new RangeError(`tensor: data must have ${size} elements for shape ${show(shape)}, got ${data.length}`)
  }
  return { shape: [...shape], data }
}

/** A [rows, columns] tensor from nested arrays; every number is rounded to float32. Throws: RangeError for ragged rows. */
export function fromRows(rows: readonly (readonly number[])[]): Tensor {
  const columns = rows.length === 0 ? 0 : rows[0].length
  const data = new Float32Array(rows.length * columns)
  for (let i = 0; i < rows.length; i++) {
    if (rows[i].length !== columns) {
      throw new RangeError(`fromRows: rows[${i}] must have ${columns} elements like rows[0], got ${rows[i].length}`)
    }
    data.set(rows[i], i * columns)
  }
  return { shape: [rows.length, columns], data }
}

/** True for shapes of the same axes. A loop, because a closure would be an object for each look. */
export function sameAxes(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false
  for (let axis = 0; axis < a.length; axis++) if (a[axis] !== b[axis]) return false
  return true
}

/** True when both shapes have the same axes. */
export function sameShape(a: Tensor, b: Tensor): boolean {
  return sameAxes(a.shape, b.shape)
}

/** True for a tensor with as many elements, all float32, as its shape says. */
export function isFilled(a: Tensor): boolean {
  return a.data.length === product(a.shape) && isFloat32Array(a.data)
}

/** The elements that a shape says, without a look at its sizes. */
function product(shape: readonly number[]): number {
  let size = 1
  for (let axis = 0; axis < shape.length; axis++) size *= shape[axis]
  return size
}

/** Throws: RangeError unless `a` has as many elements as its shape says; TypeError unless they are float32. */
export function checkFilled(where: string, name: string, a: Tensor): void {
  if (isFilled(a)) return
  checkFloat32(where, name, a.data)
  // Also how a detached buffer shows: its views have length 0.
  throw new RangeError(
    `${where}: ${name} must have ${product(a.shape)} elements for shape ${show(a.shape)}, got ${a.data.length}`,
  )
}

/** Throws a RangeError naming both shapes unless `a` and `b` have the same shape, and elements to fill it. */
export function checkSameShape(where: string, nameA: string, a: Tensor, nameB: string, b: Tensor): void {
  if (sameShape(a, b)) {
    checkFilled(where, nameA, a)
    checkFilled(where, nameB, b)
    return
  }
  throw new RangeError(`${where}: ${nameA} must have the shape of ${nameB} ${show(b.shape)}, got ${show(a.shape)}`)
}

/** Throws unless `a` is a tensor of exactly this shape, with elements to fill it. */
export function checkShape(where: string, name: string, a: Tensor, shape: readonly number[]): void {
  if (sameAxes(a.shape, shape)) {
    checkFilled(where, name, a)
    return
  }
  throw new RangeError(`${where}: ${name} must have shape ${show(shape)}, got ${show(a.shape)}`)
}
