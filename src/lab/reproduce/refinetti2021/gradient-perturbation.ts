// Backpropagation with gradients that point the wrong way by a known angle: what misalignment alone costs.

import { meanAndDeviation } from '../../../dfa/index.ts'
import { type Claim } from '../../claims/claim.ts'
import { absolute, ordered } from '../../claims/legacy.ts'
import type { LineFigure } from '../../report/figure.ts'
import { panels } from '../../report/panels.ts'
import { type Experiment, experiment, type Judgment, type Run, type Scale } from '../experiment.ts'
import { meanSeries } from '../series.ts'
import { imageSets, shallowSetting } from './deep-plan.ts'
import { type DeepConfiguration, type DeepCurves, trainDeep } from './deep-run.ts'
import { around, claimHead, DATASET_TITLES, EPOCHS, finals, grouped, IMAGE_FILES, LOSS, openAtQuick, type Quantity,
  seedsFrom, TEST_ERROR, timeSeries, TRAIN_ERROR, TRAINING_ERROR_AXIS } from './deep-summary.ts'
import { perturbation, type PerturbationKind, perturbMeasured } from './perturbation.ts'

interface PerturbedConfiguration extends DeepConfiguration {
  readonly kind: PerturbationKind
  /** γ. */
  readonly gamma: number
}

interface PerturbedResult extends DeepCurves {
  /** Mean of cos∠(perturbed gradient, exact gradient) over the steps that were measured. */
  readonly cosine: number
}

type Trained = Run<PerturbedConfiguration, PerturbedResult>

const SEEDS: Readonly<Record<Scale, number>> = { quick: 1, default: 3, paper: 10 }
const GAMMAS: Readonly<Record<Scale, readonly number[]>> = {
  quick: [0, 1, 10],
  default: [0, 1, 3, 10, 30],
  paper: [0, 0.1, 0.3, 1, 3, 10, 30],
}
const KINDS: readonly PerturbationKind[] = ['random', 'fixed']
const SOURCE = 'refinetti2021 section 4.6'

/** One training. The cosine is measured at every sixteenth step: a copy of all gradients costs as much as the step. */
function run(c: PerturbedConfiguration, tools: Parameters<typeof trainDeep>[1]): PerturbedResult {
  let sum = 0
  let count = 0
  const perturb = perturbation(c.kind, c.gamma, c.seed)
  const curves = trainDeep(c, tools, {
    beforeUpdate({ parts, step }) {
      if (c.gamma === 0) return
      const parameters = parts.dense.map(({ weight }) => weight)
      if (step % 16 !== 0) perturb(parameters, step)
      else {
        sum += perturbMeasured(parameters, perturb, step)
        count++
      }
    },
  })
  return { ...curves, cosine: count === 0 ? 1 : sum / count }
}

function judge(runs: readonly Trained[], scale: Scale): Judgment {
  const gammas = [...new Set(runs.map(({ configuration }) => configuration.gamma))]
  const sets = [...grouped(runs, ({ configuration }) => configuration.data.dataset)].map(([dataset, group]) => ({
    dataset,
    title: DATASET_TITLES[dataset],
    kinds: KINDS.map((kind) => ({
      kind,
      // γ = 0 is the same training for both kinds and is made once.
      levels: gammas.map((gamma) =>
        group.filter(({ configuration: c }) => c.gamma === gamma && (gamma === 0 || c.kind === kind)).map((
          { result },
        ) => result)
      ),
    })),
  }))
  const claims = sets.flatMap(({ dataset, title, kinds }) =>
    kinds.flatMap(({ kind, levels }): Claim[] => {
      const head = claimHead(SOURCE, 'perturbation', `${dataset}-${kind}`, `${title}, ${kind} direction`)
      const mean = (quantity: Quantity): readonly number[] =>
        levels.map((curves) => meanAndDeviation(finals(curves, quantity)).mean)
      const accuracy = ordered(
        head('accuracy', `accuracy on the training samples at the end falls with γ = ${gammas.join(', ')}`),
        'falling',
        mean(TRAIN_ERROR).map((error) => 1 - error),
      )
      const angle = absolute(
        head('angle', `cos∠(perturbed, exact gradient) = 1/√(1 + γ²), γ = ${gammas.slice(1).join(', ')}`),
        gammas.slice(1).map((gamma) => 1 / Math.sqrt(1 + gamma * gamma)),
        levels.slice(1).map((results) => meanAndDeviation(results.map((one) => one.cosine)).mean),
        0.01,
      )
      return kind === 'random' ? [angle, accuracy] : [accuracy]
    })
  )
  const figures = sets.flatMap((
    { title, kinds },
  ): LineFigure[] => [{
    title: `${title}: errors against γ`,
    x: { label: 'γ', scale: 'log' },
    y: { label: 'error' },
    series: kinds.flatMap(({ kind, levels }, index) =>
      ([['training', TRAIN_ERROR], ['test', TEST_ERROR]] as const).map(([split, quantity], k) => {
        const seeds = levels[1].map((_, seed) => levels.slice(1).map((curves) => finals(curves, quantity)[seed]))
        return meanSeries(`${split} error, ${kind}`, gammas.slice(1), seeds, { draw: 'both', color: 2 * index + k })
      })
    ),
    marks: [{ y: meanAndDeviation(finals(kinds[0].levels[0], TEST_ERROR)).mean, label: 'test, γ = 0' }],
  },
    ...kinds.map(({ kind, levels }): LineFigure => ({
      title: `${title}, ${kind} direction`,
      x: EPOCHS,
      y: TRAINING_ERROR_AXIS,
      series: levels.map((curves, index) => timeSeries(`γ = ${gammas[index]}`, curves, TRAIN_ERROR, { color: index })),
    }))]
  )
  return {
    claims: openAtQuick(claims, scale, 'perturbation-angle'),
    figures: [{
      svg: panels({ figures: figures.filter((_, index) => index % 3 === 0), share: 'both' }),
      wide: true,
      caption: 'Errors after training by backpropagation with γ‖gradient‖ added in a random or in a fixed direction; '
        + `means over ${SEEDS[scale]} seeds.`,
    }, ...KINDS.map((kind, k) => ({
      svg: panels({ figures: figures.filter((_, index) => index % 3 === k + 1), share: 'both' }),
      wide: true,
      caption: `Training error over time, ${kind} direction.`,
    }))],
    tables: [{
      caption: 'After training: means over seeds ± one standard deviation, errors in percent',
      table: {
        columns: [{ name: 'data' }, { name: 'direction' }, { name: 'γ' }, { name: 'cos to exact gradient', digits: 3 },
          { name: 'training error' }, { name: 'test error' }, { name: 'loss' }],
        rows: sets.flatMap(({ title, kinds }) =>
          kinds.flatMap(({ kind, levels }) =>
            levels.map((curves, index) => [title, kind, gammas[index], meanAndDeviation(curves.map((one) =>
              one.cosine
            )).mean, around(finals(curves, TRAIN_ERROR).map((x) =>
              100 * x
            ), 1), around(finals(curves, TEST_ERROR).map((x) =>
              100 * x
            ), 1), around(finals(curves, LOSS))])
          )
        ),
      },
    }],
    findings: scale === 'default' ? PARAGRAPHS : [],
  }
}

const PARAGRAPHS: readonly string[] = [
  'Setting: networks as for degeneracy breaking with tanh units, 5,000 training samples, 15 epochs, three '
  + 'seeds. Random directions are random signs, drawn anew at every step and layer; the cosine between the '
  + 'perturbed and the exact gradient over all weights comes out as 1/√(1 + γ²).',
  'Misalignment by itself costs little when it averages out: with a cosine of 0.3 (γ = 3) to the exact '
  + 'gradient training accuracy falls by 0.2 (MNIST) and 2 (CIFAR-10) percentage points, and the loss at γ = 1 '
  + 'on CIFAR-10 is even lower than without, by a fifth of its deviation over seeds. It takes a cosine of 0.1 to '
  + 'hurt and 0.03 to ruin. The same angle in a direction that never changes ruins training at once: the weights '
  + 'drift along it. An angle alone does not tell what misalignment costs.',
]

/** Section 4.6. */
export const gradientPerturbation: Experiment = experiment<PerturbedConfiguration, PerturbedResult>({
  name: 'refinetti2021/gradient-perturbation',
  title: 'What misaligned gradients cost',
  source: SOURCE,
  about: 'A control without feedback: backpropagation, to whose gradient a direction of norm γ‖gradient‖ is added in '
    + 'every layer, random at every step or always the same (all ones). The cosine to the exact gradient is then '
    + 'known, 1/√(1 + γ²) for random directions, and the loss of accuracy is that of misalignment alone.',
  data: IMAGE_FILES,
  quickData: [],
  minutes: { quick: 0.01, default: 1, paper: 520 },
  revision: 1,
  plan: (scale, seed) =>
    imageSets(scale).flatMap((dataset) =>
      KINDS.flatMap((kind) =>
        GAMMAS[scale].filter((gamma) => gamma > 0 || kind === 'random').flatMap((gamma) =>
          seedsFrom(seed, SEEDS[scale]).map((one) => ({
            ...shallowSetting(scale, dataset, 'tanh', 'BP', { samples: 5000, epochs: 15 }),
            records: 16,
            kind,
            gamma,
            seed: one,
          }))
        )
      )
    ),
  run,
  judge,
})
