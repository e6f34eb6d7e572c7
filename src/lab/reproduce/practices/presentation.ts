// Trainings of practices as they are shown: a table of variants, and the alignment of each layer.

import { barFigure } from '../../report/bars.ts'
import { typeset } from '../../report/format.ts'
import type { ReportFigure } from '../../report/html.ts'
import { last, mean, pairedDifference, type Sample, sample, standardDeviation } from '../../statistics.ts'
import { overSeeds, spread, tableOf } from '../series.ts'
import type { PracticeRun, Variant } from './plan.ts'
import type { Practice, PracticeResult } from './training.ts'

/** Trainings of one variant at one rate, one per seed. */
export interface NamedRuns {
  readonly name: string
  readonly runs: readonly PracticeRun[]
}

/** The runs of a variant under its name. */
export function named({ name }: Variant, runs: readonly PracticeRun[]): NamedRuns {
  return { name, runs }
}

/** Mean cosine of the signals at point `l`, counted from 0, at the end of a training; NaN where there is none. */
export function alignmentAt({ alignment }: PracticeResult, l: number): number {
  return last(alignment)?.[l]?.mean ?? NaN
}

/** The same of each seed. */
export function alignments({ runs }: NamedRuns, l: number): readonly number[] {
  return runs.map(({ result }) => alignmentAt(result, l))
}

/** Accuracy of each seed in %; NaN where a training diverged. */
export function percent({ runs }: NamedRuns,
  of: 'testAccuracy' | 'trainingAccuracy' = 'testAccuracy'): readonly number[]
{
  return runs.map(({ result }) => 100 * (result[of] ?? NaN))
}

/** What one variant has more than another, seed by seed. */
export function gain(a: readonly number[], b: readonly number[]): Sample {
  return a.length === b.length ? pairedDifference(a, b) : sample([])
}

/** Number of feedback points. */
export function points({ runs: [{ result }] }: NamedRuns): number {
  return result.alignment[0]?.length ?? 0
}

/** A row per variant: rate, last loss, accuracies and the alignment of every layer. */
export function practiceTable(caption: string, rows: readonly NamedRuns[]): ReturnType<typeof tableOf> {
  const most = Math.max(...rows.map(points))
  const layers = Array.from({ length: most }, (_, l) => `layer ${l + 1}`)
  const seeds = Math.max(...rows.map(({ runs }) => runs.length))
  return tableOf(
    `${caption} Cosines of signals on 128 test samples at the end, mean${seeds > 1 ? ' ± standard deviation' : ''} `
      + `over seeds: ${seeds}. – where a training diverged or a layer does not exist.`,
    ['variant', { name: 'rate', align: 'right' }, { name: 'loss', align: 'right' }, {
      name: 'training %',
      align: 'right',
    }, { name: 'test %', align: 'right' }, ...layers.map((name) => ({ name, align: 'right' }) as const)],
    rows.map((
      row,
    ) => [row.name, String(row.runs[0].configuration.rate), spread(row.runs.map(({ result }) =>
      last(result.trainingLoss)
    ), 2), spread(percent(row, 'trainingAccuracy')), spread(percent(row)),
      ...layers.map((_, l) => spread(alignments(row, l), 3))]
    ),
  )
}

/** Alignment of every layer, a group of bars per variant. */
export function alignmentFigure(title: string, rows: readonly NamedRuns[]): ReportFigure {
  const layers = Math.max(...rows.map(points))
  const bar = (values: readonly number[]) => {
    const known = values.filter(Number.isFinite)
    const center = mean(known), spread = standardDeviation(known)
    return known.length > 1 ? { value: center, low: center - spread, high: center + spread } : { value: center }
  }
  const negative = rows.some((row) =>
    Array.from({ length: layers }, (_, l) => alignments(row, l)).flat().some((x) => x < -0.02)
  )
  return {
    svg: barFigure({
      title,
      categories: rows.map(({ name }) => name),
      value: { label: 'cosine of signals', ...(negative ? {} : { domain: [0, 1] as const }) },
      series: Array.from({ length: layers }, (_, l) => ({
        name: `layer ${l + 1}`,
        values: rows.map((row) => bar(alignments(row, l))),
      })),
    }),
    caption: `Alignment of each layer's signal at the end, ${
      rows[0].runs.length > 1 ? 'mean ± standard deviation over seeds' : overSeeds(1)
    }.`,
  }
}

/** `4 variants, 2000 images, 8 epochs, …`: the common part of trainings in words. */
export function budgetText(
  { dataset, trainingSamples, batch, epochs, hiddenReduction }: Omit<Practice, 'rate' | 'seed'>,
): string {
  const images =
    { cifar10: 'CIFAR-10 images', optdigits: 'handwritten digits', patterns: 'generated patterns' }[dataset]
  return `${
    trainingSamples === 0 ? 'all' : trainingSamples
  } ${images}, ${epochs} epochs, batch ${batch}, hidden errors ${
    hiddenReduction === 'sum' ? 'summed' : 'averaged'
  }, plain SGD`
}

/** `97.1`: a number of a finding. */
export function text(x: number, digits = 1): string {
  return Number.isFinite(x) ? typeset(x.toFixed(digits)) : '–'
}

/** What variants have more than a control, in points of test accuracy and in the mean cosine of all layers. */
export function differences(title: string, control: NamedRuns, others: readonly NamedRuns[]): string {
  const aligned = (row: NamedRuns): readonly number[] =>
    row.runs.map(({ result }) => mean(Array.from({ length: points(row) }, (_, l) => alignmentAt(result, l))))
  const shown = ({ mean: own, standardError, seeds }: Sample, digits: number): string =>
    seeds > 1 ? `${text(own, digits)} ± ${text(standardError, digits)}` : text(own, digits)
  const parts = others.map((row) =>
    `${row.name} ${shown(gain(percent(row), percent(control)), 1)} points of test accuracy and ${
      shown(gain(aligned(row), aligned(control)), 3)
    } in the mean cosine`
  )
  return `${title}. More than ${control.name}: ${parts.join('; ')}.`
}
