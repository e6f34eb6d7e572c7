import { describe, expect, it } from 'vitest'
import { contrast, DARK, LIGHT, mapColor, textOn } from '../../../src/lab/report/palette.ts'

type Rgb = readonly number[]

function linear(color: string): Rgb {
  return [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255).map((
    s,
  ) => (s <= 0.04045 ? s / 12.92 : Math.pow((s + 0.055) / 1.055, 2.4)))
}

function oklab([r, g, b]: Rgb): Rgb {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
  return [0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s, 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s]
}

// Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB.
const VISION: Readonly<Record<string, Rgb>> = {
  normal: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protan: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deutan: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  tritan: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
}

function seen(color: string, matrix: Rgb): Rgb {
  const rgb = linear(color)
  return oklab([0, 1, 2].map((i) => Math.max(0, rgb.reduce((sum, value, j) => sum + matrix[3 * i + j] * value, 0))))
}

describe.each([['light', LIGHT], ['dark', DARK]] as const)('the %s palette', (_, theme) => {
  it('has at least 3:1 for every line and 4.5:1 for text', () => {
    for (const color of theme.series) expect(contrast(color, theme.paper), color).toBeGreaterThanOrEqual(3)
    for (const text of [theme.ink, theme.muted]) expect(contrast(text, theme.paper), text).toBeGreaterThanOrEqual(4.5)
  })

  it.each(Object.keys(VISION))('keeps all pairs apart in %s vision', (vision) => {
    const labs = theme.series.map((color) => seen(color, VISION[vision]))
    labs.forEach((a, i) =>
      labs.slice(0, i).forEach((b, j) => {
        const distance = Math.hypot(...a.map((value, k) => value - b[k]))
        expect(distance, `${theme.series[i]} and ${theme.series[j]}`).toBeGreaterThan(0.06)
      })
    )
  })
})

describe('the color maps', () => {
  const steps = Array.from({ length: 101 }, (_, k) => k / 100)

  it('brighten along the sequential one', () => {
    const bright = steps.map((t) => contrast(mapColor('sequential', t), '#000000'))
    expect(bright).toEqual([...bright].sort((a, b) => a - b))
    expect(bright[100] / bright[0]).toBeGreaterThan(10)
  })

  it('peak in the middle of the diverging one', () => {
    const bright = steps.map((t) => contrast(mapColor('diverging', t), '#000000'))
    expect(Math.max(...bright)).toBe(bright[50])
  })

  it('allow readable text everywhere', () => {
    for (const map of ['sequential', 'diverging'] as const) {
      for (const t of steps) {
        const color = mapColor(map, t)
        expect(contrast(color, textOn(color)), color).toBeGreaterThanOrEqual(4.5)
      }
    }
  })

  it('clamp', () => expect([mapColor('sequential', -1), mapColor('sequential', 2)]).toEqual(['#101b45', '#f8f2a0']))
})
