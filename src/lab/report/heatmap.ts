// A matrix as colored cells with a color bar.

import { significant } from './format.ts'
import { type ColorMap, mapColor, neutralFill, neutralStroke, textOn } from './palette.ts'
import { type Axis, axisTitle, centeredLines, fittingTicks, line, notePart, sentences, SMALL, svg, TEXT, textAt,
  titlePart } from './plot.ts'
import { type Scale, scaleOf } from './scale.ts'
import { px, textWidth, wrapText } from './xml.ts'

export interface Heatmap {
  readonly title: string
  readonly xTitle: string
  readonly yTitle: string
  readonly xLabels: readonly string[]
  readonly yLabels: readonly string[]
  /** values[row][column]; row 0 is drawn at the top. NaN (on a log scale also ≤ 0) leaves an empty cell. */
  readonly values: readonly (readonly number[])[]
  /** Meaning, unit, scale and ends of the colors. */
  readonly color: Axis
  /** `sequential` (default), or `diverging` for values around a middle: then give a symmetric domain. */
  readonly map?: ColorMap
  /** Text of a cell; default three significant digits. Left out where it does not fit. */
  readonly cellText?: (value: number) => string
  readonly description?: string
  readonly width?: number
}

/**
 * The matrix with labeled rows and columns, values in the cells where they fit, and a color bar with ticks.
 * Throws: RangeError when `values` is not one row per y label with one number per x label.
 */
export function heatmap(figure: Heatmap): string {
  const { xLabels, yLabels, values } = figure
  if (values.length !== yLabels.length || values.some((row) => row.length !== xLabels.length)) {
    const got = `${values.length} rows of ${values.map((row) => row.length).join(', ')}`
    throw new RangeError(`heatmap: values must be ${yLabels.length} rows of ${xLabels.length}, got ${got}`)
  }
  const width = figure.width ?? 420
  const map = figure.map ?? 'sequential'
  const scale = scaleOf(figure.color.scale ?? 'linear', values.flat(), figure.color.domain)
  const title = titlePart(figure.title, width)
  const top = title.height + 4
  const yTitle = wrapText(figure.yTitle, 240, TEXT)
  const left = yTitle.length * 16 + 10 + Math.max(0, ...yLabels.map((text) => textWidth(text, SMALL)))
  const cellWidth = (width - left - 10) / Math.max(1, xLabels.length)
  const cellHeight = Math.max(20, Math.min(44, cellWidth * 0.75))
  const bottom = top + cellHeight * yLabels.length
  const right = left + cellWidth * xLabels.length

  const format = figure.cellText ?? ((value: number) => significant(value))
  const texts = values.map((row) => row.map((value) => (Number.isFinite(scale.at(value)) ? format(value) : '–')))
  const fits = texts.flat().every((text) => textWidth(text, SMALL) <= cellWidth - 4)
  const cells: string[] = []
  const inside: string[] = []
  let empty = 0
  values.forEach((row, i) =>
    row.forEach((value, j) => {
      const place = scale.at(value)
      const x = left + j * cellWidth
      const y = top + i * cellHeight
      // Half a unit of overlap closes the hairlines that smoothing leaves between neighboring cells.
      const box = `x="${px(x)}" y="${px(y)}" width="${px(cellWidth + 0.5)}" height="${px(cellHeight + 0.5)}"`
      if (!Number.isFinite(place)) {
        empty++
        cells.push(`<rect ${box} ${neutralFill('grid')}/>`)
        const look = `font-size="${SMALL}" ${neutralFill('muted')}`
        inside.push(textAt(x + cellWidth / 2, y + cellHeight / 2 + 4, '–', 'middle', look))
        return
      }
      const color = mapColor(map, place)
      cells.push(`<rect ${box} fill="${color}"/>`)
      if (!fits) return
      const look = `font-size="${SMALL}" fill="${textOn(color)}"`
      inside.push(textAt(x + cellWidth / 2, y + cellHeight / 2 + 4, texts[i][j], 'middle', look))
    })
  )

  const small = `font-size="${SMALL}" ${neutralFill('ink')}`
  const rows = yLabels.map((text, i) => textAt(left - 6, top + (i + 0.5) * cellHeight + 4, text, 'end', small))
  const longest = Math.max(0, ...xLabels.map((text) => textWidth(text, SMALL)))
  const turned = longest > cellWidth - 4
  const columns = xLabels.map((text, j) => {
    const x = left + (j + 0.5) * cellWidth
    if (!turned) return textAt(x, bottom + 16, text, 'middle', small)
    return textAt(x + 4, bottom + 8, text, 'end', `transform="rotate(-90 ${px(x + 4)} ${px(bottom + 8)})" ${small}`)
  })
  const xTitle = wrapText(figure.xTitle, width, TEXT)
  const xTop = bottom + (turned ? longest + 10 : 20)
  const bar = colorBar(figure, scale, map, xTop + 16 * xTitle.length + 14, left, right, width)
  const note = notePart(empty === 0 ? [] : [`${empty} of ${texts.flat().length} cells (–)`], bar.bottom, width)
  const body = [title.markup, ...cells, ...inside, ...rows, ...columns,
    centeredLines((left + right) / 2, xTop + 14, xTitle, width), ...yTitle.map((text, k) => {
      const at = [12 + k * 16, (top + bottom) / 2] as const
      const turn = `transform="rotate(-90 ${px(at[0])} ${px(at[1])})"`
      return textAt(...at, text, 'middle', `${turn} ${neutralFill('ink')}`)
    }), bar.markup, note.markup]
  const spoken = [figure.description, `${figure.yTitle} against ${figure.xTitle}`, axisTitle(figure.color),
    ...values.map((_, i) => `${yLabels[i]}: ${texts[i].join(', ')}`)]
  return svg(width, bar.bottom + note.height + 4, figure.title, sentences(spoken), body.join(''))
}

function colorBar(figure: Heatmap, scale: Scale, map: ColorMap, top: number, left: number, right: number,
  width: number): { markup: string; bottom: number }
{
  const steps = 48
  const step = (right - left) / steps
  const parts = Array.from({ length: steps }, (_, k) => {
    const box = `x="${px(left + k * step)}" y="${px(top)}" width="${px(step + 0.5)}" height="12"`
    return `<rect ${box} fill="${mapColor(map, (k + 0.5) / steps)}"/>`
  })
  const ticks = fittingTicks(scale, right - left, 6, (tick) => textWidth(tick.label, SMALL) + 10)
  const at = (value: number): number => left + scale.at(value) * (right - left)
  const strokes = ticks.map(({ value, label }) => line(at(value), top + 12, at(value), top + (label === '' ? 15 : 17)))
  const labels = ticks.filter((tick) => tick.label !== '').map((tick) => {
    const half = textWidth(tick.label, SMALL) / 2
    const x = Math.min(width - half, at(tick.value))
    return textAt(x, top + 29, tick.label, 'middle', `font-size="${SMALL}" ${neutralFill('ink')}`)
  })
  const title = wrapText(axisTitle(figure.color), width, TEXT)
  const markup = parts.join('') + `<path d="${strokes.join('')}" fill="none" ${neutralStroke('axis')}/>`
    + labels.join('') + centeredLines((left + right) / 2, top + 47, title, width)
  return { markup, bottom: top + 36 + 16 * title.length }
}
