import { describe, expect, it } from 'vitest'
import { freshKernels } from '../../../../src/lab/kernels.ts'
import { type LinearRun, runLinear } from '../../../../src/lab/reproduce/shaped/linear.ts'

const BASE: LinearRun = {
  depth: 3,
  condition: 5,
  exponent: 0,
  gaussianWidth: null,
  inputCondition: 1,
  from: 'teacher',
  samples: null,
  share: 0.3,
  seed: 1,
}
const run = (changes: Partial<LinearRun>) =>
  runLinear({ ...BASE, ...changes }, { data: undefined, kernels: freshKernels, progress() {} })

describe('runLinear', () => {
  it('has one largest rate for all shapes in units of the clock, and the same steps for all teachers at p = −1', () => {
    const runs = [run({}), run({ exponent: 1 }), run({ exponent: 'balanced' }), run({ exponent: -1 })]
    for (const { largest } of runs) expect(Math.abs(largest / runs[0].largest - 1)).toBeLessThan(0.012)
    expect(run({ exponent: -1, condition: 20 }).steps).toBe(runs[3].steps)
    expect(runs[0].steps).toBeGreaterThan(runs[3].steps ?? 0)
  })

  it('aligns under balanced feedback, less with Gaussian matrices, and the less the narrower they are', () => {
    const least = (changes: Partial<LinearRun>): number =>
      Math.min(...run({ exponent: 'balanced', share: 0.05, ...changes }).alignment)
    const [exact, wide, narrow] = [least({}), least({ gaussianWidth: 200 }), least({ gaussianWidth: 20 })]
    expect(exact).toBeGreaterThan(0.99999)
    expect(wide).toBeLessThan(exact)
    expect(narrow).toBeLessThan(wide)
  })

  it('takes S from T, TΣ^½ or TΣ: the same for white inputs', () => {
    const [first, second, third] = (['teacher', 'whitened', 'cross'] as const).map((from) =>
      run({ exponent: 0.5, from })
    )
    for (const other of [second, third]) {
      expect(other.steps).toBe(first.steps)
      expect(Math.abs(other.alignment[0] - first.alignment[0])).toBeLessThan(1e-9)
    }
    const colored = (from: LinearRun['from']) => run({ exponent: 0.5, from, inputCondition: 10 }).alignment[0]
    expect(Math.abs(colored('teacher') - colored('cross'))).toBeGreaterThan(1e-4)
  })

  it('follows the test error where targets are noisy, and it ends above zero', () => {
    const { leastTest, stepsToTest, steps } = run({ samples: { count: 60, noise: 0.5 } })
    expect(leastTest).toBeGreaterThan(0.01)
    expect(leastTest).toBeLessThan(0.2)
    expect(stepsToTest).toBeGreaterThan(0)
    expect(stepsToTest).toBeLessThan(steps ?? 0)
    expect(run({ samples: { count: 60, noise: 3 } }).stepsToTest).toBeNull()
    expect(run({})).toMatchObject({ leastTest: 1, stepsToTest: null })
  })
})
