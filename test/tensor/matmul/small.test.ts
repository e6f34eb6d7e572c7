import { afterEach, describe, expect, it, vi } from 'vitest'
import { type Kernels, randomStream, referenceKernels, smallKernels, uniformInto } from '../../../src/tensor/index.ts'

const SHAPES = [[40, 33, 21], [17, 17, 600], [64, 64, 64], [18, 300, 5], [1, 40, 30]] as const

function expectSameBits(kernels: Kernels): void {
  for (const [m, n, k] of SHAPES) {
    for (const [transposeA, transposeB, accumulate] of [[false, false, false], [true, false, true], [false, true, true],
      [true, true, false]] as const)
    {
      const filled = (length: number, name: string): Float32Array =>
        uniformInto(new Float32Array(length), randomStream(1, name), -1, 1)
      const a = filled(m * k, 'a'), b = filled(k * n, 'b')
      const [got, wanted] = [kernels, referenceKernels].map(({ gemm }) => {
        const c = filled(m * n, 'c')
        gemm(m, n, k, a, transposeA, b, transposeB, c, accumulate)
        return c
      })
      expect(new Uint32Array(got.buffer), `${m} ${n} ${k}`).toEqual(new Uint32Array(wanted.buffer))
    }
  }
}

describe('products without panels', () => {
  afterEach(() => {
    vi.unstubAllGlobals()
    vi.resetModules()
  })

  it('have the bits of the specification, and allocate nothing', () => {
    const Float64 = vi.fn()
    vi.stubGlobal('Float64Array', Float64)
    const { gemm } = smallKernels
    const c = new Float32Array(40 * 33)
    gemm(40, 33, 21, new Float32Array(40 * 21).fill(1), false, new Float32Array(21 * 33).fill(1), false, c, false)
    expect(c.every((x) => x === 21)).toBe(true)
    expect(Float64).not.toHaveBeenCalled()
    vi.unstubAllGlobals()
    expectSameBits(smallKernels)
  })

  it('are what the blocked tier does where there is no room for panels', async () => {
    vi.resetModules()
    const { blockedKernels } = await import('../../../src/tensor/index.ts')
    const Whole = Float64Array
    vi.stubGlobal('Float64Array', class extends Whole {
      constructor(length: number) {
        if (length > 10_000) throw new RangeError('Array buffer allocation failed')
        super(length)
      }
    })
    const a = new Float32Array(40 * 21).fill(1), c = new Float32Array(40 * 33)
    blockedKernels.gemm(40, 33, 21, a, false, new Float32Array(21 * 33).fill(1), false, c, false)
    expect(c.every((x) => x === 21)).toBe(true)
    vi.unstubAllGlobals()
    // Once there is room, panels are made.
    expectSameBits(blockedKernels)
  })
})
