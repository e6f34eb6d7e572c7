// Claims about the stability of fixed points that hold to rounding: spectra of float64 networks against the operator of
// the error, the three matrices by hand, the scalar chain, the conserved quantity.

import { addScaled, diagonal, type Eigenvalues, eigenvalues, frobenius, identity, inverse, type Matrix, matrix,
  matrixFromRows, multiply, normalInto, randomStream, scaled, trace, transpose } from '../../tensor/index.ts'
import { chainConstant, chainEnd, chainForce, chainRate, errorOperator, exactFeedback, type Feedback, feedbackFlow,
  fixedPointResidual, flattened, flowDerivative, fromAbove, fromOutput, type HiddenSignal, hiddenWeightAlignment,
  homogeneousUpdate, integrateFixed, layerTerms, leastDecay, leastSymmetricParts, neuronInvariants, numericalJacobian,
  operatorTrace, restored, spuriousTeacher, stabilityOf, transportedFeedback, transverseSpectrum,
  type Weights } from '../../theory/index.ts'
import { type Claim, claimsOf } from '../claims/claim.ts'
import { count, typeset } from '../report/format.ts'
import { slope } from '../statistics.ts'
import { measured, type Recall } from './recall.ts'

const claim = claimsOf({ source: 'chu2023; theory (6.8)', method: 'float64 network' })

/** The scalar chain of target 1 and feedback 1, and the fixed points that are disturbed. */
const CHAIN = { target: 1, feedback: 1 }
const STARTS = [-2, -1.5, -1.05, -0.95, -0.5, 0.5, 2]

/** W_1 = [1 0 0; 0 1 0] and W_2 = I with three feedback matrices. */
const BY_HAND = [[[1, 2], [-3, 1]], [[3, 0], [0, -1]], [[1, 4], [4, 2]]]

/** All claims of this file; measuring takes about a second. */
export function stabilityClaims(seed: number, quick: boolean, recall: Recall = measured): readonly Claim[] {
  const draws = quick ? 200 : 600
  const fixed = recall('stability-fixed', () => fixedPoints(seed))
  const chain = recall('stability-chain', chainPaths)
  const hand = recall('stability-by-hand', byHand)
  const colored = recall('stability-colored', coloredInputs)
  const violations = recall('stability-criteria', () => criteriaViolations(seed, draws))
  const steps = recall('stability-steps', () => discreteSteps(seed))
  const from = (source: string, note?: string) => ({ source, ...(note === undefined ? {} : { note }) })
  const unstable = STARTS.map((w) => chainRate(CHAIN, w) < 0)
  const byDraws = (source: string) => ({ source, method: 'random draws' }) as const
  return [
    claim.atMost('stability-fixed',
      'velocity over weights at an interpolating point (4-5-3, 3-4-5-2), and at one with an error that 2 hidden units of 3 outputs do not see',
      fixed.still, 1e-12, 'rounding', from('chu2023; theory (6.3), (6.5)')),
    claim.above('stability-not-fixed',
      'the same of feedback at the origin, where backpropagation stays, and of backpropagation at that last point: fixed points of one are not those of the other',
      fixed.moving, 0.01, 'far from 0', from('theory (6.4), (6.5)')),
    claim.atMost('stability-two-layers',
      'whitened inputs: spectrum of the flow’s numerical Jacobian at random minima is −(σ_i² + μ_j) and zeros, 4-5-3, 7-4-3, 3-3-3; largest relative difference',
      recall('stability-two-layers', () => twoLayerDifference(seed)), 1e-6, 'differences with steps of 10⁻⁵',
      from('chu2023; theory (6.10)')),
    claim.atMost('stability-deep',
      'the same is −spec Σ_l M_l ⊗ N_l Σ for 3-4-5-2 and 2-3-4-3-2, direct and transported feedback, white and colored inputs',
      recall('stability-deep', () => deepDifference(seed)), 1e-6, 'differences with steps of 10⁻⁵',
      from('theory (6.7), (6.2)')),
    claim.absolute('stability-by-hand',
      'min σ² + min Re μ for W₁ = [1 0 0; 0 1 0], W₂ = I and three F: stable, unstable, unstable; and a marginal one',
      hand.rates, [1, -1, 1.5 - Math.sqrt(16.25), 0], 1e-12, 'rounding', from('chu2023; theory (6.11)')),
    claim.absolute('stability-by-hand-aligned',
      'cos∠(W₂ᵀ, F) of the three: all aligned, so that weight alignment is not sufficient', hand.alignments, [
      2 / Math.sqrt(30),
      2 / Math.sqrt(20),
      3 / Math.sqrt(74),
    ], 1e-12, 'rounding', from('chu2023; theory (6.19)')),
    claim.absolute('stability-chain-rates', `scalar chain, w₁ = ${
      STARTS.map((w) => typeset(String(w))).join(', ')
    }: the operator’s eigenvalue is w₁² + 1/w₁`, chain.rates, STARTS.map((w) => chainRate(CHAIN, w)), 1e-12, 'rounding',
      from('theory (6.22)')),
    claim.absolute('stability-chain-peaks',
      'disturbed by 10⁻⁴: 1 where the loss rises above a thousand times its first value, 0 where it never rises',
      chain.peaks.map((peak) => peak > 1e3 ? 1 : peak > 1 ? NaN : 0), unstable.map(Number), 0, 'counted',
      from('chu2023; theory (6.22)')),
    claim.absolute('stability-chain-ends', 'and w₁ at the end of the path: the next root of the cubic on its parabola',
      chain.ends, recall('stability-chain-roots', chainRoots), 1e-8, 'fourth-order integration',
      from('theory (6.21), (6.23)')),
    claim.atMost('stability-invariant',
      'R·W_{l+1} − ½‖W_l‖² + ½ Σ‖ΔW_l‖², every neuron: largest drift. Linear 3-4-2, rectified 3-6-2, leaky 3-5-4-2 (transported, both pairs)',
      recall('stability-invariant', () => invariantDrifts(seed, true)), 1e-10, 'rounding',
      from('theory (6.25), (6.26)')),
    claim.above('stability-invariant-steps', 'without the squares of the steps the same drift: they count',
      recall('stability-invariant-steps', () => invariantDrifts(seed, false)), 1e-6, 'far above rounding',
      from('theory (6.26)')),
    claim.absolute('stability-colored',
      'complex gains −0.1 ± 20i, N = diag(0, 1): least rate with white inputs, and with Σ of eigenvalues 1, 2 at 45°: correlation stabilizes',
      colored, [-0.1, 0.4], 0.01, 'the next order, 1/20², of the perturbation', from('theory (6.13)')),
    claim.absolute('stability-criteria',
      `${
        count(draws, 'draw')
      } of 4-3-3-2 with feedback from exact to random, half with colored inputs: violations of "positive symmetric parts → stable", "stable → tr K > 0", white: "stable → tr M₁ > 0"`,
      violations.slice(0, 3), [0, 0, 0], 0, 'exact', byDraws('chu2023; theory (6.16), (6.17), (6.19)')),
    claim.above('stability-criteria-strict',
      'stable draws without positive symmetric parts, and draws with tr M₁ > 0 that are unstable: neither is an equivalence',
      violations.slice(3), 0, 'counted', byDraws('chu2023; theory (6.16), (6.19)')),
    claim.absolute('stability-steps',
      'discrete steps at 0.99 and 1.01 of the greatest stable rate, 3-4-2 with complex gains: factor of the error per step over |1 − ηλ|',
      steps, [1, 1], 1e-3, 'an oscillation over 400 steps', from('theory (6.9)')),
  ]
}

function gaussian(rows: number, columns: number, seed: number, name: string, deviation = 1): Matrix {
  const out = matrix(rows, columns)
  normalInto(out.data, randomStream(seed, `check/stability/${name}`), deviation)
  return out
}

interface Network {
  readonly weights: Weights
  readonly feedback: Feedback
  readonly transports: readonly Matrix[]
  readonly teacher: Matrix
}

/** A random network, an interpolating point of the teacher W_L ⋯ W_1. */
function networkOf(sizes: readonly number[], seed: number, deviation = 1): Network {
  const layers = sizes.slice(1).map((_, index) => index + 1)
  const draw = (name: string, l: number) => gaussian(sizes[l], sizes[l - 1], seed, `${name}${l}`, deviation)
  const weights = layers.map((l) => draw('weight', l))
  return {
    weights,
    feedback: layers.slice(0, -1).map((l) => gaussian(sizes[l], sizes[sizes.length - 1], seed, `feedback${l}`)),
    transports: layers.slice(1).map((l) => draw('transport', l)),
    teacher: weights.slice(1).reduce((product, w) => multiply(w, product), weights[0]),
  }
}

/** Σ = ZZᵀ/n + 0.3 I. */
function covarianceOf(n: number, seed: number): Matrix {
  const z = gaussian(n, n, seed, 'covariance')
  return addScaled(scaled(1 / n, multiply(z, transpose(z))), 0.3, identity(n))
}

/**
 * Each predicted eigenvalue takes the nearest measured one that is left; the rest are the neutral directions, zeros. The
 * largest distance, over the largest eigenvalue.
 */
export function spectralDifference(found: Eigenvalues, predicted: Eigenvalues): number {
  const left = Array.from(found.real, (re, i) => [re, found.imaginary[i]] as const)
  let worst = 0, most = 0
  for (let i = 0; i < predicted.real.length; i++) {
    const distances = left.map(([re, im]) => Math.hypot(re - predicted.real[i], im - predicted.imaginary[i]))
    const nearest = Math.min(...distances)
    worst = Math.max(worst, nearest)
    most = Math.max(most, Math.hypot(predicted.real[i], predicted.imaginary[i]))
    left.splice(distances.indexOf(nearest), 1)
  }
  return Math.max(worst, ...left.map(([re, im]) => Math.hypot(re, im))) / most
}

/** Residuals at points that are fixed, and at points that are so for one rule only. */
function fixedPoints(seed: number): { readonly still: readonly number[]; readonly moving: readonly number[] } {
  const [two, deep] = [[4, 5, 3], [3, 4, 5, 2]].map((sizes) => networkOf(sizes, seed))
  const narrow = networkOf([4, 2, 3], seed)
  const spurious = { teacher: spuriousTeacher(narrow.weights, narrow.feedback) }
  const origin = two.weights.map(({ rows, columns }) => matrix(rows, columns))
  return {
    still: [fixedPointResidual(two.weights, two.feedback, two), fixedPointResidual(deep.weights, deep.feedback, deep),
      fixedPointResidual(narrow.weights, narrow.feedback, spurious)],
    moving: [fixedPointResidual(origin, two.feedback, two),
      fixedPointResidual(narrow.weights, exactFeedback(narrow.weights), spurious)],
  }
}

function twoLayerDifference(seed: number): number {
  return Math.max(...[[4, 5, 3], [7, 4, 3], [3, 3, 3]].map((sizes) => {
    const { weights, feedback, teacher } = networkOf(sizes, seed)
    const jacobian = numericalJacobian(flowDerivative(weights, feedback, { teacher }), flattened(weights))
    return spectralDifference(eigenvalues(jacobian), transverseSpectrum(weights, feedback, teacher))
  }))
}

function deepDifference(seed: number): number {
  return Math.max(...[[3, 4, 5, 2], [2, 3, 4, 3, 2]].flatMap((sizes) => {
    const { weights, feedback, transports, teacher } = networkOf(sizes, seed)
    const covariance = covarianceOf(sizes[0], seed)
    return [feedback, transportedFeedback(transports)].flatMap((f) =>
      [{ teacher }, { teacher, covariance }].map((task) => {
        const jacobian = numericalJacobian(flowDerivative(weights, f, task), flattened(weights))
        const k = errorOperator(layerTerms(weights, f), 'covariance' in task ? covariance : undefined)
        return spectralDifference(eigenvalues(jacobian), eigenvalues(scaled(-1, k)))
      })
    )
  }))
}

function byHand(): { readonly rates: readonly number[]; readonly alignments: readonly number[] } {
  const w1 = matrixFromRows([[1, 0, 0], [0, 1, 0]]), w2 = identity(2)
  const three = BY_HAND.map(matrixFromRows)
  const marginal = leastDecay(matrixFromRows([[1, 0], [0, 1], [1, 1]]), matrixFromRows([[1, 2, 0]]),
    matrixFromRows([[1], [-1], [0.5]]))
  return {
    rates: [...three.map((f) => leastDecay(w1, w2, f)), marginal],
    alignments: three.map((f) => hiddenWeightAlignment(w2, f)),
  }
}

const one = (x: number): Matrix => matrix(1, 1, Float64Array.of(x))

/** Rates from the operator, peaks of the loss over its first value, and ends of paths disturbed by 10⁻⁴ in w_1. */
function chainPaths(): Readonly<Record<'rates' | 'peaks' | 'ends', readonly number[]>> {
  const times = Float64Array.from({ length: 401 }, (_, i) => i / 2)
  const loss = (w: Float64Array): number => (w[0] * w[1] - 1) * (w[0] * w[1] - 1)
  const paths = STARTS.map((w1) => {
    const { states } = integrateFixed((_, y, dy) => {
      const e = y[0] * y[1] - CHAIN.target
      dy[0] = -CHAIN.feedback * e
      dy[1] = -e * y[0]
    }, Float64Array.of(w1 + 1e-4, CHAIN.target / w1), times, { step: 0.01 })
    return { peak: Math.max(...states.map(loss)) / loss(states[0]), end: states[states.length - 1][0] }
  })
  return {
    rates: STARTS.map((w1) =>
      eigenvalues(errorOperator(layerTerms([one(w1), one(CHAIN.target / w1)], [one(CHAIN.feedback)]))).real[0]
    ),
    peaks: paths.map(({ peak }) => peak),
    ends: paths.map(({ end }) => end),
  }
}

/** The root at which each disturbed path ends: of its own parabola, by Newton's method from that of the undisturbed one. */
function chainRoots(): readonly number[] {
  return STARTS.map((w1) => {
    const constant = chainConstant(CHAIN, w1 + 1e-4, CHAIN.target / w1)
    let root = chainRate(CHAIN, w1) > 0 ? w1 : chainEnd(CHAIN, w1, true) ?? NaN
    for (let i = 0; i < 20; i++) root -= chainForce(CHAIN, constant, root) / (1.5 * root * root + constant)
    return root
  })
}

/** Largest drift of any neuron's invariant. */
function invariantDrifts(seed: number, squares: boolean): readonly number[] {
  const drift = (sizes: readonly number[], slope: number, rate: number, steps: number, pairs: readonly number[],
    signalOf: (network: Network) => { readonly signal: HiddenSignal; readonly partner: readonly Matrix[] }): number =>
  {
    const network = networkOf(sizes, seed, 0.5)
    const { signal, partner } = signalOf(network)
    const batch = { x: gaussian(20, sizes[0], seed, 'x'), y: gaussian(20, sizes[sizes.length - 1], seed, 'y') }
    let weights = network.weights
    const invariants = (): readonly Float64Array[] =>
      pairs.map((l) => neuronInvariants(weights[l - 1], weights[l], partner[l - 1]))
    const first = invariants()
    const sums = first.map(({ length }) => new Float64Array(length))
    for (let step = 0; step < steps; step++) {
      const update = homogeneousUpdate(weights, signal, batch, slope)
      pairs.forEach((l, k) => {
        const { columns, data } = update[l - 1]
        data.forEach((g, i) => sums[k][Math.floor(i / columns)] += squares ? rate * rate * g * g / 2 : 0)
      })
      weights = weights.map((w, l) => addScaled(w, -rate, update[l]))
    }
    return Math.max(
      ...invariants().flatMap((now, k) => Array.from(now, (value, j) => Math.abs(value + sums[k][j] - first[k][j]))),
    )
  }
  const direct = ({ feedback }: Network) => ({ signal: fromOutput(feedback), partner: feedback.map(transpose) })
  const transported = ({ transports }: Network) => ({ signal: fromAbove(transports), partner: transports })
  return [drift([3, 4, 2], 1, 0.05, 500, [1], direct), drift([3, 6, 2], 0, 0.01, 600, [1], direct),
    drift([3, 5, 4, 2], 0.2, 0.01, 300, [1, 2], transported)]
}

/** Least rates with white and with correlated inputs. */
function coloredInputs(): readonly number[] {
  const terms = layerTerms([diagonal([0, 1]), identity(2)], [matrixFromRows([[-0.1, -20], [20, -0.1]])])
  return [undefined, matrixFromRows([[1.5, 0.5], [0.5, 1.5]])].map((covariance) =>
    stabilityOf(errorOperator(terms, covariance)).leastRate
  )
}

/** Violations of the three implications, and counts that show them to be strict. */
function criteriaViolations(seed: number, draws: number): readonly number[] {
  const counts = [0, 0, 0, 0, 0]
  for (let draw = 0; draw < draws; draw++) {
    const sizes = [4, 3, 3, 2]
    const { weights, feedback } = networkOf(sizes, seed + draw)
    const mixed = exactFeedback(weights).map((f, l) => addScaled(scaled(draw % 3 / 2, f), 1, feedback[l]))
    const covariance = draw % 2 === 0 ? undefined : covarianceOf(4, seed + draw)
    const terms = layerTerms(weights, mixed)
    const { isStable } = stabilityOf(errorOperator(terms, covariance))
    const [first, ...others] = leastSymmetricParts(terms)
    const positive = first > 0 && others.every((value) => value >= 0)
    const aligned = trace(terms[0].above) > 0
    const found = [positive && !isStable, isStable && operatorTrace(terms, covariance) <= 0,
      covariance === undefined && isStable && !aligned, isStable && !positive, aligned && !isStable]
    found.forEach((is, k) => counts[k] += is ? 1 : 0)
  }
  return counts
}

/** |D| per step over |1 − ηλ| at 0.99 and 1.01 of the greatest rate, from a minimum that is disturbed by 10⁻⁹. */
function discreteSteps(seed: number): readonly number[] {
  const weights: Weights = [gaussian(4, 3, seed, 'steps1'), gaussian(2, 4, seed, 'steps2')]
  const teacher = multiply(weights[1], weights[0])
  // W_2F = [3 −5; 5 3], up to what W_2 does not see.
  const w2 = weights[1]
  const gains = matrixFromRows([[3, -5], [5, 3]])
  const pinned = multiply(transpose(w2), multiply(inverse(multiply(w2, transpose(w2))), gains))
  const { spectrum, greatestRate } = stabilityOf(errorOperator(layerTerms(weights, [pinned])))
  return [0.99, 1.01].map((share) => {
    const rate = share * greatestRate
    const predicted = Math.max(
      ...Array.from(spectrum.real, (re, i) => Math.hypot(1 - rate * re, rate * spectrum.imaginary[i])),
    )
    let w = restored(weights, flattened(weights).map((x, i) => x + 1e-9 * ((i * 7) % 5 - 2)))
    const sizes: number[] = []
    for (let step = 0; step <= 600; step++) {
      sizes.push(frobenius(addScaled(multiply(w[1], w[0]), -1, teacher)))
      const velocity = feedbackFlow(w, [pinned], { teacher })
      w = w.map((m, l) => addScaled(m, rate, velocity[l]))
    }
    const late = sizes.slice(200)
    return Math.exp(slope(late.map((_, step) => step), late.map(Math.log))) / predicted
  })
}
