import { describe, expect, it } from 'vitest'
import { gemmDirect } from '../../../src/tensor/matmul/direct.ts'
import { boundaryShapes, disagreements, HOSTILE, middleShapes, ORDINARY, smallShapes } from './gemm-cases.ts'

const NARROW_SHAPES = boundaryShapes().filter(([m, n]) => m <= 16 || n <= 16)

describe('gemmDirect', () => {
  it('gives the bits of the reference on all sizes 0 … 8', () => {
    expect(disagreements(gemmDirect, smallShapes(), ORDINARY)).toEqual([])
  })

  it('gives the bits of the reference on wide shapes too, hostile inputs included', () => {
    expect(disagreements(gemmDirect, middleShapes(), HOSTILE)).toEqual([])
  })

  it('gives the bits of the reference where its row of 512 sums ends', () => {
    expect(NARROW_SHAPES.length).toBeGreaterThan(20)
    expect(disagreements(gemmDirect, NARROW_SHAPES, HOSTILE)).toEqual([])
  })
})
