// One record of functions per tier. A network is built with one of them and calls nothing else for its heavy work, so
// that no switch is global and two tiers can run side by side in one test.

import { checkSize } from '../check.ts'
import { type ElementwiseKernels, scalarElementwise } from '../kernels/elementwise.ts'
import type { Gemm } from '../matmul/gemm.ts'
import { gemmBlocked } from '../matmul/blocked.ts'
import { gemmDirect } from '../matmul/direct.ts'
import { gemmReference } from '../matmul/reference.ts'
import { gemmReferenceFloat32 } from '../matmul/reference-float32.ts'

/** The implementations a caller can choose from, slowest first. */
export type Tier = 'reference' | 'blocked' | 'simd' | 'threads'

/** What the layers compute with. */
export interface Kernels {
  readonly tier: Tier
  /** How product-sums are rounded; see `Gemm`. */
  readonly accumulation: 'float64' | 'float32'
  /** Threads at work on one product, the caller's included. */
  readonly threads: number
  readonly gemm: Gemm
  /** Everything element-wise, and the reductions. */
  readonly elementwise: ElementwiseKernels
  /** `length` zeros where this tier reaches them fastest. */
  readonly allocate: (length: number) => Float32Array
}

const allocate = (length: number): Float32Array => new Float32Array(checkSize('allocate', 'length', length))

/** Three plain loops: the specification. */
export const referenceKernels: Kernels = {
  tier: 'reference',
  accumulation: 'float64',
  threads: 1,
  gemm: gemmReference,
  elementwise: scalarElementwise,
  allocate,
}

/** Three plain loops that round to float32 after every product and sum: the specification of float32 accumulation. */
export const referenceKernelsFloat32: Kernels = {
  tier: 'reference',
  accumulation: 'float32',
  threads: 1,
  gemm: gemmReferenceFloat32,
  elementwise: scalarElementwise,
  allocate,
}

/** Packed, cache-blocked, register-tiled TypeScript. */
export const blockedKernels: Kernels = {
  tier: 'blocked',
  accumulation: 'float64',
  threads: 1,
  gemm: gemmBlocked,
  elementwise: scalarElementwise,
  allocate,
}

/**
 * The same bits without packing, for runtimes with little memory: the panels of `blockedKernels` take 1.5 MiB whatever
 * the network. Cost: 1.5 times the time of `blockedKernels` at 32³, 2.5 at 512³ (2026-11-27, Node 20); products of few rows
 * or columns take the same.
 */
export const smallKernels: Kernels = { ...blockedKernels, gemm: gemmDirect }
