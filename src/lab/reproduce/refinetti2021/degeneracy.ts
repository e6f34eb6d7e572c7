// Of all equivalent solutions DFA finds the one that its feedback points to.

import { declared, drawn, last, meanSeries, perSeed, sample } from '../index.ts'
import { cosinesOf, sharedFeedback, signsOf, simulateStudent, STUDENT, type Student, type StudentConfiguration,
  type StudentResult, type StudentScale, T_AXIS } from '../two-layer/student.ts'

const agrees = (run: Student): boolean => signsOf(run) === 1
const recovers = ({ result }: Student): boolean => last(result.errors) < 1e-3

/** Degeneracy breaking in two-layer networks. */
export const degeneracy = declared<StudentScale, StudentConfiguration, StudentResult>({
  name: 'refinetti2021/degeneracy',
  title: 'Degeneracy breaking in two-layer networks',
  source: 'refinetti2021; theory (3.28), (3.29)',
  method: 'simulation',
  about:
    'erf is odd: (v_k, w_k) → (−v_k, −w_k) leaves the function as it is, so that there are 2^K equivalent solutions. DFA ends in the one with sign v = sign F, backpropagation in the one that its initial weights happen to be near.',
  scales: {
    quick: { minutes: 0.03, seeds: 4, inputs: 100, until: 60 },
    default: { minutes: 3.2, seeds: 20, inputs: 500, until: 5000 },
    paper: { minutes: 60, seeds: 100, inputs: 500, until: 20_000 },
  },
  decidedAtQuick: ['degeneracy-dfa', 'degeneracy-max'],
  plan: ({ seeds, inputs, until }, first) =>
    perSeed(first, seeds, (seed) =>
      (['dfa', 'bp'] as const).map((rule) => ({ ...STUDENT, rule, inputs, feedback: sharedFeedback(2), rate: 0.2, until,
        records: 70, seed })
      )).flat(),
  run: (c, tools) => simulateStudent(c, tools),
  judge({ runs, claim, setting: { seeds: n, inputs, until } }) {
    const dfa = runs.filter(({ configuration }) => configuration.rule === 'dfa')
    const bp = runs.filter(({ configuration }) => configuration.rule === 'bp')
    const final = (list: readonly Student[]) => sample(list.map((run) => last(cosinesOf(run))))
    const share = bp.filter(agrees).length / n
    const times = dfa[0].result.times.slice(1)
    return {
      claims: [
        claim.absolute('degeneracy-dfa',
          `DFA: seeds of ${n} that end with sign v = sign F (K = M = 2, η = 0.2, N = ${inputs}, t = ${until})`,
          dfa.filter(agrees).length, n, 0, 'counted'),
        claim.absolute('degeneracy-bp', `backpropagation: the share of ${n} seeds that does so by chance`, share, 0.25,
          2 * Math.sqrt(0.1875 / n), 'two binomial standard errors'),
        claim.atLeast('degeneracy-max', 'DFA: largest cos∠(v, F) over time', sample(dfa.map((run) =>
          Math.max(...cosinesOf(run))
        )), 0.99, 'finite N'),
        claim.atMost('degeneracy-bp-cosine', 'backpropagation: |mean over seeds of the final cos∠(v, F)|',
          Math.abs(final(bp).mean), 2 * Math.SQRT1_2 / Math.sqrt(n), 'two standard errors of a random direction'),
        claim.absolute('degeneracy-recover-dfa', `DFA: seeds that recover the teacher (ε_g < 10⁻³) by t = ${until}`,
          dfa.filter(recovers).length, n, 0, 'counted'),
        claim.absolute('degeneracy-recover-bp', `backpropagation: seeds that recover the teacher by t = ${until}`,
          bp.filter(recovers).length, n, 0, 'counted'),
      ],
      figures: [
        drawn(
          `Mean over ${n} seeds with a band from the least to the largest; F is the same for all seeds. DFA turns every student to the same side, backpropagation none.`,
          { title: 'Output weights and feedback', x: T_AXIS, y: { label: 'cos∠(v, F)' },
            series: ([['DFA', dfa], ['backpropagation', bp]] as const).map(([name, list]) =>
              meanSeries(name, times, list.map((run) => cosinesOf(run).slice(1)))
            ) },
        ),
      ],
      findings: [
        `Final cos∠(v, F), mean over seeds: DFA ${final(dfa).mean.toFixed(3)}, backpropagation `
        + `${final(bp).mean.toFixed(3)}. Recovered by t = ${until}: DFA ${dfa.filter(recovers).length} of ${n}, `
        + `backpropagation ${bp.filter(recovers).length} of ${n}.`,
      ],
    }
  },
})
