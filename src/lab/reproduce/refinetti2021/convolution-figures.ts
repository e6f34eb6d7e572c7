// Figures of trainings of convolutions: loss over epochs, accuracy by variant.

import { meanAndDeviation } from '../../../dfa/index.ts'
import { barFigure } from '../../report/bars.ts'
import { lineFigure } from '../../report/figure.ts'
import type { ReportFigure } from '../../report/html.ts'
import type { Run } from '../experiment.ts'
import { meanSeries } from '../series.ts'
import type { TrainingRun, TrainingRunResult } from './convolution-plan.ts'

/** Trainings of one variant, one per seed, and what it is called. */
export interface NamedTrainings {
  readonly name: string
  readonly runs: readonly Run<TrainingRun, TrainingRunResult>[]
}

/** Test accuracy of each run; NaN where it diverged. */
export function accuracies(runs: NamedTrainings['runs']): readonly number[] {
  return runs.map(({ result }) => result.testAccuracy ?? NaN)
}

/** Mean difference of two accuracies in points, paired by seed, with its standard error where there are several. */
export function pointsOver(a: readonly number[], b: readonly number[]): string {
  const { mean, deviation } = meanAndDeviation(a.map((x, k) => 100 * (x - b[k])))
  const points = mean.toFixed(1).replace(/^-0\.0$/, '0.0').replace('-', '−')
  return a.length > 1 ? `${points} ± ${(deviation / Math.sqrt(a.length)).toFixed(1)}` : points
}

/** Mean training loss per epoch of several variants. */
export function lossFigure(name: string, variants: readonly NamedTrainings[]): ReportFigure {
  const epochs = variants[0].runs[0].result.trainingLoss.map((_, epoch) => epoch + 1)
  const seeds = variants[0].runs.length
  return {
    svg: lineFigure({
      title: `${name}: training loss`,
      x: { label: 'epoch' },
      y: { label: 'cross-entropy', scale: 'log' },
      series: variants.map(({ name: variant, runs }) =>
        meanSeries(variant, epochs, runs.map(({ result }) => result.trainingLoss), { draw: 'both' })
      ),
    }),
    caption: `Mean training loss of each epoch, ${name}, mean ± standard deviation over ${seeds} seed(s), each variant `
      + 'with its own best rate '
      + `(${variants.map(({ name: variant, runs }) => `${variant} ${runs[0].configuration.rate}`).join(', ')}).`,
  }
}

/** Bars of test error, one per variant. */
export function errorFigure(name: string, variants: readonly NamedTrainings[]): ReportFigure {
  return {
    svg: barFigure({
      title: `${name}: test error`,
      categories: variants.map((variant) => variant.name),
      value: { label: 'wrong answers on test images', unit: '%' },
      series: [{
        name: 'mean of seeds',
        values: variants.map(({ runs }) => {
          const { mean, deviation } = meanAndDeviation(accuracies(runs).map((x) => 100 - 100 * x))
          return runs.length > 1 ? { value: mean, low: mean - deviation, high: mean + deviation } : { value: mean }
        }),
      }],
    }),
    caption:
      `Share of wrong answers on test images, mean ± standard deviation over ${variants[0].runs.length} seed(s), `
      + `${name}, each variant at its own best rate.`,
  }
}
