// Beyond the paper: the alignment matrices of non-linear networks, measured, and whether their conditioning says how well
// the networks align.

import { meanAndDeviation } from '../../../dfa/index.ts'
import { structurelessResidual } from '../../../theory/index.ts'
import { atMost, notCovered, type Claim } from '../../claim.ts'
import { FILES } from '../../training/datasets.ts'
import { experiment, type Experiment, type Judgement, type Run, type RunTools, type Scale } from '../experiment.ts'
import { CONDITIONING_SETS } from './conditioning-data.ts'
import { exactControl, type ExactConfiguration, type ExactResult } from './conditioning-exact.ts'
import { dynamicsFigure, scatterFigure, type Ended } from './conditioning-figures.ts'
import { plannedRuns, type BeyondConfiguration } from './conditioning-plan.ts'
import { correlation, estimate, type CorrelationKind, type Estimate, type Pairing } from './conditioning-statistics.ts'
import { ACTIVATIONS, trainConditioning, type ConditioningConfiguration, type ConditioningCurves } from './conditioning-training.ts'
import type { Measured } from './deep-alignment.ts'

/** Curves, or none for a training that did not stay finite. */
type BeyondResult = ExactResult | ConditioningCurves | { readonly stopped: string }
type Made = Run<BeyondConfiguration, BeyondResult>

const SOURCE = 'beyond refinetti2021 section 3.2'
const NOT_CLAIMED = 'no theory of A_l in networks that are not linear, or do not start at zero'

const last = (values: readonly Measured[]): number => values[values.length - 1] ?? NaN
const mean = (values: readonly number[]): number => meanAndDeviation(values).mean

function run(c: BeyondConfiguration, tools: RunTools): BeyondResult {
  if (c.kind === 'exact') return exactControl(c, tools)
  try {
    return trainConditioning(c, tools)
  } catch (error) {
    // A result, not a fault of the program: the run counts among those left out.
    if (error instanceof Error && error.message.startsWith('training stopped')) return { stopped: error.message }
    throw error
  }
}

/** Runs that learnt: those that did not stay finite, or end above the loss they began with, have no end of training. */
function endedRuns(runs: readonly Made[]): readonly Ended[] {
  return runs.flatMap(({ configuration, result }): readonly Ended[] => {
    if (configuration.kind !== 'training' || !('kappa' in result)) return []
    const ended = {
      configuration, curves: result,
      logKappa: mean(result.kappa.map((values) => Math.log(last(values)))),
      ga: last(result.ga[0]), probeGa: last(result.probeGa[0]), wa: mean(result.wa.map(last)),
    }
    const finite = [ended.logKappa, ended.ga, ended.probeGa, ended.wa].every(Number.isFinite)
    return finite && result.loss[result.loss.length - 1] < result.loss[0] ? [ended] : []
  })
}

/** What is compared within: the more, the fewer explanations are left, and the fewer runs. */
interface Control {
  readonly name: string
  readonly stratum: (run: Ended) => string
  readonly covariates?: (run: Ended) => readonly number[]
}

const cell = ({ configuration: c }: Ended): string => `${c.dataset}/${c.activation}`
const growth = ({ curves }: Ended): number => mean(curves.growth.map((values) => Math.log(last(values))))
const loss = ({ curves }: Ended): number => Math.log(curves.loss[curves.loss.length - 1])

const CONTROLS = {
  none: { name: 'nothing', stratum: () => '' },
  cell: { name: 'data set, activation', stratum: cell },
  noise: { name: 'data set, activation, noise', stratum: (run) => `${cell(run)}/${run.configuration.noise}` },
  start: { name: 'data set, activation, start', stratum: (run) => `${cell(run)}/${run.configuration.start}` },
  trained: {
    name: 'data set, activation, start; training loss, growth of weights', stratum: (run) => `${cell(run)}/${run.configuration.start}`,
    covariates: (run) => [loss(run), growth(run)],
  },
} satisfies Record<string, Control>

const OUTCOMES = [
  { id: 'ga', name: 'GA₁', value: ({ ga }: Ended): number => ga },
  { id: 'probe', name: 'probe GA₁', value: ({ probeGa }: Ended): number => probeGa },
  { id: 'wa', name: 'mean WA', value: ({ wa }: Ended): number => wa },
] as const

function pairings(runs: readonly Ended[], x: (run: Ended) => number, y: (run: Ended) => number, control: Control): readonly Pairing[] {
  return runs.map((one) => {
    const { seed: _, ...setting } = one.configuration
    return {
      x: x(one), y: y(one), stratum: control.stratum(one), covariates: control.covariates?.(one) ?? [], cluster: JSON.stringify(setting), block: cell(one),
    }
  })
}

const logKappa = (one: Ended): number => one.logKappa
const signed = (x: number): string => (Number.isFinite(x) ? `${x < 0 ? '−' : '+'}${Math.abs(x).toFixed(2)}` : 'undefined')

function estimateText({ value, low, high }: Estimate): string {
  return `${signed(value)} [${signed(low)}, ${signed(high)}]`
}

/** The claims stated before any run, in `about`: direction, runs, control and interval. */
function directionClaim(id: string, statement: string, found: Estimate): Claim {
  return {
    id, source: SOURCE, method: 'training', compare: 'at most', tolerance: 0, predicted: '95 % interval below 0', measured: found.high,
    statement: `${statement}: ρ = ${estimateText(found)}, ${found.count} runs; measured: the upper end`,
    holds: found.high < 0,
  }
}

function residualClaims(ended: readonly Ended[]): readonly Claim[] {
  return ACTIVATIONS.flatMap((activation) => {
    const runs = ended.filter(({ configuration }) => configuration.activation === activation)
    if (runs.length === 0) return []
    const layers = runs[0].curves.residual.map((_, l) => mean(runs.map(({ curves }) => last(curves.residual[l]))))
    const floor = layers.slice(1).map((_, index) => mean(runs.map(({ configuration: { width, hidden } }) =>
      structurelessResidual([width, ...Array.from({ length: hidden }, () => width), 10], index + 2))))
    return [notCovered({
      id: `beyond-residual-${activation}`, source: SOURCE, method: 'training', compare: 'at most', tolerance: 0,
      statement: `${activation}, random initial weights: ‖ΔW_l − F_l A_l F_{l−1}ᵀ‖/‖ΔW_l‖ at the end, layers 2 … L, means of ${runs.length} runs; predicted: without any structure`,
      predicted: floor, measured: layers.slice(1), holds: null,
    }, NOT_CLAIMED)]
  })
}

function exactClaims(runs: readonly Made[]): readonly Claim[] {
  const results = runs.flatMap(({ configuration, result }) => (configuration.kind === 'exact' ? [result as ExactResult] : []))
  const { width, steps } = runs.map(({ configuration }) => configuration).find((c): c is ExactConfiguration => c.kind === 'exact') ?? { width: 0, steps: 0 }
  const what = `linear network from zero weights, cross-entropy, ${steps} steps, width ${width}, orthogonal and uniform feedback`
  const worst = (value: (result: ExactResult) => number): number => (results.length === 0 ? NaN : Math.max(...results.map(value)))
  const head = { source: 'refinetti2021 section 3.1' }
  return [
    atMost({ ...head, id: 'beyond-exact-fit', method: 'float64 network', statement: `${what}: fitted A_l against the exact recursion, relative, all layers` },
      worst(({ network }) => network), 1e-12),
    atMost({ ...head, id: 'beyond-exact-residual', method: 'float64 network', statement: `${what}: residual of the fit, all layers` },
      worst(({ networkResidual }) => networkResidual), 1e-12),
    atMost({ ...head, id: 'beyond-exact-engine', method: 'float32 engine', statement: `${what}: the engine’s fitted A_l against the recursion, and its residual` },
      worst(({ engine, engineResidual }) => Math.max(engine, engineResidual)), 1e-4),
  ]
}

const DRAWS: Readonly<Record<Scale, number>> = { quick: 200, default: 1000, paper: 1000 }

function judge(runs: readonly Made[], scale: Scale): Judgement {
  const ended = endedRuns(runs)
  const trainings = runs.filter(({ configuration }) => configuration.kind === 'training')
  const nonLinear = ended.filter(({ configuration }) => configuration.activation !== 'linear')
  const of = (...names: readonly string[]): readonly Ended[] => ended.filter(({ configuration }) => names.includes(configuration.activation))
  const measure = (list: readonly Ended[], control: Control, kind: CorrelationKind = 'rank', x = logKappa): readonly Estimate[] =>
    OUTCOMES.map(({ value }) => estimate(pairings(list, x, value, control), kind, DRAWS[scale]))
  const primary = measure(nonLinear, CONTROLS.cell)
  const linear = measure(of('linear'), CONTROLS.cell)
  const directions = [
    ...OUTCOMES.map(({ id, name }, index) => directionClaim(
      `beyond-${id}`, `tanh and relu: larger κ(A_l), smaller ${name} (Spearman within data set and activation)`, primary[index])),
    ...OUTCOMES.map(({ id, name }, index) => directionClaim(
      `beyond-linear-${id}`, `linear, random initial weights: larger κ(A_l), smaller ${name} (Spearman within data set)`, linear[index])),
  ]
  const claims = [
    ...exactClaims(runs), ...residualClaims(ended),
    ...(scale === 'quick' ? directions.map((claim) => notCovered(claim, 'quick scale: one generated data set, too few runs to decide')) : directions),
  ]
  // κ at the record nearest to a tenth of the training (in log time) against alignment at the end.
  const early = (one: Ended): number => {
    const { steps, kappa } = one.curves
    const tenth = steps[steps.length - 1] / 10
    const at = steps.reduce((best, step, index) => (Math.abs(Math.log(step / tenth)) < Math.abs(Math.log(steps[best] / tenth)) ? index : best), 0)
    return mean(kappa.map((values) => Math.log(values[at] ?? NaN)))
  }
  const withEarly = nonLinear.filter((one) => Number.isFinite(early(one)))
  const rows: readonly (readonly [string, string, string, readonly Estimate[]])[] = [
    ...Object.values(CONTROLS).map((control): [string, string, string, readonly Estimate[]] =>
      ['tanh, relu', control.name, 'Spearman', control === CONTROLS.cell ? primary : measure(nonLinear, control)]),
    ['tanh, relu', CONTROLS.none.name, 'Pearson, ln κ', measure(nonLinear, CONTROLS.none, 'value')],
    ['tanh, relu', CONTROLS.cell.name, 'Pearson, ln κ', measure(nonLinear, CONTROLS.cell, 'value')],
    ['tanh, relu; κ after a tenth of the time', CONTROLS.cell.name, 'Spearman', measure(withEarly, CONTROLS.cell, 'rank', early)],
    ['tanh', CONTROLS.cell.name, 'Spearman', measure(of('tanh'), CONTROLS.cell)],
    ['relu', CONTROLS.cell.name, 'Spearman', measure(of('relu'), CONTROLS.cell)],
    ['linear', CONTROLS.none.name, 'Spearman', measure(of('linear'), CONTROLS.none)],
    ['linear', CONTROLS.cell.name, 'Spearman', linear],
    ['linear', CONTROLS.start.name, 'Spearman', measure(of('linear'), CONTROLS.start)],
  ]
  return {
    claims,
    figures: [scatterFigure(ended), dynamicsFigure(ended)],
    tables: [
      {
        caption: 'Correlation of conditioning (mean ln κ(A₂ … A₄)) with alignment at the end of training, 95 % intervals of a bootstrap over configurations',
        table: {
          columns: [{ name: 'networks' }, { name: 'held fixed', flexible: true }, { name: 'coefficient' }, { name: 'runs' }, ...OUTCOMES.map(({ name }) => ({ name }))],
          rows: rows.map(([networks, control, kind, found]) => [networks, control, kind, found[0].count, ...found.map(estimateText)]),
        },
      },
      { caption: 'The same, layer by layer (tanh and relu, Spearman within data set and activation)', table: layerTable(nonLinear, DRAWS[scale]) },
      { caption: 'Spearman coefficients within each data set and activation, all that the figure mixes', table: cellTable(ended) },
      { caption: 'Means at the end of training by level of each factor (tanh and relu): what moves conditioning and what moves alignment', table: factorTable(nonLinear) },
    ],
    paragraphs: [summary(scale, trainings.length, ended, primary, measure(nonLinear, CONTROLS.trained), linear), ...FINDINGS[scale]],
  }
}

type Tabular = NonNullable<Judgement['tables']>[number]['table']

function layerTable(runs: readonly Ended[], draws: number): Tabular {
  const depth = (runs[0]?.configuration.hidden ?? 3) + 1
  const kappaOf = (l: number) => ({ curves }: Ended): number => Math.log(last(curves.kappa[l - 2]))
  const above = (l: number) => (one: Ended): number => mean(Array.from({ length: depth - l }, (_, k) => kappaOf(l + 1 + k)(one)))
  const layer = (name: string, x: (run: Ended) => number, y: (run: Ended) => number): readonly [string, number, string] => {
    const defined = runs.filter((one) => Number.isFinite(x(one)) && Number.isFinite(y(one)))
    return [name, defined.length, estimateText(estimate(pairings(defined, x, y, CONTROLS.cell), 'rank', draws))]
  }
  const layers = Array.from({ length: depth - 1 }, (_, k) => k + 1)
  return {
    columns: [{ name: 'pair' }, { name: 'runs' }, { name: 'coefficient' }],
    rows: [
      ...layers.map((l) => layer(`GA_${l} against κ(A_${l + 1}${l + 1 < depth ? ` … A_${depth}` : ''})`, above(l), ({ curves }) => last(curves.ga[l - 1]))),
      ...layers.map((l) => layer(`WA_${l + 1} against κ(A_${l + 1})`, kappaOf(l + 1), ({ curves }) => last(curves.wa[l - 1]))),
      ...layers.map((l) => layer(`WA_${l + 1} against tr A/(√n_L ‖A‖)`, ({ curves }) => last(curves.strong[l - 1]), ({ curves }) => last(curves.wa[l - 1]))),
      ...layers.map((l) => layer(`GA_${l} against residual of ΔW_${l + 1}`, ({ curves }) => last(curves.residual[l]), ({ curves }) => last(curves.ga[l - 1]))),
    ],
  }
}

function cellTable(ended: readonly Ended[]): Tabular {
  const cells = [...new Set(ended.map(cell))]
  return {
    columns: [{ name: 'data set' }, { name: 'activation' }, { name: 'runs' }, { name: 'κ, middle' }, ...OUTCOMES.map(({ name }) => ({ name, digits: 2 }))],
    rows: cells.map((name) => {
      const runs = ended.filter((one) => cell(one) === name)
      const { dataset, activation } = runs[0].configuration
      const middle = runs.map(logKappa).sort((a, b) => a - b)[Math.floor(runs.length / 2)]
      return [
        CONDITIONING_SETS[dataset].title, activation, runs.length, Number(Math.exp(middle).toPrecision(3)),
        ...OUTCOMES.map(({ value }) => {
          const rho = correlation(pairings(runs, logKappa, value, CONTROLS.none), 'rank')
          return Number.isFinite(rho) ? Number(rho.toFixed(2)) : null
        }),
      ]
    }),
  }
}

function factorTable(runs: readonly Ended[]): Tabular {
  const factors: readonly (readonly [string, (c: ConditioningConfiguration) => string | number])[] = [
    ['activation', (c) => c.activation], ['data set', (c) => CONDITIONING_SETS[c.dataset].title], ['label noise', (c) => c.noise],
    ['class counts', (c) => (c.imbalance === 1 ? 'equal' : `1 : ${c.imbalance}`)], ['width', (c) => c.width], ['initial weights', (c) => `U(±${c.start}/√I)`],
    ['feedback', (c) => c.feedback],
  ]
  const rounded = (x: number): number | null => (Number.isFinite(x) ? Number(x.toPrecision(3)) : null)
  return {
    columns: [
      { name: 'factor' }, { name: 'level' }, { name: 'runs' }, { name: 'κ (geometric mean)', digits: 3 }, { name: 'residual, layers 2 … L', digits: 3 },
      { name: 'GA₁', digits: 3 }, { name: 'probe GA₁', digits: 3 }, { name: 'mean WA', digits: 3 }, { name: 'training error', digits: 3 },
    ],
    rows: factors.flatMap(([name, level]) => [...new Set(runs.map(({ configuration }) => level(configuration)))].sort((a, b) => (a < b ? -1 : 1)).map((value) => {
      const chosen = runs.filter(({ configuration }) => level(configuration) === value)
      return [
        name, String(value), chosen.length, rounded(Math.exp(mean(chosen.map(logKappa)))),
        rounded(mean(chosen.map(({ curves }) => mean(curves.residual.slice(1).map(last))))),
        rounded(mean(chosen.map(({ ga }) => ga))), rounded(mean(chosen.map(({ probeGa }) => probeGa))), rounded(mean(chosen.map(({ wa }) => wa))),
        rounded(mean(chosen.map(({ curves }) => curves.error[curves.error.length - 1]))),
      ]
    })),
  }
}

function summary(
  scale: Scale, made: number, ended: readonly Ended[], primary: readonly Estimate[], controlled: readonly Estimate[], linear: readonly Estimate[],
): string {
  const list = (found: readonly Estimate[]): string => OUTCOMES.map(({ name }, index) => `${name} ${estimateText(found[index])}`).join(', ')
  return `${made} trainings of four-layer networks, of which ${made - ended.length} did not stay finite or ended above their first loss and are left out. ` +
    `Spearman coefficients of ln κ with alignment, tanh and relu, within data set and activation: ${list(primary)}. ` +
    `With the scale of initial weights, the final training loss and the growth of the weights held fixed too: ${list(controlled)}. ` +
    `Linear networks from the same random weights, within data set: ${list(linear)}. ` +
    (scale === 'quick' ? 'At quick scale one small generated set is trained on: the figures show what they will hold, not what is so.' : '')
}

const FINDINGS: Readonly<Record<Scale, readonly string[]>> = {
  quick: [],
  default: [],
  paper: [],
}

/** Issue: does conditioning predict alignment where the theory ends? */
export const conditioningBeyond: Experiment = experiment<BeyondConfiguration, BeyondResult>({
  name: 'refinetti2021/conditioning-beyond',
  title: 'Beyond the paper: conditioning and alignment of non-linear networks',
  source: SOURCE,
  about:
    'In linear networks from zero weights W_l = F_l A_l F_{l−1}ᵀ, and the conditioning of A_l decides alignment. Here A_l is fitted to any network, the best in least squares for ' +
    'W_l − W_l(0), and asked whether it still does. Hypothesis and analysis, fixed before the runs: larger κ(A_l) goes with smaller alignment. κ is taken on the subspace of errors that sum ' +
    'to zero (rank K − 1); a run’s conditioning is the mean of ln κ(A_l) over l = 2 … L at the end of training; outcomes are GA₁, for the samples’ own errors and for isotropic ones, ' +
    'and the mean of WA_2 … WA_L. Test: Spearman’s coefficient over tanh and relu networks within data set and activation, 95 % interval of a bootstrap over configurations (seeds together), ' +
    'all below zero. Every data set, activation and label noise has the same number of configurations; width, initial scale, feedback and class counts (equal, or geometric to 1 : 20, which ' +
    'conditions the targets badly) are dealt at random. Networks of four layers, no biases, cross-entropy, 1000 samples at default scale, trained until noiseless losses are flat. ' +
    'All further coefficients are described, not tested. Rates come from training losses alone. A few pilot runs (seed 100, not used) were seen with their alignment before.',
  data: Object.keys(CONDITIONING_SETS).flatMap((name) => [...FILES[name as keyof typeof CONDITIONING_SETS]]),
  minutes: { quick: 0.05, default: 5, paper: 600 },
  revision: 1,
  plan: (scale, seed) => plannedRuns(scale, seed),
  run,
  judge,
})
