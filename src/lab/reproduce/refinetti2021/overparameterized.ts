// Section 2.4e: with more units than the teacher, the student learns and keeps its alignment.

import { atLeast, atMost, notCovered } from '../../claims/legacy.ts'
import { panels } from '../../report/panels.ts'
import { meanAndDeviation } from '../../../dfa/index.ts'
import { successProbability } from '../../../theory/index.ts'
import { experiment, type Scale } from '../experiment.ts'
import { meanSeries } from '../series.ts'
import { cosineTo, last, sharedFeedback, signAgreement, simulateStudent, type StudentConfiguration,
  type StudentResult } from '../two-layer/student.ts'

const SEEDS: Readonly<Record<Scale, number>> = { quick: 1, default: 10, paper: 40 }
const UNTIL: Readonly<Record<Scale, number>> = { quick: 60, default: 1500, paper: 10000 }
const UNITS = [2, 4, 8]

/** refinetti2021 section 2.4e. */
export const overparameterized = experiment<StudentConfiguration, StudentResult>({
  name: 'refinetti2021/overparameterized',
  title: 'Overparameterized students keep their alignment',
  source: 'refinetti2021 section 2.4e',
  about:
    'A student with K > M units has room for the teacher and for the direction of the feedback: it reaches small errors with v still along F.',
  data: [],
  minutes: { quick: 0.03, default: 1.3, paper: 40 },
  revision: 1,
  plan: (scale, seed) =>
    UNITS.flatMap((units) =>
      Array.from({ length: SEEDS[scale] },
        (_, index): StudentConfiguration => ({
          activation: 'erf',
          rule: 'dfa',
          inputs: scale === 'quick' ? 60 : 500,
          teacher: [1, 1],
          feedback: sharedFeedback(units),
          rate: 0.1,
          deviation: 0.01,
          until: UNTIL[scale],
          records: 60,
          seed: seed + index,
        }))
    ),
  run: (c, tools) => simulateStudent(c, tools),
  judge(runs, scale) {
    const head = { source: 'refinetti2021 section 2.4e', method: 'simulation' } as const
    const of = (units: number) => runs.filter(({ configuration }) => configuration.feedback.length === units)
    const cosines = (units: number): number[][] =>
      of(units).map(({ configuration: c, result }) => result.outputs.map((v) => cosineTo(c.feedback, v)))
    const final = (units: number): number => meanAndDeviation(cosines(units).map(last)).mean
    const agreement = (units: number): number =>
      meanAndDeviation(of(units).map(({ configuration: c, result }) => signAgreement(c.feedback, last(result.outputs))))
        .mean
    const errors = (units: number): number[] => of(units).map(({ result }) => last(result.errors))
    const { until } = runs[0].configuration
    const claims = [4, 8].flatMap((
      units,
    ) => [
      atMost({
        ...head,
        id: `over-error-${units}`,
        statement: `K = ${units}, M = 2: largest final ε_g of ${of(units).length} seeds at t = ${until} (page: ${
          units === 4 ? '4e−6 … 2e−3' : '3e−5 … 4e−4'
        })`,
      }, Math.max(...errors(units)), 5e-3, '< 5·10⁻³'),
      atLeast({
        ...head,
        id: `over-signs-${units}`,
        statement: `K = ${units}: share of units with sign v = sign F (page: ${units === 4 ? '1.00' : '0.98'})`,
      }, agreement(units), 0.9),
      atLeast({
        ...head,
        id: `over-cosine-${units}`,
        statement: `K = ${units}: mean final cos∠(v, F) (page: 0.98 … 1.00)`,
      }, final(units), 0.95),
    ])
    const x = { label: 't = steps/N', scale: 'log' } as const
    const times = runs[0].result.times.slice(1)
    return {
      claims: scale === 'quick'
        ? claims.map((claim) => (claim.verdict === 'fails' ? notCovered(claim, 'quick scale: short times') : claim))
        : claims,
      figures: [{
        wide: true,
        svg: panels({
          share: 'x',
          figures: [{
            title: 'Alignment',
            x,
            y: { label: 'cos∠(v, F)' },
            series: UNITS.map((units) =>
              meanSeries(`K = ${units}`, times, cosines(units).map((curve) => curve.slice(1)))
            ),
          }, {
            title: 'Error (geometric mean)',
            x,
            y: { label: 'ε_g', scale: 'log' },
            series: UNITS.map((units) => {
              const log = meanSeries(`K = ${units}`, times,
                of(units).map(({ result }) => result.errors.slice(1).map((error) => Math.log(error))))
              return {
                ...log,
                points: log.points.map(([t, y]): [number, number] => [t, Math.exp(y)]),
                band: (log.band ?? []).map((
                  [t, low, high],
                ): [number, number, number] => [t, Math.exp(low), Math.exp(high)]),
              }
            }),
          }],
        }),
        caption: `Mean over ${of(4).length} seeds with a band of one standard deviation; erf, M = 2, N = ${
          runs[0].configuration.inputs
        }, η = 0.1. v turns towards F before the error moves and, with units to spare, keeps that direction while the teacher is learnt.`,
      }],
      findings: [
        `ReLU students profit in the same way: the chance that at least two of K random signs are positive is ${
          UNITS.map((units) => `${successProbability(units, 2).toFixed(3)} at K = ${units}`).join(', ')
        } (relu-recovery).`,
      ],
    }
  },
})
