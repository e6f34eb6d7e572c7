import { afterEach, describe, expect, it } from 'vitest'
import { nodeWorkers } from '../../../src/lab/node-workers.ts'
import { labKernels } from '../../../src/lab/kernels.ts'
import { selectKernels } from '../../../src/tensor/tiers/select.ts'
import type { WorkerHost } from '../../../src/tensor/tiers/worker-host.ts'
import { disagreements, ORDINARY } from '../matmul/gemm-cases.ts'

const host = globalThis as { WebAssembly?: unknown; SharedArrayBuffer?: unknown; Worker?: unknown }
const saved = { ...host, WebAssembly: host.WebAssembly, SharedArrayBuffer: host.SharedArrayBuffer }
afterEach(() => {
  host.WebAssembly = saved.WebAssembly
  host.SharedArrayBuffer = saved.SharedArrayBuffer
})

const SHAPES = [[40, 50, 60], [300, 20, 30]] as const

describe('the choice of tier', () => {
  it('takes the fastest tier that runs and says why not each faster one', () => {
    const selection = selectKernels()
    // Node has no global Worker, and none was given.
    expect(selection.kernels.tier).toBe('simd')
    expect(selection.explain()).toBe(
      'threads: no way to start workers was given or found\nsimd: runs, float64 accumulation, 1 thread',
    )
  })

  it('keeps to memory of its own where none may be shared', () => {
    const { kernels, explain } = selectKernels({ shared: false, workers: nodeWorkers() })
    expect(explain()).toMatch(/^threads: memory that is not shared was asked for\nsimd: runs/)
    expect(kernels.allocate(4).buffer).toBeInstanceOf(ArrayBuffer)
    expect(selectKernels().kernels.allocate(4).buffer).toBeInstanceOf(SharedArrayBuffer)
    expect(disagreements(kernels.gemm, SHAPES, ORDINARY)).toEqual([])
  })

  it('is ready when the workers have begun, and counts what they do', async () => {
    const { kernels, explain, ready, close } = selectKernels({ threads: 2, workers: nodeWorkers() })
    expect(explain()).toMatch(/ of 1 workers have begun, no product was large enough to be cut$/)
    await ready
    expect(explain()).toContain('1 of 1 workers have begun')
    const n = 256
    const [a, b, c] = [kernels.allocate(n * n), kernels.allocate(n * n), kernels.allocate(n * n)]
    kernels.gemm(n, n, n, a, false, b, false, c, false)
    expect(explain()).toMatch(/, 1 products cut, [0-2] of 2 chunks by workers/)
    close()
    await selectKernels({ tier: 'reference' }).ready
  })

  it('goes no higher than it is asked to', () => {
    expect(selectKernels({ tier: 'blocked' }).explain()).toBe(
      'threads: not asked for (tier blocked)\nsimd: not asked for (tier blocked)\nblocked: runs, float64 accumulation, 1 thread',
    )
    expect(selectKernels({ tier: 'reference' }).kernels.tier).toBe('reference')
  })

  it('falls back to blocked TypeScript under a content policy that forbids WebAssembly', () => {
    host.WebAssembly = undefined
    const { kernels, refused } = selectKernels({ workers: nodeWorkers() })
    expect(kernels.tier).toBe('blocked')
    expect(refused.map(({ reason }) => reason)).toEqual(['this runtime has no WebAssembly',
      'this runtime has no WebAssembly'])
    expect(disagreements(kernels.gemm, SHAPES, ORDINARY)).toEqual([])
  })

  it('falls back to one thread where memory cannot be shared', () => {
    host.SharedArrayBuffer = undefined
    const { kernels, refused } = selectKernels({ workers: nodeWorkers(), threads: 2, memoryBytes: 1 << 24 })
    expect(kernels.tier).toBe('simd')
    expect(refused[0].reason).toMatch(/^memory cannot be shared here/)
  })

  it('falls back to one thread where workers are refused', () => {
    const workers: WorkerHost = {
      processors: 2,
      spawn() {
        throw new Error('no workers today')
      },
    }
    const { kernels, refused } = selectKernels({ workers })
    expect(kernels.tier).toBe('simd')
    expect(refused[0].reason).toBe('workers refused: no workers today')
  })

  it('stays on one thread where there is one processor', () => {
    const workers: WorkerHost = { processors: 1, spawn: () => ({ terminate() {} }) }
    expect(selectKernels({ workers }).refused[0].reason).toBe('only 1 thread asked for or available')
  })

  it('offers float32 accumulation as vectors or as its slow specification, never as something else', () => {
    expect(selectKernels({ accumulation: 'float32' }).kernels).toMatchObject({ tier: 'simd', accumulation: 'float32' })
    const { kernels, refused } = selectKernels({ accumulation: 'float32', tier: 'blocked' })
    expect(kernels).toMatchObject({ tier: 'reference', accumulation: 'float32' })
    expect(refused[2].reason).toMatch(/^float32 accumulation has no blocked form/)
  })

  it('reads tier and threads from the environment of a command', () => {
    expect(labKernels({}).kernels.tier).toBe('simd')
    expect(labKernels({ FEEDBACK_ALIGNMENT_TIER: 'blocked' }).kernels.tier).toBe('blocked')
    expect(() => labKernels({ FEEDBACK_ALIGNMENT_TIER: 'gpu' })).toThrow(
      'FEEDBACK_ALIGNMENT_TIER: must be one of reference, blocked, simd, threads, got "gpu"',
    )
    expect(() => labKernels({ FEEDBACK_ALIGNMENT_THREADS: '0' })).toThrow(
      'FEEDBACK_ALIGNMENT_THREADS: must be a whole number of at least 1, got "0"',
    )
  })
})
