// The walk in weight space: length and direction of steps, and how far they lead.

import { type LineFigure } from '../../report/figure.ts'
import { last, mean, sample } from '../../statistics.ts'
import { grouped } from '../deep/summary.ts'
import { declared, perSeed } from '../experiment.ts'
import { READS, SIZES, type Sizes, trainingText } from '../fixed-points/plan.ts'
import { exponent, walkAlong, type WalkConfiguration, type WalkResult } from '../fixed-points/steps.ts'
import { meanSeries, overSeeds, sideBySide, spread, tableOf } from '../series.ts'

interface Setting extends Sizes {
  /** Samples of the walk by full batches, and its steps. */
  readonly whole: readonly [samples: number, epochs: number]
  readonly seeds: number
}
interface Group {
  readonly name: string
  readonly configuration: WalkConfiguration
  readonly results: readonly WalkResult[]
}

const RULES = ['BP', 'FA', 'DFA'] as const
/** Midway between diffusion, where the square of the displacement grows as the steps, and a straight line, where it grows as their square. */
const MIDWAY = 1.5

/** Statistics of updates under three rules. */
export const walk = declared<Setting, WalkConfiguration, WalkResult>({
  name: 'chu2023/walk',
  title: 'How weights walk: diffusion or a straight line',
  source: 'chu2023 abstract',
  method: 'training',
  about: 'Random feedback makes every update a random linear image of the error; is training a random walk? Lengths of '
    + 'updates, the cosine of successive ones and the squared displacement against the number of steps: its exponent is 2 '
    + 'on a straight line and 1 in diffusion. By full batches, where the rule alone decides, and by small ones.',
  ...READS,
  revision: 1,
  scales: {
    quick: { minutes: 0.03, ...SIZES.quick, whole: [300, 100], seeds: 2 },
    default: { minutes: 0.3, ...SIZES.default, whole: [1000, 600], seeds: 3 },
    paper: { minutes: 75, ...SIZES.paper, whole: [5000, 1000], epochs: 3, seeds: 5 },
  },
  decidedAtQuick: [],
  plan: ({ dataset, trainingSamples, epochs, batch, rate, width, whole: [samples, steps], seeds }, first) =>
    RULES.flatMap((rule) =>
      ([[trainingSamples, batch, epochs], [samples, samples, steps]] as const).flatMap(([some, size, passes]) =>
        perSeed(first, seeds, (seed) => ({
          dataset,
          trainingSamples: some,
          epochs: passes,
          batch: size,
          rate,
          rule,
          hidden: [width, width, width],
          activation: 'tanh' as const,
          initialScale: 1,
          loss: 'cross-entropy' as const,
          records: 40,
          seed,
        }))
      )
    ),
  run: (c, tools) => walkAlong(c, tools),
  judge({ runs, claim, setting }) {
    const groups = grouped(runs, ({ configuration: c }) => `${c.rule}, ${sizeOf(c)}`).map(([name, own]): Group => ({
      name,
      configuration: own[0].configuration,
      results: own.map(({ result }) => result),
    }))
    const whole = groups.filter(({ configuration: c }) => isWhole(c))
    const small = groups.filter(({ configuration: c }) => !isWhole(c))
    const early = ({ results }: Group) => sample(results.map((one) => tenth(one.cosine, 0)))
    const exponents = ({ results }: Group) => sample(results.map((one) => exponent(one, 0.1)))
    const names = RULES.join(', ')
    const columns: readonly (readonly [(one: WalkResult) => number, number])[] = [[({ loss }) => last(loss), 3], [
      ({ cosine }) => tenth(cosine, 0),
      3,
    ], [({ cosine }) => tenth(cosine, 9), 3], [(one) => exponent(one, 0.1), 2], [(one) => exponent(one, 1), 2], [
      straightness,
      2,
    ]]
    return {
      claims: [
        claim.above('walk-cosine', `full batches, first tenth: mean cosine of successive updates, ${names}`,
          whole.map(early), 0, 'sign alone'),
        claim.above('walk-cosine-batches', `the same by small batches, ${names}`, small.map(early), 0, 'sign alone'),
        claim.above('walk-ballistic', `full batches, first tenth: exponent of the squared displacement, ${names}`,
          whole.map(exponents), MIDWAY, 'midway between diffusion and a straight line'),
        claim.above('walk-exponent-batches', `small batches, first tenth: the same, ${names}`, small.map(exponents), 1,
          'diffusion'),
        claim.below('walk-turns',
          `small batches: mean cosine of successive updates in the last tenth less in the first, ${names}`,
          small.map(({ results }) => sample(results.map(({ cosine }) => tenth(cosine, 9) - tenth(cosine, 0)))), 0,
          'sign alone'),
      ],
      figures: [
        sideBySide(
          `All weights as one vector, ${
            overSeeds(setting.seeds)
          }. Dashed: what a straight line and diffusion would give from the first step.`,
          [displacementFigure('Full batches', whole), displacementFigure('Small batches', small)],
          'none',
        ),
        sideBySide('Over the walk: cosine of successive updates and their lengths, means over stretches of steps.', [
          overSteps('Cosine, full batches', 'cosine', whole, 'cosine'),
          overSteps('Cosine, small batches', 'cosine', small, 'cosine'),
          overSteps('Length, full batches', 'length', whole, 'length'),
          overSteps('Length, small batches', 'length', small, 'length'),
        ], 'none'),
      ],
      tables: [
        tableOf('Walks: means over seeds ± one standard deviation', ['walk', 'loss at the end', 'cosine, first tenth',
          'cosine, last tenth', 'exponent, first tenth', 'exponent, all', 'displacement over length of the way'],
          groups.map((group) => [group.name, ...columns.map(([of, digits]) => spread(group.results.map(of), digits))])),
        tableOf('Mean length of a step by layer', ['walk', ...whole[0].results[0].layers.map((_, l) => `W_${l + 1}`)],
          groups.map((
            { name, results },
          ) => [name, ...results[0].layers.map((_, l) => mean(results.map(({ layers }) => layers[l])))])),
      ],
      findings: [
        `Small batches: ${trainingText(setting)} Full batches: ${setting.whole[0]} samples, ${setting.whole[1]} steps.`,
        `Full batches lead ${
          listed(whole, straightness)
        } of the length of their way from where they began, small batches `
        + `${
          listed(small, straightness)
        }. An exponent below 2 where successive steps are parallel means that steps become `
        + 'shorter and the way bends slowly, not that it diffuses.',
      ],
    }
  },
})

/** Displacement at the end over the sum of the lengths of all steps: 1 on a straight line. */
function straightness({ displacement, times, length }: WalkResult): number {
  return last(displacement) / (mean(length) * last(times))
}

const listed = (groups: readonly Group[], of: (result: WalkResult) => number): string =>
  groups.map(({ configuration: { rule }, results }) => `${rule} ${mean(results.map(of)).toFixed(2)}`).join(', ')

const isWhole = ({ batch, trainingSamples }: WalkConfiguration): boolean => batch === trainingSamples
const sizeOf = (c: WalkConfiguration): string => (isWhole(c) ? 'full batches' : `batches of ${c.batch}`)

/** Mean over a tenth of a list, 0 the first and 9 the last. */
function tenth(list: readonly number[], which: number): number {
  const size = Math.max(1, Math.floor(list.length / 10))
  return mean(which === 0 ? list.slice(0, size) : list.slice(-size))
}

function displacementFigure(title: string, groups: readonly Group[]): LineFigure {
  const [first] = groups[0].results
  const from = first.displacement[0] * first.displacement[0]
  const reference = (name: string, power: number) => ({
    name,
    dashed: true,
    color: 5 + power,
    points: first.times.map((step) => [step, from * Math.pow(step, power)] as const),
  })
  return {
    title,
    x: { label: 'steps', scale: 'log' },
    y: { label: 'squared displacement', scale: 'log' },
    series: [
      ...groups.map(({ configuration: { rule }, results }) =>
        meanSeries(rule, first.times, results.map(({ displacement }) => displacement.map((x) => x * x)), {
          draw: 'line',
        })
      ),
      reference('straight line', 2),
      reference('diffusion', 1),
    ],
  }
}

function overSteps(title: string, label: string, groups: readonly Group[], of: 'cosine' | 'length'): LineFigure {
  return {
    title,
    x: { label: 'steps', scale: 'log' },
    y: of === 'length' ? { label, scale: 'log' } : { label },
    series: groups.map(({ configuration: { rule }, results }) =>
      meanSeries(rule, results[0].stretches, results.map((one) => one[of]), { draw: 'line' })
    ),
  }
}
