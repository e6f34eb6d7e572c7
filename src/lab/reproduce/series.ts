// What experiments share: times spaced by ratio, mean lines with bands over seeds.

import type { LineFigure, Series } from '../report/figure.ts'
import { typeset } from '../report/format.ts'
import type { ReportFigure } from '../report/html.ts'
import { type Panels, panels } from '../report/panels.ts'
import type { Cell, Column, Table } from '../report/table.ts'
import { mean, standardDeviation } from '../statistics.ts'

/** Whole numbers from `first` to `last`, about `count` of them, in equal ratios; each once, ends included. */
export function logSpaced(first: number, last: number, count: number): readonly number[] {
  const times = Array.from({ length: count },
    (_, index) => Math.round(first * Math.pow(last / first, count === 1 ? 1 : index / (count - 1))))
  return [...new Set(times)]
}

/**
 * The mean over seeds with a band from the least to the largest, point by point: no band leaves what a cosine or a share
 * can be. `curves` are one per seed, on the same x.
 * A value that is null (not measured) or not finite is left out of its point.
 */
export function meanSeries(name: string, x: readonly number[], curves: readonly (readonly (number | null)[])[],
  look: Partial<Series> = {}): Series
{
  const points: [number, number][] = []
  const band: [number, number, number][] = []
  x.forEach((at, index) => {
    const values = curves.flatMap((curve) => {
      const value = curve[index]
      return value === null || value === undefined || !Number.isFinite(value) ? [] : [value]
    })
    points.push([at, mean(values)])
    if (values.length > 1) band.push([at, Math.min(...values), Math.max(...values)])
  })
  return { name, points, ...(band.length > 0 ? { band } : {}), ...look }
}

/** `mean ± standard deviation` with `digits` decimals; what is missing or not finite is left out, – where all is. */
export function spread(values: readonly (number | null | undefined)[], digits = 1): string {
  const known = values.filter((value): value is number => Number.isFinite(value))
  const text = (x: number): string => typeset(x.toFixed(digits))
  if (known.length === 0) return '–'
  return known.length > 1 ? `${text(mean(known))} ± ${text(standardDeviation(known))}` : text(known[0])
}

/** `mean of 3 seeds with a band from the least to the largest`, `one seed`: what `meanSeries` shows, for captions. */
export function overSeeds(count: number): string {
  return count > 1 ? `mean of ${count} seeds with a band from the least to the largest` : 'one seed'
}

/** Figures side by side as one, with the axes that they share: of x unless said otherwise. */
export function sideBySide(caption: string, figures: readonly LineFigure[],
  share: Panels['share'] = 'x'): ReportFigure
{
  return { svg: panels({ figures, share }), wide: true, caption }
}

/** A table by the names of its columns, or what else there is to say of them. */
export function tableOf(caption: string, columns: readonly (string | Column)[],
  rows: readonly (readonly Cell[])[]): { readonly caption: string; readonly table: Table }
{
  return { caption, table: { columns: columns.map((name) => typeof name === 'string' ? { name } : name), rows } }
}
