// Small multiples.

import { axisValues, hasPrediction, type LineFigure, lineFigure, lookOf } from './figure.ts'
import { type Axis, type Look, swatch } from './plot.ts'
import { scaleOf } from './scale.ts'
import { mathHtml } from './mathematics.ts'

export interface Panels {
  /** Line figures that stand beside each other; a series name means the same color and marker in all of them. */
  readonly figures: readonly LineFigure[]
  /** Axes with the same ends in all panels; default both. */
  readonly share?: 'none' | 'x' | 'y' | 'both'
}

/**
 * Small multiples with one legend, laid out by the page's grid: as many columns as have room, one on a phone.
 * Returns HTML (an element with class `panels`) for `htmlReport`.
 */
export function panels(options: Panels): string {
  const names = [...new Set(options.figures.flatMap((figure) => figure.series.map((series) => series.name)))]
  const share = options.share ?? 'both'
  const shared = (figure: LineFigure, axis: 'x' | 'y'): Axis => {
    if (figure[axis].domain !== undefined || (share !== axis && share !== 'both')) return figure[axis]
    const values = options.figures.flatMap((other) => axisValues(other, axis))
    return { ...figure[axis], domain: scaleOf(figure[axis].scale ?? 'linear', values).domain }
  }
  const looks = new Map<string, Look>()
  const drawn = options.figures.map((figure) => {
    const series = figure.series.map((one) => ({ ...one, color: one.color ?? names.indexOf(one.name) }))
    for (const one of series) if (!looks.has(one.name)) looks.set(one.name, lookOf(one, 0, hasPrediction(figure)))
    const x = shared(figure, 'x')
    const y = shared(figure, 'y')
    return lineFigure({ width: 320, height: 200, ...figure, x, y, series, legend: false })
  })
  const size = 'viewBox="0 0 30 16" width="30" height="16"'
  const items = [...looks].map(([name, look]) =>
    `<li><svg aria-hidden="true" ${size}>${swatch(look, 0, 8)}</svg> <span>${mathHtml(name)}</span></li>`
  )
  return `<div class="panels">${drawn.join('')}<ul class="legend">${items.join('')}</ul></div>`
}
