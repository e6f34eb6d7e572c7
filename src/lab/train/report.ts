// The report of `train`: one page.

import { join } from 'node:path'
import type { AlignmentRecord } from '../../dfa/index.ts'
import { writeWhole } from '../files.ts'
import { programFacts } from '../report/facts.ts'
import { type LineFigure, lineFigure, type Series } from '../report/figure.ts'
import { count } from '../report/format.ts'
import { htmlReport, type ReportFigure } from '../report/html.ts'
import type { Table } from '../report/table.ts'
import type { TrainingConfiguration } from '../training/options.ts'
import type { Score } from '../training/score.ts'
import { taskOf, usesOption } from '../training/tasks.ts'
import type { Measure, SplitName, Task } from '../training/tasks/task.ts'
import { bestEpoch, bestText, type EpochRecord } from './record.ts'
import { type Trouble, troubleText } from './trouble.ts'

type Points = readonly (readonly [number, number])[]

const EPOCHS = { label: 'epoch', whole: true } as const
const SPLITS: readonly SplitName[] = ['training', 'validation', 'test']
/** Losses whose largest is more than so many times the least have a logarithmic axis. */
const SPAN = 100

/** What was measured at each epoch. */
function overEpochs(records: readonly EpochRecord[],
  value: (record: EpochRecord) => number | null | undefined): Points
{
  return records.flatMap((record) => {
    const y = value(record)
    return typeof y === 'number' ? [[record.epoch, y] as const] : []
  })
}

/** One curve per split that was scored, each in its own color. */
function bySplit(records: readonly EpochRecord[], name: string): readonly Series[] {
  return SPLITS.flatMap((split, color) =>
    records.every((record) => record[split] === null) ? []
      : [{ name: split, color, points: overEpochs(records, (record) => record[split]?.[name]) }]
  )
}

function curves(figure: Omit<LineFigure, 'x'>, caption: string): ReportFigure {
  return { svg: lineFigure({ ...figure, x: EPOCHS }), caption }
}

function lossFigure(c: TrainingConfiguration, records: readonly EpochRecord[]): ReportFigure {
  const series = [...bySplit(records, 'loss'), {
    name: 'training, mean over the epoch',
    color: SPLITS.length,
    points: overEpochs(records, ({ trainingLoss }) => trainingLoss),
  }]
  const values = series.flatMap(({ points }) => points.map(([, y]) => y)).filter(Number.isFinite)
  const isWide = Math.min(...values) > 0 && Math.max(...values) > SPAN * Math.min(...values)
  return curves({ title: 'Loss', y: { label: taskOf(c).objective(c), ...(isWide ? { scale: 'log' } : {}) }, series },
    'Mean loss before the first step and after each epoch, on as much of the training set as there is to test on. '
      + 'Mean over the epoch: of all that it saw, each before the update of its step.')
}

/** A figure of what else than the loss was measured. */
function measureFigure(c: TrainingConfiguration, records: readonly EpochRecord[],
  { name, title, label, chance }: Measure): ReportFigure
{
  return curves({
    title,
    y: { label },
    series: bySplit(records, name),
    ...(chance === undefined ? {} : { marks: [{ y: chance(c), label: 'chance' }] }),
  },
    `${title} before the first step and after each epoch, on the same data.${
      chance === undefined ? '' : ' The line: chance.'
    }`)
}

function epochsTable(records: readonly EpochRecord[], measures: readonly Measure[]): Table {
  const splits = SPLITS.filter((split) => records.some((record) => record[split] !== null))
  const columns = measures.flatMap((measure) => splits.map((split) => ({ measure, split })))
  const value = (score: Score | null, { name, inUnit }: Measure): number | null =>
    score === null ? null : inUnit(score[name])
  return {
    columns: [{ name: 'epoch' }, { name: 'loss over the epoch' }, { name: 'training loss' }, { name: 'test loss' },
      ...columns.map(({ measure: { word, unit }, split }) => ({
        name: `${split} ${word}`,
        ...(unit === undefined ? {} : { unit }),
      })), { name: 'whole gradient' }],
    rows: records.map((
      record,
    ) => [record.epoch, record.trainingLoss, record.training?.loss ?? null, record.test.loss,
      ...columns.map(({ measure, split }) => value(record[split], measure)), record.alignment?.wholeGradient ?? null]
    ),
  }
}

/** What the errors of a rule are compared by: per hidden layer below an exact one, or per point. */
const SHOWN = {
  layerGradient: {
    names: (layers: readonly string[]) => layers.slice(0, -1),
    exact: (layers: readonly string[]): string | undefined => layers[layers.length - 1],
    what: 'per layer',
    joined: 'hidden layers as one vector',
  },
  signal: { names: (points: readonly string[]) => points, exact: () => undefined, what: 'per feedback point' },
} as const satisfies Readonly<
  Record<Task['aligned'],
    { readonly what: string; readonly joined?: string; readonly names: (all: readonly string[]) => readonly string[];
      readonly exact: (all: readonly string[]) => string | undefined }>
>

/** Cosines of hidden errors, of all gradients together, and of weights with feedback, as far as they were measured. */
function alignmentFigures(records: readonly EpochRecord[], { aligned, units }: Task): readonly ReportFigure[] {
  const first = records.find(({ alignment }) => alignment !== null)?.alignment
  if (first === null || first === undefined) return []
  const layers = Object.keys(first[aligned])
  const { names, exact, what, ...shown } = SHOWN[aligned]
  const last = exact(layers)
  const samples = `the same ${units.all} before the first step and after every epoch, in evaluation mode`
  const figure = (title: string, series: readonly Series[], marks: LineFigure['marks'],
    caption: string): ReportFigure =>
    curves({ title, y: { label: 'cosine' }, series, marks: [{ y: 0 }, ...marks ?? []] }, caption)
  const gradients = names(layers).map((name, color): Series => ({
    name,
    color,
    points: overEpochs(records, ({ alignment }) => alignment?.[aligned][name]?.mean),
  }))
  const together = gradients.length < 2 || !('joined' in shown) ? [] : [{
    name: shown.joined,
    color: gradients.length,
    // Older records have none.
    points: overEpochs(records, ({ alignment }) => (alignment as Partial<AlignmentRecord> | null)?.joined?.mean),
  }]
  const carriers = Object.keys(first.layerGradient)
  const weights = Object.keys(first.weight).map((name): Series => ({
    name,
    color: carriers.indexOf(name),
    points: overEpochs(records, ({ alignment }) => alignment?.weight[name]),
  }))
  return [figure('Gradient alignment', [...gradients, ...together, {
    name: 'whole gradient',
    color: layers.length,
    points: overEpochs(records, ({ alignment }) => alignment?.wholeGradient),
  }], last === undefined ? [] : [{ y: 1, label: last }],
    `Cosines between the rule’s errors and those of backpropagation, ${what}, mean over ${samples}; and between all `
      + `gradients as one vector.${
        last === undefined ? '' : ` The line: ${last}, which sees the error itself and is exact by construction.`
      }`),
    ...(weights.length === 0 ? []
      : [
        figure('Weight alignment', weights, [], 'Cosines between weights and what the feedback puts in their place.'),
      ])]
}

/** `Test accuracy 63.30 % after 5 epochs.`, with the best epoch where there is validation, or that there is none. */
function answer(records: readonly EpochRecord[], { measures: [measure] }: Task): string {
  if (records.length === 0) return 'Nothing was measured.'
  const { epoch, test } = records[records.length - 1]
  const best = bestEpoch(records, measure)
  return `Test ${measure.word} ${measure.text(test[measure.name])} ${
    epoch === 0 ? 'before the first step' : `after ${count(epoch, 'epoch')}`
  }${best === undefined ? '' : `; ${bestText(best, measure)}`}.`
}

/** Writes `index.html` into `directory` and returns its path. Throws: UsageError when it cannot be written. */
export function trainReport(directory: string, c: TrainingConfiguration, records: readonly EpochRecord[],
  facts: readonly (readonly [string, string])[], trouble?: Trouble): string
{
  const task = taskOf(c)
  const figured = task.measures.filter(({ name }) => name !== 'loss')
  const isOver = records[records.length - 1]?.epoch === c.epochs
  // Single points are no curves.
  const isDrawn = records.length > 1
  const file = join(directory, 'index.html')
  const text = trouble === undefined ? '' : troubleText(trouble, isOver)
  writeWhole(file, htmlReport({
    title: `${c.rule}, ${task.subject(c)}`,
    ...(trouble === undefined ? {} : { alarm: `${text[0].toUpperCase()}${text.slice(1)}.` }),
    summary: answer(records, task),
    lead: isDrawn ? [...figured.map((measure) => measureFigure(c, records, measure)), lossFigure(c, records)] : [],
    facts: [...facts, ['Configuration',
      Object.entries(c).filter(([name, value]) =>
        usesOption(task, name) && !(Array.isArray(value) && value.length === 0)
      ).map(([name, value]) => `${name} ${Array.isArray(value) ? value.join(',') : String(value)}`).join('; ')],
      ...programFacts()],
    sections: [{
      id: 'training',
      heading: 'Training',
      figures: isDrawn ? alignmentFigures(records, task) : [],
      tables: [{ caption: 'Epochs', table: epochsTable(records, figured) }],
    }],
  }))
  return file
}
