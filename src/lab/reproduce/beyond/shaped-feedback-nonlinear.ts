// Does feedback that is strong where the task is weak help networks that are not linear?

import type { Claim, ClaimBuilder } from '../../claims/claim.ts'
import { lineFigure } from '../../report/figure.ts'
import { typeset } from '../../report/format.ts'
import { mean, pairedDifference, type Sample, sample } from '../../statistics.ts'
import { FILES } from '../../training/datasets.ts'
import { declared } from '../experiment.ts'
import { EXPONENTS, finalsOf, isAtEdge, type NamedTask, planShaped, type ShapedRun,
  type ShapedScale } from '../shaped/plan.ts'
import { alignmentFigure, alignments, isFinished, meanMisses, missesFigure, shapedTable,
  variantName } from '../shaped/presentation.ts'
import { type ShapedCurves, type ShapedTraining, trainShaped } from '../shaped/training.ts'

const REGRESSION: NamedTask = {
  id: 'regression',
  title: 'teacher of ten outputs',
  dataset: 'regression',
  samples: 4000,
  spread: 30,
}
const MNIST = { dataset: 'mnist', samples: 4000 } as const
const CIFAR = { dataset: 'cifar10', samples: 2400 } as const
const TASKS: readonly NamedTask[] = [REGRESSION, { id: 'mnist', title: 'MNIST', ...MNIST, spread: 1 }, {
  id: 'mnist-tail',
  title: 'MNIST, long tail',
  ...MNIST,
  spread: 100,
}, { id: 'cifar', title: 'CIFAR-10', ...CIFAR, spread: 1 }, {
  id: 'cifar-tail',
  title: 'CIFAR-10, long tail',
  ...CIFAR,
  spread: 100,
}]

const DEFAULT: ShapedScale = {
  tasks: TASKS,
  hidden: [100, 100],
  batch: 32,
  sweepEpochs: 5,
  sweepSeeds: 2,
  epochs: 15,
  rates: [0.01, 0.03, 0.1, 0.3, 1],
  scales: [0.3, 1, 3, 10, 30, 100],
  seeds: 10,
}

/** Shaped feedback in networks with hidden tanh layers. */
export const shapedFeedbackNonlinear = declared<ShapedScale, ShapedTraining, ShapedCurves>({
  name: 'beyond/shaped-feedback-nonlinear',
  title: 'Shaped feedback in networks that are not linear',
  source: 'theory (7.10), (7.14), (7.29)',
  method: 'training',
  about:
    'In deep linear networks feedback F_l = Q_l S_l with S_l = (TTᵀ)^(p/2) learns weak modes as fast as strong ones '
    + 'at p = −1, and aligns better the larger p is. Here T is replaced by the covariance Σ_yx of targets and inputs of '
    + 'the training samples, and the networks have two hidden tanh layers. Tasks: a teacher of ten outputs whose '
    + 'features are equally hard and differ in size by thirty, MNIST and CIFAR-10 with equally frequent classes and with '
    + 'a long tail (the first class is a hundred times as frequent as the last; which is which is drawn by the seed). '
    + 'Every variant gets the same number of short trainings over rate and feedback scale; the mean loss over validation '
    + 'samples, distributed as the training samples are, decides. Rare is what is judged: the three weakest modes, or '
    + 'the three rarest classes, on test samples of equally frequent classes. With equally frequent classes these are '
    + 'any three.',
  data: [...FILES.mnist, ...FILES.cifar10],
  quickData: [],
  revision: 1,
  scales: {
    quick: {
      minutes: 0.1,
      ...DEFAULT,
      tasks: [{ ...REGRESSION, samples: 500 }, {
        id: 'teacher-tail',
        title: 'generated classes, long tail',
        dataset: 'teacher',
        samples: 500,
        spread: 20,
      }],
      hidden: [32, 32],
      sweepEpochs: 2,
      sweepSeeds: 1,
      epochs: 4,
      rates: [0.1, 0.3],
      scales: [1, 3],
      seeds: 2,
    },
    default: { minutes: 3, ...DEFAULT },
    paper: { minutes: 40, ...DEFAULT, hidden: [300, 300, 300], sweepEpochs: 10, epochs: 50, seeds: 20 },
  },
  decidedAtQuick: [],
  plan: planShaped,
  resumes: true,
  run: trainShaped,
  judge({ runs, claim, setting }) {
    const { tasks } = setting
    const finals = runs.filter(({ configuration: { stage } }) => stage === 'final')
    const lost = finals.filter(({ result }) => !isFinished(result)).length
    const edges = tasks.flatMap((task) =>
      EXPONENTS.flatMap((p) =>
        finalsOf(runs, task, p).slice(0, 1).filter(({ configuration }) => isAtEdge(setting, configuration)).map(() =>
          `${task.title} ${variantName(p)}`
        )
      )
    )
    return {
      claims: tasks.flatMap((task) => taskClaims(runs, task, claim)),
      figures: [
        missesFigure(runs, tasks, 'rare', 'Test samples of the three rarest classes, or the three weakest modes'),
        missesFigure(runs, tasks, 'all', 'All test samples'),
        { svg: lineFigure(alignmentFigure(runs, tasks)), caption: 'Mean over the two hidden layers and test samples.' },
      ],
      tables: [shapedTable(runs, setting)],
      findings: [
        `Networks with hidden layers ${
          setting.hidden.join('-')
        }, tanh, batch ${setting.batch}, plain gradient descent, `
        + `${setting.epochs} epochs (${setting.sweepEpochs} in a short training). Of ${finals.length} long trainings `
        + `${lost} did not stay finite; there everything counts as missed.`,
        ...tasks.map((task) => bestText(runs, task)),
        ...(edges.length === 0 ? [] : [`Rate or scale at an end of its ladder: ${edges.join('; ')}.`]),
      ],
    }
  },
})

/** What one exponent misses more than another, mean over epochs, seed by seed. */
function excess(runs: readonly ShapedRun[], task: NamedTask, p: number, other: number, part: 'all' | 'rare'): Sample {
  const [a, b] = [p, other].map((exponent) => meanMisses(finalsOf(runs, task, exponent), part))
  return a.length === b.length ? pairedDifference(a, b) : sample([])
}

function taskClaims(runs: readonly ShapedRun[], task: NamedTask, claim: ClaimBuilder): readonly Claim[] {
  const { id, title } = task
  const others = EXPONENTS.filter((p) => p !== 0)
  const list = (exponents: readonly number[]): string => exponents.map((p) => typeset(String(p))).join(', ')
  return [
    ...[-0.5, -1].map((p) =>
      claim.below(`rare${p}-${id}`,
        `${title}: what is missed of the rare, mean over epochs, at ${variantName(p)} less at p = 0`,
        excess(runs, task, p, 0, 'rare'), 0, 'sign alone: linear theory has weak modes learn earlier', {
        source: 'theory (7.10)',
      })
    ),
    claim.ordered(`alignment-${id}`, `${title}: gradient alignment at the end rises with p = ${list(EXPONENTS)}`,
      EXPONENTS.map((p) => sample(alignments(finalsOf(runs, task, p)))), 'rising', 0, 'order of the linear theory', {
      source: 'theory (7.14)',
    }),
    // The setting of a first probe of three rates and one feedback scale.
    ...(id !== 'mnist-tail' ? []
      : [
        claim.atLeast('probe-best',
          `${title}: what is missed in all, mean over epochs, at p = ${
            list(others)
          } less at p = 0, which a first probe ` + 'found best', others.map((p) => excess(runs, task, p, 0, 'all')), 0,
          'sign alone'),
        claim.atLeast('probe-worst',
          `${title}: what is missed in all, mean over epochs, at p = 0.5, which a first probe found worst, less at `
            + `p = ${list([-1, -0.5])}`, [-1, -0.5].map((p) => excess(runs, task, 0.5, p, 'all')), 0, 'sign alone'),
      ]),
  ]
}

/** Which exponents miss least. */
function bestText(runs: readonly ShapedRun[], task: NamedTask): string {
  const least = (part: 'all' | 'rare'): string => {
    const misses = EXPONENTS.map((p) => mean(meanMisses(finalsOf(runs, task, p), part)))
    return variantName(EXPONENTS[misses.indexOf(Math.min(...misses))])
  }
  return `${task.title}: least missed over the epochs in all at ${least('all')}, of the rare at ${least('rare')}.`
}
