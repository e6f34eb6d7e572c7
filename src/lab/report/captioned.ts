// Figures and tables with their captions, and the lines over seeds that they show.

import { mean, standardDeviation } from '../statistics.ts'
import { type LineFigure, lineFigure, type Series } from './figure.ts'
import { typeset } from './format.ts'
import type { ReportFigure } from './html.ts'
import { type Panels, panels } from './panels.ts'
import type { Cell, Column, Table } from './table.ts'

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
    const values = curves.flatMap((curve) => Number.isFinite(curve[index]) ? [curve[index] as number] : [])
    points.push([at, mean(values)])
    if (values.length > 1) band.push([at, Math.min(...values), Math.max(...values)])
  })
  return { name, points, ...(band.length > 0 ? { band } : {}), ...look }
}

/** The series with its values and band through a rising function: back from the logarithms whose mean was taken. */
export function mapped({ points, band, ...look }: Series, f: (y: number) => number): Series {
  return { ...look, points: points.map(([x, y]) => [x, f(y)]),
    ...(band === undefined ? {} : { band: band.map(([x, low, high]) => [x, f(low), f(high)]) }) }
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

/** One figure of lines. */
export function drawn(caption: string, figure: LineFigure): ReportFigure {
  return { svg: lineFigure(figure), caption }
}

/** Figures side by side as one, with the axes that they share: of x unless said otherwise. */
export function sideBySide(caption: string, figures: readonly LineFigure[],
  share: Panels['share'] = 'x'): ReportFigure
{
  return { svg: panels({ figures, share }), wide: true, caption }
}

/** A table with its caption. */
export interface NamedTable {
  readonly caption: string
  readonly table: Table
}

/** A table by the names of its columns, or what else there is to say of them. */
export function tableOf(caption: string, columns: readonly (string | Column)[],
  rows: readonly (readonly Cell[])[]): NamedTable
{
  return { caption, table: { columns: columns.map((name) => typeof name === 'string' ? { name } : name), rows } }
}
