// Backpropagation with gradients that point the wrong way by a known angle: what misalignment alone costs.

import { perturbation, type PerturbationKind, perturbMeasured } from '../deep/perturbation.ts'
import { type DeepScale, settingOf, TWO_HIDDEN } from '../deep/plan.ts'
import { around, DATASET_TITLES, endsAgainst, grouped, LOSS, ON_IMAGES, overTime, TEST_ERROR, TRAINING_ERROR,
  valuesAt } from '../deep/summary.ts'
import { type DeepConfiguration, type DeepCurves, trainDeep } from '../deep/training.ts'
import { count, declared, type LineFigure, mean, perSeed, type RunTools, sample, sideBySide, spread,
  tableOf } from '../index.ts'

interface PerturbedConfiguration extends DeepConfiguration {
  readonly kind: PerturbationKind
  /** γ. */
  readonly gamma: number
}

interface PerturbedResult extends DeepCurves {
  /** Mean of cos∠(perturbed gradient, exact gradient) over the steps that were measured. */
  readonly cosine: number
}

const KINDS: readonly PerturbationKind[] = ['random', 'fixed']

/** One training. The cosine is measured at every sixteenth step: a copy of all gradients costs as much as the step. */
function train(c: PerturbedConfiguration, tools: RunTools): PerturbedResult {
  const cosines: number[] = []
  const perturb = perturbation(c.kind, c.gamma, c.seed)
  const curves = trainDeep(c, tools, {
    beforeUpdate({ parts, step }) {
      if (c.gamma === 0) return
      const parameters = parts.dense.map(({ weight }) => weight)
      if (step % 16 !== 0) perturb(parameters, step)
      else cosines.push(perturbMeasured(parameters, perturb, step))
    },
  })
  return { ...curves, cosine: cosines.length === 0 ? 1 : mean(cosines) }
}

type Setting = DeepScale & { readonly seeds: number; readonly gammas: readonly number[] }

/** Backpropagation along gradients that are turned away. */
export const gradientPerturbation = declared<Setting, PerturbedConfiguration, PerturbedResult>({
  name: 'refinetti2021/gradient-perturbation',
  title: 'What misaligned gradients cost',
  source: 'refinetti2021; theory (1.19)',
  about:
    'A control without feedback: backpropagation, to whose gradient a direction of norm γ‖gradient‖ is added in every layer, random at every step or always the same (all ones). The cosine to the exact gradient is then known, 1/√(1 + γ²) for random directions, and the loss of accuracy is that of misalignment alone.',
  ...ON_IMAGES,
  scales: {
    quick: { minutes: 0.01, seeds: 1, gammas: [0, 1, 10], ...TWO_HIDDEN.quick, epochs: 15 },
    default: { minutes: 1, seeds: 3, gammas: [0, 1, 3, 10, 30], ...TWO_HIDDEN.default, samples: 5000, epochs: 15 },
    paper: { minutes: 520, seeds: 10, gammas: [0, 0.1, 0.3, 1, 3, 10, 30], ...TWO_HIDDEN.paper },
  },
  decidedAtQuick: ['perturbation-angle'],
  plan: ({ seeds, gammas, ...setting }, first) =>
    setting.datasets.flatMap((dataset) =>
      KINDS.flatMap((kind) =>
        // γ = 0 is the same training for both kinds and is made once.
        gammas.filter((gamma) => gamma > 0 || kind === 'random').flatMap((gamma) =>
          perSeed(first, seeds,
            (seed) => ({ ...settingOf({ ...setting, records: 16 }, dataset, 'tanh', 'BP'), kind, gamma, seed }))
        )
      )
    ),
  run: train,
  judge({ runs, claim, setting: { seeds } }) {
    const gammas = [...new Set(runs.map(({ configuration }) => configuration.gamma))]
    const turned = gammas.slice(1)
    const sets = grouped(runs, ({ configuration }) => configuration.data.dataset).map(([dataset, group]) => ({
      dataset,
      title: DATASET_TITLES[dataset],
      kinds: KINDS.map((kind) => ({
        kind,
        levels: gammas.map((gamma) => ({
          gamma,
          name: `γ = ${gamma}`,
          curves: group.filter(({ configuration: c }) => c.gamma === gamma && (gamma === 0 || c.kind === kind)).map((
            { result },
          ) => result),
        })),
      })),
    }))
    const againstGamma = ({ title, kinds }: typeof sets[number]): LineFigure => ({
      title: `${title}: errors against γ`,
      x: { label: 'γ', scale: 'log' },
      y: { label: 'error' },
      series: kinds.flatMap(({ kind, levels }) =>
        [TRAINING_ERROR, TEST_ERROR].map((quantity) =>
          endsAgainst(`${quantity.name}, ${kind}`, turned, levels.slice(1), quantity)
        )
      ),
      marks: [{ y: mean(valuesAt(kinds[0].levels[0].curves, TEST_ERROR)), label: 'test, γ = 0' }],
    })
    return {
      claims: sets.flatMap(({ dataset, title, kinds }) =>
        kinds.flatMap(({ kind, levels }) => {
          const id = `${dataset}-${kind}`
          const about = `${title}, ${kind} direction: `
          const accuracy = claim.ordered(`perturbation-accuracy-${id}`,
            `${about}accuracy on the training samples at the end falls with γ = ${gammas.join(', ')}`,
            levels.map(({ curves }) => sample(valuesAt(curves, TRAINING_ERROR).map((error) => 1 - error))), 'falling',
            0, 'order')
          return kind !== 'random' ? [accuracy]
            : [
              claim.absolute(`perturbation-angle-${id}`,
                `${about}cos∠(perturbed, exact gradient) = 1/√(1 + γ²), γ = ${turned.join(', ')}`,
                levels.slice(1).map(({ curves }) => sample(curves.map(({ cosine }) => cosine))), turned.map((gamma) =>
                  1 / Math.sqrt(1 + gamma * gamma)
                ), 0.01, 'finite number of weights'),
              accuracy,
            ]
        })
      ),
      figures: [
        sideBySide(
          'Errors after training by backpropagation with γ‖gradient‖ added in a random or in a fixed direction; means '
            + `over ${count(seeds, 'seed')}.`,
          sets.map(againstGamma),
          'both',
        ),
        ...KINDS.map((kind, k) =>
          sideBySide(`Training error over time, ${kind} direction.`, sets.map(({ title, kinds }) =>
            overTime(`${title}, ${kind} direction`, TRAINING_ERROR, kinds[k].levels)
          ), 'both')
        ),
      ],
      tables: [
        tableOf('After training: means over seeds ± one standard deviation, errors in percent', ['data', 'direction',
          'γ', { name: 'cos to exact gradient', digits: 3 }, 'training error', 'test error', 'loss'],
          sets.flatMap(({ title, kinds }) =>
            kinds.flatMap(({ kind, levels }) =>
              levels.map(({ gamma, curves }) => [title, kind, gamma, mean(curves.map(({ cosine }) =>
                cosine
              )), ...[TRAINING_ERROR, TEST_ERROR].map((quantity) =>
                spread(valuesAt(curves, quantity).map((x) => 100 * x))
              ), around(curves, LOSS)])
            )
          )),
      ],
    }
  },
})
