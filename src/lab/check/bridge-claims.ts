// Claims about stability at the end of training from zero weights: the spectrum of the error operator is a function of the
// conditioning of the alignment matrices.

import { conditionedCovariance, linearTeacher } from '../../data/index.ts'
import { addScaled, eigenvalues, type Matrix, matrix, maxAbs, multiply, normalInto, randomOrthogonal, randomStream,
  scaled, svd, transpose } from '../../tensor/index.ts'
import { type AlignmentMatrices, alignmentTerms, conditionOnRank, errorOperator, type Feedback, finalRate,
  finalRateRatio, flattened, flowDerivative, grams, integrateFixed, layerTerms, leastDecay, modalSpectrum,
  numericalJacobian, populationStep, populationUpdate, relativeLoss, restored, weightsFromAlignment,
  wholeGradientProduct, zeroAlignment } from '../../theory/index.ts'
import { type Claim, claimsOf } from '../claims/claim.ts'
import { measured, type Recall } from './recall.ts'
import { spectralDifference } from './stability-claims.ts'

const claim = claimsOf({ source: 'theory (6.33)', method: 'recursion' })

/** Depths and κ_T of the claims and of their figure. */
export const BRIDGE_DEPTHS = [2, 3, 4] as const
export const BRIDGE_CONDITIONS = [1, 2, 5, 10, 30] as const

const INPUTS = 6
const OUTPUTS = 4
const WIDTH = 8
const RATE = 0.01
const PROBES = 10

/** What is measured at the end of one run. */
interface Ending {
  /** Greatest over least rate of the full network's operator, and the least. */
  readonly ratio: number
  readonly least: number
  /** Π_{l≥2} κ(A_l). */
  readonly conditions: number
  /** Largest relative difference of the operator's spectrum and the modal one. */
  readonly modal: number
  /** Least of tr XᵀM_l X N_l over the path, summed over layers, for the error and for random X of length 1. */
  readonly leastProduct: number
}

/** All claims of this file; measuring takes about a second. */
export function bridgeClaims(seed: number, _quick: boolean, recall: Recall = measured): readonly Claim[] {
  const settings = BRIDGE_DEPTHS.flatMap((depth) => BRIDGE_CONDITIONS.map((condition) => ({ depth, condition })))
  const stepped = recall('bridge-steps',
    () => settings.map(({ depth, condition }) => ending(depth, condition, seed, byStep)))
  const flown = recall('bridge-flow',
    () => settings.map(({ depth, condition }) => ending(depth, condition, seed, byFlow)))
  const of = (endings: readonly Ending[], depth: number): readonly Ending[] =>
    endings.filter((_, index) => settings[index].depth === depth)
  const list = BRIDGE_CONDITIONS.join(', ')
  const rates = settings.map(({ depth, condition }) => {
    const { spectrum } = linearTeacher(OUTPUTS, INPUTS, condition, seed)
    return finalRate(spectrum[OUTPUTS - 1], depth, false)
  })
  return [
    claim.atMost('bridge-operator',
      'Σ_l M_l ⊗ N_l of the full weights is Σ_l P_lᵀG_l ⊗ C_{l−1}ᵀG_{l−1}C_{l−1} of the alignment matrices: both feedbacks, loss 0.3; largest relative difference of an element',
      recall('bridge-operator', () => operatorDifference(seed)), 1e-12, 'rounding', { source: 'theory (6.29)' }),
    claim.atMost('bridge-spectrum',
      `converged recursion (loss 10⁻¹², η = ${RATE}), L = ${
        BRIDGE_DEPTHS.join(', ')
      }, κ_T = ${list}: spectrum of the full network’s operator is λ_ij = Σ_l c_{l−1,j}² Π_{k>l} α_{k,i}; largest relative difference`,
      Math.max(...stepped.map(({ modal }) => modal)), 1e-9, 'rounding', { source: 'theory (6.30)' }),
    claim.atMost('bridge-jacobian',
      'and, with the sign changed, of the numerical Jacobian of all weights (L = 3, 4-5-5-3, κ_T = 4), zeros apart',
      recall('bridge-jacobian', () => jacobianDifference(seed)), 1e-6, 'differences with steps of 10⁻⁵', {
      source: 'theory (6.8), (6.30)',
      method: 'float64 network',
    }),
    ...BRIDGE_DEPTHS.map((depth) =>
      claim.relative(`bridge-law-${depth}`,
        `gradient flow, L = ${depth}, κ_T = ${list}: greatest over least rate is (2^L − 1) κ_T^((2^L−2)/(2^L−1)), unused inputs included`,
        of(flown, depth).map(({ ratio }) => ratio), BRIDGE_CONDITIONS.map((condition) =>
          finalRateRatio(condition, depth, false)
        ), 1e-4, 'loss 10⁻¹² leaves 10⁻⁵ of the weakest mode')
    ),
    claim.relative('bridge-law-steps', `the same by steps of η = ${RATE}, all depths`, stepped.map(({ ratio }) =>
      ratio
    ), settings.map(({ depth, condition }) => finalRateRatio(condition, depth, false)), 0.03, 'step size'),
    claim.atMost('bridge-conditions',
      'gradient flow: that ratio is (2^L − 1) Π_{l≥2} κ(A_l): conditioning decides; largest relative difference over depths and teachers',
      Math.max(
        ...flown.map(({ ratio, conditions }, index) =>
          Math.abs(ratio / (conditions * (2 ** settings[index].depth - 1)) - 1)
        ),
      ), 1e-4, 'fourth-order integration'),
    claim.atMost('bridge-least',
      'gradient flow: the least rate is 2^(L−1) (s_r/2^L)^((2^L−2)/(2^L−1)); largest relative difference',
      Math.max(...flown.map(({ least }, index) => Math.abs(least / rates[index] - 1))), 1e-4,
      'loss 10⁻¹² leaves 10⁻⁵ of the weakest mode', { source: 'theory (6.32)' }),
    claim.above('bridge-stable', 'least rate at the end, all depths and teachers, steps and flow: always stable',
      Math.min(...[...stepped, ...flown].map(({ least }) => least)), 0, 'sign', { source: 'theory (6.30)' }),
    claim.above('bridge-any-feedback',
      `two layers, Gaussian feedback of width ${
        OUTPUTS + 1
      }, colored inputs, κ_T = 1, 5, three draws of each: least of min σ² + min Re μ at relative loss 10⁻⁴`,
      recall('bridge-any-feedback', () => leastDecayAnywhere(seed)), 0, 'sign', { source: 'theory (6.36)' }),
    claim.above('bridge-aligned',
      'flow from zero weights: least whole-gradient product with the update over the path, for the real error and ten random ones',
      Math.min(...flown.map(({ leastProduct }) => leastProduct)), 0, 'sign', { source: 'theory (6.34)' }),
  ]
}

type Advance = (a: AlignmentMatrices, teacher: Matrix, g: readonly Matrix[]) => AlignmentMatrices

/** Ten steps of the recursion. */
const byStep: Advance = (a, teacher, g) => {
  for (let step = 0; step < 10; step++) a = populationStep(a, g, { teacher }, RATE)
  return a
}

/** A unit of time of gradient flow, fourth order. */
const byFlow: Advance = (a, teacher, g) => {
  const { states } = integrateFixed((_, y, dy) => {
    dy.set(flattened(populationUpdate(restored(a, y), g, { teacher })).map((x) => -x))
  }, flattened(a), [0, 1], { step: 0.05 })
  return restored(a, states[1])
}

function orthogonalFeedback(depth: number, seed: number, width: number, outputs: number): Feedback {
  return Array.from({ length: depth - 1 },
    (_, l) => randomOrthogonal(randomStream(seed, `check/bridge/feedback${l + 1}`), width, outputs))
}

function gaussian(rows: number, columns: number, seed: number, name: string): Matrix {
  const out = matrix(rows, columns)
  normalInto(out.data, randomStream(seed, `check/bridge/${name}`))
  return out
}

/** From zero weights until the relative loss is below `until`; `visit` sees every advance. */
function trained(teacher: Matrix, feedback: Feedback, advance: Advance, until: number,
  visit: (a: AlignmentMatrices) => void = () => {}): AlignmentMatrices
{
  const g = grams(feedback)
  let a = zeroAlignment(feedback.length + 1, teacher.columns, teacher.rows)
  for (let i = 0; i < 2000 && !(relativeLoss(a, g, { teacher }) < until); i++) {
    a = advance(a, teacher, g)
    visit(a)
  }
  return a
}

/** α_1 … α_L of every mode, read off the alignment matrices in the teacher's bases. */
function modesOf(a: AlignmentMatrices, teacher: Matrix): readonly (readonly number[])[] {
  const { u, s, v } = svd(teacher)
  const inBasis = a.map((al, l) => multiply(transpose(u), multiply(al, l === 0 ? v : u)))
  return Array.from(s, (_, i) => inBasis.map(({ data, columns }) => data[i * columns + i]))
}

function ending(depth: number, condition: number, seed: number, advance: Advance): Ending {
  const { matrix: teacher } = linearTeacher(OUTPUTS, INPUTS, condition, seed)
  const feedback = orthogonalFeedback(depth, seed, WIDTH, OUTPUTS)
  const g = grams(feedback)
  const probes = Array.from({ length: PROBES }, (_, i) => {
    const x = gaussian(OUTPUTS, INPUTS, seed, `probe${i}`)
    return scaled(1 / Math.sqrt(x.data.reduce((sum, value) => sum + value * value, 0)), x)
  })
  let leastProduct = Infinity
  const a = trained(teacher, feedback, advance, 1e-12, (now) => {
    if (advance === byStep) return
    const terms = alignmentTerms(now, g)
    const error = populationUpdate(now, g, { teacher })[0]
    const length = Math.sqrt(error.data.reduce((sum, value) => sum + value * value, 0))
    for (const x of [scaled(1 / length, error), ...probes]) {
      leastProduct = Math.min(leastProduct, wholeGradientProduct(terms, x))
    }
  })
  const { real } = eigenvalues(errorOperator(layerTerms(weightsFromAlignment(a, feedback), feedback)))
  const modal = modalSpectrum(modesOf(a, teacher), INPUTS - OUTPUTS)
  return {
    ratio: real[0] / real[real.length - 1],
    least: real[real.length - 1],
    conditions: a.slice(1).reduce((product, al) => product * conditionOnRank(al, OUTPUTS), 1),
    modal: Math.max(...Array.from(real, (rate, i) => Math.abs(rate / modal[i] - 1))),
    leastProduct,
  }
}

/** Largest |difference| of an element over the largest element, for both kinds of feedback. */
function operatorDifference(seed: number): number {
  return Math.max(...BRIDGE_DEPTHS.flatMap((depth) => {
    const { matrix: teacher } = linearTeacher(OUTPUTS, INPUTS, 3, seed)
    const random = Array.from({ length: depth - 1 },
      (_, l) => scaled(1 / Math.sqrt(WIDTH), gaussian(WIDTH, OUTPUTS, seed, `gaussian${l + 1}`)))
    return [orthogonalFeedback(depth, seed, WIDTH, OUTPUTS), random].map((feedback) => {
      const a = trained(teacher, feedback, byStep, 0.3)
      const full = errorOperator(layerTerms(weightsFromAlignment(a, feedback), feedback))
      return maxAbs(addScaled(errorOperator(alignmentTerms(a, grams(feedback))), -1, full)) / maxAbs(full)
    })
  }))
}

/** The Jacobian of a small network's flow at the end against the modes. */
function jacobianDifference(seed: number): number {
  const { matrix: teacher } = linearTeacher(3, 4, 4, seed)
  const feedback = orthogonalFeedback(3, seed, 5, 3)
  const a = trained(teacher, feedback, byStep, 1e-20)
  const weights = weightsFromAlignment(a, feedback)
  const jacobian = numericalJacobian(flowDerivative(weights, feedback, { teacher }), flattened(weights))
  const modal = modalSpectrum(modesOf(a, teacher), 1)
  return spectralDifference(eigenvalues(jacobian), { real: modal.map((x) => -x), imaginary: modal.map(() => 0) })
}

/** Least decay at the end of training from zero weights by feedback that is not orthogonal, inputs that are not white. */
function leastDecayAnywhere(seed: number): number {
  const draws = [1, 5].flatMap((condition) =>
    Array.from({ length: 3 }, (_, draw) => ({ condition, draw: seed + draw }))
  )
  return Math.min(...draws.map(({ condition, draw }) => {
    const { matrix: teacher } = linearTeacher(OUTPUTS, INPUTS, condition, draw)
    const { covariance } = conditionedCovariance(INPUTS, 3, draw)
    const f = scaled(1 / Math.sqrt(OUTPUTS + 1), gaussian(OUTPUTS + 1, OUTPUTS, draw, 'any'))
    const a = trained(teacher, [f], (now, _, g) => {
      for (let step = 0; step < 10; step++) now = populationStep(now, g, { teacher, covariance }, RATE)
      return now
    }, 1e-4)
    const [w1, w2] = weightsFromAlignment(a, [f])
    return leastDecay(w1, w2, f)
  }))
}
