// Runs of the recursion, of its flow and of the engine under shaped feedback.

import { linearTeacher, populationInputs } from '../../data/index.ts'
import { blockedKernels, diagonal, type Matrix, matrix, multiply, randomOrthogonal, randomStream, svd,
  transpose } from '../../tensor/index.ts'
import { alignmentFromWeights, type AlignmentMatrices, applyUpdate, type Feedback, type Grams, grams, integrateAdaptive,
  type LinearTask, populationStep, populationUpdate, relativeLoss, type ShapedTask, wholeGradientAlignment,
  zeroAlignment } from '../../theory/index.ts'
import { linearTrainer, sizesOf, weightsOf } from './engine-claims.ts'
import { toTensor } from './matrices.ts'

export const OUTPUTS = 5
const WIDTH = 12

/** A teacher with shaped feedback, as the recursion and as the closed form take it. */
export interface Shaped {
  readonly depth: number
  readonly task: LinearTask
  readonly shaped: ShapedTask
  readonly feedback: Feedback
  readonly grams: Grams
  /** U and V of the teacher. */
  readonly left: Matrix
  readonly right: Matrix
}

/** Shapes of a spectrum; variances where inputs are not white. */
export type Shape = (spectrum: readonly number[]) => Pick<ShapedTask, 'shapes' | 'variances'>

/** F_l = Q_l U diag(σ_l) Uᵀ with Haar-distributed Q_l. Square teachers: every input is seen. */
export function shapedSetup(condition: number, seed: number, shape: Shape): Shaped {
  const teacher = linearTeacher(OUTPUTS, OUTPUTS, condition, seed)
  const spectrum = [...teacher.spectrum]
  const { u, v } = svd(teacher.matrix)
  const { shapes, variances } = shape(spectrum)
  const inBasis = (basis: Matrix, values: readonly number[]): Matrix =>
    multiply(multiply(basis, diagonal(Float64Array.from(values))), transpose(basis))
  const feedback = shapes.map((sigma, l) =>
    multiply(randomOrthogonal(randomStream(seed, `check/shaped/${l}`), WIDTH, OUTPUTS), inBasis(u, sigma))
  )
  return {
    depth: shapes.length + 1,
    task: { teacher: teacher.matrix, ...(variances === undefined ? {} : { covariance: inBasis(v, variances) }) },
    shaped: { spectrum, shapes, ...(variances === undefined ? {} : { variances }) },
    feedback,
    grams: grams(feedback),
    left: u,
    right: v,
  }
}

const start = ({ depth }: Shaped): AlignmentMatrices => zeroAlignment(depth, OUTPUTS, OUTPUTS)

/** Loss and cosine of all gradients after every step of the recursion. */
export interface Steps {
  readonly losses: readonly number[]
  /** NaN before the last layer has moved; empty unless asked for. */
  readonly whole: readonly number[]
  readonly alignment: AlignmentMatrices
}

/** Steps until the loss is `stop`, at most `most`; `compares` the gradients on the way. */
export function stepUntil(setup: Shaped, rate: number, stop: number, most: number, compares = false): Steps {
  const losses: number[] = []
  const whole: number[] = []
  let a = start(setup)
  while (losses.length < most && !(losses[losses.length - 1] <= stop)) {
    a = populationStep(a, setup.grams, setup.task, rate)
    losses.push(relativeLoss(a, setup.grams, setup.task))
    if (compares) whole.push(losses.length < setup.depth ? NaN : wholeGradientAlignment(a, setup.grams, setup.task))
  }
  return { losses, whole, alignment: a }
}

/** Alignment matrices at the given times of gradient flow: the recursion's update, integrated to nine digits a step. */
export function flowAt(setup: Shaped, times: readonly number[]): readonly AlignmentMatrices[] {
  const size = OUTPUTS * OUTPUTS
  const unpacked = (state: Float64Array): AlignmentMatrices =>
    Array.from({ length: setup.depth }, (_, l) => matrix(OUTPUTS, OUTPUTS, state.slice(l * size, (l + 1) * size)))
  const { states } = integrateAdaptive((_time, state, out) => {
    populationUpdate(unpacked(state), setup.grams, setup.task).forEach(({ data }, l) => {
      for (let i = 0; i < size; i++) out[l * size + i] = -data[i]
    })
  }, new Float64Array(setup.depth * size), [0, ...times], { relative: 1e-9, absolute: 1e-12 })
  return states.slice(1).map(unpacked)
}

/** What the float32 engine and the recursion make of one setup at the given steps. */
export function trainEngine(setup: Shaped, rate: number,
  steps: readonly number[]): readonly { readonly engine: AlignmentMatrices; readonly recursion: AlignmentMatrices }[]
{
  const wanted = new Set(steps)
  const sizes = sizesOf(setup.depth, OUTPUTS, WIDTH, OUTPUTS)
  const engine = linearTrainer(sizes, setup.feedback.map(toTensor), rate, blockedKernels)
  const x = populationInputs(OUTPUTS)
  const [input, target] = [toTensor(x), toTensor(multiply(x, transpose(setup.task.teacher)))]
  const found: { engine: AlignmentMatrices; recursion: AlignmentMatrices }[] = []
  let a = start(setup)
  for (let step = 1; step <= Math.max(...steps); step++) {
    engine.step(input, target)
    a = applyUpdate(a, populationUpdate(a, setup.grams, setup.task), rate)
    if (wanted.has(step)) found.push({ engine: alignmentFromWeights(weightsOf(engine), setup.feedback), recursion: a })
  }
  return found
}

/** Uᵀ A V: its diagonal holds the modes. */
export function modesOf(a: Matrix, left: Matrix, right: Matrix): readonly number[] {
  const turned = multiply(multiply(transpose(left), a), right)
  return Array.from({ length: OUTPUTS }, (_, i) => turned.data[i * OUTPUTS + i])
}
