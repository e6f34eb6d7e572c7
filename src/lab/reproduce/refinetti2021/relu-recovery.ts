// A ReLU student learns only when enough of its feedback has the right sign.

import { randomStream, uniform } from '../../../tensor/index.ts'
import { successProbability } from '../../../theory/index.ts'
import { count, declared, drawn, last, perSeed, type Run, tableOf } from '../index.ts'
import { curveOf, simulateStudent, STUDENT, type StudentConfiguration, type StudentResult,
  T_AXIS } from '../two-layer/student.ts'

type Configuration = StudentConfiguration & { readonly kind: 'pattern' | 'random' }
type Student = Run<Configuration, StudentResult>

const PATTERNS = ['++', '+-', '--', '++-', '+--', '++--', '+---']
const TEACHER_UNITS = STUDENT.teacher.length
const RANDOM_UNITS = [2, 3, 4]

const signs = (feedback: readonly number[]): string => feedback.map((value) => (value > 0 ? '+' : '-')).join('')
const positives = (feedback: readonly number[]): number => feedback.filter((value) => value > 0).length
const final = ({ result }: Student): number => last(result.errors)

type Setting = Readonly<Record<'seeds' | 'draws' | 'inputs' | 'until', number>>

/** Recovery of a ReLU teacher by the signs of the feedback. */
export const reluRecovery = declared<Setting, Configuration, StudentResult>({
  name: 'refinetti2021/relu-recovery',
  title: 'ReLU students fail when the feedback has the wrong signs',
  source: 'refinetti2021; theory (3.30), (3.31), (3.32)',
  method: 'simulation',
  about:
    'A ReLU unit cannot turn the sign of its output weight against its feedback. A positive teacher of M units is recovered only if at least M feedback weights are positive, which random signs give with probability 2^−K Σ_{k≤K−M} C(K, k).',
  scales: {
    quick: { minutes: 0.05, seeds: 1, draws: 2, inputs: 60, until: 150 },
    default: { minutes: 2.7, seeds: 6, draws: 24, inputs: 500, until: 1500 },
    paper: { minutes: 25, seeds: 20, draws: 100, inputs: 500, until: 3000 },
  },
  decidedAtQuick: [],
  plan({ seeds, draws, inputs, until }, first) {
    const base = { ...STUDENT, activation: 'relu', inputs, until, records: 40 } as const
    return [
      ...PATTERNS.flatMap((pattern) =>
        perSeed(first, seeds, (seed): Configuration => {
          const feedback = [...pattern].map((sign) => (sign === '+' ? 1 : -1))
          return { kind: 'pattern', ...base, feedback, seed }
        })
      ),
      // |F_k| = 1: a small |F_k| of the right sign only takes longer, and longer than any given time.
      ...RANDOM_UNITS.flatMap((units) =>
        perSeed(first, draws, (seed): Configuration => {
          const stream = randomStream(seed, `refinetti2021/relu-signs/${units}`)
          const feedback = Array.from({ length: units }, () => (uniform(stream) < 0.5 ? 1 : -1))
          return { kind: 'random', ...base, feedback, seed: seed + 1000 }
        })
      ),
    ]
  },
  run: (c, tools) => simulateStudent(c, tools),
  judge({ runs, claim, setting: { seeds, inputs, until } }) {
    const enough = ({ configuration }: Student): boolean => positives(configuration.feedback) >= TEACHER_UNITS
    const able = runs.filter(enough)
    const unable = runs.filter((run) => !enough(run))
    const patterns = PATTERNS.map((pattern) =>
      runs.filter(({ configuration: c }) => c.kind === 'pattern' && signs(c.feedback) === pattern)
    )
    return {
      claims: [
        claim.below('relu-learns',
          `largest final ε_g with at least ${TEACHER_UNITS} positive feedback weights, ${count(able.length, 'run')} `
            + `(M = 2, η = 0.1, N = ${inputs}, t = ${until})`, Math.max(...able.map(final)), 1e-3, 'finite time'),
        claim.atLeast('relu-fails', `least final ε_g with fewer, ${count(unable.length, 'run')}`,
          Math.min(...unable.map(final)), 0.05, 'drawn teachers; one direction alone leaves 0.0885 at T = I'),
        ...RANDOM_UNITS.map((units) => {
          const list = runs.filter(({ configuration: c }) => c.kind === 'random' && c.feedback.length === units)
          const p = successProbability(units, TEACHER_UNITS)
          const share = list.filter((run) => final(run) < 1e-3).length / list.length
          return claim.absolute(`relu-share-${units}`,
            `share of learners among ${list.length} random sign patterns, K = ${units}`, share, p,
            2 * Math.sqrt((p * (1 - p)) / list.length), 'two binomial standard errors')
        }),
      ],
      figures: [
        drawn(
          `Generalization error of the first seed for each pattern of feedback signs, |F_k| = 1, M = 2 positive teacher units, N = ${inputs}, η = 0.1. Two plus signs are enough; more minus signs only go unused. Values below 10⁻¹⁴ are drawn there.`,
          { title: 'ReLU students by the signs of F', x: T_AXIS, y: { label: 'ε_g', scale: 'log' },
            series: patterns.map(([{ configuration: c, result: { times, errors } }]) =>
              curveOf(signs(c.feedback).replaceAll('-', '−'), times, errors.map((error) => Math.max(1e-14, error)), {
                draw: 'line',
              })
            ) },
        ),
      ],
      tables: [
        tableOf(`Final ε_g at t = ${until} by signs of F, ${count(seeds, 'seed')}`, ['signs', 'least', 'largest'],
          patterns.map((list, index) => {
            const ends = list.map(final)
            return [PATTERNS[index].replaceAll('-', '−'), Math.max(0, Math.min(...ends)), Math.max(...ends)]
          })),
      ],
    }
  },
})
