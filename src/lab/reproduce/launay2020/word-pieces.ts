// The same Transformers on words: pieces of them are predicted in the place of characters.

import { pairedDifference, sample } from '../../statistics.ts'
import { textFiles } from '../../training/texts.ts'
import { declared } from '../experiment.ts'
import { hasGap, shareClaim } from '../graphs/share.ts'
import { type LanguageSetting, planLanguage, testLosses, VARIANT_TITLES, type VariantName,
  variantRows } from '../language/plan.ts'
import { cosineFigure, curveFigure, findIn, gapOf, rateFigure, tablesOf } from '../language/presentation.ts'
import { type LanguageConfiguration, type LanguageResult, trainLanguage } from '../language/training.ts'

const COMMON = { text: 'wikitext2', variants: ['BP', 'macro', 'micro', 'shallow'], ladder: 0 } as const
const SEARCH = { rates: [0.001, 0.002, 0.004, 0.008], reach: 4 } as const

const SCALES: Readonly<Record<'quick' | 'default' | 'paper', LanguageSetting & { readonly minutes: number }>> = {
  quick: {
    minutes: 0.2,
    ...COMMON,
    sizes: { features: 16, heads: 2, blocks: 2, context: 16, batch: 8, steps: 60, scored: 1000 },
    search: { rates: [0.008], reach: 0 },
    seeds: 1,
  },
  default: {
    minutes: 20,
    ...COMMON,
    sizes: { features: 48, heads: 4, blocks: 3, context: 32, batch: 16, steps: 1500, scored: 20_000 },
    search: SEARCH,
    seeds: 3,
  },
  paper: {
    minutes: 1900,
    ...COMMON,
    sizes: { features: 128, heads: 8, blocks: 6, context: 64, batch: 32, steps: 10_000 },
    search: SEARCH,
    seeds: 3,
  },
}

/** From better to worse. */
const ORDER: readonly (readonly [VariantName, VariantName])[] = [['BP', 'macro'], ['macro', 'micro'], ['micro',
  'shallow']]

/** Transformers on pieces of words. */
export const wordPieces = declared<LanguageSetting, LanguageConfiguration, LanguageResult>({
  name: 'launay2020/word-pieces',
  title: 'Transformers on pieces of words',
  source: 'launay2020',
  method: 'training',
  about:
    'As launay2020/transformer, but what is predicted are 2,000 pieces of lower-cased words, as in the paper, which '
    + 'has 32,000 of them from all of WikiText-2 and trains on WikiText-103. Here the test file of WikiText-2 trains '
    + 'and learns the pieces, by byte pair encoding; the first half of the validation file chooses rates, the second '
    + 'scores (20,000 pieces of each at the default scale). Losses per piece are not comparable with those of other '
    + 'pieces. Every rule has its own rate, searched with the same budget; every variant shares one feedback matrix, and reads errors below the decoder.',
  basis: {
    equations: '(5.9), (1.9)',
    statement: 'abstract and text of launay2020',
    setting: 'the authors’ public code, reduced; sizes and steps chosen here',
    compared: 'order of the rules; tables of counts',
  },
  data: textFiles('wikitext2'),
  scales: SCALES,
  decidedAtQuick: [],
  resumes: true,
  plan: planLanguage,
  run: trainLanguage,
  judge({ runs, claim, setting }) {
    const rows = variantRows(setting, runs)
    const find = findIn(rows)
    const { references } = runs[0].result
    const macro = gapOf(rows, 'macro')
    const losses = (variant: VariantName): readonly number[] => {
      const row = find(variant)
      return row === undefined ? [] : testLosses(row)
    }
    return {
      claims: [
        ...ORDER.map(([better, worse]) =>
          claim.above(`pieces-order-${better.toLowerCase()}-${worse}`,
            `test loss of ${VARIANT_TITLES[worse]} less that of ${VARIANT_TITLES[better]}, nats`,
            pairedDifference(losses(worse), losses(better)), 0, 'sign alone')
        ),
        claim.above('pieces-bigram-macro', 'nats by which DFA macro is better than a table of pairs of pieces',
          sample(losses('macro').map((loss) => references.bigram - loss)), 0, 'sign alone'),
        ...(macro === undefined || !hasGap(macro) ? []
          : [
            shareClaim(claim, 'pieces-share-macro',
              'DFA macro: share of the gap in loss from control to BP that it closes', macro, 0.5,
              'more than half of it, as for characters; fixed before the runs'),
          ]),
      ],
      figures: [curveFigure(rows, setting, references), rateFigure(rows, setting), cosineFigure(rows, setting)],
      tables: tablesOf(rows, runs, setting, references),
    }
  },
})
