// What the runs say, one row per model and rule.

import { RULE_DESCRIPTIONS, type RuleDescription } from '../../../dfa/index.ts'
import { mean, pairedDifference, type Sample, sample } from '../../statistics.ts'
import { CHANCE, type RuleRun } from './plan.ts'
import { type EndAlignment, isRefused, isTrained, type RuleResult } from './training.ts'

/** One rule on one model. */
export interface RuleRow {
  readonly model: string
  readonly rule: RuleDescription
  /** Rate of the long runs; undefined when the rule is not defined for the model. */
  readonly rate: number | undefined
  /** Rates tried, ascending, with the validation accuracy of each. */
  readonly tried: readonly (readonly [rate: number, validation: number])[]
  /** Accuracies in percent, one per seed; chance for a run that diverged. */
  readonly test: readonly number[]
  /** Training losses of the last epoch of the runs that came to their end. */
  readonly losses: readonly number[]
  /** Long runs that diverged. */
  readonly diverged: number
  readonly alignments: readonly EndAlignment[]
  /** Least of the seeds: what shares the processor only adds. */
  readonly secondsPerEpoch: number | undefined
  readonly refused: string | undefined
}

/** In percent; chance for what diverged. */
function scoreOf(result: RuleResult, split: 'validation' | 'test'): number {
  return 100 * (isTrained(result) ? result[split] ?? NaN : CHANCE)
}

/** True when the chosen rate is the last one tried at its end of the grid. */
export function atEdge({ rate, tried }: RuleRow): boolean {
  return rate !== undefined && tried.length > 1 && (rate === tried[0][0] || rate === tried[tried.length - 1][0])
}

/** Rows of all models in the order of the runs, rules in the order of `RULE_DESCRIPTIONS`. */
export function rowsOf(runs: readonly RuleRun[]): readonly RuleRow[] {
  const models = [...new Set(runs.map(({ configuration }) => configuration.model))]
  return models.flatMap((model) =>
    RULE_DESCRIPTIONS.map((rule): RuleRow => {
      const own = runs.filter(({ configuration: c }) => c.model === model && c.rule === rule.name)
      const sweep = own.filter(({ configuration: c, result }) => c.stage === 'sweep' && !isRefused(result))
      const final = own.filter(({ configuration: c }) => c.stage === 'final')
      const ended = final.flatMap(({ configuration: { epochs }, result, seconds }) =>
        isTrained(result) ? [{ ...result, seconds: seconds / epochs }] : []
      )
      return {
        model,
        rule,
        rate: final[0]?.configuration.rate,
        tried: sweep.map(({ configuration, result }) => [configuration.rate, scoreOf(result, 'validation')] as const)
          .sort(([a], [b]) => a - b),
        test: final.map(({ result }) => scoreOf(result, 'test')),
        losses: ended.map(({ loss }) => loss),
        diverged: final.length - ended.length,
        alignments: ended.flatMap(({ alignment }) => alignment ?? []),
        secondsPerEpoch: ended.length > 0 ? Math.min(...ended.map(({ seconds }) => seconds)) : undefined,
        refused: own.map(({ result }) => result).find(isRefused)?.refused,
      }
    })
  )
}

/** The rows of some rules on a model. Throws: Error when there is none of one of them. */
export function rowsFor(rows: readonly RuleRow[], model: string, rules: readonly string[]): readonly RuleRow[] {
  return rules.map((rule) => {
    const found = rows.find((row) => row.model === model && row.rule.name === rule)
    if (found === undefined) throw new Error(`rowsFor: there must be a row of ${rule} on ${model}, got none`)
    return found
  })
}

/** By how many points of test accuracy each of some rules is ahead of each of others, paired by seed. */
export function pointsAhead(better: readonly RuleRow[], others: readonly RuleRow[]): readonly Sample[] {
  return better.flatMap((a) =>
    others.map((b) => a.test.length === b.test.length ? pairedDifference(a.test, b.test) : sample([]))
  )
}

/** Values of one layer's cosine, one per seed that has one. */
export function cosinesOf(row: RuleRow, measure: keyof EndAlignment, layer: string): readonly number[] {
  return row.alignments.flatMap((alignment) => alignment[measure][layer] ?? [])
}

/** Their mean; null where no seed has one. */
export function meanAlignment(row: RuleRow, measure: keyof EndAlignment, layer: string): number | null {
  const values = cosinesOf(row, measure, layer)
  return values.length === 0 ? null : mean(values)
}

/** Names of layers that any rule of a model has a cosine for. */
export function layersOf(rows: readonly RuleRow[], measure: keyof EndAlignment): readonly string[] {
  const names = rows.flatMap(({ alignments }) => alignments.flatMap((alignment) => Object.keys(alignment[measure])))
  return [...new Set(names)].sort()
}
