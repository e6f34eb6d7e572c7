import { afterEach, describe, expect, it } from 'vitest'
import { gemmReference } from '../../../src/tensor/matmul/reference.ts'
import { gemmReferenceFloat32 } from '../../../src/tensor/matmul/reference-float32.ts'
import { hasRelaxedSimd, type SimdKernels, simdKernels, type SimdOptions } from '../../../src/tensor/tiers/simd.ts'
import { boundaryShapes, disagreements, guardedIn, HOSTILE, middleShapes, ORDINARY,
  smallShapes } from '../matmul/gemm-cases.ts'

function simd(options: SimdOptions = {}): SimdKernels {
  const found = simdKernels(options)
  if ('reason' in found) throw new Error(found.reason)
  return found
}

const CASES = [{ accumulation: 'float64', reference: gemmReference }, {
  accumulation: 'float32',
  reference: gemmReferenceFloat32,
}] as const

const host = globalThis as { WebAssembly?: unknown; SharedArrayBuffer?: unknown }
const { WebAssembly: original, SharedArrayBuffer: originalShared } = host
afterEach(() => {
  host.WebAssembly = original
  host.SharedArrayBuffer = originalShared
})

describe.each(CASES)('vector product, $accumulation accumulation', ({ accumulation, reference }) => {
  const { kernels } = simd({ accumulation })

  it('gives the reference bits for every small size, whatever the transpositions, with edge values', () => {
    expect(disagreements(kernels.gemm, smallShapes(), HOSTILE, reference)).toEqual([])
  })

  it('gives the reference bits for middle sizes', () => {
    expect(disagreements(kernels.gemm, middleShapes(), ORDINARY, reference)).toEqual([])
  })

  it('gives the reference bits across every block boundary', () => {
    const shapes = [...boundaryShapes(), [7, 511, 3], [5, 513, 513], [191, 9, 600], [97, 257, 513], [1, 33, 700], [40,
      1, 700]] as const
    expect(disagreements(kernels.gemm, shapes, ORDINARY, reference)).toEqual([])
  })

  it('gives the same bits on operands that lie in its own memory, and writes nothing beside C', () => {
    const place = guardedIn(kernels.allocate)
    expect(disagreements(kernels.gemm, smallShapes().filter((_, i) => i % 5 === 0), HOSTILE, reference, place)).toEqual(
      [],
    )
    expect(disagreements(kernels.gemm, middleShapes().slice(0, 120), ORDINARY, reference, place)).toEqual([])
  })

  it('keeps its bits in memory that cannot be shared', () => {
    host.SharedArrayBuffer = undefined
    const single = simd({ accumulation, memoryBytes: 1 << 24 })
    expect(single.arena.shared).toBe(false)
    expect(disagreements(single.kernels.gemm, middleShapes().slice(0, 60), ORDINARY, reference)).toEqual([])
  })
})

describe('vector kernels', () => {
  it('use fused operations in float64 only where the runtime has them, which changes no bit', () => {
    expect(simd().variant.fused).toBe(hasRelaxedSimd())
    expect(simd({ accumulation: 'float32' }).variant.fused).toBe(false)
  })

  it('give the reason instead of throwing where WebAssembly is missing or refused', () => {
    host.WebAssembly = undefined
    expect(simdKernels()).toEqual({ reason: 'this runtime has no WebAssembly' })
    host.WebAssembly = {
      Memory: class {},
      Module: class {
        constructor() {
          throw new Error('code generation disallowed by embedder')
        }
      },
      Instance: class {},
    }
    expect(simdKernels()).toEqual({
      reason: 'WebAssembly with 128-bit vectors cannot be instantiated: code generation disallowed by embedder',
    })
  })

  it('fall back to ordinary arrays and the blocked tier when their memory is full, with the same bits', () => {
    const { kernels, arena } = simd({ memoryBytes: 1 << 17 })
    const big = kernels.allocate(1 << 16)
    expect(big.length).toBe(1 << 16)
    expect(arena.addressOf(big)).toBe(-1)
    expect(disagreements(kernels.gemm, [[40, 40, 40], [100, 30, 20]], ORDINARY)).toEqual([])
  })

  it('say how many bytes they miss when there is no other tier with the same rounding', () => {
    const { kernels } = simd({ accumulation: 'float32', memoryBytes: 1 << 17 })
    const x = new Float32Array(1600)
    expect(() => kernels.gemm(40, 40, 40, x, false, x, false, new Float32Array(1600), false)).toThrow(
      /matmul: memory must hold \d+ more bytes of scratch space, got a full memory/,
    )
  })
})

it('a product without any work needs no scratch space', () => {
  const { kernels } = simd({ accumulation: 'float32' })
  const c = kernels.allocate(1).fill(3)
  kernels.gemm(1, 1, 0, kernels.allocate(0), false, kernels.allocate(0), false, c, true)
  expect(c[0]).toBe(3)
  kernels.gemm(1, 1, 0, kernels.allocate(0), false, kernels.allocate(0), false, c, false)
  expect(c[0]).toBe(0)
})
