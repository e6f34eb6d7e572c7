// The scalar chain in the plane of its two weights: which minima feedback alignment keeps, and where it goes from the others.

import { chainRate, type ScalarChain } from '../../../theory/index.ts'
import type { Series } from '../../report/figure.ts'
import { count, typeset } from '../../report/format.ts'
import { declared, type Run } from '../experiment.ts'
import { sideBySide } from '../series.ts'
import { border, DISTURBANCE, type PlanePath, type Portrait, portrait, type PortraitResult,
  rootOf } from '../stability/scalar-paths.ts'

type Portrayed = Run<Portrait, PortraitResult>

const CHAINS: readonly ScalarChain[] = [{ target: 1, feedback: 1 }, { target: 0.5, feedback: -1.6 }, {
  target: -2,
  feedback: 0.3,
}]

const nameOf = ({ target, feedback }: ScalarChain): string =>
  `τ = ${typeset(String(target))}, f = ${typeset(String(feedback))}`
/** Branches of w_1 w_2 = τ where λ has the sign. */
function branches(chain: ScalarChain, isStable: boolean): Series['points'] {
  const sides = [-1, 1].map((side) =>
    Array.from({ length: 200 }, (_, i) => side * 0.1 * Math.pow(50, i / 199)).filter((w) =>
      chainRate(chain, w) > 0 === isStable
    ).map((w) => [w, chain.target / w] as const)
  )
  return joined(sides, SIZE)
}

/** Several lines as one series, cut where they leave the window. */
const joined = (lines: readonly Series['points'][], size = Infinity): Series['points'] =>
  lines.flatMap((
    line,
  ) => [...line.map(([x, y]) => Math.max(Math.abs(x), Math.abs(y)) <= size ? [x, y] as const : [NaN, NaN] as const),
    [NaN, NaN] as const]
  )

const SIZE = 4
const WINDOW = { domain: [-SIZE, SIZE] } as const
/** Paths of either kind in the figure: few enough for all of their points. */
const DRAWN = 12

/** The plane of the scalar chain. */
export const phasePortrait = declared<Readonly<Record<'minima' | 'starts', number>>, Portrait, PortraitResult>({
  name: 'chu2023/phase-portrait',
  title: 'Phase portrait of the scalar chain',
  source: 'chu2023; theory (6.20), (6.21), (6.22), (6.23)',
  method: 'float64 network',
  about:
    'ŷ = w₂w₁x, target τ, feedback f: all minima lie on the hyperbola w₁w₂ = τ. On one arc of it they are unstable under feedback alignment. Paths run on parabolas of constant C = f w₂ − ½w₁², and where a disturbed path ends is a root of a cubic, known beforehand.',
  data: [],
  revision: 1,
  scales: {
    quick: { minutes: 0.02, minima: 8, starts: 20 },
    default: { minutes: 0.05, minima: 24, starts: 100 },
    paper: { minutes: 0.5, minima: 80, starts: 1000 },
  },
  decidedAtQuick: ['phase'],
  plan: ({ minima, starts }, seed) => CHAINS.map((chain) => ({ ...chain, minima, starts, seed })),
  run: (c, { progress }) => portrait(c, progress),
  judge({ runs, claim, setting: { minima, starts } }) {
    const all = runs.flatMap(({ configuration: c, result: { disturbed } }) =>
      disturbed.flatMap(({ w1, up, down }) =>
        ([[up, true], [down, false]] as const).map(([path, isUp]) => ({
          rate: chainRate(c, w1),
          gain: c.feedback * c.target / w1,
          root: rootOf(c, w1, isUp),
          left: Math.abs(path.end[0] - w1) > 100 * DISTURBANCE,
          path,
        }))
      )
    )
    const free = runs.flatMap(({ configuration: c, result }) => result.free.map((path) => ({ c, path })))
    const left = all.filter((one) => one.left)
    const chains = CHAINS.map(nameOf).join('; ')
    return {
      claims: [
        claim.absolute('phase-leaves',
          `${
            count(all.length, 'path')
          } from minima disturbed by 10⁻⁵ (${chains}): those that leave although λ > 0, or stay although λ < 0`,
          all.filter((one) => one.left !== one.rate < 0).length, 0, 0, 'counted'),
        claim.atMost('phase-ends', 'largest distance in w₁ of the end of a disturbed path from the predicted root',
          Math.max(...all.map(({ path, root }) => Math.abs(path.end[0] - root))), 1e-6, 'finite time near the border'),
        claim.atMost('phase-parabolas', 'largest change of C over 1 + |C|, all paths',
          Math.max(...[...all, ...free].map(({ path }) => path.drift)), 1e-8, 'accuracy of the integration, 10⁻¹¹'),
        claim.atLeast('phase-peaks', 'paths that leave: the least rise of the loss over its first value',
          Math.min(...left.map(({ path }) => path.peak)), 1e3, 'far from 1'),
        claim.absolute('phase-anywhere',
          `${count(3 * starts, 'start')} drawn in the plane: those that do not end at a stable minimum`,
          free.filter(({ c, path: { end: [w1, w2] } }) =>
            !(Math.abs(w1 * w2 - c.target) < 1e-6 && chainRate(c, w1) > 0)
          ).length, 0, 0, 'counted'),
        claim.above('phase-not-hidden',
          'stable minima at which the hidden layer is anti-aligned, f w₂ < 0: its alignment alone is no criterion',
          all.filter(({ left: is, gain }) => !is && gain < 0).length, 0, 'counted'),
      ],
      figures: [
        sideBySide(
          'The plane of the two weights. Lines: paths from random starts, and from unstable minima disturbed by 10⁻⁵; all are pieces of parabolas. Triangles: ends. None is on the unstable arc.',
          runs.map(({ configuration: c, result }: Portrayed) => {
            const escapes = result.disturbed.filter(({ w1 }) => chainRate(c, w1) < 0).map(({ up }) => up)
            const some = (paths: readonly PlanePath[]) =>
              joined(paths.slice(0, DRAWN).map(({ points }) => points), SIZE)
            return {
              title: nameOf(c),
              x: { label: 'w₁', ...WINDOW },
              y: { label: 'w₂', ...WINDOW },
              width: 320,
              height: 300,
              series: [{ name: 'paths', points: some(result.free), draw: 'line', color: 5 }, {
                name: 'escapes',
                points: some(escapes),
                draw: 'line',
                color: 1,
              }, { name: 'stable minima', points: branches(c, true), draw: 'line', color: 0 }, {
                name: 'unstable minima',
                points: branches(c, false),
                draw: 'line',
                color: 3,
              }, {
                name: 'ends',
                points: joined([...result.free.slice(0, DRAWN), ...escapes.slice(0, DRAWN)].map(({ end }) => [end]),
                  SIZE),
                draw: 'markers',
                color: 2,
              }],
            }
          }),
          'both',
        ),
        sideBySide(
          `Rate λ along the hyperbola, and the minima (${minima} per branch) that disturbed paths left or kept.`,
          runs.map(({ configuration: c, result }: Portrayed) => {
            const places = (isLeft: boolean): Series['points'] =>
              result.disturbed.filter(({ w1, up }) => Math.abs(up.end[0] - w1) > 100 * DISTURBANCE === isLeft).map((
                { w1 },
              ) => [w1, chainRate(c, w1)] as const).filter(([, rate]) => rate <= 10)
            const line = [-1, 1].map((side) =>
              Array.from({ length: 100 }, (_, i) => side * border(c) * 0.2 * Math.pow(25, i / 99)).map((w) =>
                [w, chainRate(c, w)] as const
              ).filter(([, rate]) => rate <= 10 && rate >= -5)
            )
            return {
              title: nameOf(c),
              x: { label: 'w₁' },
              y: { label: 'λ = w₁² + fτ/w₁', domain: [-5, 10] as const },
              series: [{ name: 'theory', points: joined(line), dashed: true }, {
                name: 'kept',
                points: places(false),
                draw: 'markers' as const,
              }, { name: 'left', points: places(true), draw: 'markers' as const }],
              marks: [{ y: 0 }],
            }
          }),
        ),
      ],
    }
  },
})
