// Correlations by what is held fixed, by predictor, by layer and by data set, and means by factor.

import { type Judgment, last, mean, type NamedTable, quantile, rounded, tableOf } from '../index.ts'
import { correlation, type Estimate, estimate } from './correlation.ts'
import { CONDITIONING_SETS } from './data.ts'
import { atEnd, cellOf, type Control, CONTROLS, correlations, type Ended, estimateText, growthOf, lossOf, ofActivation,
  OUTCOMES, pairings, residualOf, strongOf } from './ended-runs.ts'
import type { ConditioningConfiguration } from './training.ts'

const HEADINGS = OUTCOMES.map(({ name }) => ({ name }))

/** All tables. */
export function conditioningTables(ended: readonly Ended[], draws: number): NonNullable<Judgment['tables']> {
  const nonLinear = ofActivation(ended, 'tanh', 'relu')
  return [controlTable(ended, nonLinear, draws), predictorTable(nonLinear, draws), layerTable(nonLinear, draws),
    cellTable(ended), factorTable(nonLinear)]
}

function controlTable(ended: readonly Ended[], nonLinear: readonly Ended[], draws: number): NamedTable {
  const { none, cell, start } = CONTROLS
  type Row = readonly [networks: string, control: Control, kind: string, found: readonly Estimate[]]
  const spearman = (networks: string, runs: readonly Ended[],
    control: Control): Row => [networks, control, 'Spearman', correlations(runs, control, draws)]
  const pearson = (
    control: Control,
  ): Row => ['tanh, relu', control, 'Pearson, ln κ', correlations(nonLinear, control, draws, 'value')]
  const single = (activation: string, control: Control): Row =>
    spearman(activation, ofActivation(ended, activation), control)
  const rows: readonly Row[] = [...Object.values(CONTROLS).map((control) => spearman('tanh, relu', nonLinear, control)),
    pearson(none), pearson(cell), ['tanh, relu; early κ', cell, 'Spearman',
    correlations(nonLinear, cell, draws, 'rank', earlyLogKappa)], single('tanh', cell), single('relu', cell),
    single('linear', none), single('linear', cell), single('linear', start)]
  return tableOf(
    'Correlation of conditioning (mean ln κ(A_l), l = 2 … L) with alignment at the end of training, 95 % intervals of a '
      + 'bootstrap over configurations',
    ['networks', { name: 'held fixed', flexible: true }, 'coefficient', 'runs', ...HEADINGS],
    rows.map(([networks, { name }, kind, found]) => [networks, name, kind, found[0].count, ...found.map(estimateText)]),
  )
}

/** Mean ln κ at the record nearest, in ratio, to a tenth of the training. */
function earlyLogKappa({ curves: { steps, kappa } }: Ended): number {
  const distance = (step: number): number => Math.abs(Math.log(10 * step / last(steps)))
  const at = steps.reduce((best, step, index) => (distance(step) < distance(steps[best]) ? index : best), 0)
  return mean(kappa.map((values) => Math.log(values[at] ?? NaN)))
}

const fittedGa = ({ curves }: Ended): number => atEnd(curves.fittedGa[0])

function predictorTable(runs: readonly Ended[], draws: number): NamedTable {
  const { cell, design } = CONTROLS
  // What a run has beside its conditioning, and what is held fixed.
  const predictors: readonly (readonly [string, (run: Ended) => number, Control])[] = [[
    'residual, mean over layers 2 … L',
    residualOf,
    cell,
  ], ['residual, mean over layers 2 … L', residualOf, design], ['growth ‖ΔW‖/‖W(0)‖, mean over layers', growthOf, cell],
    ['GA₁ that the fitted A₂ … A₄ alone would give', fittedGa, cell], ['tr A/(√n_L ‖A‖), mean over layers', strongOf,
    cell], ['final training loss', lossOf, cell]]
  return tableOf('What else goes with alignment (tanh and relu, Spearman)', [{ name: 'predictor', flexible: true }, {
    name: 'held fixed',
    flexible: true,
  }, 'runs', ...HEADINGS], predictors.map(([name, x, control]) => {
    const found = correlations(runs, control, draws, 'rank', x)
    return [name, control.name, found[0].count, ...found.map(estimateText)]
  }))
}

function layerTable(runs: readonly Ended[], draws: number): NamedTable {
  const depth = (runs[0]?.configuration.hidden ?? 3) + 1
  const layers = Array.from({ length: depth - 1 }, (_, k) => k + 1)
  type Quantity = (run: Ended) => number
  const kappaOf = (l: number): Quantity => ({ curves }) => Math.log(atEnd(curves.kappa[l - 2]))
  const above = (l: number): Quantity => (one) => mean(layers.slice(l - 1).map((k) => kappaOf(k + 1)(one)))
  const ga = (l: number): Quantity => ({ curves }) => atEnd(curves.ga[l - 1])
  const wa = (l: number): Quantity => ({ curves }) => atEnd(curves.wa[l - 2])
  const row = (name: string, x: Quantity, y: Quantity): readonly [string, number, string] => {
    const defined = runs.filter((one) => Number.isFinite(x(one)) && Number.isFinite(y(one)))
    return [name, defined.length, estimateText(estimate(pairings(defined, x, y, CONTROLS.cell), 'rank', draws))]
  }
  return tableOf('Layer by layer (tanh and relu, Spearman within data set and activation)', ['pair', 'runs',
    'coefficient'], [
    ...layers.map((l) => row(`GA_${l} against κ(A_${l + 1}${l + 1 < depth ? ` … A_${depth}` : ''})`, above(l), ga(l))),
    ...layers.map((l) => row(`WA_${l + 1} against κ(A_${l + 1})`, kappaOf(l + 1), wa(l + 1))),
    ...layers.map((l) =>
      row(`WA_${l + 1} against tr A_${l + 1}/(√n_L ‖A_${l + 1}‖)`, ({ curves }) => atEnd(curves.strong[l - 1]),
        wa(l + 1))
    ),
    row('tr A/(√n_L ‖A‖) against κ(A), means over layers', ({ logKappa }) => logKappa, strongOf),
    row('GA_1 of the fitted A alone against κ(A), mean over layers', ({ logKappa }) => logKappa, fittedGa),
    ...layers.map((l) =>
      row(`GA_${l} against the residual of ΔW_${l + 1}`, ({ curves }) => atEnd(curves.residual[l]), ga(l))
    ),
  ])
}

function cellTable(ended: readonly Ended[]): NamedTable {
  return tableOf('Spearman coefficients of mean ln κ within each data set and activation, all that the figure mixes', [
    'data set',
    'activation',
    'runs',
    { name: 'κ, median', digits: 3 },
    '5 … 95 %',
    ...HEADINGS.map((heading) => ({ ...heading, digits: 2 })),
  ], [...new Set(ended.map(cellOf))].map((name) => {
    const runs = ended.filter((one) => cellOf(one) === name)
    const { dataset, activation } = runs[0].configuration
    const kappa = runs.map(({ logKappa }) => Math.exp(logKappa))
    return [CONDITIONING_SETS[dataset].title, activation, runs.length, rounded(quantile(kappa, 0.5), 3),
      `${quantile(kappa, 0.05).toFixed(1)} … ${quantile(kappa, 0.95).toFixed(1)}`, ...OUTCOMES.map(({ value }) => {
        const rho = correlation(pairings(runs, ({ logKappa }) => logKappa, value, CONTROLS.none), 'rank')
        return Number.isFinite(rho) ? Number(rho.toFixed(2)) : null
      })]
  }))
}

const FACTORS: readonly (readonly [string, (c: ConditioningConfiguration) => string | number])[] = [['activation',
  (c) => c.activation], ['data set', (c) => CONDITIONING_SETS[c.dataset].title], ['label noise', (c) => c.noise], [
  'class counts',
  (c) => (c.imbalance === 1 ? 'equal' : `1 : ${c.imbalance}`),
], ['width', (c) => c.width], ['initial weights', (c) => `U(±${c.start}/√I)`], ['feedback', (c) => c.feedback]]

function factorTable(runs: readonly Ended[]): NamedTable {
  return tableOf(
    'Means at the end of training by level of each factor (tanh and relu): what moves conditioning, and what moves '
      + 'alignment',
    ['factor', 'level', 'runs',
      ...['κ (geometric mean)', 'residual', 'GA₁', 'probe GA₁', 'mean WA', 'training error'].map((name) => ({ name,
        digits: 3 })
      )],
    FACTORS.flatMap(([name, level]) =>
      [...new Set(runs.map(({ configuration }) => level(configuration)))].sort((a, b) => (a < b ? -1 : 1)).map(
        (value) => {
          const chosen = runs.filter(({ configuration }) => level(configuration) === value)
          const average = (quantity: (run: Ended) => number): number | null => rounded(mean(chosen.map(quantity)), 3)
          return [name, String(value), chosen.length,
            rounded(Math.exp(mean(chosen.map(({ logKappa }) => logKappa))), 3), average(residualOf),
            average(({ ga }) => ga), average(({ probeGa }) => probeGa), average(({ wa }) => wa), average(({ curves }) =>
              last(curves.error)
            )]
        },
      )
    ),
  )
}
