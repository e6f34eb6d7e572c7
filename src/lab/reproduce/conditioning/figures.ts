// Alignment against conditioning, and both over time.

import type { Measured } from '../../../dfa/index.ts'
import { type Matrix, matrix, normalInto, randomStream } from '../../../tensor/index.ts'
import { kantorovichBound } from '../../../theory/index.ts'
import { type Axis, count, last, type LineFigure, mapped, mean, meanSeries, type ReportFigure, type Series,
  sideBySide } from '../index.ts'
import { estimate } from './correlation.ts'
import { cellOf, CONTROLS, type Ended, ofActivation, OUTCOMES, pairings, residualOf } from './ended-runs.ts'
import { ACTIVATIONS, type ConditioningCurves } from './training.ts'

/** Rank of the errors' subspace for ten classes. */
const MODES = 9

/**
 * What the linear theory has for symmetric A_l with α_{l+1} ∝ α_l² and a geometric spectrum of A_2 with r = K − 1
 * modes: the geometric mean of κ(A_2 … A_L) with mean WA_l, mean probe GA_1 and the Kantorovich bound of GA_1,
 * P_1 ∝ A_2^(2^(L−1) − 1). Shapes: probes [N, r].
 */
export function linearPrediction(condition: number, depth: number,
  probes: Matrix): { readonly mean: number; readonly wa: number; readonly probeGa: number; readonly bound: number }
{
  const alpha = Array.from({ length: MODES }, (_, i) => Math.pow(condition, -i / (MODES - 1)))
  const layers = Array.from({ length: depth - 1 }, (_, index) => Math.pow(2, index))
  const sum = layers.reduce((total, power) => total + power, 0)
  const wa = layers.reduce((total, power) => {
    const trace = alpha.reduce((value, a) => value + Math.pow(a, power), 0)
    const square = alpha.reduce((value, a) => value + Math.pow(a, 2 * power), 0)
    return total + trace / Math.sqrt((MODES + 1) * square) / layers.length
  }, 0)
  let probeGa = 0
  for (let row = 0; row < probes.rows; row++) {
    let ee = 0, ep = 0, pp = 0
    for (let i = 0; i < MODES; i++) {
      const e = probes.data[row * MODES + i]
      const p = Math.pow(alpha[i], sum) * e
      ee += e * e
      ep += e * p
      pp += p * p
    }
    probeGa += ep / Math.sqrt(ee * pp) / probes.rows
  }
  const bound = kantorovichBound(Math.pow(condition, sum))
  return { mean: Math.pow(condition, sum / layers.length), wa, probeGa, bound }
}

const depthOf = ([first]: readonly Ended[]): number => (first?.configuration.hidden ?? 3) + 1

/** Every outcome of every run against one quantity, one panel per outcome, each with what is predicted there. */
function outcomeFigure(caption: string, ended: readonly Ended[], x: Axis, of: (run: Ended) => number,
  predicted: readonly Series[] = []): ReportFigure
{
  const low = Math.min(0, ...ended.flatMap(({ ga, probeGa, wa }) => [ga, probeGa, wa]))
  return sideBySide(caption, OUTCOMES.map(({ name, title, value }, index): LineFigure => ({
    title,
    x,
    y: { label: name, ...(low < 0 ? {} : { domain: [0, 1] }) },
    series: [
      ...ACTIVATIONS.map((activation): Series => ({ name: activation, draw: 'markers',
        points: ofActivation(ended, activation).map((run) => [of(run), value(run)]) })
      ),
      ...predicted.slice(index, index + 1),
    ],
  })), 'both')
}

/** Alignment against conditioning, all runs. */
export function scatterFigure(ended: readonly Ended[]): ReportFigure {
  const draws = normalInto(new Float64Array(2000 * MODES), randomStream(0, 'conditioning/prediction'))
  const probes = matrix(2000, MODES, draws)
  const depth = depthOf(ended)
  const most = Math.max(2, ...ended.map(({ logKappa }) => Math.exp(logKappa)))
  const exponent = (Math.pow(2, depth - 1) - 1) / (depth - 1)
  const line = Array.from({ length: 40 }, (_, i) => linearPrediction(Math.pow(most, i / 39 / exponent), depth, probes))
  const theory = (name: string, color: number, value: (at: (typeof line)[number]) => number): Series => ({ name,
    draw: 'line', dashed: true, color, points: line.map((at) => [at.mean, value(at)]) })
  const geometric = 'linear theory, geometric spectrum'
  return outcomeFigure(
    'Alignment at the end of training against the conditioning of the fitted alignment matrices: '
      + `${count(ended.length, 'run')}, all data sets, label noises, widths, starts, feedbacks and class counts. `
      + `Dashed: a linear network from zero weights with orthogonal feedback whose A₂ has ${MODES} modes in a `
      + 'geometric spectrum and A_{l+1} ∝ A_l A_l; for the samples’ own errors, whose directions no theory '
      + 'knows, the least value that such matrices leave. Runs below the lines contradict nothing: initial '
      + 'weights stand beside the A_l, which need not be symmetric.',
    ended,
    { label: `geometric mean of κ(A_2 … A_${depth})`, scale: 'log' },
    ({ logKappa }) => Math.exp(logKappa),
    [theory('lower bound of GA₁', 5, ({ bound }) => bound), theory(geometric, 6, ({ probeGa }) => probeGa),
      theory(geometric, 6, ({ wa }) => wa)],
  )
}

/** Alignment against what the fit leaves over, all runs. */
export function residualFigure(ended: readonly Ended[]): ReportFigure {
  return outcomeFigure(
    'The same runs against the share of ΔW that no A_l explains; described, not part of the test. For '
      + 'orthogonal feedback cos∠(ΔW_l, F_l F_{l−1}ᵀ) = √(1 − residual²)·tr A_l/(√n_L ‖A_l‖), so that part of the '
      + 'third panel is algebra; no such identity stands behind the first two.',
    ended,
    { label: `mean residual of ΔW_2 … ΔW_${depthOf(ended)}`, domain: [0, 1] },
    residualOf,
  )
}

/** Residuals and κ over time, layer by layer. */
export function dynamicsFigure(ended: readonly Ended[]): ReportFigure {
  const layers = Array.from({ length: depthOf(ended) - 1 }, (_, index) => index + 2)
  const figure = (title: string, y: Axis, pick: (curves: ConditioningCurves) => readonly Measured[]): LineFigure => ({
    title,
    x: { label: 'epoch', scale: 'log' },
    y,
    series: ACTIVATIONS.flatMap((activation) => {
      const curves = ofActivation(ended, activation).map((run) => run.curves)
      if (curves.length === 0) return []
      const epochs = curves[0].steps.map((step) => step / curves[0].perEpoch)
      return [meanSeries(activation, epochs, curves.map(pick), { draw: 'line' })]
    }),
  })
  // A mean of logarithms: one run of κ = 10⁴ would hide fifty of κ = 3.
  const logs = (values: readonly Measured[]): readonly Measured[] =>
    values.map((value) => (value === null ? null : Math.log10(value)))
  return sideBySide(
    'The share of ΔW_l = W_l − W_l(0) that has not the form F_l A_l F_{l−1}ᵀ, and the condition number of '
      + 'the fitted A_l on the subspace of errors, over training time: means (of κ: geometric) over all runs of an '
      + `activation (${ended.length} in all) with a band from the least to the largest: data sets, noises, widths and `
      + 'starts, not an error of the mean. Residual 0: weak weight alignment holds exactly. Activations are trained for '
      + 'different numbers of passes.',
    [...layers.map((l) =>
      figure(`residual of ΔW_${l}`, { label: '‖ΔW − fit‖/‖ΔW‖', domain: [0, 1] }, ({ residual }) => residual[l - 1])
    ), ...layers.map((l) => {
      const logarithms = figure(`κ(A_${l})`, { label: 'κ', scale: 'log', domain: [1, 10_000] }, ({ kappa }) =>
        logs(kappa[l - 2]))
      return { ...logarithms, series: logarithms.series.map((one) =>
        mapped(one, (y) => Math.pow(10, y))
      ) }
    })],
  )
}

/** The tested coefficient at every time of measurement. */
export function coefficientFigure(ended: readonly Ended[], draws: number): ReportFigure {
  const times = (ended[0]?.curves.steps ?? []).map((_, time) => time)
  const alignmentAt =
    (time: number) => ({ curves }: Ended): readonly number[] => [curves.ga[0][time] ?? NaN,
      curves.probeGa[0][time] ?? NaN, mean(curves.wa.map((values) => values[time] ?? NaN))]
  const kappaAt = (time: number) => ({ curves }: Ended): number =>
    mean(curves.kappa.map((values) => Math.log(values[time] ?? NaN)))
  const figure = (title: string, runs: readonly Ended[]): LineFigure => ({
    title,
    x: { label: 'share of the training', scale: 'log' },
    y: { label: 'Spearman’s coefficient', domain: [-1, 1] },
    series: OUTCOMES.map(({ name }, outcome): Series => {
      const points = times.map((time) => {
        const x = kappaAt(time)
        const y = (run: Ended): number => alignmentAt(time)(run)[outcome]
        const defined = runs.filter((run) => run.curves.steps.length > time && Number.isFinite(x(run) + y(run)))
        const share = mean(defined.map(({ curves: { steps } }) => steps[time] / last(steps)))
        return { share, ...estimate(pairings(defined, x, y, CONTROLS.cell), 'rank', draws) }
      })
      return {
        name,
        draw: 'line',
        points: points.map(({ share, value }) => [share, value]),
        band: points.map(({ share, low, high }) => [share, low, high]),
      }
    }),
    marks: [{ y: 0 }],
  })
  return sideBySide(
    'Conditioning and alignment at the same time: Spearman’s coefficient of mean ln κ(A_l) with each measure of '
      + `alignment within data set and activation (${new Set(ended.map(cellOf)).size} strata), bands: 95 % `
      + 'intervals of each time by itself. The end, at the right, is what the claims test; the way there is described.',
    [figure('linear', ofActivation(ended, 'linear')), figure('tanh, relu', ofActivation(ended, 'tanh', 'relu'))],
  )
}
