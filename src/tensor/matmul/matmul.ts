// Matrix products on tensors: shapes checked here, work done by a tier's `Gemm`.

import { checkSize, isFloat32Array, show } from '../check.ts'
import type { Kernels } from '../tiers/kernels.ts'
import { type Tensor, tensor } from '../tensor.ts'
import { gemmBlocked } from './blocked.ts'

/** How the operands of a product are read and where its work is done. */
export interface MatmulOptions {
  /** Use aᵀ: a is stored [k, m]. */
  readonly transposeA?: boolean
  /** Use bᵀ: b is stored [n, k]. */
  readonly transposeB?: boolean
  /** The tier; blocked TypeScript unless given, without the tier's other kernels: a bundle need not hold them. */
  readonly kernels?: Pick<Kernels, 'gemm'>
}

/** Options of `matmulInto`. */
export interface MatmulIntoOptions extends MatmulOptions {
  /** Add to what `out` holds instead of replacing it. */
  readonly accumulate?: boolean
}

/**
 * op(a)·op(b) as a new tensor.
 * Shapes: op(a) [m, k], op(b) [k, n] → [m, n]. Order, Accuracy: see `Gemm`. Cost: 2·m·n·k flops.
 * Throws: RangeError when a or b is not of rank 2 or the inner sizes differ.
 */
export function matmul(a: Tensor, b: Tensor, options: MatmulOptions = {}): Tensor {
  const [m, n] = productSize('matmul', a, b, options)
  const out = tensor([m, n])
  return matmulInto(out, a, b, options)
}

/**
 * out := round(op(a)·op(b)), or out := round(out + op(a)·op(b)) with `accumulate`; returns `out`.
 * Shapes: op(a) [m, k], op(b) [k, n], out [m, n]. Aliasing: out must not share memory with a or b.
 * Throws: RangeError for shapes that do not fit or an `out` that overlaps an operand; nothing is changed then.
 */
export function matmulInto(out: Tensor, a: Tensor, b: Tensor, options: MatmulIntoOptions = {}): Tensor {
  const [m, n, k] = productSize('matmulInto', a, b, options)
  if (!isFloat32Array(out.data)) throw new TypeError(`matmulInto: out must be a tensor, got ${show(out)}`)
  if (out.shape.length !== 2 || out.shape[0] !== m || out.shape[1] !== n) {
    throw new RangeError(`matmulInto: out must have shape [${m}, ${n}], got ${show(out.shape)}`)
  }
  if (out.data.length !== m * n) {
    throw new RangeError(`matmulInto: out must have ${m * n} elements, got ${out.data.length}`)
  }
  checkApart('matmulInto', out.data, 'a', a.data)
  checkApart('matmulInto', out.data, 'b', b.data)
  const { transposeA = false, transposeB = false, accumulate = false, kernels } = options
  const gemm = kernels?.gemm ?? gemmBlocked
  gemm(m, n, k, a.data, transposeA, b.data, transposeB, out.data, accumulate)
  return out
}

/** [m, n, k] of op(a)·op(b); throws unless both are matrices whose data fills them and whose inner sizes agree. */
function productSize(where: string, a: Tensor, b: Tensor, options: MatmulOptions): readonly [number, number, number] {
  checkMatrix(where, 'a', a)
  checkMatrix(where, 'b', b)
  const { transposeA = false, transposeB = false } = options
  const m = transposeA ? a.shape[1] : a.shape[0]
  const k = transposeA ? a.shape[0] : a.shape[1]
  const n = transposeB ? b.shape[0] : b.shape[1]
  const kb = transposeB ? b.shape[1] : b.shape[0]
  if (k !== kb) {
    // The commonest cause deserves a word: would the product exist with b the other way round?
    const hint = k !== n ? '' : transposeB ? ' Was b not meant to be?' : ' Was b meant to be transposed?'
    throw new RangeError(
      `${where}: inner sizes must match, got a ${show(a.shape)}${transposeA ? ' transposed' : ''} and `
        + `b ${show(b.shape)}${transposeB ? ' transposed' : ''} (${k} vs ${kb}).${hint}`,
    )
  }
  return [m, n, k]
}

function checkMatrix(where: string, name: string, a: Tensor): void {
  if (!isFloat32Array((a as Partial<Tensor> | undefined)?.data)) {
    throw new TypeError(`${where}: ${name} must be a tensor, got ${show(a)}`)
  }
  if (a.shape.length !== 2) throw new RangeError(`${where}: ${name} must have rank 2, got shape ${show(a.shape)}`)
  checkSize(where, `${name}.shape[0]`, a.shape[0])
  checkSize(where, `${name}.shape[1]`, a.shape[1])
  if (a.data.length !== a.shape[0] * a.shape[1]) {
    // Also how a detached buffer shows: its views have length 0.
    throw new RangeError(`${where}: ${name} must have ${a.shape[0] * a.shape[1]} elements, got ${a.data.length}`)
  }
}

/** Throws when two arrays share memory: kernels read operands after they have begun to write. */
export function checkApart(where: string, out: Float32Array, name: string, operand: Float32Array): void {
  if (out.buffer !== operand.buffer) return
  const overlap = out.byteOffset < operand.byteOffset + operand.byteLength
    && operand.byteOffset < out.byteOffset + out.byteLength
  if (overlap) throw new RangeError(`${where}: out must not share memory with ${name}, got overlapping arrays`)
}
