// What analysis sees of a training: its end, and what else it is compared within.

import type { Measured } from '../../../dfa/index.ts'
import { last, mean, type Run, typeset } from '../index.ts'
import type { ExactResult } from './exact-control.ts'
import type { BeyondConfiguration } from './plan.ts'
import { type CorrelationKind, type Estimate, estimate, type Pairing } from './correlation.ts'
import type { ConditioningConfiguration, ConditioningCurves } from './training.ts'

/** Curves, or the reason why there are none. */
export type BeyondResult = ExactResult | ConditioningCurves | { readonly stopped: string }
export type BeyondRun = Run<BeyondConfiguration, BeyondResult>

/** One training at its end. */
export interface Ended {
  readonly configuration: ConditioningConfiguration
  readonly curves: ConditioningCurves
  /** Mean over l = 2 … L of ln κ(A_l). */
  readonly logKappa: number
  readonly ga: number
  readonly probeGa: number
  /** Mean over l = 2 … L of WA_l. */
  readonly wa: number
}

/** The value at the end; NaN where nothing was measured. */
export function atEnd(values: readonly Measured[]): number {
  return last(values) ?? NaN
}

/** Mean over layers of the values at the end. */
const meanAtEnd = (lists: readonly (readonly Measured[])[]): number => mean(lists.map(atEnd))
const meanLogAtEnd = (lists: readonly (readonly Measured[])[]): number =>
  mean(lists.map((values) => Math.log(atEnd(values))))

/** Runs that learnt: those that did not stay finite, or end above the loss they began with, have no end of training. */
export function endedRuns(runs: readonly BeyondRun[]): readonly Ended[] {
  return runs.flatMap(({ configuration, result }): readonly Ended[] => {
    if (configuration.kind !== 'training' || !('kappa' in result)) return []
    const ended = { configuration, curves: result, logKappa: meanLogAtEnd(result.kappa), ga: atEnd(result.ga[0]),
      probeGa: atEnd(result.probeGa[0]), wa: meanAtEnd(result.wa) }
    const finite = [ended.logKappa, ended.ga, ended.probeGa, ended.wa].every(Number.isFinite)
    return finite && last(result.loss) < result.loss[0] ? [ended] : []
  })
}

/** Data set and activation. */
export function cellOf({ configuration: c }: Ended): string {
  return `${c.dataset}/${c.activation}`
}

/** Mean over layers of ln(‖ΔW_l‖/‖W_l(0)‖). */
export const growthOf = ({ curves }: Ended): number => meanLogAtEnd(curves.growth)
/** Mean over layers 2 … L of ‖ΔW_l − fit‖/‖ΔW_l‖. */
export const residualOf = ({ curves }: Ended): number => meanAtEnd(curves.residual.slice(1))
/** Mean over layers of tr A_l/(√n_L ‖A_l‖). */
export const strongOf = ({ curves }: Ended): number => meanAtEnd(curves.strong)
/** ln of the final training loss. */
export const lossOf = ({ curves }: Ended): number => Math.log(last(curves.loss))

/** What is compared within: the more, the fewer explanations are left, and the fewer runs. */
export interface Control {
  readonly name: string
  readonly stratum: (run: Ended) => string
  readonly covariates?: (run: Ended) => readonly number[]
}

const startOf = (run: Ended): string => `${cellOf(run)}/${run.configuration.start}`

export const CONTROLS = {
  none: { name: 'nothing', stratum: () => '' },
  cell: { name: 'data set, activation', stratum: cellOf },
  noise: { name: 'data set, activation, noise', stratum: (run) => `${cellOf(run)}/${run.configuration.noise}` },
  start: { name: 'data set, activation, start', stratum: startOf },
  trained: { name: 'data set, activation, start; training loss, growth of weights', stratum: startOf,
    covariates: (run) => [lossOf(run), growthOf(run)] },
  design: { name: 'data set, activation, start; noise, width, feedback, class counts', stratum: startOf,
    covariates: ({ configuration: c }) => [c.noise, c.width, c.feedback === 'uniform' ? 1 : 0, c.imbalance] },
  residual: { name: 'data set, activation; residual', stratum: cellOf, covariates: (run) => [residualOf(run)] },
} satisfies Record<string, Control>

/** Measures of alignment at the end. */
export const OUTCOMES: readonly { readonly id: string; readonly name: string; readonly title: string;
  readonly value: (run: Ended) => number }[] = [{ id: 'ga', name: 'GA₁', title: 'GA₁, the samples’ own errors',
    value: ({ ga }) => ga }, { id: 'probe', name: 'probe GA₁', title: 'GA₁, isotropic errors',
    value: ({ probeGa }) => probeGa }, { id: 'wa', name: 'mean WA', title: 'Mean of WA_l', value: ({ wa }) => wa }]

/** The runs of some activations. */
export function ofActivation(runs: readonly Ended[], ...activations: readonly string[]): readonly Ended[] {
  return runs.filter(({ configuration }) => activations.includes(configuration.activation))
}

/**
 * Runs as the correlations take them: seeds of one configuration together, configurations within data set and
 * activation.
 */
export function pairings(runs: readonly Ended[], x: (run: Ended) => number, y: (run: Ended) => number,
  control: Control): readonly Pairing[]
{
  return runs.map((one) => {
    const { seed: _, ...setting } = one.configuration
    return { x: x(one), y: y(one), stratum: control.stratum(one), covariates: control.covariates?.(one) ?? [],
      cluster: JSON.stringify(setting), block: cellOf(one) }
  })
}

/** Correlations of `x`, ln κ unless given, with every outcome, over the runs where it is defined. */
export function correlations(runs: readonly Ended[], control: Control, draws: number, kind: CorrelationKind = 'rank',
  x: (run: Ended) => number = ({ logKappa }) => logKappa): readonly Estimate[]
{
  const defined = runs.filter((one) => Number.isFinite(x(one)))
  return OUTCOMES.map(({ value }) => estimate(pairings(defined, x, value, control), kind, draws))
}

/** `−0.42 [−0.60, −0.21]`; without what is not defined for so few runs, – where all of it. */
export function estimateText({ value, low, high }: Estimate): string {
  if (!Number.isFinite(value)) return '–'
  return Number.isFinite(low + high) ? `${signed(value)} [${signed(low)}, ${signed(high)}]` : signed(value)
}

function signed(x: number): string {
  const text = typeset(x.toFixed(2))
  return x > 0 && text !== '0.00' ? `+${text}` : text
}
