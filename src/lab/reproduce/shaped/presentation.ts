// Curves, bars and a table of trainings under shaped feedback.

import { count, significant, typeset } from '../../report/format.ts'
import type { LineFigure } from '../../report/figure.ts'
import type { ReportFigure } from '../../report/html.ts'
import { last, mean } from '../../statistics.ts'
import { meanSeries, sideBySide, spread, tableOf } from '../series.ts'
import { EXPONENTS, finalsOf, isAtEdge, type NamedTask, type ShapedRun, type ShapedScale, VARIANTS } from './plan.ts'
import type { ShapedCurves } from './training.ts'

/** What is missed by epoch; where a training did not stay finite, everything. */
export function missesOf(run: ShapedRun, part: 'all' | 'rare'): readonly number[] {
  const { result, configuration: { epochs } } = run
  return isFinished(result) ? result[part] : Array.from({ length: epochs + 1 }, () => 1)
}

/** Whether a training came to its end. */
export function isFinished({ validation, all }: ShapedCurves): boolean {
  return validation !== null && all.length > 0
}

/** Mean over the epochs of what is missed, the start left out: small where it is learnt early. One value per seed. */
export function meanMisses(runs: readonly ShapedRun[], part: 'all' | 'rare'): readonly number[] {
  return runs.map((run) => mean(missesOf(run, part).slice(1)))
}

/** Mean over hidden layers of the alignment at the end, one value per seed. */
export function alignments(runs: readonly ShapedRun[]): readonly number[] {
  return runs.map(({ result: { alignment } }) => mean(alignment.map((value) => value ?? NaN)))
}

/** `p = −½`, `backpropagation`. */
export function variantName(exponent: number | null): string {
  return exponent === null ? 'backpropagation' : `p = ${typeset(String(exponent))}`
}

/**
 * What is missed over the epochs, a panel per task. Means alone: seeds differ in which classes are rare, by more than
 * exponents do, and claims take differences seed by seed.
 */
export function missesFigure(runs: readonly ShapedRun[], tasks: readonly NamedTask[], part: 'all' | 'rare',
  what: string): ReportFigure
{
  const seeds = finalsOf(runs, tasks[0], 0).length
  return sideBySide(`${what}, mean over ${count(seeds, 'seed')}.`, tasks.map((task): LineFigure => ({
    title: task.title,
    x: { label: 'epoch', scale: 'log' },
    y: { label: part === 'all' ? 'missed' : 'missed of the rare', scale: 'log' },
    series: VARIANTS.map((exponent, color) => {
      const curves = finalsOf(runs, task, exponent).map((run) => missesOf(run, part).slice(1))
      const points = (curves[0] ?? []).map((_, epoch) =>
        [epoch + 1, mean(curves.map((curve) => curve[epoch]))] as const
      )
      return { name: variantName(exponent), points, draw: 'line', color, dashed: exponent === null }
    }),
  })))
}

/** Alignment at the end by exponent, one line per task. */
export function alignmentFigure(runs: readonly ShapedRun[], tasks: readonly NamedTask[]): LineFigure {
  const series = tasks.map(({ title, ...task }) => {
    const values = EXPONENTS.map((exponent) => alignments(finalsOf(runs, { ...task, title }, exponent)))
    return meanSeries(title, EXPONENTS, (values[0] ?? []).map((_, seed) => values.map((list) => list[seed])))
  })
  return {
    title: 'Gradient alignment at the end',
    x: { label: 'exponent p' },
    y: { label: 'mean cosine with the exact gradient' },
    series,
    width: 520,
    height: 320,
  }
}

/** One row per task and variant. */
export function shapedTable(runs: readonly ShapedRun[], scale: ShapedScale): ReturnType<typeof tableOf> {
  return tableOf(
    'Long trainings: mean ± one standard deviation over seeds. Missed: share of wrong answers, or unexplained variance; '
      + 'rare: of the three rarest classes or weakest modes; κ: of Σ_yx. A star marks a rate or scale at an end of its '
      + 'ladder',
    ['task', 'feedback', 'κ', 'rate', 'scale', 'missed at the end', 'rare at the end', 'rare, mean over epochs',
      'GA by layer'],
    scale.tasks.flatMap((task) =>
      VARIANTS.map((exponent) => {
        const own = finalsOf(runs, task, exponent)
        if (own.length === 0) return [task.title, variantName(exponent), '–', '–', '–', 'diverged', '–', '–', '–']
        const { configuration: c, result } = own[0]
        const star = isAtEdge(scale, c) ? '*' : ''
        const end = (part: 'all' | 'rare'): string => spread(own.map((run) => last(missesOf(run, part))), 3)
        const layers = result.alignment.map((_, l) => spread(own.map((run) => run.result.alignment[l]), 2))
        return [task.title, variantName(exponent), significant(mean(own.map((run) => run.result.condition)), 3),
          `${significant(c.rate, 3)}${star}`, exponent === null ? '–' : `${significant(c.scale, 2)}${star}`, end('all'),
          end('rare'), spread(meanMisses(own, 'rare'), 3), layers.length === 0 ? '–' : layers.join(', ')]
      })
    ),
  )
}
