// Hidden errors summed over the batch while the output's are averaged: a trap of the authors' code, as an option.

import { FILES } from '../../training/datasets.ts'
import { declared } from '../experiment.ts'
import { type NetworkScale, type Part, planParts, presented, rowsOf, SUMMED_SCALES } from '../practices/parts.ts'
import { variant } from '../practices/plan.ts'
import { alignments, differences, type NamedRuns } from '../practices/presentation.ts'
import { type Practice, type PracticeResult, trainPractice } from '../practices/training.ts'
import { last, sample } from '../../statistics.ts'

interface Setting {
  readonly fc: NetworkScale
}

/** Both reductions at the recipe's rate, and the mean at B times that: hidden layers then take the same steps. */
function partsOf({ fc }: Setting): readonly Part[] {
  const sum = variant('hidden errors summed', fc, fc.network)
  const mean = variant('all averaged', fc, fc.network, { hiddenReduction: 'mean' })
  return [{ title: 'One rate', variants: [sum, mean], rates: fc.rate, seeds: fc.seeds }, {
    title: 'All averaged, at B times the rate',
    variants: [mean],
    rates: fc.batch * fc.rate,
    seeds: fc.seeds,
  }]
}

/** Section 1.2 of the authors' recipe. */
export const reductions = declared<Setting, Practice, PracticeResult>({
  name: 'launay2019/reductions',
  title: 'Sums for hidden layers, a mean for the output',
  source: 'launay2019; theory (8.4)',
  method: 'training',
  about:
    'In the authors’ code errors of hidden layers are summed over the batch of 128, those of the output averaged: at '
    + 'one rate hidden layers take steps 128 times as long. Their numbers need it. Here both reductions at one rate, and '
    + 'the mean at 128 times that rate, where hidden layers take the same steps and the last layer 128 times its own.',
  data: FILES.cifar10,
  quickData: [],
  revision: 1,
  scales: {
    quick: { minutes: 0.02, fc: SUMMED_SCALES.quick },
    default: { minutes: 0.4, fc: SUMMED_SCALES.default },
    paper: { minutes: 180, fc: SUMMED_SCALES.paper },
  },
  decidedAtQuick: [],
  plan: (setting, first) => planParts(partsOf(setting), first, []),
  resumes: true,
  run: trainPractice,
  judge({ runs, claim, setting }) {
    const parts = partsOf(setting)
    const rows = parts.map((part) => rowsOf(part, runs))
    const [[sum, mean], [fast]] = rows
    const layers = setting.fc.network.widths.map((_, l) => l)
    const order = (row: NamedRuns) => layers.map((l) => sample(alignments(row, l)))
    const loss = ({ runs: own }: NamedRuns) => sample(own.map(({ result }) => last(result.trainingLoss) ?? NaN))
    const shown = presented(parts, rows)
    return {
      claims: [
        claim.ordered('reductions-sum', 'hidden errors summed: alignment from layer 1 to the last hidden one',
          order(sum), 'falling', 0, 'order of the stored log of the authors’ code'),
        claim.ordered('reductions-mean', 'all averaged at B times the rate: the order stays', order(fast), 'falling', 0,
          'order; on digits an earlier run had it reversed'),
        claim.ordered('reductions-slow', 'loss of the last epoch: all averaged at one rate, hidden errors summed', [
          loss(mean),
          loss(sum),
        ], 'falling', 0, 'hidden steps are B times as long', { source: 'theory (8.4)' }),
      ],
      ...shown,
      findings: [...shown.findings,
        differences('Reductions', sum, [mean, { ...fast, name: 'all averaged at B times the rate' }])],
    }
  },
})
