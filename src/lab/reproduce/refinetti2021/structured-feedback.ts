// Section 6: feedback that knows the structure of convolutions, and weights that begin aligned.

import { unreachable } from '../../../tensor/index.ts'
import { meanAndDeviation } from '../../../dfa/index.ts'
import { type Claim } from '../../claims/claim.ts'
import { notCovered } from '../../claims/legacy.ts'
import type { LineFigure } from '../../report/figure.ts'
import type { ReportFigure } from '../../report/html.ts'
import { panels } from '../../report/panels.ts'
import { FILES } from '../../training/datasets.ts'
import { type Experiment, experiment, type Judgment, type Run, type Scale } from '../experiment.ts'
import { meanSeries, spread } from '../series.ts'
import { ALIGNED, alignedClaims, alignedFigure, alignedPlan } from './aligned-judgment.ts'
import { type AlignedResult, type AlignedRun, trainAligned } from './aligned-weights.ts'
import { accuracies, errorFigure, type NamedTrainings, pointsOver } from './convolution-figures.ts'
import { DATASET_NAMES, datasetsOf, planVariant, RATE_TEXT, SIZES, type TrainingRun, type TrainingRunResult,
  type TrainingSizes, trainingsOf, trainingText, type Variant } from './convolution-plan.ts'
import { type ConvolutionTraining, trainConvolutions } from './convolution-training.ts'
import { attainableClaims, attainableFigure, attainablePlan, type AttainableResult, type AttainableRun,
  runAttainable } from './structured-attainable.ts'

type Configuration = AttainableRun | TrainingRun | AlignedRun
type Result = AttainableResult | TrainingRunResult | AlignedResult

/** Structured feedback as in the paper's code, the aligned kinds with the classifier copied from F, and controls. */
const VARIANTS: readonly (Omit<Variant, 'dataset'> & { readonly name: string })[] = [{
  name: 'BP',
  method: 'BP',
  feedback: 'random',
  classifier: 'drawn',
}, { name: 'SHALLOW', method: 'SHALLOW', feedback: 'random', classifier: 'drawn' }, {
  name: 'random F',
  method: 'DFA',
  feedback: 'random',
  classifier: 'drawn',
}, { name: 'random F, copied', method: 'DFA', feedback: 'random', classifier: 'copied' }, {
  name: 'REPEATED',
  method: 'DFA',
  feedback: 'repeated',
  classifier: 'drawn',
}, { name: 'ALIGNED_NMF, copied', method: 'DFA', feedback: 'nmf', classifier: 'copied' }, {
  name: 'ALIGNED_SVD, copied',
  method: 'DFA',
  feedback: 'svd',
  classifier: 'copied',
}]

/** Seven variants instead of three: fewer images by default. */
function sizesOf(scale: Scale): TrainingSizes {
  return scale === 'default' ? { ...SIZES.default, trainingSamples: 4000, epochs: 10 } : SIZES[scale]
}

const datasetOf = (scale: Scale): ConvolutionTraining['dataset'] => (scale === 'quick' ? 'patterns' : 'mnist')

/** Structured feedback for convolutions; aligned initial weights for linear networks. */
export const structuredFeedback: Experiment = experiment<Configuration, Result>({
  name: 'refinetti2021/structured-feedback',
  title: 'Structured feedback and aligned weights',
  source: 'refinetti2021 section 6',
  about: 'Feedback that follows the structure of convolutions: REPEATED (one number per channel), ALIGNED_NMF '
    + '(non-negative factors of the receptive fields), ALIGNED_SVD '
    + '(strongest singular vectors of the initial φ(C)). How well could a convolution align with it, and does DFA '
    + 'train better by it? And linear networks that begin on '
    + 'W_l = F_l F_{l−1}ᵀ: their gradients are aligned from the first step; does training keep that?',
  data: FILES.mnist,
  quickData: [],
  minutes: { quick: 0.1, default: 2.5, paper: 40_000 },
  revision: 1,
  plan(scale, seed, done) {
    const dataset = datasetOf(scale)
    return [...attainablePlan(scale, seed), ...alignedPlan(scale, dataset, seed),
      ...VARIANTS.flatMap(({ method, feedback, classifier }) =>
        planVariant({ dataset, method, feedback, classifier }, sizesOf(scale), seed, done)
      )]
  },
  run(c, tools): Result {
    if (c.part === 'attainable') return runAttainable(c)
    if (c.part === 'aligned') return trainAligned(c, tools)
    if (c.part === 'training') return { part: 'training', ...trainConvolutions(c, tools) }
    return unreachable('structured-feedback', c)
  },
  judge(runs, scale) {
    const bounds = runs.filter((run): run is Run<AttainableRun, AttainableResult> =>
      run.configuration.part === 'attainable'
    )
    const aligned = runs.filter((run): run is Run<AlignedRun, AlignedResult> => run.configuration.part === 'aligned')
    const [dataset] = datasetsOf(runs)
    const trainings: readonly NamedTrainings[] = VARIANTS.map(({ name, method, feedback, classifier }) => ({
      name,
      runs: trainingsOf(runs, { dataset, method, feedback, classifier }),
    }))
    const name = DATASET_NAMES[dataset]
    const quick = (claim: Claim): Claim =>
      scale === 'quick' ? notCovered(claim, 'quick scale: few draws and seeds') : claim
    return {
      claims: [...attainableClaims(bounds), ...alignedClaims(aligned, quick)],
      figures: [attainableFigure(bounds), errorFigure(name, trainings),
        convolutionAlignment(name, trainings.filter(({ runs: [first] }) => first.configuration.method === 'DFA')),
        alignedFigure(aligned)],
      tables: [trainingTable(name, trainings)],
      findings: [
        `Networks: ${trainingText(sizesOf(scale))} ${RATE_TEXT} As in the paper’s code, the aligned kinds copy `
        + 'F_{L−1}ᵀ into the linear layer (here at the length '
        + 'that a drawn one would have); random F with the same copy is the control for that. Columns of F have '
        + 'unit length. Aligned linear networks: orthogonal F, '
        + `width ${ALIGNED[scale].width}, ${ALIGNED[scale].depth} layers, η = ${ALIGNED[scale].rate}, batch `
        + `${ALIGNED[scale].batch}, W₁ drawn.`,
        accuracyText(name, trainings),
        attainedText(trainings),
      ],
    }
  },
})

/** GA of every convolution under each kind of feedback. */
function convolutionAlignment(name: string, trainings: readonly NamedTrainings[]): ReportFigure {
  const [{ result: first }] = trainings[0].runs
  const epochs = first.steps.slice(1).map((step) => step / first.stepsPerEpoch)
  return {
    svg: panels({
      share: 'both',
      figures: first.gradientAlignment.map((_, l): LineFigure => ({
        title: `convolution ${l + 1}`,
        x: { label: 'epoch', scale: 'log' },
        y: { label: 'gradient alignment', domain: [-0.2, 1.05] },
        series: trainings.map(({ name: variant, runs }) =>
          meanSeries(variant, epochs, runs.map(({ result }) => result.gradientAlignment[l].slice(1)), { draw: 'both' })
        ),
      })),
    }),
    wide: true,
    caption: `Gradient alignment of the convolutions over training, ${name}, mean ± standard deviation over `
      + `${trainings[0].runs.length} seed(s). Copying F into the linear layer `
      + 'aligns the last convolution by construction before training; the first has to earn it. '
      + 'ALIGNED_SVD begins aligned there, too: its F is made of the initial weights.',
  }
}

function trainingTable(name: string, trainings: readonly NamedTrainings[]): NonNullable<Judgment['tables']>[number] {
  const percent = (values: readonly (number | null)[]): string => spread(values.map((x) => 100 * (x ?? NaN)))
  const last = (lists: readonly (readonly (number | null)[])[]): string =>
    lists.some((list) => list.length === 0) || lists.length === 0
      ? '–'
      : spread(lists.map((list) => list[list.length - 1] ?? NaN), 2)
  return {
    caption: `Trainings on ${name}: accuracies in per cent, gradient alignment of both convolutions and weight `
      + 'alignment of the second at the end, its attainable value; mean ± standard deviation over seeds.',
    table: {
      columns: [{ name: 'feedback' }, { name: 'rate', align: 'right' }, { name: 'training', unit: '%', align: 'right' },
        { name: 'test', unit: '%', align: 'right' }, { name: 'GA₁', align: 'right' }, { name: 'GA₂', align: 'right' }, {
        name: 'WA₂',
        align: 'right',
      }, { name: 'attainable', align: 'right' }],
      rows: trainings.map((
        { name: variant, runs },
      ) => [variant, String(runs[0].configuration.rate), percent(runs.map(({ result }) =>
        result.trainingAccuracy
      )), percent(runs.map(({ result }) =>
        result.testAccuracy
      )), last(runs.map(({ result }) =>
        result.gradientAlignment[0] ?? []
      )), last(runs.map(({ result }) => result.gradientAlignment[1] ?? [])), last(runs.map(({ result }) =>
        result.weightAlignment[0] ?? []
      )), runs[0].result.attainable.length === 0
        ? '–'
        : spread(runs.map(({ result }) => result.attainable[0].convolution), 3)]
      ),
    },
  }
}

const average = (values: readonly number[]): number => meanAndDeviation(values).mean

/** Accuracies above the frozen control's, in a sentence. */
function accuracyText(name: string, trainings: readonly NamedTrainings[]): string {
  const of = (variant: string): readonly number[] =>
    accuracies(trainings.find((training) => training.name === variant)?.runs ?? [])
  const parts = trainings.filter(({ name: variant }) => variant !== 'SHALLOW').map(({ name: variant, runs }) =>
    `${variant} ${pointsOver(accuracies(runs), of('SHALLOW'))}`
  )
  return `${name}, points of test accuracy above SHALLOW with standard errors over seeds: ${parts.join('; ')}.`
}

/** What of the attainable weight alignment is attained, in a sentence. */
function attainedText(trainings: readonly NamedTrainings[]): string {
  const parts = trainings.filter(({ runs: [first] }) => first.result.attainable.length > 0).map(({ name, runs }) => {
    const last = average(runs.map(({ result }) => result.weightAlignment[0][result.steps.length - 1] ?? NaN))
    const best = average(runs.map(({ result }) => result.attainable[0].convolution))
    return `${name} ${last.toFixed(3).replace('-', '−')} of ${best.toFixed(3)}`
  })
  return ('Weight alignment of the second convolution at the end, and what its projection would allow: '
    + `${parts.join('; ')}. `
    + 'To be able to align is not to align.')
}
