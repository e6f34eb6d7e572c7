// Horizontal bars with error bars: categories below each other, so that their names need no turning.

import { show } from '../../tensor/check.ts'
import { shown } from './format.ts'
import { fillOf, neutralFill, neutralStroke } from './palette.ts'
import { type Axis, axisTitle, centeredLines, fittingTicks, legendPart, line, markers, notePart, SMALL, svg, TEXT,
  textAt, textLines, titlePart } from './plot.ts'
import { scaleOf } from './scale.ts'
import { px, textWidth, wrapText } from './xml.ts'

/** A value with the ends of its error bar. NaN leaves the place empty. */
export interface Bar {
  readonly value: number
  readonly low?: number
  readonly high?: number
}

export interface BarSeries {
  readonly name: string
  /** One entry per category. */
  readonly values: readonly Bar[]
  readonly color?: number
}

export interface BarFigure {
  readonly title: string
  readonly categories: readonly string[]
  readonly value: Axis
  readonly series: readonly BarSeries[]
  /** A vertical reference line, for example chance level. */
  readonly mark?: { readonly value: number; readonly label: string }
  readonly description?: string
  readonly width?: number
}

const ROW = 17

/**
 * Groups of bars from zero with error bars, one marker per series at the tip; on a log axis, where bars have no foot,
 * markers with error bars only. Throws: RangeError when a series has not one value per category.
 */
export function barFigure(figure: BarFigure): string {
  const { categories, series } = figure
  for (const one of series) {
    if (one.values.length === categories.length) continue
    const wanted = `have one value per category (${categories.length})`
    throw new RangeError(`barFigure: series must ${wanted}, got ${one.values.length} in ${show(one.name)}`)
  }
  const width = figure.width ?? 420
  const log = figure.value.scale === 'log'
  const extent = (bar: Bar): number[] => [bar.value, bar.low ?? bar.value, bar.high ?? bar.value]
  const numbers = series.flatMap((one) => one.values.flatMap(extent))
  if (figure.mark !== undefined) numbers.push(figure.mark.value)
  const scale = scaleOf(log ? 'log' : 'linear', log ? numbers : [0, ...numbers], figure.value.domain)

  const title = titlePart(figure.title, width)
  const top = title.height + (figure.mark === undefined ? 4 : 20)
  const names = categories.map((name) => wrapText(name, width * 0.36, TEXT))
  const left = 10 + Math.max(0, ...names.flat().map((text) => textWidth(text, TEXT)))
  const rightmost = scale.ticks(6).reduce((most, tick) => Math.max(most, textWidth(tick.label, SMALL)), 0)
  const right = width - Math.max(6, rightmost / 2 + 1)
  const at = (value: number): number => left + Math.max(-0.02, Math.min(1.02, scale.at(value))) * (right - left)
  const ticks = fittingTicks(scale, right - left, 6, (tick) => textWidth(tick.label, SMALL) + 10)

  const shapes: string[] = []
  const whiskers: string[] = []
  const tips = series.map((): [number, number][] => [])
  const labels: string[] = []
  let missing = 0
  let y = top + 6
  const foot = at(Math.max(scale.domain[0], Math.min(scale.domain[1], 0)))
  categories.forEach((_, category) => {
    const height = Math.max(series.length * ROW, names[category].length * 16)
    const start = y + (height - series.length * ROW) / 2
    labels.push(textLines(left - 8, y + height / 2 + 4.5 - (names[category].length - 1) * 8, names[category], 'end'))
    series.forEach((one, k) => {
      const bar = one.values[category]
      const x = at(bar.value)
      const middle = start + (k + 0.5) * ROW
      if (!Number.isFinite(x)) {
        missing++
        return
      }
      if (!log) {
        const box = `x="${px(Math.min(x, foot))}" y="${px(middle - 6)}" width="${px(Math.abs(x - foot))}" height="12"`
        shapes.push(`<rect ${box} ${fillOf(one.color ?? k)} fill-opacity=".45"/>`)
      }
      const ends = [at(bar.low ?? bar.value), at(bar.high ?? bar.value)].map((end, side) =>
        Number.isFinite(end) ? end : side === 0 ? left : x
      )
      if (ends[1] > ends[0]) {
        const caps = ends.map((end) => line(end, middle - 4, end, middle + 4))
        whiskers.push(line(ends[0], middle, ends[1], middle), ...caps)
      }
      tips[k].push([x, middle])
    })
    y += height + 12
  })
  const bottom = y - 4
  const labeled = ticks.filter((tick) => tick.label !== '')
  const grid = labeled.map((tick) => line(at(tick.value), top, at(tick.value), bottom))
  const axis = [line(left, bottom, right, bottom), line(foot, top, foot, bottom)]
  for (const { value, label } of ticks) axis.push(line(at(value), bottom, at(value), bottom + (label === '' ? 3 : 5)))
  const small = `font-size="${SMALL}" ${neutralFill('ink')}`
  const tickLabels = labeled.map((tick) => textAt(at(tick.value), bottom + 18, tick.label, 'middle', small))
  const valueTitle = wrapText(axisTitle(figure.value), width, TEXT)
  const mark = figure.mark
  const markHalf = mark === undefined ? 0 : textWidth(mark.label, SMALL) / 2
  const body = [title.markup, `<path d="${grid.join('')}" fill="none" ${neutralStroke('grid')}/>`, ...shapes,
    mark === undefined ? ''
      : `<path d="${line(at(mark.value), top - 3, at(mark.value), bottom)}" fill="none" ${neutralStroke('muted')} `
        + 'stroke-width="1.5" stroke-dasharray="1 3" stroke-linecap="round"/>'
        + textAt(Math.max(markHalf, Math.min(width - markHalf, at(mark.value))), top - 6, mark.label, 'middle',
          `font-size="${SMALL}" ${neutralFill('muted')}`),
    `<path d="${axis.join('')}" fill="none" ${neutralStroke('axis')}/>`,
    `<path d="${whiskers.join('')}" fill="none" ${neutralStroke('ink')} stroke-width="1.3"/>`,
    ...series.map((one, k) => markers(one.color ?? k, tips[k])), ...labels, ...tickLabels,
    centeredLines((left + right) / 2, bottom + 38, valueTitle, width)]
  let end = bottom + 28 + 16 * valueTitle.length
  if (series.length > 1) {
    const entries = series.map((one, k) => ({ name: one.name,
      look: { color: one.color ?? k, dashed: false, line: false, marker: true, band: log ? 'none' : 'area' } as const })
    )
    const legend = legendPart(entries, end + 6, width)
    body.push(legend.markup)
    end += legend.height + 6
  }
  const reason = log ? 'not finite, or at or below 0' : 'not finite'
  const why = `${missing} ${missing === 1 ? 'value' : 'values'} without a place on the axis (${reason})`
  const note = notePart(missing === 0 ? [] : [why], end + 2, width)
  return svg(width, end + note.height + 4, figure.title, describe(figure), body.join('') + note.markup)
}

function describe(figure: BarFigure): string {
  const groups = figure.categories.map((name, category) => {
    const parts = figure.series.map((one) => `${one.name} ${shown(one.values[category].value)}`)
    return `${name}: ${parts.join(', ')}.`
  })
  const start = figure.description === undefined ? '' : `${figure.description.replace(/[.\s]+$/, '')}. `
  return `${start}${axisTitle(figure.value)}. ${groups.join(' ')}`
}
