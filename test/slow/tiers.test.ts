import { describe, expect, it } from 'vitest'
import { nodeWorkers } from '../../src/lab/node-workers.ts'
import { gemmBlocked } from '../../src/tensor/matmul/blocked.ts'
import { gemmReference } from '../../src/tensor/matmul/reference.ts'
import { gemmReferenceFloat32 } from '../../src/tensor/matmul/reference-float32.ts'
import { simdKernels } from '../../src/tensor/tiers/simd.ts'
import { threadKernels } from '../../src/tensor/tiers/threads.ts'
import { xorshift } from '../tensor/bits.ts'
import { disagreements, guardedIn, HOSTILE, ORDINARY, type Shape } from '../tensor/matmul/gemm-cases.ts'

/** 2,000 random shapes, 0 … 300 in every dimension, small ones favored, and thirty with one side up to 2,000. */
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
    if ('reason' in simd) throw new Error(simd.reason)
    return {
      accumulation,
      simd: simd.kernels,
      reference: accumulation === 'float64' ? gemmReference : gemmReferenceFloat32,
    }
  })

  it('blocked TypeScript has the bits of the reference', () => {
    expect(disagreements(gemmBlocked, SHAPES, ORDINARY)).toEqual([])
  })
  for (const { accumulation, simd, reference } of results) {
    it(`vectors, ${accumulation}`, () => {
      expect(disagreements(simd.gemm, SHAPES, ORDINARY, reference)).toEqual([])
    })
    it(`vectors, ${accumulation}, with denormals, infinities, NaN and signed zeros`, () => {
      expect(disagreements(simd.gemm, SHAPES.filter((_, i) => i % 4 === 0), HOSTILE, reference)).toEqual([])
    })
    for (const count of [2, 3, 4]) {
      it(`${count} threads, ${accumulation}: every shape cut as finely as it can be`, () => {
        const found = threadKernels({
          accumulation,
          threads: count,
          workers: nodeWorkers(),
          leastWork: 1,
          leastChunk: 1,
        })
        if ('reason' in found) throw new Error(found.reason)
        const place = guardedIn(found.kernels.allocate)
        const fill = count === 3 ? HOSTILE : ORDINARY
        // Arena memory is not given back: each run takes the shapes that fit beside the others.
        const shapes = SHAPES.filter((_, i) => i % 3 === count - 2)
        expect(disagreements(found.kernels.gemm, shapes, fill, reference, place)).toEqual([])
        found.close()
      })
    }
  }
})

it('jobs of different numbers of chunks in quick alternation are never mixed up', () => {
  const found = threadKernels({ threads: 2, workers: nodeWorkers() })
  if ('reason' in found) throw new Error(found.reason)
  const { gemm, allocate } = found.kernels
  const products = ([[64, 192, 200], [64, 1024, 64]] as const).map(([m, n, k]) => {
    const a = allocate(m * k).map((_, i) => (i % 7) - 3)
    const b = allocate(k * n).map((_, i) => (i % 5) - 2)
    const inside = (x: Float32Array): Float32Array => {
      const own = allocate(x.length)
      own.set(x)
      return own
    }
    const want = new Float32Array(m * n)
    gemmBlocked(m, n, k, a, false, b, false, want, false)
    return { m, n, k, a: inside(a), b: inside(b), c: allocate(m * n), want }
  })
  const end = performance.now() + 15_000
  let wrong = 0
  for (let round = 0; performance.now() < end && wrong === 0; round++) {
    for (const { m, n, k, a, b, c, want } of products) {
      c.fill(0)
      gemm(m, n, k, a, false, b, false, c, true)
      if (!c.every((value, i) => value === want[i])) wrong++
    }
  }
  found.close()
  expect(wrong).toBe(0)
})
