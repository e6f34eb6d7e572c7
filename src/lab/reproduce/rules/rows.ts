// What the runs say, one row per model and entry.

import { mean, pairedDifference, type Sample, sample } from '../../statistics.ts'
import { ENTRIES, type Entry, shortName, type Units } from './entries.ts'
import { CHANCE, isSound, OPTIMIZERS, type RuleRun, type Setting } from './plan.ts'
import { type EndAlignment, isRefused, isTrained, type RuleOptimizer, type RuleResult } from './training.ts'

/** A setting that was tried: validation accuracies in percent of the tuning seeds, null where one is disqualified. */
export interface Tried extends Setting {
  readonly validation: readonly (number | null)[]
}

/** One rule on one model. */
export interface RuleRow {
  readonly model: string
  readonly entry: Entry
  /** Setting of the final runs; undefined when the rule is not defined for the model, or no setting is sound. */
  readonly setting: Setting | undefined
  /** Settings tried, rates ascending. */
  readonly tried: readonly Tried[]
  /** Accuracies in percent, one per seed; chance for a run that diverged. */
  readonly test: readonly number[]
  /** The same after longer trainings, beyond the budget; none for most rules. */
  readonly longer: readonly number[]
  /** Training losses of the last epoch of the runs that came to their end. */
  readonly losses: readonly number[]
  /** Final runs that diverged or collapsed. */
  readonly unsound: number
  readonly alignments: readonly EndAlignment[]
  readonly refused: string | undefined
}

/** In percent; chance for what diverged. */
function testOf(result: RuleResult): number {
  return 100 * (isTrained(result) ? result.test ?? NaN : CHANCE)
}

function triedOf(tuning: readonly RuleRun[]): readonly Tried[] {
  const runs = tuning.filter(({ result }) => !isRefused(result))
  const rates = [...new Set(runs.map(({ configuration }) => configuration.rate))].sort((a, b) => a - b)
  return rates.flatMap((rate) =>
    OPTIMIZERS.flatMap((optimizer) => {
      const own = runs.filter(({ configuration: c }) => c.optimizer === optimizer && c.rate === rate)
      const validation = own.map(({ result }) => isTrained(result) && isSound(result) ? 100 * result.validation : null)
      return own.length === 0 ? [] : [{ optimizer, rate, validation }]
    })
  )
}

/** Rows of all models in the order of the runs, lines in the order of `ENTRIES`. */
export function rowsOf(runs: readonly RuleRun[]): readonly RuleRow[] {
  const models = [...new Set(runs.map(({ configuration }) => configuration.model))]
  return models.flatMap((model) =>
    ENTRIES.map((entry): RuleRow => {
      const own = runs.filter(({ configuration: c }) =>
        c.model === model && c.rule === entry.rule.name && c.units === entry.units
      )
      const final = own.filter(({ configuration: c }) => c.stage === 'final')
      const results = final.map(({ result }) => result)
      const ended = results.flatMap((result) => (isTrained(result) ? [result] : []))
      const c = final[0]?.configuration
      return {
        model,
        entry,
        setting: c === undefined ? undefined : { optimizer: c.optimizer, rate: c.rate },
        tried: triedOf(own.filter(({ configuration }) => configuration.stage === 'tuning')),
        test: results.map(testOf),
        longer: own.filter(({ configuration }) => configuration.stage === 'longer').map(({ result }) => testOf(result)),
        losses: ended.map(({ loss }) => loss),
        unsound: results.filter((result) => !isSound(result)).length,
        alignments: ended.flatMap(({ alignment }) => alignment ?? []),
        refused: own.map(({ result }) => result).find(isRefused)?.refused,
      }
    })
  )
}

/** Rules that are defined for the model and of whose settings none is sound for all tuning seeds. */
export function hasNone({ setting, refused, tried }: RuleRow): boolean {
  return setting === undefined && refused === undefined && tried.length > 0
}

/** True where the chosen rate has no tried one on either side: the ladder ends there. */
export function atEdge({ setting, tried }: RuleRow): boolean {
  if (setting === undefined) return false
  const rates = tried.filter(({ optimizer }) => optimizer === setting.optimizer).map(({ rate }) => rate)
  return setting.rate === rates[0] || setting.rate === rates[rates.length - 1]
}

/** The rows of some rules on a model. Throws: Error when there is none of one of them. */
export function rowsFor(rows: readonly RuleRow[], model: string, rules: readonly string[],
  units: Units = 'relu'): readonly RuleRow[]
{
  return rules.map((rule) => {
    const found = rows.find((row) => row.model === model && row.entry.rule.name === rule && row.entry.units === units)
    if (found === undefined) throw new Error(`rowsFor: there must be a row of ${rule} on ${model}, got none`)
    return found
  })
}

/** By how many points of test accuracy each of some rules is ahead of each of others, paired by seed. */
export function pointsAhead(better: readonly RuleRow[], others: readonly RuleRow[],
  of: 'test' | 'longer' = 'test'): readonly Sample[]
{
  return better.flatMap((a) =>
    others.map((b) => a[of].length === b[of].length ? pairedDifference(a[of], b[of]) : sample([]))
  )
}

/** `FA on mlp, DFA on mlp`, with the model's written name. */
export function namesOf(rows: readonly RuleRow[], modelName: (model: string) => string): string {
  return rows.map(({ entry, model }) => `${shortName(entry)} on ${modelName(model)}`).join(', ')
}

/** Values of one layer's measure, one per seed that has one. */
export function cosinesOf(row: RuleRow, measure: keyof EndAlignment, layer: string): readonly number[] {
  return row.alignments.flatMap((alignment) => alignment[measure][layer] ?? [])
}

/** Their mean; null where no seed has one. */
export function meanAlignment(row: RuleRow, measure: keyof EndAlignment, layer: string): number | null {
  const values = cosinesOf(row, measure, layer)
  return values.length === 0 ? null : mean(values)
}

/** Names of layers that any rule of a model has a value for. */
export function layersOf(rows: readonly RuleRow[], measure: keyof EndAlignment): readonly string[] {
  const names = rows.flatMap(({ alignments }) => alignments.flatMap((alignment) => Object.keys(alignment[measure])))
  return [...new Set(names)].sort()
}

/** The mean validation accuracy of a setting; undefined where a seed disqualifies it. */
export function validationOf({ validation }: Tried): number | undefined {
  const sound = validation.filter((value): value is number => value !== null)
  return sound.length === validation.length ? mean(sound) : undefined
}

/** The settings of one optimizer. */
export function triedWith({ tried }: RuleRow, optimizer: RuleOptimizer): readonly Tried[] {
  return tried.filter((one) => one.optimizer === optimizer)
}
