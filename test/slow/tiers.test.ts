import { afterAll, describe, expect, it } from 'vitest'
import { nodeWorkers } from '../../src/lab/node-workers.ts'
import { gemmBlocked } from '../../src/tensor/matmul-blocked.ts'
import { gemmReference } from '../../src/tensor/matmul-reference.ts'
import { gemmReferenceFloat32 } from '../../src/tensor/matmul-reference-float32.ts'
import { simdKernels } from '../../src/tensor/simd.ts'
import { threadKernels } from '../../src/tensor/threads.ts'
import { xorshift } from '../tensor/bits.ts'
import { disagreements, guardedIn, HOSTILE, ORDINARY, type Shape } from '../tensor/gemm-cases.ts'

/** 2,000 random shapes, 0 … 300 in every dimension, small ones favoured, and thirty with one side up to 2,000. */
function shapes(): Shape[] {
  const random = xorshift(2026)
  const unit = (): number => (random() + 1) / 2
  const size = (): number => (unit() < 0.5 ? Math.floor(unit() * 40) : Math.floor(unit() * unit() * 301))
  const list: Shape[] = Array.from({ length: 2000 }, () => [size(), size(), size()] as const)
  for (let i = 0; i < 30; i++) {
    const sides = [1 + size() % 50, 1 + size() % 50, 1 + size() % 50]
    sides[i % 3] = 300 + Math.floor(unit() * 1701)
    list.push([sides[0], sides[1], sides[2]])
  }
  return list
}

const SHAPES = shapes()

describe('all tiers on 2,030 shapes', () => {
  const results = (['float64', 'float32'] as const).map((accumulation) => {
    const simd = simdKernels({ accumulation })
    const threads = threadKernels({ accumulation, threads: 2, workers: nodeWorkers() })
    if ('reason' in simd || 'reason' in threads) throw new Error('this test needs WebAssembly and shared memory')
    afterAll(threads.close)
    return { accumulation, simd: simd.kernels, threads: threads.kernels, reference: accumulation === 'float64' ? gemmReference : gemmReferenceFloat32 }
  })

  it('blocked TypeScript has the bits of the reference', () => {
    expect(disagreements(gemmBlocked, SHAPES, ORDINARY)).toEqual([])
  })
  for (const { accumulation, simd, threads, reference } of results) {
    it(`vectors, ${accumulation}`, () => {
      expect(disagreements(simd.gemm, SHAPES, ORDINARY, reference)).toEqual([])
    })
    it(`vectors, ${accumulation}, with denormals, infinities, NaN and signed zeros`, () => {
      expect(disagreements(simd.gemm, SHAPES.filter((_, i) => i % 4 === 0), HOSTILE, reference)).toEqual([])
    })
    it(`two threads, ${accumulation}`, () => {
      const place = guardedIn(threads.allocate)
      const large = SHAPES.filter(([m, n, k]) => m * n * k > 1 << 18).slice(0, 150)
      expect(disagreements(threads.gemm, [...large, [700, 600, 300], [300, 1000, 700], [2000, 200, 200]], ORDINARY, reference, place)).toEqual([])
    })
  }
})
