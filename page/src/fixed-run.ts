// The scalar chain ŷ = w_2 w_1 x under feedback: one path in the plane, on its parabola.

import { chainConstant, chainForce, chainRate, integrateFixed, type ScalarChain } from '../../src/theory/index.ts'
import { range, slider, type ValuesOf } from './controls.ts'
import { fingerprintOf, type Progress, type Simulation } from './simulation.ts'

/** The plane that is shown: |w_1|, |w_2| ≤ EDGE. */
export const EDGE = 3

export const CONTROLS = {
  target: slider('Target τ', range(0.2, 2, 0.1), 1),
  feedback: slider('Feedback f', [-2, -1.5, -1, -0.5, 0.5, 1, 1.5, 2], 1),
  w1: slider('Start w₁', range(-EDGE, EDGE, 0.05), -0.6),
  w2: slider('Start w₂', range(-EDGE, EDGE, 0.05), -2.4),
}

export type FixedValues = ValuesOf<typeof CONTROLS>

export interface FixedView extends Progress {
  /** (w_1, w_2) at equal times, and the loss ½(w_1w_2 − τ)² there. */
  readonly path: readonly (readonly [number, number])[]
  readonly losses: readonly (readonly [time: number, loss: number])[]
  readonly constant: number
  /** The rate at the point reached, once it is one of rest. */
  readonly rate: number | undefined
}

/** w_2 on the parabola of C. Equation: theory (6.20). */
export function onParabola({ feedback }: ScalarChain, constant: number, w1: number): number {
  return (constant + w1 * w1 / 2) / feedback
}

const STEP = 0.01
const LAST_TIME = 100

/** ẇ_1 = −p(w_1) on the parabola of the start, theory (6.21), until it rests. */
export function* fixed(chain: FixedValues): Simulation<FixedView> {
  const constant = chainConstant(chain, chain.w1, chain.w2)
  const force = (w1: number): number => chainForce(chain, constant, w1)
  const state = Float64Array.of(chain.w1)
  const path: (readonly [number, number])[] = []
  const losses: (readonly [number, number])[] = []
  const record = (time: number): void => {
    const w2 = onParabola(chain, constant, state[0])
    const error = state[0] * w2 - chain.target
    path.push([state[0], w2])
    losses.push([time, error * error / 2])
  }
  const view = (time: number): FixedView => ({
    where: `time ${time.toFixed(1)}`,
    fingerprint: fingerprintOf([state]),
    path: path.slice(),
    losses: losses.slice(),
    constant,
    rate: Math.abs(force(state[0])) < 1e-6 ? chainRate(chain, state[0]) : undefined,
  })
  record(0)
  let time = 0
  for (let k = 1; Math.abs(force(state[0])) >= 1e-6 && time < LAST_TIME; k++) {
    time = k / 10
    state.set(integrateFixed((_, y, dy) => {
      dy[0] = -force(y[0])
    }, state, [0, 0.1], { step: STEP }).states[1])
    record(time)
    yield view(time)
  }
  return view(time)
}
