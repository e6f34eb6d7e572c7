// The theory of deep linear networks in full: the claims of `check`, as experiments.

import { blockedKernels, type Kernels } from '../../../tensor/index.ts'
import { checkOptions, type Configuration } from '../../check/configuration.ts'
import { engineClaims } from '../../check/engine-claims.ts'
import { exactClaims } from '../../check/identity-claims.ts'
import { sourced } from '../../check/sources.ts'
import { alignmentOverTime, conditioningDecides, conditionOverTime, finalConditions, finalProbes, inputFigure,
  lossOverTime, mnistFigure, widthFigure } from '../../check/figures.ts'
import { lawClaims, type Laws } from '../../check/conditioning-claims.ts'
import { mnistClaims, mnistJudgment, type MnistRun, readMnist } from '../../check/mnist-claims.ts'
import { type Measurements, type Recall, recalling, recording } from '../../check/recall.ts'
import { UsageError } from '../../options.ts'
import type { Progress } from '../../progress.ts'
import { type Claim, count, declared } from '../index.ts'

/** The options of `check` that results depend on. */
type DeepLinearConfiguration =
  & { readonly targetConditions: readonly number[] }
  & Pick<Configuration, 'depth' | 'inputs' | 'width' | 'outputs' | 'rate' | 'seeds' | 'seed' | 'quick'>

/** All that was measured, as `check` names it. */
type DeepLinearResult = { readonly measurements: Measurements }

const SIZES = { depth: 4, inputs: 20, width: 100, outputs: 5, rate: 0.01 } as const

function checkConfiguration({ targetConditions, ...rest }: DeepLinearConfiguration): Configuration {
  return { ...rest, 'target-condition': targetConditions, feedback: checkOptions.feedback.fallback, data: undefined,
    json: undefined, verbose: false, report: undefined }
}

/** Progress texts of `check` hold no fraction of the whole: each is a sign of life. */
function signs(progress: (fraction: number) => void, expected: number): Progress {
  let count = 0
  return { update: () => progress(++count / (count + expected)), clear() {} }
}

function theory(c: Configuration, kernels: Kernels, progress: Progress, recall: Recall): Laws {
  const exact = exactClaims(c.seed, c.quick, recall)
  const laws = lawClaims(c, progress, recall)
  return { ...laws,
    claims: sourced([...exact, ...engineClaims(c, laws.runs, kernels, progress, recall), ...laws.claims]) }
}

/** Claims of `check` under the experiment's name. */
function named(claims: readonly Claim[]): readonly Claim[] {
  return claims.map((claim) => ({ ...claim, id: `deep-linear-${claim.id}` }))
}

type LinearSetting = Pick<DeepLinearConfiguration, 'seeds' | 'targetConditions' | 'quick'>

/** Identities, laws and engine: no data. */
export const deepLinear = declared<LinearSetting, DeepLinearConfiguration, DeepLinearResult>({
  name: 'refinetti2021/deep-linear',
  title: 'Deep linear networks: the conditioning of the alignment matrices decides',
  source: 'refinetti2021; theory (2.2), (2.31)',
  method: 'recursion',
  about:
    'From zero weights a deep linear network under DFA stays on W_l = F_l A_l F_{l−1}ᵀ, and the alignment matrices A_l obey a closed recursion. Every claim of the command check: the identities in full float64 networks and in the float32 engine, the laws of κ(A_l), early and at convergence, and what follows for weight and gradient alignment.',
  // 2: measurements instead of claims.
  revision: 2,
  scales: {
    quick: { minutes: 0.05, seeds: 1, targetConditions: [1, 2, 5], quick: true },
    default: { minutes: 0.4, seeds: 3, targetConditions: [1, 2, 5, 10, 30], quick: false },
    paper: { minutes: 4, seeds: 10, targetConditions: [1, 2, 5, 10, 30, 100], quick: false },
  },
  // What too few seeds leave open `check` says of its own claims.
  decidedAtQuick: ['deep-linear'],
  plan: ({ seeds, targetConditions, quick }, seed) => [{ ...SIZES, targetConditions, seeds, seed, quick }],
  run(c, tools) {
    const measurements: Measurements = {}
    theory(checkConfiguration(c), tools.kernels('float64'), signs(tools.progress, c.quick ? 1000 : 10_000),
      recording(measurements))
    return { measurements }
  },
  judge({ runs: [{ configuration, result }] }) {
    const c = checkConfiguration(configuration)
    const { claims, runs, width, inputCondition } = theory(c, blockedKernels, signs(() => {}, 1),
      recalling(result.measurements))
    return {
      claims: named(claims),
      figures: [conditionOverTime(c, runs), lossOverTime(c, runs), finalConditions(c, runs),
        conditioningDecides(c, runs), alignmentOverTime(c, runs), finalProbes(c, runs), widthFigure(width),
        inputFigure(c, inputCondition)],
      findings: [
        `Teachers with geometric spectra, κ_T = ${configuration.targetConditions.join(', ')}, orthogonal and `
        + `Gaussian feedback, ${count(configuration.seeds, 'seed')} each, population gradient. While the error `
        + 'is still the target, each layer squares the spectrum of the one below; at convergence the product of '
        + 'the layers is the teacher and the spectra are its roots, so that conditioning, and with it alignment, '
        + 'improves as modes are learnt.',
      ],
    }
  },
})

/** Configuration of the runs on MNIST; sizes are fixed by `check`. */
type MnistConfiguration = Pick<DeepLinearConfiguration, 'seeds' | 'seed' | 'quick'>

type MnistSetting = Omit<MnistConfiguration, 'seed'>

/** The same theory on MNIST: a linear network of the engine on raw, whitened, and badly scaled data. */
export const deepLinearMnist = declared<MnistSetting, MnistConfiguration, { readonly runs: readonly MnistRun[] }>({
  name: 'refinetti2021/deep-linear-mnist',
  title: 'Deep linear networks on MNIST',
  source: 'refinetti2021; theory (2.29), (2.31)',
  method: 'float32 engine',
  about:
    'The conditioning of Σ_yx, read off the data, decides how well a 784-100-100-100-10 linear network aligns. Raw pixels, whitened pixels, and whitened pixels with targets scaled by a spectrum of condition number 10: the weak identity holds along the engine’s training, κ(A₂) follows κ(Σ_yx)² early, alignments are ordered.',
  data: ['mnist/train-images-idx3-ubyte', 'mnist/train-labels-idx1-ubyte'],
  // 2: runs alone, without their claims.
  revision: 2,
  scales: {
    quick: { minutes: 0.2, seeds: 1, quick: true },
    default: { minutes: 0.5, seeds: 3, quick: false },
    paper: { minutes: 2, seeds: 10, quick: false },
  },
  // Orderings of one seed count by sign alone.
  decidedAtQuick: ['deep-linear-mnist-weak-identity', 'deep-linear-mnist-recovered'],
  plan: ({ seeds, quick }, seed) => [{ seeds, seed, quick }],
  run(configuration, tools) {
    if (tools.data === undefined) {
      throw new UsageError('refinetti2021/deep-linear-mnist: a directory with mnist/ must be given, got none')
    }
    const c = checkConfiguration({ ...SIZES, targetConditions: [1], ...configuration })
    const { runs } = mnistClaims(readMnist(tools.data), c, tools.kernels('float64'), signs(tools.progress, 10_000))
    return { runs }
  },
  judge: ({ runs: [{ configuration, result }] }) => ({
    claims: named(sourced(mnistJudgment(result.runs, configuration.quick))),
    figures: [mnistFigure(result.runs)],
    findings: [
      `${count(configuration.seeds, 'seed')}, batch 100, η = 0.02, from zero weights, orthogonal feedback. Raw: `
      + 'pixels with one mean and one deviation. Whitened: 100 principal directions. Both have mean squared '
      + 'length 100, so that one rate fits.',
    ],
  }),
})
