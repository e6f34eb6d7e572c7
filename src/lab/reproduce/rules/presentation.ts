// The table of all rules, alignment by layer, and the figures.

import { barFigure, type Cell, type Column, count, heatmap, median, type NamedTable, type ReportFigure, sample, tableOf,
  typeset } from '../index.ts'
import { longName, shortName } from './entries.ts'
import { CHANCE, OPTIMIZERS, type RuleRun, type Setting } from './plan.ts'
import { atEdge, hasNone, layersOf, meanAlignment, namesOf, type RuleRow, triedWith, validationOf } from './rows.ts'
import type { EndAlignment, RuleOptimizer } from './training.ts'

const NAMES: Readonly<Record<string, string>> = { mlp: 'MLP', lenet: 'LeNet', cnn: 'CNN' }

/** A model as it is written. */
export function modelName(model: string): string {
  return NAMES[model] ?? model
}

const OPTIMIZER_NAMES: Readonly<Record<RuleOptimizer, string>> = { momentum: 'momentum', adam: 'Adam' }

function byModel(rows: readonly RuleRow[]): readonly (readonly [model: string, rows: readonly RuleRow[]])[] {
  return [...new Set(rows.map(({ model }) => model))].map((model) => [model, rows.filter((row) => row.model === model)])
}

const right = (name: string, digits = 4): Column => ({ name, align: 'right', digits })
const settingText = ({ optimizer, rate }: Setting): string => `${OPTIMIZER_NAMES[optimizer]} ${rate}`
/** Mean ± standard error. */
const withError = (values: readonly number[]): string => {
  const { mean: value, standardError } = sample(values)
  return values.length > 1 ? `${value.toFixed(2)} ± ${standardError.toFixed(2)}` : value.toFixed(2)
}
/** − for a cosine that is not there. */
const cosineText = (x: number | null): string => (x === null || !Number.isFinite(x) ? '–' : typeset(x.toFixed(2)))

function testCell(row: RuleRow): Cell {
  const { test, refused, unsound } = row
  if (refused !== undefined) return 'not defined'
  if (hasNone(row)) return 'no sound setting'
  return test.length === 0 ? null : `${withError(test)}${unsound > 0 ? ` (${unsound} of ${test.length} unsound)` : ''}`
}

/** Rules below each other, models beside each other. */
function accuracyTable(rows: readonly RuleRow[], budget: string): NamedTable {
  const models = byModel(rows)
  const cells = (
    row: RuleRow,
  ): readonly Cell[] => [testCell(row),
    row.setting === undefined ? null : `${settingText(row.setting)}${atEdge(row) ? ' (edge)' : ''}`]
  return tableOf(
    `Test accuracy in %, mean ± standard error over seeds that took no part in tuning, and the setting that tuning `
      + `chose: optimizer and rate at the first step. ${budget} The last layer learns by its exact gradient under every `
      + 'rule; frozen trains it alone; logistic regression has no hidden layer. tanh: with binary cross-entropy of '
      + 'sigmoid outputs, as frenkel2021 prescribes',
    ['rule', 'signal', ...models.flatMap(([model]) => [right(`${modelName(model)} test %`), 'setting'])],
    models[0][1].map(({ entry }, index) => [longName(entry), entry.rule.equation, ...models.flatMap(([, own]) =>
      cells(own[index])
    )]),
  )
}

/** Cosines of gradients (GA) and of weights or transports (WA) per layer, and norms beside weights (N). */
function cosineColumns(rows: readonly RuleRow[],
  measures: readonly (readonly [string, keyof EndAlignment])[] = COSINES)
{
  return measures.flatMap(([name, measure]) =>
    layersOf(rows, measure).map((layer) => ({ name: `${name} ${layer}`, of: (row: RuleRow) =>
      meanAlignment(row, measure, layer) })
    )
  )
}

const COSINES = [['GA', 'gradient'], ['WA', 'weight']] as const

/** Training loss and mean cosines of one model, then every rate tried with its validation accuracy. */
function modelTables(model: string, rows: readonly RuleRow[]): readonly NamedTable[] {
  const columns = cosineColumns(rows, [...COSINES, ['N', 'norm']])
  return [
    tableOf(
      `${modelName(model)}, training loss of the last epoch (median over seeds) and alignment after training `
        + "(mean). GA: cosine between the rule's and the exact gradient of a layer, mean over samples. WA: cosine "
        + 'between a weight and what carries errors through it: the transport R, under direct rules F_l F_{l−1}ᵀ. '
        + 'N: its norm beside that of the weight',
      ['rule', right('loss', 2), ...columns.map(({ name }) => right(name))],
      rows.map((
        row,
      ) => [shortName(row.entry), row.losses.length === 0 ? null : median(row.losses), ...columns.map(({ of }) =>
        cosineText(of(row))
      )]),
    ),
    ...OPTIMIZERS.map((optimizer) => tuningTable(model, rows, optimizer)),
  ]
}

/** Every rate that an optimizer was tried at. */
function tuningTable(model: string, rows: readonly RuleRow[], optimizer: RuleOptimizer): NamedTable {
  const rates = [...new Set(rows.flatMap((row) => triedWith(row, optimizer).map(({ rate }) => rate)))].sort((a, b) =>
    a - b
  )
  const cell = (row: RuleRow, rate: number): Cell => {
    const one = triedWith(row, optimizer).find((tried) => tried.rate === rate)
    if (one === undefined) return null
    const isChosen = row.setting?.optimizer === optimizer && row.setting.rate === rate
    return `${validationOf(one)?.toFixed(2) ?? 'unsound'}${isChosen ? ' (chosen)' : ''}`
  }
  return tableOf(
    `${modelName(model)}, tuning with ${OPTIMIZER_NAMES[optimizer]}: validation accuracy in % by rate, mean over the `
      + 'tuning seeds that ran there; unsound where one of them diverged or collapsed',
    ['rule', ...rates.map((rate) => right(`η ${rate}`))],
    rows.map((row) => [shortName(row.entry), ...rates.map((rate) => cell(row, rate))]),
  )
}

/** What some rules reach beyond the budget; none where no rule trained longer. */
function longerTable(rows: readonly RuleRow[], runs: readonly RuleRun[]): readonly NamedTable[] {
  const own = rows.filter(({ longer }) => longer.length > 0)
  const c = runs.find(({ configuration: { stage } }) => stage === 'longer')?.configuration
  if (c === undefined) return []
  return [
    tableOf(
      `Longer trainings at the settings chosen, ${modelName(c.model)}: test accuracy in %, mean ± standard error, with `
        + `${samplesText(c.trainingSamples)} training samples for ${
          count(c.epochs, 'epoch')
        }, beside that of the budget`,
      ['rule', right('budget'), right('longer')],
      own.map((row) => [longName(row.entry), withError(row.test), withError(row.longer)]),
    ),
  ]
}

/** All tables of an experiment. */
export function rulesTables(rows: readonly RuleRow[], runs: readonly RuleRun[]): readonly NamedTable[] {
  const refused = rows.filter((row) => row.refused !== undefined)
  const refusals = tableOf('Rules that are not defined for a model, and why', ['rule', 'model', { name: 'reason',
    flexible: true }], refused.map((row) => [shortName(row.entry), modelName(row.model), row.refused ?? null]))
  return [accuracyTable(rows, budgetText(runs)), ...longerTable(rows, runs),
    ...byModel(rows).flatMap(([model, own]) => modelTables(model, own)), ...(refused.length === 0 ? [] : [refusals])]
}

/** Accuracy as bars, or error on a logarithmic axis where all rules but a few are good. */
export function accuracyFigure(rows: readonly RuleRow[], title: string, measure: 'accuracy' | 'error'): ReportFigure {
  const models = byModel(rows)
  const seeds = Math.max(...rows.map(({ test }) => test.length))
  const shown = (accuracy: number): number => (measure === 'accuracy' ? accuracy : 100 - accuracy)
  const svg = barFigure({
    title,
    categories: models[0][1].map(({ entry }) => shortName(entry)),
    value: { label: `test ${measure}`, unit: '%', ...(measure === 'error' ? { scale: 'log' } as const : {}) },
    series: models.map(([model, own]) => ({
      name: modelName(model),
      values: own.map(({ test }) => {
        const { mean: value, standardError } = sample(test.map(shown))
        return test.length > 1 ? { value, low: value - standardError, high: value + standardError } : { value }
      }),
    })),
    mark: { value: shown(100 * CHANCE), label: 'chance' },
  })
  const left = rows.filter(({ refused }) => refused !== undefined)
  return {
    svg,
    caption: `Test ${measure} by rule and model at the setting chosen on validation samples; `
      + (seeds > 1 ? `means and standard errors over ${count(seeds, 'seed')}.` : 'one seed.')
      + (left.length > 0 ? ` Not defined: ${namesOf(left, modelName)}.` : ''),
  }
}

/** Gradient and weight cosines of one model as a heat map, one per model. */
export function alignmentFigures(rows: readonly RuleRow[]): readonly ReportFigure[] {
  return byModel(rows).map(([model, own]) => {
    const columns = cosineColumns(own)
    return {
      svg: heatmap({ title: `${modelName(model)}: alignment by layer`, xTitle: 'GA gradient, WA weight', yTitle: 'rule',
        xLabels: columns.map(({ name }) => name.replace('conv2d', 'conv ').replace('dense', 'dense ')),
        yLabels: own.map(({ entry }) => shortName(entry)),
        values: own.map((row) => columns.map(({ of }) => of(row) ?? NaN)), color: { label: 'cosine', domain: [-1, 1] },
        map: 'diverging', cellText: cosineText, width: 440 }),
      caption: `${modelName(model)} after training, means over seeds: GA, cosine of the rule's with the exact `
        + 'gradient of a layer; WA, cosine of a weight with what carries errors through it. Empty where a rule has '
        + 'no such quantity.',
    }
  })
}

const samplesText = (samples: number): string => (samples === 0 ? 'all' : String(samples))

/** What every rule was given, for captions and findings, read off the runs themselves. */
export function budgetText(runs: readonly RuleRun[]): string {
  return [...new Set(runs.map(({ configuration }) => configuration.model))].map((model) => {
    const c = runs.find(({ configuration }) => configuration.model === model)?.configuration
    return c === undefined ? ''
      : `${modelName(model)}: ${
        samplesText(c.trainingSamples)
      } training samples, ${c.validationSamples} more for validation, ` + `epochs: ${c.epochs}, batch ${c.batch}.`
  }).join(' ')
}
