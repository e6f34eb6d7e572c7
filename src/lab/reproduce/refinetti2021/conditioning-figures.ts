// Alignment against conditioning, and both over time.

import { matrix, randomStream, normalInto, type Matrix } from '../../../tensor/index.ts'
import { kantorovichBound } from '../../../theory/index.ts'
import type { LineFigure, Series } from '../../report/figure.ts'
import type { ReportFigure } from '../../report/html.ts'
import { panels } from '../../report/panels.ts'
import type { Axis } from '../../report/plot.ts'
import { meanSeries } from '../series.ts'
import type { Ended } from './conditioning-runs.ts'
import { ACTIVATIONS, type ConditioningCurves } from './conditioning-training.ts'
import type { Measured } from './deep-alignment.ts'

/** Rank of the errors' subspace for ten classes. */
const MODES = 9

/**
 * What the linear theory has for symmetric A_l with α_{l+1} ∝ α_l² and a geometric spectrum of A_2 with r = K − 1
 * modes: the geometric mean of κ(A_2 … A_L) with mean WA_l, mean probe GA_1 and the Kantorovich bound of GA_1,
 * P_1 ∝ A_2^(2^(L−1) − 1). Shapes: probes [N, r].
 */
export function linearPrediction(condition: number, depth: number, probes: Matrix): {
  readonly mean: number
  readonly wa: number
  readonly probeGa: number
  readonly bound: number
} {
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

const ALIGNMENT = { domain: [0, 1] } as const
const KAPPA: Axis = { label: 'geometric mean of κ(A₂ … A₄)', scale: 'log' }

/** Alignment against conditioning, all runs. */
export function scatterFigure(ended: readonly Ended[]): ReportFigure {
  const draws = normalInto(new Float64Array(2000 * MODES), randomStream(0, 'conditioning/prediction'))
  const probes = matrix(2000, MODES, draws)
  const depth = (ended[0]?.configuration.hidden ?? 3) + 1
  const most = Math.max(2, ...ended.map(({ logKappa }) => Math.exp(logKappa)))
  const exponent = (Math.pow(2, depth - 1) - 1) / (depth - 1)
  const line = Array.from({ length: 40 }, (_, i) => linearPrediction(Math.pow(most, i / 39 / exponent), depth, probes))
  const low = Math.min(0, ...ended.flatMap(({ ga, probeGa, wa }) => [ga, probeGa, wa]))
  const y = (label: string): Axis => ({ label, ...(low < 0 ? {} : ALIGNMENT) })
  const figure = (title: string, label: string, value: (run: Ended) => number, predicted: Series): LineFigure => ({
    title, x: KAPPA, y: y(label),
    series: [
      ...ACTIVATIONS.map((activation): Series => ({
        name: activation, draw: 'markers',
        points: ended.filter(({ configuration }) => configuration.activation === activation)
          .map((run) => [Math.exp(run.logKappa), value(run)]),
      })),
      predicted,
    ],
  })
  const theory = (name: string, colour: number, value: (at: (typeof line)[number]) => number): Series =>
    ({ name, draw: 'line', dashed: true, colour, points: line.map((at) => [at.mean, value(at)]) })
  const geometric = 'linear theory, geometric spectrum'
  return {
    svg: panels({
      figures: [
        figure('GA₁, the samples’ own errors', 'GA₁', ({ ga }) => ga, theory('its lower bound', 5, (at) => at.bound)),
        figure('GA₁, isotropic errors', 'probe GA₁', (run) => run.probeGa, theory(geometric, 6, (at) => at.probeGa)),
        figure('Mean of WA₂, WA₃, WA₄', 'WA', ({ wa }) => wa, theory(geometric, 6, (at) => at.wa)),
      ],
      share: 'both',
    }),
    wide: true,
    caption: 'Alignment at the end of training against the conditioning of the fitted alignment matrices: ' +
      `${ended.length} runs, all data sets, label noises, widths, starts, feedbacks and class counts. Dashed: a ` +
      'linear network from zero weights with orthogonal feedback whose A₂ has nine modes in a geometric spectrum ' +
      'and α_{l+1} ∝ α_l²; for the samples’ own errors, whose directions no theory knows, the least value that such ' +
      'matrices leave. Runs below the lines contradict nothing: initial weights stand beside the A_l, which need ' +
      'not be symmetric.',
  }
}

/** Residuals and κ over time, layer by layer. */
export function dynamicsFigure(ended: readonly Ended[]): ReportFigure {
  const depth = (ended[0]?.configuration.hidden ?? 3) + 1
  const layers = Array.from({ length: depth - 1 }, (_, index) => index + 2)
  const epochs = (run: Ended): readonly number[] => run.curves.steps.map((step) => step / run.curves.perEpoch)
  type Pick = (curves: ConditioningCurves) => readonly Measured[]
  const curve = (pick: Pick): Series[] => ACTIVATIONS.flatMap((activation) => {
    const runs = ended.filter(({ configuration }) => configuration.activation === activation)
    const curves = runs.map((run) => pick(run.curves))
    return runs.length === 0 ? [] : [meanSeries(activation, epochs(runs[0]), curves, { draw: 'line' })]
  })
  // A mean of logarithms: one run of κ = 10⁴ would hide fifty of κ = 3.
  const logs = (values: readonly Measured[]): readonly Measured[] =>
    values.map((value) => (value === null ? null : Math.log10(value)))
  const power = (series: Series): Series => ({
    ...series,
    points: series.points.map(([x, y]) => [x, Math.pow(10, y)] as const),
    ...(series.band === undefined
      ? {}
      : { band: series.band.map(([x, low, high]) => [x, Math.pow(10, low), Math.pow(10, high)] as const) }),
  })
  const x: Axis = { label: 'epoch', scale: 'log' }
  return {
    svg: panels({
      figures: [
        ...layers.map((l): LineFigure => ({
          title: `residual of ΔW_${l}`, x, y: { label: '‖ΔW − fit‖/‖ΔW‖', domain: [0, 1] },
          series: curve(({ residual }) => residual[l - 1]),
        })),
        ...layers.map((l): LineFigure => ({
          title: `κ(A_${l})`, x, y: { label: 'κ', scale: 'log', domain: [1, 1000] },
          series: curve(({ kappa }) => logs(kappa[l - 2])).map(power),
        })),
      ],
      share: 'x',
    }),
    wide: true,
    caption: 'The share of ΔW_l = W_l − W_l(0) that has not the form F_l A_l F_{l−1}ᵀ, and the condition number of ' +
      'the fitted A_l on the subspace of errors, over training time: means (of κ: geometric) over all runs of an ' +
      `activation (${ended.length} in all) with one standard deviation, which is the spread of data sets, noises, ` +
      'widths and starts, not an error of the mean. Residual 0: weak weight alignment holds exactly. Activations ' +
      'are trained for different numbers of passes.',
  }
}
