// Fixed points: the phase portrait of the scalar chain.

import { lineFigure, type Series } from '../../src/lab/report/figure.ts'
import { strokeOf } from '../../src/lab/report/palette.ts'
import { chainConstant, chainForce, chainRate, type ScalarChain } from '../../src/theory/index.ts'
import { CONTROLS, EDGE, type FixedValues, type FixedView, onParabola } from './fixed-run.ts'
import { drawn, type Panel } from './panel.ts'

const W1 = { label: 'w_1', domain: [-EDGE, EDGE] } as const
const W2 = { label: 'w_2', domain: [-EDGE, EDGE] } as const
const BREAK = [NaN, NaN] as const

const inside = ([x, y]: readonly [number, number]): boolean => Math.abs(x) <= EDGE && Math.abs(y) <= EDGE

/** `points` with breaks where they are outside or not wanted; a point alone is no piece. */
function pieces(points: Series['points'], wanted: (point: readonly [number, number]) => boolean): Series['points'] {
  const kept = points.map((point) => inside(point) && wanted(point))
  return points.map((point, i) => kept[i] && (kept[i - 1] === true || kept[i + 1] === true) ? point : BREAK)
}

const ACROSS = Array.from({ length: 241 }, (_, i) => -EDGE + i * EDGE / 120)

function parabolas(chain: ScalarChain): Series['points'] {
  return Array.from({ length: 11 }, (_, i) => -7.5 + 1.5 * i).flatMap((
    constant,
  ) => [...pieces(ACROSS.map((w1) => [w1, onParabola(chain, constant, w1)] as const), () => true), BREAK])
}

/** Which way paths run: short arrows of equal length on a grid, as one path. */
function arrows(chain: ScalarChain, markup: string): string {
  const box = /<svg x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/.exec(markup)
  if (box === null) return markup
  const [left, top, width, height] = box.slice(1).map(Number)
  const count = 11
  const strokes: string[] = []
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) {
      const w1 = EDGE * ((2 * i + 1) / count - 1), w2 = EDGE * ((2 * j + 1) / count - 1)
      const speed = -chainForce(chain, chainConstant(chain, w1, w2), w1)
      const right = speed * width, up = w1 * speed / chain.feedback * height
      const length = Math.sqrt(right * right + up * up)
      if (!(length > 0)) continue
      const x = left + (w1 / EDGE + 1) / 2 * width, y = top + (1 - w2 / EDGE) / 2 * height
      const dx = 5 * right / length, dy = -5 * up / length
      const tip = [x + dx, y + dy], tail = [x - dx, y - dy]
      const barb = (side: number) =>
        `L${(tip[0] - 0.8 * dx - side * 0.5 * dy).toFixed(1)} ${(tip[1] - 0.8 * dy + side * 0.5 * dx).toFixed(1)}`
      strokes.push(
        `M${tail[0].toFixed(1)} ${tail[1].toFixed(1)}L${tip[0].toFixed(1)} ${tip[1].toFixed(1)}${barb(1)}M${
          tip[0].toFixed(1)
        } ${tip[1].toFixed(1)}${barb(-1)}`,
      )
    }
  }
  const at = markup.lastIndexOf('</svg>', markup.lastIndexOf('</svg>') - 1)
  return `${markup.slice(0, at)}<path d="${strokes.join('')}" fill="none" ${strokeOf(6)} stroke-width="1"/>${
    markup.slice(at)
  }`
}

function portrait({ path }: FixedView, chain: FixedValues): string {
  const hyperbola = ACROSS.map((w1) => [w1, chain.target / w1] as const)
  const series: Series[] = [{ name: 'paths', points: parabolas(chain), dashed: true, color: 6 }, {
    name: 'stable points',
    draw: 'line',
    color: 2,
    points: pieces(hyperbola, ([w1]) => chainRate(chain, w1) > 0),
  }, { name: 'unstable points', draw: 'line', color: 1,
    points: pieces(hyperbola, ([w1]) => chainRate(chain, w1) <= 0) }, { name: 'this path', draw: 'line', color: 0,
    points: path }, { name: 'start', draw: 'markers', color: 3, points: path.slice(0, 1) }, { name: 'now',
    draw: 'markers', color: 0, points: path.slice(-1) }]
  return arrows(chain,
    lineFigure({ title: 'Phase portrait', x: W1, y: W2, series, height: 360,
      description: 'The plane of both weights, with the paths of the flow and its fixed points' }))
}

export const fixedPanel: Panel<typeof CONTROLS, FixedView> = {
  name: 'fixed',
  title: 'Fixed points',
  lead: [
    'The smallest network, ŷ = w_2 w_1 x with one number for each weight, learns y = τx with the feedback f in place of w_2. Every path stays on a parabola, f w_2 − ½w_1² being constant [6.20], and runs along it to a root of a cubic [6.21]. Where w₁w₂ = τ there is nothing left to learn; a point of that hyperbola is stable where w_1² + fτ/w_1 is positive [6.22].',
    'Click into the plane, or move the sliders, to start a path. One that begins beside an unstable point leaves it, although its loss is almost zero, and arrives at the next root on its side [6.23].',
  ],
  controls: CONTROLS,
  figures: [
    drawn('Paths on parabolas [6.20], arrows where they lead [6.21], stable and unstable points of w₁w₂ = τ [6.22].',
      portrait),
    drawn('Loss along the path [1.2]. It need not fall: feedback is not the gradient.', ({ losses }: FixedView) =>
      lineFigure({ title: 'Loss', x: { label: 'time' }, y: { label: 'loss', scale: 'log' },
        series: [{ name: 'loss', points: losses }], legend: false })),
  ],
  numbers: ({ path, constant, rate, losses }) => {
    const [w1, w2] = path.at(-1) ?? [NaN, NaN]
    return { columns: [{ name: 'Quantity' }, { name: 'value' }],
      rows: [['w_1', w1], ['w_2', w2], ['constant f w_2 − ½w_1²', constant], ['loss', losses.at(-1)?.[1] ?? null], [
        'rate at the point reached',
        rate ?? null,
      ]] }
  },
  outcome: ({ path, rate }) => {
    const [w1, w2] = path.at(-1) ?? [NaN, NaN]
    if (rate === undefined) return 'Still on its way.'
    const sort = rate > 0 ? 'stable' : 'unstable'
    return `At rest at (${w1.toFixed(3)}, ${w2.toFixed(3)}), a ${sort} point of rate ${rate.toPrecision(3)}.`
      .replaceAll('-', '−')
  },
  choose: (x, y) => {
    const snapped = (place: number): number => Math.round(20 * EDGE * (2 * place - 1)) / 20
    return { w1: snapped(x), w2: snapped(y) }
  },
}
