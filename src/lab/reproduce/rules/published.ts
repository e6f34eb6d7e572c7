// Rules at their authors' own settings, beside the accuracies and angles that they publish.

import { RULE_DESCRIPTIONS } from '../../../dfa/index.ts'
import { FILES } from '../../training/datasets.ts'
import { type Cell, count, declared, drawn, last, type NamedTable, perSeed, type Run, sample, type Series, tableOf,
  typeset } from '../index.ts'
import { SIGN_RULES } from './plan.ts'
import { isFinished, type Look, type PublishedConfiguration, type PublishedResult,
  trainPublished } from './published-training.ts'

type PublishedRun = Run<PublishedConfiguration, PublishedResult>

/** A line of the log that lies with the code of akrout2019 (MNIST, 500 hidden units, one seed, 400 epochs). */
interface Log {
  readonly rule: string
  readonly rate: number
  /** Test accuracy in % after the epochs of `LOGGED`, and after 400. */
  readonly accuracy: readonly number[]
  /** ∠(W, R) of the last layer in degrees there. */
  readonly angle: readonly number[]
}

const LOGGED = [1, 2, 5, 10, 20, 40, 60, 400] as const
const LOGS: readonly Log[] = [{ rule: 'backpropagation', rate: 0.2,
  accuracy: [88, 89.69, 91.84, 94.12, 96.23, 97.43, 97.88, 98.5], angle: [] }, { rule: 'feedback-alignment', rate: 0.2,
  accuracy: [85.49, 88.04, 89.88, 90.86, 92.25, 94.17, 95.1, 97.8],
  angle: [40.04, 34.92, 30.5, 29.25, 31.16, 36.64, 39.38, 40.03] }, { rule: 'kolen-pollack', rate: 0.3,
  accuracy: [88.9, 90.65, 93.46, 95.41, 97, 97.84, 98.14, 98.45],
  angle: [19.75, 17.09, 13.91, 11.18, 8.7, 6.76, 5.85, 3.62] }, { rule: 'weight-mirror', rate: 0.05,
  accuracy: [78.48, 84.23, 88.48, 90.49, 92.62, 95.8, 96.97, 98.49],
  angle: [61.33, 53.15, 37.98, 27.45, 18.75, 14, 11.91, 3.79] }]

/** Top-1 error in % of LeNet on MNIST after 100 epochs, best epoch on the set that is reported: table of BioTorch. */
const BENCHMARK: Readonly<Record<string, number>> = { backpropagation: 0.91, 'feedback-alignment': 1.7,
  'direct-feedback-alignment': 1.61, 'uniform-sign-symmetry': 0.94, 'batch-random-sign-symmetry': 0.91,
  'fixed-random-sign-symmetry': 0.97 }

interface Setting {
  readonly epochs: number
  readonly benchmarkEpochs: number
  readonly seeds: number
  readonly trainingSamples: number
  readonly validationSamples: number
  readonly testSamples: number
  /** The rate of the benchmark is not published with the table: each rule's is chosen among these. */
  readonly rates: readonly number[]
}

const DEFAULT: Setting = { epochs: 60, benchmarkEpochs: 8, seeds: 1, trainingSamples: 0, validationSamples: 5000,
  testSamples: 0, rates: [0.001, 0.003, 0.01, 0.03] }

function planPublished(s: Setting, first: number): readonly PublishedConfiguration[] {
  const looks = LOGGED.filter((epoch) => epoch <= s.epochs)
  const { trainingSamples, testSamples } = s
  return perSeed(first, s.seeds,
    (
      seed,
    ) => [
      ...LOGS.map(({ rule, rate }): PublishedConfiguration => ({ table: 'akrout', rule, rate, epochs: last(looks),
        trainingSamples, validationSamples: 0, testSamples, looks, seed })
      ),
      ...Object.keys(BENCHMARK).flatMap((rule) =>
        s.rates.map((rate): PublishedConfiguration => ({ table: 'biotorch', rule, rate, epochs: s.benchmarkEpochs,
          trainingSamples, validationSamples: s.validationSamples, testSamples, looks: [s.benchmarkEpochs], seed })
        )
      ),
    ]).flat()
}

const short = (rule: string): string => RULE_DESCRIPTIONS.find(({ name }) => name === rule)?.abbreviation ?? rule
const percent = (share: number): number => 100 * share
const looksOf = ({ result }: PublishedRun): readonly Look[] => (isFinished(result) ? result.looks : [])

/** What one rule reached in the setting of akrout2019, seed by seed. */
function akroutRuns(runs: readonly PublishedRun[], rule: string): readonly PublishedRun[] {
  return runs.filter(({ configuration: c }) => c.table === 'akrout' && c.rule === rule)
}

/** Means over seeds of a measure at an epoch; NaN where a seed did not come so far. */
function at(runs: readonly PublishedRun[], epoch: number, of: (look: Look) => number): readonly number[] {
  return runs.map((run) => looksOf(run).filter((look) => look.epoch === epoch).map(of)[0] ?? NaN)
}

/** One rule of the benchmark: by seed, its test accuracy in % at the rate with the best validation accuracy. */
function chosenOf(runs: readonly PublishedRun[], rule: string) {
  const own = runs.filter(({ configuration: c }) => c.table === 'biotorch' && c.rule === rule)
  const validation = ({ result }: PublishedRun): number => isFinished(result) ? result.validation ?? NaN : 0
  return [...new Set(own.map(({ configuration }) => configuration.seed))].map((seed) => {
    const best = own.filter(({ configuration }) => configuration.seed === seed).reduce((a, b) =>
      validation(b) > validation(a) ? b : a
    )
    return { rate: best.configuration.rate, test: percent(looksOf(best)[0]?.accuracy ?? 0.1) }
  })
}

function logTable(runs: readonly PublishedRun[], epochs: readonly number[]): NamedTable {
  const number = (values: readonly number[], digits: number): Cell =>
    values.length > 0 && values.every(Number.isFinite) ? typeset(sample(values).mean.toFixed(digits)) : null
  return tableOf(
    'MNIST, 784-500-10, settings and log of akrout2019: test accuracy in % and angle between W and R of the last layer '
      + 'in degrees, theirs (one seed) and ours, after the same epochs. Their runs go on to 400',
    ['rule', 'epochs', 'theirs %', 'ours %', 'their angle', 'our angle'].map((name, index) =>
      index === 0 ? name : ({ name, align: 'right' } as const)
    ),
    LOGS.flatMap(({ rule, accuracy, angle }) => {
      const own = akroutRuns(runs, rule)
      return LOGGED.flatMap((epoch, index) =>
        epoch === 400 || epochs.includes(epoch)
          ? [[short(rule), epoch, accuracy[index].toFixed(2),
            number(at(own, epoch, (look) => percent(look.accuracy)), 2), angle[index]?.toFixed(1) ?? null,
            number(at(own, epoch, (look) => look.angle ?? NaN), 1)]] : []
      )
    }),
  )
}

/** Settings of authors, and what they publish. */
export const rulesPublished = declared<Setting, PublishedConfiguration, PublishedResult>({
  name: 'rules-published',
  title: 'Learning rules at their authors’ settings',
  source: 'akrout2019, BioTorch benchmark',
  method: 'training',
  about:
    'The network, rates, batches, loss and initial variance of the public code of akrout2019, fewer epochs, beside '
    + 'the log that lies with it, epoch by epoch; what differs: weights are drawn uniformly with the same variance, '
    + 'biases start at 0 and have the rate of the weights, samples are shuffled. Weight mirrors with their response '
    + 'σ(Wξ + b), noise and rates; nothing is lost, as there. LeNet on MNIST as the BioTorch benchmark has it (momentum, '
    + 'decay 0.001, batch 64, two divisions of the rate by ten) with fewer epochs, the rate of each rule chosen on '
    + '5,000 held-out training images and scored on the test set, where the benchmark scores its best epoch on the set '
    + 'that it chose by. Images are padded to 32×32. No table of frenkel2021 was at hand: its setting is in '
    + '`rules-mnist`.',
  basis: { equations: 'chapter 5', statement: 'the papers of the rules',
    setting: 'authors’ public code; fewer epochs, ' + 'rates of the benchmark chosen here',
    compared: 'logs in akrout2019’s code at the same epochs; table of the ' + 'BioTorch benchmark' },
  data: FILES.mnist,
  scales: {
    quick: { minutes: 0.1, ...DEFAULT, epochs: 1, benchmarkEpochs: 2, trainingSamples: 500, validationSamples: 200,
      testSamples: 500, rates: [0.01] },
    default: { minutes: 22, ...DEFAULT },
    paper: { minutes: 460, ...DEFAULT, epochs: 400, benchmarkEpochs: 100, seeds: 3 },
  },
  decidedAtQuick: [],
  resumes: true,
  plan: planPublished,
  run: trainPublished,
  judge({ runs, claim, setting: { epochs: most } }) {
    const epochs = LOGGED.filter((epoch) => epoch <= most)
    const end = last(epochs), index = LOGGED.indexOf(end)
    const akrout = { source: 'akrout2019, log' }
    const benchmark = { source: 'BioTorch benchmark (LeNet, MNIST)' }
    const own = (rule: string) => chosenOf(runs, rule).map(({ test }) => test)
    const loses = (rule: string): number[] => own('backpropagation').map((exact, seed) => exact - own(rule)[seed])
    const curve = (rule: string, of: (look: Look) => number): Series['points'] =>
      epochs.map((epoch) => [epoch, sample(at(akroutRuns(runs, rule), epoch, of)).mean])
    return {
      claims: [
        ...LOGS.map(({ rule, accuracy }) =>
          claim.absolute(`published-akrout-${rule}`, `${short(rule)}: test accuracy in % after ${count(end, 'epoch')}`,
            sample(at(akroutRuns(runs, rule), end, (look) => percent(look.accuracy))), accuracy[index], 0.5,
            'other random numbers; fixed before the runs', akrout)
        ),
        ...LOGS.filter(({ angle }) => angle.length > 0).map(({ rule, angle }) =>
          claim.absolute(`published-angle-${rule}`,
            `${short(rule)}: angle between W and R in degrees after ${count(end, 'epoch')}`,
            sample(at(akroutRuns(runs, rule), end, (look) => look.angle ?? NaN)), angle[index], 5,
            'other random numbers; fixed before the runs', akrout)
        ),
        claim.atMost('published-lenet-sign', 'LeNet: points that each sign method loses against backpropagation',
          SIGN_RULES.map((rule) => sample(loses(rule))), 3, '3 points allowed for fewer epochs', benchmark),
        claim.above('published-lenet-random', 'LeNet: points that FA and DFA lose against backpropagation',
          ['feedback-alignment', 'direct-feedback-alignment'].map((rule) => sample(loses(rule))), 0, 'sign alone',
          benchmark),
      ],
      figures: [drawn('Theirs dashed, one seed; ours, means over seeds. Epochs on a logarithmic axis.', {
        title: 'Test error, settings of akrout2019',
        x: { label: 'epochs', scale: 'log' },
        y: { label: 'test error %', scale: 'log' },
        series: LOGS.flatMap((
          { rule, accuracy },
        ): Series[] => [{ name: short(rule), points: curve(rule, (look) => 100 - percent(look.accuracy)) }, {
          name: `${short(rule)}, theirs`,
          dashed: true,
          points: LOGGED.map((epoch, k) => [epoch, 100 - accuracy[k]]),
        }]),
      })],
      tables: [logTable(runs, epochs),
        tableOf(
          'LeNet on MNIST, settings of the BioTorch benchmark: test error in %, theirs after 100 epochs (best epoch on '
            + 'the set reported), ours at the end of fewer, at the rate chosen on held-out training images',
          ['rule', 'theirs %', 'ours %', 'epochs', 'rate'],
          Object.entries(BENCHMARK).map(([rule, error]) => {
            const chosen = chosenOf(runs, rule)
            const [{ configuration }] = runs.filter(({ configuration: c }) => c.table === 'biotorch')
            return [short(rule), error.toFixed(2), sample(chosen.map(({ test }) => 100 - test)).mean.toFixed(2),
              configuration.epochs, [...new Set(chosen.map(({ rate }) => rate))].join(', ')]
          }),
        )],
      findings: LOGS.map(({ rule, accuracy }) => {
        const ours = sample(at(akroutRuns(runs, rule), end, (look) => percent(look.accuracy))).mean
        return `${short(rule)} in the setting of akrout2019: ${ours.toFixed(2)} % after ${count(end, 'epoch')}, `
          + `${accuracy[index].toFixed(2)} % in their log, ${last(accuracy).toFixed(2)} % there after 400.`
      }),
    }
  },
})
