// Feedback alignment takes over where backpropagation has come to rest, and the other way round.

import { last, pairedDifference, sample } from '../../statistics.ts'
import { declared, perSeed, type Run } from '../experiment.ts'
import { DATA_NAMES, READS } from '../fixed-points/plan.ts'
import { back, decades, ended, fa, fold, lossFigure, phasesOf, turned } from '../fixed-points/phases.ts'
import { type Next, type SwitchConfiguration, type SwitchResult, trainSwitching } from '../fixed-points/switching.ts'
import { overSeeds, sideBySide, spread, tableOf } from '../series.ts'

/** A switch: what takes over, and how it is called. */
type Arm = 'slow' | 'back' | 'copied'
interface Setting extends Pick<SwitchConfiguration, 'dataset' | 'trainingSamples' | 'epochs'> {
  readonly width: number
  /** Mean losses at which rules change, falling; the middle one is that of the claims. */
  readonly residuals: readonly number[]
  /** Epochs of FA, and of backpropagation after it. */
  readonly after: readonly [number, number]
  readonly seeds: number
  /** Of the classifier with cross-entropy, on all samples. */
  readonly entropy: Pick<SwitchConfiguration, 'trainingSamples' | 'epochs' | 'residual'> & { readonly after: number }
}
type Configuration = SwitchConfiguration & { readonly arm: Arm }
type Runs = readonly Run<Configuration, SwitchResult>[]

const SLOWER = 10
const NAMES: Readonly<Record<Arm, string>> = { slow: 'BP → FA', back: 'BP → FA', copied: 'BP → FA with R = W' }
/** Noise of batches: a loss that doubles has not risen. */
const NOISE = Math.log10(2)

/** The switch of rules at an interpolating solution. */
export const switchExperiment = declared<Setting, Configuration, SwitchResult>({
  name: 'chu2023/switch',
  title: 'From backpropagation to feedback alignment and back',
  source: 'chu2023 abstract; theory (6.45), (6.49)',
  method: 'training',
  about:
    'Two hidden layers of tanh learn so few samples that backpropagation comes close to interpolating them (squared '
    + 'error). At a given residual FA takes over: if the minimum is unstable, the loss rises, and the more so the smaller '
    + 'it was, until the weights have gone to another minimum. Control: the same with R = W of that moment. Then '
    + 'backpropagation takes over again, at the same rate and at a tenth of it. With cross-entropy, which has no fixed '
    + 'point at finite weights, once more.',
  ...READS,
  revision: 1,
  scales: {
    quick: {
      minutes: 0.05,
      dataset: 'teacher',
      trainingSamples: 30,
      epochs: 600,
      width: 40,
      residuals: [0.1, 0.03, 0.01],
      after: [400, 50],
      seeds: 2,
      entropy: { trainingSamples: 200, epochs: 60, residual: 0.6, after: 10 },
    },
    default: {
      minutes: 0.8,
      dataset: 'optdigits',
      trainingSamples: 100,
      epochs: 4000,
      width: 100,
      residuals: [1e-2, 1e-3, 1e-4],
      after: [6000, 500],
      seeds: 4,
      entropy: { trainingSamples: 0, epochs: 40, residual: 0.02, after: 150 },
    },
    paper: {
      minutes: 70,
      dataset: 'mnist',
      trainingSamples: 100,
      epochs: 10_000,
      width: 500,
      residuals: [1e-2, 1e-3, 1e-4],
      after: [10_000, 1000],
      seeds: 5,
      entropy: { trainingSamples: 10_000, epochs: 60, residual: 0.02, after: 40 },
    },
  },
  decidedAtQuick: [],
  plan({ dataset, trainingSamples, epochs, width, residuals, after: [long, short], seeds, entropy }, first) {
    const base = {
      dataset,
      batch: 50,
      hidden: [width, width],
      activation: 'tanh',
      initialScale: 1,
      rule: 'BP',
      records: 0,
    } as const
    const next = (rule: Next['rule'], epochs: number, slower = 1): Next => ({ rule, epochs, slower })
    const arms: Readonly<Record<Arm, readonly Next[]>> = {
      slow: [next('FA', long), next('BP', short, SLOWER)],
      back: [next('FA', long), next('BP', short)],
      copied: [next('copied', long)],
    }
    return [
      ...residuals.flatMap((residual, index) =>
        (index === 1 ? ['slow', 'copied', 'back'] as const : ['slow', 'copied'] as const).flatMap((arm) =>
          perSeed(first, seeds, (seed): Configuration => ({
            arm,
            ...base,
            trainingSamples,
            epochs,
            loss: 'squared-error',
            rate: 0.05,
            residual,
            next: arms[arm],
            seed,
          }))
        )
      ),
      ...perSeed(first, seeds, (seed): Configuration => ({
        arm: 'slow',
        ...base,
        trainingSamples: entropy.trainingSamples,
        epochs: entropy.epochs,
        loss: 'cross-entropy',
        rate: 0.1,
        residual: entropy.residual,
        next: [next('FA', entropy.after), next('BP', Math.ceil(entropy.after / 4), SLOWER)],
        seed,
      })),
    ]
  },
  run: (c, tools) => trainSwitching(c, tools),
  judge({ runs, claim, setting: { residuals, seeds, dataset, trainingSamples, entropy } }) {
    const squared = (arm: Arm, residual: number): readonly SwitchResult[] =>
      resultsOf(runs, (c) => c.loss === 'squared-error' && c.arm === arm && c.residual === residual)
    const crossed = resultsOf(runs, (c) => c.loss === 'cross-entropy')
    const [, middle] = residuals
    const risen = (results: readonly SwitchResult[], phase = fa): readonly number[] =>
      results.map((result) => decades(phase(result)))
    const main = squared('slow', middle)
    return {
      claims: [
        claim.atLeast('switch-rise', `BP → FA at a squared error of ${middle}: decades by which the loss rises`,
          sample(risen(main)), Math.log10(9), 'chosen before: a factor of nine'),
        claim.ordered('switch-residual',
          `BP → FA at squared errors of ${residuals.join(', ')}: decades by which the loss rises`,
          residuals.map((residual) => sample(risen(squared('slow', residual)))), 'rising', 0, 'order'),
        claim.atMost('switch-control', `the same with R = W of that moment, at ${middle}: decades`,
          sample(risen(squared('copied', middle))), NOISE, 'noise of batches: a factor of two'),
        claim.atMost('switch-below',
          `BP → FA at ${middle}: decades from the loss at the switch to that at the end of FA`,
          sample(main.map((result) => ended(fa(result)))), 0, 'sign alone'),
        claim.above('switch-weights', `BP → FA at ${middle}: cos∠(W_L, R_L) at the end of FA less at the switch`,
          sample(main.map((result) => turned(fa(result)))), 0, 'sign alone'),
        claim.atMost('switch-back', 'FA → BP at the same rate: decades by which the loss rises',
          sample(risen(squared('back', middle), back)), NOISE, 'noise of batches: a factor of two', {
          source: 'theory (6.49)',
        }),
        claim.above('switch-sharpness',
          'where FA ends and backpropagation takes over: rate times the largest curvature of the loss; above 2 the gradient '
            + 'goes away', sample(main.map((result) => fa(result)?.sharpness ?? NaN)), 2,
          '|1 − ηλ| = 1; added after a first run', { source: 'theory (6.49)' }),
        claim.atMost('switch-back-slow', `FA → BP at 1/${SLOWER} of the rate: decades by which the loss rises`,
          sample(risen(main, back)), NOISE, 'noise of batches: a factor of two', { source: 'theory (6.49)' }),
        claim.above('switch-cross-entropy', 'decades of rise under BP → FA: squared error less cross-entropy',
          pairedDifference(risen(main), risen(crossed)), 0, 'sign alone'),
      ],
      figures: [
        sideBySide(`Loss from the step at which FA takes over, ${overSeeds(seeds)}.`, residuals.map((residual) =>
          lossFigure(`squared error at ${residual}`, (['slow', 'copied'] as const).map((arm) => ({
            name: NAMES[arm],
            phases: phasesOf(squared(arm, residual), fa),
          })))
        ), 'both'),
        sideBySide(
          'Loss from a change of rules: backpropagation that takes over again, and both changes with cross-entropy.',
          [lossFigure(`FA → BP, ${middle}`, [{ name: 'same rate', phases: phasesOf(squared('back', middle), back) }, {
            name: `1/${SLOWER} of the rate`,
            phases: phasesOf(main, back),
          }]), lossFigure('cross-entropy: BP → FA → BP', [{ name: 'BP → FA', phases: phasesOf(crossed, fa) }, {
            name: `FA → BP, 1/${SLOWER} of the rate`,
            phases: phasesOf(crossed, back),
          }])],
          'none',
        ),
      ],
      tables: [
        tableOf('At a change of rules: means over seeds ± one standard deviation', ['loss', 'residual', 'change',
          'came to it', 'rises by (decades)', 'loss at the end', 'cos∠(W_L, R_L) at the end', 'weights moved',
          'rate × curvature'], [...residuals.flatMap((residual) =>
            (['slow', 'copied'] as const).map((arm) =>
              ['squared error', residual, NAMES[arm], squared(arm, residual), fa] as const
            )
          ), ['squared error', middle, 'FA → BP, same rate', squared('back', middle), back] as const,
          ['squared error', middle, `FA → BP, 1/${SLOWER} rate`, main, back] as const,
          ['cross-entropy', entropy.residual, NAMES.slow, crossed, fa] as const].map((
            [loss, residual, change, results, of],
          ) => [loss, residual, change, `${
            results.filter(({ reached }) => reached).length
          } of ${results.length}`, spread(risen(results, of), 2), spread(phasesOf(results, of).map((phase) =>
            last(phase.loss)
          ), 5), spread(phasesOf(results, of).map(({ weight }) =>
            weight.at(-1)
          ), 2), spread(phasesOf(results, of).map(({ moved }) =>
            moved
          ), 2), spread(phasesOf(results, of).map(({ sharpness }) => sharpness), 2)])),
      ],
      findings: [
        `Data: ${DATA_NAMES[dataset]}, ${trainingSamples} samples. The loss rises ${
          residuals.map((residual) => `${fold(risen(squared('slow', residual)))} from ${residual}`).join(', ')
        } (geometric means). Backpropagation that takes over at the same rate multiplies the loss `
        + `${fold(risen(squared('back', middle), back))}, at a tenth of it ${
          fold(risen(main, back))
        }; steps of a length that `
        + 'FA goes along with may be too long for the gradient.',
      ],
    }
  },
})

function resultsOf(runs: Runs, where: (c: Configuration) => boolean): readonly SwitchResult[] {
  return runs.filter(({ configuration }) => where(configuration)).map(({ result }) => result)
}
