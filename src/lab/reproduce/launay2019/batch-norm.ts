// Batch norm after every activation: the delivered signal passes through its exact backward pass.

import { FILES } from '../../training/datasets.ts'
import { declared } from '../experiment.ts'
import { undirected } from '../practices/claims.ts'
import { CONV_SCALES, FC_SCALES, type NetworkScale, type Part, planParts } from '../practices/parts.ts'
import { variant } from '../practices/plan.ts'
import { type Practice, type PracticeResult, trainPractice } from '../practices/training.ts'

interface Setting {
  readonly fc: NetworkScale
  readonly conv: NetworkScale
}

function partsOf({ fc, conv }: Setting): readonly Part[] {
  const part = (title: string, s: NetworkScale): Part => ({
    title,
    variants: [variant('without', s, s.network), variant('with', s, { ...s.network, batchNorm: true })],
    rates: s.rate,
    seeds: s.seeds,
  })
  return [part('Fully connected, batch norm', fc), part('Convolutional, batch norm', conv)]
}

/** Normalized activations are long: the last layer, which sees their square, wants a smaller rate than hidden ones. */
const SUMMED = { hiddenReduction: 'sum', rate: 0.003 } as const

/** Practice 3 of launay2019. */
export const batchNorm = declared<Setting, Practice, PracticeResult>({
  name: 'launay2019/batch-norm',
  title: 'Batch norm',
  source: 'launay2019',
  method: 'training',
  about:
    'Batch norm between activation and feedback point; accuracy and alignment in evaluation mode, at the point, with '
    + 'and without it at one rate. No direction is claimed: none is known from a source at hand.',
  data: FILES.cifar10,
  quickData: [],
  revision: 1,
  scales: {
    quick: { minutes: 0.02, fc: FC_SCALES.quick, conv: CONV_SCALES.quick },
    default: { minutes: 0.4, fc: { ...FC_SCALES.default, ...SUMMED }, conv: { ...CONV_SCALES.default, ...SUMMED } },
    paper: { minutes: 1000, fc: FC_SCALES.paper, conv: CONV_SCALES.paper },
  },
  decidedAtQuick: [],
  plan: (setting, first) => planParts(partsOf(setting), first, []),
  resumes: true,
  run: trainPractice,
  judge: ({ runs, claim, setting }) => undirected(claim, 'batch-norm', partsOf(setting), runs),
})
