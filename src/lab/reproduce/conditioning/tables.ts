// Correlations by what is held fixed, by predictor, by layer and by data set, and means by factor.

import type { Judgment } from '../experiment.ts'
import type { Table } from '../../report/table.ts'
import { CONDITIONING_SETS } from './data.ts'
import { cellOf, type Control, CONTROLS, correlations, type Ended, estimateText, growthOf, last, lossOf, mean, OUTCOMES,
  pairings, residualOf } from './ended-runs.ts'
import { correlation, type Estimate, estimate } from './correlation.ts'
import type { ConditioningConfiguration } from './training.ts'

const HEADINGS = OUTCOMES.map(({ name }) => ({ name }))

/** All tables. */
export function conditioningTables(ended: readonly Ended[], draws: number): NonNullable<Judgment['tables']> {
  const nonLinear = ended.filter(({ configuration }) => configuration.activation !== 'linear')
  return [{
    caption: 'Correlation of conditioning (mean ln κ(A₂ … A₄)) with alignment at the end of training, 95 % '
      + 'intervals of a bootstrap over configurations',
    table: controlTable(ended, nonLinear, draws),
  }, { caption: 'What else goes with alignment (tanh and relu, Spearman)', table: predictorTable(nonLinear, draws) }, {
    caption: 'Layer by layer (tanh and relu, Spearman within data set and activation)',
    table: layerTable(nonLinear, draws),
  }, {
    caption: 'Spearman coefficients of mean ln κ within each data set and activation, all that the figure mixes',
    table: cellTable(ended),
  }, {
    caption: 'Means at the end of training by level of each factor (tanh and relu): what moves conditioning, and '
      + 'what moves alignment',
    table: factorTable(nonLinear),
  }]
}

function controlTable(ended: readonly Ended[], nonLinear: readonly Ended[], draws: number): Table {
  const of = (name: string): readonly Ended[] => ended.filter(({ configuration }) => configuration.activation === name)
  const { none, cell, start } = CONTROLS
  const spearman = (runs: readonly Ended[], control: Control): readonly Estimate[] => correlations(runs, control, draws)
  const rows: readonly (readonly [string, string, string, readonly Estimate[]])[] = [
    ...Object.values(CONTROLS).map((
      control,
    ): [string, string, string, readonly Estimate[]] => ['tanh, relu', control.name, 'Spearman',
      spearman(nonLinear, control)]
    ),
    ['tanh, relu', none.name, 'Pearson, ln κ', correlations(nonLinear, none, draws, 'value')],
    ['tanh, relu', cell.name, 'Pearson, ln κ', correlations(nonLinear, cell, draws, 'value')],
    ['tanh, relu; early κ', cell.name, 'Spearman', correlations(nonLinear, cell, draws, 'rank', earlyLogKappa)],
    ['tanh', cell.name, 'Spearman', spearman(of('tanh'), cell)],
    ['relu', cell.name, 'Spearman', spearman(of('relu'), cell)],
    ['linear', none.name, 'Spearman', spearman(of('linear'), none)],
    ['linear', cell.name, 'Spearman', spearman(of('linear'), cell)],
    ['linear', start.name, 'Spearman', spearman(of('linear'), start)],
  ]
  return {
    columns: [{ name: 'networks' }, { name: 'held fixed', flexible: true }, { name: 'coefficient' }, { name: 'runs' },
      ...HEADINGS],
    rows: rows.map((
      [networks, control, kind, found],
    ) => [networks, control, kind, found[0].count, ...found.map(estimateText)]),
  }
}

/** Mean ln κ at the record nearest, in ratio, to a tenth of the training. */
function earlyLogKappa({ curves: { steps, kappa } }: Ended): number {
  const distance = (step: number): number => Math.abs(Math.log(10 * step / steps[steps.length - 1]))
  const at = steps.reduce((best, step, index) => (distance(step) < distance(steps[best]) ? index : best), 0)
  return mean(kappa.map((values) => Math.log(values[at] ?? NaN)))
}

const strong = ({ curves }: Ended): number => mean(curves.strong.map(last))
const fittedGa = ({ curves }: Ended): number => last(curves.fittedGa[0])

/** What a run has beside its conditioning, and what is held fixed. */
const PREDICTORS: readonly (readonly [string, (run: Ended) => number, Control])[] = [[
  'residual, mean over layers 2 … L',
  residualOf,
  CONTROLS.cell,
], ['residual, mean over layers 2 … L', residualOf, CONTROLS.design], ['growth ‖ΔW‖/‖W(0)‖, mean over layers', growthOf,
  CONTROLS.cell], ['GA₁ that the fitted A₂ … A₄ alone would give', fittedGa, CONTROLS.cell], [
  'tr A/(√n_L ‖A‖), mean over layers',
  strong,
  CONTROLS.cell,
], ['final training loss', lossOf, CONTROLS.cell]]

function predictorTable(runs: readonly Ended[], draws: number): Table {
  return {
    columns: [{ name: 'predictor', flexible: true }, { name: 'held fixed', flexible: true }, { name: 'runs' },
      ...HEADINGS],
    rows: PREDICTORS.map(([name, x, control]) => {
      const found = correlations(runs, control, draws, 'rank', x)
      return [name, control.name, found[0].count, ...found.map(estimateText)]
    }),
  }
}

function layerTable(runs: readonly Ended[], draws: number): Table {
  const depth = (runs[0]?.configuration.hidden ?? 3) + 1
  const kappaOf = (l: number) => ({ curves }: Ended): number => Math.log(last(curves.kappa[l - 2]))
  const above = (l: number) => (one: Ended): number =>
    mean(Array.from({ length: depth - l }, (_, k) => kappaOf(l + 1 + k)(one)))
  type Quantity = (run: Ended) => number
  const layer = (name: string, x: Quantity, y: Quantity): readonly [string, number, string] => {
    const defined = runs.filter((one) => Number.isFinite(x(one)) && Number.isFinite(y(one)))
    return [name, defined.length, estimateText(estimate(pairings(defined, x, y, CONTROLS.cell), 'rank', draws))]
  }
  const ga = (l: number) => ({ curves }: Ended): number => last(curves.ga[l - 1])
  const wa = (l: number) => ({ curves }: Ended): number => last(curves.wa[l - 2])
  const layers = Array.from({ length: depth - 1 }, (_, k) => k + 1)
  return {
    columns: [{ name: 'pair' }, { name: 'runs' }, { name: 'coefficient' }],
    rows: [...layers.map((l) =>
      layer(`GA_${l} against κ(A_${l + 1}${l + 1 < depth ? ` … A_${depth}` : ''})`, above(l), ga(l))
    ), ...layers.map((l) =>
      layer(`WA_${l + 1} against κ(A_${l + 1})`, kappaOf(l + 1), wa(l + 1))
    ), ...layers.map((l) =>
      layer(`WA_${l + 1} against tr A_${l + 1}/(√n_L ‖A_${l + 1}‖)`, ({ curves }) => last(curves.strong[l - 1]),
        wa(l + 1))
    ), layer('tr A/(√n_L ‖A‖) against κ(A), means over layers', ({ logKappa }) =>
      logKappa, strong), layer('GA_1 of the fitted A alone against κ(A), mean over layers', ({ logKappa }) =>
        logKappa, fittedGa), ...layers.map((l) =>
        layer(`GA_${l} against the residual of ΔW_${l + 1}`, ({ curves }) =>
          last(curves.residual[l]), ga(l))
      )],
  }
}

function cellTable(ended: readonly Ended[]): Table {
  return {
    columns: [{ name: 'data set' }, { name: 'activation' }, { name: 'runs' }, { name: 'κ, median', digits: 3 }, {
      name: '5 … 95 %',
    }, ...HEADINGS.map((heading) => ({ ...heading, digits: 2 }))],
    rows: [...new Set(ended.map(cellOf))].map((name) => {
      const runs = ended.filter((one) => cellOf(one) === name)
      const { dataset, activation } = runs[0].configuration
      const sorted = runs.map(({ logKappa }) => Math.exp(logKappa)).sort((a, b) => a - b)
      const quantile = (q: number): number => sorted[Math.round(q * (sorted.length - 1))]
      return [CONDITIONING_SETS[dataset].title, activation, runs.length, rounded(quantile(0.5)),
        `${quantile(0.05).toFixed(1)} … ${quantile(0.95).toFixed(1)}`, ...OUTCOMES.map(({ value }) => {
          const rho = correlation(pairings(runs, ({ logKappa }) => logKappa, value, CONTROLS.none), 'rank')
          return Number.isFinite(rho) ? Number(rho.toFixed(2)) : null
        })]
    }),
  }
}

const FACTORS: readonly (readonly [string, (c: ConditioningConfiguration) => string | number])[] = [['activation',
  (c) => c.activation], ['data set', (c) => CONDITIONING_SETS[c.dataset].title], ['label noise', (c) => c.noise], [
  'class counts',
  (c) => (c.imbalance === 1 ? 'equal' : `1 : ${c.imbalance}`),
], ['width', (c) => c.width], ['initial weights', (c) => `U(±${c.start}/√I)`], ['feedback', (c) => c.feedback]]

function factorTable(runs: readonly Ended[]): Table {
  return {
    columns: [{ name: 'factor' }, { name: 'level' }, { name: 'runs' },
      ...['κ (geometric mean)', 'residual', 'GA₁', 'probe GA₁', 'mean WA', 'training error'].map((name) => ({
        name,
        digits: 3,
      }))],
    rows: FACTORS.flatMap(([name, level]) =>
      levelsOf(runs, level).map((value) => {
        const chosen = runs.filter(({ configuration }) => level(configuration) === value)
        const average = (quantity: (run: Ended) => number): number | null => rounded(mean(chosen.map(quantity)))
        return [name, String(value), chosen.length, rounded(Math.exp(mean(chosen.map(({ logKappa }) => logKappa)))),
          average(residualOf), average(({ ga }) => ga), average(({ probeGa }) => probeGa), average(({ wa }) => wa),
          average(({ curves }) => curves.error[curves.error.length - 1])]
      })
    ),
  }
}

/** All levels of a factor, ascending. */
function levelsOf(
  runs: readonly Ended[],
  level: (c: ConditioningConfiguration) => string | number,
): readonly (string | number)[] {
  return [...new Set(runs.map(({ configuration }) => level(configuration)))].sort((a, b) => (a < b ? -1 : 1))
}

function rounded(x: number): number | null {
  return Number.isFinite(x) ? Number(x.toPrecision(3)) : null
}
