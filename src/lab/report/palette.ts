// Colors: the hues of Okabe and Ito (2008) without yellow, moved apart in lightness, because two of theirs fall
// below 3:1 on white (orange 2.3, sky blue 2.3). Every line has at least 3:1 against the paper in both themes
// (WCAG 2.2, 1.4.11), and under simulated protan, deutan and tritan vision the closest pair stays 0.066 apart in OKLab
// (theirs: 0.076 on white). Color is never alone: series also differ in marker, dash or position.
//
// SVG elements carry the light color as an attribute, so that a figure saved on its own looks right in every
// renderer, and a class that the page's stylesheet overrides for a dark screen. Refused: var(--…) inside the figure,
// which converters outside browsers draw as black.

/** Colors of what belongs to no series. */
const NEUTRALS = ['paper', 'ink', 'muted', 'grid', 'axis'] as const
export type Neutral = (typeof NEUTRALS)[number]

/** Colors of one theme; `series` in the order in which a figure uses them. */
export interface Theme extends Readonly<Record<Neutral, string>> {
  readonly series: readonly string[]
}

export const LIGHT: Theme = { paper: '#ffffff', ink: '#1a1d21', muted: '#545b64', grid: '#e3e6ea', axis: '#6b737d',
  series: ['#0050a8', '#b83a00', '#0a8a62', '#d155a4', '#b08d00', '#2191e6', '#2b2e33'] }

export const DARK: Theme = { paper: '#14171b', ink: '#e9ecef', muted: '#a9b1ba', grid: '#2b3036', axis: '#87909a',
  series: ['#3d96f5', '#e8590c', '#1fc796', '#cf68ae', '#f2c230', '#80ccff', '#f3efe9'] }

/** Number of colors; a ninth series takes the first color with another marker. */
export const COLORS: number = LIGHT.series.length

/** `class` and color attribute for a line of series color `index`. */
export function strokeOf(index: number): string {
  return `class="s${index % COLORS}" stroke="${LIGHT.series[index % COLORS]}"`
}

/** `class` and color attribute for an area of series color `index`. */
export function fillOf(index: number): string {
  return `class="f${index % COLORS}" fill="${LIGHT.series[index % COLORS]}"`
}

/** `class` and color attribute of text and lines that belong to no series. */
export function neutralFill(name: Neutral): string {
  return `class="f-${name}" fill="${LIGHT[name]}"`
}

export function neutralStroke(name: Neutral): string {
  return `class="s-${name}" stroke="${LIGHT[name]}"`
}

function variables(theme: Theme): string {
  const neutral = NEUTRALS.map((name) => `--${name}:${theme[name]}`)
  return [...neutral, ...theme.series.map((color, index) => `--c${index}:${color}`)].join(';')
}

/** Stylesheet rules that put figures into the theme of the page; paper is always printed light. */
export const FIGURE_STYLE: string = [`:root{color-scheme:light dark;${variables(LIGHT)}}`,
  `@media screen and (prefers-color-scheme:dark){:root{${variables(DARK)}}}`, '@media print{:root{color-scheme:light}}',
  ...NEUTRALS.map((name) => `.f-${name}{fill:var(--${name})}.s-${name}{stroke:var(--${name})}`),
  LIGHT.series.map((_, index) => `.f${index}{fill:var(--c${index})}.s${index}{stroke:var(--c${index})}`).join('')].join(
    '\n',
  )

// Ends and inner stops of the color maps; luminance rises along the first and peaks in the middle of the second.
const SEQUENTIAL = ['#101b45', '#233f7d', '#1f6a8c', '#2f9283', '#6fb86a', '#bfd65a', '#f8f2a0']
const DIVERGING = ['#08306b', '#2a6fb0', '#8dbbdd', '#f4f3ef', '#eeb07e', '#c9622a', '#6e2306']

/** Names of the color maps: one end to the other, or away from a middle. */
export type ColorMap = 'sequential' | 'diverging'

/** The color at `t` in 0 … 1 (clamped): linear between fixed stops, hence the same bytes in every engine. */
export function mapColor(map: ColorMap, t: number): string {
  const stops = map === 'sequential' ? SEQUENTIAL : DIVERGING
  const place = Math.min(1, Math.max(0, t)) * (stops.length - 1)
  const left = Math.min(stops.length - 2, Math.floor(place))
  const from = channels(stops[left])
  const to = channels(stops[left + 1])
  const mixed = from.map((value, k) => Math.round(value + (to[k] - value) * (place - left)))
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`
}

function channels(color: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16))
}

/** (L₁ + 0.05)/(L₂ + 0.05) of two #rrggbb colors, 1 … 21 (WCAG 2.2). */
export function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y)
  return (high + 0.05) / (low + 0.05)
}

function luminance(color: string): number {
  const [r, g, b] = channels(color).map((value) => {
    const s = value / 255
    return s <= 0.04045 ? s / 12.92 : Math.pow((s + 0.055) / 1.055, 2.4)
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

/** Black or white, whichever reads better on `background`. */
export function textOn(background: string): string {
  return contrast(background, '#ffffff') >= contrast(background, '#000000') ? '#ffffff' : '#000000'
}
