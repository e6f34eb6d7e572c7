// The report of `train`: one page.

import { join } from 'node:path'
import { writeWhole } from '../files.ts'
import { count } from '../report/format.ts'
import { type LineFigure, lineFigure, type Series } from '../report/figure.ts'
import { htmlReport, type ReportFigure } from '../report/html.ts'
import type { TrainingConfiguration } from '../training/configuration.ts'
import { programFacts, TERMS } from '../report/facts.ts'
import { SHAPES } from '../training/datasets.ts'
import type { EpochRecord } from './record.ts'

type Points = readonly (readonly [number, number])[]

const EPOCHS = { label: 'epoch', whole: true } as const

function overEpochs(records: readonly EpochRecord[],
  value: (record: EpochRecord) => number | null | undefined): Points
{
  return records.map((record) => [record.epoch + 1, value(record) ?? NaN])
}

function alignmentFigure(records: readonly EpochRecord[]): ReportFigure | undefined {
  const first = records.find(({ alignment }) => alignment !== null)?.alignment
  if (first === null || first === undefined) return undefined
  // Hidden layers in front; the last layer sees the error itself and is exact by construction.
  const layers = Object.keys(first.layerGradient)
  const series: Series[] = [...layers.map((name, index): Series => ({
    name: index === layers.length - 1 ? `gradient, ${name} (exact by construction)` : `gradient, ${name}`,
    points: overEpochs(records, ({ alignment }) => alignment?.layerGradient[name]?.mean),
  })), {
    name: 'whole gradient',
    points: overEpochs(records, ({ alignment }) => alignment?.wholeGradient),
    dashed: true,
  }, ...Object.keys(first.weight).map((name): Series => ({
    name: `weight, ${name}`,
    points: overEpochs(records, ({ alignment }) => alignment?.weight[name]),
    dashed: true,
  }))]
  return {
    svg: lineFigure({
      title: 'Alignment with backpropagation',
      x: EPOCHS,
      y: { label: 'cosine' },
      series,
      marks: [{ y: 0 }],
    }),
    caption:
      'Cosines between the rule’s errors and the exact ones, per layer and for all gradients as one vector, and between weights and '
      + 'feedback; the same training samples after every epoch, in evaluation mode. 1 is backpropagation.',
  }
}

/** Writes `index.html` into `directory` and returns its path. Throws: UsageError when it cannot be written. */
export function trainReport(directory: string, c: TrainingConfiguration, records: readonly EpochRecord[],
  facts: readonly (readonly [string, string])[]): string
{
  const curves = (title: string, label: string, series: readonly Series[], caption: string,
    marks: LineFigure['marks'] = []): ReportFigure => ({
      svg: lineFigure({ title, x: EPOCHS, y: { label }, series, marks }),
      caption,
    })
  const hasValidation = records.some(({ validation }) => validation !== null)
  const split = (
    name: 'loss' | 'accuracy',
  ): Series[] => [{ name: 'test', points: overEpochs(records, ({ test }) => test[name]) },
    ...(hasValidation ? [{ name: 'validation', points: overEpochs(records, ({ validation }) => validation?.[name]) }]
      : [])]
  const alignment = alignmentFigure(records)
  const file = join(directory, 'index.html')
  const last = records[records.length - 1]
  writeWhole(file, htmlReport({
    title: `${c.rule} on ${c.dataset}`,
    summary: `Test accuracy ${(100 * last.test.accuracy).toFixed(2)} % after ${count(last.epoch + 1, 'epoch')}.`,
    terms: TERMS,
    facts: [...facts, ['Configuration',
      Object.entries(c).filter(([, value]) => !(Array.isArray(value) && value.length === 0)).map(([name, value]) =>
        `${name} ${Array.isArray(value) ? value.join(',') : String(value)}`
      ).join('; ')], ...programFacts()],
    sections: [{
      id: 'training',
      heading: 'Training',
      figures: [curves('Loss', `${c.loss} (${c.reduction})`, [{
        name: 'training (mean over the epoch)',
        points: overEpochs(records, ({ trainingLoss }) => trainingLoss),
      }, ...split('loss').map((one, index) => ({ ...one, color: index + 1 }))],
        'Loss per epoch. The training loss is the mean over the epoch’s steps, each before its update.'),
        curves('Accuracy', 'share of right answers',
          split('accuracy').map((one, index) => ({ ...one, color: index + 1 })),
          'Share of right answers after each epoch. The line: chance.', [{
          y: 1 / SHAPES[c.dataset].classes,
          label: 'chance',
        }]), ...(alignment === undefined ? [] : [alignment])],
      tables: [{
        caption: 'Epochs',
        table: {
          columns: [{ name: 'epoch' }, { name: 'training loss' }, { name: 'test loss' }, {
            name: 'test accuracy',
            digits: 5,
          }, { name: 'whole-gradient alignment' }],
          rows: records.map((
            record,
          ) => [record.epoch + 1, record.trainingLoss, record.test.loss, record.test.accuracy,
            record.alignment?.wholeGradient ?? null]
          ),
        },
      }],
    }],
  }))
  return file
}
