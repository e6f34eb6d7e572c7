// Feedback divided by the root of its size in every layer, or not.

import { FILES } from '../../training/datasets.ts'
import { declared } from '../experiment.ts'
import { feedbackChecks } from '../practices/feedback-checks.ts'
import { CONV_SCALES, FC_SCALES, type NetworkScale, type Part, planParts, presented, rowsOf,
  SUMMED_SCALES } from '../practices/parts.ts'
import { variant } from '../practices/plan.ts'
import { alignments, gain, percent } from '../practices/presentation.ts'
import { type Practice, type PracticeResult, trainPractice } from '../practices/training.ts'

interface Setting {
  /** As the authors have it, hidden errors summed. */
  readonly summed: NetworkScale
  readonly fc: NetworkScale
  readonly conv: NetworkScale
  /** The authors' rate, for both. */
  readonly common: number
}

/** Where the search for a rate begins: without normalization hidden layers take steps that are √(n_l K) times as long. */
const FIRST = [0.1, 0.003]

function partsOf({ summed, fc, conv, common }: Setting): readonly Part[] {
  const both = (
    s: NetworkScale,
  ) => [variant('normalized', s, s.network), variant('none', s, s.network, { normalization: 'none' })]
  const tuned = (title: string, scale: NetworkScale): Part => ({
    title,
    variants: both(scale),
    rates: FIRST.map((rate) => scale.faster * rate),
    search: true,
    seeds: scale.seeds,
  })
  return [{ title: 'Fully connected, one rate for both', variants: both(summed), rates: common, seeds: summed.seeds },
    tuned('Fully connected, tuned rates', fc), tuned('Convolutional, tuned rates', conv)]
}

const AUTHORS = 0.0005

/** Practice 1 of launay2019. */
export const feedbackNormalization = declared<Setting, Practice, PracticeResult>({
  name: 'launay2019/feedback-normalization',
  title: 'Feedback of one size in every layer',
  source: 'launay2019; theory (8.1), (8.3)',
  method: 'training',
  about:
    'One Gaussian matrix for all layers, of which layer l takes the first n_l rows, divided by √(n_l·K) or not. In '
    + 'layers below the last the factor of the feedback and the rate are one parameter, so that at one common rate the '
    + 'two are at different stages of training: they are compared there and at the best rate of each.',
  data: FILES.cifar10,
  quickData: [],
  revision: 1,
  scales: {
    quick: {
      minutes: 0.03,
      summed: SUMMED_SCALES.quick,
      fc: FC_SCALES.quick,
      conv: CONV_SCALES.quick,
      common: AUTHORS,
    },
    default: {
      minutes: 1.5,
      summed: SUMMED_SCALES.default,
      fc: FC_SCALES.default,
      conv: CONV_SCALES.default,
      common: AUTHORS,
    },
    paper: {
      minutes: 1600,
      summed: SUMMED_SCALES.paper,
      fc: FC_SCALES.paper,
      conv: CONV_SCALES.paper,
      common: AUTHORS,
    },
  },
  decidedAtQuick: ['normalization-same', 'normalization-norm', 'normalization-slice'],
  plan: (setting, first, done) => planParts(partsOf(setting), first, done),
  resumes: true,
  run: trainPractice,
  judge({ runs, claim, setting }) {
    const parts = partsOf(setting)
    const rows = parts.map((part) => rowsOf(part, runs))
    const [common, fc, conv] = rows
    const more = ([normalized, none]: typeof fc, layers: readonly number[]) =>
      layers.map((l) => gain(alignments(normalized, l), alignments(none, l)))
    const points = ([normalized, none]: typeof fc) => gain(percent(normalized), percent(none))
    return {
      claims: [...feedbackChecks(claim, 0),
        claim.atLeast('normalization-common',
          'one rate for both: alignment of layers 1 and 2 with normalization less without', more(common, [0, 1]), 0.15,
          'what an earlier run on digits gave, at one stage of training'),
        claim.above('normalization-tuned', 'each at its best rate: the same of layers 1, 2, 3', more(fc, [0, 1, 2]), 0,
          'sign alone'),
        claim.above('normalization-accuracy', 'and points of test accuracy', points(fc), 0, 'sign alone'),
        claim.above('normalization-conv', 'convolutional network, tuned: points of test accuracy', points(conv), 0,
          'sign alone')],
      ...presented(parts, rows),
    }
  },
})
