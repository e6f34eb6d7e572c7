// Reference lines at one x or one y, and seats for their labels.

import { neutralStroke } from './palette.ts'
import { type Box, type Frame, haloText, line, SMALL } from './plot.ts'
import { type Scale } from './scale.ts'
import { type Point } from './thin.ts'
import { textWidth } from './xml.ts'

/** A reference line at one x or one y. */
export type Mark = { readonly x: number; readonly label?: string } | { readonly y: number; readonly label?: string }

function overlap(a: Box, b: Box): boolean {
  return a.left < b.left + b.width && b.left < a.left + a.width && a.top < b.top + b.height && b.top < a.top + a.height
}

// Labels of vertical marks stand above the drawing area, in as many rows as keep them apart.
function placeXLabels(marks: readonly Mark[], x: (value: number) => number,
  width: number): { x: number; at: number; row: number; label: string }[]
{
  const rows: number[] = []
  return marks.filter((mark) => 'x' in mark).filter((mark) => Number.isFinite(x(mark.x))).sort((a, b) => a.x - b.x).map(
    (mark) => {
      const label = mark.label ?? ''
      const half = textWidth(label, SMALL) / 2
      const at = Math.max(half, Math.min(width - half, x(mark.x)))
      let row = rows.findIndex((end) => end + 8 <= at - half)
      if (row < 0) row = rows.length
      if (label !== '') rows[row] = at + half
      return { x: x(mark.x), at, row: label === '' ? -1 : row, label }
    },
  )
}

/** Rows of labels above the drawing area, planned before the width of the y axis is known: 70 units stand for it. */
export function markRows(marks: readonly Mark[], scale: Scale, width: number): number {
  const placed = placeXLabels(marks, (value) => 70 + scale.at(value) * (width - 90), width)
  return 1 + Math.max(-1, ...placed.map((mark) => mark.row))
}

/** Dotted lines (below the data) and their labels (above); `points` are the places that a label should not hide. */
export function marksMarkup(marks: readonly Mark[], axes: Frame, points: readonly Point[],
  width: number): { lines: string; labels: string }
{
  const { box } = axes
  const right = box.left + box.width
  const bottom = box.top + box.height
  const strokes: string[] = []
  const labels: string[] = []
  for (const mark of placeXLabels(marks, axes.x, width)) {
    if (mark.x < box.left - 0.01 || mark.x > right + 0.01) continue
    const reach = mark.row < 0 ? 0 : 4 + 15 * mark.row
    strokes.push(line(mark.x, box.top - reach, mark.x, bottom))
    if (mark.label !== '') labels.push(haloText(mark.at, box.top - reach - 3, mark.label, 'middle'))
  }
  const taken: Box[] = []
  for (const mark of marks) {
    if (!('y' in mark)) continue
    const y = axes.y(mark.y)
    if (!(y >= box.top - 0.01 && y <= bottom + 0.01)) continue
    strokes.push(line(box.left, y, right, y))
    if (mark.label === undefined || mark.label === '') continue
    const w = textWidth(mark.label, SMALL)
    // Right or left end, above or below its line: where it hides the fewest points and no other label.
    const seats = [right - w - 4, box.left + 4].flatMap((left) =>
      [y - 18, y + 3].map((top) => ({ left, top, width: w, height: 16 }))
    )
    const cost = (seat: Box): number => {
      const around = { left: seat.left - 4, top: seat.top - 2, width: w + 8, height: 20 }
      const hidden = points.filter(([px, py]) => overlap(around, { left: px, top: py, width: 0, height: 0 })).length
      const outside = seat.top < box.top - 4 || seat.top + 16 > bottom ? 500 : 0
      return hidden + outside + 1000 * taken.filter((other) => overlap(seat, other)).length
    }
    const best = seats.reduce((a, b) => (cost(b) < cost(a) ? b : a))
    taken.push(best)
    labels.push(haloText(best.left, best.top + 12, mark.label, 'start'))
  }
  if (strokes.length === 0) return { lines: '', labels: '' }
  const dots = 'stroke-width="1.5" stroke-dasharray="1 3" stroke-linecap="round"'
  const lines = `<path d="${strokes.join('')}" fill="none" ${neutralStroke('muted')} ${dots}/>`
  return { lines, labels: labels.join('') }
}
