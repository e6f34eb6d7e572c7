// Paths of the scalar chain in the plane of its two weights.

import { normal, randomStream } from '../../../tensor/index.ts'
import { chainConstant, chainEnd, chainForce, chainRate, integrateAdaptive,
  type ScalarChain } from '../../../theory/index.ts'
import { last } from '../../statistics.ts'

/** One chain: minima to disturb on both branches, and starts anywhere. */
export interface Portrait extends ScalarChain {
  /** Minima per branch, at |w_1| in equal ratios from 0.2 to 5 times the border. */
  readonly minima: number
  readonly starts: number
  readonly seed: number
}

/** A path, thinned for the figure. */
export interface PlanePath {
  readonly points: readonly (readonly [w1: number, w2: number])[]
  readonly end: readonly [w1: number, w2: number]
  /** Largest |C − C(0)| over 1 + |C(0)|. */
  readonly drift: number
  /** Largest loss over the first one. */
  readonly peak: number
}

export interface PortraitResult {
  /** From every minimum, disturbed in w_1 upwards and downwards. */
  readonly disturbed: readonly { readonly w1: number; readonly up: PlanePath; readonly down: PlanePath }[]
  readonly free: readonly PlanePath[]
}

export const DISTURBANCE = 1e-5
const UNTIL = 300

/** |fτ|^(1/3), the least |w_1| of a stable minimum on the branch that has unstable ones. */
export const border = ({ target, feedback }: ScalarChain): number => Math.cbrt(Math.abs(target * feedback))

/** Dense where paths begin, and every tenth of a unit: an escape passes the plane in a few units at any time. */
const TIMES = [0, ...Array.from({ length: 60 }, (_, i) => 0.001 * Math.pow(100, i / 60)),
  ...Array.from({ length: 10 * UNTIL }, (_, i) => (i + 1) / 10)]

/** About thirty points of a path in equal distances, the ends among them. */
function thinned(points: PlanePath['points']): PlanePath['points'] {
  const distances = points.map(([a, b], i) => i === 0 ? 0 : Math.hypot(a - points[i - 1][0], b - points[i - 1][1]))
  const gap = distances.reduce((sum, one) => sum + one, 0) / 29
  let since = Infinity
  return points.filter((_, i) => {
    since += distances[i]
    const isKept = since >= gap || i === points.length - 1
    if (isKept) since = 0
    return isKept
  })
}

function pathFrom(chain: ScalarChain, w1: number, w2: number): PlanePath {
  const { target, feedback } = chain
  const { states } = integrateAdaptive((_, y, dy) => {
    const e = y[0] * y[1] - target
    dy[0] = -feedback * e
    dy[1] = -e * y[0]
  }, Float64Array.of(w1, w2), TIMES, { relative: 1e-11, absolute: 1e-13 })
  const constant = chainConstant(chain, w1, w2)
  const losses = states.map(([a, b]) => (a * b - target) * (a * b - target))
  return {
    points: thinned(states.map(([a, b]) => [a, b] as const)),
    end: [last(states)[0], last(states)[1]],
    drift: Math.max(...states.map(([a, b]) => Math.abs(chainConstant(chain, a, b) - constant)))
      / (1 + Math.abs(constant)),
    peak: Math.max(...losses) / losses[0],
  }
}

/** Paths from disturbed minima on both branches and from starts in the plane. */
export function portrait(c: Portrait, progress: (fraction: number) => void): PortraitResult {
  const least = border(c)
  const stream = randomStream(c.seed, 'phase-portrait/starts')
  const disturbed = [-1, 1].flatMap((side) =>
    Array.from({ length: c.minima }, (_, i) => side * least * 0.2 * Math.pow(25, i / (c.minima - 1)))
  ).map((w1, i) => {
    progress(i / (2 * c.minima))
    const w2 = c.target / w1
    return { w1, up: pathFrom(c, w1 + DISTURBANCE, w2), down: pathFrom(c, w1 - DISTURBANCE, w2) }
  })
  return {
    disturbed,
    free: Array.from({ length: c.starts }, () => pathFrom(c, 1.5 * normal(stream), 1.5 * normal(stream))),
  }
}

/** The root at which a disturbed path must end: of the cubic of its own parabola, from that of the undisturbed one. */
export function rootOf(chain: ScalarChain, w1: number, up: boolean): number {
  const constant = chainConstant(chain, w1 + (up ? DISTURBANCE : -DISTURBANCE), chain.target / w1)
  let root = chainRate(chain, w1) > 0 ? w1 : chainEnd(chain, w1, up) ?? NaN
  for (let i = 0; i < 20; i++) root -= chainForce(chain, constant, root) / (1.5 * root * root + constant)
  return root
}
