// The scalar chain in the plane of its two weights: which minima feedback alignment keeps, and where it goes from the others.

import { normal, randomStream } from '../../../tensor/index.ts'
import { chainConstant, chainEnd, chainForce, chainRate, integrateAdaptive, type ScalarChain } from '../../../theory/index.ts'
import { count } from '../../report/format.ts'
import type { Series } from '../../report/figure.ts'
import { last } from '../../statistics.ts'
import { declared, type Run } from '../experiment.ts'
import { sideBySide } from '../series.ts'

/** One chain: minima to disturb on both branches, and starts anywhere. */
interface Portrait extends ScalarChain {
  /** Minima per branch, at |w_1| in equal ratios from 0.2 to 5 times the border. */
  readonly minima: number
  readonly starts: number
  readonly seed: number
}

/** A path, thinned for the figure. */
interface PlanePath {
  readonly points: readonly (readonly [w1: number, w2: number])[]
  readonly end: readonly [w1: number, w2: number]
  /** Largest |C − C(0)| over 1 + |C(0)|. */
  readonly drift: number
  /** Largest loss over the first one. */
  readonly peak: number
}

interface PortraitResult {
  /** From every minimum, disturbed in w_1 upwards and downwards. */
  readonly disturbed: readonly { readonly w1: number; readonly up: PlanePath; readonly down: PlanePath }[]
  readonly free: readonly PlanePath[]
}

const DISTURBANCE = 1e-5
const UNTIL = 4000

/** |fτ|^(1/3), the least |w_1| of a stable minimum on the branch that has unstable ones. */
const border = ({ target, feedback }: ScalarChain): number => Math.cbrt(Math.abs(target * feedback))

function pathFrom(chain: ScalarChain, w1: number, w2: number): PlanePath {
  const { target, feedback } = chain
  const times = [0, ...Array.from({ length: 120 }, (_, i) => 0.01 * Math.pow(UNTIL / 0.01, i / 119))]
  const { states } = integrateAdaptive((_, y, dy) => {
    const e = y[0] * y[1] - target
    dy[0] = -feedback * e
    dy[1] = -e * y[0]
  }, Float64Array.of(w1, w2), times, { relative: 1e-11, absolute: 1e-13 })
  const constant = chainConstant(chain, w1, w2)
  const losses = states.map(([a, b]) => (a * b - target) * (a * b - target))
  return {
    points: states.map(([a, b]) => [a, b] as const),
    end: [last(states)[0], last(states)[1]],
    drift: Math.max(...states.map(([a, b]) => Math.abs(chainConstant(chain, a, b) - constant))) / (1 + Math.abs(constant)),
    peak: Math.max(...losses) / losses[0],
  }
}

function portrait(c: Portrait, progress: (fraction: number) => void): PortraitResult {
  const least = border(c)
  const stream = randomStream(c.seed, 'phase-portrait/starts')
  const disturbed = [-1, 1].flatMap((side) =>
    Array.from({ length: c.minima }, (_, i) => side * least * 0.2 * Math.pow(25, i / (c.minima - 1)))
  ).map((w1, i) => {
    progress(i / (2 * c.minima))
    const w2 = c.target / w1
    return { w1, up: pathFrom(c, w1 + DISTURBANCE, w2), down: pathFrom(c, w1 - DISTURBANCE, w2) }
  })
  return { disturbed, free: Array.from({ length: c.starts }, () => pathFrom(c, 1.5 * normal(stream), 1.5 * normal(stream))) }
}
