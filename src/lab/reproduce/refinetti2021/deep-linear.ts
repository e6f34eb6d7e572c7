// Section 3 in full: the claims of `check`, as experiments.

import type { Kernels } from '../../../tensor/index.ts'
import { checkOptions, type Configuration } from '../../check/configuration.ts'
import { engineClaims } from '../../check/engine.ts'
import { exactClaims } from '../../check/exact.ts'
import { alignmentOverTime, conditioningDecides, conditionOverTime, finalConditions, finalProbes, inputFigure,
  lossOverTime, mnistFigure, widthFigure } from '../../check/figures.ts'
import { lawClaims } from '../../check/laws.ts'
import { mnistClaims, type MnistRun, readMnist } from '../../check/mnist.ts'
import type { Claim } from '../../claims/claim.ts'
import { notCovered } from '../../claims/legacy.ts'
import { UsageError } from '../../options.ts'
import type { Progress } from '../../progress.ts'
import { type Experiment, experiment, type Scale } from '../experiment.ts'
import { claimOf, type ClaimRecord, claimRecord, inputResults, labeledRuns, type LawRecord,
  lawRecord } from './deep-linear-record.ts'

/** The options of `check` that results depend on. */
export interface DeepLinearConfiguration {
  readonly depth: number
  readonly inputs: number
  readonly width: number
  readonly outputs: number
  readonly targetConditions: readonly number[]
  readonly rate: number
  readonly seeds: number
  readonly seed: number
  readonly quick: boolean
}

const PREFIX = 'deep-linear-'
const PAGE = { depth: 4, inputs: 20, width: 100, outputs: 5, rate: 0.01 } as const

function configurationOf(scale: Scale, seed: number): DeepLinearConfiguration {
  const conditions = scale === 'paper' ? [1, 2, 5, 10, 30, 100] : scale === 'default' ? [1, 2, 5, 10, 30] : [1, 2, 5]
  return {
    ...PAGE,
    targetConditions: conditions,
    seeds: { quick: 1, default: 3, paper: 10 }[scale],
    seed,
    quick: scale === 'quick',
  }
}

function checkConfiguration(c: DeepLinearConfiguration): Configuration {
  const { targetConditions, ...rest } = c
  return {
    ...rest,
    'target-condition': targetConditions,
    feedback: checkOptions.feedback.fallback,
    data: undefined,
    json: undefined,
    verbose: false,
    report: undefined,
  }
}

/** Progress texts of `check` hold no fraction of the whole: each is a sign of life. */
function signs(progress: (fraction: number) => void, expected: number): Progress {
  let count = 0
  return { update: () => progress(++count / (count + expected)), clear() {} }
}

function identitiesAndLaws(c: Configuration, kernels: Kernels, progress: Progress): LawRecord {
  const exact = exactClaims(c.seed, c.quick)
  const laws = lawClaims(c, progress)
  const engine = engineClaims(c, laws.runs, kernels, progress)
  return lawRecord(c, laws, [...exact, ...engine, ...laws.claims], PREFIX)
}

/** Judged where too few batches or seeds were seen, which `check --quick` already says of its own claims. */
function claimsOf(records: readonly ClaimRecord[]): readonly Claim[] {
  return records.map(claimOf)
}

/** Identities, laws and engine: no data. */
export const deepLinear: Experiment = experiment<DeepLinearConfiguration, LawRecord>({
  name: 'refinetti2021/deep-linear',
  title: 'Deep linear networks: the conditioning of the alignment matrices decides',
  source: 'refinetti2021 section 3',
  about:
    'From zero weights a deep linear network under DFA stays on W_l = F_l A_l F_{l−1}ᵀ, and the alignment matrices '
    + 'A_l obey a closed recursion. '
    + 'Every claim of the command check: the identities in full float64 networks and in the float32 engine, the laws '
    + 'of κ(A_l), early and at convergence, '
    + 'and what follows for weight and gradient alignment.',
  data: [],
  minutes: { quick: 0.05, default: 0.4, paper: 4 },
  revision: 1,
  plan: (scale, seed) => [configurationOf(scale, seed)],
  run: (configuration, tools) =>
    identitiesAndLaws(checkConfiguration(configuration), tools.kernels('float64'),
      signs(tools.progress, configuration.quick ? 1000 : 10_000)),
  judge(runs) {
    const [{ configuration, result }] = runs
    const c = checkConfiguration(configuration)
    const shown = labeledRuns(c, result)
    return {
      claims: claimsOf(result.claims),
      figures: [conditionOverTime(c, shown), lossOverTime(c, shown), finalConditions(c, shown),
        conditioningDecides(c, shown), alignmentOverTime(c, shown), finalProbes(c, shown), widthFigure(result.width),
        inputFigure(c, inputResults(result))],
      findings: [
        `Teachers with geometric spectra, κ_T = ${configuration.targetConditions.join(', ')}, orthogonal and `
        + `Gaussian feedback, ${configuration.seeds} seed(s) each, `
        + 'population gradient. While the error is still the target, each layer squares the spectrum of the one '
        + 'below; at convergence the product of the layers is the '
        + 'teacher and the spectra are its roots, so that conditioning, and with it alignment, improves as modes '
        + 'are learnt.',
      ],
    }
  },
})

/** Configuration of the runs on MNIST; sizes are fixed by `check`. */
export interface DeepLinearMnistConfiguration {
  readonly seeds: number
  readonly seed: number
  readonly quick: boolean
}

interface MnistRecord {
  readonly claims: readonly ClaimRecord[]
  readonly runs: readonly MnistRun[]
}

/** The same theory on MNIST: a linear network of the engine on raw, whitened, and badly scaled data. */
export const deepLinearMnist: Experiment = experiment<DeepLinearMnistConfiguration, MnistRecord>({
  name: 'refinetti2021/deep-linear-mnist',
  title: 'Deep linear networks on MNIST',
  source: 'refinetti2021 section 3.3',
  about:
    'The conditioning of Σ_yx, read off the data, decides how well a 784-100-100-100-10 linear network aligns. Raw '
    + 'pixels, whitened pixels, and whitened pixels '
    + 'with targets scaled by a spectrum of condition number 10: the weak identity holds along the engine’s training, '
    + 'κ(A₂) follows κ(Σ_yx)² early, alignments are ordered.',
  data: ['mnist/train-images-idx3-ubyte', 'mnist/train-labels-idx1-ubyte'],
  minutes: { quick: 0.2, default: 0.5, paper: 2 },
  revision: 1,
  plan: (scale, seed) => [{ seeds: { quick: 1, default: 3, paper: 10 }[scale], seed, quick: scale === 'quick' }],
  run(configuration, tools) {
    if (tools.data === undefined) {
      throw new UsageError('refinetti2021/deep-linear-mnist: a directory with mnist/ must be given, got none')
    }
    const c = checkConfiguration({ ...configurationOf('default', 0), ...configuration })
    const { claims, runs } = mnistClaims(readMnist(tools.data), c, tools.kernels('float64'),
      signs(tools.progress, 10_000))
    return { claims: claims.map((claim) => claimRecord(claim, PREFIX)), runs }
  },
  judge(runs, scale) {
    const [{ configuration, result }] = runs
    const claims = claimsOf(result.claims)
    return {
      // Orderings of one seed count by sign alone: too little to fail on.
      claims: scale !== 'quick'
        ? claims
        : claims.map((claim) => claim.verdict === 'fails' && claim.criterion.kind === 'at least'
          ? notCovered(claim, 'quick scale: one seed')
          : claim
        ),
      figures: [mnistFigure(result.runs)],
      findings: [
        `${configuration.seeds} seed(s), batch 100, η = 0.02, from zero weights, orthogonal feedback. Raw: pixels `
        + 'with one mean and one deviation. Whitened: 100 principal '
        + 'directions. Both have mean squared length 100, so that one rate fits.',
      ],
    }
  },
})
