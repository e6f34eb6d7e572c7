// The report of `check`: one self-contained page.

import type { Claim } from '../claims/claim.ts'
import { claimRow } from '../claims/table.ts'
import type { ClaimRow, ReportFigure, ReportSection } from '../report/html.ts'
import { writeReport } from '../report/facts.ts'
import { answer } from './answer.ts'
import type { Configuration } from './configuration.ts'
import { alignmentOverTime, conditioningDecides, conditionOverTime, finalConditions, finalProbes, inputFigure,
  lossOverTime, mnistFigure, widthFigure } from './figures.ts'
import type { Laws } from './conditioning-claims.ts'
import type { MnistResult } from './mnist-claims.ts'
import { rateRatios } from './stability-figure.ts'
import { tradeOffFigure } from './shaped-figure.ts'

/** What a report shows. */
export interface CheckResult {
  readonly configuration: Configuration
  readonly claims: readonly Claim[]
  readonly laws: Laws
  readonly mnist: MnistResult | undefined
  readonly seconds: number
  /** Tier of the engine's kernels. */
  readonly tier: string
}

/** Writes `index.html` into `directory` and returns its path. Throws: UsageError when it cannot be written. */
export function checkReport(directory: string, result: CheckResult): string {
  const { configuration: c, claims, laws, mnist, seconds, tier } = result
  const law = (id: string): boolean => /^(early|final|run-on|perfect)/.test(id)
  const alignment = (id: string): boolean => /^(probe|kantorovich-runs|width|inputs|converged)/.test(id)
  const stability = (id: string): boolean => /^(stability|bridge)/.test(id)
  const shaped = (id: string): boolean => id.startsWith('shaped')
  const onMnist = (id: string): boolean => id.startsWith('mnist')
  const pick = (test: (id: string) => boolean): readonly ClaimRow[] => claims.filter(({ id }) => test(id)).map(claimRow)
  const { runs } = laws
  const section = (id: string, heading: string, paragraph: string, test: (id: string) => boolean,
    figures: readonly ReportFigure[] = []): ReportSection => ({ id, heading, paragraphs: [paragraph], figures,
      claims: pick(test) })
  const sections = [
    section('identities', 'The identities and the engine',
      'A deep linear network trained by direct feedback alignment from zero weights stays on W₁ = F₁A₁, W_l = '
        + 'F_l A_l F_{l−1}ᵀ, W_L = A_L F_{L−1}ᵀ. The alignment matrices A_l obey a closed recursion on n_L × n_L matrices. '
        + 'These claims hold to rounding, and the float32 engine, which knows nothing of them, obeys them.', (id) =>
      !law(id) && !alignment(id) && !stability(id) && !shaped(id) && !onMnist(id)),
    section('conditioning', 'Conditioning of the alignment matrices',
      'While the error is still the target, each layer squares the spectrum of the one below. At convergence the product '
        + 'of the layers is the teacher, and the spectra are its roots: conditioning improves as modes are learnt.',
      law, runs.length === 0 ? [] : [conditionOverTime(c, runs), lossOverTime(c, runs)]),
    section('alignment', 'From conditioning to alignment',
      'Strong weight alignment means A_l ∝ I. The backpropagated error is the delivered one seen through P₁, the product '
        + 'of the A_l above: its conditioning bounds the gradient alignment.', alignment,
      runs.length === 0 ? []
        : [finalProbes(c, runs), ...(c.feedback.includes('orthogonal') ? [conditioningDecides(c, runs)] : []),
          alignmentOverTime(c, runs), widthFigure(laws.width), inputFigure(c, laws.inputCondition)]),
    section('stability', 'Stability of fixed points',
      'Points without error are fixed points of feedback alignment for any feedback. An error obeys Ḋ = −Σ_l M_l D Σ N_l; '
        + 'such a point is stable where all eigenvalues of this operator have a positive real part. From zero weights the '
        + 'operator is made of the alignment matrices: the spread of its spectrum is the product of their condition numbers.',
      stability, [rateRatios(claims)]),
    section('shaped-feedback', 'Feedback that knows the spectrum',
      'Feedback F_l = Q_l S_l with orthonormal columns of Q_l and S_l a power of TTᵀ. Balanced powers align every layer '
        + 'whatever the condition of the teacher T; an exponent of −½ makes the time to learn independent of it, while '
        + 'alignment falls: along one exponent the two pull in opposite directions, and orthogonal feedback lies between.',
      shaped),
    ...(mnist === undefined ? []
      : [
        section('mnist', 'MNIST',
          'Raw: pixels with one mean and one deviation. Whitened: 100 principal directions. Both have mean squared length '
            + '100, so that one rate (0.02) fits. Ill-conditioned targets: centered one-hot targets scaled by a geometric '
            + 'spectrum of condition number 10. What the theory reads off the data is κ(Σ_yx).', onMnist, [
          mnistFigure(mnist.runs),
        ]),
      ]),
  ]
  const facts = {
    Network:
      `${c.depth} weight layers: ${c.inputs} inputs, width ${c.width}, ${c.outputs} outputs, linear, zero initial `
      + 'weights',
    Teachers: `condition numbers ${c['target-condition'].join(', ')}, geometric spectrum of mean square 1`,
    Feedback: c.feedback.join(', '),
    Training: `population gradient, rate ${c.rate}, `
      + (c.seeds === 1 ? `seed ${c.seed}` : `seeds ${c.seed} … ${c.seed + c.seeds - 1}`),
    Engine: `tier ${tier}, float64 accumulation`,
    Duration: `${seconds.toFixed(1)} s`,
  }
  return writeReport(directory, { title: 'Does the conditioning of the alignment matrices decide?',
    summary: answer(claims), lead: runs.length === 0 ? [] : [finalConditions(c, runs), tradeOffFigure(claims, c.seed)],
    facts: Object.entries(facts), sections }, claims.map(({ source }) => source))
}
