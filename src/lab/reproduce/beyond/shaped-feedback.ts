// Shaped feedback in deep linear networks outside of its theorems: rates, Gaussian matrices, colored inputs, noise.

import type { Claim, ClaimBuilder } from '../../claims/claim.ts'
import { typeset } from '../../report/format.ts'
import { pairedDifference, ratioOfMeans, type Sample, sample, slope } from '../../statistics.ts'
import { declared, perSeed } from '../experiment.ts'
import { GIVEN, type LinearResult, type LinearRun, MOST, RESOLUTION, runLinear } from '../shaped/linear.ts'
import { drawn, EXPONENTS, FROM, gaussianFigure, type LinearConfiguration, type LinearRuns, type LinearSetting,
  linearTables, meanAlignment, NOISY, noisy, noisyFigure, of, type Part, rated, rateFigure, SAMPLES, SHAPES,
  stepsOf } from '../shaped/linear-presentation.ts'

type Setting = LinearSetting
type Configuration = LinearConfiguration
type Runs = LinearRuns

/** Parts other than the first: three layers at this κ. */
const CONDITION = 10
const PLAIN = { gaussianWidth: null, inputCondition: 1, from: 'teacher', samples: null } as const
/** The largest stable rate of every exponent, and what is left of the theorems where they do not hold. */
export const shapedFeedback = declared<Setting, Configuration, LinearResult>({
  name: 'beyond/shaped-feedback',
  title: 'Shaped feedback in deep linear networks, outside of its theorems',
  source: 'theory (7.10), (7.15), (7.18)',
  method: 'recursion',
  about:
    'Balanced feedback aligns every layer perfectly, equalizing feedback (p = −1) learns all modes at once: exact for '
    + 'orthogonal Q_l, white inputs and targets without noise. Here each run takes a share of its own largest stable '
    + 'rate, found by halving intervals, so that no shape is favored by the scale of its feedback; and in turn Q_l are '
    + 'Gaussian, inputs have a covariance in a basis of its own (what replaces T?), or targets are noisy and samples few '
    + '(S_l is then made from the samples; does equalizing fit the noise?).',
  data: [],
  revision: 1,
  scales: {
    quick: { minutes: 0.1, seeds: 2, conditions: [3, 10], widths: [20, 100], noises: [0.5] },
    default: { minutes: 1, seeds: 5, conditions: [3, 10, 30], widths: [20, 50, 100, 200, 400], noises: [0.5, 1] },
    paper: {
      minutes: 20,
      seeds: 100,
      conditions: [3, 10, 30],
      widths: [20, 50, 100, 200, 400, 1000],
      noises: [0.25, 0.5, 1],
    },
  },
  decidedAtQuick: ['shaped-stable', 'shaped-equal-steps'],
  plan: ({ seeds, conditions, widths, noises }, first) => {
    const runs = (part: Part, c: Omit<LinearRun, 'seed'>): readonly Configuration[] =>
      perSeed(first, seeds, (seed) => ({ part, ...c, seed }))
    const deep = { ...PLAIN, depth: 4, share: 0.7 }
    const three = { ...PLAIN, depth: 3, condition: CONDITION, share: 0.3 }
    return [
      ...(['balanced', ...EXPONENTS] as const).flatMap((exponent) =>
        conditions.flatMap((condition) => runs('rates', { ...deep, condition, exponent }))
      ),
      // Slow steps: those of finite size would hide how close GA comes to 1.
      ...SHAPES.flatMap((exponent) =>
        [...widths, null].flatMap((gaussianWidth) =>
          runs('gaussian', { ...three, exponent, gaussianWidth, share: 0.05 })
        )
      ),
      ...SHAPES.flatMap((exponent) =>
        FROM.flatMap((from) => runs('colored', { ...three, exponent, from, inputCondition: CONDITION }))
      ),
      ...NOISY.flatMap((exponent) =>
        noises.flatMap((noise) =>
          runs('noisy', { ...three, exponent, from: 'cross', samples: { count: SAMPLES, noise } })
        )
      ),
    ]
  },
  run: runLinear,
  judge({ runs, claim, setting }) {
    return {
      claims: [...rateClaims(runs, claim, setting), ...gaussianClaims(runs, claim, setting),
        ...coloredClaims(runs, claim), ...noisyClaims(runs, claim, setting)],
      figures: [rateFigure(runs, setting), gaussianFigure(runs, setting), noisyFigure(runs, setting)],
      tables: linearTables(runs, setting),
    }
  },
})

function rateClaims(runs: Runs, claim: ClaimBuilder, { conditions }: Setting): readonly Claim[] {
  const all = runs.filter(({ configuration: { part } }) => part === 'rates').map(({ result: { largest } }) => largest)
  const [low, high] = [conditions[0], conditions[conditions.length - 1]]
  const others = EXPONENTS.filter((p) => p !== -1)
  const faster = (p: number): Sample =>
    ratioOfMeans(rated(runs, p, high).map(stepsOf), rated(runs, -1, high).map(stepsOf))
  return [
    claim.atMost('shaped-stable',
      `the largest stable rate in units of 2/(nρ_max) is the same for every shape, κ_T = ${
        conditions.join(', ')
      }: spread`, Math.max(...all) / Math.min(...all) - 1, 2 * RESOLUTION, 'resolution of the search', {
      source: 'theory (7.23)',
    }),
    claim.relative('shaped-equal-steps',
      `p = −1 at 0.7 of that rate: steps at κ_T = ${high} over those at κ_T = ${low}`,
      ratioOfMeans(rated(runs, -1, high).map(stepsOf), rated(runs, -1, low).map(stepsOf)), 1, 0.05,
      'one step, resolution of the search', { source: 'theory (7.18)' }),
    claim.above('shaped-fastest', `κ_T = ${high}: steps at p = ${
      others.map((p) => typeset(String(p))).join(', ')
    } over ` + 'those at p = −1, each at 0.7 of its largest rate', others.map(faster), 1, 'order', {
      source: 'theory (7.10)',
    }),
    claim.above('shaped-aligned', `κ_T = ${high}: GA, mean over layers, of balanced feedback less that of each p`,
      EXPONENTS.map((p) =>
        pairedDifference(rated(runs, 'balanced', high).map(meanAlignment), rated(runs, p, high).map(meanAlignment))
      ), 0, 'order', { source: 'theory (7.15)' }),
  ]
}

function gaussianClaims(runs: Runs, claim: ClaimBuilder, { widths }: Setting): readonly Claim[] {
  const seeds = drawn(runs, 'balanced', null).map((_, seed) => seed)
  const slopes = seeds.map((seed) =>
    slope(widths.map(Math.log), widths.map((width) =>
      Math.log(1 - meanAlignment(drawn(runs, 'balanced', width)[seed]))
    ))
  )
  return [
    claim.absolute('shaped-gaussian-slope',
      `balanced feedback with Gaussian Q_l: slope of ln(1 − GA) over ln n, widths ${widths.join(', ')}`, sample(slopes),
      -1, 0.25, 'five outputs, few widths', { source: 'theory (7.31)' }),
    claim.ordered('shaped-gaussian-steps',
      'p = −1 with Gaussian Q_l: steps over those with orthogonal Q_l fall with the width', widths.map((width) =>
        ratioOfMeans(drawn(runs, -1, width).map(stepsOf), drawn(runs, -1, null).map(stepsOf))
      ), 'not rising', 0, 'order', { source: 'theory (7.30)' }),
  ]
}

function coloredClaims(runs: Runs, claim: ClaimBuilder): readonly Claim[] {
  const own = (exponent: LinearRun['exponent'], from: LinearRun['from']): readonly LinearResult[] =>
    of(runs, 'colored', (c) => c.exponent === exponent && c.from === from)
  return [
    claim.above('shaped-colored-balanced',
      'colored inputs: GA at the end of feedback balanced by T less that by TΣ^(1/2), by TΣ',
      (['whitened', 'cross'] as const).map((from) =>
        pairedDifference(own('balanced', 'teacher').map(meanAlignment), own('balanced', from).map(meanAlignment))
      ), 0, 'order: in commuting bases the end is that of T', { source: 'theory (7.26)' }),
    claim.below('shaped-colored-equalizing',
      'colored inputs: steps of feedback equalized by TΣ over those by T, by TΣ^(1/2)',
      (['teacher', 'whitened'] as const).map((from) =>
        ratioOfMeans(own(-1, 'cross').map(stepsOf), own(-1, from).map(stepsOf))
      ), 1, 'order: in commuting bases and depth the clocks are those of TΣ', { source: 'theory (7.28)' }),
  ]
}

function noisyClaims(runs: Runs, claim: ClaimBuilder, { noises }: Setting): readonly Claim[] {
  const time = ({ stepsToTest }: LinearResult): number => stepsToTest ?? MOST
  const least = ({ leastTest }: LinearResult): number => leastTest
  return noises.flatMap((
    noise,
  ) => [
    claim.below(`shaped-noisy-time-${noise}`,
      `noise ${noise}: steps to test error ${GIVEN} at p = −1 over those at p = 0 (never: ${MOST})`,
      ratioOfMeans(noisy(runs, -1, noise).map(time), noisy(runs, 0, noise).map(time)), 1, 'order'),
    claim.above(`shaped-noisy-least-${noise}`,
      `noise ${noise}: least test error on the way at p = −1 less that at p = 0: equalizing fits the noise`,
      pairedDifference(noisy(runs, -1, noise).map(least), noisy(runs, 0, noise).map(least)), 0, 'sign alone'),
  ])
}
