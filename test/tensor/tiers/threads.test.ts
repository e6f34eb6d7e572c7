import { afterAll, describe, expect, it } from 'vitest'
import { nodeWorkers } from '../../../src/lab/node-workers.ts'
import { gemmReference } from '../../../src/tensor/matmul/reference.ts'
import { gemmReferenceFloat32 } from '../../../src/tensor/matmul/reference-float32.ts'
import { threadKernels } from '../../../src/tensor/tiers/threads.ts'
import type { WorkerHost } from '../../../src/tensor/tiers/worker-host.ts'
import { disagreements, guardedIn, ORDINARY, type Shape } from '../matmul/gemm-cases.ts'

// Products large enough to be shared: both directions of cutting, uneven chunks, cut sums.
const SHAPES: readonly Shape[] = [[200, 201, 100], [128, 512, 60], [513, 130, 40], [196, 193, 64], [260, 200, 600], [
  190,
  385,
  70,
], [1100, 24, 100]]

describe.each([{ accumulation: 'float64', reference: gemmReference }, {
  accumulation: 'float32',
  reference: gemmReferenceFloat32,
}] as const)('threads, $accumulation accumulation', ({ accumulation, reference }) => {
  for (const threads of [2, 3]) {
    const found = threadKernels({ accumulation, threads, workers: nodeWorkers() })
    if ('reason' in found) throw new Error(found.reason)
    afterAll(found.close)

    it(`gives the reference bits with ${threads} threads, workers awake or not yet started`, async () => {
      const place = guardedIn(found.kernels.allocate)
      expect(disagreements(found.kernels.gemm, SHAPES.slice(0, 2), ORDINARY, reference, place)).toEqual([])
      // Long enough for the workers to start, and then to fall asleep again.
      await new Promise((resolve) => setTimeout(resolve, 400))
      expect(disagreements(found.kernels.gemm, SHAPES, ORDINARY, reference, place)).toEqual([])
    })
  }
})

it('a product shared with an awake worker is complete, time after time', async () => {
  const found = threadKernels({ threads: 2, workers: nodeWorkers() })
  if ('reason' in found) throw new Error(found.reason)
  const { gemm, allocate } = found.kernels
  const n = 768
  const a = allocate(n * n).fill(1)
  const b = allocate(n * n).fill(2)
  const c = allocate(n * n)
  await new Promise((resolve) => setTimeout(resolve, 300))
  for (let i = 0; i < 5; i++) {
    c.fill(0)
    gemm(n, n, n, a, false, b, false, c, false)
    expect(c.every((value) => value === 2 * n)).toBe(true)
  }
  found.close()
})

it('a worker that never runs costs nothing but its help', () => {
  const workers: WorkerHost = { processors: 2, spawn: () => ({ terminate() {} }) }
  const found = threadKernels({ workers })
  if ('reason' in found) throw new Error(found.reason)
  const place = guardedIn(found.kernels.allocate)
  expect(disagreements(found.kernels.gemm, SHAPES.slice(0, 4), ORDINARY, gemmReference, place)).toEqual([])
  found.close()
})
