// With more units than the teacher, the student learns and keeps its alignment.

import { successProbability } from '../../../theory/index.ts'
import { type Claim, count, declared, last, mapped, meanSeries, perSeed, sample, sideBySide } from '../index.ts'
import { cosinesOf, sharedFeedback, signsOf, simulateStudent, STUDENT, type Student, type StudentConfiguration,
  type StudentResult, type StudentScale, T_AXIS } from '../two-layer/student.ts'

const UNITS = [2, 4, 8]

/** Students with units to spare. */
export const overparameterized = declared<StudentScale, StudentConfiguration, StudentResult>({
  name: 'refinetti2021/overparameterized',
  title: 'Overparameterized students keep their alignment',
  source: 'refinetti2021; theory (3.28), (3.30)',
  method: 'simulation',
  about:
    'A student with K > M units has room for the teacher and for the direction of the feedback: it reaches small errors with v still along F.',
  scales: {
    quick: { minutes: 0.03, seeds: 1, inputs: 60, until: 60 },
    default: { minutes: 1.3, seeds: 10, inputs: 500, until: 1500 },
    paper: { minutes: 40, seeds: 40, inputs: 500, until: 10_000 },
  },
  decidedAtQuick: ['over-signs', 'over-cosine'],
  plan: ({ seeds, inputs, until }, first) =>
    UNITS.flatMap((units) =>
      perSeed(first, seeds,
        (seed) => ({ ...STUDENT, inputs, feedback: sharedFeedback(units), until, records: 60, seed }))
    ),
  run: (c, tools) => simulateStudent(c, tools),
  judge({ runs, claim, setting: { seeds, inputs, until } }) {
    const of = (units: number): readonly Student[] =>
      runs.filter(({ configuration }) => configuration.feedback.length === units)
    const times = runs[0].result.times.slice(1)
    const series = (value: (run: Student) => readonly number[]) =>
      UNITS.map((units) => meanSeries(`K = ${units}`, times, of(units).map((run) => value(run).slice(1))))
    const logErrors = series(({ result: { errors } }) => errors.map((error) => Math.log(error)))
    const claimsAt = (
      units: number,
    ): readonly Claim[] => [
      claim.below(`over-error-${units}`,
        `K = ${units}, M = 2: largest final ε_g of ${count(seeds, 'seed')} at t = ${until}`,
        Math.max(...of(units).map(({ result }) => last(result.errors))), 5e-3, 'finite time'),
      claim.atLeast(`over-signs-${units}`, `K = ${units}: share of units with sign v = sign F`,
        sample(of(units).map(signsOf)), 0.9, 'finite N: small |F_k|'),
      claim.atLeast(`over-cosine-${units}`, `K = ${units}: final cos∠(v, F)`, sample(of(units).map((run) =>
        last(cosinesOf(run))
      )), 0.95, 'finite N'),
    ]
    const chances = UNITS.map((units) => `${successProbability(units, 2).toFixed(3)} at K = ${units}`)
    return {
      claims: [4, 8].flatMap(claimsAt),
      figures: [
        sideBySide(
          `Means over seeds (${seeds}) with a band from the least to the largest; erf, M = 2, N = ${inputs}, η = 0.1. v turns towards F before the error moves and, with units to spare, keeps that direction while the teacher is learnt.`,
          [{ title: 'Alignment', x: T_AXIS, y: { label: 'cos∠(v, F)' }, series: series(cosinesOf) }, {
            title: 'Error (geometric mean)',
            x: T_AXIS,
            y: { label: 'ε_g', scale: 'log' },
            series: logErrors.map((one) => mapped(one, Math.exp)),
          }],
        ),
      ],
      findings: [
        'ReLU students profit in the same way: the chance that at least two of K random signs are positive is '
        + `${chances.join(', ')} (relu-recovery).`,
      ],
    }
  },
})
