// Two claims beside the laws: width makes Gaussian feedback orthogonal, and badly conditioned inputs only delay.

import { conditionedCovariance, linearTeacher } from '../../data/index.ts'
import { type Claim, claimsOf, outside } from '../claims/claim.ts'
import type { Progress } from '../progress.ts'
import { stated } from '../report/format.ts'
import { sample } from '../statistics.ts'
import { type Configuration, isReferenceSetting } from './configuration.ts'
import { type Moment, type Run, runDynamics } from './followed-run.ts'
import type { Recall } from './recall.ts'
import { covered, EARLY, END, followed, MARKS, setupOf, STEP_LIMIT } from './conditioning-setup.ts'

const claim = claimsOf({ source: 'refinetti2021; theory (2.31)', method: 'recursion' })

/** Final probe alignments of Gaussian feedback at one width, one per seed. */
export interface WidthResult {
  readonly width: number
  readonly alignments: readonly number[]
}

/** A run with inputs of one condition number. */
export interface InputResult {
  readonly condition: number
  readonly run: Run
}

const WIDTHS: readonly number[] = [10, 30, 100, 300, 1000]

export function widthRuns(c: Configuration, progress: Progress, recall: Recall): readonly WidthResult[] {
  // One draw of F scatters: averages need seeds even where the other claims need none.
  // Deeper products are steeper near the end and take the common rate.
  const rate = c.depth <= 4 ? 0.05 : c.rate
  const seeds = c.quick ? 4 : Math.max(c.seeds, 10)
  return WIDTHS.filter((width) => width >= 2 * c.outputs && !(c.quick && width > 300)).map((width) => {
    progress.update(`Gaussian feedback, width ${width}`)
    const alignmentOf = (seed: number): number => {
      const setup = setupOf(c, 'gaussian', seed, linearTeacher(c.outputs, c.inputs, 1, seed).matrix, width, rate)
      return runDynamics(setup, { marks: [1e-5], maximumSteps: STEP_LIMIT, perDecade: 0 }).final.probeGradientAlignment
    }
    const alignments = recall(`width ${width}`,
      () => Array.from({ length: seeds }, (_, index) => alignmentOf(c.seed + index)))
    return { width, alignments }
  })
}

export function widthClaims(c: Configuration, width: readonly WidthResult[]): readonly Claim[] {
  const measured = width.map(({ alignments }) => sample(alignments))
  const made = [
    claim.ordered('width',
      `Gaussian F, κ_T = 1: final probe GA₁ (loss 10⁻⁵) rises to 1 with width ${width.map((w) => w.width).join(', ')}; `
        + `η = ${c.depth <= 4 ? 0.05 : c.rate}`, measured, 'rising', 0, 'sign'),
    // G_l − I has entries of order 1/√width, its effect on a cosine is of second order.
    claim.atLeast('width-limit', 'the same at the largest width: 1 − GA₁ ≤ n_L/width', measured.slice(-1),
      1 - c.outputs / (width.at(-1)?.width ?? 1), 'the next order in n_L/width'),
  ]
  const reason = c.outputs === 1 ? 'one output: every cosine is 1'
    : c.inputs < c.outputs ? `inputs ${c.inputs} < ${c.outputs} outputs: probes leave the space of errors`
    : width.length < 2 ? 'no two widths at least twice the outputs'
    : measured.some(({ mean }) => Number.isNaN(mean)) ? 'a run diverged' : undefined
  return reason === undefined ? made : made.map((one) => outside(one, reason))
}

const INPUT_CONDITIONS: readonly number[] = [10, 100]

export function inputRuns(c: Configuration, progress: Progress, recall: Recall): readonly InputResult[] {
  return INPUT_CONDITIONS.filter(() => c.inputs >= 2).map((condition) => {
    const teacher = linearTeacher(c.outputs, c.inputs, 1, c.seed).matrix
    const { covariance } = conditionedCovariance(c.inputs, condition, c.seed)
    const setup = setupOf(c, 'orthogonal', c.seed, teacher)
    const run = followed(`inputs with κ_x = ${condition}`, c, { ...setup, task: { teacher, covariance } }, MARKS, 24,
      progress, recall)
    return { condition, run }
  })
}

export function inputClaims(c: Configuration, inputCondition: readonly InputResult[]): readonly Claim[] {
  return inputCondition.flatMap(({ condition, run }) => {
    const early = run.marks.get(EARLY) as Moment | undefined
    // The last of L layers squares the spectrum L − 1 times: with one squaring the loss of alignment is small. Few
    // outputs leave little to lose: WA is at least 1/√n_L. The limits are those of five outputs.
    const possible = Math.min(1, (1 - 1 / Math.sqrt(c.outputs)) / (1 - 1 / Math.sqrt(5)))
    const impaired = 1 - (c.depth === 2 ? 0.05 : 0.2) * possible
    const what = `orthogonal teacher, inputs with κ_x = ${condition}, seed ${c.seed}`
    const passing = claim.below(`inputs-early-${condition}`, `${what}: WA_L is impaired early (loss ${EARLY})`,
      early?.weightAlignment[c.depth - 2] ?? null, impaired, 'far from 1')
    const gap = (moment: Moment | undefined): number => 1 - Math.min(...moment?.weightAlignment ?? [NaN])
    const final = claim.atMost(`inputs-final-${condition}`,
      `${what}: what is left of 1 − WA (smallest layer) at loss ${stated(END)}, relative to early`,
      gap(run.final) / gap(early), 0.02, `what loss ${stated(END)} leaves`)
    const conditioning = claim.atMost(`inputs-condition-${condition}`, `${what}: largest κ(A_l) at loss ${stated(END)}`,
      Math.max(...run.final.conditionNumbers), isReferenceSetting(c) ? 1.05 : 1.2, `what loss ${stated(END)} leaves`)
    const reason = run.divergedAt !== undefined ? `diverged at step ${run.divergedAt}`
      : c.inputs < c.outputs ? 'fewer inputs than outputs' : undefined
    if (reason !== undefined) return [passing, final, conditioning].map((one) => outside(one, reason))
    // With a single output there is no direction to be wrong about.
    const directed = [passing, final].map((one) =>
      c.outputs === 1 ? outside(one, 'one output: A_l is a number') : covered(c, one)
    )
    return [...directed, covered(c, conditioning)]
  })
}
