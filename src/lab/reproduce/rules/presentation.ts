// The table of all rules, alignment by layer, and the figures.

import { barFigure, type Cell, type Column, count, heatmap, mean, median, type NamedTable, type ReportFigure, spread,
  standardDeviation, tableOf, typeset } from '../index.ts'
import { CHANCE, type RuleRun } from './plan.ts'
import { atEdge, layersOf, meanAlignment, type RuleRow } from './rows.ts'

const NAMES: Readonly<Record<string, string>> = { mlp: 'MLP', lenet: 'LeNet', cnn: 'CNN' }

/** A model as it is written. */
export function modelName(model: string): string {
  return NAMES[model] ?? model
}

/** `FA on MLP, DFA on MLP`. */
export function namesOf(rows: readonly RuleRow[]): string {
  return rows.map(({ rule, model }) => `${rule.abbreviation} on ${modelName(model)}`).join(', ')
}

function byModel(rows: readonly RuleRow[]): readonly (readonly [model: string, rows: readonly RuleRow[]])[] {
  return [...new Set(rows.map(({ model }) => model))].map((model) => [model, rows.filter((row) => row.model === model)])
}

const right = (name: string, digits = 4): Column => ({ name, align: 'right', digits })
/** A rate of the grid, all of it: 0.000250 would read as measured. */
const rateText = (rate: number): string => String(Number(rate.toPrecision(6)))
/** − for a cosine that is not there. */
const cosineText = (x: number | null): string => (x === null || !Number.isFinite(x) ? '–' : typeset(x.toFixed(2)))

function testCell({ test, refused, diverged }: RuleRow): Cell {
  if (refused !== undefined) return 'not defined'
  return test.length === 0 ? null
    : `${spread(test, 2)}${diverged > 0 ? ` (${diverged} of ${test.length} diverged)` : ''}`
}

/** Rules below each other, models beside each other; a rate at the edge may have a better one beyond the grid. */
function accuracyTable(rows: readonly RuleRow[], budget: string): NamedTable {
  const models = byModel(rows)
  const cells = (
    row: RuleRow,
  ): readonly Cell[] => [testCell(row),
    row.rate === undefined ? null : `${rateText(row.rate)}${atEdge(row) ? ' (edge)' : ''}`, row.secondsPerEpoch ?? null]
  return tableOf(
    `Test accuracy, mean ± standard deviation over seeds. ${budget} The last layer learns by its exact gradient under `
      + 'every rule; frozen trains it alone',
    ['rule', 'signal',
      ...models.flatMap(([model]) => [right(`${modelName(model)} test %`), right('rate'), right('s/epoch', 2)])],
    models[0][1].map(({ rule },
      index) => [`${rule.name.replaceAll('-', ' ')} (${rule.abbreviation})`, rule.equation,
      ...models.flatMap(([, own]) => cells(own[index]))]
    ),
  )
}

/** Cosines of gradients (GA) and of weights or transports (WA) per layer. */
function cosineColumns(rows: readonly RuleRow[]) {
  return ([['GA', 'gradient'], ['WA', 'weight']] as const).flatMap(([name, measure]) =>
    layersOf(rows, measure).map((layer) => ({ name: `${name} ${layer}`, of: (row: RuleRow) =>
      meanAlignment(row, measure, layer) })
    )
  )
}

/** Training loss and mean cosines of one model, then every rate tried with its validation accuracy. */
function modelTables(model: string, rows: readonly RuleRow[]): readonly NamedTable[] {
  const columns = cosineColumns(rows)
  const rates = [...new Set(rows.flatMap(({ tried }) => tried.map(([rate]) => rate)))].sort((a, b) => a - b)
  const accuracyAt = ({ tried }: RuleRow, rate: number): Cell =>
    tried.find(([other]) => other === rate)?.[1].toFixed(1) ?? null
  return [
    tableOf(
      `${modelName(model)}, training loss of the last epoch (median over seeds) and alignment after training `
        + "(mean). GA: cosine between the rule's and the exact gradient of a layer, mean over samples. WA: cosine "
        + 'between a weight and what carries errors through it: the transport R, under direct rules F_l F_{l−1}ᵀ',
      ['rule', right('loss', 2), ...columns.map(({ name }) =>
        right(name)
      )],
      rows.map((
        row,
      ) => [row.rule.abbreviation, row.losses.length === 0 ? null : median(row.losses), ...columns.map(({ of }) =>
        cosineText(of(row))
      )]),
    ),
    tableOf(
      `${modelName(model)}, choice of the rate η: validation accuracy in % of the short runs of the first seed; `
        + 'chance for what diverged',
      ['rule', ...rates.map((rate) => right(`η ${rateText(rate)}`))],
      rows.map((row) => [row.rule.abbreviation, ...rates.map((rate) => accuracyAt(row, rate))]),
    ),
  ]
}

/** All tables of an experiment. */
export function rulesTables(rows: readonly RuleRow[], budget: string): readonly NamedTable[] {
  const refused = rows.filter((row) => row.refused !== undefined)
  const refusals = tableOf('Rules that are not defined for a model, and why', ['rule', 'model', { name: 'reason',
    flexible: true }], refused.map((row) => [row.rule.abbreviation, modelName(row.model), row.refused ?? null]))
  return [accuracyTable(rows, budget), ...byModel(rows).flatMap(([model, own]) => modelTables(model, own)),
    ...(refused.length === 0 ? [] : [refusals])]
}

/** Accuracy as bars, or error on a logarithmic axis where all rules but a few are good. */
export function accuracyFigure(rows: readonly RuleRow[], title: string, measure: 'accuracy' | 'error'): ReportFigure {
  const models = byModel(rows)
  const seeds = Math.max(...rows.map(({ test }) => test.length))
  const shown = (accuracy: number): number => (measure === 'accuracy' ? accuracy : 100 - accuracy)
  const svg = barFigure({
    title,
    categories: models[0][1].map(({ rule }) => rule.abbreviation),
    value: { label: `test ${measure}`, unit: '%', ...(measure === 'error' ? { scale: 'log' } as const : {}) },
    series: models.map(([model, own]) => ({
      name: modelName(model),
      values: own.map(({ test }) => {
        const [value, deviation] = [mean(test.map(shown)), standardDeviation(test)]
        return test.length > 1 ? { value, low: value - deviation, high: value + deviation } : { value }
      }),
    })),
    mark: { value: shown(100 * CHANCE), label: 'chance' },
  })
  const left = rows.filter(({ refused }) => refused !== undefined)
  return {
    svg,
    caption: `Test ${measure} by rule and model at the rate chosen on validation samples; `
      + (seeds > 1 ? `means and standard deviations over ${count(seeds, 'seed')}.` : 'one seed.')
      + (left.length > 0 ? ` Not defined: ${namesOf(left)}.` : ''),
  }
}

/** Gradient and weight cosines of one model as a heat map, one per model. */
export function alignmentFigures(rows: readonly RuleRow[]): readonly ReportFigure[] {
  return byModel(rows).map(([model, own]) => {
    const columns = cosineColumns(own)
    return {
      svg: heatmap({ title: `${modelName(model)}: alignment by layer`, xTitle: 'GA gradient, WA weight', yTitle: 'rule',
        xLabels: columns.map(({ name }) => name.replace('conv2d', 'conv ').replace('dense', 'dense ')),
        yLabels: own.map(({ rule }) => rule.abbreviation),
        values: own.map((row) => columns.map(({ of }) => of(row) ?? NaN)), color: { label: 'cosine', domain: [-1, 1] },
        map: 'diverging', cellText: cosineText, width: 440 }),
      caption: `${modelName(model)} after training, means over seeds: GA, cosine of the rule's with the exact `
        + 'gradient of a layer; WA, cosine of a weight with what carries errors through it. Empty where a rule has '
        + 'no such quantity.',
    }
  })
}

/** What was run, for captions and findings, read off the runs themselves. */
export function budgetText(runs: readonly RuleRun[]): string {
  const count = (samples: number): string => (samples === 0 ? 'all' : String(samples))
  return [...new Set(runs.map(({ configuration }) => configuration.model))].map((model) => {
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
