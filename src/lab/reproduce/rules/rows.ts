// What the runs say, one row per model and rule.

import { meanAndDeviation, RULES } from '../../../dfa/index.ts'
import { CHANCE, type RuleRun } from './plan.ts'
import { type EndAlignment, isRefused, isTrained, type RuleResult } from './training.ts'

/** Names in the literature, in the order of `RULES`. */
export const SHORT_NAMES: Readonly<Record<string, string>> = {
  backpropagation: 'BP',
  'feedback-alignment': 'FA',
  'direct-feedback-alignment': 'DFA',
  'indirect-feedback-alignment': 'IFA',
  'uniform-sign-symmetry': 'uSF',
  'batch-random-sign-symmetry': 'brSF',
  'fixed-random-sign-symmetry': 'frSF',
  'kolen-pollack': 'KP',
  'weight-mirror': 'WM',
  'direct-random-target-projection': 'DRTP',
  'error-sign-direct-feedback-alignment': 'sDFA',
  'sparse-direct-feedback-alignment': 'SSDFA',
  'direct-kolen-pollack': 'DKP',
  frozen: 'frozen',
}

/** The rules that carry errors by signs of weights. */
export const SIGN_RULES: readonly string[] = ['uniform-sign-symmetry', 'batch-random-sign-symmetry',
  'fixed-random-sign-symmetry']

/** One rule on one model. */
export interface RuleRow {
  readonly model: string
  readonly rule: string
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

/** Rows of all models in the order of the runs, rules in the order of `RULES`. */
export function rowsOf(runs: readonly RuleRun[]): readonly RuleRow[] {
  const models = [...new Set(runs.map(({ configuration }) => configuration.model))]
  return models.flatMap((model) =>
    Object.keys(RULES).map((rule): RuleRow => {
      const own = runs.filter(({ configuration: c }) => c.model === model && c.rule === rule)
      const sweep = own.filter(({ configuration: c }) => c.stage === 'sweep').sort((a, b) =>
        a.configuration.rate - b.configuration.rate
      )
      const final = own.filter(({ configuration: c }) => c.stage === 'final')
      const refused = own.map(({ result }) => result).find(isRefused)
      const times = final.filter(({ result }) => isTrained(result)).map(({ configuration: { epochs }, seconds }) =>
        seconds / epochs
      )
      return {
        model,
        rule,
        rate: final[0]?.configuration.rate,
        tried: sweep.filter(({ result }) => !isRefused(result)).map(({ configuration: { rate }, result }) =>
          [rate, scoreOf(result, 'validation')] as const
        ),
        test: final.map(({ result }) => scoreOf(result, 'test')),
        losses: final.flatMap(({ result }) => (isTrained(result) ? result.loss : [])),
        diverged: final.filter(({ result }) => !isTrained(result)).length,
        alignments: final.flatMap(({ result }) => (isTrained(result) ? result.alignment ?? [] : [])),
        secondsPerEpoch: times.length > 0 ? Math.min(...times) : undefined,
        refused: refused?.refused,
      }
    })
  )
}

/** The row of a rule. Throws: Error when there is none. */
export function rowOf(rows: readonly RuleRow[], model: string, rule: string): RuleRow {
  const found = rows.find((row) => row.model === model && row.rule === rule)
  if (found === undefined) throw new Error(`rowOf: there must be a row of ${rule} on ${model}, got none`)
  return found
}

/** Mean of a − b over seeds in percentage points, with its standard error √(s_a²/n_a + s_b²/n_b); NaN for one seed. */
export function gapOf(a: readonly number[], b: readonly number[]): { readonly gap: number; readonly error: number } {
  const [x, y] = [meanAndDeviation(a), meanAndDeviation(b)]
  const error = Math.sqrt(x.deviation * x.deviation / a.length + y.deviation * y.deviation / b.length)
  return { gap: x.mean - y.mean, error }
}

/** Middle value, or the mean of the two; null for none. Unlike a mean it survives one loss that exploded. */
export function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  if (sorted.length === 0) return null
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** Mean over seeds of one layer's cosine; null where no seed has one. */
export function meanAlignment(row: RuleRow, measure: keyof EndAlignment, layer: string): number | null {
  const values = row.alignments.flatMap((alignment) => alignment[measure][layer] ?? [])
  return values.length === 0 ? null : meanAndDeviation(values).mean
}

/** Names of layers that any rule of a model has a cosine for. */
export function layersOf(rows: readonly RuleRow[], measure: keyof EndAlignment): readonly string[] {
  const names = rows.flatMap(({ alignments }) => alignments.flatMap((alignment) => Object.keys(alignment[measure])))
  return [...new Set(names)].sort()
}
