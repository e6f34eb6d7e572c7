import { describe, expect, it } from 'vitest'
import { gemmBlocked } from '../../../src/tensor/matmul/blocked.ts'
import { boundaryShapes, disagreement, disagreements, HOSTILE, middleShapes, ORDINARY,
  smallShapes } from './gemm-cases.ts'

describe('gemmBlocked', () => {
  it('gives the bits of the reference on all sizes 0 … 8', () => {
    expect(disagreements(gemmBlocked, smallShapes(), HOSTILE)).toEqual([])
  })

  it('gives the bits of the reference on several hundred seeded shapes', () => {
    expect(disagreements(gemmBlocked, middleShapes(), ORDINARY)).toEqual([])
  })

  it('gives the bits of the reference with denormals, signed zeros, huge numbers, infinities and NaN', () => {
    expect(disagreements(gemmBlocked, middleShapes(), HOSTILE)).toEqual([])
  })

  it('gives the bits of the reference around every block boundary', () => {
    expect(disagreements(gemmBlocked, boundaryShapes(), ORDINARY)).toEqual([])
  })

  it('keeps nothing from a larger product in a smaller one', () => {
    expect(disagreement(gemmBlocked, [130, 270, 600], 3, HOSTILE)).toBe('')
    expect(disagreement(gemmBlocked, [17, 17, 513], 4, ORDINARY)).toBe('')
    expect(disagreement(gemmBlocked, [17, 17, 3], 5, ORDINARY)).toBe('')
  })
})
