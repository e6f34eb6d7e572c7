// The table of all rules, alignment by layer, and the figures.

import { meanAndDeviation } from '../../../dfa/index.ts'
import { barFigure } from '../../report/bars.ts'
import { heatmap } from '../../report/heatmap.ts'
import type { ReportFigure } from '../../report/html.ts'
import type { Cell, Table } from '../../report/table.ts'
import type { Judgment } from '../experiment.ts'
import { spread } from '../series.ts'
import { CHANCE, type RuleRun } from './plan.ts'
import { atEdge, layersOf, meanAlignment, median, type RuleRow, SHORT_NAMES } from './rows.ts'

/** A table and what it shows. */
type NamedTable = NonNullable<Judgment['tables']>[number]

const NAMES: Readonly<Record<string, string>> = { mlp: 'MLP', lenet: 'LeNet', cnn: 'CNN' }

/** A model as it is written. */
export function modelName(model: string): string {
  return NAMES[model] ?? model
}

function byModel(rows: readonly RuleRow[]): readonly (readonly [model: string, rows: readonly RuleRow[]])[] {
  const models = [...new Set(rows.map(({ model }) => model))]
  return models.map((model) => [model, rows.filter((row) => row.model === model)] as const)
}

/** The rate, and whether a better one may lie beyond the grid. */
function rateCell(row: RuleRow): Cell {
  if (row.rate === undefined) return null
  return `${rateText(row.rate)}${atEdge(row) ? ' (edge)' : ''}`
}

/** A rate of the grid, all of it: 0.000250 would read as measured. */
function rateText(rate: number): string {
  return String(Number(rate.toPrecision(6)))
}

function testCell({ test, refused, diverged }: RuleRow): Cell {
  if (refused !== undefined) return 'not defined'
  if (test.length === 0) return null
  return `${spread(test, 2)}${diverged > 0 ? ` (${diverged} of ${test.length} diverged)` : ''}`
}

/** Fourteen rules below each other, models beside each other. */
export function accuracyTable(rows: readonly RuleRow[]): Table {
  const models = byModel(rows)
  return {
    columns: [{ name: 'rule' }, ...models.flatMap(([model]) =>
      [{ name: `${modelName(model)} test %`, align: 'right' }, { name: 'rate', align: 'right' }, {
        name: 's/epoch',
        align: 'right',
        digits: 2,
      }] as const
    )],
    rows: models[0][1].map((
      { rule },
      index,
    ) => [`${rule.replaceAll('-', ' ')}${rule === 'frozen' ? ' (control)' : ` (${SHORT_NAMES[rule]})`}`,
      ...models.map(([, own]) =>
        own[index]
      ).flatMap((row): Cell[] => [testCell(row), rateCell(row), row.secondsPerEpoch ?? null])]
    ),
  }
}

const two = (
  value: number | null,
): string => (value === null || !Number.isFinite(value)
  ? '–'
  : value.toFixed(2).replace('-0.00', '0.00').replace('-', '−'))

/** Training loss and mean cosines of one model: gradients (GA) and weights or transports (WA) per layer. */
export function alignmentTable(rows: readonly RuleRow[]): Table {
  const gradient = layersOf(rows, 'gradient')
  const weight = layersOf(rows, 'weight')
  return {
    columns: [{ name: 'rule' }, { name: 'loss', align: 'right', digits: 2 },
      ...gradient.map((layer) => ({ name: `GA ${layer}`, align: 'right' } as const)),
      ...weight.map((layer) => ({ name: `WA ${layer}`, align: 'right' } as const))],
    rows: rows.map((
      row,
    ) => [SHORT_NAMES[row.rule], median(row.losses), ...gradient.map((layer) =>
      two(meanAlignment(row, 'gradient', layer))
    ), ...weight.map((layer) => two(meanAlignment(row, 'weight', layer)))]),
  }
}

/** Every rate tried with its validation accuracy, and what a rule refuses. */
export function sweepTable(rows: readonly RuleRow[]): Table {
  const rates = [...new Set(rows.flatMap(({ tried }) => tried.map(([rate]) => rate)))].sort((a, b) => a - b)
  return {
    columns: [{ name: 'rule' }, ...rates.map((rate) => ({ name: `η ${rateText(rate)}`, align: 'right' } as const))],
    rows: rows.map(({ rule, tried }) => [SHORT_NAMES[rule], ...rates.map((rate) => {
      const found = tried.find(([other]) => other === rate)
      return found === undefined ? null : found[1].toFixed(1)
    })]),
  }
}

/** All tables of an experiment. */
export function rulesTables(rows: readonly RuleRow[], budget: string): readonly NamedTable[] {
  return [{
    caption: `Test accuracy, mean ± standard deviation over seeds. ${budget} The last layer learns by its exact `
      + 'gradient under every rule; frozen trains it alone',
    table: accuracyTable(rows),
  },
    ...byModel(rows).map(([model, own]) => ({
      caption: `${modelName(model)}, training loss of the last epoch (median over seeds) and alignment after `
        + "training (mean). GA: cosine between the rule's and the exact gradient of a layer, mean over samples. WA: "
        + 'cosine between a weight and what carries errors through it: the transport R, under direct rules F_l F_{l−1}ᵀ',
      table: alignmentTable(own),
    })),
    ...byModel(rows).map(([model, own]) => ({
      caption: `${modelName(model)}, choice of the rate η: validation accuracy in % of the short runs of the first `
        + 'seed; chance for what diverged',
      table: sweepTable(own),
    })), ...refusals(rows)]
}

function refusals(rows: readonly RuleRow[]): readonly NamedTable[] {
  const refused = rows.filter((row) => row.refused !== undefined)
  if (refused.length === 0) return []
  return [{
    caption: 'Rules that are not defined for a model, and why',
    table: {
      columns: [{ name: 'rule' }, { name: 'model' }, { name: 'reason', flexible: true }],
      rows: refused.map((row) => [SHORT_NAMES[row.rule], modelName(row.model), row.refused ?? null]),
    },
  }]
}

/** Accuracy as bars, or error on a logarithmic axis where all rules but a few are good. */
export function accuracyFigure(rows: readonly RuleRow[], title: string, measure: 'accuracy' | 'error'): ReportFigure {
  const models = byModel(rows)
  const seeds = Math.max(...rows.map(({ test }) => test.length))
  const shown = (accuracy: number): number => (measure === 'accuracy' ? accuracy : 100 - accuracy)
  const svg = barFigure({
    title,
    categories: models[0][1].map(({ rule }) => SHORT_NAMES[rule]),
    value: { label: `test ${measure}`, unit: '%', ...(measure === 'error' ? { scale: 'log' } as const : {}) },
    series: models.map(([model, own]) => ({
      name: modelName(model),
      values: own.map(({ test }) => {
        const { mean: value, deviation } = meanAndDeviation(test.map(shown))
        return Number.isFinite(deviation) ? { value, low: value - deviation, high: value + deviation } : { value }
      }),
    })),
    mark: { value: shown(100 * CHANCE), label: 'chance' },
  })
  const left = rows.filter(({ refused }) => refused !== undefined).map(({ model, rule }) =>
    `${SHORT_NAMES[rule]} on ${modelName(model)}`
  )
  const over = `means and standard deviations over ${seeds} ${seeds === 1 ? 'seed' : 'seeds'}`
  return {
    svg,
    caption: `Test ${measure} by rule and model at the rate chosen on validation samples; ${over}.`
      + (left.length > 0 ? ` Not defined: ${left.join(', ')}.` : ''),
  }
}

/** Gradient and weight cosines of one model as a heat map, one per model. */
export function alignmentFigures(rows: readonly RuleRow[]): readonly ReportFigure[] {
  return byModel(rows).map(([model, own]) => {
    const columns = (['gradient', 'weight'] as const).flatMap((measure) =>
      layersOf(own, measure).map((layer) => ({ measure, layer }))
    )
    const short = (layer: string): string => layer.replace('conv2d', 'conv ').replace('dense', 'dense ')
    return {
      svg: heatmap({
        title: `${modelName(model)}: alignment by layer`,
        xTitle: 'GA gradient, WA weight',
        yTitle: 'rule',
        xLabels: columns.map(({ measure, layer }) => `${measure === 'gradient' ? 'GA' : 'WA'} ${short(layer)}`),
        yLabels: own.map(({ rule }) => SHORT_NAMES[rule]),
        values: own.map((row) => columns.map(({ measure, layer }) => meanAlignment(row, measure, layer) ?? NaN)),
        color: { label: 'cosine', domain: [-1, 1] },
        map: 'diverging',
        cellText: two,
        width: 440,
      }),
      caption: `${modelName(model)} after training, means over seeds: GA, cosine of the rule's with the exact `
        + 'gradient of a layer; WA, cosine of a weight with what carries errors through it. Empty where a rule has '
        + 'no such quantity.',
    }
  })
}

/** What was run, for captions and findings, read off the runs themselves. */
export function budgetText(runs: readonly RuleRun[]): string {
  const models = [...new Set(runs.map(({ configuration }) => configuration.model))]
  const count = (samples: number): string => (samples === 0 ? 'all' : String(samples))
  return models.map((model) => {
    const [sweep, final] = (['sweep', 'final'] as const).map((stage) =>
      runs.find(({ configuration: c }) => c.model === model && c.stage === stage)?.configuration
    )
    const c = final ?? sweep
    if (c === undefined) return ''
    const short = sweep === undefined ? '' : ` (short runs: ${sweep.epochs})`
    return `${modelName(model)}: ${count(c.trainingSamples)} training samples, ${c.validationSamples} more for `
      + `validation, epochs: ${c.epochs}${short}, batch ${c.batch}.`
  }).join(' ')
}
