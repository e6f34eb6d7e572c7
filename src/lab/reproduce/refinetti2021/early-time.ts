// First align, then memorize.

import { unreachable } from '../../../tensor/index.ts'
import { earlyOutput, earlyOutputRatio, earlyStudentOverlap, earlyTeacherOverlap, integrateAdaptive,
  teacherStudentFlow } from '../../../theory/index.ts'
import { count, declared, last, perSeed, type Run, sideBySide } from '../index.ts'
import { cosinesOf, curveOf, sharedFeedback, simulateStudent, STUDENT, type StudentConfiguration, type StudentResult,
  type StudentScale, T_AXIS, zeroStudent } from '../two-layer/student.ts'

type Simulated = StudentConfiguration & { readonly kind: 'simulation' }
/** The equations from zero weights at the given times. */
interface Equations extends Pick<StudentConfiguration, 'teacher' | 'feedback' | 'rate'> {
  readonly kind: 'equations'
  readonly times: readonly number[]
}

/** Ratios of the integrated values to the laws at each time: v and R of every unit, Q₀₀ over its first term. */
interface EarlyResult {
  readonly outputs: readonly (readonly number[])[]
  readonly overlaps: readonly (readonly number[])[]
  readonly students: readonly number[]
  readonly studentLaw: readonly number[]
}

function integrateEarly({ teacher: A, feedback, rate, times }: Equations): EarlyResult {
  const initial = zeroStudent(feedback.length, A)
  const teacher = { A, T: initial.T }
  const flow = teacherStudentFlow({ activation: 'erf', rule: 'dfa', units: feedback.length, rate, teacher, feedback })
  const accuracy = { relative: 1e-10, absolute: 1e-16 }
  const { states } = integrateAdaptive(flow.derivative, flow.pack(initial), [0, ...times], accuracy)
  const early = { rate, feedback, teacher }
  const norm = A.reduce((sum, a) => sum + a * a, 0)
  const first = (t: number): number => (rate * rate * norm * feedback[0] * feedback[0] * 2 * t) / (3 * Math.PI)
  const at = states.slice(1).map((y) => flow.unpack(y))
  return {
    outputs: at.map(({ v }, time) => [...v].map((value, i) => value / earlyOutput(early, i, times[time]))),
    overlaps: at.map(({ R }, time) =>
      [...R.data].map((value, i) =>
        value / earlyTeacherOverlap(early, Math.floor(i / A.length), i % A.length, times[time])
      )
    ),
    students: at.map(({ Q }, time) => Q.data[0] / first(times[time])),
    studentLaw: times.map((t) => earlyStudentOverlap(early, 0, 0, t) / first(t)),
  }
}

const farthest = (ratios: readonly number[]): number =>
  ratios.reduce((a, b) => (Math.abs(b - 1) > Math.abs(a - 1) ? b : a))

/** Two phases of online learning. */
export const earlyTime = declared<StudentScale, Simulated | Equations, StudentResult | EarlyResult>({
  name: 'refinetti2021/early-time',
  title: 'Two phases: the output weights align before the error moves',
  source: 'refinetti2021; theory (3.24), (3.25), (3.26), (3.27)',
  method: 'order parameters',
  about:
    'From zero weights v grows as (η²/π²)‖A‖²F t², exactly parallel to the feedback F, while the error is still that of the start. Only then does the student memorize the teacher, and v leaves the direction of F again.',
  scales: {
    quick: { minutes: 0.02, seeds: 2, inputs: 200, until: 20 },
    default: { minutes: 0.2, seeds: 5, inputs: 500, until: 300 },
    paper: { minutes: 5, seeds: 20, inputs: 500, until: 3000 },
  },
  decidedAtQuick: ['early-v', 'early-q', 'early-r'],
  plan: ({ seeds, inputs, until }, first) => [
    // |A|² is not M here, so that a wrong power of A would show.
    { kind: 'equations', teacher: [1, -0.5], feedback: [0.8, -1.3, 0.3], rate: 0.1, times: [0.1, 1, 2, 5] },
    // Zero weights, as the laws assume: at σ₀ = 0.01 v must first outgrow its random start.
    ...perSeed(first, seeds,
      (seed): Simulated => ({ kind: 'simulation', ...STUDENT, inputs, feedback: sharedFeedback(2), deviation: 0, until,
        records: 120, seed })),
  ],
  run(c, tools) {
    if (c.kind === 'simulation') return simulateStudent(c, tools)
    return c.kind === 'equations' ? integrateEarly(c) : unreachable('early-time', c)
  },
  judge({ runs, claim, setting: { inputs, until } }) {
    const early = runs[0].result as EarlyResult
    const simulated = runs.slice(1) as readonly Run<Simulated, StudentResult>[]
    const cosines = simulated.map(cosinesOf)
    const isEarly = ({ result: { errors } }: Run<Simulated, StudentResult>, time: number): boolean =>
      errors[time] > 0.95 * errors[0]
    const finite = cosines.map((list) => list.filter(Number.isFinite))
    const before = simulated.map((run, index) =>
      Math.max(...cosines[index].filter((cosine, time) => Number.isFinite(cosine) && isEarly(run, time)))
    )
    const { teacher: A, feedback, rate, times } = runs[0].configuration as Equations
    const laws = { rate, feedback, teacher: { A, T: zeroStudent(feedback.length, A).T } }
    const law = times.map((t) => feedback.map((_, i) => earlyOutputRatio(laws, i, t)))
    const order = 'terms of order (ηt)⁴'
    const number = count(simulated.length, 'seed')
    const bySimulation = { method: 'simulation' } as const
    // The end of the first phase, by the seed that ends it first.
    const turn = Math.min(
      ...simulated.map((run) =>
        run.result.times[run.result.times.findIndex((_, time) => !isEarly(run, time))] ?? Infinity
      ),
    )
    const marks = Number.isFinite(turn) ? [{ x: turn, label: 'align | memorize' }] : []
    const series = (value: (run: number, time: number) => number) =>
      simulated.map(({ configuration: { seed }, result: { times } }, run) =>
        curveOf(`seed ${seed}`, times, times.map((_, time) => value(run, time)))
      )
    return {
      claims: [
        claim.relative('early-v',
          'v₀ over (η²/π²)‖A‖²F₀t² at t = 0.1, 1, 2, 5, and the next orders of the law (η = 0.1, A = (1, −0.5), F = (0.8, −1.3, 0.3), zero weights)',
          early.outputs.map(([unit]) => unit), law.map(([unit]) => unit), 0.001, order),
        claim.relative('early-v-worst', 'the same at t = 2, 5, worst unit', early.outputs.slice(2).map(farthest),
          law.slice(2).map(farthest), 0.01, order),
        claim.relative('early-q', 'Q₀₀ over its first term at t = 0.1, 1, 2: the law says 1 + 3t/π',
          early.students.slice(0, 3), early.studentLaw.slice(0, 3), 0.015, 'the next order in t'),
        claim.relative('early-r', 'R_im over (√2/π)ηF_i A_m t at t = 0.1, worst unit', farthest(early.overlaps[0]), 1,
          0.01, 'the next order in t'),
        claim.atLeast('early-align',
          `N = ${inputs}, K = M = 2, zero weights: cos∠(v, F) reached while ε_g is above 95 % of its first value; the least of ${number}`,
          Math.min(...before), 0.99, 'finite N', bySimulation),
        claim.above('early-decline',
          `the loss of cos∠(v, F) from its maximum to t = ${until}: memorization; the least of ${number}`,
          Math.min(...finite.map((list) => Math.max(...list.slice(0, -1)) - last(list))), 0, 'sign', bySimulation),
      ],
      figures: [
        sideBySide(
          `How far the output weights are from the direction of the feedback, and generalization error; erf, K = M = 2, N = ${inputs}, η = 0.1, DFA, zero initial weights. The line: the first seed’s ε_g has lost 5 %.`,
          [{ title: 'Distance from alignment', x: T_AXIS, y: { label: '1 − cos∠(v, F)', scale: 'log' },
            series: series((run, time) => 1 - cosines[run][time]), marks }, { title: 'Error', x: T_AXIS,
            y: { label: 'ε_g' }, series: series((run, time) => simulated[run].result.errors[time]), marks }],
        ),
      ],
    }
  },
})
