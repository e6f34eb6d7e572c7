// What the runs of linear networks under shaped feedback say: selections, figures and tables.

import type { LineFigure } from '../../report/figure.ts'
import { typeset } from '../../report/format.ts'
import type { ReportFigure } from '../../report/html.ts'
import { mean } from '../../statistics.ts'
import type { Run } from '../experiment.ts'
import { meanSeries, overSeeds, sideBySide, spread, tableOf } from '../series.ts'
import { GIVEN, type LinearResult, type LinearRun, MOST } from './linear.ts'

/** What each part varies. */
export type Part = 'rates' | 'gaussian' | 'colored' | 'noisy'
export type LinearConfiguration = LinearRun & { readonly part: Part }
export type LinearRuns = readonly Run<LinearConfiguration, LinearResult>[]

/** Sizes of a scale. */
export interface LinearSetting {
  readonly seeds: number
  readonly conditions: readonly number[]
  readonly widths: readonly number[]
  readonly noises: readonly number[]
}

/** Exponents of the first part and of noisy targets, shapes of the others, and of what S_l is a power. */
export const EXPONENTS = [-1.5, -1, -0.5, 0, 0.5, 1] as const
export const NOISY = [-1, -0.5, 0, 0.5] as const
export const SHAPES = ['balanced', 0, -1] as const
export const FROM = ['teacher', 'whitened', 'cross'] as const
export const SAMPLES = 60
const FROM_TEXT = { teacher: 'T', whitened: 'TΣ^(1/2)', cross: 'TΣ' } as const
const nameOf = (exponent: LinearRun['exponent']): string =>
  exponent === 'balanced' ? exponent : `p = ${typeset(String(exponent))}`

/** Results of one part, in the order of the seeds. */
export function of(runs: LinearRuns, part: Part,
  isMeant: (c: LinearConfiguration) => boolean): readonly LinearResult[]
{
  return runs.filter(({ configuration: c }) => c.part === part && isMeant(c)).map(({ result }) => result)
}

/** Runs at their largest rate. */
export const rated = (runs: LinearRuns, exponent: LinearRun['exponent'], condition: number): readonly LinearResult[] =>
  of(runs, 'rates', (c) => c.exponent === exponent && c.condition === condition)
/** Runs with noisy targets. */
export const noisy = (runs: LinearRuns, p: number, noise: number): readonly LinearResult[] =>
  of(runs, 'noisy', (c) => c.exponent === p && c.samples?.noise === noise)
/** A run that does not end has taken all steps there are. */
export const stepsOf = ({ steps }: LinearResult): number => steps ?? MOST
/** Mean over hidden layers; NaN for a run that does not end: it has no alignment, not a poor one. */
export const meanAlignment = ({ alignment, steps }: LinearResult): number => steps === null ? NaN : mean(alignment)

/** Runs with Gaussian Q_l of a width; null for orthogonal ones. */
export const drawn = (runs: LinearRuns, exponent: LinearRun['exponent'],
  width: number | null): readonly LinearResult[] =>
  of(runs, 'gaussian', (c) => c.exponent === exponent && c.gaussianWidth === width)

/** Steps and alignment by exponent. */
export function rateFigure(runs: LinearRuns, { conditions, seeds }: LinearSetting): ReportFigure {
  const panel = (title: string, label: string, scale: 'log' | 'linear',
    value: (r: LinearResult) => number): LineFigure => ({
      title,
      x: { label: 'exponent p' },
      y: { label, scale },
      series: conditions.map((condition) => {
        const values = EXPONENTS.map((p) => rated(runs, p, condition).map(value))
        return meanSeries(`κ_T = ${condition}`, EXPONENTS, values[0].map((_, seed) => values.map((list) => list[seed])))
      }),
    })
  return sideBySide(`At 0.7 of the largest stable rate of each, four layers, relative loss 10⁻⁶: ${overSeeds(seeds)}.`,
    [panel('Steps', 'steps', 'log', stepsOf), panel('Alignment', 'GA, mean over layers', 'linear', meanAlignment)])
}

/** Alignment and steps by width. */
export function gaussianFigure(runs: LinearRuns, { widths, seeds }: LinearSetting): ReportFigure {
  const panel = (title: string, label: string, value: (r: LinearResult) => number): LineFigure => ({
    title,
    x: { label: 'width n', scale: 'log' },
    y: { label, scale: 'log' },
    series: SHAPES.map((exponent) => {
      const values = widths.map((width) => drawn(runs, exponent, width).map(value))
      return meanSeries(nameOf(exponent), widths, values[0].map((_, seed) => values.map((list) => list[seed])))
    }),
  })
  return sideBySide(`Gaussian Q_l, κ_T = 10, three layers, at 0.05 of the largest stable rate: ${overSeeds(seeds)}.`, [
    panel('Distance from alignment', '1 − GA, mean over layers', (r) => 1 - meanAlignment(r)),
    panel('Steps', 'steps to loss 10⁻⁶', stepsOf),
  ])
}

/** Test errors by exponent. */
export function noisyFigure(runs: LinearRuns, { noises, seeds }: LinearSetting): ReportFigure {
  const panel = (title: string, label: string, value: (r: LinearResult) => number): LineFigure => ({
    title,
    x: { label: 'exponent p' },
    y: { label, scale: 'log' },
    series: noises.map((noise) => {
      const values = NOISY.map((p) => noisy(runs, p, noise).map(value))
      return meanSeries(`noise ${noise}`, NOISY, values[0].map((_, seed) => values.map((list) => list[seed])))
    }),
  })
  return sideBySide(
    `Noisy targets, ${SAMPLES} samples, at 0.3 of the largest stable rate: ${overSeeds(seeds)}. Runs that `
      + 'never reach the test error are left out.',
    [panel('Least test error', 'least ‖C_L − T‖²/‖T‖²', (r) => r.leastTest),
      panel('Time to a test error', `steps to ${GIVEN}`, (r) => r.stepsToTest ?? NaN)],
  )
}

/** What colored inputs and noise do. */
export function linearTables(runs: LinearRuns, { noises }: LinearSetting): readonly ReturnType<typeof tableOf>[] {
  return [
    tableOf('Colored inputs, κ_T = κ_x = 10, three layers: mean ± one standard deviation over seeds', ['feedback',
      'S_l of', 'largest rate', 'steps', 'GA₁', 'GA₂'], SHAPES.flatMap((exponent) =>
        FROM.map((from) => {
          const own = of(runs, 'colored', (c) => c.exponent === exponent && c.from === from)
          return [nameOf(exponent), FROM_TEXT[from], spread(own.map(({ largest }) => largest), 2),
            spread(own.map(stepsOf), 0), ...[0, 1].map((l) => spread(own.map(({ alignment }) => alignment[l]), 3))]
        })
      )),
    tableOf(
      `Noisy targets, ${SAMPLES} samples, κ_T = 10, three layers, S_l from the samples: mean ± one standard `
        + 'deviation over seeds',
      ['noise', 'feedback', 'least test error', `steps to test error ${GIVEN}`, 'never'],
      noises.flatMap((noise) =>
        NOISY.map((p) => {
          const own = noisy(runs, p, noise)
          return [noise, nameOf(p), spread(own.map(({ leastTest }) => leastTest), 3),
            spread(own.map(({ stepsToTest }) => stepsToTest), 0), own.filter(({ stepsToTest }) =>
              stepsToTest === null
            ).length]
        })
      ),
    ),
  ]
}
