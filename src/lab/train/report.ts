// The report of `train`: one page.

import { join } from 'node:path'
import type { AlignmentRecord } from '../../dfa/index.ts'
import { writeWhole } from '../files.ts'
import { programFacts } from '../report/facts.ts'
import { type LineFigure, lineFigure, type Series } from '../report/figure.ts'
import { count } from '../report/format.ts'
import { htmlReport, type ReportFigure } from '../report/html.ts'
import type { Table } from '../report/table.ts'
import type { TrainingConfiguration } from '../training/configuration.ts'
import { SHAPES } from '../training/datasets.ts'
import type { Score } from '../training/score.ts'
import type { EpochRecord } from './record.ts'
import { type Trouble, troubleText } from './trouble.ts'

type Points = readonly (readonly [number, number])[]
type Split = 'training' | 'validation' | 'test'

const EPOCHS = { label: 'epoch', whole: true } as const
const SPLITS: readonly Split[] = ['training', 'validation', 'test']
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
function bySplit(records: readonly EpochRecord[], name: keyof Score): readonly Series[] {
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
  return curves({ title: 'Loss', y: { label: `${c.loss} per sample`, ...(isWide ? { scale: 'log' } : {}) }, series },
    'Loss per sample before the first step and after each epoch, on as many training samples as there are test samples. '
      + 'Mean over the epoch: of all its samples, each before the update of its step.')
}

function accuracyFigure(c: TrainingConfiguration, records: readonly EpochRecord[]): ReportFigure {
  return curves({
    title: 'Accuracy',
    y: { label: 'share of right answers' },
    series: bySplit(records, 'accuracy'),
    marks: [{ y: 1 / SHAPES[c.dataset].classes, label: 'chance' }],
  }, 'Share of right answers before the first step and after each epoch, on the same samples. The line: chance.')
}

function epochsTable(records: readonly EpochRecord[]): Table {
  const percent = (score: Score | null): number | null => score === null ? null : 100 * score.accuracy
  const accuracy = (split: Split) => ({ name: `${split} accuracy`, unit: '%' })
  return {
    columns: [{ name: 'epoch' }, { name: 'loss over the epoch' }, { name: 'training loss' }, { name: 'test loss' },
      accuracy('training'), accuracy('test'), { name: 'whole gradient' }],
    rows: records.map((
      { epoch, trainingLoss, training, test, alignment },
    ) => [epoch, trainingLoss, training?.loss ?? null, test.loss, percent(training), percent(test),
      alignment?.wholeGradient ?? null]
    ),
  }
}

/** Cosines of the hidden layers, of all gradients together, and of weights with feedback, as far as they were measured. */
function alignmentFigures(records: readonly EpochRecord[]): readonly ReportFigure[] {
  const first = records.find(({ alignment }) => alignment !== null)?.alignment
  if (first === null || first === undefined) return []
  const layers = Object.keys(first.layerGradient)
  const last = layers[layers.length - 1]
  const samples = 'the same training samples before the first step and after every epoch, in evaluation mode'
  const figure = (title: string, series: readonly Series[], marks: LineFigure['marks'],
    caption: string): ReportFigure =>
    curves({ title, y: { label: 'cosine' }, series, marks: [{ y: 0 }, ...marks ?? []] }, caption)
  const gradients = layers.slice(0, -1).map((name, color): Series => ({
    name,
    color,
    points: overEpochs(records, ({ alignment }) => alignment?.layerGradient[name]?.mean),
  }))
  const together = gradients.length < 2 ? [] : [{
    name: 'hidden layers as one vector',
    color: gradients.length,
    // Older records have none.
    points: overEpochs(records, ({ alignment }) => (alignment as Partial<AlignmentRecord> | null)?.joined?.mean),
  }]
  const weights = Object.keys(first.weight).map((name): Series => ({
    name,
    color: layers.indexOf(name),
    points: overEpochs(records, ({ alignment }) => alignment?.weight[name]),
  }))
  return [figure('Gradient alignment', [...gradients, ...together, {
    name: 'whole gradient',
    color: layers.length,
    points: overEpochs(records, ({ alignment }) => alignment?.wholeGradient),
  }], [{ y: 1, label: last }],
    `Cosines between the rule’s errors and those of backpropagation, per layer, mean over ${samples}; and between all `
      + `gradients as one vector. The line: ${last}, which sees the error itself and is exact by construction.`),
    ...(weights.length === 0 ? []
      : [
        figure('Weight alignment', weights, [], 'Cosines between weights and what the feedback puts in their place.'),
      ])]
}

/** `Test accuracy 63.30 % after 5 epochs.`, or that there is none. */
function answer(records: readonly EpochRecord[]): string {
  if (records.length === 0) return 'Nothing was measured.'
  const { epoch, test } = records[records.length - 1]
  return `Test accuracy ${(100 * test.accuracy).toFixed(2)} % ${
    epoch === 0 ? 'before the first step' : `after ${count(epoch, 'epoch')}`
  }.`
}

/** Writes `index.html` into `directory` and returns its path. Throws: UsageError when it cannot be written. */
export function trainReport(directory: string, c: TrainingConfiguration, records: readonly EpochRecord[],
  facts: readonly (readonly [string, string])[], trouble?: Trouble): string
{
  const isOver = records[records.length - 1]?.epoch === c.epochs
  // Single points are no curves.
  const isDrawn = records.length > 1
  const file = join(directory, 'index.html')
  const text = trouble === undefined ? '' : troubleText(trouble, isOver)
  writeWhole(file, htmlReport({
    title: `${c.rule} on ${c.dataset}`,
    ...(trouble === undefined ? {} : { alarm: `${text[0].toUpperCase()}${text.slice(1)}.` }),
    summary: answer(records),
    lead: isDrawn ? [accuracyFigure(c, records), lossFigure(c, records)] : [],
    facts: [...facts, ['Configuration',
      Object.entries(c).filter(([, value]) => !(Array.isArray(value) && value.length === 0)).map(([name, value]) =>
        `${name} ${Array.isArray(value) ? value.join(',') : String(value)}`
      ).join('; ')], ...programFacts()],
    sections: [{
      id: 'training',
      heading: 'Training',
      figures: isDrawn ? alignmentFigures(records) : [],
      tables: [{ caption: 'Epochs', table: epochsTable(records) }],
    }],
  }))
  return file
}
