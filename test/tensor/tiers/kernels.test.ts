import { describe, expect, it } from 'vitest'
import { blockedKernels, referenceKernels } from '../../../src/tensor/tiers/kernels.ts'
import { gemmBlocked } from '../../../src/tensor/matmul/blocked.ts'
import { gemmReference } from '../../../src/tensor/matmul/reference.ts'

describe('the tiers', () => {
  it('name themselves and carry the product they name', () => {
    expect([referenceKernels.tier, referenceKernels.gemm]).toEqual(['reference', gemmReference])
    expect([blockedKernels.tier, blockedKernels.gemm]).toEqual(['blocked', gemmBlocked])
    expect([referenceKernels.accumulation, blockedKernels.accumulation]).toEqual(['float64', 'float64'])
  })

  it('allocate zeros, new memory at every call', () => {
    for (const { allocate, tier } of [referenceKernels, blockedKernels]) {
      const x = allocate(3)
      expect(x, tier).toEqual(new Float32Array(3))
      expect(allocate(3).buffer, tier).not.toBe(x.buffer)
      expect(allocate(0).length, tier).toBe(0)
    }
  })
})
