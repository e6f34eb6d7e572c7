// What all figures share: the frame with its axes, wrapped text, markers, the legend and the <svg> around them.

import { fillOf, LIGHT, neutralFill, neutralStroke, strokeOf } from './palette.ts'
import { type Scale, type ScaleKind, type Tick } from './scale.ts'
import { mathSvg } from './mathematics.ts'
import { escape, px, textWidth, wrapText } from './xml.ts'

/** Font sizes in picture units; a figure is 420 wide, so a phone shows them at about 9/10, a desktop at 5/4. */
export const TEXT = 13
export const SMALL = 12
const LINE = 16

/** An axis: a label with its unit, a scale, and exact ends when the round ones around the data are not wanted. */
export interface Axis {
  readonly label: string
  readonly unit?: string
  readonly scale?: ScaleKind
  readonly domain?: readonly [number, number]
  /** Ticks at whole numbers only: epochs, layers. */
  readonly whole?: boolean
}

/** `label (unit)`. */
export function axisTitle(axis: Axis): string {
  return axis.unit === undefined || axis.unit === '' ? axis.label : `${axis.label} (${axis.unit})`
}

/** A rectangle in picture units. */
export interface Box {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

export type Anchor = 'start' | 'middle' | 'end'

const INK = neutralFill('ink')

/** One line of text. `extra` holds further attributes, already escaped. */
export function textAt(x: number, y: number, text: string, anchor: Anchor = 'start', extra: string = INK): string {
  return `<text x="${px(x)}" y="${px(y)}" text-anchor="${anchor}" ${extra}>${mathSvg(text)}</text>`
}

/** Lines below each other, the first baseline at `y`. */
export function textLines(x: number, y: number, lines: readonly string[], anchor?: Anchor, extra?: string): string {
  return lines.map((line, k) => textAt(x, y + k * LINE, line, anchor, extra)).join('')
}

export function line(x1: number, y1: number, x2: number, y2: number): string {
  return `M${px(x1)} ${px(y1)}L${px(x2)} ${px(y2)}`
}

/** Lines centered at `x`, or as near to it as a figure of this width lets them be. */
export function centeredLines(x: number, y: number, lines: readonly string[], width: number): string {
  const half = Math.max(...lines.map((text) => textWidth(text, TEXT))) / 2
  return textLines(Math.max(half, Math.min(width - half, x)), y, lines, 'middle')
}

/** A piece of a figure: parts are stacked from top to bottom. */
export interface Part {
  readonly markup: string
  readonly height: number
}

/** The title, wrapped. */
export function titlePart(title: string, width: number): Part {
  const lines = wrapText(title, width - 4, TEXT + 1)
  const extra = `font-weight="600" font-size="${TEXT + 1}" ${neutralFill('ink')}`
  return { markup: textLines(0, 14, lines, 'start', extra), height: lines.length * LINE + 6 }
}

/** Small print below a figure: what the picture had to leave out. */
export function notePart(notes: readonly string[], top: number, width: number): Part {
  if (notes.length === 0) return { markup: '', height: 0 }
  const lines = wrapText(`Not shown: ${notes.join('; ')}.`, width, SMALL)
  const extra = `font-size="${SMALL}" ${neutralFill('muted')}`
  return { markup: textLines(0, top + 14, lines, 'start', extra), height: lines.length * LINE + 4 }
}

/** The <svg> around everything. It scales to its container; <title> and <desc> speak for it. */
export function svg(width: number, height: number, title: string, description: string, body: string): string {
  const family = "system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif"
  return (`<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 ${px(width)} ${px(height)}" `
    + `width="${px(width)}" height="${px(height)}" font-family="${family}" font-size="${TEXT}">`
    + `<title>${escape(title)}</title><desc>${escape(description)}</desc>${body}</svg>`)
}

/** Ticks of a scale along `length`, as many as have room: `room` is what a label takes along the axis. */
export function fittingTicks(scale: Scale, length: number, most: number, room: (tick: Tick) => number): Tick[] {
  for (let target = most; target > 1; target--) {
    const ticks = scale.ticks(target)
    const labeled = ticks.filter((tick) => tick.label !== '')
    const fits = labeled.every((tick, k) => {
      if (k === 0) return true
      const before = labeled[k - 1]
      return (scale.at(tick.value) - scale.at(before.value)) * length >= (room(tick) + room(before)) / 2
    })
    if (fits) return ticks
  }
  const ticks = scale.ticks(1)
  const labeled = ticks.filter((tick) => tick.label !== '')
  return labeled.length > 2 ? [labeled[0], labeled[labeled.length - 1]] : ticks
}

/** The drawing area with axes around it; `x` and `y` take data to picture units (NaN where there is no place). */
export interface Frame {
  readonly box: Box
  readonly markup: string
  /** Height from the box's top to the end of the axis title. */
  readonly height: number
  readonly x: (value: number) => number
  readonly y: (value: number) => number
}

/** Grid, axes, ticks and titles; the space beside the axes is what their labels need. */
export function frame(width: number, top: number, height: number, xAxis: Axis, xScale: Scale, yAxis: Axis,
  yScale: Scale): Frame
{
  const yTicks = fittingTicks(yScale, height, 6, () => LINE + 4)
  const yTitle = wrapText(axisTitle(yAxis), height, TEXT)
  const labelWidth = Math.max(...yTicks.map((tick) => textWidth(tick.label, SMALL)), 0)
  const left = yTitle.length * LINE + labelWidth + 12
  // The last label of the x axis is centered on the right edge of the box.
  const rightmost = xScale.ticks(6).reduce((w, tick) => Math.max(w, textWidth(tick.label, SMALL)), 0)
  const box = { left, top, width: width - left - Math.max(6, rightmost / 2 + 1), height }
  const xTicks = fittingTicks(xScale, box.width, 7, (tick) => textWidth(tick.label, SMALL) + 10).flatMap((tick) =>
    xAxis.whole !== true ? [tick]
      : Number.isInteger(tick.value) ? [{ ...tick, label: tick.label.replace(/\.0+$/, '') }] : []
  )
  const x = (value: number): number => box.left + xScale.at(value) * box.width
  const y = (value: number): number => box.top + (1 - yScale.at(value)) * box.height
  const bottom = top + height
  const right = box.left + box.width

  const grid = [...xTicks.filter((t) => t.label !== '').map((t) => line(x(t.value), top, x(t.value), bottom)),
    ...yTicks.filter((t) => t.label !== '').map((t) => line(left, y(t.value), right, y(t.value)))]
  const length = (tick: Tick): number => (tick.label === '' ? 3 : 5)
  const axes = [line(left, top, left, bottom), line(left, bottom, right, bottom),
    ...xTicks.map((t) => line(x(t.value), bottom, x(t.value), bottom + length(t))),
    ...yTicks.map((t) => line(left, y(t.value), left - length(t), y(t.value)))]
  const [low, high] = yScale.domain
  if (yScale.kind === 'linear' && low < 0 && high > 0) axes.push(line(left, y(0), right, y(0)))
  const small = `font-size="${SMALL}" ${neutralFill('ink')}`
  const labels = [
    ...xTicks.filter((t) => t.label !== '').map((t) => textAt(x(t.value), bottom + 18, t.label, 'middle', small)),
    ...yTicks.filter((t) => t.label !== '').map((t) => textAt(left - 8, y(t.value) + 4, t.label, 'end', small)),
  ]
  const xTitle = wrapText(axisTitle(xAxis), width, TEXT)
  const middle = xTitle.length > 1 ? width / 2 : box.left + box.width / 2
  const markup = `<path d="${grid.join('')}" fill="none" ${neutralStroke('grid')}/>`
    + `<path d="${axes.join('')}" fill="none" ${neutralStroke('axis')}/>`
    + labels.join('')
    + centeredLines(middle, bottom + 38, xTitle, width)
    + yTitle.map((text, k) => {
      const extra = `transform="rotate(-90 ${px(12 + k * LINE)} ${px(top + height / 2)})" ${neutralFill('ink')}`
      return textAt(12 + k * LINE, top + height / 2, text, 'middle', extra)
    }).join('')
  return { box, markup, height: height + 28 + LINE * xTitle.length, x, y }
}

/** How a series looks: the same number gives the same color, marker and dash in every figure. */
export interface Look {
  readonly color: number
  readonly dashed: boolean
  readonly line: boolean
  readonly marker: boolean
  readonly band: 'none' | 'area' | 'bars'
  /** Thick and pale, so that a dashed prediction on top of it stays visible. */
  readonly pale?: boolean
}

const DASHES = ['6 4', '2 3', '9 3 2 3', '12 4', '4 2', '9 3 2 3 2 3', '3 5']

/** Stroke attributes of a series line. */
export function lineLook(look: Look): string {
  const dash = look.dashed ? ` stroke-dasharray="${DASHES[look.color % DASHES.length]}"` : ''
  const pale = 'stroke-width="4.5" stroke-opacity=".45"'
  const weight = look.pale === true ? pale : `stroke-width="${look.dashed ? 1.8 : 2}"`
  return `fill="none" ${strokeOf(look.color)} ${weight} stroke-linejoin="round"${dash}`
}

type Shape = (x: number, y: number, r: number) => string

function polygon(...corners: readonly (readonly [number, number])[]): Shape {
  return (x, y, r) => `M${corners.map(([dx, dy]) => `${px(x + dx * r)} ${px(y + dy * r)}`).join('L')}z`
}

const circle: Shape = (x, y, r) =>
  `M${px(x - r)} ${px(y)}a${px(r)} ${px(r)} 0 1 0 ${px(2 * r)} 0a${px(r)} ${px(r)} 0 1 0 ${px(-2 * r)} 0z`
const square = polygon([-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9])
// Filled shapes first; the last three are drawn hollow.
const SHAPES: readonly Shape[] = [circle, square, polygon([0, -1.2], [1.1, 0.8], [-1.1, 0.8]),
  polygon([0, -1.3], [1.3, 0], [0, 1.3], [-1.3, 0]), polygon([0, 1.2], [1.1, -0.8], [-1.1, -0.8]), circle, square]
const FILLED = 5

/** Markers of a series as one path. The shape also counts how often the colors have been used up. */
export function markers(color: number, places: readonly (readonly [number, number])[], r = 3.4): string {
  if (places.length === 0) return ''
  const shape = (color + Math.floor(color / SHAPES.length)) % SHAPES.length
  const d = places.map(([x, y]) => SHAPES[shape](x, y, r)).join('')
  // Filled markers carry a rim of paper, so that overlapping ones stay countable.
  if (shape < FILLED) return `<g ${neutralStroke('paper')} stroke-width=".8"><path d="${d}" ${fillOf(color)}/></g>`
  return `<g ${neutralFill('paper')}><path d="${d}" ${strokeOf(color)} stroke-width="1.6"/></g>`
}

const SWATCH = 30

/** The sample of a series in a legend, its middle at (x + 15, y). */
export function swatch(look: Look, x: number, y: number): string {
  const band = look.band !== 'area' ? ''
    : `<path d="M${px(x)} ${px(y - 6)}h${SWATCH}v12h${-SWATCH}z" ${fillOf(look.color)} fill-opacity=".2"/>`
  const bar = look.band !== 'bars' ? ''
    : `<path d="${line(x + SWATCH / 2, y - 7, x + SWATCH / 2, y + 7)}" ${strokeOf(look.color)} stroke-width="1.4"/>`
  const stroke = look.line ? `<path d="${line(x, y, x + SWATCH, y)}" ${lineLook(look)}/>` : ''
  return band + bar + stroke + (look.marker ? markers(look.color, [[x + SWATCH / 2, y]]) : '')
}

/** Names with their samples, in rows that wrap; a name wider than the figure is broken into lines. */
export function legendPart(entries: readonly { name: string; look: Look }[], top: number, width: number): Part {
  const spaces = entries.map(({ name }) =>
    SWATCH + 6 + Math.max(...wrapText(name, width - SWATCH - 6, TEXT).map((text) => textWidth(text, TEXT)))
  )
  // Columns of one width where two or more fit, else entries one after the other.
  const columns = Math.min(entries.length, Math.floor((width + 16) / (Math.max(1, ...spaces) + 16)))
  const oneRow = spaces.reduce((sum, space) => sum + space + 16, -16) <= width
  const column = columns > 1 && !oneRow ? (width + 16) / columns - 16 : 0
  let x = 0
  let y = top + 12
  let rowLines = 1
  let markup = ''
  for (const [k, { name, look }] of entries.entries()) {
    const lines = wrapText(name, width - SWATCH - 6, TEXT)
    const space = Math.max(column, spaces[k])
    if (x > 0 && x + space > width + 0.01) {
      x = 0
      y += LINE * rowLines + 4
      rowLines = 1
    }
    markup += swatch(look, x, y) + textLines(x + SWATCH + 6, y + 4.5, lines)
    rowLines = Math.max(rowLines, lines.length)
    x += space + 16
  }
  return entries.length === 0 ? { markup: '', height: 0 } : { markup, height: y - top + LINE * (rowLines - 1) + 12 }
}

/** Parts of a description as sentences; undefined ones are left out. */
export function sentences(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).map((part) => `${part.replace(/[.\s]+$/, '')}.`).join(' ')
}

/** Text with a rim of paper, readable on top of lines. */
export function haloText(x: number, y: number, text: string, anchor: Anchor): string {
  const halo = `class="f-muted s-paper" fill="${LIGHT.muted}" stroke="${LIGHT.paper}"`
  return textAt(x, y, text, anchor, `font-size="${SMALL}" ${halo} stroke-width="3" paint-order="stroke"`)
}
