import { describe, expect, it } from 'vitest'
import { matrixFromRows } from '../../../src/tensor/index.ts'
import { chainConstant, chainEnd, chainForce, chainRate, errorOperator, feedbackFlow, fixedPointStability,
  integrateFixed, layerTerms, type ScalarChain } from '../../../src/theory/index.ts'

const CHAINS: readonly ScalarChain[] = [{ target: 1, feedback: 1 }, { target: -0.6, feedback: 1.7 }, {
  target: 2,
  feedback: -0.5,
}]
const POINTS = [-2.2, -1.4, -0.7, -0.3, 0.4, 0.9, 2.1]
const one = (x: number) => matrixFromRows([[x]])
const flowOf = ({ target, feedback }: ScalarChain, w1: number, w2: number): readonly number[] =>
  feedbackFlow([one(w1), one(w2)], [one(feedback)], { teacher: one(target) }).map(({ data }) => data[0])

describe('the scalar chain', () => {
  it('runs on parabolas, driven by the cubic', () => {
    for (const chain of CHAINS) {
      for (const w1 of POINTS) {
        const w2 = 0.8
        const [v1, v2] = flowOf(chain, w1, w2)
        expect(chain.feedback * v2 - w1 * v1).toBeCloseTo(0, 12)
        expect(chainForce(chain, chainConstant(chain, w1, w2), w1)).toBeCloseTo(-v1, 12)
      }
    }
  })

  it('has the rate of the general theory at every fixed point, the slope of the cubic', () => {
    for (const chain of CHAINS) {
      for (const w1 of POINTS) {
        const w2 = chain.target / w1
        const stability = fixedPointStability([one(w1), one(w2)], [one(chain.feedback)], { teacher: one(chain.target) })
        expect(chainRate(chain, w1)).toBeCloseTo(stability.leastRate, 12)
        const c = chainConstant(chain, w1, w2)
        const slope = (chainForce(chain, c, w1 + 1e-5) - chainForce(chain, c, w1 - 1e-5)) / 2e-5
        expect(slope).toBeCloseTo(stability.leastRate, 8)
        expect(errorOperator(layerTerms([one(w1), one(w2)], [one(chain.feedback)])).data[0]).toBeCloseTo(
          stability.leastRate,
          12,
        )
      }
    }
  })

  it('leaves an unstable point for the next root of the cubic, which is stable', () => {
    let escapes = 0
    for (const chain of CHAINS) {
      for (const w1 of POINTS.filter((w) => chainRate(chain, w) < 0)) {
        for (const side of [1, -1]) {
          escapes++
          // On the same parabola, a little to one side.
          const c = chainConstant(chain, w1, chain.target / w1)
          const start = w1 + side * 1e-6
          const { states } = integrateFixed((_, y, dy) => {
            const v = flowOf(chain, y[0], y[1])
            dy[0] = v[0]
            dy[1] = v[1]
          }, Float64Array.of(start, (c + start * start / 2) / chain.feedback), [0, 400], { step: 0.02 })
          const end = chainEnd(chain, w1, side > 0) ?? NaN
          expect(states[1][0]).toBeCloseTo(end, 6)
          expect(chainRate(chain, end)).toBeGreaterThan(0)
          expect(chainForce(chain, c, end)).toBeCloseTo(0, 10)
        }
      }
    }
    expect(escapes).toBeGreaterThan(5)
  })

  it('has no other root beyond a lone one', () => {
    expect(chainEnd(CHAINS[0], 1, true)).toBeUndefined()
    expect(chainEnd(CHAINS[0], 2.1, true)).toBeUndefined()
    // Both others lie below: −0.66 is met before −1.44.
    expect(chainEnd(CHAINS[0], 2.1, false)).toBeCloseTo((-2.1 + Math.sqrt(2.1 * 2.1 - 8 / 2.1)) / 2, 12)
  })
})
