// Dropout of inputs and hidden units, with alignment in evaluation mode.

import { FILES } from '../../training/datasets.ts'
import { declared } from '../experiment.ts'
import type { NetworkSpec } from '../practices/networks.ts'
import { CONV_SCALES, FC_SCALES, type NetworkScale, type Part, planParts } from '../practices/parts.ts'
import { variant } from '../practices/plan.ts'
import { undirected } from '../practices/claims.ts'
import { type Practice, type PracticeResult, trainPractice } from '../practices/training.ts'

interface Setting {
  readonly fc: NetworkScale
  readonly conv: NetworkScale
}

/** Inputs, hidden dense layers: D1 to D4 of the authors' driver, and none. Convolutions have none. */
const RATES: readonly (readonly [name: string, change: Partial<NetworkSpec>])[] = [['none', {}], [
  'inputs 0.1, units 0.1',
  { inputDropout: 0.1, dropout: 0.1 },
], ['inputs 0.1, units 0.5', { inputDropout: 0.1, dropout: 0.5 }]]

function partsOf({ fc, conv }: Setting): readonly Part[] {
  const part = (title: string, s: NetworkScale): Part => ({
    title,
    variants: RATES.map(([name, change]) => variant(name, s, { ...s.network, ...change })),
    rates: s.rate,
    seeds: s.seeds,
  })
  return [part('Fully connected, dropout of inputs and hidden units', fc),
    part('Convolutional, dropout of inputs and the dense layer', conv)]
}

/** Practice 4 of launay2019. */
export const dropout = declared<Setting, Practice, PracticeResult>({
  name: 'launay2019/dropout',
  title: 'Dropout',
  source: 'launay2019',
  method: 'training',
  about: 'Dropout of inputs and of hidden dense layers, two settings as in the authors’ code, and none; accuracy and '
    + 'alignment in evaluation mode, all at one rate. No direction is claimed: none is known from a source at hand.',
  data: FILES.cifar10,
  quickData: [],
  revision: 1,
  scales: {
    quick: { minutes: 0.02, fc: FC_SCALES.quick, conv: CONV_SCALES.quick },
    default: { minutes: 0.5, fc: FC_SCALES.default, conv: CONV_SCALES.default },
    paper: { minutes: 1400, fc: FC_SCALES.paper, conv: CONV_SCALES.paper },
  },
  decidedAtQuick: [],
  plan: (setting, first) => planParts(partsOf(setting), first, []),
  resumes: true,
  run: trainPractice,
  judge: ({ runs, claim, setting }) => undirected(claim, 'dropout', partsOf(setting), runs),
})
