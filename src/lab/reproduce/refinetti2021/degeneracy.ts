// Section 2.4c: of all equivalent solutions DFA finds the one that its feedback points to.

import { absolute, atLeast, atMost, notCovered } from '../../claims/legacy.ts'
import { lineFigure } from '../../report/figure.ts'
import { meanAndDeviation } from '../../../dfa/index.ts'
import { experiment, type Scale } from '../experiment.ts'
import { meanSeries } from '../series.ts'
import { cosineTo, last, sharedFeedback, signAgreement, simulateStudent, type StudentConfiguration,
  type StudentResult } from './shallow.ts'

const SEEDS: Readonly<Record<Scale, number>> = { quick: 4, default: 20, paper: 100 }
const UNTIL: Readonly<Record<Scale, number>> = { quick: 60, default: 5000, paper: 20000 }

/** refinetti2021 section 2.4c. */
export const degeneracy = experiment<StudentConfiguration, StudentResult>({
  name: 'refinetti2021/degeneracy',
  title: 'Degeneracy breaking in two-layer networks',
  source: 'refinetti2021 section 2.4c',
  about:
    'erf is odd: (v_k, w_k) → (−v_k, −w_k) leaves the function as it is, so that there are 2^K equivalent solutions. DFA ends in the one with sign v = sign F, backpropagation in the one that its initial weights happen to be near.',
  data: [],
  minutes: { quick: 0.03, default: 3.2, paper: 60 },
  revision: 1,
  plan: (scale, seed) =>
    Array.from({ length: SEEDS[scale] }, (_, index) =>
      (['dfa', 'bp'] as const).map((rule): StudentConfiguration => ({
        activation: 'erf',
        rule,
        inputs: scale === 'quick' ? 100 : 500,
        teacher: [1, 1],
        feedback: sharedFeedback(2),
        rate: 0.2,
        deviation: 0.01,
        until: UNTIL[scale],
        records: 70,
        seed: seed + index,
      }))).flat(),
  run: (c, tools) => simulateStudent(c, tools),
  judge(runs, scale) {
    const head = { source: 'refinetti2021 section 2.4c', method: 'simulation' } as const
    const of = (rule: string) => runs.filter(({ configuration }) => configuration.rule === rule)
    const [dfa, bp] = [of('dfa'), of('bp')]
    const n = dfa.length
    const agree = (list: typeof runs): number =>
      list.filter(({ configuration: c, result }) => signAgreement(c.feedback, last(result.outputs)) === 1).length
    const cosines = (list: typeof runs): number[][] =>
      list.map(({ configuration: c, result }) => result.outputs.map((v) => cosineTo(c.feedback, v)))
    const final = (list: typeof runs): number => meanAndDeviation(cosines(list).map(last)).mean
    const recovered = (list: typeof runs): number => list.filter(({ result }) => last(result.errors) < 1e-3).length
    const { until } = dfa[0].configuration
    const claims = [
      absolute({
        ...head,
        id: 'degeneracy-dfa',
        statement: `DFA: seeds of ${n} that end with sign v = sign F (K = M = 2, η = 0.2, N = ${
          dfa[0].configuration.inputs
        }, t = ${until})`,
      }, [n], [agree(dfa)], 0),
      absolute({
        ...head,
        id: 'degeneracy-bp',
        statement: `backpropagation: the share that does so by chance is ¼; ${n} seeds, two binomial standard errors`,
      }, [0.25], [agree(bp) / n], 2 * Math.sqrt(0.1875 / n)),
      atLeast({
        ...head,
        id: 'degeneracy-max',
        statement: 'DFA: largest cos∠(v, F) over time, mean over seeds (page: 0.9994)',
      }, meanAndDeviation(cosines(dfa).map((curve) => Math.max(...curve))).mean, 0.99),
      atMost({
        ...head,
        id: 'degeneracy-bp-cosine',
        statement: 'backpropagation: |mean over seeds of the final cos∠(v, F)| (page: 0.07)',
      }, Math.abs(final(bp)), (2 * Math.SQRT1_2) / Math.sqrt(n)),
      ...(scale === 'quick'
        ? []
        : [
          absolute({
            ...head,
            id: 'degeneracy-recover-dfa',
            statement:
              `DFA: seeds that recover the teacher (ε_g < 10⁻³) by t = ${until}; the paper: all, at long times`,
          }, [n], [recovered(dfa)], 0),
          absolute({
            ...head,
            id: 'degeneracy-recover-bp',
            statement: `backpropagation: seeds that recover the teacher by t = ${until}`,
          }, [n], [recovered(bp)], 0),
        ]),
    ]
    const times = dfa[0].result.times
    const at2000 = (list: typeof runs): number =>
      list.filter(({ result }) => result.errors[result.times.findIndex((t) => t >= 2000)] < 1e-3).length
    return {
      claims: scale === 'quick'
        ? claims.map((claim) =>
          claim.verdict === 'fails' || claim.id.startsWith('degeneracy-bp')
            ? notCovered(claim, 'quick scale: few seeds, short times')
            : claim
        )
        : claims,
      figures: [{
        svg: lineFigure({
          title: 'Output weights and feedback',
          x: { label: 't = steps/N', scale: 'log' },
          y: { label: 'cos∠(v, F)' },
          series: [['DFA', dfa] as const, ['backpropagation', bp] as const].map(([name, list]) =>
            meanSeries(name, times.slice(1), cosines(list).map((curve) => curve.slice(1)))
          ),
        }),
        caption:
          `Mean over ${n} seeds with a band of one standard deviation; F is the same for all seeds. DFA turns every student to the same side, backpropagation none.`,
      }],
      findings: [
        `Final cos∠(v, F): DFA ${final(dfa).toFixed(3)}, backpropagation ${
          final(bp).toFixed(3)
        } (page: 0.96 and 0.07 for another F). ` + (scale === 'quick'
          ? ''
          : `Recovered by t = 2000: DFA ${at2000(dfa)} of ${n}, backpropagation ${
            at2000(bp)
          } of ${n} (page: 14 and 18 of 20); by t = ${until}: ${recovered(dfa)} and ${recovered(bp)}.`),
      ],
    }
  },
})
