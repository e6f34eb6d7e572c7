// Runs of the reduced dynamics as JSON, and back: curves and marks, without the matrices that a seed gives again.

import { linearTeacher } from '../../../data/index.ts'
import type { FeedbackKind } from '../../../dfa/index.ts'
import { type Matrix, matrix } from '../../../tensor/index.ts'
import type { Configuration } from '../../check/configuration.ts'
import type { Moment } from '../../check/dynamics.ts'
import { setupOf } from '../../check/law-setup.ts'
import type { LabeledRun, Laws } from '../../check/laws.ts'
import type { Claim } from '../../claims/claim.ts'

/** A number of a record: null stands for what is not finite. */
export type Plain = number | null

/** Step, loss, condition numbers, weight alignments, gradient alignment, probe gradient alignment. */
export type MomentRecord = readonly [step: number, loss: Plain, kappa: readonly Plain[], wa: readonly Plain[],
  ga: Plain, probe: Plain]

/** One run of the recursion. */
export interface RunRecord {
  readonly targetCondition: number
  readonly feedback: FeedbackKind
  readonly seed: number
  readonly steps: number
  readonly converged: boolean
  readonly marks: readonly (readonly [mark: number, moment: MomentRecord])[]
  readonly curve: readonly MomentRecord[]
  readonly final: MomentRecord
  /** A_1 … A_L at the end, by rows. */
  readonly alignment: readonly (readonly number[])[]
}

/** A claim as JSON holds it. */
export type ClaimRecord = Claim

/** All of section 3 without data. */
export interface LawRecord {
  readonly claims: readonly ClaimRecord[]
  readonly runs: readonly RunRecord[]
  readonly width: Laws['width']
  readonly inputs: readonly { readonly condition: number; readonly curve: readonly MomentRecord[] }[]
}

/** Six digits: more than a figure shows. Claims keep all. */
const short = (x: number): Plain => (Number.isFinite(x) ? Number(x.toPrecision(6)) : null)
const value = (x: Plain): number => x ?? NaN

function momentRecord(
  { step, loss, conditionNumbers, weightAlignment, gradientAlignment, probeGradientAlignment }: Moment,
): MomentRecord {
  return [step, short(loss), conditionNumbers.map(short), weightAlignment.map(short), short(gradientAlignment),
    short(probeGradientAlignment)]
}

function momentOf([step, loss, kappa, wa, ga, probe]: MomentRecord): Moment {
  return {
    step,
    loss: value(loss),
    conditionNumbers: kappa.map(value),
    weightAlignment: wa.map(value),
    gradientAlignment: value(ga),
    probeGradientAlignment: value(probe),
    boundMargin: NaN,
  }
}

/** A claim for a record; the id gets the experiment's prefix. */
export function claimRecord(claim: Claim, prefix: string): ClaimRecord {
  return { ...claim, id: `${prefix}${claim.id}` }
}

/** The claim of a record. */
export function claimOf(record: ClaimRecord): Claim {
  return record
}

/** What the figures need of the laws. */
export function lawRecord(c: Configuration, laws: Laws, claims: readonly Claim[], prefix: string): LawRecord {
  return {
    claims: claims.map((claim) => claimRecord(claim, prefix)),
    runs: laws.runs.map(({ targetCondition, feedback, seed, run }) => ({
      targetCondition,
      feedback,
      seed,
      steps: run.steps,
      converged: run.converged,
      marks: [...run.marks].map(([mark, moment]) => [mark, momentRecord(moment)] as const),
      curve: run.curve.map(momentRecord),
      final: momentRecord(run.final),
      // Only the first seed's are drawn, for the bound.
      alignment: seed === c.seed ? run.alignment.map((a) => [...a.data]) : [],
    })),
    width: laws.width,
    inputs: laws.inputCondition.map(({ condition, run }) => ({ condition, curve: run.curve.map(momentRecord) })),
  }
}

/** The runs as the figures of `check` take them; setups are drawn again from their seeds. */
export function labeledRuns(c: Configuration, { runs }: LawRecord): readonly LabeledRun[] {
  return runs.map(({ targetCondition, feedback, seed, steps, converged, marks, curve, final, alignment }) => ({
    targetCondition,
    feedback,
    seed,
    setup: setupOf(c, feedback, seed, linearTeacher(c.outputs, c.inputs, targetCondition, seed).matrix),
    run: {
      marks: new Map(marks.map(([mark, moment]) => [mark, momentOf(moment)])),
      curve: curve.map(momentOf),
      final: momentOf(final),
      converged,
      divergedAt: undefined,
      steps,
      alignment: alignment.map((data): Matrix => matrix(c.outputs, data.length / c.outputs, Float64Array.from(data))),
    },
  }))
}

/** The runs with ill-conditioned inputs, as their figure takes them. */
export function inputResults({ inputs }: LawRecord): Laws['inputCondition'] {
  return inputs.map(({ condition, curve }) => {
    const moments = curve.map(momentOf)
    const final = moments[moments.length - 1]
    return {
      condition,
      run: {
        marks: new Map(),
        curve: moments,
        final,
        converged: true,
        divergedAt: undefined,
        steps: final.step,
        alignment: [],
      },
    }
  })
}
