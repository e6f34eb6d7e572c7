// Tables and pictures of a comparison on views.

import { barFigure } from '../../report/bars.ts'
import type { ReportFigure } from '../../report/html.ts'
import { type Picture, pictures } from '../../report/pictures.ts'
import { last, mean, type Sample } from '../../statistics.ts'
import { hasGap, shareClosed } from '../graphs/share.ts'
import { type NamedTable, spread, tableOf } from '../series.ts'
import { RULE_TITLES, testScores, VIEW_RULES, type ViewRow } from './settings.ts'
import { type Rendered, unpacked, type ViewRule } from './training.ts'

/** `0.63 ± 0.02`, a mean with its standard error. */
export function plusMinus({ mean: value, standardError }: Sample): string {
  return `${value.toFixed(2)} ± ${standardError.toFixed(2)}`
}

const picture = ({ width, height }: Rendered, bytes: string, label: string): Picture => ({ colors: unpacked(bytes),
  width, height, label })

/** Test views as they are and as each rule renders them, of the first seed. */
export function pictureFigure({ budget: { scene }, outcomes }: ViewRow): ReportFigure {
  const shown = (rule: ViewRule): readonly Rendered[] => outcomes[rule].results[0].pictures
  const views = shown('BP')
  return {
    svg: pictures({
      columns: views.map(({ name }) => name),
      rows: [{ name: 'as it is', pictures: views.map((view) => picture(view, view.truth, '')) },
        ...VIEW_RULES.map((rule) => ({
          name: RULE_TITLES[rule],
          pictures: views.map((_, index) => {
            const own = shown(rule)[index] as Rendered | undefined
            return own === undefined ? undefined : picture(own, own.rendered, `${own.psnr.toFixed(1)} dB`)
          }),
        }))],
    }),
    caption: `Views of ${scene} that no training has seen, rendered at the end of each training with the first seed.`,
  }
}

/** PSNR by scene and rule. */
export function scoreFigure(rows: readonly ViewRow[]): ReportFigure {
  return {
    svg: barFigure({
      title: 'PSNR on test views',
      categories: rows.map(({ budget: { scene } }) => scene),
      value: { label: 'dB' },
      series: [...VIEW_RULES.map((rule) => ({
        name: RULE_TITLES[rule],
        values: rows.map(({ outcomes }) => {
          const values = [...testScores(outcomes[rule].results)].sort((a, b) => a - b)
          return { value: mean(values), low: values[0], high: last(values) }
        }),
      })), {
        name: 'mean training image',
        values: rows.map(({ outcomes: { BP } }) => ({ value: BP.results[0].meanImage })),
      }],
    }),
    caption: 'Means over seeds with the range over them, each rule at its own best rate.',
  }
}

/** Test scores with the share of the gap that each rule closes. */
export function scoreTable(rows: readonly ViewRow[]): NamedTable {
  return tableOf(
    'PSNR on test views in dB, mean ± one standard deviation over seeds; share of the gap from the control to '
      + 'BP that is closed, ± its standard error',
    ['scene', 'rule', 'rate', 'PSNR', 'validation', 'share closed', 'seeds'],
    rows.flatMap(({ budget: { scene }, outcomes }) => {
      const scores = (rule: ViewRule): readonly number[] => testScores(outcomes[rule].results)
      const share = (rule: ViewRule): string => {
        const gap = { BP: scores('BP'), DFA: scores(rule), shallow: scores('shallow') }
        return (rule === 'DFA' || rule === 'shared') && hasGap(gap) ? plusMinus(shareClosed(gap)) : '–'
      }
      return [...VIEW_RULES.map((rule) => {
        const { rate, results } = outcomes[rule]
        return [scene, RULE_TITLES[rule], rate, spread(scores(rule)),
          spread(results.map(({ validation }) => validation)), share(rule), results.length]
      }), [scene, 'mean training image', '–', spread([outcomes.BP.results[0].meanImage]), '–', '–', '–']]
    }),
  )
}

/** Validation scores of all rates. */
export function sweepTable(rows: readonly ViewRow[]): NamedTable {
  const rates = [...new Set(rows.flatMap(({ budget }) => budget.rates))].sort((a, b) => a - b)
  return tableOf(
    'PSNR on validation views in dB by rate, shorter trainings with the first seed; – was not tried or did not '
      + 'stay finite',
    ['scene', 'rule', ...rates.map((rate) => `rate ${rate}`)],
    rows.flatMap(({ budget, outcomes }) =>
      VIEW_RULES.map((rule) => [budget.scene, RULE_TITLES[rule], ...rates.map((rate) =>
        spread([outcomes[rule].sweep.find((one) =>
          one.rate === rate
        )?.validation])
      )])
    ),
  )
}

/** Cosines of the direct rules at their points. */
export function signalTable(rows: readonly ViewRow[]): NamedTable {
  const points = Math.max(...rows.map(({ budget: { depth } }) => depth))
  const names = Array.from({ length: points }, (_, l) => `point ${l + 1}`)
  return tableOf(
    'Cosine of delivered and exact signal at the end, points from the bottom, mean ± one standard deviation '
      + 'over seeds',
    ['scene', 'rule', ...names],
    rows.flatMap(({ budget: { scene }, outcomes }) =>
      (['DFA', 'shared'] as const).map((rule) => [scene, RULE_TITLES[rule], ...names.map((_, l) =>
        spread(outcomes[rule].results.map(({ signal }) =>
          signal[l]
        ), 2)
      )])
    ),
  )
}
