// Badly conditioned targets hamper alignment: maps over their variance and correlation.

import type { DeepSizes } from '../deep/plan.ts'
import { around, GA, gaOf, grouped, LOSS, overTime, type Quantity, sampleAt, trainings, valuesAt, WA,
  waOf } from '../deep/summary.ts'
import { type DeepConfiguration, type DeepCurves, trainDeep } from '../deep/training.ts'
import { count, declared, heatmap, last, mean, pairedDifference, perSeed, type ReportFigure, sample, sideBySide, spread,
  tableOf } from '../index.ts'

interface Sizes extends DeepSizes {
  readonly seeds: number
  readonly activations: readonly DeepConfiguration['activation'][]
  /** Values of α and of β. */
  readonly grid: readonly number[]
}

// The sum of squares of the authors' code has twice the gradient of ½ Σ e²: its 10⁻⁴ is 2·10⁻⁴ here.
const SMALL: DeepSizes = { samples: 200, hidden: [40, 40], rate: 6e-3, epochs: 200, records: 12, probe: 200 }
const FAST: DeepSizes = { samples: 1000, hidden: [100, 100], rate: 2e-3, epochs: 1000, records: 24, probe: 500 }
const SLOW: DeepSizes = { samples: 1000, hidden: [100, 100], rate: 2e-4, epochs: 10000, records: 60, probe: 1000 }
const GRID = [0.2, 0.4, 0.6, 0.8, 1]

/** GA of layer 1, seed by seed. */
const first = (curves: readonly DeepCurves[]): readonly number[] => valuesAt(curves, gaOf(1))

/** Alignment by the covariance of the targets. */
export const targetCovariance = declared<Sizes, DeepConfiguration, DeepCurves>({
  name: 'refinetti2021/target-covariance',
  title: 'The covariance of the targets sets the alignment',
  source: 'refinetti2021; theory (2.39), (2.40)',
  method: 'training',
  about:
    'Networks learn two random targets of random inputs by heart. The targets have deviations 1 and α and correlation 1 − β; the further their covariance is from the identity, the worse conditioned are the alignment matrices and the lower is the gradient alignment (GA) at the end. Claims are about GA of layer 1, which is what the authors’ code reports for these networks.',
  scales: {
    quick: { minutes: 0.01, seeds: 2, activations: ['tanh'], grid: [0.2, 1], ...SMALL },
    default: { minutes: 6, seeds: 3, activations: ['tanh', 'relu'], grid: GRID, ...FAST },
    paper: { minutes: 110, seeds: 10, activations: ['tanh', 'relu', 'linear'], grid: GRID, ...SLOW },
  },
  decidedAtQuick: [],
  plan: ({ seeds, activations, grid, samples, hidden, rate, epochs, records, probe }, from) =>
    activations.flatMap((activation) =>
      grid.flatMap((alpha) =>
        grid.flatMap((beta) => {
          const data = { dataset: 'gaussian', samples, inputs: 16, alpha, beta } as const
          const setting = { data, hidden, activation, rule: 'DFA', rate, batch: 32, epochs, records, probe } as const
          return perSeed(from, seeds, (seed) => ({ ...setting, seed }))
        })
      )
    ),
  resumes: true,
  run: (c, tools) => trainDeep(c, tools),
  judge({ runs, claim, setting: { seeds } }) {
    const grid = [...new Set(runs.map(({ configuration: { data } }) => data.dataset === 'gaussian' ? data.alpha : NaN))]
    const [low, high] = [grid[0], last(grid)]
    // In the order of the plan: α outside, β inside.
    const maps = grouped(trainings(runs), ({ configuration }) => configuration.activation).map((
      [activation, cells],
    ) => ({
      activation,
      at: (alpha: number, beta: number): readonly DeepCurves[] =>
        cells[grid.indexOf(alpha) * grid.length + grid.indexOf(beta)].curves,
    }))
    const corners = [[low, low], [low, high], [high, low], [high, high]] as const
    const labels = grid.map(String)
    const map = (title: string, { at }: typeof maps[number], quantity: Quantity, caption: string): ReportFigure => ({
      svg: heatmap({ title, xTitle: 'β', yTitle: 'α', xLabels: labels, yLabels: [...labels].reverse(),
        values: [...grid].reverse().map((alpha) => grid.map((beta) => mean(valuesAt(at(alpha, beta), quantity)))),
        color: { label: quantity.name }, cellText: (value) => value.toFixed(3) }),
      caption,
    })
    const number = count(seeds, 'seed')
    return {
      claims: maps.flatMap((
        { activation, at },
      ) => [
        claim.atLeast(`covariance-corners-${activation}`,
          `${activation}: GA_1(${high}, ${high}) − GA_1(${low}, ${low}) of (α, β)`,
          pairedDifference(first(at(high, high)), first(at(low, low))), 0.1, 'a rise that counts'),
        ...grid.map((beta) =>
          claim.ordered(`covariance-alpha-${beta}-${activation}`,
            `${activation}: GA_1 rises with α = ${grid.join(', ')} at β = ${beta}`, grid.map((alpha) =>
              sampleAt(at(alpha, beta), gaOf(1))
            ), 'not falling', 0, 'order')
        ),
        claim.ordered(`covariance-beta-${activation}`,
          `${activation}: GA_1, mean over α, rises weakly with β = ${grid.join(', ')}`, grid.map((beta) => {
            const column = grid.map((alpha) => first(at(alpha, beta)))
            return sample(column[0].map((_, seed) => mean(column.map((values) => values[seed]))))
          }), 'not falling', 0, 'order'),
      ]),
      figures: maps.flatMap((one) => {
        const { activation, at } = one
        const lines = corners.map(([alpha, beta]) => ({ name: `α = ${alpha}, β = ${beta}`, curves: at(alpha, beta) }))
        return [
          map(`${activation}: GA of layer 1 at the end`, one, gaOf(1),
            `Mean over ${number}; α is the deviation of the second target, 1 − β its correlation with the first.`),
          map(`${activation}: global GA at the end`, one, GA, 'As before, over both hidden layers at once.'),
          map(`${activation}: WA of layer 2 at the end`, one, waOf(2),
            'Weight alignment of the layer between the two hidden ones.'),
          map(`${activation}: global WA at the end`, one, WA, 'As before, over both layers that have a target.'),
          sideBySide('Alignment over time at the four corners of the map, with the range over seeds.', [
            overTime(`${activation}: WA of layer 2`, waOf(2), lines),
            overTime(`${activation}: Global WA`, WA, lines),
            overTime(`${activation}: GA of layer 1`, gaOf(1), lines),
          ]),
        ]
      }),
      tables: [
        tableOf('At the corners of the map, at the end: mean over seeds ± one standard deviation', ['units', 'α', 'β',
          'GA layer 1', 'global GA', 'WA layer 2', 'global WA', 'loss'], maps.flatMap(({ activation, at }) =>
            corners.map(([alpha, beta]) => [activation, alpha, beta, ...[gaOf(1), GA, waOf(2), WA].map((quantity) =>
              around(at(alpha, beta), quantity)
            ), spread(valuesAt(at(alpha, beta), LOSS), 4)])
          )),
      ],
    }
  },
})
