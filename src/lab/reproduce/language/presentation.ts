// Figures and tables of language models under several rules.

import type { ReportFigure } from '../../report/html.ts'
import { mean, type Sample } from '../../statistics.ts'
import { choose } from '../../../tensor/index.ts'
import type { Run } from '../experiment.ts'
import { type Gap, hasGap, shareClosed } from '../graphs/share.ts'
import { leastLoss } from '../rates/equal-search.ts'
import { drawn, meanSeries, type NamedTable, overSeeds, sideBySide, spread, tableOf } from '../series.ts'
import { LADDER, type LanguageSetting, resultsWith, testLosses, UNCLIPPED, VARIANT_TITLES, type VariantName,
  type VariantRow } from './plan.ts'
import { CURVE, type LanguageConfiguration, type LanguageResult } from './training.ts'

type Runs = readonly Run<LanguageConfiguration, LanguageResult>[]

/** The row of a variant. */
export const findIn = (rows: readonly VariantRow[]) => (variant: VariantName): VariantRow | undefined =>
  rows.find((row) => row.variant === variant)

/** Losses with their signs changed: more is better, as the share of a gap has it. */
export function gapOf(rows: readonly VariantRow[], variant: VariantName): Gap | undefined {
  const [BP, DFA, shallow] = (['BP', variant, 'shallow'] as const).map(findIn(rows))
  if (BP === undefined || DFA === undefined || shallow === undefined) return undefined
  const negative = (row: VariantRow): readonly number[] => testLosses(row).map((loss) => -loss)
  return { BP: negative(BP), DFA: negative(DFA), shallow: negative(shallow) }
}

/** Cosines of a variant at the points whose name ends so, by block, each a list over seeds. */
export function cosinesOf(row: VariantRow, ending: string): readonly (readonly (number | null)[])[] {
  return row.results.map(({ signal }) =>
    signal.filter(({ point }) => point.endsWith(ending)).map(({ cosine }) => cosine)
  )
}

/** `0.78 ± 0.01` */
export function plusMinus({ mean: value, standardError }: Sample): string {
  return `${value.toFixed(2)} ± ${standardError.toFixed(2)}`
}

type References = LanguageResult['references']

/** What a loss is the mean over. */
function unitOf({ text = 'tinyshakespeare' }: LanguageSetting): string {
  return choose('unitOf', 'text', text, { tinyshakespeare: 'character', wikitext2: 'piece' })
}

/** Training losses on the way. */
export function curveFigure(rows: readonly VariantRow[], setting: LanguageSetting,
  { unigram, bigram }: References): ReportFigure
{
  const { sizes: { steps }, seeds } = setting
  const x = Array.from({ length: CURVE }, (_, i) => (i + 1) * steps / CURVE)
  const shown = rows.filter(({ variant }) =>
    (['BP', 'macro', 'micro', 'shallow'] as const).some((one) => one === variant)
  )
  return drawn(
    `Mean over each thirtieth of the steps, at the best rate of each; ${overSeeds(seeds)}. Dotted: tables of counts.`,
    {
      title: 'Training loss',
      x: { label: 'steps' },
      y: { label: 'loss', unit: `nats per ${unitOf(setting)}` },
      series: shown.map(({ variant, results }) =>
        meanSeries(VARIANT_TITLES[variant], x, results.map(({ curve }) => curve))
      ),
      marks: [{ y: bigram, label: 'pairs' }, { y: unigram, label: `single ${unitOf(setting)}s` }],
    },
  )
}

/** The search of rates. */
export function rateFigure(rows: readonly VariantRow[], setting: LanguageSetting): ReportFigure {
  return drawn('One seed. The best rate of each is the one that the scores are made with.', {
    title: 'Validation loss by learning rate',
    x: { label: 'rate', scale: 'log' },
    y: { label: 'loss', unit: `nats per ${unitOf(setting)}` },
    series: rows.filter(({ scored }) => scored.length > 0).map(({ variant, scored }) => ({
      name: VARIANT_TITLES[variant],
      points: scored.map(({ rate, loss }) => [rate, loss ?? NaN]),
    })),
  })
}

/** What stands at the places of a block, by the ends of their names. */
const PLACES = [['/point', 'behind the block'], ['/point1', 'behind its first normalization'], ['/point2',
  'hidden units']] as const

/** Alignment by block. */
export function cosineFigure(rows: readonly VariantRow[], { sizes: { blocks }, seeds }: LanguageSetting): ReportFigure {
  const x = Array.from({ length: blocks }, (_, l) => l + 1)
  const panel = (title: string, variants: readonly VariantName[]) => ({
    title,
    x: { label: 'block', whole: true },
    y: { label: 'cosine' },
    series: rows.filter(({ variant }) => variants.includes(variant)).flatMap((row) =>
      PLACES.filter(([ending]) => cosinesOf(row, ending)[0].length > 0).map(([ending, place]) =>
        meanSeries(variants.length > 1 ? VARIANT_TITLES[row.variant].replace('DFA macro', 'macro') : place, x,
          cosinesOf(row, ending).map((list) => list.slice(-blocks)))
      )
    ),
    marks: [{ y: 0 }],
  })
  return sideBySide(
    `Cosine of the delivered with the exact signal per token, at the end of training; ${overSeeds(seeds)}.`,
    [panel('Macro', ['macro', 'macro-logits', 'macro-independent', 'macro-embedding']), panel('Micro', ['micro']),
      ...(rows.some(({ variant }) =>
          variant === 'micro-logits'
        ) ? [panel('Micro, error at the logits', ['micro-logits'])] : [])],
  )
}

/** Scores, cosines, the search, other optimizers. */
export function tablesOf(rows: readonly VariantRow[], runs: Runs, setting: LanguageSetting,
  { unigram, bigram }: References): readonly NamedTable[]
{
  const share = (variant: VariantName): string => {
    const gap = gapOf(rows, variant)
    return gap === undefined || !hasGap(gap) || variant === 'BP' || variant === 'shallow' ? '–'
      : plusMinus(shareClosed(gap))
  }
  const points = [...new Set(rows.flatMap(({ results: [first] }) => first.signal.map(({ point }) => point)))]
  const direct = rows.filter(({ results: [first] }) => first.signal.length > 0)
  const others = LADDER.flatMap(({ variants, schedule, beta2 }) =>
    variants.map((variant) => ({ variant, schedule, beta2, clip: 0.5 }))
  )
  const unclipped = UNCLIPPED.map((variant) => ({ variant, schedule: 'cosine' as const, beta2: 0.999, clip: 0 }))
  const usual = (['BP', 'macro', 'micro'] as const).map((variant) => ({ variant, schedule: 'cosine' as const,
    beta2: 0.999, clip: 0.5 })
  )
  const optimizers = [...usual, ...others, ...unclipped].flatMap(({ variant, ...own }) => {
    const row = rows.find((one) => one.variant === variant)
    const results = row === undefined ? [] : resultsWith(setting, row, runs, own)
    return row === undefined || results.length === 0 ? []
      : [[VARIANT_TITLES[variant], own.schedule, own.beta2, own.clip === 0 ? 'none' : own.clip, row.rate,
        spread(results.map(({ test }) => test), 3), results.length]]
  })
  return [
    tableOf(
      `Losses in nats per ${
        unitOf(setting)
      }, mean ± one standard deviation over seeds, at the best rate of each; perplexity of `
        + 'the mean; share of the gap between control and BP ± its standard error; share of steps whose gradient was '
        + 'clipped',
      ['rule', 'rate', 'validation', 'test', 'perplexity', 'share closed', 'clipped %', 'seeds'],
      [
        ...rows.map((row) => [VARIANT_TITLES[row.variant], row.rate, spread(row.results.map(({ validation }) =>
          validation
        ), 3), spread(testLosses(row), 3), Math.exp(mean(testLosses(row))).toFixed(2), share(row.variant),
          spread(row.results.map(({ clipped }) =>
            100 * clipped
          ), 0), row.results.length]
        ),
        ...([['table of pairs', bigram], [`table of ${unitOf(setting)}s`, unigram]] as const).map((
          [name, loss],
        ) => [name, '–', '–', loss.toFixed(3), Math.exp(loss).toFixed(2), '–', '–', '–']),
      ],
    ),
    tableOf('Cosine of delivered and exact signal at the end, mean over tokens ± one standard deviation over seeds', [
      'point',
      ...direct.map(({ variant }) => VARIANT_TITLES[variant]),
    ], points.map((name) => [name, ...direct.map(({ results }) =>
      spread(results.map(({ signal }) =>
        signal.find(({ point }) =>
          point === name
        )?.cosine
      ), 2)
    )])),
    tableOf('Validation losses of the search, first seed; * the best', ['rule', ...ratesOf(rows).map(String)],
      rows.filter(({ scored }) =>
        scored.length > 0
      ).map(({ variant, scored }) => [VARIANT_TITLES[variant], ...ratesOf(rows).map((rate) => {
        const found = scored.find((one) =>
          one.rate === rate
        )
        if (found === undefined) return '–'
        return `${found.loss?.toFixed(3) ?? 'diverged'}${rate === leastLoss(scored) ? ' *' : ''}`
      })])),
    ...(setting.ladder === 0 ? []
      : [
        tableOf('Test losses with other schedules, β₂ and clipping, at the best rate of the usual ones (as its peak)', [
          'rule',
          'schedule',
          'β₂',
          'clip',
          'rate',
          'test',
          'seeds',
        ], optimizers),
      ]),
  ]
}

function ratesOf(rows: readonly VariantRow[]): readonly number[] {
  return [...new Set(rows.flatMap(({ scored }) => scored.map(({ rate }) => rate)))].sort((a, b) => a - b)
}
