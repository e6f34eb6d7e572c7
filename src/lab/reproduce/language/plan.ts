// Which Transformers are trained: variants of rules, a search of rates with the same budget for each, then seeds.

import { perSeed, type Run } from '../experiment.ts'
import { leastLoss, ratesToTry, type Scored, type SearchSpace } from '../rates/equal-search.ts'
import { keyOf } from '../records.ts'
import type { TextName } from '../../training/texts.ts'
import type { LanguageConfiguration, LanguageResult, LanguageSchedule, TransformerSizes } from './training.ts'

type Variant = Pick<LanguageConfiguration, 'rule' | 'placement' | 'tap' | 'embeddingPoint' | 'sharing'>

const BP: Variant = { rule: 'BP', placement: 'macro', tap: 'decoder', embeddingPoint: false, sharing: 'shared' }
const DFA: Variant = { ...BP, rule: 'DFA' }

/** What is compared. */
export const VARIANTS = {
  BP,
  macro: DFA,
  'macro-logits': { ...DFA, tap: 'logits' },
  'macro-embedding': { ...DFA, embeddingPoint: true },
  'macro-independent': { ...DFA, sharing: 'independent' },
  micro: { ...DFA, placement: 'micro' },
  'micro-logits': { ...DFA, placement: 'micro', tap: 'logits' },
  shallow: { ...BP, rule: 'shallow' },
} as const satisfies Readonly<Record<string, Variant>>

/** Their names. */
export type VariantName = keyof typeof VARIANTS

/** Their names in tables. */
export const VARIANT_TITLES: Readonly<Record<VariantName, string>> = {
  BP: 'BP',
  macro: 'DFA macro',
  'macro-logits': 'DFA macro, error at the logits',
  'macro-embedding': 'DFA macro, a point behind the embedding',
  'macro-independent': 'DFA macro, independent feedback',
  micro: 'DFA micro',
  'micro-logits': 'DFA micro, error at the logits',
  shallow: 'shallow',
}

/** Variants without a search of their own: they change one thing about another one, and train at its rate. */
export const FOLLOWS: Readonly<Partial<Record<VariantName, VariantName>>> = {
  'macro-embedding': 'macro',
  'macro-independent': 'macro',
}

/** Sizes, budgets and seeds of one scale. */
export interface LanguageSetting {
  /** Tiny Shakespeare unless given. */
  readonly text?: TextName
  readonly sizes: TransformerSizes
  readonly variants: readonly VariantName[]
  readonly search: SearchSpace
  /** Of every variant at its best rate (or that of the variant that it follows); the search has the first of them. */
  readonly seeds: number
  /** Seeds of other optimizers and schedules; 0 leaves them out, and training without clipping, too. */
  readonly ladder: number
}

/** Adam as it is unless a run is about the optimizer: cosine to a twentieth, β₂ 0.999, gradients within a norm of 0.5. */
const USUAL = { beta2: 0.999, schedule: 'cosine', clip: 0.5 } as const

/**
 * Optimizers and schedules in the order in which launay2020 changes one thing at a time. Its last, a schedule, has the
 * usual one in its place, which is trained anyway.
 */
export const LADDER: readonly { readonly schedule: LanguageSchedule; readonly beta2: number;
  readonly variants: readonly VariantName[] }[] = [{ schedule: 'warm-up', beta2: 0.98, variants: ['BP', 'macro'] }, {
    schedule: 'warm-up',
    beta2: 0.999,
    variants: ['BP'],
  }, { schedule: 'constant', beta2: 0.98, variants: ['macro'] }, {
    schedule: 'constant',
    beta2: 0.999,
    variants: ['macro'],
  }]

/** Variants that are also trained without a bound on gradients. */
export const UNCLIPPED: readonly VariantName[] = ['BP', 'macro', 'micro']

/** The configuration of a variant; `own` in the place of the usual optimizer. */
export function configurationOf({ text = 'tinyshakespeare', sizes }: Pick<LanguageSetting, 'sizes' | 'text'>,
  variant: VariantName, rate: number, seed: number,
  own: Partial<Pick<LanguageConfiguration, 'beta2' | 'schedule' | 'clip'>> = {}): LanguageConfiguration
{
  return { text, ...sizes, ...VARIANTS[variant], ...USUAL, ...own, rate, seed }
}

type Runs = readonly Run<LanguageConfiguration, LanguageResult>[]

/** Results by configuration. */
function resultsOf(runs: Runs): (configuration: LanguageConfiguration) => LanguageResult | undefined {
  const results = new Map(runs.map(({ configuration, result }) => [keyOf(configuration), result]))
  return (configuration) => results.get(keyOf(configuration))
}

/** The search of a variant's rate so far, by ascending rates: validation losses of the first seed. */
export function searched(setting: LanguageSetting, variant: VariantName, seed: number, runs: Runs): readonly Scored[] {
  const resultOf = resultsOf(runs)
  const rates = [...new Set(runs.map(({ configuration: { rate } }) => rate))].sort((a, b) => a - b)
  return rates.flatMap((rate) => {
    const result = resultOf(configurationOf(setting, variant, rate, seed))
    return result === undefined ? [] : [{ rate, loss: result.validation }]
  })
}

/** Searches first, then every variant with every seed at its best rate, then other optimizers there. */
export function planLanguage(setting: LanguageSetting, seed: number, done: Runs): readonly LanguageConfiguration[] {
  const { variants, search, seeds, ladder } = setting
  const known = variants.filter((variant) => FOLLOWS[variant] === undefined).map((variant) => ({
    variant,
    scored: searched(setting, variant, seed, done),
  }))
  const tried = known.flatMap(({ variant, scored }) =>
    [...scored.map(({ rate }) => rate), ...ratesToTry(search, scored)].map((rate) =>
      configurationOf(setting, variant, rate, seed)
    )
  )
  const found = known.filter(({ scored }) => ratesToTry(search, scored).length === 0)
  const best = new Map(found.map(({ variant, scored }) => [variant, leastLoss(scored)]))
  const at = (variant: VariantName, count: number, own: Parameters<typeof configurationOf>[4]) => {
    const rate = best.get(FOLLOWS[variant] ?? variant)
    return rate === undefined ? [] : perSeed(seed, count, (each) => configurationOf(setting, variant, rate, each, own))
  }
  const all = [...tried, ...variants.flatMap((variant) => at(variant, seeds, {})),
    ...LADDER.flatMap(({ variants: own, schedule, beta2 }) =>
      own.flatMap((variant) => at(variant, ladder, { schedule, beta2 }))
    ), ...UNCLIPPED.flatMap((variant) => at(variant, Math.min(1, ladder), { clip: 0 }))]
  return [...new Map(all.map((configuration) => [keyOf(configuration), configuration])).values()]
}

/** A variant at its best rate, seed by seed. */
export interface VariantRow {
  readonly variant: VariantName
  readonly rate: number
  /** Its own search; empty where it follows another variant. */
  readonly scored: readonly Scored[]
  readonly results: readonly LanguageResult[]
}

/** What finished runs say about each variant. */
export function variantRows(setting: LanguageSetting, runs: Runs): readonly VariantRow[] {
  const seed = Math.min(...runs.map(({ configuration }) => configuration.seed))
  const resultOf = resultsOf(runs)
  return setting.variants.map((variant) => {
    const scored = searched(setting, FOLLOWS[variant] ?? variant, seed, runs)
    const rate = leastLoss(scored)
    const results = perSeed(seed, setting.seeds, (each) => resultOf(configurationOf(setting, variant, rate, each)))
    return { variant, rate, scored: FOLLOWS[variant] === undefined ? scored : [],
      results: results.flatMap((result) => result ?? []) }
  })
}

/** Test losses; NaN where a training diverged, so that no mean hides it. */
export function testLosses({ results }: Pick<VariantRow, 'results'>): readonly number[] {
  return results.map(({ test }) => test ?? NaN)
}

/** Results of the variant at its best rate with another optimizer, seed by seed; none where they were not run. */
export function resultsWith(setting: LanguageSetting, { variant, rate }: VariantRow, runs: Runs,
  own: Parameters<typeof configurationOf>[4]): readonly LanguageResult[]
{
  const seed = Math.min(...runs.map(({ configuration }) => configuration.seed))
  const resultOf = resultsOf(runs)
  const count = Math.max(setting.ladder, 1)
  return perSeed(seed, count, (each) => resultOf(configurationOf(setting, variant, rate, each, own))).flatMap((
    result,
  ) => result ?? [])
}
