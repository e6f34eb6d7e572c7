import { describe, expect, it } from 'vitest'
import { addScaled, identity, maxAbs, multiply, normalInto, randomStream, svd,
  transpose } from '../../src/tensor/index.ts'
import { type ConvolutionGeometry, convolutionMatrix, leadingSingularVectors } from '../../src/theory/index.ts'
import { denseMatrix } from '../../src/theory/sparse-rows.ts'

const G: ConvolutionGeometry = { inputChannels: 2, outputChannels: 2, height: 12, width: 12, kernel: [4, 4] }
const C = normalInto(new Float64Array(64), randomStream(4, 'c'))

describe('leadingSingularVectors', () => {
  it('agrees with the full decomposition of a convolution', () => {
    const a = convolutionMatrix(C, G)
    const { u, s, v } = leadingSingularVectors(a, 5, randomStream(0, 'krylov'))
    const exact = svd(denseMatrix(a))
    s.forEach((value, i) => expect(value / exact.s[i]).toBeCloseTo(1, 4))
    expect(maxAbs(addScaled(multiply(transpose(u), u), -1, identity(5)))).toBeLessThan(1e-12)
    expect(maxAbs(addScaled(multiply(transpose(v), v), -1, identity(5)))).toBeLessThan(1e-12)
    const back = multiply(transpose(u), multiply(denseMatrix(a), v))
    for (let i = 0; i < 5; i++) {
      for (let j = 0; j < 5; j++) expect(back.data[i * 5 + j]).toBeCloseTo(i === j ? s[i] : 0, 10)
    }
  })

  it('does so whatever the scale of the matrix', () => {
    const large = leadingSingularVectors(convolutionMatrix(C.map((x) => 1e30 * x), G), 5, randomStream(0, 'krylov'))
    const { s } = leadingSingularVectors(convolutionMatrix(C, G), 5, randomStream(0, 'krylov'))
    s.forEach((value, i) => expect(large.s[i] / value / 1e30).toBeCloseTo(1, 9))
    for (const k of [-600, 600]) { // A Aᵀ is beyond float64
      const far = leadingSingularVectors(convolutionMatrix(C.map((x) => 2 ** k * x), G), 5, randomStream(0, 'krylov'))
      expect(far.s.map((value) => value / 2 ** k)).toEqual(s)
    }
  })

  it('decomposes small matrices directly', () => {
    const g: ConvolutionGeometry = { ...G, height: 6, width: 6 }
    const a = convolutionMatrix(C, g)
    const { s } = leadingSingularVectors(a, 4, randomStream(0, 'krylov'))
    expect([...s]).toEqual([...svd(denseMatrix(a)).s.slice(0, 4)])
  })

  it('refuses more than there are', () => {
    expect(() => leadingSingularVectors(convolutionMatrix(C, { ...G, height: 4, width: 4 }), 3, randomStream(0, 'k')))
      .toThrow('count must be at most 2, got 3')
  })
})
