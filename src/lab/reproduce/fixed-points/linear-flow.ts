// A two-layer linear network under the flow of feedback alignment from weights of any size, with all four alignments.

import { jointCosine, rowCosines } from '../../../dfa/alignment.ts'
import { addScaled, identity, type Matrix, matrix, matrixCosine, multiply, randomStream, scaled,
  transpose } from '../../../tensor/index.ts'
import { NONLINEARITIES, twoLayerFlow } from '../../../theory/index.ts'
import { toTensor } from '../../check/matrices.ts'
import type { Measured } from '../../../dfa/index.ts'
import { last } from '../../statistics.ts'
import { logSpaced } from '../series.ts'
import { defined } from './training.ts'
import { drawn } from './two-layer.ts'

/** Inputs with ⟨x xᵀ⟩ = I; W ~ scale·N(0, 1), teacher and F ~ N(0, 1). */
export interface LinearConfiguration {
  readonly part: 'linear'
  readonly sizes: readonly [number, number, number]
  readonly scale: number
  readonly step: number
  readonly until: number
  readonly seed: number
}

/** One entry per time. */
export interface LinearResult {
  readonly times: readonly number[]
  /** ½‖W_2W_1 − T‖². */
  readonly loss: readonly number[]
  /** cos∠(W_2ᵀe, F e), mean over the inputs. */
  readonly signal: readonly Measured[]
  /** Of the gradients of W_1, and of both weights as one vector. */
  readonly gradient: readonly Measured[]
  readonly whole: readonly Measured[]
  /** cos∠(W_2ᵀ, F). */
  readonly weight: readonly Measured[]
  /** Whether the next step lowers the loss. */
  readonly falls: readonly boolean[]
}

/** Euler steps; Σ over the n_0 unit inputs is the population. Equation: theory (6.41) with g linear. */
export function runLinear(c: LinearConfiguration): LinearResult {
  const [n0, n1, n2] = c.sizes
  const stream = randomStream(c.seed, 'linear-flow')
  const teacher = drawn(stream, n2, n0, 1)
  const f = drawn(stream, n1, n2, 1)
  const [first, second] = [drawn(stream, n1, n0, 1), drawn(stream, n2, n1, 1)]
  const state = Float64Array.of(...scaled(c.scale, first).data, ...scaled(c.scale, second).data)
  const velocity = new Float64Array(state.length)
  const flow = twoLayerFlow(c.sizes, f, { x: identity(n0), y: transpose(teacher) }, NONLINEARITIES.linear)
  const steps = Math.round(c.until / c.step)
  const times = new Set([0, ...logSpaced(1, steps, 40)])
  const curves = {
    times: [] as number[],
    loss: [] as number[],
    signal: [] as Measured[],
    gradient: [] as Measured[],
    whole: [] as Measured[],
    weight: [] as Measured[],
    falls: [] as boolean[],
  }
  const weights = (): readonly [Matrix,
    Matrix] => [matrix(n1, n0, state.slice(0, n0 * n1)), matrix(n2, n1, state.slice(n0 * n1))]
  for (let done = 0; done <= steps; done++) {
    const isSeen = times.has(done)
    if (isSeen) {
      const found = measured(...weights(), f, teacher)
      curves.times.push(done * c.step)
      curves.loss.push(found.loss)
      curves.signal.push(defined(found.signal))
      curves.gradient.push(defined(found.gradient))
      curves.whole.push(defined(found.whole))
      curves.weight.push(defined(found.weight))
    }
    flow(0, state, velocity)
    for (let i = 0; i < state.length; i++) state[i] += c.step * velocity[i]
    if (isSeen) curves.falls.push(lossOf(...weights(), teacher) < last(curves.loss))
  }
  return curves
}

function errorOf(w1: Matrix, w2: Matrix, teacher: Matrix): Matrix {
  return transpose(addScaled(multiply(w2, w1), -1, teacher))
}

function lossOf(w1: Matrix, w2: Matrix, teacher: Matrix): number {
  return errorOf(w1, w2, teacher).data.reduce((sum, x) => sum + x * x, 0) / 2
}

/** The measures of one point; rows of the delivered errors are the unit inputs. */
function measured(w1: Matrix, w2: Matrix, f: Matrix, teacher: Matrix) {
  const e = errorOf(w1, w2, teacher)
  const exact = multiply(e, w2), delivered = multiply(e, transpose(f))
  const top = multiply(transpose(e), transpose(w1))
  const all = (hidden: Matrix): readonly Float32Array[] => [hidden, top].map((m) => toTensor(m).data)
  return {
    loss: lossOf(w1, w2, teacher),
    signal: rowCosines(toTensor(delivered), toTensor(exact)).mean,
    gradient: matrixCosine(exact, delivered),
    whole: jointCosine(all(exact), all(delivered)),
    weight: matrixCosine(transpose(w2), f),
  }
}
