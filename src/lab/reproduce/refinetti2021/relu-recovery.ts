// Section 2.4d: a ReLU student learns only when enough of its feedback has the right sign.

import { absolute, atLeast, atMost, notCovered } from '../../claims/legacy.ts'
import { lineFigure } from '../../report/figure.ts'
import { randomStream, uniform } from '../../../tensor/index.ts'
import { successProbability } from '../../../theory/index.ts'
import { experiment, type Run, type Scale } from '../experiment.ts'
import { last, simulateStudent, type StudentConfiguration, type StudentResult } from '../two-layer/student.ts'

type Configuration = StudentConfiguration & { readonly kind: 'pattern' | 'random' }

const PATTERNS = ['++', '+-', '--', '++-', '+--', '++--', '+---']
const SEEDS: Readonly<Record<Scale, number>> = { quick: 1, default: 6, paper: 20 }
const DRAWS: Readonly<Record<Scale, number>> = { quick: 2, default: 24, paper: 100 }
const UNTIL: Readonly<Record<Scale, number>> = { quick: 150, default: 1500, paper: 3000 }
const TEACHER_UNITS = 2

const signs = (feedback: readonly number[]): string => feedback.map((value) => (value > 0 ? '+' : '−')).join('')
const positives = (feedback: readonly number[]): number => feedback.filter((value) => value > 0).length

/** refinetti2021 section 2.4d. */
export const reluRecovery = experiment<Configuration, StudentResult>({
  name: 'refinetti2021/relu-recovery',
  title: 'ReLU students fail when the feedback has the wrong signs',
  source: 'refinetti2021 section 2.4d',
  about:
    'A ReLU unit cannot turn the sign of its output weight against its feedback. A positive teacher of M units is recovered only if at least M feedback weights are positive, which random signs give with probability 2^−K Σ_{k≤K−M} C(K, k).',
  data: [],
  minutes: { quick: 0.05, default: 2.7, paper: 25 },
  revision: 1,
  plan(scale, seed) {
    const base = {
      activation: 'relu',
      rule: 'dfa',
      inputs: scale === 'quick' ? 60 : 500,
      teacher: Array.from({ length: TEACHER_UNITS }, () => 1),
      rate: 0.1,
      deviation: 0.01,
      until: UNTIL[scale],
      records: 40,
    } as const
    return [
      ...PATTERNS.flatMap((pattern) =>
        Array.from({ length: SEEDS[scale] },
          (_, index): Configuration => ({
            kind: 'pattern',
            ...base,
            feedback: [...pattern].map((sign) => (sign === '+' ? 1 : -1)),
            seed: seed + index,
          }))
      ),
      // |F_k| = 1: a small |F_k| of the right sign only takes longer, and longer than any given time.
      ...[2, 3, 4].flatMap((units) =>
        Array.from({ length: DRAWS[scale] }, (_, index): Configuration => {
          const stream = randomStream(seed + index, `refinetti2021/relu-signs/${units}`)
          return {
            kind: 'random',
            ...base,
            feedback: Array.from({ length: units }, () => (uniform(stream) < 0.5 ? 1 : -1)),
            seed: seed + 1000 + index,
          }
        })
      ),
    ]
  },
  run: (c, tools) => simulateStudent(c, tools),
  judge(runs, scale) {
    const head = { source: 'refinetti2021 section 2.4d', method: 'simulation' } as const
    const final = ({ result }: Run<Configuration, StudentResult>): number => last(result.errors)
    const learnt = runs.filter(({ configuration: c }) => positives(c.feedback) >= TEACHER_UNITS)
    const failed = runs.filter(({ configuration: c }) => positives(c.feedback) < TEACHER_UNITS)
    const { until, inputs } = runs[0].configuration
    const random = [2, 3, 4].map((units) =>
      runs.filter(({ configuration: c }) => c.kind === 'random' && c.feedback.length === units)
    )
    const share = random.map((list) => list.filter((run) => final(run) < 1e-3).length / list.length)
    const claims = [
      atMost({
        ...head,
        id: 'relu-learns',
        statement:
          `largest final ε_g with at least ${TEACHER_UNITS} positive feedback weights, ${learnt.length} runs (M = 2, η = 0.1, N = ${inputs}, t = ${until})`,
      }, Math.max(...learnt.map(final)), 1e-3, '< 10⁻³'),
      atLeast({ ...head, id: 'relu-fails', statement: `least final ε_g with fewer, ${failed.length} runs` },
        Math.min(...failed.map(final)), 0.05, '0.078 … 0.72'),
      ...[2, 3, 4].map((units, index) =>
        absolute({
          ...head,
          id: `relu-share-${units}`,
          statement: `share of learners among ${
            random[index].length
          } random sign patterns, K = ${units}; tolerance two binomial standard errors`,
        }, [successProbability(units, TEACHER_UNITS)], [share[index]],
          2
            * Math.sqrt(
              (successProbability(units, TEACHER_UNITS) * (1 - successProbability(units, TEACHER_UNITS)))
                / random[index].length,
            ))
      ),
    ]
    const patterns = PATTERNS.map((pattern) =>
      runs.filter(({ configuration: c }) => c.kind === 'pattern' && signs(c.feedback) === pattern.replaceAll('-', '−'))
    )
    return {
      claims: scale === 'quick'
        ? claims.map((claim) =>
          claim.verdict === 'fails' || claim.id.startsWith('relu-share')
            ? notCovered(claim, 'quick scale: short times, few draws')
            : claim
        )
        : claims,
      figures: [{
        svg: lineFigure({
          title: 'ReLU students by the signs of F',
          x: { label: 't = steps/N', scale: 'log' },
          y: { label: 'ε_g', scale: 'log' },
          series: patterns.map((list) => ({
            name: signs(list[0].configuration.feedback),
            points: list[0].result.times.flatMap((t, index): [number, number][] =>
              t > 0 ? [[t, Math.max(1e-14, list[0].result.errors[index])]] : []
            ),
            draw: 'line' as const,
          })),
        }),
        caption:
          `Generalization error of the first seed for each pattern of feedback signs, |F_k| = 1, M = 2 positive teacher units, N = ${inputs}, η = 0.1. Two plus signs are enough; more minus signs only go unused. Values below 10⁻¹⁴ are drawn there.`,
      }],
      tables: [{
        caption: `Final ε_g at t = ${until} by signs of F, ${SEEDS[scale]} seeds`,
        table: {
          columns: [{ name: 'signs' }, { name: 'least' }, { name: 'largest' }, { name: 'page' }],
          rows: patterns.map((
            list,
            index,
          ) => [signs(list[0].configuration.feedback), Math.max(0, Math.min(...list.map(final))),
            Math.max(...list.map(final)),
            ['3e−13 … 4e−11', '0.078 … 0.10', '0.62 … 0.72', '1e−8 … 1e−7', '0.078 … 0.10', '5e−7 … 6e−6',
              '0.078 … 0.10'][index]]
          ),
        },
      }],
    }
  },
})
