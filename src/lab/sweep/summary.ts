// What a sweep came to: a table over seeds, and a figure per axis of numbers.

import { drawn, meanSeries, type NamedTable, overSeeds, spread, tableOf } from '../report/captioned.ts'
import { count } from '../report/format.ts'
import type { ReportFigure } from '../report/html.ts'
import type { Cell, Column } from '../report/table.ts'
import type { Judgment, Run } from '../reproduce/experiment.ts'
import { keyOf } from '../reproduce/records.ts'
import { mean } from '../statistics.ts'
import { taskOf } from '../training/tasks.ts'
import { isBetter, lossMeasure } from '../training/tasks/measures.ts'
import type { Measure } from '../training/tasks/task.ts'
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

/** What all trainings are judged by: the first measure of their tasks, or the loss where these have different ones. */
function measureOf(runs: readonly TrainingRun[]): Measure {
  const measures = runs.map(({ training }) => taskOf(training).measures[0])
  return measures.every(({ name }) => name === measures[0].name) ? measures[0] : lossMeasure()
}

/** Its value after the last epoch in its unit, null for a training that was stopped. */
function reached(run: Training, split: 'test' | 'validation', { name, inUnit }: Measure): number | null {
  const score = hasEnded(run) ? lastOf(run)?.[split] : null
  return score === null || score === undefined ? null : inUnit(score[name])
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
  const measure = measureOf(planned)
  const hasValidation = runs.some((run) => reached(run, 'validation', measure) !== null)
  return { claims: [], figures: figuresOf(others, rows, measure, hasValidation ? 'validation' : 'test', seeds),
    tables: [tableOfRows(others, rows, measure, hasValidation, seeds)],
    findings: findingsOf(rows, measure, hasValidation) }
}

function tableOfRows(axes: readonly Axis[], rows: readonly Row[], measure: Measure, hasValidation: boolean,
  seeds: number): NamedTable
{
  const title = measure.word
  const column = (split: string): Column => ({ name: `${split} ${title}`, align: 'right',
    ...(measure.unit === undefined ? {} : { unit: measure.unit }) })
  const columns: (string | Column)[] = [...axes.flatMap(({ options }) => options),
    ...(hasValidation ? [column('validation')] : []), column('test'), { name: 'test loss', align: 'right' }, {
    name: 'stopped',
    align: 'right',
  }, { name: 'time of a run', unit: 's', align: 'right' }]
  return tableOf(
    seeds > 1
      ? `After the last epoch: mean ± standard deviation over ${count(seeds, 'seed')}, stopped trainings left out`
      : 'After the last epoch',
    columns,
    rows.map((
      { values, runs },
    ): Cell[] => [...values.map(([, value]) => textOf(value)),
      ...(hasValidation ? [spread(runs.map((run) => reached(run, 'validation', measure)), 2)] : []),
      spread(runs.map((run) => reached(run, 'test', measure)), 2),
      spread(runs.map((run) => hasEnded(run) ? lastOf(run)?.test.loss : null), 4),
      String(runs.filter((run) => !hasEnded(run)).length), spread(runs.map(({ seconds }) => seconds), 1)]
    ),
  )
}

/** What was reached over every axis of numbers, a curve for each combination of the others. */
function figuresOf(axes: readonly Axis[], rows: readonly Row[], measure: Measure, split: 'validation' | 'test',
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
          return run === undefined ? null : reached(run, split, measure)
        })))
    )
    return [
      drawn(
        `${measure.title} after the last epoch over ${option}, ${overSeeds(seeds)}; stopped trainings are left out.`,
        {
          title: `${split === 'test' ? 'Test' : 'Validation'} ${measure.word} over ${option}`,
          x: { label: option, ...(isLog ? { scale: 'log' as const } : {}) },
          y: {
            label: `${split} ${measure.word}${measure.unit === undefined ? '' : ` (${measure.unit})`}`,
          },
          series,
          description: `Axis ${which + 1} of the sweep.`,
        },
      ),
    ]
  })
}

/** Who is best by validation; nothing is chosen by test data. */
function findingsOf(rows: readonly Row[], measure: Measure, hasValidation: boolean): readonly string[] {
  if (!hasValidation) return []
  const scored = rows.flatMap((row) => {
    const values = row.runs.flatMap((run) => reached(run, 'validation', measure) ?? [])
    return values.length < row.runs.length || values.length === 0 ? [] : [{ row, value: mean(values) }]
  })
  const best = scored.reduce<typeof scored[number] | undefined>(
    (most, one) => most === undefined || isBetter(measure, one.value, most.value) ? one : most,
    undefined,
  )
  if (best === undefined) return []
  const which = best.row.values.map(([option, value]) => `${option} ${textOf(value)}`).join(', ')
  const test = spread(best.row.runs.map((run) => reached(run, 'test', measure)), 2)
  const title = measure.word
  const unit = measure.unit === undefined ? '' : ` ${measure.unit}`
  const extreme = { highest: 'Highest', lowest: 'Lowest' }[measure.best]
  return [`${extreme} mean validation ${title}: ${which}; its test ${title} is ${test}${unit}.`]
}
