// What the claims about conditioning share: the moments that are looked at, the setup of a run, and what is covered.

import type { FeedbackKind } from '../../dfa/index.ts'
import { gaussianInputs } from '../../data/index.ts'
import type { Matrix } from '../../tensor/index.ts'
import { probeErrors } from '../../theory/index.ts'
import { type Claim, outside } from '../claims/claim.ts'
import type { Progress } from '../progress.ts'
import type { Configuration } from './configuration.ts'
import { type Run, runDynamics, type Setup } from './followed-run.ts'
import { drawFeedback, toMatrix } from './matrices.ts'
import type { Recall } from './recall.ts'

/** Relative losses at which a run is looked at: the early phase, half way, nine tenths, the end. */
export const EARLY = 0.999
export const MIDDLE = 0.1
export const END = 1e-4
export const MARKS: readonly number[] = [EARLY, 0.5, MIDDLE, END]

export function setupOf(c: Configuration, kind: FeedbackKind, seed: number, teacher: Matrix, width = c.width,
  rate = c.rate): Setup
{
  return {
    depth: c.depth,
    feedback: drawFeedback(kind, c.depth, width, c.outputs, seed).map(toMatrix),
    task: { teacher },
    rank: Math.min(c.inputs, c.outputs),
    rate,
    // 20,000 probes at the usual few outputs; with many, fewer say as much and cost n_L² each.
    probes: probeErrors(Math.max(200, Math.min(c.quick ? 2000 : 20_000, Math.floor(1e6 / (c.outputs * c.outputs)))),
      c.outputs, seed),
    samples: gaussianInputs(500, c.inputs, seed),
  }
}

export const STEP_LIMIT = 400_000

/** Where the theory has no law, a task may never be learnt: such runs are shown, not waited for. */
export function stepLimit(c: Configuration): number {
  return outsideTheory(c) === undefined ? STEP_LIMIT : STEP_LIMIT / 40
}

/** Why the closed laws do not speak about this configuration; undefined when they do. */
export function outsideTheory(c: Configuration): string | undefined {
  return c.width < c.outputs ? `width ${c.width} < ${c.outputs} outputs: F_lᵀF_l = I is impossible` : undefined
}

export function covered(c: Configuration, claim: Claim): Claim {
  const reason = outsideTheory(c)
  return reason === undefined ? claim : outside(claim, reason)
}

/** A task of rank one has κ = 1 whatever is asked for: nothing about conditioning can be seen in it. */
export function ranged(c: Configuration, condition: number, claim: Claim): Claim {
  const hasRange = Math.min(c.inputs, c.outputs) > 1 || condition <= 1
  return hasRange ? covered(c, claim) : outside(claim, 'a task of rank one has no condition number but 1')
}

export const layersOf = (c: Configuration): readonly number[] =>
  Array.from({ length: c.depth - 1 }, (_, index) => index + 2)

/** A run by its name, saying how far it is, down to the last of `marks`. */
export function followed(name: string, c: Configuration, setup: Setup, marks: readonly number[], perDecade: number,
  progress: Progress, recall: Recall): Run
{
  return recall(name,
    () =>
      runDynamics(setup, { marks, maximumSteps: stepLimit(c), perDecade, onProgress: (step, loss) =>
        progress.update(`${name}: step ${step}, loss ${loss.toExponential(1)}`) }))
}

/** One run with what identifies it. */
export interface LabeledRun {
  readonly targetCondition: number
  readonly feedback: FeedbackKind
  readonly seed: number
  readonly run: Run
  readonly setup: Setup
}

export function orthogonalRuns(runs: readonly LabeledRun[], condition: number): readonly LabeledRun[] {
  return runs.filter((run) => run.feedback === 'orthogonal' && run.targetCondition === condition)
}

export function conditions(c: Configuration, runs: readonly LabeledRun[]): readonly number[] {
  return c['target-condition'].filter((condition) => orthogonalRuns(runs, condition).length > 0)
}
