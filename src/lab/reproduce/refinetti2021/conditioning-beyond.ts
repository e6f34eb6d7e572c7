// Beyond the paper: the alignment matrices of non-linear networks, measured, and whether their conditioning says how
// well the networks align.

import { TrainingStopped } from '../../../dfa/index.ts'
import { structurelessResidual } from '../../../theory/index.ts'
import { FILES } from '../../training/datasets.ts'
import { sizesOf } from '../../check/engine-claims.ts'
import { type Estimate } from '../conditioning/correlation.ts'
import { CONDITIONING_SETS, type ConditioningSet } from '../conditioning/data.ts'
import { atEnd, type BeyondResult, type BeyondRun, CONTROLS, correlations, type Ended, endedRuns, estimateText,
  ofActivation, OUTCOMES } from '../conditioning/ended-runs.ts'
import { exactControl, type ExactResult } from '../conditioning/exact-control.ts'
import { coefficientFigure, dynamicsFigure, residualFigure, scatterFigure } from '../conditioning/figures.ts'
import { type BeyondConfiguration, type ConditioningSizes, plannedRuns } from '../conditioning/plan.ts'
import { conditioningTables } from '../conditioning/tables.ts'
import { ACTIVATIONS, trainConditioning } from '../conditioning/training.ts'
import { type Claim, type ClaimBuilder, declared, mean, outside, sample } from '../index.ts'

/** Draws of the bootstrap. */
interface Setting extends ConditioningSizes {
  readonly draws: number
}
const SETS = Object.keys(CONDITIONING_SETS) as ConditioningSet[]
const DEFAULT: Setting = { sets: SETS, noises: [0, 0.2, 0.5, 0.9], widths: [50, 100, 200], each: 3, seeds: 2,
  samples: 1000, images: 1000, passes: 1, records: 12, probe: 250, exact: { width: 40, steps: 300 }, draws: 1000 }

/** Does conditioning predict alignment where the theory ends? */
export const conditioningBeyond = declared<Setting, BeyondConfiguration, BeyondResult>({
  name: 'refinetti2021/conditioning-beyond',
  title: 'Beyond the paper: conditioning and alignment of non-linear networks',
  source: 'beyond refinetti2021; theory (2.18), (2.22)',
  method: 'training',
  about: 'In linear networks from zero weights W_l = F_l A_l F_{l−1}ᵀ, and the conditioning of A_l decides alignment. '
    + 'Here A_l is fitted to any network, the best in least squares for W_l − W_l(0), and asked whether it still '
    + 'does. Hypothesis and analysis, fixed before these runs: larger κ(A_l) goes with smaller alignment. κ is taken '
    + 'on the subspace of errors that sum to zero (rank K − 1); a run’s conditioning is the mean of ln κ(A_l) over l '
    + '= 2 … L at the end of training; outcomes are GA₁, for the samples’ own errors and for isotropic ones, and the '
    + 'mean of WA_2 … WA_L. Test: Spearman’s coefficient over tanh and relu networks within data set and activation, '
    + '95 % interval of a bootstrap over configurations (seeds together), all below zero; the same for linear '
    + 'networks as a control. Every data set, activation and label noise has the same number of configurations; '
    + 'width, initial scale, feedback and class counts (equal, or geometric to 1 : 20, which conditions the targets '
    + 'badly) are dealt at random. Networks of four layers, no biases, cross-entropy, 1000 samples at default scale, '
    + 'trained until noiseless losses are flat. All further coefficients are described, not tested, and no interval '
    + 'is corrected for their number. Rates come from training losses alone. Thirty-four pilot runs (seed '
    + '100, not used here) and those of the quick scale were seen with their alignment before.',
  data: SETS.flatMap((name) => [...FILES[name]]),
  quickData: [],
  scales: {
    quick: { minutes: 0.03, sets: ['teacher'], noises: [0, 0.5], widths: [20, 30], each: 2, seeds: 1, samples: 200,
      images: 200, passes: 0.6, records: 8, probe: 50, exact: { width: 15, steps: 60 }, draws: 200 },
    default: { minutes: 4, ...DEFAULT },
    paper: { minutes: 120, ...DEFAULT, each: 6, seeds: 5, images: 3000, passes: 3, records: 24, probe: 500,
      exact: { width: 100, steps: 1000 } },
  },
  decidedAtQuick: ['beyond-exact'],
  plan: (setting, seed) => plannedRuns(setting, seed),
  resumes: ({ kind }) => kind === 'training',
  run(c, tools) {
    if (c.kind === 'exact') return exactControl(c, tools)
    try {
      return trainConditioning(c, tools)
    } catch (error) {
      // A result, not a fault of the program: the run counts among those left out.
      if (error instanceof TrainingStopped) return { stopped: error.message }
      throw error
    }
  },
  judge({ runs, claim, setting: { draws, exact } }) {
    const ended = endedRuns(runs)
    const [nonLinear, linear] = [ofActivation(ended, 'tanh', 'relu'), ofActivation(ended, 'linear')]
    const primary = correlations(nonLinear, CONTROLS.cell, draws)
    const control = correlations(linear, CONTROLS.cell, draws)
    const directions = (id: string, networks: string, strata: string, found: readonly Estimate[]) =>
      OUTCOMES.map((outcome, index) =>
        directionClaim(`${id}-${outcome.id}`,
          `${networks}: larger κ(A_l), smaller ${outcome.name}; Spearman’s coefficient within ${strata}`, found[index],
          claim)
      )
    const list = (found: readonly Estimate[]): string =>
      OUTCOMES.map(({ name }, index) => `${name} ${estimateText(found[index])}`).join(', ')
    const made = runs.filter(({ configuration }) => configuration.kind === 'training').length
    return {
      claims: [...exactClaims(runs, exact, claim),
        ...ACTIVATIONS.flatMap((activation) => residualClaim(activation, ofActivation(ended, activation), claim)),
        ...directions('beyond', 'tanh and relu', 'data set and activation', primary),
        ...directions('beyond-linear', 'linear, random initial weights', 'data set', control)],
      figures: [scatterFigure(ended), dynamicsFigure(ended), residualFigure(ended),
        coefficientFigure(ended, draws / 2)],
      tables: conditioningTables(ended, draws),
      findings: [
        `${made} trainings of four-layer networks, of which ${made - ended.length} did not stay finite or ended above `
        + 'their first loss and are left out. Spearman coefficients of ln κ with alignment, tanh and relu, within data '
        + `set and activation: ${list(primary)}. With the scale of initial weights, the final training loss and the `
        + `growth of the weights held fixed too: ${list(correlations(nonLinear, CONTROLS.trained, draws))}. Linear `
        + `networks from the same random weights, within data set: ${list(control)}.`,
      ],
    }
  },
})

/** The control that theory decides: the largest of all layers, once per kind of feedback. */
function exactClaims(runs: readonly BeyondRun[], exact: Setting['exact'], claim: ClaimBuilder): readonly Claim[] {
  const results = runs.flatMap(({ result }): readonly ExactResult[] => ('network' in result ? [result] : []))
  const what =
    `linear network from zero weights, cross-entropy, ${exact.steps} steps, width ${exact.width}, orthogonal `
    + 'and uniform feedback'
  const source = 'theory (2.13), (2.14)'
  const network = { source, method: 'float64 network' } as const
  return [
    claim.atMost('beyond-exact-fit', `${what}: fitted A_l against the exact recursion, relative`, results.map((one) =>
      one.network
    ), 1e-12, 'rounding', network),
    claim.atMost('beyond-exact-residual', `${what}: residual of the fit`, results.map((one) => one.networkResidual),
      1e-12, 'rounding', network),
    claim.atMost('beyond-exact-engine', `${what}: the engine’s fitted A_l against the recursion, and its residual`,
      results.flatMap(({ engine, engineResidual }) => [engine, engineResidual]), 1e-4, 'float32 rounding', { source,
      method: 'float32 engine' }),
  ]
}

/** What the fit leaves over, layer by layer: described, not claimed. */
function residualClaim(activation: string, runs: readonly Ended[], claim: ClaimBuilder): readonly Claim[] {
  if (runs.length === 0) return []
  const layers = runs[0].curves.residual.slice(1).map((_, index) => index + 2)
  const chance = layers.map((l) =>
    mean(
      runs.map(({ configuration: { width, hidden } }) =>
        structurelessResidual(sizesOf(hidden + 1, width, width, 10), l)
      ),
    ).toFixed(3)
  )
  const statement = `${activation}, random initial weights: ‖ΔW_l − F_l A_l F_{l−1}ᵀ‖/‖ΔW_l‖ at the end, layers 2 … L; `
    + `${chance.join(', ')} without any structure`
  const measured = layers.map((l) => ({ ...sample(runs.map(({ curves }) => atEnd(curves.residual[l - 1]))),
    of: 'runs' as const })
  )
  return [outside(claim.atMost(`beyond-residual-${activation}`, statement, measured, 1, 'no prediction', {
    source: 'theory (2.14), (2.15)',
  }), 'no theory of A_l in networks that are not linear, or do not start at zero')]
}

/** Below zero with all of its interval, as `about` states before any run; the half of it that counts as two errors. */
function directionClaim(id: string, statement: string, { value, high, count }: Estimate, claim: ClaimBuilder): Claim {
  const measured = { mean: value, standardError: (high - value) / 2, seeds: count, of: 'runs' } as const
  return claim.below(id, statement, measured, 0, '95 % interval of a bootstrap over configurations')
}
