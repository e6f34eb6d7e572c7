// The protocol of the laws of conditioning: one deep linear network, zero initial weights, population gradient, followed
// through the reduced dynamics of its alignment matrices from the first step to convergence.

import { alignmentBound, type AlignmentMatrices, applyUpdate, backwardDirection, conditionOnRank, type Feedback,
  gradientAlignment, type Grams, grams, type LinearTask, populationUpdate, relativeLoss, weightAlignments,
  zeroAlignment } from '../../theory/index.ts'
import { type Matrix, multiply, transpose } from '../../tensor/index.ts'

/** Everything that fixes a run of the reduced dynamics. */
export interface Setup {
  readonly depth: number
  readonly feedback: Feedback
  readonly task: LinearTask
  /** Rank of the task: min(n_0, n_L). Condition numbers are taken over this many singular values. */
  readonly rank: number
  readonly rate: number
  /** Isotropic errors [N, n_L]. */
  readonly probes: Matrix
  /** Inputs [N, n_0] whose errors give the plain gradient alignment. */
  readonly samples: Matrix
}

/** What is measured at one moment; arrays are for layers 2 … L, gradient alignments for layer 1. */
export interface Moment {
  readonly step: number
  /** Relative to the start. */
  readonly loss: number
  readonly conditionNumbers: readonly number[]
  readonly weightAlignment: readonly number[]
  readonly gradientAlignment: number
  readonly probeGradientAlignment: number
  /**
   * Least GA₁(e) − 2√κ/(1 + κ), κ = κ(P₁), over the first probes; NaN where P₁ is not symmetric positive definite to
   * rounding and the bound says nothing.
   */
  readonly boundMargin: number
}

/** A run: the moments at which the loss first fell to each mark, a curve on a logarithmic grid of steps, the end. */
export interface Run {
  readonly marks: ReadonlyMap<number, Moment>
  readonly curve: readonly Moment[]
  readonly final: Moment
  readonly converged: boolean
  /** The step at which a value was no longer finite; undefined for a run that stayed finite. */
  readonly divergedAt: number | undefined
  readonly alignment: AlignmentMatrices
  readonly steps: number
}

/** How long a run goes on and what it records on the way. */
export interface Schedule {
  /** Relative losses at which to measure, falling. The last one ends the run. */
  readonly marks: readonly number[]
  readonly maximumSteps: number
  /** Points of the curve per decade of steps; 0 for none. */
  readonly perDecade: number
  /** Called about every hundred steps with the current loss. */
  readonly onProgress?: (step: number, loss: number) => void
  /** Called after every step. */
  readonly onStep?: (step: number, a: AlignmentMatrices, g: Grams) => void
}

/** Measures one moment. */
export function measure(setup: Setup, a: AlignmentMatrices, g: Grams, step: number, loss: number): Moment {
  return { step, loss, conditionNumbers: a.slice(1).map((al) => conditionOnRank(al, setup.rank)),
    weightAlignment: weightAlignments(a, setup.feedback),
    gradientAlignment: gradientAlignment(a, g, 1, sampleErrors(setup, a, g)),
    probeGradientAlignment: gradientAlignment(a, g, 1, setup.probes), boundMargin: boundMargin(a, g, setup) }
}

const BOUND_PROBES = 200

function boundMargin(a: AlignmentMatrices, g: Grams, { probes, depth }: Setup): number {
  if (depth < 2) return NaN
  const { bound } = alignmentBound(backwardDirection(a, g, 1))
  if (bound === undefined) return NaN
  let least = Infinity
  const n = probes.columns
  for (let i = 0; i < Math.min(BOUND_PROBES, probes.rows); i++) {
    const e: Matrix = { rows: 1, columns: n, data: probes.data.subarray(i * n, (i + 1) * n) }
    least = Math.min(least, gradientAlignment(a, g, 1, e) - bound)
  }
  return least
}

/** e = (C_L − T) x for the sample inputs, as rows. */
function sampleErrors({ samples, task }: Setup, a: AlignmentMatrices, g: Grams): Matrix {
  // The population update of layer 1 with whitened inputs is exactly C_L − T.
  const difference = populationUpdate(a, g, { teacher: task.teacher })[0]
  return multiply(samples, transpose(difference))
}

/** The end of a run that diverged: nothing can be measured there. */
function nowhere({ depth }: Setup, step: number, loss: number): Moment {
  const none = Array.from({ length: depth - 1 }, () => NaN)
  return { step, loss, conditionNumbers: none, weightAlignment: none, gradientAlignment: NaN,
    probeGradientAlignment: NaN, boundMargin: NaN }
}

/** Runs the recursion until the last mark, the step limit, or divergence. */
export function runDynamics(setup: Setup, schedule: Schedule): Run {
  const { task, rate, feedback, depth } = setup
  const g = grams(feedback)
  let a = zeroAlignment(depth, task.teacher.columns, task.teacher.rows)
  const marks = new Map<number, Moment>()
  const curve: Moment[] = []
  const factor = schedule.perDecade > 0 ? Math.pow(10, 1 / schedule.perDecade) : Infinity
  let nextPoint = schedule.perDecade > 0 ? depth : Infinity
  let nextMark = 0
  let step = 0
  let loss = 1
  while (nextMark < schedule.marks.length && step < schedule.maximumSteps) {
    a = applyUpdate(a, populationUpdate(a, g, task), rate)
    step++
    loss = relativeLoss(a, g, task)
    if (!Number.isFinite(loss)) {
      return { marks, curve, final: nowhere(setup, step, loss), converged: false, divergedAt: step, alignment: a,
        steps: step }
    }
    schedule.onStep?.(step, a, g)
    if (loss <= schedule.marks[nextMark]) {
      const moment = measure(setup, a, g, step, loss)
      while (nextMark < schedule.marks.length && loss <= schedule.marks[nextMark]) {
        marks.set(schedule.marks[nextMark++], moment)
      }
    }
    if (step >= nextPoint) {
      curve.push(measure(setup, a, g, step, loss))
      nextPoint = Math.max(step + 1, nextPoint * factor)
    }
    if (step % 100 === 0) schedule.onProgress?.(step, loss)
  }
  const converged = nextMark === schedule.marks.length
  const final = measure(setup, a, g, step, loss)
  if (schedule.perDecade > 0) curve.push(final)
  return { marks, curve, final, converged, divergedAt: undefined, alignment: a, steps: step }
}
