import { beforeAll, describe, expect, it } from 'vitest'
import type { Run } from '../../../../src/lab/reproduce/experiment.ts'
import { freshKernels } from '../../../../src/lab/kernels.ts'
import { conditioningBeyond } from '../../../../src/lab/reproduce/refinetti2021/conditioning-beyond.ts'
import { linearPrediction } from '../../../../src/lab/reproduce/refinetti2021/conditioning-figures.ts'
import { dealt, plannedRuns } from '../../../../src/lab/reproduce/refinetti2021/conditioning-plan.ts'
import { centeredErrors, type ConditioningConfiguration, type ConditioningCurves,
  trainConditioning } from '../../../../src/lab/reproduce/refinetti2021/conditioning-training.ts'
import { matrix, normalInto, randomStream } from '../../../../src/tensor/index.ts'
import { checkTable } from '../../../../src/lab/report/table.ts'
import { byId, makeRuns } from '../made.ts'

const tools = { data: undefined, kernels: freshKernels, progress() {} }
const SETTING: ConditioningConfiguration = {
  kind: 'training',
  dataset: 'teacher',
  samples: 100,
  imbalance: 1,
  noise: 0.2,
  activation: 'tanh',
  width: 16,
  hidden: 3,
  start: 1,
  feedback: 'orthogonal',
  rate: 0.1,
  batch: 20,
  epochs: 20,
  records: 5,
  probe: 40,
  seed: 1,
}

type Law = (logKappa: number, index: number) => number
type Runs = readonly Run<object, unknown>[]

/** Trainings with results as they would be at default scale, where alignment follows `law(ln κ)`. */
function altered(runs: Runs, law: Law): Runs {
  // Enough of them: each quick run stands for several configurations that differ in their samples.
  return runs.flatMap((run, index) => {
    if (!('kappa' in (run.result as object))) return [run]
    const result = run.result as ConditioningCurves
    return Array.from({ length: 6 }, (_, copy): Run<object, unknown> => {
      const logKappa = ((index * 6 + copy) * 7 % 41) / 10
      const ends = (lists: ConditioningCurves['kappa'], value: number): ConditioningCurves['kappa'] =>
        lists.map((list) => [...list.slice(0, -1), value])
      const alignment = law(logKappa, index + copy)
      return {
        ...run,
        configuration: { ...run.configuration, samples: 1000 + copy },
        result: {
          ...result,
          loss: result.loss.map((_, time) => 2 - time / 100),
          kappa: ends(result.kappa, Math.exp(logKappa)),
          ga: ends(result.ga, alignment),
          probeGa: ends(result.probeGa, alignment),
          wa: ends(result.wa, alignment),
        },
      }
    })
  })
}

describe('conditioning beyond the paper', () => {
  let quick: Run<object, unknown>[] = []
  beforeAll(() => {
    quick = makeRuns(conditioningBeyond, 'quick')
  })

  it('at quick scale holds where the theory is exact and decides nothing else, for two first seeds', () => {
    for (const [seed, runs] of [[0, quick], [5, makeRuns(conditioningBeyond, 'quick', undefined, 5)]] as const) {
      const judgment = conditioningBeyond.judge(runs, 'quick')
      const claims = byId(judgment)
      for (const id of ['fit', 'residual', 'engine']) {
        expect([id, seed, claims.get(`beyond-exact-${id}`)?.holds]).toEqual([id, seed, true])
      }
      const others = judgment.claims.filter(({ id }) => !id.includes('exact'))
      expect(others.map(({ holds }) => holds), `seed ${seed}`).toEqual(new Array(9).fill(null))
      expect(judgment.figures.length).toBe(4)
      for (const { svg } of judgment.figures) expect(svg).toContain('tanh')
      for (const { table } of judgment.tables ?? []) checkTable('test', table)
    }
  })

  it('fails the exact claims when the fit leaves the recursion', () => {
    const wrong = { ...(quick[0].result as object), network: 1e-6, engineResidual: 1e-3 }
    const claims = byId(conditioningBeyond.judge([{ ...quick[0], result: wrong }, ...quick.slice(1)], 'quick'))
    const verdicts = ['fit', 'residual', 'engine'].map((id) => claims.get(`beyond-exact-${id}`)?.holds)
    expect(verdicts).toEqual([false, true, false])
  })

  it('holds the direction when alignment falls with κ, fails it when it rises or does not depend on κ', () => {
    const verdicts = (law: Law): (boolean | null | undefined)[] => {
      const claims = byId(conditioningBeyond.judge(altered(quick, law), 'default'))
      return ['ga', 'probe', 'wa', 'linear-ga'].map((id) => claims.get(`beyond-${id}`)?.holds)
    }
    expect(verdicts((x) => 0.9 - x / 10)).toEqual([true, true, true, true])
    expect(verdicts((x) => 0.1 + x / 10)).toEqual([false, false, false, false])
    expect(verdicts((_, index) => 0.5 + (index * 13 % 7) / 20)).toEqual([false, false, false, false])
  })

  it('leaves out, and says so, what did not stay finite or did not learn', () => {
    const lost = quick.map((run, index) => {
      if (index === quick.length - 1) return { ...run, result: { stopped: 'training stopped at step 3' } }
      if (index !== quick.length - 2) return run
      const curves = run.result as ConditioningCurves
      return { ...run, result: { ...curves, loss: curves.loss.map((_, time) => 1 + time) } }
    })
    const text = (runs: Runs): string => conditioningBeyond.judge(runs, 'quick').findings?.[0] ?? ''
    const count = (runs: Runs): number => Number(/of which (\d+)/.exec(text(runs))?.[1])
    expect(text(lost)).toContain('12 trainings')
    expect(count(lost)).toBe(count(quick) + 2)
  })
})

describe('a training', () => {
  it('is a function of its configuration, with rising times and one entry per time and layer', () => {
    const curves = trainConditioning(SETTING, tools)
    expect(trainConditioning(SETTING, tools)).toEqual(curves)
    expect([curves.steps[0], curves.steps.at(-1), curves.perEpoch]).toEqual([1, 100, 5])
    const { kappa, strong, wa, ga, probeGa, fittedGa } = curves
    expect([kappa, strong, wa, ga, probeGa, fittedGa].map((lists) => lists.length)).toEqual([3, 3, 3, 3, 3, 3])
    expect([curves.residual.length, curves.growth.length]).toEqual([4, 4])
    for (const list of [...kappa, ...curves.residual, ...ga]) expect(list.length).toBe(curves.steps.length)
    expect(curves.kappa.flat().every((value) => value !== null && value >= 1)).toBe(true)
    expect(curves.residual.flat().every((value) => value !== null && value >= 0 && value <= 1)).toBe(true)
    expect(trainConditioning({ ...SETTING, seed: 2 }, tools)).not.toEqual(curves)
  })

  it('of a linear network has the less residual the smaller its initial weights', () => {
    const residual = (start: number): number =>
      trainConditioning({ ...SETTING, activation: 'linear', start }, tools).residual[2].at(-1) ?? NaN
    const values = [1, 0.1, 0.01].map(residual)
    expect(values[0]).toBeGreaterThan(3 * values[1])
    expect(values[1]).toBeGreaterThan(3 * values[2])
    // The first layer's ΔW = F A₁ whatever the start: its updates are F e xᵀ.
    expect(trainConditioning({ ...SETTING, activation: 'linear' }, tools).residual[0].at(-1)).toBeLessThan(1e-5)
  })

  it('of a linear network from small weights has the GA of its fitted matrices, of others not', () => {
    const gap = (start: number): number => {
      const { probeGa, fittedGa } = trainConditioning({ ...SETTING, activation: 'linear', epochs: 40, start }, tools)
      return Math.max(...probeGa.map((values, l) => Math.abs((values.at(-1) ?? NaN) - (fittedGa[l].at(-1) ?? NaN))))
    }
    expect(gap(0.001)).toBeLessThan(0.01)
    expect(gap(1)).toBeGreaterThan(0.1)
  })

  it('says that it did not stay finite, as a result', () => {
    const result = conditioningBeyond.run({ ...SETTING, activation: 'relu', rate: 1e6 }, tools)
    expect((result as { stopped: string }).stopped).toContain('training stopped')
    expect(() => conditioningBeyond.run({ ...SETTING, dataset: 'mnist' }, tools)).toThrow('--data')
  })

  it('is probed by errors that sum to zero', () => {
    const { data } = centeredErrors(50, 10, 3)
    for (let row = 0; row < 50; row++) {
      expect(Math.abs(data.subarray(10 * row, 10 * row + 10).reduce((a, b) => a + b, 0))).toBeLessThan(1e-5)
    }
    expect(data.reduce((sum, value) => sum + value * value, 0) / 500).toBeCloseTo(0.9, 0)
  })
})

describe('the plan', () => {
  it('has every data set, activation and noise equally often, the other factors in equal numbers within each', () => {
    const trainings = plannedRuns('default', 0).filter((c): c is ConditioningConfiguration => c.kind === 'training')
    const counts = (key: (c: ConditioningConfiguration) => string): readonly number[] => {
      const found = new Map<string, number>()
      for (const c of trainings) found.set(key(c), (found.get(key(c)) ?? 0) + 1)
      return [...new Set(found.values())]
    }
    expect(trainings.length).toBe(288)
    expect(counts((c) => `${c.dataset} ${c.activation} ${c.noise}`)).toEqual([6])
    for (const factor of ['start', 'feedback', 'imbalance'] as const) {
      expect(counts((c) => `${c.dataset} ${c.activation} ${c[factor]}`), factor).toEqual([12])
    }
    expect(counts((c) => `${c.dataset} ${c.activation} ${c.width}`)).toEqual([8])
    // No factor says another: no two of them agree in three quarters of the configurations.
    const agree = trainings.filter((c) => (c.start === 1) === (c.imbalance === 1)).length / trainings.length
    expect(Math.abs(agree - 0.5)).toBeLessThan(0.15)
  })

  it('starts at the given seed, and repeats no configuration at any scale', () => {
    for (const scale of ['quick', 'default', 'paper'] as const) {
      const plan = plannedRuns(scale, 3)
      expect(Math.min(...plan.map(({ seed }) => seed))).toBe(3)
      expect(new Set(plan.map((c) => JSON.stringify(c))).size).toBe(plan.length)
    }
  })

  it('deals levels as evenly as they go', () => {
    const hand = dealt(['a', 'b', 'c'], 8, 'test')
    expect(['a', 'b', 'c'].map((level) => hand.filter((one) => one === level).length).sort()).toEqual([2, 3, 3])
    expect(dealt(['a', 'b', 'c'], 8, 'test')).toEqual(hand)
    expect(dealt(['a', 'b', 'c'], 8, 'other')).not.toEqual(hand)
  })
})

describe('the prediction of the linear theory', () => {
  const probes = matrix(4000, 9, normalInto(new Float64Array(36_000), randomStream(1, 'test/probes')))

  it('is full alignment for κ = 1 and the floor of one mode for κ = ∞', () => {
    const even = linearPrediction(1, 4, probes)
    expect(even.mean).toBe(1)
    expect(even.wa).toBeCloseTo(Math.sqrt(0.9), 12)
    expect(even.probeGa).toBeCloseTo(1, 12)
    expect(even.bound).toBe(1)
    const steep = linearPrediction(1e80, 4, probes)
    expect(steep.wa).toBeCloseTo(1 / Math.sqrt(10), 3)
    // ⟨|e₁|⟩/⟨…⟩: mean |cos| to one axis in nine dimensions, Γ(9/2)/(√π Γ(5)).
    expect(steep.probeGa).toBeCloseTo(0.27344, 2)
  })

  it('falls with κ and stays above the bound', () => {
    const line = [1, 2, 5, 10, 100].map((condition) => linearPrediction(condition, 4, probes))
    line.slice(1).forEach((at, index) => {
      expect(at.wa).toBeLessThan(line[index].wa)
      expect(at.probeGa).toBeLessThan(line[index].probeGa)
      expect(at.probeGa).toBeGreaterThan(at.bound)
    })
  })
})
