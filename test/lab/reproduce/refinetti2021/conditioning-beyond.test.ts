import { beforeAll, describe, expect, it } from 'vitest'
import { freshKernels } from '../../../../src/lab/kernels.ts'
import type { ConditioningConfiguration,
  ConditioningCurves } from '../../../../src/lab/reproduce/conditioning/training.ts'
import type { Run } from '../../../../src/lab/reproduce/experiment.ts'
import { conditioningBeyond } from '../../../../src/lab/reproduce/refinetti2021/conditioning-beyond.ts'
import { checkTable } from '../../../../src/lab/report/table.ts'
import { makeRuns, verdicts } from '../made.ts'

type Law = (logKappa: number, index: number) => number
type Runs = readonly Run<object, unknown>[]

/** Trainings with results as they would be at default scale, where alignment follows `law(ln κ)`. */
function made(runs: Runs, law: Law): Runs {
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

const EXACT = { 'beyond-exact-fit': 'holds', 'beyond-exact-residual': 'holds', 'beyond-exact-engine': 'holds' }
const OPEN = Object.fromEntries(
  ['ga', 'probe', 'wa', 'linear-ga', 'linear-probe', 'linear-wa'].map((id) => [`beyond-${id}`, 'undecided']),
)
const OUTSIDE = Object.fromEntries(['linear', 'tanh', 'relu'].map((id) => [`beyond-residual-${id}`, 'outside']))

describe('conditioning beyond the paper', () => {
  let quick: Run<object, unknown>[] = []
  beforeAll(() => {
    quick = makeRuns(conditioningBeyond, 'quick')
  })

  it('at quick scale holds where the theory is exact and decides nothing else, whatever comes out', () => {
    for (const runs of [quick, made(quick, (x) => 0.9 - x / 10), made(quick, (x) => 0.1 + x / 10)]) {
      const judgment = conditioningBeyond.judge(runs, 'quick')
      expect(verdicts(judgment)).toEqual({ ...EXACT, ...OPEN, ...OUTSIDE })
      expect(JSON.stringify(judgment)).not.toMatch(/NaN|undefined/)
      expect(judgment.figures.length).toBe(4)
      for (const { svg } of judgment.figures) expect(svg).toContain('tanh')
      for (const { table } of judgment.tables ?? []) checkTable('test', table)
    }
  })

  it('fails the exact claims when the fit leaves the recursion', () => {
    const wrong = (change: object) =>
      verdicts(
        conditioningBeyond.judge([{ ...quick[0], result: { ...(quick[0].result as object), ...change } },
          ...quick.slice(1)], 'quick'),
      )
    expect(wrong({ network: 1e-6, engineResidual: 1e-3 })).toMatchObject({
      'beyond-exact-fit': 'fails',
      'beyond-exact-residual': 'holds',
      'beyond-exact-engine': 'fails',
    })
    expect(wrong({ networkResidual: 1e-6 })).toMatchObject({ ...EXACT, 'beyond-exact-residual': 'fails' })
  })

  it('holds the direction when alignment falls with κ, fails it when it rises, leaves it open without relation', () => {
    const found = (law: Law): readonly string[] => {
      const all = verdicts(conditioningBeyond.judge(made(quick, law), 'default'))
      return [...new Set(Object.keys(OPEN).map((id) => all[id]))]
    }
    expect(found((x) => 0.9 - x / 10)).toEqual(['holds'])
    expect(found((x) => 0.1 + x / 10)).toEqual(['fails'])
    expect(found((_, index) => 0.5 + (index * 13 % 7) / 20)).toEqual(['undecided'])
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

  it('says that a training did not stay finite, as a result', () => {
    const tools = { data: undefined, kernels: freshKernels, progress() {} }
    const training = quick.map(({ configuration }) => configuration as ConditioningConfiguration).find((
      { activation },
    ) => activation === 'relu')
    const result = conditioningBeyond.run({ ...training, rate: 1e6 }, tools)
    expect((result as { stopped: string }).stopped).toContain('training stopped')
    expect(() => conditioningBeyond.run({ ...training, dataset: 'mnist' }, tools)).toThrow('--data')
  })

  it('plans from the given seed, and repeats no configuration at any scale', () => {
    for (const scale of ['quick', 'default', 'paper'] as const) {
      const plan = conditioningBeyond.plan(scale, 3, []) as readonly ConditioningConfiguration[]
      expect(Math.min(...plan.map(({ seed }) => seed))).toBe(3)
      expect(new Set(plan.map((c) => JSON.stringify(c))).size).toBe(plan.length)
    }
  })
})
