// Loss against compute: is there a size at which DFA is the better buy?

import { count } from '../../report/format.ts'
import { last, mean, pairedDifference, type Sample, sample } from '../../statistics.ts'
import { declared, type Run } from '../experiment.ts'
import { textFiles } from '../../training/texts.ts'
import { flopsOfStep } from '../language/flops.ts'
import { configurationOf, type LanguageSetting, planLanguage, testLosses, VARIANT_TITLES, type VariantRow,
  variantRows } from '../language/plan.ts'
import { overFits, type PowerLaw, powerLaw } from '../language/power-law.ts'
import { type LanguageConfiguration, type LanguageResult, trainLanguage } from '../language/training.ts'
import { type SearchSpace, searchText } from '../rates/equal-search.ts'
import { drawn, spread, tableOf } from '../series.ts'

/** Characters of the text: the width of the decoder, whose operations are counted. */
const VOCABULARY = 65
const RULES = ['BP', 'macro'] as const
/** Operations of the extrapolation, in multiples of the largest measured. */
const BEYOND = [10, 1000] as const

interface ScalingSetting {
  /** d, ascending; steps grow with d², so that compute grows with d⁴ nearly. */
  readonly widths: readonly number[]
  readonly stepsPerSquare: number
  readonly blocks: number
  readonly search: SearchSpace
  readonly seeds: number
}

const SEARCH = { rates: [0.004, 0.008, 0.016], reach: 2 } as const
const SCALES = {
  quick: { minutes: 0.2, widths: [8, 12, 16, 24], stepsPerSquare: 0.3, blocks: 2, search: { rates: [0.016], reach: 0 },
    seeds: 2 },
  default: { minutes: 5, widths: [16, 24, 32, 40], stepsPerSquare: 1, blocks: 2, search: SEARCH, seeds: 3 },
  paper: { minutes: 900, widths: [16, 24, 32, 48, 64, 96, 128], stepsPerSquare: 1, blocks: 4, search: SEARCH,
    seeds: 5 },
} as const satisfies Readonly<Record<string, ScalingSetting & { readonly minutes: number }>>

/** The comparison at one width, as `planLanguage` takes it. */
function settingOf({ widths, stepsPerSquare, blocks, search, seeds }: ScalingSetting): readonly LanguageSetting[] {
  return widths.map((features) => ({
    sizes: { features, heads: 4, blocks, context: 32, batch: 16,
      steps: Math.round(stepsPerSquare * features * features) },
    variants: RULES,
    search,
    seeds,
    ladder: 0,
  }))
}

/** What one size came to. */
interface SizeRow {
  readonly setting: LanguageSetting
  readonly rows: Readonly<Record<(typeof RULES)[number], VariantRow>>
  /** Operations of a whole training. */
  readonly compute: Readonly<Record<(typeof RULES)[number], number>>
}

function sizesOf(setting: ScalingSetting,
  runs: readonly Run<LanguageConfiguration, LanguageResult>[]): readonly SizeRow[]
{
  return settingOf(setting).map((one) => {
    const [BP, macro] = variantRows(one, runs)
    const compute = (row: VariantRow): number =>
      one.sizes.steps * flopsOfStep(configurationOf(one, row.variant, row.rate, 0), VOCABULARY)
    return { setting: one, rows: { BP, macro }, compute: { BP: compute(BP), macro: compute(macro) } }
  })
}

/** One power law per seed. */
function fitsOf(sizes: readonly SizeRow[], rule: (typeof RULES)[number]): readonly PowerLaw[] {
  return sizes[0].rows[rule].results.map((_, seed) =>
    powerLaw(sizes.map(({ rows, compute }) => [compute[rule], testLosses(rows[rule])[seed]]))
  )
}

/** Loss against compute for four sizes, under BP and DFA. */
export const scaling = declared<ScalingSetting, LanguageConfiguration, LanguageResult>({
  name: 'launay2020/scaling',
  title: 'Loss against compute under BP and DFA',
  source: 'launay2020; filipovich2022',
  method: 'training',
  about: 'Causal Transformers of characters in several widths d, trained for d² steps, by backpropagation and by DFA '
    + 'with a point behind every block. Operations are counted from the shapes of the products. A power law L = a·C^−b '
    + 'is fitted for each seed. Filipovich and others find no regime in which DFA has the lower loss at equal compute. '
    + `${
      searchText(SEARCH)
    }: for every width and rule by the validation loss of the first seed. No loss that remains at `
    + 'infinite compute is fitted: four sizes do not show one, and a law without it cannot hold for ever.',
  basis: {
    equations: '(5.9)',
    statement: 'abstract of filipovich2022',
    setting: 'chosen here',
    compared: 'BP at equal compute; exponents of fits',
  },
  data: textFiles('tinyshakespeare'),
  scales: SCALES,
  decidedAtQuick: [],
  resumes: true,
  plan: (setting, seed, done) => settingOf(setting).flatMap((one) => planLanguage(one, seed, done)),
  run: trainLanguage,
  judge({ runs, claim, setting }) {
    const sizes = sizesOf(setting, runs)
    const fits = { BP: fitsOf(sizes, 'BP'), macro: fitsOf(sizes, 'macro') }
    const exponent = (rule: (typeof RULES)[number]): Sample => overFits(fits[rule], (fit) => fit.exponent)
    const lead = pairedDifference(fits.BP.map((fit) => fit.exponent), fits.macro.map((fit) => fit.exponent))
    const { macro: largest } = last(sizes).compute
    const beyond = (factor: number): Sample =>
      overFits(fits.macro, (fit, seed) => Math.log(fit.at(factor * largest) / fits.BP[seed].at(factor * largest)))
    const points = (rule: (typeof RULES)[number]): [number, number][] =>
      sizes.map(({ rows, compute }) => [compute[rule], mean(testLosses(rows[rule]))])
    const xs = Array.from({ length: 13 },
      (_, i) => sizes[0].compute.macro * Math.pow(10 * largest / sizes[0].compute.macro, i / 12))
    return {
      claims: [
        ...sizes.map(({ setting: { sizes: { features } }, rows, compute }) =>
          claim.above(`scaling-behind-${features}`,
            `d = ${features}: test loss of DFA less that of the power law of BP at the same compute, nats`,
            sample(testLosses(rows.macro).map((loss, seed) => loss - fits.BP[seed].at(compute.macro))), 0, 'sign alone')
        ),
        claim.atLeast('scaling-exponent', 'exponent of BP less that of DFA: compute does not help DFA more', lead, 0,
          'filipovich2022 has no regime that favors DFA; sign alone'),
      ],
      figures: [
        drawn(
          'Means over seeds; lines are the mean of the fits of all seeds. Beyond the last marker they are '
            + 'extrapolated.',
          {
            title: 'Test loss against compute',
            x: { label: 'operations of the training', scale: 'log' },
            y: { label: 'loss', unit: 'nats per character', scale: 'log' },
            series: RULES.flatMap((rule,
              color) => [{ name: VARIANT_TITLES[rule], points: points(rule), draw: 'markers' as const, color }, {
              name: `${VARIANT_TITLES[rule]}, power law`,
              dashed: true,
              color,
              points: xs.map((x): [number, number] => [x, mean(fits[rule].map((fit) => fit.at(x)))]),
            }]),
          },
        ),
      ],
      tables: [
        tableOf(
          'Test losses in nats per character, mean ± one standard deviation over seeds, and operations of a training',
          ['d', 'steps', 'BP', 'its rate', 'operations', 'DFA', 'its rate', 'operations of DFA', 'DFA less BP’s law'],
          sizes.map((
            { setting: { sizes: { features, steps } }, rows, compute },
          ) => [features, steps, spread(testLosses(rows.BP), 3), rows.BP.rate, compute.BP.toExponential(2),
            spread(testLosses(rows.macro), 3), rows.macro.rate, compute.macro.toExponential(2),
            spread(testLosses(rows.macro).map((loss, seed) =>
              loss - fits.BP[seed].at(compute.macro)
            ), 3)]
          ),
        ),
        tableOf(
          'Power laws L = a·C^−b: mean over the fits of the seeds ± standard error; root mean square of what they '
            + 'leave over in ln L. Extrapolated: DFA’s loss over BP’s, from the same fits, beyond what was measured',
          ['rule', 'b', 'left over', ...BEYOND.map((factor) =>
            `at ${factor} times the compute (extrapolated)`
          )],
          RULES.map((rule) => [VARIANT_TITLES[rule], error(exponent(rule), 4), mean(fits[rule].map(({ residual }) =>
            residual
          )).toFixed(3),
            ...BEYOND.map((
              factor,
            ) => (rule === 'BP' ? '1' : error({ ...beyond(factor), mean: Math.exp(beyond(factor).mean) }, 3)))]
          ),
        ),
      ],
      findings: [
        `The loss falls with compute to the power ${error(exponent('BP'), 4)} under BP and ${
          error(exponent('macro'), 4)
        } ` + `under DFA (difference ${error(lead, 4)}, ${count(fits.BP.length, 'seed')}).`,
        lead.mean > 2 * lead.standardError ? 'The distance grows with compute: no regime favors DFA.'
          : lead.mean < -2 * lead.standardError
          ? 'The distance shrinks with compute over these sizes; where the laws would meet is beyond what was measured.'
          : 'Whether the distance grows or shrinks with compute, these sizes do not decide; at all of them BP is ahead '
            + 'where the claims say so.',
      ],
    }
  },
})

function error({ mean: value, standardError }: Sample, digits: number): string {
  return `${value.toFixed(digits)} ± ${standardError.toFixed(digits)}`
}
