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

it('chunks that grow little by little leave memory for tensors', () => {
  const workers: WorkerHost = { processors: 2, spawn: () => ({ terminate() {} }) }
  const found = threadKernels({ workers, leastWork: 0, leastChunk: 512, memoryBytes: 96 << 20 })
  if ('reason' in found) throw new Error(found.reason)
  const { gemm, allocate } = found.kernels
  const m = 1100, most = 600
  const a = allocate(m), b = allocate(most), c = allocate(m * most)
  for (let n = 500; n < most; n++) gemm(m, n, 1, a, false, b.subarray(0, n), false, c.subarray(0, m * n), false)
  expect(found.counts()).toMatchObject({ products: 100 })
  // What finds no room there lies in memory of its own.
  expect(allocate(16).buffer).toBeInstanceOf(SharedArrayBuffer)
  found.close()
})

describe('late workers', () => {
  /** Workers whose `gemm` and `copyRows` sleep for so many milliseconds before they begin. */
  const sleepy = (gemm: number, copyRows: number): WorkerHost => ({
    processors: 2,
    spawn: (source, message) =>
      nodeWorkers().spawn(`const Instance = WebAssembly.Instance
        const nap = new Int32Array(new SharedArrayBuffer(4))
        const late = (call, milliseconds) => (...args) => {
          if (milliseconds > 0) Atomics.wait(nap, 0, 0, milliseconds)
          call(...args)
        }
        WebAssembly.Instance = function (module, imports) {
          const { gemm, copyRows } = new Instance(module, imports).exports
          return { exports: { gemm: late(gemm, ${gemm}), copyRows: late(copyRows, ${copyRows}) } }
        }
        ${source}`, message),
  })

  it.each([{ name: 'compute', gemm: 7, copyRows: 0 }, { name: 'put their chunks in place', gemm: 0, copyRows: 3 }])(
    'that $name late change no bit, though operands and results have become others',
    async ({ gemm: asleep, copyRows }) => {
      const found = threadKernels({ threads: 2, workers: sleepy(asleep, copyRows) })
      if ('reason' in found) throw new Error(found.reason)
      await found.ready
      const { gemm, allocate } = found.kernels
      const n = 160
      const a = allocate(n * n)
      const b = allocate(n * n)
      const c = allocate(n * n)
      const expected = new Float32Array(n * n)
      for (let i = 0; i < 60; i++) {
        const [p, q] = [i + 1, 2 * i - 7]
        a.fill(p)
        b.fill(q)
        // Every third is added to what the product before has left.
        const accumulate = i % 3 === 2
        for (let at = 0; at < c.length; at++) expected[at] = (accumulate ? expected[at] : 0) + n * p * q
        gemm(n, n, n, a, false, b, i % 2 === 0, c, accumulate)
        expect(c.findIndex((value, at) => value !== expected[at])).toBe(-1)
      }
      const { products, chunks, byWorkers, takenBack, resting } = found.counts()
      expect(products + resting).toBe(60)
      expect(byWorkers).toBeLessThan(chunks)
      if (asleep > 0) {
        expect(takenBack).toBeGreaterThan(0)
        // One late product after the other: then some rest.
        expect(resting).toBeGreaterThan(0)
      }
      found.close()
    },
  )

  it('a worker that fails costs its help alone', async () => {
    const broken: WorkerHost = {
      processors: 2,
      spawn: (source, message) =>
        nodeWorkers().spawn(`const Instance = WebAssembly.Instance
          WebAssembly.Instance = function () { return { exports: { gemm() { throw new Error('broken') } } } }
          ${source}`, message),
    }
    const found = threadKernels({ threads: 2, workers: broken })
    if ('reason' in found) throw new Error(found.reason)
    await found.ready
    const place = guardedIn(found.kernels.allocate)
    expect(disagreements(found.kernels.gemm, SHAPES.slice(0, 3), ORDINARY, gemmReference, place)).toEqual([])
    found.close()
  })
})
