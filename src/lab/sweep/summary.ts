// What a sweep came to: a table over seeds, and a figure per axis of numbers.

import { drawn, meanSeries, type NamedTable, overSeeds, spread, tableOf } from '../report/captioned.ts'
import { count } from '../report/format.ts'
import type { ReportFigure } from '../report/html.ts'
import type { Cell, Column } from '../report/table.ts'
import type { Judgment, Run } from '../reproduce/experiment.ts'
import { keyOf } from '../reproduce/records.ts'
import { mean } from '../statistics.ts'
import { type Axis, combinations, type Value } from './axes.ts'
import { type Sweep, textOf } from './sweep-file.ts'
import type { TrainingResult, TrainingRun } from './trainings.ts'

type Training = Run<TrainingRun, TrainingResult>

/** Runs that differ in their seed alone. */
interface Row {
  readonly values: readonly (readonly [option: string, value: Value])[]
  readonly runs: readonly Training[]
}

/** More curves than this cannot be told apart. */
const MOST_CURVES = 8

const isSeed = ({ options }: Axis): boolean => options.join() === 'seed'
const lastOf = ({ result: { epochs } }: Training) => epochs.at(-1)
const hasEnded = ({ result: { ending } }: Training): boolean => ending.record === 'end'

/** Accuracy after the last epoch in %, null for a training that was stopped. */
function accuracy(run: Training, split: 'test' | 'validation'): number | null {
  const score = hasEnded(run) ? lastOf(run)?.[split] : null
  return score === null || score === undefined ? null : 100 * score.accuracy
}

/** The table and figures of finished runs, in the order of the sweep. Nothing is claimed. */
export function summary({ axes, runs: planned }: Sweep, runs: readonly Training[]): Judgment {
  const known = new Map(runs.map((run) => [keyOf(run.configuration), run]))
  const others = axes.filter((axis) => !isSeed(axis))
  const seeds = axes.find(isSeed)?.points.length ?? 1
  // Seeds are innermost: neighbors in the list.
  const rows = combinations(others).map((values, index): Row => ({ values,
    runs: planned.slice(index * seeds, (index + 1) * seeds).flatMap((one) => known.get(keyOf(one)) ?? []) })
  )
  const hasValidation = runs.some((run) => accuracy(run, 'validation') !== null)
  return { claims: [], figures: figuresOf(others, rows, hasValidation ? 'validation' : 'test', seeds),
    tables: [tableOfRows(others, rows, hasValidation, seeds)], findings: findingsOf(rows, hasValidation) }
}

function tableOfRows(axes: readonly Axis[], rows: readonly Row[], hasValidation: boolean, seeds: number): NamedTable {
  const columns: (string | Column)[] = [...axes.flatMap(({ options }) => options),
    ...(hasValidation ? [{ name: 'validation accuracy', unit: '%', align: 'right' as const }] : []), {
    name: 'test accuracy',
    unit: '%',
    align: 'right',
  }, { name: 'test loss', align: 'right' }, { name: 'stopped', align: 'right' }, { name: 'time of a run', unit: 's',
    align: 'right' }]
  return tableOf(
    seeds > 1
      ? `After the last epoch: mean ± standard deviation over ${count(seeds, 'seed')}, stopped trainings left out`
      : 'After the last epoch',
    columns,
    rows.map((
      { values, runs },
    ): Cell[] => [...values.map(([, value]) => textOf(value)),
      ...(hasValidation ? [spread(runs.map((run) => accuracy(run, 'validation')), 2)] : []),
      spread(runs.map((run) => accuracy(run, 'test')), 2),
      spread(runs.map((run) => hasEnded(run) ? lastOf(run)?.test.loss : null), 4),
      String(runs.filter((run) => !hasEnded(run)).length), spread(runs.map(({ seconds }) => seconds), 1)]
    ),
  )
}

/** Accuracy over every axis of numbers, a curve for each combination of the others. */
function figuresOf(axes: readonly Axis[], rows: readonly Row[], split: 'validation' | 'test',
  seeds: number): readonly ReportFigure[]
{
  return axes.flatMap(({ options, points }, which) => {
    const x = points.map(([value]) => value)
    if (options.length !== 1 || x.length < 2 || !x.every((value) => typeof value === 'number')) return []
    const [option] = options
    const curves = new Map<string, Row[]>()
    for (const row of rows) {
      const rest = row.values.filter(([name]) => name !== option).map(([name, value]) =>
        typeof value === 'string' ? value : `${name} ${textOf(value)}`
      )
      const name = rest.length === 0 ? 'all' : rest.join(', ')
      curves.set(name, [...(curves.get(name) ?? []), row])
    }
    if (curves.size > MOST_CURVES) return []
    const numbers = x as readonly number[]
    const order = numbers.map((_, index) => index).sort((a, b) => numbers[a] - numbers[b])
    const isLog = Math.min(...numbers) > 0 && Math.max(...numbers) >= 8 * Math.min(...numbers)
    const series = [...curves].map(([name, own]) =>
      meanSeries(name, order.map((index) => numbers[index]), Array.from({ length: seeds }, (_, seed) =>
        order.map((index) => {
          const run = own[index]?.runs[seed] as Training | undefined
          return run === undefined ? null : accuracy(run, split)
        })))
    )
    return [
      drawn(`Accuracy after the last epoch over ${option}, ${overSeeds(seeds)}; stopped trainings are left out.`, {
        title: `${split === 'test' ? 'Test' : 'Validation'} accuracy over ${option}`,
        x: { label: option, ...(isLog ? { scale: 'log' as const } : {}) },
        y: { label: `${split} accuracy (%)` },
        series,
        description: `Axis ${which + 1} of the sweep.`,
      }),
    ]
  })
}

/** Who is best by validation; nothing is chosen by test data. */
function findingsOf(rows: readonly Row[], hasValidation: boolean): readonly string[] {
  if (!hasValidation) return []
  const scored = rows.flatMap((row) => {
    const values = row.runs.flatMap((run) => accuracy(run, 'validation') ?? [])
    return values.length < row.runs.length || values.length === 0 ? [] : [{ row, value: mean(values) }]
  })
  const best = scored.reduce<typeof scored[number] | undefined>(
    (most, one) => most === undefined || one.value > most.value ? one : most,
    undefined,
  )
  if (best === undefined) return []
  const which = best.row.values.map(([option, value]) => `${option} ${textOf(value)}`).join(', ')
  const test = spread(best.row.runs.map((run) => accuracy(run, 'test')), 2)
  return [`Highest mean validation accuracy: ${which}; its test accuracy is ${test} %.`]
}
