// Claims that hold to rounding: identities of the update, tested on full float64 networks and on random draws.

import type { FeedbackKind } from '../../dfa/index.ts'
import { gaussianInputs, linearTeacher } from '../../data/index.ts'
import { diagonal, type Matrix, matrix, multiply, normalInto, randomOrthogonal, randomStream, transpose,
  uniform } from '../../tensor/index.ts'
import { addUpdateSquares, type AlignmentMatrices, alignmentStep, applyUpdate, backwardProduct, type Batch,
  directFeedbackStep, doubleSum, gradientAlignment, grams, type HistoryEntry, historyEntry, kantorovichBound,
  populationUpdate, relativeDifference, strongAlignment, symmetricPartResidual, updateRecursionResidual,
  weightAlignments, type Weights, weightsFromAlignment, zeroAlignment } from '../../theory/index.ts'
import { type Claim, claimsOf } from '../claims/claim.ts'
import { scientific } from '../report/format.ts'
import { drawFeedback, toMatrix } from './matrices.ts'
import { measured, type Recall } from './recall.ts'

// η = 0.01, because depth 5 with Gaussian feedback diverges at twice that.
const INPUTS = 12
const WIDTH = 40
const OUTPUTS = 3
const RATE = 0.01
const STEPS = 400

const claim = claimsOf({ source: 'refinetti2021; theory (2.2)', method: 'recursion' })

interface Setting {
  readonly depth: number
  readonly kind: FeedbackKind
  readonly batch: number
}

const SETTINGS: readonly Setting[] = [3, 4, 5].flatMap((depth) =>
  (['orthogonal', 'gaussian'] as const).flatMap((kind) => [1, 4].map((batch) => ({ depth, kind, batch })))
)

function batches(count: number, size: number, seed: number, independentTargets = false): readonly Batch[] {
  const { matrix: teacher } = linearTeacher(OUTPUTS, INPUTS, 3, seed)
  const x = gaussianInputs(count * size, INPUTS, seed)
  const targets = matrix(count * size, OUTPUTS)
  const y = independentTargets
    ? { ...targets, data: normalInto(targets.data, randomStream(seed, 'check/independent-targets')) }
    : multiply(x, transpose(teacher))
  const rows = (m: Matrix, from: number): Matrix =>
    matrix(size, m.columns, m.data.slice(from * size * m.columns, (from + 1) * size * m.columns))
  return Array.from({ length: count }, (_, index) => ({ x: rows(x, index), y: rows(y, index) }))
}

/** All claims of this file; measuring takes about two seconds. */
export function exactClaims(seed: number, quick: boolean, recall: Recall = measured): readonly Claim[] {
  const draws = quick ? 2000 : 20_000
  const recursion = recall('recursion', () => recursionResiduals(seed))
  const least = recall('positivity', () => leastAlignments(seed))
  const fixed = recall('fixed-point', () => fixedPoint(seed))
  const byDraws = { method: 'random draws' } as const
  return [
    claim.atMost('weak-identity',
      'W₁ = F₁A₁, W_l = F_l A_l F_{l−1}ᵀ, W_L = A_L F_{L−1}ᵀ: full networks, depths 3–5, both feedbacks, batches 1 and 4',
      recall('weak-identity', () => weakIdentity(seed, quick)), 1e-13, 'rounding of float64 over the steps', {
      method: 'float64 network',
    }),
    claim.atMost('double-sum',
      'A_l = η² Σ_t′ Σ_t″<t′ ⟨(zᵀGz) e eᵀ⟩ over the whole history equals the recursion, layers 2 … L, 60 steps',
      recall('double-sum', () => doubleSumDifference(seed)), 1e-13, 'rounding'),
    claim.atMost('update-recursion', 'ΔA_{l+1} = ΔA_l G_{l−1} A_lᵀ at every step, depths 3–5, both feedbacks',
      recursion.update, 1e-13, 'rounding'),
    claim.atMost('symmetric-part', 'A_{l+1} + A_{l+1}ᵀ = A_l G_{l−1} A_lᵀ − Σ ΔA_l G_{l−1} ΔA_lᵀ at every step',
      recursion.symmetric, 1e-13, 'rounding'),
    claim.atLeast('positive-in-flow',
      'small full-batch steps, orthogonal F: smallest WA_l over layers and time is not negative', least.flow, 0,
      'sign'),
    claim.below('negative-in-sgd',
      'batch 1 with targets independent of the inputs: WA_l does go negative (the sum over ΔA G ΔAᵀ counts)',
      least.single, -0.01, 'far from 0'),
    claim.atMost('alignment-formula',
      'orthogonal F (float32 entries): cos∠(W_l, F_l F_{l−1}ᵀ) = tr A_l/(√n_L ‖A_l‖) at every step',
      recall('alignment-formula', () => formulaDifference(seed)), 1e-7, 'float32 entries of F'),
    claim.atLeast('kantorovich-draws',
      `cos∠(e, P e) ≥ 2√κ/(1 + κ): least margin over ${draws} symmetric positive P (sizes 2–8, κ up to 10⁷)`,
      recall('kantorovich-draws', () => kantorovichMargin(seed, draws)), -1e-9, 'rounding at κ up to 10⁷', byDraws),
    claim.atMost('kantorovich-attained',
      'the mixture u₁/√λ₁ + u_n/√λ_n of the extreme eigenvectors attains the bound: largest |cos − 2√κ/(1 + κ)|, 500 draws',
      recall('kantorovich-attained', () => kantorovichAttained(seed)), 1e-9, 'rounding', byDraws),
    claim.absolute('strong-implies-gradient',
      'A_l ∝ I for l ≥ 2 gives GA_l = 1 for every error, layers 1–3 (asymmetry of P₁ '
        + `${scientific(fixed.asymmetry, 1)})`, fixed.alignments, [1, 1, 1], 1e-12, 'rounding', byDraws),
  ]
}

function weakIdentity(seed: number, quick: boolean): number {
  let worst = 0
  for (const { depth, kind, batch } of SETTINGS) {
    const feedback = drawFeedback(kind, depth, WIDTH, OUTPUTS, seed).map(toMatrix)
    const g = grams(feedback)
    let a: AlignmentMatrices = zeroAlignment(depth, INPUTS, OUTPUTS)
    let weights: Weights = weightsFromAlignment(a, feedback)
    for (const sample of batches(quick ? 100 : STEPS, batch, seed)) {
      weights = directFeedbackStep(weights, feedback, sample, RATE)
      a = alignmentStep(a, g, sample, RATE)
    }
    const rebuilt = weightsFromAlignment(a, feedback)
    weights.forEach((w, l) => {
      worst = Math.max(worst, relativeDifference(rebuilt[l], w))
    })
  }
  return worst
}

function doubleSumDifference(seed: number): number {
  let worst = 0
  for (const { depth, kind, batch } of SETTINGS) {
    const g = grams(drawFeedback(kind, depth, WIDTH, OUTPUTS, seed).map(toMatrix))
    let a: AlignmentMatrices = zeroAlignment(depth, INPUTS, OUTPUTS)
    const history: HistoryEntry[] = []
    for (const sample of batches(60, batch, seed)) {
      history.push(historyEntry(a, g, sample))
      a = alignmentStep(a, g, sample, RATE)
    }
    for (let layer = 2; layer <= depth; layer++) {
      worst = Math.max(worst, relativeDifference(doubleSum(layer, history, g, RATE), a[layer - 1]))
    }
  }
  return worst
}

function recursionResiduals(seed: number): { readonly update: number; readonly symmetric: number } {
  let update = 0
  let symmetric = 0
  for (const { depth, kind } of SETTINGS) {
    const g = grams(drawFeedback(kind, depth, WIDTH, OUTPUTS, seed).map(toMatrix))
    const task = { teacher: linearTeacher(OUTPUTS, INPUTS, 3, seed).matrix }
    let a: AlignmentMatrices = zeroAlignment(depth, INPUTS, OUTPUTS)
    let squares: readonly Matrix[] = Array.from({ length: depth - 1 }, () => matrix(OUTPUTS, OUTPUTS))
    for (let step = 0; step < 200; step++) {
      const change = populationUpdate(a, g, task)
      update = Math.max(update, updateRecursionResidual(a, g, change))
      squares = addUpdateSquares(squares, g, change, RATE)
      a = applyUpdate(a, change, RATE)
      symmetric = Math.max(symmetric, symmetricPartResidual(a, g, squares))
    }
  }
  return { update, symmetric }
}

function leastAlignments(seed: number): { readonly flow: number; readonly single: number } {
  const depth = 4
  const feedback = drawFeedback('orthogonal', depth, WIDTH, OUTPUTS, seed).map(toMatrix)
  const g = grams(feedback)
  const least = (a: AlignmentMatrices): number => Math.min(...a.slice(1).map(strongAlignment).filter((wa) => wa === wa))
  let flow = Infinity
  const task = { teacher: linearTeacher(OUTPUTS, INPUTS, 3, seed).matrix }
  let a: AlignmentMatrices = zeroAlignment(depth, INPUTS, OUTPUTS)
  for (let step = 0; step < 1000; step++) {
    a = applyUpdate(a, populationUpdate(a, g, task), 0.005)
    flow = Math.min(flow, least(a))
  }
  let single = Infinity
  a = zeroAlignment(depth, INPUTS, OUTPUTS)
  for (const sample of batches(STEPS, 1, seed, true)) {
    a = alignmentStep(a, g, sample, RATE)
    single = Math.min(single, least(a))
  }
  return { flow, single }
}

function formulaDifference(seed: number): number {
  let worst = 0
  const feedback = drawFeedback('orthogonal', 4, WIDTH, OUTPUTS, seed).map(toMatrix)
  const g = grams(feedback)
  let a: AlignmentMatrices = zeroAlignment(4, INPUTS, OUTPUTS)
  for (const sample of batches(STEPS, 4, seed)) {
    a = alignmentStep(a, g, sample, RATE)
    const definition = weightAlignments(a, feedback)
    a.slice(1).forEach((al, index) => {
      const difference = Math.abs(strongAlignment(al) - definition[index])
      if (difference === difference) worst = Math.max(worst, difference)
    })
  }
  return worst
}

function kantorovichMargin(seed: number, draws: number): number {
  const stream = randomStream(seed, 'check/kantorovich')
  let least = Infinity
  for (let draw = 0; draw < draws; draw++) {
    const n = 2 + (draw % 7)
    const spread = 1 + 6 * uniform(stream)
    const values = Array.from({ length: n }, () => Math.pow(10, -spread * uniform(stream)))
    const basis = randomOrthogonal(stream, n, n)
    const p = multiply(multiply(basis, diagonal(values)), transpose(basis))
    const e = matrix(1, n)
    normalInto(e.data, stream)
    // The alignment matrices of a two-layer network put P_1 = A_2ᵀ: the shortest way to ask for cos∠(e, P e).
    const two = [matrix(n, 1), p]
    const g = [matrix(n, n, Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0)))]
    const bound = kantorovichBound(Math.max(...values) / Math.min(...values))
    least = Math.min(least, gradientAlignment(two, g, 1, e) - bound)
  }
  return least
}

/** The bound is sharp: the equal mixture of the extreme eigenvectors attains it. */
function kantorovichAttained(seed: number): number {
  const stream = randomStream(seed, 'check/kantorovich-attained')
  let worst = 0
  for (let draw = 0; draw < 500; draw++) {
    const n = 2 + (draw % 7)
    const values = Array.from({ length: n }, () => Math.pow(10, -3 * uniform(stream))).sort((x, y) => y - x)
    const basis = randomOrthogonal(stream, n, n)
    const p = multiply(multiply(basis, diagonal(values)), transpose(basis))
    // e = u₁/√λ₁ + u_n/√λ_n: ⟨e, P e⟩ = 2, ‖e‖² = 1/λ₁ + 1/λ_n, ‖P e‖² = λ₁ + λ_n.
    const e = matrix(1, n, Float64Array.from({ length: n }, (_, i) =>
      basis.data[i * n] / Math.sqrt(values[0]) + basis.data[i * n + n - 1] / Math.sqrt(values[n - 1])))
    const g = [diagonal(new Float64Array(n).fill(1))]
    worst = Math.max(worst,
      Math.abs(gradientAlignment([matrix(n, 1), p], g, 1, e) - kantorovichBound(values[0] / values[n - 1])))
  }
  return worst
}

/** A ∝ I above layer 1 makes the delivered and the exact error parallel for every e. */
function fixedPoint(seed: number): { readonly alignments: readonly number[]; readonly asymmetry: number } {
  const a = [3, 0.5, 2, 7].map((factor) => diagonal(new Float64Array(OUTPUTS).fill(factor)))
  const g = grams(drawFeedback('orthogonal', 4, WIDTH, OUTPUTS, seed).map(toMatrix))
  const errors = matrix(200, OUTPUTS)
  normalInto(errors.data, randomStream(seed, 'check/errors'))
  const alignments = [1, 2, 3].map((layer) => gradientAlignment(a, g, layer, errors))
  const asymmetry = relativeDifference(transpose(backwardProduct(a, g, 1)), backwardProduct(a, g, 1))
  return { alignments, asymmetry }
}
