// Section 5: convolutions cannot align, and direct feedback alignment does not train them.

import { unreachable } from '../../../tensor/index.ts'
import { meanAndDeviation } from '../../../dfa/index.ts'
import { type Claim } from '../../claims/claim.ts'
import { atLeast, atMost, notCovered } from '../../claims/legacy.ts'
import { lineFigure } from '../../report/figure.ts'
import type { ReportFigure } from '../../report/html.ts'
import { CIFAR_PARTS, FILES } from '../../training/datasets.ts'
import { type Experiment, experiment, type Judgment, type Run, type RunTools, type Scale } from '../experiment.ts'
import { meanSeries, spread } from '../series.ts'
import { boundClaims, boundFigure, boundPlan, type BoundResult, type BoundRun, boundTable,
  runBound } from './convolution-bound.ts'
import { accuracies, lossFigure, type NamedTrainings, pointsOver } from './convolution-figures.ts'
import { DATASET_NAMES, datasetsOf, planVariant, RATE_TEXT, SIZES, type TrainingRun, type TrainingRunResult,
  trainingsOf, trainingText, type Variant } from './convolution-plan.ts'
import { type ConvolutionTraining, trainConvolutions } from './convolution-training.ts'

type Configuration = BoundRun | TrainingRun
type Result = BoundResult | TrainingRunResult

const METHODS = ['BP', 'DFA', 'SHALLOW'] as const
/** Share of backpropagation's gain over the frozen control that counts as "much less"; fixed before any run. */
const MUCH_LESS = 1 / 3

function datasets(scale: Scale): readonly ConvolutionTraining['dataset'][] {
  return scale === 'quick' ? ['patterns'] : ['mnist', 'cifar10']
}

const variantOf = (dataset: ConvolutionTraining['dataset'], method: ConvolutionTraining['method']): Variant => ({
  dataset,
  method,
  feedback: 'random',
  classifier: 'drawn',
})

/** Attainable alignment, and trainings by BP, DFA and of the top layer alone. */
export const convolution: Experiment = experiment<Configuration, Result>({
  name: 'refinetti2021/convolution',
  title: 'Convolutional layers cannot align',
  source: 'refinetti2021 section 5',
  about: 'A convolution is a dense layer whose matrix is block-Toeplitz; the target F_l F_{l−1}ᵀ of weak weight '
    + 'alignment is not. Counting dimensions, the best cosine '
    + 'between any convolution and the target is k/(d d′) for independent entries of F, k/d for locally connected '
    + 'layers or feedback repeated over positions. '
    + 'Then networks of convolutions below one linear layer are trained by BP, by DFA, and with frozen convolutions '
    + '(SHALLOW).',
  data: [...FILES.mnist, ...FILES.cifar10],
  dataIfPresent: CIFAR_PARTS,
  quickData: [],
  minutes: { quick: 0.05, default: 4.5, paper: 40_000 },
  revision: 1,
  plan: (
    scale,
    seed,
    done,
  ) => [...boundPlan(scale, seed),
    ...datasets(scale).flatMap((dataset) =>
      METHODS.flatMap((method) => planVariant(variantOf(dataset, method), SIZES[scale], seed, done))
    )],
  run(c, tools: RunTools): Result {
    if (c.part === 'bound') return runBound(c)
    if (c.part === 'training') return { part: 'training', ...trainConvolutions(c, tools) }
    return unreachable('convolution', c)
  },
  judge(runs, scale) {
    const bounds = runs.filter((run): run is Run<BoundRun, BoundResult> => run.configuration.part === 'bound')
    const trained = datasetsOf(runs).map((dataset) => judgeTraining(dataset, runs, scale))
    return {
      claims: [...boundClaims(bounds), ...trained.flatMap(({ claims }) => claims)],
      figures: [boundFigure(bounds), ...trained.flatMap(({ figures }) => figures)],
      tables: [boundTable(bounds), trainingTable(runs)],
      findings: [
        'Bound: Gaussian F, ten outputs; the cosine of F_l F_{l−1}ᵀ with its projection on the convolutions, which '
        + 'no training can exceed. Training: '
        + `${trainingText(SIZES[scale])} F is uniform with columns (one per network output) of unit length, the `
        + `same for all seeds. ${RATE_TEXT} `
        + '“Much less” was fixed before any run: DFA’s gain over SHALLOW below a third of BP’s, in test accuracy.',
        ...trained.flatMap(({ findings = [] }) => findings),
      ],
    }
  },
})

function judgeTraining(
  dataset: ConvolutionTraining['dataset'],
  runs: readonly Run<Configuration, Result>[],
  scale: Scale,
): Judgment {
  const of = (method: ConvolutionTraining['method']): readonly Run<TrainingRun, TrainingRunResult>[] =>
    trainingsOf(runs, variantOf(dataset, method))
  const [bp, dfa, shallow] = METHODS.map((method) => accuracies(of(method)))
  const name = DATASET_NAMES[dataset]
  const named = METHODS.map((method) => ({ name: method, runs: of(method) }))
  const direct = of('DFA')
  const layers = direct[0].result.gradientAlignment.length
  const largest = Array.from({ length: layers },
    (_, l) => Math.max(...direct.flatMap(({ result }) => result.gradientAlignment[l].map((x) => x ?? NaN))))
  const gain = meanAndDeviation(bp.map((x, k) => x - shallow[k]))
  const share = meanAndDeviation(dfa.map((x, k) => x - shallow[k])).mean / gain.mean
  const standardError = (deviation: number): number => (bp.length > 1 ? deviation / Math.sqrt(bp.length) : 0)
  const lead = meanAndDeviation(bp.map((x, k) => x - dfa[k]))
  const head = { source: 'refinetti2021 §5', method: 'training' as const }
  const percent = (values: readonly number[]): string => spread(values.map((x) => 100 * x))
  const quick = (claim: Claim): Claim =>
    scale === 'quick' ? notCovered(claim, 'quick scale: one seed of a small generated task') : claim
  const settled = (claim: Claim): Claim =>
    gain.mean > 2 * standardError(gain.deviation)
      ? claim
      : notCovered(claim, `BP gains ${(100 * gain.mean).toFixed(1)} points over SHALLOW: too little to compare with`)
  const claims = [
    quick(
      atMost({
        ...head,
        id: `conv-ga-${dataset}`,
        statement: `${name}: gradient alignment of the convolutions under DFA stays below 0.1: largest of `
          + `${direct.length} seed(s), all times and layers (by layer ${
            largest.map((x) => x.toFixed(3)).join(', ')
          })`,
      }, Math.max(...largest), 0.1, '≈ 0'),
    ),
    quick(
      settled(
        atMost({
          ...head,
          id: `conv-accuracy-${dataset}`,
          statement: `${name}: (acc DFA − acc SHALLOW)/(acc BP − acc SHALLOW), test accuracies BP ${percent(bp)} `
            + `%, DFA ${percent(dfa)} %, SHALLOW ${percent(shallow)} %`,
        }, share, MUCH_LESS, '≪ 1'),
      ),
    ),
    quick(
      atLeast({
        ...head,
        id: `conv-below-bp-${dataset}`,
        statement: `${name}: test accuracy of BP above DFA’s: mean difference of ${bp.length} seed(s) less two `
          + 'standard errors',
      }, lead.mean - 2 * standardError(lead.deviation), 0, '> 0'),
    ),
  ]
  return {
    claims,
    figures: [alignmentFigure(name, direct), lossFigure(name, named)],
    findings: [accuracyText(name, named)],
  }
}

/** How much more than the frozen control DFA and BP learn, on test and on training images. */
function accuracyText(name: string, [bp, dfa, shallow]: readonly NamedTrainings[]): string {
  const training = ({ runs }: NamedTrainings): readonly number[] =>
    runs.map(({ result }) => result.trainingAccuracy ?? NaN)
  const test = ({ runs }: NamedTrainings): readonly number[] => accuracies(runs)
  const mean = (values: readonly number[]): number => meanAndDeviation(values).mean
  // Rates are chosen by training loss, and the control may pay for that on test images.
  const overfitted = mean(test(dfa)) > mean(test(shallow)) + 0.01 && mean(training(dfa)) < mean(training(shallow))
    ? ' What DFA gains on test images does not come from fitting the training images, where SHALLOW, at its rate '
      + 'of least training loss, is no worse.'
    : ''
  return (`${name}, points of accuracy above SHALLOW with standard errors over seeds: on test images DFA `
    + `${pointsOver(test(dfa), test(shallow))}, BP ${pointsOver(test(bp), test(shallow))}; on training images DFA `
    + `${pointsOver(training(dfa), training(shallow))}, BP ${
      pointsOver(training(bp), training(shallow))
    }.${overfitted}`)
}

/** GA of each convolution over training. */
function alignmentFigure(name: string, runs: readonly Run<TrainingRun, TrainingRunResult>[]): ReportFigure {
  const { steps, gradientAlignment, stepsPerEpoch } = runs[0].result
  const epochs = steps.slice(1).map((step) => step / stepsPerEpoch)
  return {
    svg: lineFigure({
      title: `${name}: alignment under DFA`,
      x: { label: 'epoch', scale: 'log' },
      y: { label: 'cosine' },
      series: [
        ...gradientAlignment.map((_, l) =>
          meanSeries(`GA, convolution ${l + 1}`, epochs, runs.map(({ result }) => result.gradientAlignment[l].slice(1)),
            { draw: 'both' })
        ),
        meanSeries('WA, convolution 2', epochs, runs.map(({ result }) =>
          result.weightAlignment[0].slice(1)
        ), { draw: 'both' }),
        meanSeries('WA, linear layer', epochs, runs.map(({ result }) =>
          result.weightAlignment[result.weightAlignment.length - 1].slice(1)
        ), { draw: 'both' }),
      ],
      marks: [{ y: 0.1, label: 'limit of the claim on GA' }],
    }),
    caption:
      `Gradient alignment (mean over 256 training images) of the convolutions and weight alignment, ${name}, mean ± `
      + `standard deviation over ${runs.length} seed(s). `
      + `Before training GA is zero to ± ${
        gradientAlignment.map((_, l) =>
          Math.max(...runs.map(({ result }) => Math.abs(result.gradientAlignment[l][0] ?? NaN)))
        ).reduce((a, b) =>
          Math.max(a, b)
        ).toFixed(3)
      }.`,
  }
}

function trainingTable(runs: readonly Run<Configuration, Result>[]): NonNullable<Judgment['tables']>[number] {
  const percent = (values: readonly (number | null)[]): string => spread(values.map((x) => 100 * (x ?? NaN)))
  return {
    caption: 'Accuracy by method (per cent, mean ± standard deviation over seeds) and the rate found by training loss.',
    table: {
      columns: [{ name: 'data' }, { name: 'method' }, { name: 'rate', align: 'right' }, {
        name: 'training',
        unit: '%',
        align: 'right',
      }, { name: 'test', unit: '%', align: 'right' }, { name: 'seeds' }],
      rows: datasetsOf(runs).flatMap((dataset) =>
        METHODS.map((method) => {
          const own = trainingsOf(runs, variantOf(dataset, method))
          return [DATASET_NAMES[dataset], method, String(own[0].configuration.rate), percent(own.map(({ result }) =>
            result.trainingAccuracy
          )), percent(own.map(({ result }) => result.testAccuracy)), own.length]
        })
      ),
    },
  }
}
