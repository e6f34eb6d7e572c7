// Two claims beside the laws: width makes Gaussian feedback orthogonal, and badly conditioned inputs only delay.

import { conditionedCovariance, linearTeacher } from '../../data/index.ts'
import { type Claim } from '../claims/claim.ts'
import { atMost, notCovered, ordered } from '../claims/legacy.ts'
import type { Progress } from '../progress.ts'
import { type Configuration, isPageSetting } from './configuration.ts'
import { type Moment, type Run, runDynamics } from './dynamics.ts'
import { covered, EARLY, END, mean, MIDDLE, setupOf, STEP_LIMIT, stepLimit } from './law-setup.ts'

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

export function widthRuns(c: Configuration, progress: Progress): readonly WidthResult[] {
  // One draw of F scatters: averages need seeds even where the other claims need none.
  // 0.05 as on the page; deeper products are steeper near the end and need the common rate.
  const rate = c.depth <= 4 ? 0.05 : c.rate
  const seeds = c.quick ? 4 : Math.max(c.seeds, 10)
  return WIDTHS.filter((width) => width >= 2 * c.outputs && !(c.quick && width > 300)).map((width) => {
    progress.update(`Gaussian feedback, width ${width}`)
    const alignments = Array.from({ length: seeds }, (_, index) => {
      const seed = c.seed + index
      const setup = setupOf(c, 'gaussian', seed, linearTeacher(c.outputs, c.inputs, 1, seed).matrix, width, rate)
      return runDynamics(setup, { marks: [1e-5], maximumSteps: STEP_LIMIT, perDecade: 0 }).final.probeGradientAlignment
    })
    return { width, alignments }
  })
}

export function widthClaim(c: Configuration, width: readonly WidthResult[]): Claim {
  const measured = width.map(({ alignments }) => mean(alignments))
  const claim = ordered({
    id: 'width',
    method: 'recursion',
    source: 'refinetti2021 §3.3',
    statement:
      `Gaussian F, κ_T = 1: final probe GA₁ (loss 1e-5) rises to 1 with width ${width.map((w) => w.width).join(', ')}; `
      + `η = ${c.depth <= 4 ? 0.05 : c.rate}, mean of ${width[0]?.alignments.length ?? 0} seeds`,
  }, 'rising', measured)
  if (c.outputs === 1) return notCovered(claim, 'one output: every cosine is 1')
  if (c.inputs < c.outputs) {
    return notCovered(claim, `inputs ${c.inputs} < ${c.outputs} outputs: probes leave the space of errors`)
  }
  if (width.length < 2) return notCovered(claim, 'no two widths at least twice the outputs')
  if (measured.some((value) => value !== value)) return notCovered(claim, 'a run diverged')
  const last = width[width.length - 1]
  // 1 − GA shrinks like n_L/width: G_l − I has entries of order 1/√width.
  const reached = last !== undefined && measured[measured.length - 1] >= 1 - c.outputs / last.width
  return reached ? claim : { ...claim, verdict: 'fails' }
}

const INPUT_CONDITIONS: readonly number[] = [10, 100]

export function inputRuns(c: Configuration, progress: Progress): readonly InputResult[] {
  return INPUT_CONDITIONS.filter(() => c.inputs >= 2).map((condition) => {
    const teacher = linearTeacher(c.outputs, c.inputs, 1, c.seed).matrix
    const { covariance } = conditionedCovariance(c.inputs, condition, c.seed)
    const setup = setupOf(c, 'orthogonal', c.seed, teacher)
    return {
      condition,
      run: runDynamics({ ...setup, task: { teacher, covariance } }, {
        marks: [EARLY, 0.5, MIDDLE, END],
        maximumSteps: stepLimit(c),
        perDecade: 24,
        onProgress: (step, loss) =>
          progress.update(`inputs with κ_x = ${condition}: step ${step}, loss ${loss.toExponential(1)}`),
      }),
    }
  })
}

export function inputClaims(c: Configuration, inputCondition: readonly InputResult[]): readonly Claim[] {
  return inputCondition.flatMap(({ condition, run }) => {
    const early = run.marks.get(EARLY) as Moment | undefined
    // The last of L layers squares the spectrum L − 1 times: with one squaring the loss of alignment is small.
    const impaired = c.depth === 2 ? 0.95 : 0.8
    const head = { method: 'recursion' as const, source: 'refinetti2021 §3.3' }
    const passing = atMost({
      ...head,
      id: `inputs-early-${condition}`,
      statement:
        `orthogonal teacher, inputs with κ_x = ${condition}, seed ${c.seed}: WA_L is impaired early (loss ${EARLY})`,
    }, early?.weightAlignment[c.depth - 2] ?? NaN, impaired, `< ${impaired}`)
    const gap = (
      moment: Moment | undefined,
    ): number => (moment === undefined ? NaN : 1 - Math.min(...moment.weightAlignment))
    const final = atMost({
      ...head,
      id: `inputs-final-${condition}`,
      statement:
        `orthogonal teacher, inputs with κ_x = ${condition}, seed ${c.seed}: what is left of 1 − WA (smallest layer) at loss ${END}, relative to early`,
    }, gap(run.final) / gap(early), 0.02, '→ 0')
    const conditioning = atMost({
      ...head,
      id: `inputs-condition-${condition}`,
      statement: `orthogonal teacher, inputs with κ_x = ${condition}, seed ${c.seed}: largest κ(A_l) at loss ${END}`,
    }, Math.max(...run.final.conditionNumbers), isPageSetting(c) ? 1.05 : 1.2, '→ 1')
    if (run.divergedAt !== undefined) {
      return [passing, final, conditioning].map((claim) => notCovered(claim, `diverged at step ${run.divergedAt}`))
    }
    if (c.inputs < c.outputs) {
      return [passing, final, conditioning].map((claim) => notCovered(claim, 'fewer inputs than outputs'))
    }
    // With a single output there is no direction to be wrong about.
    if (c.outputs === 1) {
      return [passing, final].map((claim) => notCovered(claim, 'one output: A_l is a number')).concat(
        covered(c, conditioning),
      )
    }
    return [covered(c, passing), covered(c, final), covered(c, conditioning)]
  })
}
