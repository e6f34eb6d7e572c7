// Two-layer networks in float64 that run to an interpolating point and are pushed off it.

import { eigenvalues, type Matrix, matrix, matrixCosine, normalInto, type RandomStream, randomStream,
  transpose } from '../../../tensor/index.ts'
import { type Batch, leastRate, NONLINEARITIES, type Nonlinearity, tangentKernel, twoLayerFlow,
  twoLayerLoss } from '../../../theory/index.ts'
import type { Derivative } from '../../../theory/runge-kutta.ts'
import { logSpaced } from '../series.ts'

/** A network n_0-n_1-n_2, its last input always 1, and N random samples with random targets. */
export interface InterpolationConfiguration {
  readonly activation: 'tanh' | 'sigmoid'
  readonly sizes: readonly [number, number, number]
  readonly samples: number
  /** Step of the mean over samples. */
  readonly step: number
  /** Steps at most until the weights stand still. */
  readonly most: number
  /** Steps of FA after the push. */
  readonly after: number
  readonly seed: number
}

/** Where a rule came to rest, and what FA does from there. */
export interface RestingPoint {
  /** Loss there, ½ Σ‖e‖² over samples; null where the run did not stay finite. */
  readonly loss: number | null
  readonly converged: boolean
  /** min Re λ(K) under the feedback of FA. */
  readonly rate: number | null
  /** Greatest Re λ of the Jacobian of FA in weight space, by differences. */
  readonly growth: number | null
  /** cos∠(W_2ᵀ, F). */
  readonly cosine: number | null
  /** λ of −K, real and imaginary parts. */
  readonly spectrum: readonly (readonly [number, number])[]
  /** Loss after a push of size 1e-4, by steps of FA; cut where it is no longer finite. */
  readonly pushed: readonly (readonly [step: number, loss: number])[]
  /** Greatest loss after the push over the first. */
  readonly rise: number | null
  /** cos∠(W_2ᵀ, F) and loss where FA has come to after the push. */
  readonly cosineAfter: number | null
  readonly lossAfter: number | null
}

/** The points that backpropagation and FA find from the same weights. */
export interface InterpolationResult {
  readonly bp: RestingPoint
  readonly fa: RestingPoint
}

const STANDS_STILL = 1e-11
const PUSH = 1e-4
/** Losses and velocities beyond will not come back. */
const LOST = 1e6

/** N(0, deviation²). */
export function drawn(stream: RandomStream, rows: number, columns: number, deviation: number): Matrix {
  return matrix(rows, columns, normalInto(new Float64Array(rows * columns), stream, deviation))
}

function size(x: Float64Array): number {
  let squares = 0
  for (let i = 0; i < x.length; i++) squares += x[i] * x[i]
  return Math.sqrt(squares)
}

/** state ← state + step·velocity until |velocity| is below `still`, the state is lost or `most` steps are done. */
function descend(flow: Derivative, state: Float64Array, step: number, most: number, still: number,
  seen: (done: number) => void = () => {}): boolean
{
  const velocity = new Float64Array(state.length)
  for (let done = 0; done < most; done++) {
    seen(done)
    flow(0, state, velocity)
    const speed = size(velocity)
    if (speed < still) return true
    if (!(speed < LOST)) return false
    for (let i = 0; i < state.length; i++) state[i] += step * velocity[i]
  }
  seen(most)
  return false
}

/** Greatest real part of the eigenvalues of ∂velocity/∂state, by central differences. */
function greatestGrowth(flow: Derivative, state: Float64Array): number {
  const n = state.length, h = 1e-5
  const jacobian = matrix(n, n)
  const above = new Float64Array(n), below = new Float64Array(n), at = state.slice()
  for (let j = 0; j < n; j++) {
    at[j] = state[j] + h
    flow(0, at, above)
    at[j] = state[j] - h
    flow(0, at, below)
    at[j] = state[j]
    for (let i = 0; i < n; i++) jacobian.data[i * n + j] = (above[i] - below[i]) / (2 * h)
  }
  return eigenvalues(jacobian).real[0]
}

interface Problem {
  readonly c: InterpolationConfiguration
  readonly batch: Batch
  readonly f: Matrix
  readonly g: Nonlinearity
}

function weightsOf([n0, n1, n2]: InterpolationConfiguration['sizes'], state: Float64Array): readonly [Matrix, Matrix] {
  return [matrix(n1, n0, state.slice(0, n0 * n1)), matrix(n2, n1, state.slice(n0 * n1))]
}

/** What a point is, and what FA makes of it when it is pushed off. */
function examine({ c, batch, f, g }: Problem, state: Float64Array, converged: boolean): RestingPoint {
  const weights = (): readonly [Matrix, Matrix] => weightsOf(c.sizes, state)
  const loss = twoLayerLoss(weights(), batch, g)
  if (!(loss < LOST)) return LOST_POINT
  const flow = twoLayerFlow(c.sizes, f, batch, g)
  const kernel = tangentKernel(weights(), [f], batch.x, g)
  const { real, imaginary } = eigenvalues(kernel)
  const cosine = matrixCosine(transpose(weights()[1]), f)
  const growth = greatestGrowth(flow, state)
  const noise = normalInto(new Float64Array(state.length), randomStream(c.seed, 'tangent-kernel/push'))
  noise.forEach((value, i) => {
    state[i] += (PUSH / size(noise)) * value
  })
  const times = new Set([0, ...logSpaced(1, c.after, 60)])
  const pushed: [number, number][] = []
  let greatest = 0
  descend(flow, state, c.step / c.samples, c.after, 0, (done) => {
    // Every tenth step shows any rise that lasts.
    if (done % 10 !== 0 && !times.has(done)) return
    const now = twoLayerLoss(weights(), batch, g)
    if (now > greatest) greatest = now
    if (times.has(done) && Number.isFinite(now)) pushed.push([done, now])
  })
  const lossAfter = twoLayerLoss(weights(), batch, g)
  const survives = lossAfter < LOST
  return {
    loss,
    converged,
    rate: leastRate(kernel),
    growth,
    cosine,
    spectrum: Array.from(real, (re, i) => [-re, -imaginary[i]] as const),
    pushed,
    rise: Number.isFinite(greatest) ? greatest / pushed[0][1] : null,
    cosineAfter: survives ? matrixCosine(transpose(weights()[1]), f) : null,
    lossAfter: survives ? lossAfter : null,
  }
}

const LOST_POINT: RestingPoint = {
  loss: null,
  converged: false,
  rate: null,
  growth: null,
  cosine: null,
  spectrum: [],
  pushed: [],
  rise: null,
  cosineAfter: null,
  lossAfter: null,
}

/** Both rules from one draw: W_l ~ N(0, 1/I), F ~ N(0, 1/n_2), inputs and targets N(0, 1). */
export function interpolate(c: InterpolationConfiguration): InterpolationResult {
  const [n0, n1, n2] = c.sizes
  const g = NONLINEARITIES[c.activation]
  const stream = randomStream(c.seed, 'tangent-kernel')
  const x = drawn(stream, c.samples, n0, 1)
  for (let m = 0; m < c.samples; m++) x.data[m * n0 + n0 - 1] = 1
  const batch = { x, y: drawn(stream, c.samples, n2, 1) }
  const f = drawn(stream, n1, n2, 1 / Math.sqrt(n2))
  const first = Float64Array.of(...drawn(stream, n1, n0, 1 / Math.sqrt(n0)).data,
    ...drawn(stream, n2, n1, 1 / Math.sqrt(n1)).data)
  const found = (feedback: Matrix | undefined): RestingPoint => {
    const state = first.slice()
    const converged = descend(twoLayerFlow(c.sizes, feedback, batch, g), state, c.step / c.samples, c.most,
      STANDS_STILL)
    return examine({ c, batch, f, g }, state, converged)
  }
  return { bp: found(undefined), fa: found(f) }
}
