// Claims about conditioning: the dynamics over a range of teachers, both feedbacks and several seeds, against the laws.

import { linearTeacher } from '../../data/index.ts'
import { type Matrix, maxAbs } from '../../tensor/index.ts'
import { type AlignmentMatrices, earlyCondition, finalCondition, finalModes, gradientAlignment,
  strongAlignment } from '../../theory/index.ts'
import { type Claim, claimsOf, outside, undecided } from '../claims/claim.ts'
import type { Progress } from '../progress.ts'
import { significant, stated } from '../report/format.ts'
import type { Configuration } from './configuration.ts'
import { runDynamics, type Setup } from './followed-run.ts'
import { conditions, covered, EARLY, END, followed, type LabeledRun, layersOf, MARKS, orthogonalRuns, ranged, setupOf,
  stepLimit } from './conditioning-setup.ts'
import { boundClaim, probeClaims } from './gradient-alignment-claims.ts'
import { measured, type Recall } from './recall.ts'
import { inputClaims, type InputResult, inputRuns, widthClaims, type WidthResult,
  widthRuns } from './width-and-input-claims.ts'

const claim = claimsOf({ source: 'refinetti2021; theory (2.31)', method: 'recursion' })

/** Results of this file. */
export interface Laws {
  readonly runs: readonly LabeledRun[]
  readonly claims: readonly Claim[]
  readonly width: readonly WidthResult[]
  readonly inputCondition: readonly InputResult[]
}

/** Runs everything and judges it. */
export function lawClaims(c: Configuration, progress: Progress, recall: Recall = measured): Laws {
  const all: LabeledRun[] = []
  for (const kind of c.feedback) {
    for (const targetCondition of c['target-condition']) {
      for (let seed = c.seed; seed < c.seed + c.seeds; seed++) {
        const label = `${kind} feedback, κ_T = ${targetCondition}, seed ${seed}`
        const setup = setupOf(c, kind, seed, linearTeacher(c.outputs, c.inputs, targetCondition, seed).matrix)
        const run = followed(label, c, setup, MARKS, seed === c.seed ? 24 : 0, progress, recall)
        all.push({ targetCondition, feedback: kind, seed, run, setup })
      }
    }
  }
  const runs = all.filter(({ run }) => run.divergedAt === undefined)
  const width = widthRuns(c, progress, recall)
  const inputCondition = inputRuns(c, progress, recall)
  const claims = [...perfectAlignment(c, recall), ...earlyClaims(c, runs), ...finalClaims(c, runs),
    ...runOnClaims(c, progress, recall), ...probeClaims(c, runs), ...boundClaim(c, runs), ...widthClaims(c, width),
    ...inputClaims(c, inputCondition), ...unfinished(c, runs), ...diverged(c, all)]
  return { runs, claims, width, inputCondition }
}

/** The seed whose values lie farthest from the prediction speaks for all. */
function worst(values: readonly (readonly number[])[], predicted: readonly number[]): readonly number[] {
  const distance = (row: readonly number[]): number =>
    Math.max(...row.map((value, i) => Math.abs(value / predicted[i] - 1)).map((d) => (d === d ? d : Infinity)))
  return values.reduce((most, row) => (distance(row) > distance(most) ? row : most))
}

/** Below it, what rounding leaves of a matrix element next to the largest is subnormal or zero. */
const RESOLVED = 1e-280

/** The first layer whose A_l is below the range of float64, from 1 on; 0 when there is none. */
function unresolvedLayer(a: AlignmentMatrices): number {
  return a.findIndex((al) => maxAbs(al) < RESOLVED) + 1
}

/** The teacher of κ_T = 1 under orthogonal feedback. */
function perfectSetup(c: Configuration): Setup {
  return setupOf(c, 'orthogonal', c.seed, linearTeacher(c.outputs, c.inputs, 1, c.seed).matrix)
}

/** Largest |1 − WA_l| and |1 − GA_l| of a run to the end, where all A_l are in range; NaN for a run that diverges. */
function imperfection(c: Configuration): number {
  const setup = perfectSetup(c)
  let deviation = 0
  const { divergedAt } = runDynamics(setup, {
    marks: [END],
    maximumSteps: stepLimit(c),
    perDecade: 0,
    onStep(step, a, g) {
      // Layer l first moves at step l: until then its alignment is undefined.
      if (step < c.depth || (step > 3 * c.depth && step % 7 !== 0) || unresolvedLayer(a) > 0) return
      for (const al of a.slice(1)) deviation = Math.max(deviation, Math.abs(1 - strongAlignment(al)))
      for (let layer = 1; layer < c.depth; layer++) {
        deviation = Math.max(deviation, Math.abs(1 - gradientAlignment(a, g, layer, FEW(setup.probes))))
      }
    },
  })
  return divergedAt === undefined ? deviation : NaN
}

/** The last early step at which an A_l that has moved is below the range of float64. */
function unresolvedStart(c: Configuration): { readonly layer: number; readonly step: number } | undefined {
  let last: { readonly layer: number; readonly step: number } | undefined
  runDynamics(perfectSetup(c), {
    marks: [END],
    maximumSteps: 400,
    perDecade: 0,
    onStep(step, a) {
      const layer = step < c.depth ? 0 : unresolvedLayer(a)
      if (layer > 0) last = { layer, step }
    },
  })
  return last
}

function perfectAlignment(c: Configuration, recall: Recall): readonly Claim[] {
  const made = claim.atMost('perfect-alignment',
    `orthogonal F, κ_T = 1, seed ${c.seed}: largest |1 − WA_l| and |1 − GA_l| over layers, at the first steps and every seventh`,
    recall('perfect-alignment', () => imperfection(c)), 1e-12, 'rounding')
  if (c.inputs < c.outputs) return [outside(made, `inputs ${c.inputs} < ${c.outputs} outputs: A_l ∝ I is impossible`)]
  if (made.measured[0] === null) return [outside(made, `the run diverged: the rate ${c.rate} is too large for it`)]
  const lost = unresolvedStart(c)
  return [
    lost === undefined ? covered(c, made)
      : outside(made, `A_${lost.layer} is below the range of float64 up to step ${lost.step}; measured from there on`),
  ]
}

/** The first hundred probes: enough for a maximum that is zero. */
const FEW = (probes: Matrix): Matrix => ({ rows: Math.min(100, probes.rows), columns: probes.columns,
  data: probes.data.subarray(0, Math.min(100, probes.rows) * probes.columns) })

function earlyClaims(c: Configuration, runs: readonly LabeledRun[]): readonly Claim[] {
  return conditions(c, runs).map((condition) => {
    const layers = layersOf(c)
    const predicted = layers.map((layer) => earlyCondition(condition, layer))
    const measured = worst(
      orthogonalRuns(runs, condition).map(({ run }) => run.marks.get(EARLY)?.conditionNumbers ?? []),
      predicted,
    )
    // Beyond 10¹² the weakest mode is below float64's resolution of the strongest.
    const resolved = predicted.filter((value) => value < 1e12).length
    const made = ranged(c, condition,
      claim.relative(`early-condition-${condition}`,
        `early (loss ${EARLY}), κ_T = ${condition}: κ(A_l) = κ_T^(2^(l−1)), layers 2–${resolved + 1}`,
        measured.slice(0, resolved), predicted.slice(0, resolved), 0.01, 'the loss has already moved by 10⁻³'))
    return resolved === 0 ? outside(made, 'no layer is resolved by float64') : made
  })
}

/** Excess of κ(A_L) while the weakest mode is still short of its singular value by what the stopping loss allows. */
function unfinishedExcess(c: Configuration, condition: number, stop: number): number {
  const { spectrum } = linearTeacher(c.outputs, c.inputs, condition, c.seed)
  const weakest = spectrum[spectrum.length - 1]
  const missing = Math.sqrt((stop * spectrum.length) / (weakest * weakest))
  return missing >= 1 ? Infinity : Math.pow(1 - missing, -(2 ** (c.depth - 1)) / (2 ** c.depth - 1)) - 1
}

/**
 * Whether the last steps overshoot: near convergence an error of the strongest mode shrinks by 1 − η Σ_l s C_{l−1}/α_l a
 * step, C_{l−1} = α_1 ⋯ α_{l−1}, and gradient flow ends where that is negative.
 */
function overshoots(c: Configuration, condition: number): boolean {
  const s = linearTeacher(c.outputs, c.inputs, condition, c.seed).spectrum[0]
  let gain = 0
  let below = 1
  for (const mode of finalModes(s, c.depth)) {
    gain += s * below / mode
    below *= mode
  }
  return c.rate * gain > 1
}

const OVERSHOOT = 'the law is of gradient flow: the last steps overshoot at this depth and rate'

function finalClaims(c: Configuration, runs: readonly LabeledRun[]): readonly Claim[] {
  return conditions(c, runs).map((condition) => {
    const predicted = layersOf(c).map((layer) => finalCondition(condition, layer, c.depth))
    const measured = worst(orthogonalRuns(runs, condition).map(({ run }) => run.final.conditionNumbers), predicted)
    const made = ranged(c, condition,
      claim.relative(`final-condition-${condition}`,
        `converged to loss ${stated(END)}, κ_T = ${condition}: κ(A_l) = κ_T^(2^(l−1)/(2^L−1)), layers 2–${c.depth}`,
        measured, predicted, 0.1, `what loss ${stated(END)} leaves of the weakest mode`))
    const excess = unfinishedExcess(c, condition, END)
    if (overshoots(c, condition)) return outside(made, OVERSHOOT)
    const most = excess < 10 ? ` (up to ${Math.round(100 * excess)} % excess)` : ''
    return condition <= 10 && excess <= 0.1 ? made
      : undecided(made, `the weakest mode is unfinished at loss ${stated(END)}${most}; see run-on`)
  })
}

/**
 * Greatest depth at which η = 0.001 is gradient flow to one per cent in κ: Σ ΔA ΔAᵀ, of relative size η, doubles from
 * layer to layer. Largest deviations measured: 2.2 % at depth 8, 2.3 % at depth 9 (κ_T = 5 and 3).
 */
const FLOW_DEPTH = 7

function runOnClaims(c: Configuration, progress: Progress, recall: Recall): readonly Claim[] {
  if (!c.feedback.includes('orthogonal')) return []
  const rate = Math.min(c.rate, 0.001)
  const stop = 1e-12
  return c['target-condition'].filter((condition) => !c.quick || condition <= 5).map((condition) => {
    const teacher = linearTeacher(c.outputs, c.inputs, condition, c.seed).matrix
    const setup = setupOf(c, 'orthogonal', c.seed, teacher, c.width, rate)
    const run = followed(`run on, κ_T = ${condition}`, c, setup, [stop], 0, progress, recall)
    const predicted = layersOf(c).map((layer) => finalCondition(condition, layer, c.depth))
    const made = ranged(c, condition,
      claim.relative(`run-on-${condition}`,
        `run on to loss ${stated(stop)} with η = ${rate}, κ_T = ${condition}, seed ${c.seed}: κ(A_l) = `
          + 'κ_T^(2^(l−1)/(2^L−1))', run.final.conditionNumbers, predicted, 0.01, 'step size'))
    const excess = unfinishedExcess(c, condition, stop)
    if (run.divergedAt !== undefined) return outside(made, `diverged at step ${run.divergedAt} with η = ${rate}`)
    if (c.depth > FLOW_DEPTH && condition > 1) {
      return outside(made, `the law is of gradient flow: steps of ${rate} are seen in κ beyond depth ${FLOW_DEPTH}`)
    }
    if (!run.converged) {
      return undecided(made, `loss ${significant(run.final.loss, 2)} after ${run.steps} steps: not converged`)
    }
    return excess > 0.005 ? undecided(made, `the weakest mode is unfinished at loss ${stated(stop)}`) : made
  })
}

/** A run that did not reach its last mark is reported, never passed over. */
function unfinished(c: Configuration, runs: readonly LabeledRun[]): readonly Claim[] {
  const open = runs.filter(({ run }) => !run.converged)
  if (open.length === 0) return []
  return [
    covered(c,
      claim.atMost('converged',
        `runs that did not reach loss ${stated(END)} within ${stepLimit(c)} steps: `
          + open.map(({ feedback, targetCondition, seed }) => `${feedback} κ_T ${targetCondition} seed ${seed}`).join(
            '; ',
          ), open.length, 0, 'counted', { source: 'protocol' })),
  ]
}

/** Gradient flow says nothing about steps that are too large. */
function diverged(c: Configuration, runs: readonly LabeledRun[]): readonly Claim[] {
  const lost = runs.filter(({ run }) => run.divergedAt !== undefined)
  if (lost.length === 0) return []
  return [
    outside(
      claim.atMost('diverged',
        'runs that diverged and are left out above: ' + lost.map(({ feedback, targetCondition, seed, run }) =>
          `${feedback} κ_T ${targetCondition} seed ${seed} at step ${run.divergedAt}`
        ).join('; '), lost.length, 0, 'counted', { source: 'protocol' }),
      `the rate ${c.rate} is too large for them`,
    ),
  ]
}
