// Lines, bands, markers and reference marks over two axes.

import { significant } from './format.ts'
import { type Mark, markRows, marksMarkup } from './marks.ts'
import { fillOf, strokeOf } from './palette.ts'
import { type Axis, axisTitle, type Box, type Frame, frame, haloText, legendPart, line, lineLook, type Look, markers,
  notePart, sentences, svg, titlePart } from './plot.ts'
import { type Scale, scaleOf } from './scale.ts'
import { type Point, thinBand, thinLine, thinMarkers } from './thin.ts'
import { px } from './xml.ts'

export interface Series {
  readonly name: string
  /**
   * In drawing order. A point that is not finite (or not positive on a log axis) breaks the line; [NaN, NaN] does so on
   * purpose and is not counted as missing.
   */
  readonly points: readonly (readonly [x: number, y: number])[]
  /** Spread around the points: an area, or error bars when only markers are drawn. */
  readonly band?: readonly (readonly [x: number, low: number, high: number])[]
  /** Default: both up to 25 points; above, a line that carries a few of its points as markers. */
  readonly draw?: 'line' | 'markers' | 'both'
  /** For predictions and references. Dashed lines carry no markers; the dash pattern follows the color. */
  readonly dashed?: boolean
  /** Index of color and marker; default: position in the figure. Give theory and measurement the same one. */
  readonly color?: number
}

export interface LineFigure {
  readonly title: string
  readonly x: Axis
  readonly y: Axis
  readonly series: readonly Series[]
  readonly marks?: readonly Mark[]
  /** What the figure shows, for those who hear it; what can be read off the data is added. */
  readonly description?: string
  /** Width and height of the drawing area and its axes in picture units; default 420 and 260. */
  readonly width?: number
  readonly height?: number
  readonly legend?: boolean
}

/** The numbers that an axis must hold: points, bands and marks. */
export function axisValues(figure: LineFigure, axis: 'x' | 'y'): number[] {
  const k = axis === 'x' ? 0 : 1
  const values: number[] = []
  for (const series of figure.series) {
    for (const point of series.points) values.push(point[k])
    for (const entry of series.band ?? []) values.push(...(axis === 'x' ? [entry[0]] : [entry[1], entry[2]]))
  }
  for (const mark of figure.marks ?? []) {
    if (axis in mark) values.push((mark as Record<'x' | 'y', number>)[axis])
  }
  return values
}

/** Whether dashed lines lie among solid ones. */
export function hasPrediction(figure: LineFigure): boolean {
  return figure.series.some((series) => series.dashed === true)
}

/** How a series is drawn at its position in a figure. */
export function lookOf(series: Series, position: number, pale: boolean): Look {
  const draw = series.draw ?? (series.points.length <= 25 ? 'both' : 'line')
  const dashed = series.dashed === true
  return { color: series.color ?? position, dashed, pale: pale && !dashed, line: draw !== 'markers',
    marker: draw === 'markers' || !dashed,
    band: series.band === undefined ? 'none' : draw === 'markers' ? 'bars' : 'area' }
}

/**
 * A line or scatter figure as one <svg>: axes with units, light grid, legend below the axes, title, description.
 * What the axes cannot show (not finite, not positive on a log axis, outside a given domain) is counted and said in the
 * figure. Lines longer than 400 points are thinned to what the drawing can show. Deterministic bytes.
 * Throws: RangeError for a domain that is not ascending (log: positive).
 */
export function lineFigure(figure: LineFigure): string {
  const width = figure.width ?? 420
  const xScale = scaleOf(figure.x.scale ?? 'linear', axisValues(figure, 'x'), figure.x.domain)
  const yScale = scaleOf(figure.y.scale ?? 'linear', axisValues(figure, 'y'), figure.y.domain)
  const title = titlePart(figure.title, width)
  const marks = figure.marks ?? []
  const top = title.height + markRows(marks, xScale, width) * 15 + 6
  const axes = frame(width, top, figure.height ?? 260, figure.x, xScale, figure.y, yScale)
  const looks = figure.series.map((series, k) => lookOf(series, k, hasPrediction(figure)))

  const clipped: string[] = []
  const predictions: string[] = []
  const open: string[] = []
  figure.series.forEach((series, k) => {
    if (series.band !== undefined) clipped.push(bandMarkup(series.band, looks[k], axes, yScale))
  })
  figure.series.forEach((series, k) => {
    const runs = runsOf(series.points, axes)
    const path = looks[k].line ? `<path d="${runs.map(runPath).join('')}" ${lineLook(looks[k])}/>` : ''
    ;(looks[k].dashed ? predictions : clipped).push(path)
    open.push(markers(looks[k].color, markerPlaces(series, runs, looks[k], k, axes.box)))
  })
  const places = figure.series.flatMap((series) => thinMarkers(runsOf(series.points, axes).flat(), 4))
  const empty = places.length === 0 && figure.series.every((series) => (series.band ?? []).length === 0)
  const reference = marksMarkup(marks, axes, places, width)
  const { box } = axes
  const body = [
    title.markup,
    axes.markup,
    reference.lines,
    // A nested <svg> clips without an id, and ids of two figures in one page would collide.
    `<svg x="${px(box.left)}" y="${px(box.top)}" width="${px(box.width)}" height="${px(box.height)}" `
    + `viewBox="${px(box.left)} ${px(box.top)} ${px(box.width)} ${px(box.height)}" overflow="hidden">`,
    ...clipped,
    ...predictions,
    '</svg>',
    ...open,
    reference.labels,
    empty ? haloText(box.left + box.width / 2, box.top + box.height / 2, 'no data', 'middle') : '',
  ]
  let bottom = top + axes.height
  if (figure.legend !== false) {
    const entries = figure.series.map((series, k) => ({ name: series.name, look: looks[k] }))
    const legend = legendPart(entries, bottom + 6, width)
    body.push(legend.markup)
    bottom += legend.height + (legend.height > 0 ? 6 : 0)
  }
  const notes = notesOf(figure, xScale, yScale)
  const note = notePart(notes, bottom + 2, width)
  return svg(width, bottom + note.height + 4, figure.title, describe(figure, notes), body.join('') + note.markup)
}

// Far outside a given domain the exact place does not matter, and renderers compute in float32.
function bounded(coordinate: number): number {
  return Math.max(-1e5, Math.min(1e5, coordinate))
}

/** Points in picture units, cut where a point has no place. */
function runsOf(points: Series['points'], axes: Frame): Point[][] {
  const runs: Point[][] = [[]]
  for (const point of points) {
    const placed: Point = [bounded(axes.x(point[0])), bounded(axes.y(point[1]))]
    if (Number.isFinite(placed[0]) && Number.isFinite(placed[1])) runs[runs.length - 1].push(placed)
    else if (runs[runs.length - 1].length > 0) runs.push([])
  }
  return runs.filter((run) => run.length > 0)
}

function runPath(run: readonly Point[], _: number, runs: readonly Point[][]): string {
  const total = runs.reduce((sum, other) => sum + other.length, 0)
  // Many short runs share the hundred columns by their length.
  const columns = total <= 400 ? run.length : Math.max(1, Math.floor((100 * run.length) / total))
  return `M${thinLine(run, columns).map(([x, y]) => `${px(x)} ${px(y)}`).join('L')}`
}

/** All points when they are few or alone; on a long line about seven, out of step with those of other series. */
function markerPlaces(series: Series, runs: readonly Point[][], look: Look, position: number, box: Box): Point[] {
  const inside = ([x, y]: Point): boolean =>
    x >= box.left - 0.01 && x <= box.left + box.width + 0.01 && y >= box.top - 0.01 && y <= box.top + box.height + 0.01
  const all = runs.flat().filter(inside)
  const single = runs.filter((run) => run.length === 1).flat().filter(inside)
  if (!look.marker) return single
  const draw = series.draw ?? (series.points.length <= 25 ? 'both' : 'line')
  if (draw !== 'line') return thinMarkers(all)
  if (all.length <= 7) return all
  const chosen: Point[] = [...single]
  const gap = box.width / 7
  let next = box.left + gap * (0.3 + ((position * 0.38) % 0.8))
  for (const point of all) {
    if (point[0] < next) continue
    chosen.push(point)
    next += gap * Math.max(1, Math.ceil((point[0] - next) / gap))
  }
  return thinMarkers(chosen)
}

function bandMarkup(band: NonNullable<Series['band']>, look: Look, axes: Frame, yScale: Scale): string {
  // On a log axis a lower edge ≤ 0 lies below every decade: the area runs out of the frame.
  const below = axes.box.top + axes.box.height + 10
  const placed = band.map(([x, low, high]) => {
    const bottom = yScale.kind === 'log' && low <= 0 ? below : axes.y(low)
    return [bounded(axes.x(x)), bounded(bottom), bounded(axes.y(high))] as const
  })
  const good = (entry: readonly number[]): boolean => entry.every((value) => Number.isFinite(value))
  if (look.band === 'bars') {
    const cap = 3
    const d = placed.filter(good).map(([x, bottom, top]) =>
      line(x, bottom, x, top) + line(x - cap, bottom, x + cap, bottom) + line(x - cap, top, x + cap, top)
    )
    return `<path d="${d.join('')}" fill="none" ${strokeOf(look.color)} stroke-width="1.4"/>`
  }
  const runs: (readonly [number, number, number])[][] = [[]]
  for (const entry of placed) {
    if (good(entry)) runs[runs.length - 1].push(entry)
    else runs.push([])
  }
  const d = runs.filter((run) => run.length > 0).map((run) => {
    const thin = thinBand(run)
    const upper = thin.map(([x, , top]) => `${px(x)} ${px(top)}`)
    const lower = thin.map(([x, bottom]) => `${px(x)} ${px(bottom)}`).reverse()
    return `M${[...upper, ...lower].join('L')}z`
  })
  return `<path d="${d.join('')}" ${fillOf(look.color)} fill-opacity=".2"/>`
}

function notesOf(figure: LineFigure, xScale: Scale, yScale: Scale): string[] {
  let notFinite = 0
  let notPositive = 0
  let outside = 0
  let open = 0
  const reason = (scale: Scale, value: number): 'finite' | 'positive' | 'outside' | undefined => {
    const at = scale.at(value)
    if (Number.isNaN(at)) return scale.kind === 'log' && value <= 0 ? 'positive' : 'finite'
    return at < -1e-9 || at > 1 + 1e-9 ? 'outside' : undefined
  }
  for (const series of figure.series) {
    for (const [x, y] of series.points) {
      if (Number.isNaN(x) && Number.isNaN(y)) continue
      const why = [reason(xScale, x), reason(yScale, y)]
      if (why.includes('finite')) notFinite++
      else if (why.includes('positive')) notPositive++
      else if (why.includes('outside')) outside++
    }
    if (yScale.kind === 'log') open += (series.band ?? []).filter(([, low, high]) => low <= 0 && high > 0).length
  }
  const many = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`
  const points = (n: number, what: string): string[] => (n === 0 ? [] : [`${many(n, 'point')} ${what}`])
  const one = notFinite === 1
  return [...points(notFinite, one ? 'that is not finite' : 'that are not finite'),
    ...points(notPositive, 'at or below 0 (log axis)'), ...points(outside, 'outside the axes'),
    ...(open === 0 ? [] : [`the lower edge of a band where it is at or below 0 (${many(open, 'place')})`])]
}

function describe(figure: LineFigure, notes: readonly string[]): string {
  const axis = (name: string, a: Axis): string => `${name}: ${axisTitle(a)}${a.scale === 'log' ? ', logarithmic' : ''}`
  const series = figure.series.map(({ name, points }) => {
    const finite = points.filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y))
    if (finite.length === 0) return `${name} (no points)`
    const [first, last] = [finite[0], finite[finite.length - 1]]
    const at = ([x, y]: readonly [number, number]): string => `${significant(y)} at ${significant(x)}`
    return `${name} (${points.length} points, from ${at(first)} to ${at(last)})`
  })
  const parts = [figure.description, axis('x', figure.x), axis('y', figure.y), ...series,
    notes.length === 0 ? undefined : `Not shown: ${notes.join('; ')}`]
  return sentences(parts)
}
