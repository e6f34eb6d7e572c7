// Claims about gradient alignment, measured on isotropic errors, the probes.

import { linearTeacher } from '../../data/index.ts'
import { diagonal, type Matrix } from '../../tensor/index.ts'
import { finalModes, gradientAlignment } from '../../theory/index.ts'
import { type Claim, claimsOf, outside, undecided } from '../claims/claim.ts'
import { stated } from '../report/format.ts'
import { mean, sample } from '../statistics.ts'
import { type Configuration, isReferenceSetting } from './configuration.ts'
import { conditions, covered, END, type LabeledRun, orthogonalRuns } from './conditioning-setup.ts'

const claim = claimsOf({ source: 'refinetti2021; theory (2.32)', method: 'recursion' })

/** Final probe alignment from the teacher's spectrum alone: P_1 = diag(s_i/α_1i) in the teacher's basis. */
export function predictedProbeAlignment(spectrum: Float64Array, depth: number, probes: Matrix): number {
  const n = probes.columns
  const p = new Float64Array(n)
  spectrum.forEach((s, i) => {
    p[i] = s / finalModes(s, depth)[0]
  })
  const two = [diagonal(p), diagonal(p)]
  return gradientAlignment(two, [diagonal(new Float64Array(n).fill(1))], 1, probes)
}

/** Tolerance of probe alignments. */
const PROBE = 0.01

/** The spectrum of what has been learnt when all of the loss END lies in the weakest mode; undefined when that is it. */
function unfinishedSpectrum(c: Configuration, condition: number): Float64Array | undefined {
  const { spectrum } = linearTeacher(c.outputs, c.inputs, condition, c.seed)
  const weakest = spectrum[spectrum.length - 1] - Math.sqrt(END * spectrum.length)
  return weakest > 0 ? Float64Array.from([...spectrum.slice(0, -1), weakest]) : undefined
}

/** Final values of an independent implementation for κ_T = 1, 2, 5, 10, 30 (depth 4, 20–100–5, η = 0.01, loss 1e-4). */
const REFERENCE = new Map([[1, 1], [2, 0.981], [5, 0.912], [10, 0.845], [30, 0.745]])

export function probeClaims(c: Configuration, runs: readonly LabeledRun[]): readonly Claim[] {
  const list = conditions(c, runs)
  if (list.length === 0) return []
  const bySeed = list.map((condition) =>
    orthogonalRuns(runs, condition).map(({ run }) => run.final.probeGradientAlignment)
  )
  const measured = bySeed.map(mean)
  const predicted = list.map((condition) =>
    predictedProbeAlignment(linearTeacher(c.outputs, c.inputs, condition, c.seed).spectrum, c.depth,
      orthogonalRuns(runs, condition)[0].setup.probes)
  )
  const rankNote = c.inputs < c.outputs ? `inputs ${c.inputs} < ${c.outputs} outputs: probes leave the space of errors`
    : undefined
  const cover = (made: Claim): Claim => (rankNote === undefined ? covered(c, made) : outside(made, rankNote))
  const names = list.join(', ')
  // Where the loss that ends the runs may leave more of the weakest mode than the tolerance, it decides nothing.
  const settled = list.map((condition, i) => {
    const short = unfinishedSpectrum(c, condition)
    return short !== undefined
      && predicted[i] - predictedProbeAlignment(short, c.depth, orthogonalRuns(runs, condition)[0].setup.probes)
        <= PROBE
  })
  const modes = (id: string, which: boolean): readonly Claim[] => {
    const chosen = <T>(values: readonly T[]): T[] => values.filter((_, i) => settled[i] === which)
    if (chosen(list).length === 0) return []
    return [
      cover(
        claim.absolute(id,
          `final probe GA₁ from the laws' modes, P₁ = diag(s/α₁), κ_T = ${chosen(list).join(', ')}; mean over seeds `
            + `(${c.seeds})`, chosen(measured), chosen(predicted), PROBE,
          `what loss ${stated(END)} leaves of the weakest mode; number of probes`),
      ),
    ]
  }
  const order = list.length < 2 ? []
    : [
      claim.ordered('probe-alignment-order', `final probe GA₁ falls strictly with κ_T = ${names}`,
        c.seeds > 1 ? bySeed.map(sample) : measured, 'falling', 0, 'sign'),
    ]
  const known = list.filter((condition) => REFERENCE.has(condition))
  return [...modes('probe-alignment', true),
    ...modes('probe-alignment-unfinished', false).map((made) =>
      made.verdict === 'outside' ? made : undecided(made, `the weakest mode is unfinished at loss ${stated(END)}`)
    ), ...order.map((made) => (c.outputs === 1 ? outside(made, 'one output: every cosine is 1') : cover(made))),
    ...(isReferenceSetting(c) && known.length > 0
      ? [
        claim.absolute('probe-alignment-reference',
          `final probe GA₁ of an independent implementation, κ_T = ${known.join(', ')}`, known.map((condition) =>
            measured[list.indexOf(condition)]
          ), known.map((condition) => REFERENCE.get(condition) as number), 0.01, 'draws of probes and feedback'),
      ] : [])]
}

/** GA₁ never below the Kantorovich bound at any recorded moment of any run whose P₁ is symmetric and positive. */
export function boundClaim(c: Configuration, runs: readonly LabeledRun[]): readonly Claim[] {
  const moments = runs.filter(({ feedback }) => feedback === 'orthogonal').flatMap((
    { run },
  ) => [...run.marks.values(), ...run.curve, run.final])
  const margins = moments.map(({ boundMargin }) => boundMargin).filter((margin) => margin === margin)
  if (moments.length === 0) return []
  const made = claim.atLeast('kantorovich-runs',
    `GA₁(e) ≥ 2√κ/(1 + κ), κ = κ(P₁): least margin at ${margins.length} of ${moments.length} recorded moments (P₁ symmetric positive `
      + 'to 10⁻⁶), 200 probes each, all runs with orthogonal F', Math.min(...margins), -1e-9, 'rounding')
  return [margins.length === 0 ? outside(made, 'P₁ is never symmetric positive definite here') : covered(c, made)]
}
