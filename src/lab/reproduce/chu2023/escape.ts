// A minimum that backpropagation would keep, left by feedback alignment, and the other minimum at which it arrives.

import { count } from '../../report/format.ts'
import { last, sample } from '../../statistics.ts'
import { declared, perSeed, type Run } from '../experiment.ts'
import { sideBySide, tableOf } from '../series.ts'
import { type Escape, type EscapePath, FIT, followEscape } from '../stability/linear-escape.ts'

type Escaped = Run<Escape, EscapePath>

const SETTINGS: readonly Pick<Escape, 'sizes' | 'first' | 'oscillation'>[] = [{
  sizes: [10, 5, 3],
  first: 1,
  oscillation: 0,
}, { sizes: [10, 5, 3], first: 1, oscillation: 0.8 }, { sizes: [3, 6, 2], first: 0.3, oscillation: 0 }, {
  sizes: [12, 8, 4],
  first: 1.5,
  oscillation: 0,
}, { sizes: [8, 5, 5, 2], first: 1, oscillation: 0 }]

const nameOf = ({ sizes, oscillation }: Pick<Escape, 'sizes' | 'oscillation'>): string =>
  `${sizes.join('-')}${oscillation === 0 ? '' : ', complex'}`

/** Where errors are rounding only, a cosine says nothing. */
const shown = (path: EscapePath, values: readonly number[]): readonly (readonly [number, number])[] =>
  path.times.flatMap((t, i) => path.errors[i] > 1e-10 ? [[t, values[i]] as const] : [])

/** Feedback alignment leaves an unstable minimum. */
export const escape = declared<Readonly<Record<'seeds' | 'records', number>>, Escape, EscapePath>({
  name: 'chu2023/escape',
  title: 'Escape from an unstable minimum to a stable one',
  source: 'chu2023; theory (6.8), (6.19), (6.25)',
  method: 'float64 network',
  about:
    'A linear network at a minimum of zero loss, and feedback for which one mode (or one pair) of W_L ⋯ W₂F₁ is the most negative. Weights are disturbed by 10⁻⁸. Theory gives the rate at which the error grows; the loss rises to the order of the teacher itself, and falls to zero at another minimum, which is stable.',
  data: [],
  revision: 1,
  scales: {
    quick: { minutes: 0.05, seeds: 1, records: 100 },
    default: { minutes: 0.15, seeds: 5, records: 100 },
    paper: { minutes: 0.6, seeds: 20, records: 100 },
  },
  decidedAtQuick: ['escape'],
  plan: ({ seeds, records }, first) =>
    SETTINGS.flatMap((setting) => perSeed(first, seeds, (seed) => ({ ...setting, records, seed }))),
  run: (c, { progress }) => followEscape(c, progress),
  judge({ runs, claim, setting: { seeds } }) {
    const groups = SETTINGS.map((setting) => ({
      name: nameOf(setting),
      runs: runs.filter(({ configuration: c }) => nameOf(c) === nameOf(setting)),
    }))
    const narrow = runs.filter(({ configuration: { sizes } }) => sizes[0] > sizes[1])
    const worst = (some: readonly Escaped[], value: (path: EscapePath) => number): number =>
      Math.max(...some.map(({ result }) => value(result)))
    const least = (some: readonly Escaped[], value: (path: EscapePath) => number): number =>
      -worst(some, (path) => -value(path))
    const all = `${SETTINGS.map(nameOf).join('; ')}; ${count(seeds, 'seed')} each`
    return {
      claims: [
        claim.atMost('escape-rate',
          `growth rate of ‖D‖ by a fit, over that of the operator: largest |ratio − 1|, ${all}`,
          worst(runs, ({ fitted, rate }) => Math.abs(fitted / rate - 1)), 0.02, 'an error of 1 % is not quite linear'),
        claim.above('escape-peak', 'largest ‖D‖ on the way, over ‖T‖: not a small detour',
          least(runs, ({ errors }) => Math.max(...errors)), 0.01, 'the end of the fitted growth'),
        claim.atMost('escape-ends', '‖D‖/‖T‖ at the end (by t = 3000 at the latest): zero loss again',
          worst(runs, ({ errorAtEnd }) => errorAtEnd), 1e-11, 'where a path is taken for arrived'),
        claim.above('escape-elsewhere', '‖ΔW‖/‖W‖ from the first minimum to the last',
          least(runs, ({ displacement }) => displacement), 0.01, 'a million times the disturbance'),
        claim.above('escape-stable', 'least rate at the end: a stable minimum',
          least(runs, ({ leastAtEnd }) => leastAtEnd), 0, 'sign'),
        claim.above('escape-aligned', 'and, with more inputs than hidden units, cos∠((W_L ⋯ W₂)ᵀ, F₁) there',
          least(narrow, ({ weight }) => last(weight)), 0, 'sign'),
        claim.atMost('escape-control', 'largest ‖D‖ over the first under backpropagation from the same point',
          worst(runs, ({ control }) => control), 1 + 1e-9, 'rounding'),
        claim.atMost('escape-conserved', 'largest change of ⟨F_{L−1}ᵀ, W_L⟩ − ½‖W_{L−1}‖² over ‖W‖',
          worst(runs, ({ drift }) => drift), 1e-6, 'fourth-order integration'),
      ],
      figures: [
        sideBySide('Error of the first seed of each setting. Dashed: the growth that the operator predicts.',
          groups.map(({ name, runs: [{ result: path }] }) => {
            const from = path.errors.findIndex((error, i) => error >= FIT[0] && path.times[i] > 1)
            const to = path.errors.findIndex((error) => error >= FIT[1])
            return {
              title: name,
              x: { label: 't' },
              y: { label: '‖D‖/‖T‖', scale: 'log' as const, domain: [1e-16, 10] as const },
              series: [{ name: 'error', points: path.times.map((t, i) => [t, path.errors[i]] as const) }, {
                name: 'theory',
                dashed: true,
                points: [from, to].map((i) =>
                  [path.times[i], path.errors[from] * Math.exp(path.rate * (path.times[i] - path.times[from]))] as const
                ),
              }],
            }
          })),
        sideBySide(
          'Alignments along the same paths, while the error is above rounding. The whole gradient is misaligned while the error grows and aligned while it falls; with a complex pair the cosine oscillates. Weight alignment ends positive where inputs outnumber hidden units.',
          groups.map(({ name, runs: [{ result: path }] }) => ({
            title: name,
            x: { label: 't' },
            y: { label: 'cosine', domain: [-1, 1] as const },
            series: [{ name: 'whole gradient', points: shown(path, path.whole) }, {
              name: 'gradient of W₁',
              points: shown(path, path.hidden),
            }, { name: 'weights', points: shown(path, path.weight) }],
            marks: [{ y: 0 }],
          })),
        ),
      ],
      tables: [
        tableOf(`Means over ${count(seeds, 'seed')}`, ['setting',
          ...['rate, theory', 'rate, fitted', 'peak ‖D‖/‖T‖', 'weight cos, start', 'weight cos, end', 'least rate, end',
            '‖ΔW‖/‖W‖'].map((name) => ({ name, digits: 3 }))],
          groups.map(({ name, runs: some }) => [name, ...[(p: EscapePath) =>
            p.rate, (p: EscapePath) =>
            p.fitted, (p: EscapePath) =>
            Math.max(...p.errors), (p: EscapePath) =>
            p.weight[0], (p: EscapePath) => last(p.weight), (p: EscapePath) => p.leastAtEnd, (p: EscapePath) =>
            p.displacement].map((value) => sample(some.map(({ result }) => value(result))).mean)]
          )),
      ],
    }
  },
})
