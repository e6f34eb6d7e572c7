// Three ways to train a convolutional network, and how well its convolutions align.

import { undecided } from '../../claims/claim.ts'
import { mean, sample } from '../../statistics.ts'
import { FILES } from '../../training/datasets.ts'
import { declared } from '../experiment.ts'
import { freedomOf, freedomTable } from '../practices/freedom.ts'
import { CONV_SCALES, type NetworkScale, type Part, planParts, presented, rowsOf } from '../practices/parts.ts'
import { variant } from '../practices/plan.ts'
import { alignments, differences, gain, type NamedRuns, percent } from '../practices/presentation.ts'
import { type Practice, type PracticeResult, trainPractice } from '../practices/training.ts'

interface Setting {
  readonly conv: NetworkScale
  /** Of the images, for counting weights. */
  readonly sample: readonly number[]
}

/** Backpropagation has a mean in every layer at every scale. */
const partOf = ({ conv }: Setting): Part => ({
  title: 'Convolutional network, each at its best rate',
  variants: [variant('DFA', conv, conv.network),
    variant('DFA, channel-shared feedback', conv, conv.network, { maps: 'channel-shared' }),
    variant('frozen convolutions', conv, conv.network, { method: 'frozen convolutions' }),
    variant('BP', conv, conv.network, { method: 'BP', hiddenReduction: 'mean' })],
  rates: conv.faster * 0.1,
  search: true,
  seeds: conv.seeds,
})

const IMAGE = [3, 32, 32]

/** Section 7: why convolutions do not follow. */
export const convolutions = declared<Setting, Practice, PracticeResult>({
  name: 'launay2019/convolutions',
  title: 'Convolutions under direct feedback alignment',
  source: 'launay2019; theory (8.18)',
  method: 'training',
  about: 'That layers of few free weights cannot align may explain why feedback alignment fails on convolutions. DFA '
    + 'everywhere, with dense feedback and with one number per channel; convolutions frozen below a classifier trained by '
    + 'DFA; backpropagation. Each at its best rate by training loss.',
  data: FILES.cifar10,
  quickData: [],
  revision: 1,
  scales: {
    quick: { minutes: 0.05, conv: CONV_SCALES.quick, sample: [1, 12, 12] },
    default: { minutes: 1, conv: CONV_SCALES.default, sample: IMAGE },
    paper: { minutes: 2400, conv: CONV_SCALES.paper, sample: IMAGE },
  },
  decidedAtQuick: [],
  plan: (setting, first, done) => planParts([partOf(setting)], first, done),
  resumes: true,
  run: trainPractice,
  judge({ runs, claim, setting, scale }) {
    const part = partOf(setting)
    const rows = rowsOf(part, runs)
    const [dfa, shared, frozen, bp] = rows
    const count = setting.conv.network.widths.length - 1
    const convolution = Array.from({ length: count }, (_, l) => l)
    const all = (row: NamedRuns): readonly number[] =>
      row.runs.map((_, seed) => mean(convolution.map((l) => alignments(row, l)[seed])))
    const points = (a: NamedRuns, b: NamedRuns) => gain(percent(a), percent(b))
    const shown = presented([part], [rows])
    const here = 'limit set here'
    const atScale = (one: ReturnType<typeof claim.above>) =>
      scale === 'paper' ? one : undecided(one, 'half the channels and a hundredth of the images')
    return {
      claims: [claim.below('convolutions-low', 'DFA: mean cosine of the convolutions', sample(all(dfa)), 0.25, here),
        claim.above('convolutions-dense', 'DFA: cosine of the dense layer over the mean of the convolutions',
          gain(alignments(dfa, count), all(dfa)), 0, 'few free weights per dimension of feedback: sign alone'),
        claim.above('convolutions-order', 'points of test accuracy of BP over DFA, of DFA over frozen convolutions', [
          points(bp, dfa),
          points(dfa, frozen),
        ], 0, 'sign alone'),
        atScale(
          claim.atLeast('convolutions-bp', 'points of test accuracy that DFA loses against BP', points(bp, dfa), 5,
            here),
        ),
        atScale(
          claim.atMost('convolutions-frozen', 'points of test accuracy of DFA over frozen convolutions',
            points(dfa, frozen), 5, `little better than random features: ${here}`),
        ),
        claim.above('convolutions-shared',
          'one number per channel: mean cosine of the convolutions over that of dense feedback',
          gain(all(shared), all(dfa)), 0, 'attainable alignment is higher, theory (4.8): sign alone')],
      ...shown,
      tables: [...shown.tables, freedomTable(freedomOf(setting.conv.network, setting.sample, 10))],
      findings: [...shown.findings, differences(part.title, dfa, [shared, frozen, bp])],
    }
  },
})
