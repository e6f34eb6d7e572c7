// Recorded trainings beside each other, as one page.

import { programFacts } from '../report/facts.ts'
import { drawn, meanSeries, type NamedTable, spread, tableOf } from '../report/captioned.ts'
import type { Series } from '../report/figure.ts'
import { count } from '../report/format.ts'
import { htmlReport, type ReportFigure, type ReportSection } from '../report/html.ts'
import type { Mark } from '../report/marks.ts'
import type { Cell } from '../report/table.ts'
import { type Group, type Grouped, groupRuns, settingText } from './groups.ts'
import type { RecordedRun } from './read-runs.ts'
import { scalarsOf } from './scalars.ts'

const EPOCHS = { label: 'epoch', whole: true } as const
/** Values whose largest is more than so many times the least have a logarithmic axis, but where 0 is marked. */
const SPAN = 100
const BANDS = 'Lines: mean over the trainings that differ in seeds alone; bands: from the least to the largest.'

type Values = readonly ReadonlyMap<string, number>[]

/** One training's numbers by epoch. */
function byEpoch({ records }: RecordedRun): ReadonlyMap<number, ReadonlyMap<string, number>> {
  return new Map(records.map((record) => [record.epoch, scalarsOf(record)]))
}

/** A curve over the epochs of a group's trainings; undefined where none has the number. */
function curve({ runs }: Group, scalar: string, name: string, color: number): Series | undefined {
  const all = runs.map(byEpoch)
  const epochs = [...new Set(all.flatMap((own) => [...own.keys()]))].sort((a, b) => a - b)
  const known = epochs.filter((epoch) => all.some((own) => own.get(epoch)?.has(scalar)))
  if (known.length === 0) return undefined
  return meanSeries(name, known, all.map((own) => known.map((epoch) => own.get(epoch)?.get(scalar) ?? null)), { color })
}

/** Curves of one number, one per group. */
function curvesBy(groups: readonly Group[], scalar: string): readonly Series[] {
  return groups.flatMap((group, color) => curve(group, scalar, group.label, color) ?? [])
}

function figure(title: string, label: string, series: readonly Series[], caption: string,
  marks: readonly Mark[] = []): readonly ReportFigure[]
{
  // Single points are no curves.
  if (!series.some(({ points }) => points.length > 1)) return []
  const values = series.flatMap(({ points }) => points.map(([, y]) => y)).filter(Number.isFinite)
  const isWide = marks.length === 0 && Math.min(...values) > 0 && Math.max(...values) > SPAN * Math.min(...values)
  return [
    drawn(caption, { title, x: EPOCHS, y: { label, ...(isWide ? { scale: 'log' as const } : {}) }, series, marks }),
  ]
}

/** Measures of the test set in order of appearance, the loss last. */
function measuresOf(runs: readonly RecordedRun[]): readonly string[] {
  const names = new Set(
    runs.flatMap(({ records }) =>
      records.flatMap((record) =>
        Object.entries(record.test).flatMap(([name, value]) => typeof value === 'number' ? [name] : [])
      )
    ),
  )
  return [...[...names].filter((name) => name !== 'loss'), ...[...names].filter((name) => name === 'loss')]
}

/** Hidden layers with an alignment, in forward order: the last layer sees the error itself. */
function hiddenLayers({ runs }: Group): readonly string[] {
  const alignment = runs.flatMap(({ records }) => records).find((record) => record.alignment !== null)?.alignment
  return Object.keys(alignment?.layerGradient ?? {}).slice(0, -1)
}

function alignmentFigures(groups: readonly Group[]): readonly ReportFigure[] {
  const zero = [{ y: 0 }] as const
  const together = figure('Gradient alignment of the hidden layers', 'cosine', curvesBy(groups, 'alignment/hidden'),
    `Cosine of what the rule gives all hidden layers, as one vector, with the exact gradient, mean over samples. ${BANDS}`,
    zero)
  const each = groups.flatMap((group) =>
    figure(`${group.label}, layer by layer`, 'cosine', hiddenLayers(group).flatMap((layer, color) =>
      curve(group, `alignment/gradient/${layer}`, layer, color) ?? []
    ), `${group.label}: cosine of the rule’s errors with the exact ones, per hidden layer, mean over samples. ${BANDS}`,
      zero)
  )
  return [...together, ...each]
}

/** The last record of each training. */
function finals({ runs }: Group): Values {
  return runs.flatMap(({ records }) => (records.length === 0 ? [] : [scalarsOf(records[records.length - 1])]))
}

const epochsOf = ({ records }: RecordedRun): number => (records.length === 0 ? 0 : records[records.length - 1].epoch)

function stateOf({ stopped, isOpen }: RecordedRun): string {
  return stopped !== undefined ? `stopped at ${stopped}` : isOpen ? 'no end recorded' : 'done'
}

function finalsTable(groups: readonly Group[], measures: readonly string[]): NamedTable {
  const scalars = [...measures.map((name) => [`test ${name}`, `${name}/test`] as const),
    ['hidden alignment', 'alignment/hidden'] as const]
  return tableOf('After the last recorded epoch: mean ± standard deviation over trainings', ['trainings of', 'number',
    'epochs', ...scalars.map(([name]) => name), 'stopped'], groups.map((group) => {
      const epochs = [...new Set(group.runs.map(epochsOf))].sort((a, b) => a - b)
      return [group.label, group.runs.length, epochs.join(', '),
        ...scalars.map(([, scalar]) => spread(finals(group).map((values) => values.get(scalar)), 4)),
        group.runs.filter(({ stopped }) => stopped !== undefined).length]
    }))
}

function runsTable(runs: readonly RecordedRun[], measures: readonly string[]): NamedTable {
  return tableOf('Every training', ['training', 'seed', 'epochs', ...measures.map((name) => `test ${name}`), {
    name: 'state',
    flexible: true,
  }], runs.map((run): readonly Cell[] => {
    const last = run.records.length === 0 ? undefined : scalarsOf(run.records[run.records.length - 1])
    return [run.name, settingText(run.configuration['seed']), epochsOf(run),
      ...measures.map((name) => last?.get(`${name}/test`) ?? null), stateOf(run)]
  }))
}

function settingsTable({ groups, differing }: Grouped): NamedTable {
  return tableOf('Settings that differ', ['setting', ...groups.map(({ label }) => label)],
    differing.map((
      name,
    ) => [name,
      ...groups.map(({ runs }) =>
        [...new Set(runs.map(({ configuration }) => settingText(configuration[name])))].join(', ')
      )]
    ))
}

/** `Best test accuracy: BP, 0.9412 in the mean of 3 trainings.` */
function summaryOf(groups: readonly Group[], [measure]: readonly string[]): string {
  if (measure === undefined) return 'Nothing was measured.'
  const means = groups.map((group) => {
    const values = finals(group).flatMap((own) => own.get(`${measure}/test`) ?? [])
    return { group, mean: values.reduce((sum, value) => sum + value, 0) / values.length }
  }).filter(({ mean }) => Number.isFinite(mean))
  if (means.length === 0) return 'Nothing was measured.'
  const sign = measure === 'loss' ? -1 : 1
  const best = means.reduce((a, b) => (sign * b.mean > sign * a.mean ? b : a))
  const { group: { label, runs }, mean } = best
  const of = runs.length > 1 ? ` in the mean of ${runs.length}` : ''
  return `${measure === 'loss' ? 'Least' : 'Highest'} test ${measure} at the end: ${label}, ${mean.toFixed(4)}${of}.`
}

/** The page. Deterministic but for the date. */
export function comparisonPage(runs: readonly RecordedRun[], title?: string): string {
  const grouped = groupRuns(runs)
  const { groups, differing, shared } = grouped
  const measures = measuresOf(runs)
  const test = measures.flatMap((name) =>
    figure(`Test ${name}`, name, curvesBy(groups, `${name}/test`),
      `Test ${name} before the first step and after each epoch. ${BANDS}`)
  )
  const training = ['loss/epoch', ...measures.flatMap((name) => [`${name}/training`, `${name}/validation`])].flatMap(
    (scalar) => {
      const [measure, split] = scalar.split('/')
      const name = split === 'epoch' ? 'Mean loss over the epoch'
        : `${split[0].toUpperCase()}${split.slice(1)} ${measure}`
      return figure(name, measure, curvesBy(groups, scalar), `${name}. ${BANDS}`)
    },
  )
  const alignment = alignmentFigures(groups)
  const stopped = runs.filter((run) => run.stopped !== undefined)
  const rules = [...new Set(runs.map(({ configuration }) => settingText(configuration['rule'])))]
  const data = [...new Set(runs.map(({ configuration }) => settingText(configuration['dataset'])))]
  const sections: readonly ReportSection[] = [{ id: 'finals', heading: 'At the end',
    tables: [finalsTable(groups, measures), runsTable(runs, measures)] },
    ...(differing.length === 0 ? [] : [{ id: 'settings', heading: 'What differs', tables: [settingsTable(grouped)] }]),
    ...(test.length + training.length <= 2 ? []
      : [{ id: 'curves', heading: 'Further curves', figures: [...test.slice(2), ...training] }]),
    ...(alignment.length === 0 ? [] : [{ id: 'alignment', heading: 'Alignment', figures: alignment }])]
  return htmlReport({
    title: title ?? `${rules.length === 1 ? rules[0] : count(rules.length, 'rule')} on ${data.join(', ')}`,
    ...(stopped.length === 0 ? {} : {
      alarm: `${count(stopped.length, 'training')} of ${runs.length} stopped before the end: ${
        stopped.map((run) => `${run.name} at ${run.stopped}`).join('; ')
      }.`,
    }),
    summary: summaryOf(groups, measures),
    lead: test.slice(0, 2),
    facts: [['Trainings', `${runs.length}, in ${count(groups.length, 'group')} that differ in more than seeds`], [
      'Recorded by',
      [...new Set(runs.map(({ version }) => version))].join(', '),
    ], ['Common settings', Object.entries(shared).map(([name, value]) => `${name} ${settingText(value)}`).join('; ')],
      ...programFacts()],
    sections,
  })
}
