// A deep linear network under direct feedback from zero weights, by the exact recursion of its alignment matrices.

import { typeset } from '../../src/lab/report/format.ts'
import { linearTeacher } from '../../src/data/index.ts'
import { drawFeedback, toMatrix } from '../../src/lab/check/matrices.ts'
import { type Matrix, multiply, singularValues, svd, transpose } from '../../src/tensor/index.ts'
import { type AlignmentMatrices, applyUpdate, balancedExponents, conditionOnRank, earlyCondition, equalizingShape,
  gradientAlignment, type Grams, grams, largestStableRate, populationUpdate, powerShapes, probeErrors, relativeLoss,
  shapedGradientAlignment, shapedLoss, shapedModes, type ShapedTask, teacherPower, weightAlignments,
  wholeGradientAlignment, zeroAlignment } from '../../src/theory/index.ts'
import { list, range, slider, type ValuesOf } from './controls.ts'
import { fingerprintOf, nextStep, type Progress, type Simulation } from './simulation.ts'

export const INPUTS = 10
const LAST_LOSS = 1e-4
const LAST_STEP = 200_000

export const CONTROLS = {
  kappa: slider('Condition number of the teacher κ_T', [1, 1.2, 1.5, 2, 3, 5, 7, 10, 15, 20, 30, 50, 100], 5),
  depth: slider('Layers L', [2, 3, 4, 5], 3),
  outputs: slider('Outputs n_L', [2, 3, 4, 5, 6, 8], 5),
  feedback: list('Feedback', ['orthogonal', 'gaussian', 'balanced', 'equalizing'], 'orthogonal', {
    show: (kind) => NAMES[kind],
  }),
  width: slider('Hidden width', [8, 16, 32, 64, 128, 256, 512], 64, {
    matters: ({ feedback }) => feedback === 'gaussian',
  }),
  rate: slider('Learning rate η', [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2], 0.01),
  seed: slider('Seed', range(1, 20, 1), 1),
}

const NAMES = {
  orthogonal: 'orthogonal',
  gaussian: 'Gaussian, of a width',
  balanced: 'shaped: balanced',
  equalizing: 'shaped: equalizing',
}

export type ConditioningValues = ValuesOf<typeof CONTROLS>

/** Of one step; κ and weight alignment of layers 2 … L, gradient alignment of 1 … L−1. */
export interface Moment {
  readonly step: number
  readonly loss: number
  /** theory (7.9), of gradient flow; NaN for Gaussian feedback. */
  readonly predictedLoss: number
  readonly condition: readonly number[]
  readonly weight: readonly number[]
  readonly gradient: readonly number[]
  readonly whole: number
}

/** What the laws say; of orthogonal feedback where it is Gaussian. */
export interface ConditioningLaws {
  /** κ(A_l) early, layers 2 … L; undefined for shaped feedback. */
  readonly early: readonly number[] | undefined
  readonly final: readonly number[]
  /** α_l,i at convergence, all layers. */
  readonly modes: readonly (readonly number[])[]
  /** Mean GA_l of isotropic errors at convergence, layers 1 … L−1. */
  readonly gradient: readonly number[]
  readonly largestRate: number
}

export interface ConditioningView extends Progress {
  readonly moments: readonly Moment[]
  readonly laws: ConditioningLaws
  /** U^T A_l U (A_1: U^T A_1 V), all layers, by rows. */
  readonly maps: readonly (readonly (readonly number[])[])[]
  /** Singular values of A_l, all layers. */
  readonly spectra: readonly (readonly number[])[]
  readonly outcome: 'running' | 'learnt' | 'diverged' | 'unfinished'
}

function shapesOf({ feedback, depth }: ConditioningValues, spectrum: readonly number[]): ShapedTask['shapes'] {
  if (feedback === 'balanced') return powerShapes(spectrum, balancedExponents(depth))
  const shape = feedback === 'equalizing' ? equalizingShape(spectrum, depth) : spectrum.map(() => 1)
  return Array.from({ length: depth - 1 }, () => shape)
}

/** Orthogonal draws, times S_l where the feedback is shaped: theory (7.1). */
function feedbackOf({ feedback, depth, outputs, width, seed }: ConditioningValues, teacher: Matrix): readonly Matrix[] {
  const kind = feedback === 'gaussian' ? 'gaussian' : 'orthogonal'
  const drawn = drawFeedback(kind, depth, feedback === 'gaussian' ? width : 64, outputs, seed).map(toMatrix)
  if (feedback === 'balanced') {
    return balancedExponents(depth).map((p, l) => multiply(drawn[l], teacherPower(teacher, p)))
  }
  return feedback === 'equalizing' ? drawn.map((f) => multiply(f, teacherPower(teacher, -1))) : drawn
}

function lawsOf(values: ConditioningValues, task: ShapedTask, probes: Matrix): ConditioningLaws {
  const modes = shapedModes(task, Infinity).alignment
  const layers = Array.from({ length: values.depth - 1 }, (_, index) => index + 2)
  const shaped = values.feedback === 'balanced' || values.feedback === 'equalizing'
  return {
    early: shaped ? undefined : layers.map((layer) => earlyCondition(values.kappa, layer)),
    final: layers.map((layer) => Math.max(...modes[layer - 1]) / Math.min(...modes[layer - 1])),
    modes,
    gradient: layers.map((layer) => shapedGradientAlignment(task, layer - 1, probes, Infinity)),
    largestRate: largestStableRate(task),
  }
}

/** Steps of theory (2.6) down to a relative loss of 10⁻⁴, 24 moments per decade of steps. */
export function* conditioning(values: ConditioningValues): Simulation<ConditioningView> {
  const { depth, outputs, rate, seed, kappa, feedback: kind } = values
  const teacher = linearTeacher(outputs, INPUTS, kappa, seed)
  yield undefined
  const { u, v } = svd(teacher.matrix)
  yield undefined
  const task = { teacher: teacher.matrix }
  const feedback = feedbackOf(values, teacher.matrix)
  yield undefined
  const g = grams(feedback)
  const probes = probeErrors(300, outputs, seed)
  const spectrum = [...teacher.spectrum]
  const shapedTask = { spectrum, shapes: shapesOf(values, spectrum) }
  const laws = lawsOf(values, shapedTask, probes)
  yield undefined

  const measure = (a: AlignmentMatrices, gram: Grams, at: number, now: number): Moment => ({
    step: at,
    loss: now,
    predictedLoss: kind === 'gaussian' ? NaN : shapedLoss(shapedTask, rate * at),
    condition: a.slice(1).map((al) => conditionOnRank(al, outputs)),
    weight: weightAlignments(a, feedback),
    gradient: feedback.map((_, l) => gradientAlignment(a, gram, l + 1, probes)),
    whole: wholeGradientAlignment(a, gram, task),
  })
  let a = zeroAlignment(depth, INPUTS, outputs)
  const moments: Moment[] = []
  let step = 0, loss = 1, next = depth
  const view = (outcome: ConditioningView['outcome']): ConditioningView => ({
    where: `step ${typeset(String(step))}`,
    fingerprint: fingerprintOf(a.map(({ data }) => data)),
    moments: moments.slice(),
    laws,
    maps: a.map((al, l) => rowsOf(multiply(multiply(transpose(u), al), l === 0 ? v : u))),
    spectra: outcome === 'diverged' ? [] : a.map((al) => [...singularValues(al)].slice(0, outputs)),
    outcome,
  })
  while (loss > LAST_LOSS && step < LAST_STEP) {
    a = applyUpdate(a, populationUpdate(a, g, task), rate)
    loss = relativeLoss(a, g, task)
    step++
    if (!(loss < 1e12)) return view('diverged')
    if (step >= next) {
      moments.push(measure(a, g, step, loss))
      next = nextStep(step, 24)
      yield view('running')
    } else if (step % 16 === 0) yield undefined
  }
  if (moments.at(-1)?.step !== step) moments.push(measure(a, g, step, loss))
  return view(loss > LAST_LOSS ? 'unfinished' : 'learnt')
}

function rowsOf({ rows, columns, data }: Matrix): readonly (readonly number[])[] {
  return Array.from({ length: rows }, (_, i) => [...data.subarray(i * columns, (i + 1) * columns)])
}
