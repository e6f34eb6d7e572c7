// Which trainings are repetitions of each other: those that differ in seeds alone.

import { RULE_ALIASES } from '../training/rule-uses.ts'
import type { RecordedRun } from './read-runs.ts'

/** Options that make repetitions of a training. */
const SEEDS: ReadonlySet<string> = new Set(['seed', 'feedback-seed'])
/** Options that only say how long it was. */
const LENGTH: ReadonlySet<string> = new Set(['epochs'])

/** Repetitions of one training. */
export interface Group {
  /** What tells it from the others: `DFA`, `DFA, rate 0.001`. */
  readonly label: string
  readonly runs: readonly RecordedRun[]
}

/** Trainings by what tells them apart. */
export interface Grouped {
  readonly groups: readonly Group[]
  /** Settings that differ between trainings, seeds and epochs included, in the order of the options. */
  readonly differing: readonly string[]
  /** Settings that all trainings share. */
  readonly shared: Readonly<Record<string, unknown>>
}

/** A setting as it is written. */
export function settingText(value: unknown): string {
  if (value === undefined) return '–'
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join('-')
  return value === '' ? 'none' : String(value)
}

/** `DFA`; what is no rule of this version by its whole name. */
function ruleText(rule: string): string {
  const [alias] = Object.entries(RULE_ALIASES).find(([, name]) => name === rule) ?? []
  return alias === undefined || alias === rule ? rule : alias.toUpperCase()
}

/**
 * Groups in order of appearance. The label has the rule where rules differ, then every other setting that differs and does
 * not follow from the rule: a rate that each rule has for its own says nothing more.
 */
export function groupRuns(runs: readonly RecordedRun[]): Grouped {
  const names = [...new Set(runs.flatMap(({ configuration }) => Object.keys(configuration)))]
  const valueOf = ({ configuration }: RecordedRun, name: string): string => settingText(configuration[name])
  const valuesOf = (name: string, some = runs): number => new Set(some.map((run) => valueOf(run, name))).size
  const differing = names.filter((name) => valuesOf(name) > 1)
  const keys = differing.filter((name) => !SEEDS.has(name) && !LENGTH.has(name))
  const rules = [...new Set(runs.map((run) => valueOf(run, 'rule')))]
  const follows = (name: string): boolean =>
    rules.length > 1 && rules.every((rule) => valuesOf(name, runs.filter((run) => valueOf(run, 'rule') === rule)) === 1)
  const shown = keys.filter((name) => name !== 'rule' && !follows(name))
  const byKey = new Map<string, RecordedRun[]>()
  for (const run of runs) {
    const key = JSON.stringify(keys.map((name) => valueOf(run, name)))
    byKey.set(key, [...byKey.get(key) ?? [], run])
  }
  const groups = [...byKey.values()].map((own): Group => {
    const parts = [...rules.length > 1 || shown.length === 0 ? [ruleText(valueOf(own[0], 'rule'))] : [],
      ...shown.map((name) => `${name} ${valueOf(own[0], name)}`)]
    return { label: parts.join(', '), runs: own }
  })
  const shared = Object.fromEntries(
    names.filter((name) => !differing.includes(name)).map((name) => [name, runs[0].configuration[name]]),
  )
  return { groups, differing, shared }
}
