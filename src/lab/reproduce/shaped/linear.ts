// A deep linear network under shaped feedback at a share of its largest stable rate, by the recursion.

import { conditionedCovariance, gaussianInputs, linearTeacher } from '../../../data/index.ts'
import { addScaled, frobenius, inverse, type Matrix, matrix, multiply, normalInto, randomOrthogonal, randomStream,
  scaled, svd, transpose } from '../../../tensor/index.ts'
import { type AlignmentMatrices, balancedExponents, endToEnd, gradientAlignment, type Grams, grams, largestStableRate,
  type LinearTask, populationStep, powerShapes, probeErrors, relativeLoss, teacherPower,
  zeroAlignment } from '../../../theory/index.ts'
import type { RunTools } from '../experiment.ts'

const INPUTS = 10
const OUTPUTS = 5

/** A run. The seed draws teacher, feedback, inputs and noise. */
export interface LinearRun {
  readonly depth: number
  /** κ_T. */
  readonly condition: number
  /** p of all layers, or balanced: p_l = (L − l)/L. */
  readonly exponent: number | 'balanced'
  /** Columns of Q_l: orthonormal, or independent N(0, 1/n_l) of this width. */
  readonly gaussianWidth: number | null
  /** κ_x of Σ in a basis of its own. */
  readonly inputCondition: number
  /** Of what S_l is a power: T, TΣ^½ or Σ_yx = TΣ. */
  readonly from: 'teacher' | 'whitened' | 'cross'
  /** Samples P and deviation of the noise in the targets; null for the population. */
  readonly samples: { readonly count: number; readonly noise: number } | null
  /** Of the largest stable rate. */
  readonly share: number
  readonly seed: number
}

/** What comes of it. Steps are null where `MOST` were not enough. */
export interface LinearResult {
  /** The largest stable rate, found by halving intervals, in units of the bound of theory (7.24) for white inputs. */
  readonly largest: number
  /** To training loss 10⁻⁶, at the share of that rate. */
  readonly steps: number | null
  /** GA_l of isotropic errors there. */
  readonly alignment: readonly number[]
  /** Least ‖C_L − T‖²/‖T‖² on the way, and steps until it is `GIVEN`. */
  readonly leastTest: number
  readonly stepsToTest: number | null
}

/** Training loss that ends a run, and the test error whose time is taken. */
export const STOP = 1e-6
export const GIVEN = 0.2
export const MOST = 40_000
/** The search halves the logarithm of a factor 16 eight times: 1.1 % is left. */
const HALVINGS = 8
export const RESOLUTION = 0.011

interface Setup {
  readonly task: LinearTask
  readonly grams: Grams
  readonly teacher: Matrix
  readonly bound: number
}

/** The task as seen by the samples, and feedback. */
function setupOf(c: LinearRun): Setup {
  const { matrix: teacher } = linearTeacher(OUTPUTS, INPUTS, c.condition, c.seed)
  const { covariance, root } = conditionedCovariance(INPUTS, c.inputCondition, c.seed)
  const task = c.samples === null ? { teacher, covariance } : sampled(teacher, c.samples, c.seed)
  const parts: Readonly<Record<LinearRun['from'], () => Matrix>> = {
    teacher: () => task.teacher,
    whitened: () => multiply(task.teacher, root),
    cross: () => multiply(task.teacher, task.covariance),
  }
  const basis = parts[c.from]()
  const exponents = c.exponent === 'balanced' ? balancedExponents(c.depth)
    : Array.from({ length: c.depth - 1 }, () => c.exponent as number)
  const feedback = exponents.map((p, l) => {
    const shape = teacherPower(basis, p)
    return multiply(carrier(c, l), scaled(Math.sqrt(OUTPUTS) / frobenius(shape), shape))
  })
  const g = grams(feedback)
  // The clocks of white inputs give a rate to begin the search with; S has the scale of its norm.
  const spectrum = [...svd(basis).s]
  const shapes = powerShapes(spectrum, exponents).map((shape) => {
    const norm = Math.sqrt(shape.reduce((sum, s) => sum + s * s, 0) / OUTPUTS)
    return shape.map((s) => s / norm)
  })
  return { task, grams: g, teacher, bound: largestStableRate({ spectrum, shapes }) }
}

function carrier({ gaussianWidth, seed }: LinearRun, l: number): Matrix {
  const stream = randomStream(seed, `shaped/carrier/${l}`)
  if (gaussianWidth === null) return randomOrthogonal(stream, OUTPUTS, OUTPUTS)
  const data = new Float64Array(gaussianWidth * OUTPUTS)
  return matrix(gaussianWidth, OUTPUTS, normalInto(data, stream, 1 / Math.sqrt(gaussianWidth)))
}

/** Second moments of P samples with noisy targets: a batch of them takes the steps of this task. */
function sampled(teacher: Matrix, { count, noise }: { readonly count: number; readonly noise: number },
  seed: number): { readonly teacher: Matrix; readonly covariance: Matrix }
{
  const x = gaussianInputs(count, INPUTS, seed)
  const z = matrix(count, OUTPUTS, normalInto(new Float64Array(count * OUTPUTS), randomStream(seed, 'shaped/noise')))
  const y = addScaled(multiply(x, transpose(teacher)), noise, z)
  const covariance = scaled(1 / count, multiply(transpose(x), x))
  return { teacher: multiply(scaled(1 / count, multiply(transpose(y), x)), inverse(covariance)), covariance }
}

/** Steps to the stopping loss; undefined for a training that leaves, or takes too long. */
function train({ task, grams: g }: Setup, depth: number, rate: number,
  onStep: (a: AlignmentMatrices, step: number) => void = () => {}
): { readonly steps: number; readonly a: AlignmentMatrices } | undefined {
  let a = zeroAlignment(depth, INPUTS, OUTPUTS)
  for (let step = 1; step <= MOST; step++) {
    a = populationStep(a, g, task, rate)
    onStep(a, step)
    const loss = relativeLoss(a, g, task)
    if (loss <= STOP) return { steps: step, a }
    if (!(loss < 100)) return undefined
  }
  return undefined
}

/** One run. */
export function runLinear(c: LinearRun, { progress }: RunTools): LinearResult {
  const setup = setupOf(c)
  let low = setup.bound / 8
  let high = 2 * setup.bound
  for (let k = 0; k < HALVINGS; k++) {
    const middle = Math.sqrt(low * high)
    if (train(setup, c.depth, middle) === undefined) high = middle
    else low = middle
    progress((k + 1) / (HALVINGS + 1))
  }
  let leastTest = 1
  let stepsToTest: number | null = null
  const size = frobenius(setup.teacher)
  const ended = train(setup, c.depth, c.share * low, (a, step) => {
    if (c.samples === null) return
    const all = endToEnd(a, setup.grams)
    const far = frobenius(addScaled(all[all.length - 1], -1, setup.teacher)) / size
    leastTest = Math.min(leastTest, far * far)
    if (stepsToTest === null && far * far <= GIVEN) stepsToTest = step
  })
  const probes = probeErrors(500, OUTPUTS, c.seed)
  return {
    largest: low / setup.bound,
    steps: ended?.steps ?? null,
    alignment: setup.grams.map((_, l) =>
      ended === undefined ? 0 : gradientAlignment(ended.a, setup.grams, l + 1, probes)
    ),
    leastTest,
    stepsToTest,
  }
}
