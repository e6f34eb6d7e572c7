// Trainings of convolutions as they are shown: loss, test error, alignment and a table of variants.

import { barFigure, drawn, last, type LineFigure, mean, meanSeries, type NamedTable, overSeeds, pairedDifference,
  type ReportFigure, spread, standardDeviation, tableOf, typeset } from '../index.ts'
import type { TrainingRun } from './plan.ts'
import type { AlignmentCurves, ConvolutionTrainingResult, Curve } from './training.ts'

/** Trainings of one variant, one per seed, and what it is called. */
export interface NamedTrainings {
  readonly name: string
  readonly runs: readonly TrainingRun[]
}

/** Test accuracy of each run, or training accuracy; NaN where it diverged. */
export function accuracies({ runs }: NamedTrainings,
  of: 'testAccuracy' | 'trainingAccuracy' = 'testAccuracy'): readonly number[]
{
  return runs.map(({ result }) => result[of] ?? NaN)
}

/** Points of accuracy above a control, paired by seed, in a sentence. */
export function gainsText(name: string, variants: readonly NamedTrainings[], control: NamedTrainings): string {
  const over = (one: NamedTrainings, of: 'testAccuracy' | 'trainingAccuracy'): string => {
    const { mean: gain, standardError, seeds } = pairedDifference(accuracies(one, of), accuracies(control, of))
    if (!Number.isFinite(gain)) return '–'
    const points = typeset((100 * gain).toFixed(1))
    return seeds > 1 ? `${points} ± ${(100 * standardError).toFixed(1)}` : points
  }
  const gains = variants.map((one) => `${one.name} ${over(one, 'testAccuracy')} (${over(one, 'trainingAccuracy')})`)
  return `${name}, points of accuracy above ${control.name} on test images (on training images), with standard errors `
    + `where there are several seeds: ${gains.join('; ')}.`
}

/** Cosines over epochs from the first step on, means of the trainings of each curve. */
export function cosineFigure<R extends AlignmentCurves>(title: string, domain: readonly [number, number],
  curves: readonly (readonly [name: string, results: readonly R[], of: (result: R) => Curve])[]): LineFigure
{
  return {
    title,
    x: { label: 'epoch', scale: 'log' },
    y: { label: 'cosine', domain },
    series: curves.map(([name, results, of]) => {
      const [{ steps, stepsPerEpoch }] = results
      const epochs = steps.slice(1).map((step) => step / stepsPerEpoch)
      return meanSeries(name, epochs, results.map((result) => of(result).slice(1)), { draw: 'both' })
    }),
  }
}

/** Mean training loss per epoch of several variants. */
export function lossFigure(name: string, variants: readonly NamedTrainings[]): ReportFigure {
  const [{ runs: first }] = variants
  const epochs = first[0].result.trainingLoss.map((_, epoch) => epoch + 1)
  const rates = variants.map(({ name: variant, runs }) => `${variant} ${runs[0].configuration.rate}`).join(', ')
  const series = variants.map(({ name: variant, runs }) =>
    meanSeries(variant, epochs, runs.map(({ result }) => result.trainingLoss), { draw: 'both' })
  )
  return drawn(
    `Mean training loss of each epoch, ${name}, ${overSeeds(first.length)}, each variant with its own best `
      + `rate (${rates}).`,
    { title: `${name}: training loss`, x: { label: 'epoch' }, y: { label: 'cross-entropy', scale: 'log' }, series },
  )
}

/** Bars of test error, one per variant. */
export function errorFigure(name: string, variants: readonly NamedTrainings[]): ReportFigure {
  return {
    svg: barFigure({
      title: `${name}: test error`,
      categories: variants.map((variant) => variant.name),
      value: { label: 'wrong answers on test images', unit: '%' },
      series: [{ name: 'mean of seeds',
        values: variants.map((one) => bar(accuracies(one).map((x) => 100 - 100 * x))) }],
    }),
    caption: `Share of wrong answers on test images, ${name}, ${overSeeds(variants[0].runs.length)}, bars of one `
      + 'standard deviation, each variant at its own best rate.',
  }
}

/** Mean with one standard deviation each way where there are several. */
export function bar(
  values: readonly number[],
): { readonly value: number; readonly low?: number; readonly high?: number } {
  const [value, deviation] = [mean(values), standardDeviation(values)]
  return values.length > 1 ? { value, low: value - deviation, high: value + deviation } : { value }
}

/** Accuracies, alignment of the first two convolutions and what the second could attain. */
export function trainingTable(name: string, variants: readonly NamedTrainings[]): NamedTable {
  const percent = (values: readonly number[]): string => spread(values.map((x) => 100 * x))
  const columns = ['rate', 'training %', 'test %', 'GA₁', 'GA₂', 'WA₂', 'attainable']
  return tableOf(
    `Trainings on ${name}: the rate found by training loss, accuracies in per cent, gradient alignment of both `
      + 'convolutions and weight alignment of the second at the end, and what this could be; mean ± standard deviation '
      + 'where there are several seeds.',
    ['variant', ...columns.map((column) => ({ name: column, align: 'right' } as const))],
    variants.map((one) => {
      const ends = (of: (result: ConvolutionTrainingResult) => Curve | undefined): string =>
        spread(one.runs.map(({ result }) => last(of(result) ?? [])), 2)
      return [one.name, String(one.runs[0].configuration.rate), percent(accuracies(one, 'trainingAccuracy')),
        percent(accuracies(one)), ends((r) => r.gradientAlignment[0]), ends((r) => r.gradientAlignment[1]),
        ends((r) => r.weightAlignment[0]), spread(one.runs.map(({ result }) => result.attainable[0]?.convolution), 3)]
    }),
  )
}
