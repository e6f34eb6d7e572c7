import { describe, expect, it } from 'vitest'
import { diagonal, identity, matrixFromRows } from '../../src/tensor/index.ts'
import { linearTeacher } from '../../src/data/index.ts'
import { type AlignmentMatrices, applyUpdate, conditionOnRank, earlyCondition, finalCondition, finalModes,
  populationUpdate, zeroAlignment } from '../../src/theory/index.ts'

describe('earlyCondition', () => {
  it('squares from layer to layer: κ_T², κ_T⁴, κ_T⁸', () => {
    expect([2, 3, 4].map((layer) => earlyCondition(3, layer))).toEqual([9, 81, 6561])
    expect(earlyCondition(1, 5)).toBe(1)
  })
})

describe('finalCondition and finalModes', () => {
  it('are κ_T^(2/15), κ_T^(4/15), κ_T^(8/15) at depth 4: κ_T = 10', () => {
    const found = [2, 3, 4].map((layer) => finalCondition(10, layer, 4))
    const expected = [1.36, 1.85, 3.42]
    found.forEach((kappa, i) => expect(Math.abs(kappa - expected[i])).toBeLessThan(0.01))
  })

  it('agree with each other for depths 2 to 6: Π α_l = s, α_{l+1} = α_l²/2, and ratios of modes are the law', () => {
    for (let depth = 2; depth <= 6; depth++) {
      for (const s of [0.01, 0.3, 1, 2.5, 40]) {
        const modes = finalModes(s, depth)
        expect(modes).toHaveLength(depth)
        expect(modes.reduce((product, m) => product * m, 1) / s, `depth ${depth}, s ${s}`).toBeCloseTo(1, 12)
        for (let l = 1; l < depth; l++) expect(modes[l] / (modes[l - 1] * modes[l - 1] / 2)).toBeCloseTo(1, 14)
        const strong = finalModes(7 * s, depth)
        for (let layer = 1; layer <= depth; layer++) {
          expect(strong[layer - 1] / modes[layer - 1] / finalCondition(7, layer, depth),
            `depth ${depth}, layer ${layer}`).toBeCloseTo(1, 12)
        }
      }
    }
  })

  it('stay in range at every depth: the number under the root is beyond float64 from depth 10 on', () => {
    // α_1 = 2·(s/2^L)^(1/(2^L−1)), by mpmath to 20 digits.
    expect(Math.abs(finalModes(1, 11)[0] / 1.992564302299185128646 - 1)).toBeLessThan(1e-15)
    expect(Math.abs(finalModes(1e4, 10)[0] / 2.004460232050053568682 - 1)).toBeLessThan(1e-15)
    for (const depth of [9, 10, 11, 20, 50, 1000]) {
      for (const s of [1e-300, 0.3, 1, 2.5, 1e4, 1e300]) {
        const modes = finalModes(s, depth)
        const name = `depth ${depth}, s ${s}`
        for (let l = 1; l < depth; l++) expect(modes[l] / (modes[l - 1] * modes[l - 1] / 2), name).toBeCloseTo(1, 12)
        if (depth < 1000) expect(modes.reduce((product, m) => product * m, 1) / s, name).toBeCloseTo(1, 11)
      }
    }
    expect(finalCondition(10, 1025, 1025)).toBeCloseTo(Math.sqrt(10), 14)
  })

  it('are where the population dynamics of one mode ends, at small rate', () => {
    for (const depth of [2, 3, 5]) {
      const g = Array.from({ length: depth - 1 }, () => identity(1))
      let a: AlignmentMatrices = zeroAlignment(depth, 1, 1)
      const task = { teacher: matrixFromRows([[1.7]]) }
      for (let step = 0; step < 40_000; step++) a = applyUpdate(a, populationUpdate(a, g, task), 0.001)
      // What is left is of the order of the rate: Σ ΔA² in the symmetric-part identity.
      finalModes(1.7, depth).forEach((mode, l) =>
        expect(Math.abs(a[l].data[0] / mode - 1), `depth ${depth}, layer ${l + 1}`).toBeLessThan(5e-3)
      )
    }
  })

  it('early: κ(A_l) of a small-rate run over three modes is κ_T^(2^(l−1)) while e ≈ −y', () => {
    const { matrix: teacher } = linearTeacher(3, 6, 4, 9)
    const g = [identity(3), identity(3), identity(3)]
    let a: AlignmentMatrices = zeroAlignment(4, 6, 3)
    for (let step = 0; step < 400; step++) a = applyUpdate(a, populationUpdate(a, g, { teacher }), 2e-4)
    for (const layer of [2, 3, 4]) {
      // Discrete time: sums over t' < t'' instead of integrals, relative 1/400 per factor, canceling in the ratio.
      expect(Math.abs(conditionOnRank(a[layer - 1], 3) / earlyCondition(4, layer) - 1), `layer ${layer}`).toBeLessThan(
        0.01,
      )
    }
  })
})

describe('conditionOnRank', () => {
  it('divides the largest by the r-th singular value', () => {
    expect(conditionOnRank(diagonal([8, 4, 2, 0]), 3)).toBeCloseTo(4, 14)
    expect(conditionOnRank(diagonal([8, 4, 2, 0]), 1)).toBe(1)
    expect(conditionOnRank(diagonal([8, 4, 2, 0]), 4)).toBe(Infinity)
    expect(conditionOnRank(matrixFromRows([[0, 5], [-1, 0]]), 2)).toBeCloseTo(5, 14)
  })

  it('is right where singular values are beyond float64', () => {
    const b = 1.7e308
    expect(conditionOnRank(matrixFromRows([[b, b], [b, -b]]), 2)).toBeCloseTo(1, 14)
  })

  it('refuses ranks that a has not', () => {
    for (const rank of [0, -1, 1.5, NaN]) {
      expect(() => conditionOnRank(diagonal([2, 1]), rank)).toThrow(
        new RangeError(`conditionOnRank: rank must be a whole number of at least 1, got ${rank}`),
      )
    }
    expect(() => conditionOnRank(matrixFromRows([[2, 1, 1], [1, 1, 0]]), 3)).toThrow(
      new RangeError('conditionOnRank: rank must be at most 2 for [2, 3], got 3'),
    )
  })
})
