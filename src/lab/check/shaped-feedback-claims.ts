// Feedback that knows the spectrum of the teacher: perfect alignment, equal speed, and what lies between.

import { type Matrix, multiply } from '../../tensor/index.ts'
import { balancedExponents, equalizingShape, gradientAlignment, modeRates, powerShapes, probeErrors, relativeDifference,
  relativeLoss, shapedGradientAlignment, shapedLoss, shapedModes, timeToLoss } from '../../theory/index.ts'
import { type Claim, claimsOf } from '../claims/claim.ts'
import { measured, type MeasuredClaims } from './recall.ts'
import { flowAt, modesOf, OUTPUTS, type Shape, type Shaped, shapedSetup, stepUntil,
  trainEngine } from './shaped-runs.ts'

const claim = claimsOf({ source: 'theory (7.15)', method: 'recursion' })

const PROBES = 100
const powers = (exponents: readonly number[]): Shape => (spectrum) => ({ shapes: powerShapes(spectrum, exponents) })
const common = (depth: number, p: number): readonly number[] => Array.from({ length: depth - 1 }, () => p)
const layersOf = ({ depth }: Shaped): readonly number[] => Array.from({ length: depth - 1 }, (_, index) => index + 1)

/** Teachers of the equalizing theorem. */
const EQUALIZED = [1, 3, 10, 30, 100] as const
/** The line of one exponent in all layers. */
export const TRADE_OFF = { depth: 4, condition: 10, loss: 1e-8, exponents: [1, 0.5, 0, -0.5, -1, -1.5] } as const

/** The claims of this file; measuring takes about three seconds. */
export const shapedClaims: MeasuredClaims = (seed, quick, recall = measured): readonly Claim[] => {
  const depths = quick ? [2, 3, 4] : [2, 3, 4, 5]
  const balancedConditions = quick ? [3, 10] : [3, 10, 30]
  const equal = recall('shaped/equalizing', () => equalizing(seed, [2, 3, 4], EQUALIZED))
  const colored = recall('shaped/colored', () => coloredDifference(seed))
  const line = recall('shaped/trade-off', () => tradeOff(seed))
  const oneLayer = recall('shaped/one-layer', () => oneAligned(seed))
  const engine = recall('shaped/engine', () => engineCurve(seed))
  const { exponents, depth, condition } = TRADE_OFF
  const list = exponents.join(', ')
  return [
    claim.atMost('shaped-balanced',
      `balanced feedback, S_l = (TTᵀ)^((L−l)/2L), at loss 10⁻¹⁰: largest |1 − GA_l| over layers, L = ${
        depths.join(', ')
      } and κ_T = ${balancedConditions.join(', ')}`, recall('shaped/balanced', () =>
        imbalance(seed, depths, balancedConditions)), 1e-5, 'what loss 10⁻¹⁰ leaves of the weakest mode'),
    claim.atMost('shaped-equalizing',
      `equalizing feedback, S_l = (TTᵀ)^(−½), L = 2, 3, 4: loss of κ_T = ${
        EQUALIZED.slice(1).join(', ')
      } against that of κ_T = 1, relative, every step to loss 10⁻⁴`, equal.difference, 1e-9, 'rounding', {
      source: 'theory (7.18), (7.23)',
    }),
    claim.relative('shaped-equalizing-alignment',
      `the same runs, L = 4: GA of isotropic errors at κ_T = ${EQUALIZED.join(', ')}, the layer farthest from the law`,
      equal.alignment, equal.law, 1e-9, 'rounding', { source: 'theory (7.19)' }),
    claim.above('shaped-whole-gradient',
      'the same runs: least cosine of all gradients as one vector with the exact ones over the steps at which the loss '
        + 'falls', equal.leastWhole, 0, 'sign', { source: 'theory (7.21)' }),
    claim.atMost('shaped-always-falls', 'the same runs: steps at which the loss rises', equal.rises, 0, 'counted', {
      source: 'theory (7.22)',
    }),
    claim.relative('shaped-trade-off-time',
      `steps to loss 10⁻⁸ times η ρ_max, L = ${depth}, κ_T = ${condition}, p = ${list}: the closed form`,
      line.map(({ time }) =>
        time
      ), line.map((_, i) => tradeOffLaw(exponents[i], seed).time), 0.02,
      `step size: η is 0.3/(nρ_max), or 1/${SLOWEST} of the time`, { source: 'theory (7.9), (7.10)' }),
    claim.absolute('shaped-trade-off-alignment', `the same runs: GA₁ of isotropic errors at loss 10⁻⁸`,
      line.map(({ alignment }) => alignment), line.map((_, i) => tradeOffLaw(exponents[i], seed).alignment), 2e-3,
      'step size', { source: 'theory (7.12)' }),
    claim.ordered('shaped-trade-off', `the same runs: GA₁ falls as p does, ${list}`,
      line.map(({ alignment }) => alignment), 'falling', 0, 'order', { source: 'theory (7.14)' }),
    claim.atMost('shaped-one-layer',
      'L = 3, exponents (0, −3), κ_T = 10: |1 − GA₁| at all times, and loss against that of κ_T = 1, relative', [
      oneLayer.misalignment,
      oneLayer.difference,
    ], 1e-6, 'rounding at κ(G₂) = 10⁶', { source: 'theory (7.17)' }),
    claim.atMost('shaped-curve',
      'L = 2, 3, 4, other exponents in every layer: loss of the recursion’s flow against the closed form, relative, at '
        + 'losses 0.9 … 10⁻⁶', recall('shaped/curve', () => curveDifference(seed)), 1e-6,
      'tolerance of the integration', { source: 'theory (7.9)' }),
    claim.atMost('shaped-curve-engine',
      'the float32 engine, L = 3, p = −1 and 0.5: modes of its weights, u(t), against the closed form, relative to the '
        + 'largest', engine.law, 0.01, 'step size', { source: 'theory (7.4)', method: 'float32 engine' }),
    claim.atMost('shaped-engine',
      'the same runs: A_l recovered from the engine’s weights against the recursion, relative', engine.recursion, 1e-4,
      'rounding of float32', { source: 'theory (2.2)', method: 'float32 engine' }),
    claim.atMost('shaped-colored',
      'inputs with the teacher’s right singular vectors as eigenvectors, L = 3, σ = s⁻¹λ^(−n/(n−1)), (κ_T, κ_x) = (30, 10) '
        + 'and (10, 30): loss against that of (1, 1), relative', colored.difference, 1e-9, 'rounding', {
      source: 'theory (7.28)',
    }),
    claim.atMost('shaped-colored-balanced',
      'such inputs, κ_T = κ_x = 10, balanced feedback of T at loss 10⁻¹⁰: largest |1 − GA_l|', colored.imbalance, 1e-5,
      'what loss 10⁻¹⁰ leaves of the weakest mode', { source: 'theory (7.26)' }),
  ]
}

/** Largest |1 − GA_l| at loss 10⁻¹⁰. */
function farFromAligned(setup: Shaped): number {
  const [a] = flowAt(setup, [timeToLoss(setup.shaped, 1e-10)])
  const probes = probeErrors(PROBES, OUTPUTS, 0)
  return Math.max(...layersOf(setup).map((layer) => Math.abs(1 - gradientAlignment(a, setup.grams, layer, probes))))
}

function imbalance(seed: number, depths: readonly number[], conditions: readonly number[]): number {
  return Math.max(
    ...depths.flatMap((depth) =>
      conditions.map((condition) => farFromAligned(shapedSetup(condition, seed, powers(balancedExponents(depth)))))
    ),
  )
}

/** Largest |a/b − 1| over the steps that both have; NaN where the lengths differ. */
function curvesApart(a: readonly number[], b: readonly number[]): number {
  return a.length === b.length ? Math.max(...a.map((loss, i) => Math.abs(loss / b[i] - 1))) : NaN
}

const RATE = 0.01
const STOP = 1e-4
const MOST = 10_000

function equalizing(seed: number, depths: readonly number[], conditions: readonly number[]) {
  let difference = 0
  let leastWhole = 1
  let rises = 0
  const alignment: number[] = []
  const law: number[] = []
  const probes = probeErrors(PROBES, OUTPUTS, seed)
  for (const depth of depths) {
    const setups = conditions.map((condition) => shapedSetup(condition, seed, powers(common(depth, -1))))
    const runs = setups.map((setup) => stepUntil(setup, RATE, STOP, MOST, true))
    for (const { losses, whole } of runs) {
      difference = Math.max(difference, curvesApart(losses, runs[0].losses))
      losses.forEach((loss, i) => {
        if (loss > (losses[i - 1] ?? 1)) rises++
        else if (whole[i] === whole[i]) leastWhole = Math.min(leastWhole, whole[i])
      })
    }
    if (depth !== depths[depths.length - 1]) continue
    setups.forEach((setup, k) => {
      const expected = shapedGradientAlignment(setup.shaped, 1, multiply(probes, setup.left), Infinity)
      const found = layersOf(setup).map((layer) => gradientAlignment(runs[k].alignment, setup.grams, layer, probes))
      law.push(expected)
      alignment.push(found.reduce((a, b) => Math.abs(b - expected) > Math.abs(a - expected) ? b : a))
    })
  }
  return { difference, leastWhole, rises, alignment, law }
}

/** Steps of the slowest runs of the trade-off, at least. */
const SLOWEST = 1000

/** One point of the trade-off: the time in units of the strongest clock, and the alignment of layer 1. */
export interface TradeOff {
  readonly time: number
  readonly alignment: number
}

function tradeOff(seed: number): readonly TradeOff[] {
  const { depth, condition, loss, exponents } = TRADE_OFF
  return exponents.map((p) => {
    const setup = shapedSetup(condition, seed, powers(common(depth, p)))
    const fastest = Math.max(...modeRates(setup.shaped))
    const rate = Math.min(0.3 / ((2 ** depth - 1) * fastest), timeToLoss(setup.shaped, loss) / SLOWEST)
    const { losses, alignment } = stepUntil(setup, rate, loss, 20 * SLOWEST)
    const probes = probeErrors(PROBES, OUTPUTS, seed)
    return { time: losses.length * rate * fastest, alignment: gradientAlignment(alignment, setup.grams, 1, probes) }
  })
}

/** The same in closed form, at any exponent. */
export function tradeOffLaw(p: number, seed: number, condition: number = TRADE_OFF.condition): TradeOff {
  const { depth, loss } = TRADE_OFF
  const { shaped, left } = shapedSetup(condition, seed, powers(common(depth, p)))
  const probes: Matrix = multiply(probeErrors(PROBES, OUTPUTS, seed), left)
  const time = timeToLoss(shaped, loss)
  return { time: time * Math.max(...modeRates(shaped)), alignment: shapedGradientAlignment(shaped, 1, probes, time) }
}

function oneAligned(seed: number): { readonly misalignment: number; readonly difference: number } {
  const [first, setup] = [1, 10].map((condition) => shapedSetup(condition, seed, powers([0, -3])))
  const probes = probeErrors(PROBES, OUTPUTS, seed)
  const { losses } = stepUntil(setup, RATE, STOP, MOST)
  return {
    misalignment: Math.max(...[10, losses.length / 2, losses.length].map((steps) => {
      const { alignment } = stepUntil(setup, RATE, 0, Math.floor(steps))
      return Math.abs(1 - gradientAlignment(alignment, setup.grams, 1, probes))
    })),
    difference: curvesApart(losses, stepUntil(first, RATE, STOP, MOST).losses),
  }
}

function curveDifference(seed: number): number {
  let largest = 0
  for (const [exponents, condition] of [[[0.6], 10], [[-0.4, 0.3], 10], [[0.5, -0.75, 0.2], 5]] as const) {
    const setup = shapedSetup(condition, seed, powers(exponents))
    const losses = [0.9, 0.5, 0.1, 1e-2, 1e-4, 1e-6]
    const times = losses.map((loss) => timeToLoss(setup.shaped, loss))
    flowAt(setup, times).forEach((a, i) => {
      const loss = relativeLoss(a, setup.grams, setup.task)
      largest = Math.max(largest, Math.abs(loss / shapedLoss(setup.shaped, times[i]) - 1))
    })
  }
  return largest
}

function engineCurve(seed: number): { readonly law: number; readonly recursion: number } {
  let law = 0
  let recursion = 0
  for (const p of [-1, 0.5]) {
    const setup = shapedSetup(10, seed, powers(common(3, p)))
    const end = timeToLoss(setup.shaped, 1e-3)
    const steps = [1000, 2000, 4000]
    const rate = end / steps[steps.length - 1]
    trainEngine(setup, rate, steps).forEach((found, k) => {
      const { alignment } = shapedModes(setup.shaped, steps[k] * rate)
      found.engine.forEach((a, l) => {
        recursion = Math.max(recursion, relativeDifference(a, found.recursion[l]))
        const modes = modesOf(a, setup.left, l === 0 ? setup.right : setup.left)
        const largest = Math.max(...alignment[l])
        modes.forEach((value, i) => {
          law = Math.max(law, Math.abs(value - alignment[l][i]) / largest)
        })
      })
    })
  }
  return { law, recursion }
}

function coloredDifference(seed: number): { readonly difference: number; readonly imbalance: number } {
  const depth = 3
  const variancesOf = (condition: number): readonly number[] =>
    Array.from({ length: OUTPUTS }, (_, i) => Math.pow(condition, (i % 2 === 0 ? 1 : -1) * i / (2 * OUTPUTS - 2)))
  const shape = (condition: number): Shape => (spectrum) => {
    const variances = variancesOf(condition)
    const sigma = equalizingShape(spectrum, depth, variances)
    return { shapes: common(depth, 0).map(() => sigma), variances }
  }
  const runs = ([[1, 1], [30, 10], [10, 30]] as const).map(([teacher, inputs]) =>
    stepUntil(shapedSetup(teacher, seed, shape(inputs)), RATE, STOP, MOST).losses
  )
  const balanced: Shape = (spectrum) => ({
    shapes: powerShapes(spectrum, balancedExponents(depth)),
    variances: variancesOf(10),
  })
  return {
    difference: Math.max(...runs.map((losses) => curvesApart(losses, runs[0]))),
    imbalance: farFromAligned(shapedSetup(10, seed, balanced)),
  }
}
