// A language model of characters: feedback points behind blocks or inside them, and what each costs.

import { last, mean, pairedDifference, type Sample, sample } from '../../statistics.ts'
import { declared } from '../experiment.ts'
import { hasGap, shareClosed } from '../graphs/share.ts'
import { textFiles } from '../../training/texts.ts'
import { configurationOf, type LanguageSetting, planLanguage, resultsWith, testLosses, VARIANT_TITLES, type VariantName,
  type VariantRow, variantRows } from '../language/plan.ts'
import { cosineFigure, cosinesOf, curveFigure, findIn, gapOf, plusMinus, rateFigure,
  tablesOf } from '../language/presentation.ts'
import { type LanguageConfiguration, type LanguageResult, trainLanguage } from '../language/training.ts'
import { searchText } from '../rates/equal-search.ts'
import { keyOf } from '../records.ts'

const ALL: readonly VariantName[] = ['BP', 'macro', 'macro-logits', 'macro-embedding', 'macro-independent', 'micro',
  'micro-logits', 'shallow']
const SMALL = { features: 48, heads: 4, blocks: 3, context: 32, batch: 16 } as const

const SCALES = {
  quick: {
    minutes: 0.3,
    sizes: { features: 16, heads: 2, blocks: 2, context: 16, batch: 8, steps: 300 },
    variants: ['BP', 'macro', 'micro', 'shallow'],
    search: { rates: [0.008], reach: 0 },
    seeds: 3,
    ladder: 0,
  },
  default: {
    minutes: 12,
    sizes: { ...SMALL, steps: 1500 },
    variants: ALL,
    search: { rates: [0.002, 0.004, 0.008], reach: 4 },
    seeds: 3,
    ladder: 1,
  },
  // 1.2 million parameters: about 45 minutes for each of some 65 trainings.
  paper: {
    minutes: 1600,
    sizes: { features: 128, heads: 8, blocks: 6, context: 64, batch: 32, steps: 5000 },
    variants: ALL,
    search: { rates: [0.0005, 0.001, 0.002, 0.004], reach: 4 },
    seeds: 3,
    ladder: 3,
  },
} as const satisfies Readonly<Record<string, LanguageSetting & { readonly minutes: number }>>

/** Losses in PyTorch on the whole of the held-out tenth, at this rate, 1,500 steps, one or two seeds. */
const ELSEWHERE: readonly (readonly [VariantName, rate: number, loss: number])[] = [['BP', 0.004, 1.893], ['macro',
  0.004, 2.051], ['macro-logits', 0.004, 2.032], ['micro', 0.004, 2.286], ['micro-logits', 0.004, 2.198]]

/** Pairs whose losses the paper orders. */
const ORDER: readonly (readonly [better: VariantName, worse: VariantName])[] = [['BP', 'macro'], ['macro', 'micro'], [
  'micro',
  'shallow',
]]

/** Mean over seeds of what a function makes of each seed's cosines. */
function cosineSample(row: VariantRow, ending: string, of: (cosines: readonly number[]) => number): Sample {
  return sample(cosinesOf(row, ending).map((cosines) => of(cosines.map((cosine) => cosine ?? NaN))))
}

/** Characters Transformers under BP, DFA of two placements, and with all but the decoder frozen. */
export const transformer = declared<LanguageSetting, LanguageConfiguration, LanguageResult>({
  name: 'launay2020/transformer',
  title: 'DFA trains Transformers, at a price',
  source: 'launay2020',
  method: 'training',
  about: 'A causal Transformer predicts the next character. Feedback points stand behind every block (macro: '
    + 'backpropagation inside of blocks) or three in every block (micro: backpropagation in attention alone). The '
    + 'error of each token is read below the decoder, whose weight it has passed, or at the logits, where no weight is '
    + 'transported; one matrix serves all points. The control trains the decoder alone. Every rule has its own rate: '
    + `${searchText(SCALES.default.search)}, all by the loss of the first seed on the first half of the held-out `
    + 'tenth of the text; scores are those of the second half. Variants of macro that change one more thing take its '
    + 'rate. Adam, gradients within a norm of 0.5, no dropout.',
  basis: {
    equations: '(5.9), (1.9)',
    statement: 'abstract and text of launay2020',
    setting: 'the authors’ public code, reduced; sizes and steps chosen here',
    compared: 'order of the rules; tables of counts; own computation in PyTorch',
  },
  data: textFiles('tinyshakespeare'),
  scales: SCALES,
  decidedAtQuick: ['transformer-order-micro-shallow', 'transformer-order-bp-macro'],
  resumes: true,
  plan: planLanguage,
  run: trainLanguage,
  judge({ runs, claim, setting }) {
    const rows = variantRows(setting, runs)
    const find = findIn(rows)
    const { unigram, bigram } = runs[0].result.references
    const seed = Math.min(...runs.map(({ configuration }) => configuration.seed))
    const elsewhere = { source: 'own computation in PyTorch, same settings' }
    const both = (a: VariantName, b: VariantName): readonly [VariantRow, VariantRow] | undefined => {
      const [left, right] = [find(a), find(b)]
      return left === undefined || right === undefined ? undefined : [left, right]
    }
    const macro = find('macro'), micro = find('micro'), shallow = find('shallow')
    return {
      claims: [...ORDER.flatMap(([better, worse]) => {
        const pair = both(better, worse)
        return pair === undefined ? []
          : [
            claim.above(`transformer-order-${better.toLowerCase()}-${worse}`,
              `test loss of ${VARIANT_TITLES[worse]} less that of ${VARIANT_TITLES[better]}, nats`,
              pairedDifference(testLosses(pair[1]), testLosses(pair[0])), 0, 'sign alone'),
          ]
      }),
        ...[macro, micro].flatMap((row) =>
          row === undefined ? []
            : [
              claim.above(`transformer-bigram-${row.variant}`,
                `nats by which ${VARIANT_TITLES[row.variant]} is better than a table of pairs of characters`,
                sample(testLosses(row).map((loss) => bigram - loss)), 0, 'sign alone'),
            ]
        ),
        ...(shallow === undefined ? []
          : [
            claim.above('transformer-bigram-shallow', 'nats by which the control is worse than a table of pairs',
              sample(testLosses(shallow).map((loss) => loss - bigram)), 0, 'sign alone'),
          ]), ...(['macro', 'macro-logits'] as const).flatMap((variant) => {
          const gap = find(variant) === undefined ? undefined : gapOf(rows, variant)
          return gap === undefined || !hasGap(gap) ? []
            : [
              claim.atLeast(`transformer-share-${variant}`,
                `${VARIANT_TITLES[variant]}: share of the gap in loss from control to BP that it closes`,
                shareClosed(gap), 0.5, 'more than half of it, fixed before the runs'),
            ]
        }),
        ...(macro === undefined ? []
          : [
            claim.above('transformer-aligned-blocks', 'DFA macro: cosine of delivered and exact signal behind blocks',
              cosineSample(macro, '/point', mean), 0.3, 'far from right angles, fixed before the runs'),
            claim.above('transformer-aligned-upper',
              'DFA macro: cosine behind the last block less that behind the first',
              cosineSample(macro, '/point', (list) => last(list) - list[0]), 0, 'sign alone'),
          ]),
        ...(micro === undefined ? []
          : [
            claim.above('transformer-aligned-hidden',
              'DFA micro: cosine behind normalizations less that at hidden units of the feed-forward part',
              sample(micro.results.map((_, index) =>
                mean(['/point', '/point1'].flatMap((end) =>
                  cosinesOf(micro, end)[index]
                ).map((c) => c ?? NaN)) - mean(cosinesOf(micro, '/point2')[index].map((c) => c ?? NaN))
              )), 0, 'sign alone'),
          ]), ...ladderClaims(), ...ELSEWHERE.flatMap(([variant, rate, loss]) => {
          const key = keyOf(configurationOf(setting, variant, rate, seed))
          const run = runs.find(({ configuration }) => keyOf(configuration) === key)
          const isTheirs = setting.sizes.steps === 1500 && setting.sizes.features === 48
          const { validation, test } = run?.result ?? { validation: null, test: null }
          return run === undefined || !isTheirs ? []
            : [
              claim.absolute(`transformer-loss-${variant}`,
                `${VARIANT_TITLES[variant]}, rate ${rate}: loss on the held-out tenth`,
                validation === null || test === null ? null : (validation + test) / 2, loss, 0.05,
                'five times the spread over seeds there, 0.01: weights, windows and feedback are other draws',
                elsewhere),
            ]
        })],
      figures: [curveFigure(rows, setting, { unigram, bigram }), rateFigure(rows, setting),
        cosineFigure(rows, setting)],
      tables: tablesOf(rows, runs, setting, { unigram, bigram }),
      findings: rows.flatMap((row) => {
        const gap = gapOf(rows, row.variant)
        if (row.results[0]?.signal.length === 0 || gap === undefined || !hasGap(gap)) return []
        return [
          `${VARIANT_TITLES[row.variant]} (rate ${row.rate}) closes ${
            plusMinus(shareClosed(gap))
          } of the gap between the ` + `control and BP, at ${
            mean(testLosses(row).map((loss, i) => Math.exp(loss + gap.BP[i]))).toFixed(2)
          } times the perplexity of BP.`,
        ]
      }),
    }

    function ladderClaims() {
      const row = find('macro')
      if (row === undefined || setting.ladder === 0) return []
      const losses = (beta2: number): readonly number[] =>
        resultsWith(setting, row, runs, { schedule: 'constant', beta2 }).map(({ test }) => test ?? NaN)
      return [
        claim.absolute('transformer-ladder',
          'DFA macro, constant rate: test loss with β₂ = 0.98 less that with 0.999 (the paper gains much by it)',
          pairedDifference(losses(0.98), losses(0.999)), 0, 0.05,
          'no effect is expected at this size; a fourth of the gap to BP, fixed before the runs', elsewhere),
      ]
    }
  },
})
