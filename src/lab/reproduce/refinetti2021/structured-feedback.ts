// Feedback that knows the structure of convolutions, and weights that begin aligned.

import { FILES } from '../../training/datasets.ts'
import { alignedFigure, type AlignedResult, type AlignedRun, type AlignedRuns, beginning,
  trainAligned } from '../convolution/aligned-weights.ts'
import { type Attainable, attainableWith, type Draws, drawsOf, expectedFor, type Sizes,
  sizesText } from '../convolution/attainable.ts'
import type { ConvolutionFeedback } from '../convolution/feedback.ts'
import { planVariant, SIZES, type TrainingSizes, trainingsOf, trainingText } from '../convolution/plan.ts'
import { bar, cosineFigure, errorFigure, gainsText, type NamedTrainings,
  trainingTable } from '../convolution/presentation.ts'
import { type ConvolutionTraining, type ConvolutionTrainingResult, IMAGE_SETS, type ImageSet,
  trainConvolutions } from '../convolution/training.ts'
import { barFigure, type Claim, type ClaimBuilder, declared, last, mean, overSeeds, perSeed, type ReportFigure,
  type Run, sample, sideBySide } from '../index.ts'

type AttainableRun = Draws & { readonly part: 'attainable'; readonly feedback: ConvolutionFeedback }
type AttainableResult = Attainable & { readonly part: 'attainable' }
type Configuration = AttainableRun | ConvolutionTraining | AlignedRun
type Result = AttainableResult | ConvolutionTrainingResult | AlignedResult
type Drawn = readonly Run<AttainableRun, AttainableResult>[]

interface Setting {
  readonly dataset: ImageSet
  readonly sizes: readonly Sizes[]
  readonly draws: number
  readonly training: TrainingSizes
  /** Linear networks; the rate is common to both beginnings and was set by training loss. */
  readonly aligned: Omit<AlignedRun, 'part' | 'dataset' | 'initial' | 'seed'>
  readonly seeds: number
}

/** Kinds of feedback, and as which variant each is trained: aligned kinds copy F into the linear layer, as the authors do. */
const KINDS = { random: 'random F', repeated: 'REPEATED', nmf: 'ALIGNED_NMF', svd: 'ALIGNED_SVD' } as const
const STRUCTURED = ['repeated', 'nmf', 'svd'] as const
const variant = (name: string, method: ConvolutionTraining['method'], feedback: ConvolutionFeedback = 'random',
  classifier: ConvolutionTraining['classifier'] = 'drawn') => ({ name, method, feedback, classifier })
const VARIANTS = [variant('BP', 'BP'), variant('SHALLOW', 'SHALLOW'), variant(KINDS.random, 'DFA'),
  variant(`${KINDS.random}, copied`, 'DFA', 'random', 'copied'), variant(KINDS.repeated, 'DFA', 'repeated'),
  variant(`${KINDS.nmf}, copied`, 'DFA', 'nmf', 'copied'), variant(`${KINDS.svd}, copied`, 'DFA', 'svd', 'copied')]

const LINEAR = { trainingSamples: 4000, depth: 4, width: 100, rate: 0.01, batch: 32, epochs: 10, points: 20 }
const DEFAULT: Setting = {
  dataset: 'mnist',
  sizes: [[4, 14, 4], [8, 10, 3]],
  draws: 25,
  // Seven variants instead of three: fewer images than for convolutions alone.
  training: { ...SIZES.default, trainingSamples: 4000, epochs: 10 },
  aligned: LINEAR,
  seeds: 5,
}

/** Structured feedback for convolutions; aligned initial weights for linear networks. */
export const structuredFeedback = declared<Setting, Configuration, Result>({
  name: 'refinetti2021/structured-feedback',
  title: 'Structured feedback and aligned weights',
  source: 'refinetti2021; theory (4.8), (4.11), (4.12), (2.21)',
  method: 'training',
  about: 'Feedback that follows the structure of convolutions: REPEATED (one number per channel), ALIGNED_NMF '
    + '(non-negative factors of the receptive fields), ALIGNED_SVD (strongest singular vectors of the initial φ(C)). '
    + 'How well could a convolution align with it, and does DFA train better by it? And linear networks that begin on '
    + 'W_l = F_l F_{l−1}ᵀ: their gradients are aligned from the first step; does training keep that?',
  data: FILES.mnist,
  quickData: [],
  scales: {
    quick: { minutes: 0.1, dataset: 'patterns', sizes: DEFAULT.sizes.slice(0, 1), draws: 2, training: SIZES.quick,
      aligned: { ...LINEAR, trainingSamples: 400, batch: 20, epochs: 3, points: 6 }, seeds: 2 },
    default: { minutes: 2.5, ...DEFAULT },
    paper: { minutes: 40_000, ...DEFAULT, training: SIZES.paper,
      aligned: { ...LINEAR, trainingSamples: 0, epochs: 100, points: 40 }, seeds: 10 },
  },
  decidedAtQuick: ['structured', 'aligned-start'],
  plan: ({ dataset, sizes, draws, training, aligned, seeds }, seed,
    done) => [
    ...drawsOf(sizes, draws, seed).flatMap((c) =>
      (['random', ...STRUCTURED] as const).map((feedback): AttainableRun => ({ part: 'attainable', feedback, ...c }))
    ),
    ...(['aligned', 'uniform'] as const).flatMap((initial) =>
      perSeed(seed, seeds, (own): AlignedRun => ({ part: 'aligned', dataset, initial, ...aligned, seed: own }))
    ),
    ...VARIANTS.flatMap(({ name: _, ...variant }) => planVariant({ dataset, ...variant }, training, seed, done)),
  ],
  resumes: ({ part }) => part === 'training',
  run: (c, tools) =>
    c.part === 'attainable' ? { part: 'attainable', ...attainableWith(c.feedback, c) }
      : c.part === 'aligned' ? trainAligned(c, tools) : trainConvolutions(c, tools),
  judge({ runs, claim, setting: { training, aligned } }) {
    const drawn = runs.filter(({ configuration: c }) => c.part === 'attainable') as unknown as Drawn
    const linear = runs.filter(({ configuration: c }) => c.part === 'aligned') as unknown as AlignedRuns
    const { dataset } = linear[0].configuration
    const name = IMAGE_SETS[dataset]
    const trained: readonly NamedTrainings[] = VARIANTS.map(({ name: variant, ...rest }) => ({ name: variant,
      runs: trainingsOf(runs, { dataset, ...rest }) })
    )
    const direct = trained.filter(({ runs: [first] }) => first.configuration.method === 'DFA')
    return {
      claims: [...attainableClaims(drawn, claim), ...alignedClaims(linear, claim)],
      figures: [attainableFigure(drawn), errorFigure(name, trained), convolutionFigure(name, direct),
        alignedFigure(name, linear)],
      tables: [trainingTable(name, trained)],
      findings: [
        `Networks: ${trainingText(training)} As in the authors’ code, the aligned kinds copy F_{L−1}ᵀ into the linear `
        + 'layer (here at the length that a drawn one would have); random F with the same copy is the control for '
        + 'that. Columns of F have unit length. Aligned linear networks: orthogonal F, width '
        + `${aligned.width}, ${aligned.depth} layers, η = ${aligned.rate}, batch ${aligned.batch}, W₁ drawn.`,
        gainsText(name, trained.filter((one) => one !== trained[1]), trained[1]),
      ],
    }
  },
})

const ofKind = (runs: Drawn, kind: ConvolutionFeedback): Drawn =>
  runs.filter(({ configuration }) => configuration.feedback === kind)

function attainableClaims(runs: Drawn, claim: ClaimBuilder): readonly Claim[] {
  const repeated = ofKind(runs, 'repeated')
  const names = sizesText(repeated.map(({ configuration }) => configuration))
  const means = (kind: ConvolutionFeedback): readonly number[] =>
    ofKind(runs, kind).map(({ result }) => mean(result.convolution))
  const random = means('random')
  const drawn = (source: string) => ({ method: 'random draws', source }) as const
  return [
    claim.relative('structured-repeated',
      `REPEATED: best cosine of a convolution with F_l F_{l−1}ᵀ = k/d, (c, d, k) = ${names}`,
      repeated.map(({ result }) => ({ ...sample(result.convolution), of: 'draws' as const })),
      repeated.map(({ configuration }) => expectedFor(configuration).repeated), 1e-6, 'rounding',
      drawn('theory (4.8)')),
    claim.above('structured-higher',
      `attainable weight alignment of REPEATED, ALIGNED_NMF, ALIGNED_SVD over that of random F, least of ${names}`,
      STRUCTURED.map((kind) => Math.min(...means(kind).map((x, i) => x / random[i]))), 1, 'sign alone',
      drawn('theory (4.3)')),
    claim.below('structured-limited',
      `still limited by locality: attainable weight alignment of the same three, largest of ${names}`,
      STRUCTURED.map((kind) => Math.max(...means(kind))), 0.9, 'limit set here: no paper gives a number',
      drawn('theory (4.5)')),
  ]
}

/** The alignment before training, of drawn weights, and what is left of it. */
function alignedClaims(runs: AlignedRuns, claim: ClaimBuilder): readonly Claim[] {
  const [aligned, uniform] = [beginning(runs, 'aligned'), beginning(runs, 'uniform')]
  const first = ({ gradientAlignment }: AlignedResult): readonly number[] =>
    gradientAlignment.map((list) => list[0] ?? NaN)
  const end = ({ gradientAlignment }: AlignedResult): readonly number[] =>
    gradientAlignment.map((list) => last(list) ?? NaN)
  const layers = first(aligned[0]).map((_, l) => l)
  return [
    claim.atLeast('aligned-start',
      'linear networks with W_l = F_l F_{l−1}ᵀ (rows of unit length): GA_l before training by layer, least of the seeds',
      layers.map((l) => Math.min(...aligned.map((result) => first(result)[l]))), 0.95, 'rows of unit length', {
      source: 'theory (2.21)',
    }),
    claim.atMost('aligned-control', 'the same with drawn weights: |mean of GA_l over seeds| before training, by layer',
      layers.map((l) => Math.abs(mean(uniform.map((result) => first(result)[l])))), 0.3,
      'a signal of ten outputs scatters by about 1/√10 in one seed', { source: 'theory (1.17)' }),
    claim.above('aligned-decay', 'aligned networks: GA before training less GA at the end, mean over layers',
      sample(aligned.map((result) => mean(first(result)) - mean(end(result)))), 0, 'sign alone'),
  ]
}

function attainableFigure(runs: Drawn): ReportFigure {
  const kinds = ['random', ...STRUCTURED] as const
  return {
    svg: barFigure({
      title: 'Attainable weight alignment',
      categories: kinds.map((kind) => KINDS[kind]),
      value: { label: 'best cosine of a convolution', domain: [0, 1] },
      series: ofKind(runs, 'random').map(({ configuration: { channels, side, kernel } }, index) => ({
        name: `c = ${channels}, d = ${side}, k = ${kernel}`,
        values: kinds.map((kind) => bar(ofKind(runs, kind)[index].result.convolution)),
      })),
    }),
    caption: 'Best cosine between any convolution and F_l F_{l−1}ᵀ by kind of feedback, mean ± standard deviation over '
      + `${runs[0].configuration.draws} draws (ten outputs).`,
  }
}

/** GA of every convolution under each kind of feedback. */
function convolutionFigure(name: string, direct: readonly NamedTrainings[]): ReportFigure {
  const [{ runs: [{ result: first }] }] = direct
  return sideBySide(
    `Gradient alignment of the convolutions over training, ${name}, ${overSeeds(direct[0].runs.length)}. Copying `
      + 'F into the linear layer aligns the last convolution by construction before training; the first has to '
      + 'earn it. ALIGNED_SVD begins aligned there, too: its F is made of the initial weights.',
    first.gradientAlignment.map((_, l) =>
      cosineFigure(`GA, convolution ${l + 1}`, [-0.2, 1.05], direct.map(({ name: own, runs }) =>
        [own, runs.map(({ result }) =>
          result
        ), (r) => r.gradientAlignment[l]] as const
      ))
    ),
    'both',
  )
}
