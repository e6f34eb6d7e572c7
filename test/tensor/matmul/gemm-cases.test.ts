import { describe, expect, it } from 'vitest'
import type { Gemm } from '../../../src/tensor/matmul/gemm.ts'
import { gemmReference } from '../../../src/tensor/matmul/reference.ts'
import { boundaryShapes, disagreement, HOSTILE, middleShapes, ORDINARY, smallShapes } from './gemm-cases.ts'

/** Sums in float32 after every step: a legal product, but not the declared one. */
const roundsTooOften: Gemm = (m, n, k, a, transposeA, b, transposeB, c, accumulate) => {
  for (let i = 0; i < m * n; i++) {
    const row = Math.floor(i / n), column = i % n
    let sum = accumulate ? c[i] : 0
    for (let p = 0; p < k; p++) {
      const x = a[transposeA ? p * m + row : row * k + p]
      sum = Math.fround(sum + x * b[transposeB ? column * k + p : p * n + column])
    }
    c[i] = sum
  }
}

const writesBeside: Gemm = (...args) => {
  gemmReference(...args)
  new Float32Array(args[7].buffer)[0] = 0
}

const changesA: Gemm = (...args) => {
  gemmReference(...args)
  if (args[3].length > 0) args[3][0] += 1
}

const forgetsOld: Gemm = (m, n, k, a, ta, b, tb, c) => gemmReference(m, n, k, a, ta, b, tb, c, false)
const ignoresTransposition: Gemm = (m, n, k, a, _, b, tb, c, acc) => gemmReference(m, n, k, a, false, b, tb, c, acc)

describe('the comparison of tiers', () => {
  it('accepts the reference and rejects five wrong products', () => {
    const shape = [4, 5, 6] as const
    expect(disagreement(gemmReference, shape, 1, ORDINARY)).toBe('')
    expect(disagreement(roundsTooOften, shape, 1, ORDINARY)).toMatch(/^\[4, 5, 6\] seed 1: \[\d+\]/)
    expect(disagreement(writesBeside, shape, 1, ORDINARY)).toMatch(/wrote outside of C$/)
    expect(disagreement(changesA, shape, 1, ORDINARY)).toMatch(/a was changed$/)
    expect(disagreement(forgetsOld, shape, 1, ORDINARY)).toMatch(/ accumulate: /)
    expect(disagreement(ignoresTransposition, shape, 1, ORDINARY)).toMatch(/ Aᵀ: /)
  })

  it('sees hostile inputs give both finite and other elements', () => {
    const seen = new Set<string>()
    const spy: Gemm = (...args) => {
      gemmReference(...args)
      for (const x of args[7]) seen.add(Number.isNaN(x) ? 'NaN' : Number.isFinite(x) ? 'finite' : 'infinite')
    }
    for (let seed = 0; seed < 5; seed++) disagreement(spy, [20, 20, 20], seed, HOSTILE)
    expect([...seen].sort()).toEqual(['NaN', 'finite', 'infinite'])
  })

  it('covers well over 400 shapes', () => {
    const all = [...smallShapes(), ...middleShapes(), ...boundaryShapes()]
    expect(new Set(all.map(String)).size).toBeGreaterThan(1000)
  })
})
