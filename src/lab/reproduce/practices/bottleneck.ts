// Cosines over the size of a bottleneck, as tables and figures.

import type { LineFigure } from '../../report/figure.ts'
import type { ReportFigure } from '../../report/html.ts'
import { mean, type Sample, sample } from '../../statistics.ts'
import { meanSeries, overSeeds, sideBySide, tableOf } from '../series.ts'
import type { PracticeRun } from './plan.ts'
import { alignmentAt, type NamedRuns, practiceTable } from './presentation.ts'
import { SIZES, STORED_DRAWN, STORED_PRE_ALIGNED, type StoredRow } from './stored-bottleneck.ts'
import type { Practice, PracticeResult } from './training.ts'

/** Trainings of all sizes from one kind of initial weights, per size one per seed. */
export interface Series {
  readonly initial: Practice['initial']
  readonly rows: readonly (readonly PracticeRun[])[]
}

/** The cosine of a layer, or that of masked signals; the same where nothing is masked. */
function cosineOf(result: PracticeResult, layer: number, how?: 'masked'): number {
  return how === undefined || result.masked.length === 0 ? alignmentAt(result, layer) : result.masked[layer].mean ?? NaN
}

/** Mean over seeds of the cosines of a layer at the end, size by size. */
export function cosinesOf({ rows }: Series, layer: number, how?: 'masked'): readonly Sample[] {
  return rows.map((seeds) => sample(seeds.map(({ result }) => cosineOf(result, layer, how))))
}

const STORED = { drawn: STORED_DRAWN, 'pre-aligned': STORED_PRE_ALIGNED } as const
const percent = (x: number | null | undefined): number => 100 * (x ?? NaN)
const known = (values: readonly number[]): number | null => (values.every(Number.isFinite) ? mean(values) : null)

/** One table per kind of initial weights, one of the narrow layer, and one of what was trained longer. */
export function bottleneckTables(drawn: Series, preAligned: Series, widths: readonly number[],
  narrow: readonly (readonly PracticeRun[])[], longer: readonly NamedRuns[]): readonly ReturnType<typeof tableOf>[]
{
  const columns = ['b', 'training %', 'test %', 'layer 1', 'layer 1, masked', 'layer 2', 'layer 3'].map((name) => ({
    name,
    digits: 3,
  }))
  const own = ({ initial, rows }: Series) =>
    tableOf(`The masked layer, ${initial} weights: measured, and in the last five columns as stored by the authors`, [
      ...columns,
      ...['training %', 'test %', 'layer 1', 'layer 2', 'layer 3'].map((name) => ({
        name: `stored ${name}`,
        digits: 3,
      })),
    ], rows.map((seeds, i) => {
      const stored: StoredRow = STORED[initial][i]
      const of = (value: (result: PracticeResult) => number): number | null =>
        known(seeds.map(({ result }) => value(result)))
      return [SIZES[i], of((r) => percent(r.trainingAccuracy)), of((r) => percent(r.testAccuracy)), of((r) =>
        cosineOf(r, 0)
      ), of((r) => cosineOf(r, 0, 'masked')), of((r) => cosineOf(r, 1)), of((r) => cosineOf(r, 2)), stored.training,
        stored.test, ...stored.cosines]
    }))
  const others = narrow.flatMap((runs, i): readonly NamedRuns[] => [{ name: `width ${widths[i]}`, runs }])
  return [own(drawn), own(preAligned), practiceTable('A second layer that is literally narrow.', others),
    ...(longer.length === 0 ? []
      : [practiceTable('Trained longer, with all images: what the stage of training changes.', longer)])]
}

/** Cosines and accuracy over b beside the stored ones; cosines over the width of the narrow layer. */
export function bottleneckFigures(drawn: Series, preAligned: Series, widths: readonly number[],
  narrow: readonly (readonly PracticeRun[])[]): readonly ReportFigure[]
{
  const x = { label: 'b', scale: 'log' } as const
  const cosine = { label: 'cosine of signals', domain: [-0.05, 1] } as const
  const seeds = drawn.rows[0].length
  const line = (name: string, { rows }: Series, value: (result: PracticeResult) => number, color: number) =>
    meanSeries(name, SIZES, Array.from({ length: seeds }, (_, k) => rows.map((own) => value(own[k].result))), { color })
  const stored = (name: string, rows: readonly StoredRow[], value: (row: StoredRow) => number, color: number) =>
    meanSeries(name, SIZES, [rows.map(value)], { color, dashed: true })
  const at = (layer: number): LineFigure => ({
    title: `Layer ${layer + 1}${layer === 1 ? ', the masked one' : ''}`,
    x,
    y: cosine,
    series: [line('drawn', drawn, (r) => cosineOf(r, layer), 0),
      line('pre-aligned', preAligned, (r) => cosineOf(r, layer), 1),
      ...(layer === 0 ? [line('drawn, masked', drawn, (r) => cosineOf(r, layer, 'masked'), 2)] : []),
      stored('stored, drawn', STORED_DRAWN, ({ cosines }) => cosines[layer], 0),
      stored('stored, pre-aligned', STORED_PRE_ALIGNED, ({ cosines }) => cosines[layer], 1)],
  })
  const accuracy = (title: string, of: 'training' | 'test'): LineFigure => {
    const measured = of === 'test' ? 'testAccuracy' : 'trainingAccuracy'
    return {
      title,
      x,
      y: { label: '%' },
      series: [line('drawn', drawn, (r) => percent(r[measured]), 0),
        line('pre-aligned', preAligned, (r) => percent(r[measured]), 1),
        stored('stored, drawn', STORED_DRAWN, (row) => row[of], 0),
        stored('stored, pre-aligned', STORED_PRE_ALIGNED, (row) => row[of], 1)],
    }
  }
  return [
    sideBySide(
      `Alignment over b, ${overSeeds(seeds)}; dashed: the authors' stored log. "Masked": both signals under a `
        + 'mask of keep-probability b/800 each, which multiplies the cosine by b/800.',
      [0, 1, 2].map(at),
      'both',
    ),
    sideBySide(`Accuracy over b, ${overSeeds(seeds)}; dashed: stored.`, [accuracy('Training', 'training'),
      accuracy('Test', 'test')], 'both'),
    sideBySide('A second layer that is literally narrow: another bottleneck, another effect.', [{
      title: 'Narrow layer',
      x: { label: 'width', scale: 'log' },
      y: cosine,
      series: [0, 1, 2].map((layer) =>
        meanSeries(`layer ${layer + 1}`, widths, Array.from({ length: seeds }, (_, k) =>
          narrow.map((own) => cosineOf(own[k].result, layer))))
      ),
    }]),
  ]
}
