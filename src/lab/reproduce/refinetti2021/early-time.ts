// Section 2.4b: first align, then memorize.

import { atLeast, notCovered, relative } from '../../claims/legacy.ts'
import { panels } from '../../report/panels.ts'
import { earlyOutput, earlyStudentOverlap, earlyTeacherOverlap, integrateAdaptive,
  teacherStudentFlow } from '../../../theory/index.ts'
import { experiment, type Run, type Scale } from '../experiment.ts'
import { cosineTo, last, sharedFeedback, simulateStudent, type StudentConfiguration, type StudentResult,
  zeroStudent } from '../two-layer/student.ts'

/** A simulated student, or the equations from zero weights at the page's times. */
type Configuration =
  | (StudentConfiguration & { readonly kind: 'simulation' })
  | { readonly kind: 'equations'; readonly teacher: readonly number[]; readonly feedback: readonly number[];
    readonly rate: number; readonly times: readonly number[] }

/** Ratios of the integrated values to the laws at each time: v and R the worst unit, Q₀₀ over its first term. */
interface EarlyResult {
  readonly outputs: readonly (readonly number[])[]
  readonly overlaps: readonly (readonly number[])[]
  readonly students: readonly number[]
  readonly studentLaw: readonly number[]
}

type Result = StudentResult | EarlyResult

const PAGE_TIMES = [0.1, 1, 2, 5]

const isSimulation = (
  run: Run<Configuration, Result>,
): run is Run<StudentConfiguration & { kind: 'simulation' }, StudentResult> => run.configuration.kind === 'simulation'

const SEEDS: Readonly<Record<Scale, number>> = { quick: 2, default: 5, paper: 20 }
const UNTIL: Readonly<Record<Scale, number>> = { quick: 20, default: 300, paper: 3000 }

/** refinetti2021 section 2.4b. */
export const earlyTime = experiment<Configuration, Result>({
  name: 'refinetti2021/early-time',
  title: 'Two phases: the output weights align before the error moves',
  source: 'refinetti2021 section 2.4b',
  about:
    'From zero weights v grows as (η²/π²)‖A‖²F t², exactly parallel to the feedback F, while the error is still that of the start. Only then does the student memorize the teacher, and v leaves the direction of F again.',
  data: [],
  minutes: { quick: 0.02, default: 0.2, paper: 5 },
  revision: 1,
  plan: (scale, seed) => [
    // The page's setting; |A|² is not M there, so that a wrong power of A would show.
    { kind: 'equations', teacher: [1, -0.5], feedback: [0.8, -1.3, 0.3], rate: 0.1, times: PAGE_TIMES },
    ...Array.from({ length: SEEDS[scale] }, (_, index): Configuration => ({
      kind: 'simulation',
      activation: 'erf',
      rule: 'dfa',
      inputs: scale === 'quick' ? 200 : 500,
      teacher: [1, 1],
      feedback: sharedFeedback(2),
      rate: 0.1,
      // Zero weights, as the laws assume: at σ₀ = 0.01 v must first outgrow its random start.
      deviation: 0,
      until: UNTIL[scale],
      records: 120,
      seed: seed + index,
    })),
  ],
  run(c, tools) {
    if (c.kind === 'simulation') return simulateStudent(c, tools)
    const initial = zeroStudent(c.feedback.length, c.teacher)
    const flow = teacherStudentFlow({
      activation: 'erf',
      rule: 'dfa',
      units: c.feedback.length,
      rate: c.rate,
      teacher: { A: c.teacher, T: initial.T },
      feedback: c.feedback,
    })
    const { states } = integrateAdaptive(flow.derivative, flow.pack(initial), [0, ...c.times], {
      relative: 1e-10,
      absolute: 1e-16,
    })
    const early = { rate: c.rate, feedback: c.feedback, teacher: { A: c.teacher, T: initial.T } }
    const norm = c.teacher.reduce((sum, a) => sum + a * a, 0)
    const at = states.slice(1).map((y) => flow.unpack(y))
    return {
      outputs: at.map(({ v }, index) => [...v].map((value, i) => value / earlyOutput(early, i, c.times[index]))),
      overlaps: at.map(({ R }, index) =>
        [...R.data].map((value, i) =>
          value / earlyTeacherOverlap(early, Math.floor(i / c.teacher.length), i % c.teacher.length, c.times[index])
        )
      ),
      students: at.map(({ Q }, index) =>
        Q.data[0] / ((c.rate * c.rate * norm * c.feedback[0] * c.feedback[0] * 2 * c.times[index]) / (3 * Math.PI))
      ),
      studentLaw: c.times.map((t) =>
        earlyStudentOverlap(early, 0, 0, t)
        / ((c.rate * c.rate * norm * c.feedback[0] * c.feedback[0] * 2 * t) / (3 * Math.PI))
      ),
    }
  },
  judge(runs, scale) {
    const head = { source: 'refinetti2021 section 2.4b', method: 'order parameters' } as const
    const early = runs.flatMap((run) => (isSimulation(run) ? [] : [run.result as EarlyResult]))[0]
    const simulated = runs.filter(isSimulation)
    const worst = (ratios: readonly number[]): number =>
      ratios.reduce((a, b) => (Math.abs(b - 1) > Math.abs(a - 1) ? b : a))
    const cosines = simulated.map(({ configuration: c, result }) => result.outputs.map((v) => cosineTo(c.feedback, v)))
    const before = simulated.map(({ result }, run) =>
      Math.max(
        ...cosines[run].filter((cosine, index) =>
          Number.isFinite(cosine) && result.errors[index] > 0.95 * result.errors[0]
        ),
      )
    )
    const claims = [
      relative({
        ...head,
        id: 'early-v',
        statement:
          'v₀ over its law (η²/π²)‖A‖²F₀t² at t = 0.1, 1, 2, 5 (η = 0.1, A = (1, −0.5), F = (0.8, −1.3, 0.3), zero weights)',
      }, [0.9999, 0.998, 0.994, 0.966], early.outputs.map(([first]) => first), 0.001),
      relative({ ...head, id: 'early-v-worst', statement: 'the same at t = 2, 5, worst unit' }, [0.987, 0.936],
        early.outputs.slice(2).map(worst), 0.002),
      relative({ ...head, id: 'early-q', statement: 'Q₀₀ over its first term at t = 0.1, 1, 2: the law says 1 + 3t/π' },
        early.studentLaw.slice(0, 3), early.students.slice(0, 3), 0.015),
      relative({ ...head, id: 'early-r', statement: 'R_im over (√2/π)ηF_iA_m t at t = 0.1, worst unit' }, [1], [
        worst(early.overlaps[0]),
      ], 0.01),
      atLeast({
        ...head,
        method: 'simulation',
        id: 'early-align',
        statement: `N = ${
          simulated[0].configuration.inputs
        }, K = M = 2, zero weights: cos∠(v, F) reached while ε_g is above 95 % of its first value; the least of ${simulated.length} seeds`,
      }, Math.min(...before), 0.99),
    ]
    const declines = simulated.map((_, run) => Math.max(...cosines[run].filter(Number.isFinite)) - last(cosines[run]))
    if (scale !== 'quick') {
      claims.push(
        atLeast({
          ...head,
          method: 'simulation',
          id: 'early-decline',
          statement: `the loss of cos∠(v, F) from its maximum to t = ${
            simulated[0].configuration.until
          }: memorization; the least of ${simulated.length} seeds`,
        }, Math.min(...declines), 0, '> 0'),
      )
    }
    const x = { label: 't = steps/N', scale: 'log' } as const
    const series = (value: (run: number, index: number) => number) =>
      simulated.map(({ configuration: c, result }, run) => ({
        name: `seed ${c.seed}`,
        points: result.times.flatMap((t, index): [number, number][] => (t > 0 ? [[t, value(run, index)]] : [])),
      }))
    // The end of the first phase, by the seed that ends it first.
    const turn = Math.min(
      ...simulated.map(({ result }) =>
        result.times[result.errors.findIndex((error) => error < 0.95 * result.errors[0])] ?? Infinity
      ),
    )
    const marks = Number.isFinite(turn) ? [{ x: turn, label: 'align | memorize' }] : []
    return {
      claims: scale === 'quick'
        ? claims.map((claim) =>
          claim.id === 'early-align' && claim.verdict === 'fails' ? notCovered(claim, 'quick scale: N is small') : claim
        )
        : claims,
      figures: [{
        wide: true,
        svg: panels({
          share: 'x',
          figures: [{
            title: 'Distance from alignment',
            x,
            y: { label: '1 − cos∠(v, F)', scale: 'log' },
            series: series((run, index) => 1 - cosines[run][index]),
            marks,
          }, {
            title: 'Error',
            x,
            y: { label: 'ε_g' },
            series: series((run, index) => simulated[run].result.errors[index]),
            marks,
          }],
        }),
        caption:
          `How far the output weights are from the direction of the feedback, and generalization error; erf, K = M = 2, N = ${
            simulated[0].configuration.inputs
          }, η = 0.1, DFA, zero initial weights. The line: the first seed’s ε_g has lost 5 %.`,
      }],
    }
  },
})
