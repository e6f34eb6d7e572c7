// Convolutions cannot align, and direct feedback alignment does not train them.

import { CIFAR_PARTS, FILES } from '../../training/datasets.ts'
import { type Attainable, attainableWith, type Draws, drawsOf, expectedFor, gaussianAttainable, matrixError, type Sizes,
  sizesText } from '../convolution/attainable.ts'
import { planVariant, SIZES, type TrainingSizes, trainingsOf, trainingText, type Variant } from '../convolution/plan.ts'
import { accuracies, bar, cosineFigure, gainsText, lossFigure, type NamedTrainings,
  trainingTable } from '../convolution/presentation.ts'
import { type ConvolutionTraining, type ConvolutionTrainingResult as Result, type Curve, IMAGE_SETS, type ImageSet,
  trainConvolutions } from '../convolution/training.ts'
import { type Claim, type ClaimBuilder, declared, drawn, last, overSeeds, pairedDifference, ratioOfMeans,
  type ReportFigure, type Run, sample, type Series, undecided } from '../index.ts'

type BoundRun = Draws & { readonly part: 'bound' }
type BoundResult = Attainable & { readonly part: 'bound'; readonly repeated: readonly number[];
  readonly matrixError: number }
interface Setting {
  readonly datasets: readonly ImageSet[]
  readonly sizes: readonly Sizes[]
  readonly draws: number
  readonly training: TrainingSizes
}
type Bounds = readonly Run<BoundRun, BoundResult>[]

/** Share of backpropagation's gain over the frozen control that counts as "much less"; fixed before any run. */
const MUCH_LESS = 1 / 3
/** GA below which convolutions count as not aligned; fixed before any run. */
const UNALIGNED = 0.1

const METHODS = ['BP', 'DFA', 'SHALLOW'] as const
const RANDOM = { feedback: 'random', classifier: 'drawn' } as const
const variantOf = (dataset: ImageSet, method: Variant['method']): Variant => ({ dataset, method, ...RANDOM })

const DEFAULT: Setting = {
  datasets: ['mnist', 'cifar10'],
  sizes: [[4, 14, 4], [8, 10, 3], [4, 25, 4], [8, 20, 5], [16, 32, 3]],
  draws: 50,
  training: SIZES.default,
}

/** What counting dimensions predicts and draws attain. */
const KINDS = { convolution: 'convolution', locallyConnected: 'locally connected', repeated: 'convolution, repeated F' }
type Kind = keyof typeof KINDS

/** Attainable alignment, and trainings by BP, DFA and of the top layer alone. */
export const convolution = declared<Setting, BoundRun | ConvolutionTraining, BoundResult | Result>({
  name: 'refinetti2021/convolution',
  title: 'Convolutional layers cannot align',
  source: 'refinetti2021; theory (4.2), (4.7), (4.8)',
  method: 'training',
  about: 'A convolution is a dense layer whose matrix is block-Toeplitz; the target F_l F_{l−1}ᵀ of weak weight '
    + 'alignment is not. Counting dimensions, the best cosine between any convolution and the target is k/(d d′) for '
    + 'independent entries of F, k/d for locally connected layers or feedback repeated over positions. Then networks '
    + 'of convolutions below one linear layer are trained by BP, by DFA, and with frozen convolutions (SHALLOW).',
  data: [...FILES.mnist, ...FILES.cifar10],
  dataIfPresent: CIFAR_PARTS,
  quickData: [],
  scales: {
    quick: { minutes: 0.05, ...DEFAULT, datasets: ['patterns'], sizes: DEFAULT.sizes.slice(0, 2), draws: 25,
      training: SIZES.quick },
    default: { minutes: 4.5, ...DEFAULT },
    paper: { minutes: 40_000, ...DEFAULT, sizes: [...DEFAULT.sizes, [64, 29, 4]], draws: 100, training: SIZES.paper },
  },
  decidedAtQuick: ['conv-bound', 'conv-matrix'],
  plan: ({ sizes, draws, datasets, training }, seed,
    done) => [...drawsOf(sizes, draws, seed).map((c): BoundRun => ({ part: 'bound', ...c })),
    ...datasets.flatMap((dataset) =>
      METHODS.flatMap((method) => planVariant(variantOf(dataset, method), training, seed, done))
    )],
  resumes: ({ part }) => part === 'training',
  run: (c, tools) =>
    c.part === 'training' ? trainConvolutions(c, tools)
      : { part: 'bound', ...gaussianAttainable(c), repeated: attainableWith('repeated', c).convolution,
        matrixError: matrixError(c) },
  judge({ runs, claim, setting: { training } }) {
    const bounds = runs.filter(({ configuration }) => configuration.part === 'bound') as unknown as Bounds
    const datasets = new Set(runs.flatMap(({ configuration: c }) => (c.part === 'training' ? [c.dataset] : [])))
    const trained = [...datasets].map((dataset) => {
      const [bp, dfa, shallow] = METHODS.map((method): NamedTrainings => ({ name: method,
        runs: trainingsOf(runs, variantOf(dataset, method)) })
      )
      return { dataset, name: IMAGE_SETS[dataset], bp, dfa, shallow }
    })
    return {
      claims: [...boundClaims(bounds, claim), ...trained.flatMap((one) => trainingClaims(one, claim))],
      figures: [boundFigure(bounds),
        ...trained.flatMap((
          { name, bp, dfa, shallow },
        ) => [alignmentFigure(name, dfa), lossFigure(name, [bp, dfa, shallow])])],
      tables: trained.map(({ name, bp, dfa, shallow }) => trainingTable(name, [bp, dfa, shallow])),
      findings: [
        'Bound: Gaussian F, ten outputs; the cosine of F_l F_{l−1}ᵀ with its projection on the convolutions, which no '
        + `training can exceed. Training: ${trainingText(training)} F is uniform with columns (one per network output) `
        + 'of unit length, the same for all seeds.',
        ...trained.map(({ name, bp, dfa, shallow }) => gainsText(name, [bp, dfa], shallow)),
      ],
    }
  },
})

/** The formulas against the mean of the draws. */
function boundClaims(runs: Bounds, claim: ClaimBuilder): readonly Claim[] {
  const configurations = runs.map(({ configuration }) => configuration)
  const against = (id: string, statement: string, kind: Kind, tolerance: number, why: string) =>
    claim.relative(id, statement, runs.map(({ result }) => ({ ...sample(result[kind]), of: 'draws' as const })),
      configurations.map((c) => expectedFor(c)[kind]), tolerance, why, { method: 'random draws',
      source: kind === 'repeated' ? 'theory (4.8)' : 'theory (4.7)' })
  return [
    against('conv-bound',
      `best cosine of a convolution with F_l F_{l−1}ᵀ: k/(d d′) at (c, d, k) = ${sizesText(configurations)}`,
      'convolution', 0.05, 'number of draws'),
    against('conv-bound-local', 'the same for locally connected layers: k/d', 'locallyConnected', 0.05,
      'number of draws'),
    against('conv-bound-repeated', 'the same for convolutions and F repeated over positions: k/d, in every draw',
      'repeated', 1e-6, 'rounding'),
    claim.atMost('conv-matrix',
      'the engine’s convolution against the product with its block-Toeplitz matrix φ(C), relative, each geometry',
      runs.map(({ result }) => result.matrixError), 1e-6, 'float32 rounding', { method: 'float32 engine',
      source: 'theory (4.2)' }),
  ]
}

type Trained =
  & { readonly dataset: ImageSet; readonly name: string }
  & Readonly<Record<'bp' | 'dfa' | 'shallow', NamedTrainings>>

function trainingClaims({ dataset, name, ...methods }: Trained, claim: ClaimBuilder): readonly Claim[] {
  const [bp, dfa, shallow] = [methods.bp, methods.dfa, methods.shallow].map((one) => accuracies(one))
  const layers = methods.dfa.runs[0].result.gradientAlignment
  const gain = pairedDifference(bp, shallow)
  const share = claim.below(`conv-accuracy-${dataset}`,
    `${name}: what DFA gains over SHALLOW, as a share of what BP gains; test accuracies`,
    ratioOfMeans(dfa.map((x, k) => x - shallow[k]), bp.map((x, k) => x - shallow[k])), MUCH_LESS,
    'what counts as much less; fixed before any run')
  return [
    claim.below(`conv-ga-${dataset}`,
      `${name}: gradient alignment of the convolutions under DFA, by layer: the largest of all times and seeds`,
      layers.map((_, l) =>
        Math.max(...methods.dfa.runs.flatMap(({ result }) => result.gradientAlignment[l].map((x) => x ?? NaN)))
      ), UNALIGNED, 'what counts as not aligned; fixed before any run'),
    gain.mean > 2 * gain.standardError ? share : undecided(share, 'BP itself gains too little over SHALLOW'),
    claim.above(`conv-below-bp-${dataset}`, `${name}: test accuracy of BP less that of DFA`, pairedDifference(bp, dfa),
      0, 'sign alone'),
  ]
}

/** Measured against predicted. */
function boundFigure(runs: Bounds): ReportFigure {
  const shown = (Object.keys(KINDS) as Kind[]).map((kind, color): Series => {
    const places = runs.map(({ configuration, result }) => {
      const { value, low = value, high = value } = bar(result[kind])
      return [expectedFor(configuration)[kind], low, value, high] as const
    }).sort(([a], [b]) => a - b)
    return { name: KINDS[kind], color, draw: 'markers', points: places.map(([at, , value]) => [at, value]),
      band: places.map(([at, low, , high]) => [at, low, high]) }
  })
  const all = shown.flatMap(({ points }) => points.map(([x]) => x))
  const ends: readonly number[] = [Math.min(...all), Math.max(...all)]
  return drawn(
    'Best cosine between F_l F_{l−1}ᵀ and any matrix of a kind, mean ± standard deviation over '
      + `${runs[0].configuration.draws} draws, against the prediction from counting dimensions. Locally connected `
      + 'layers and repeated F coincide. A convolution of usual size can align to some hundredths at most.',
    { title: 'Attainable weight alignment', x: { label: 'predicted: k/(d d′) or k/d', scale: 'log' },
      y: { label: 'measured best cosine', scale: 'log' },
      series: [...shown, { name: 'prediction', dashed: true, color: 3, points: ends.map((x) => [x, x]) }] },
  )
}

/** GA of each convolution over training. */
function alignmentFigure(name: string, { runs }: NamedTrainings): ReportFigure {
  const results = runs.map(({ result }) => result)
  const layers = results[0].gradientAlignment.map((_, l) => l)
  const start = results.flatMap(({ gradientAlignment }) => gradientAlignment.map(([first]) => Math.abs(first ?? NaN)))
  const curve = (what: string, of: (result: Result) => Curve) => [what, results, of] as const
  const curves = [...layers.map((l) => curve(`GA, convolution ${l + 1}`, (r) => r.gradientAlignment[l])),
    curve('WA, convolution 2', (r) => r.weightAlignment[0]), curve('WA, linear layer', (r) => last(r.weightAlignment))]
  return drawn(
    `Gradient alignment (mean over 256 training images) of the convolutions and weight alignment, ${name}, `
      + `${overSeeds(runs.length)}. Before training GA is zero to ± ${Math.max(...start).toFixed(3)}.`,
    { ...cosineFigure(`${name}: alignment under DFA`, [-0.2, 1.05], curves),
      marks: [{ y: UNALIGNED, label: 'limit of the claim on GA' }] },
  )
}
