import { describe, expect, it } from 'vitest'
import type { Experiment, Run } from '../../../../src/lab/reproduce/experiment.ts'
import { degeneracy } from '../../../../src/lab/reproduce/refinetti2021/degeneracy.ts'
import { earlyTime } from '../../../../src/lab/reproduce/refinetti2021/early-time.ts'
import { odeVsSimulation } from '../../../../src/lab/reproduce/refinetti2021/ode-vs-simulation.ts'
import { overparameterized } from '../../../../src/lab/reproduce/refinetti2021/overparameterized.ts'
import { reluRecovery } from '../../../../src/lab/reproduce/refinetti2021/relu-recovery.ts'
import { cosineTo, integrateStudent, recordTimes, sharedFeedback, signAgreement, simulateStudent,
  type StudentConfiguration, type StudentResult, zeroStudent } from '../../../../src/lab/reproduce/two-layer/student.ts'
import { byId, makeRuns } from '../made.ts'

const STUDENT: StudentConfiguration = {
  activation: 'erf',
  rule: 'dfa',
  inputs: 50,
  teacher: [1, 1],
  feedback: [1, -0.5],
  rate: 0.1,
  deviation: 0.01,
  until: 10,
  records: 12,
  seed: 3,
}
const none = { progress() {} }

/** The runs with every result passed through `change`. */
const altered = (runs: readonly Run<object, unknown>[],
  change: (result: Record<string, unknown>, index: number) => object): Run<object, unknown>[] =>
  runs.map((run, index) => ({
    ...run,
    result: { ...(run.result as object), ...change(run.result as Record<string, unknown>, index) },
  }))

describe('a student', () => {
  it('is recorded at rising times from 0 to the end, whatever the pieces', () => {
    const { times, errors, outputs } = simulateStudent(STUDENT, none)
    expect([times[0], times[times.length - 1]]).toEqual([0, 10])
    expect(times.every((t, index) => index === 0 || t > times[index - 1])).toBe(true)
    expect([errors.length, outputs.length]).toEqual([times.length, times.length])
    expect(simulateStudent({ ...STUDENT, records: 5 }, none).errors.at(-1)).toBe(errors.at(-1))
    expect(recordTimes({ until: 100, records: 4 })).toEqual([0, 0.1, expect.closeTo(1, 12), expect.closeTo(10, 10),
      expect.closeTo(100, 10)])
  })

  it('grows along its feedback from zero weights by the equations', () => {
    const { outputs } = integrateStudent(STUDENT, zeroStudent(2, [1, 1]), [0, 0.1, 1])
    expect(cosineTo(STUDENT.feedback, outputs[2])).toBeGreaterThan(0.9999)
    expect(signAgreement(STUDENT.feedback, outputs[2])).toBe(1)
    expect(signAgreement(STUDENT.feedback, [1, 1])).toBe(0.5)
    expect(sharedFeedback(3).slice(0, 2)).toEqual(sharedFeedback(2))
  })
})

describe.each<[Experiment, readonly string[]]>([[odeVsSimulation, ['ode-bp']], [earlyTime, ['early-v', 'early-v-worst',
  'early-q', 'early-r']], [degeneracy, ['degeneracy-dfa', 'degeneracy-max']], [reluRecovery, []], [overparameterized, [
  'over-signs-4',
  'over-cosine-4',
  'over-signs-8',
  'over-cosine-8',
]]])('$name at quick scale', (experiment, holding) => {
  it('holds where the size suffices and fails nowhere, for two first seeds; has figures with the names of its curves', () => {
    for (const seed of [0, 7]) {
      const judgment = experiment.judge(makeRuns(experiment, 'quick', undefined, seed), 'quick')
      const claims = byId(judgment)
      expect(judgment.claims.filter(({ verdict }) => verdict === 'fails'), `seed ${seed}`).toEqual([])
      for (const id of holding) expect([id, seed, claims.get(id)?.verdict]).toEqual([id, seed, 'holds'])
      expect(judgment.figures.length).toBeGreaterThan(0)
    }
  })
})

describe('the judgment', () => {
  it('fails when the simulation leaves the equations', () => {
    const runs = makeRuns(odeVsSimulation, 'quick')
    const off = altered(runs, (result) => {
      const simulation = result['simulation'] as { errors: number[] }
      return { simulation: { ...simulation, errors: simulation.errors.map((error) => 1.2 * error) } }
    })
    expect(byId(odeVsSimulation.judge(runs, 'quick')).get('ode-bp')?.verdict).toBe('holds')
    expect(byId(odeVsSimulation.judge(off, 'quick')).get('ode-bp')?.verdict).toBe('fails')
  })

  it('fails when a student turns against its feedback, or does not recover', () => {
    const runs = makeRuns(degeneracy, 'quick')
    const turned = altered(runs,
      (result,
        index) => (index > 0 ? {}
          : { outputs: (result['outputs'] as number[][]).map((v) => v.map((value) => -value)) }))
    expect(byId(degeneracy.judge(turned, 'default')).get('degeneracy-dfa')?.verdict).toBe('fails')
    expect(byId(degeneracy.judge(runs, 'default')).get('degeneracy-recover-dfa')?.verdict).toBe('fails')
  })

  it('fails when a ReLU student learns with the wrong signs, or does not with the right ones', () => {
    const runs = makeRuns(reluRecovery, 'quick')
    const all = altered(runs, (result) => ({ errors: (result['errors'] as number[]).map(() => 1e-6) }))
    const claims = byId(reluRecovery.judge(all, 'default'))
    expect([claims.get('relu-learns')?.verdict, claims.get('relu-fails')?.verdict]).toEqual(['holds', 'fails'])
    expect(byId(reluRecovery.judge(runs, 'default')).get('relu-learns')?.verdict).toBe('fails')
  })

  it('fails when the shares of learners, or of signs that agree by chance, are too small as well as too large', () => {
    const runs = makeRuns(reluRecovery, 'quick')
    // The two draws of the quick scale as twenty-four, all of them failing, then all of them learning.
    const many = (error: number): Run<object, unknown>[] =>
      altered(
        runs.flatMap((run) =>
          Array.from({ length: (run.configuration as { kind: string }).kind === 'random' ? 12 : 1 }, () => run)
        ),
        (result) => ({ errors: (result['errors'] as number[]).map(() => error) }),
      )
    for (const error of [1, 1e-6]) {
      const claims = byId(reluRecovery.judge(many(error), 'default'))
      for (const units of [2, 3]) {
        expect([error, units, claims.get(`relu-share-${units}`)?.verdict]).toEqual([error, units, 'fails'])
      }
    }
    const students = makeRuns(degeneracy, 'quick').flatMap((run) => Array.from({ length: 5 }, () => run))
    for (const sign of [1, -1]) {
      const same = students.map((run) => ({
        ...run,
        result: {
          ...(run.result as object),
          outputs: [(run.configuration as StudentConfiguration).feedback.map((f) => sign * f)],
        },
      }))
      const claims = byId(
        degeneracy.judge(same.map((run) => ({ ...run, result: { ...run.result, times: [5000], errors: [0] } })),
          'default'),
      )
      expect([sign, claims.get('degeneracy-bp')?.verdict, claims.get('degeneracy-bp-cosine')?.verdict]).toEqual([sign,
        'fails', 'fails'])
    }
  })

  it('fails when overparameterized students lose their alignment, or the early law has another power', () => {
    const runs = makeRuns(overparameterized, 'quick')
    const lost = altered(runs, (result) => ({
      outputs: (result['outputs'] as number[][]).map((v) => v.map((value, k) => (k === 0 ? -value : value))),
    }))
    expect(byId(overparameterized.judge(lost, 'default')).get('over-cosine-4')?.verdict).toBe('fails')
    const early = makeRuns(earlyTime, 'quick')
    const wrong = altered(early, (result, index) => (index > 0 ? {} : {
      outputs: (result['outputs'] as number[][]).map((v, time) => v.map((value) => value * (1 + time / 100))),
    }))
    expect(byId(earlyTime.judge(wrong, 'quick')).get('early-v')?.verdict).toBe('fails')
  })
})

describe('every claim', () => {
  // ε_g that grow, at a third of the way and at the end, v that turns away, and ratios far from 1: each claim is contradicted.
  const contradicted = (runs: readonly Run<object, unknown>[]): Run<object, unknown>[] =>
    runs.map((run, index) => {
      const spoilt = (result: StudentResult, factor: number): StudentResult => ({
        times: result.times,
        errors: result.errors.map((error) => 2 + factor * error),
        outputs: result.outputs.map((v) => v.map((_, k) => factor * (k === index % v.length ? -1 : 1))),
      })
      const result = run.result as StudentResult & Record<string, StudentResult>
      if ('equations' in result) {
        const factor = 1 + (run.configuration as StudentConfiguration).inputs
        return {
          ...run,
          result: { simulation: spoilt(result['simulation'], factor), equations: spoilt(result['equations'], 1) },
        }
      }
      return 'errors' in result ? { ...run, result: spoilt(result, 1) } : run
    })

  it.each([odeVsSimulation, degeneracy, overparameterized])(
    'of $name fails on contradicting runs at default scale, and no verdict at quick scale depends on them',
    (experiment) => {
      const runs = makeRuns(experiment, 'quick')
      const verdicts = (made: readonly Run<object, unknown>[], scale: 'quick' | 'default') =>
        experiment.judge(made, scale).claims.map(({ id, verdict }) => [id, verdict] as const)
      const open = (made: readonly Run<object, unknown>[]) =>
        verdicts(made, 'quick').filter(([, verdict]) => verdict === 'undecided').map(([id]) => id)
      expect(open(contradicted(runs))).toEqual(open(runs))
      for (const [id, verdict] of verdicts(contradicted(runs), 'default')) {
        // A single share or count may be met by chance; each has a test of its own above.
        if (!/-bp|recover/.test(id)) expect([id, verdict]).toEqual([id, 'fails'])
      }
    },
  )
})

describe('the plan', () => {
  it('covers random signs that are fair, and shares F among seeds', () => {
    const configurations = reluRecovery.plan('paper', 0, []) as { kind: string; feedback: number[] }[]
    const signs = configurations.filter(({ kind }) => kind === 'random').flatMap(({ feedback }) => feedback)
    expect(Math.abs(signs.filter((sign) => sign > 0).length / signs.length - 0.5)).toBeLessThan(0.06)
    const feedback = new Set(
      (degeneracy.plan('default', 0, []) as StudentConfiguration[]).map((c) => c.feedback.join()),
    )
    expect(feedback.size).toBe(1)
  })
})
