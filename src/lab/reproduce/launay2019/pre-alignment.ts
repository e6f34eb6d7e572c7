// Weights that begin aligned: what the first step finds, what is left at the end, and what it is worth.

import { undecided } from '../../claims/claim.ts'
import { sample } from '../../statistics.ts'
import { FILES } from '../../training/datasets.ts'
import { declared } from '../experiment.ts'
import { type NetworkScale, type Part, planParts, presented, rowsOf, SUMMED_SCALES } from '../practices/parts.ts'
import { variant } from '../practices/plan.ts'
import { alignments, differences, gain, type NamedRuns, percent } from '../practices/presentation.ts'
import { FULL } from '../practices/stored-bottleneck.ts'
import { type Practice, type PracticeResult, trainPractice } from '../practices/training.ts'

interface Setting {
  readonly fc: NetworkScale
  /** b of the layer that is masked, beside all weights. */
  readonly size: number
}

function partsOf({ fc, size }: Setting): readonly Part[] {
  const pair = (title: string, keep: number): Part => ({
    title,
    variants: (['drawn', 'pre-aligned'] as const).map((initial) => variant(initial, fc, fc.network, { initial, keep })),
    rates: fc.rate,
    seeds: fc.seeds,
  })
  return [pair('All weights trained', 1),
    pair(`b = ${size} of ${FULL} weights of the second layer trained`, size / FULL)]
}

/** Mean cosines before training, layer by layer, of each seed. */
const atStart = ({ runs }: NamedRuns, l: number): readonly number[] =>
  runs.map(({ result }) => result.alignment[0][l].mean ?? NaN)

/** Pre-alignment initialization of launay2019's code. */
export const preAlignment = declared<Setting, Practice, PracticeResult>({
  name: 'launay2019/pre-alignment',
  title: 'Weights that begin aligned',
  source: 'launay2019; theory (8.13), (8.14), (8.15)',
  method: 'training',
  about:
    'From the last layer to the second, weights are set so that exact signals equal delivered ones on one training '
    + 'batch. On test samples they then agree at once; the stored log of the authors has them still agreeing after '
    + 'training, and performing worse where a layer is masked.',
  data: FILES.cifar10,
  quickData: [],
  revision: 1,
  scales: {
    quick: { minutes: 0.02, fc: SUMMED_SCALES.quick, size: 1 },
    default: { minutes: 0.4, fc: SUMMED_SCALES.default, size: 1 },
    paper: { minutes: 250, fc: SUMMED_SCALES.paper, size: 1 },
  },
  decidedAtQuick: [],
  plan: (setting, first) => planParts(partsOf(setting), first, []),
  resumes: true,
  run: trainPractice,
  judge({ runs, claim, setting, scale }) {
    const parts = partsOf(setting)
    const rows = parts.map((part) => rowsOf(part, runs))
    const [full, narrow] = rows
    const layers = setting.fc.network.widths.map((_, l) => l)
    const shown = presented(parts, rows)
    const worse = claim.above('pre-alignment-worse',
      'masked layer: points of test accuracy of drawn over pre-aligned weights',
      gain(percent(narrow[0]), percent(narrow[1])), 0, 'sign alone')
    return {
      claims: [
        claim.atMost('pre-alignment-start', '1 − cosine by layer before training, on test samples', layers.map((l) =>
          sample(atStart(full[1], l).map((cosine) => 1 - cosine))
        ), 1e-4, 'slopes of tanh near 1', { source: 'theory (8.14), (8.15)' }),
        claim.above('pre-alignment-end', 'all weights trained: cosine by layer at the end over that of drawn weights',
          layers.map((l) =>
            gain(alignments(full[1], l), alignments(full[0], l))
          ), 0, 'sign alone'),
        claim.above('pre-alignment-masked', 'masked layer: the same',
          layers.map((l) => gain(alignments(narrow[1], l), alignments(narrow[0], l))), 0, 'sign alone'),
        scale === 'paper' ? worse : undecided(worse, 'the authors trained for 19,550 steps'),
      ],
      ...shown,
      findings: [...shown.findings, ...rows.map(([drawn, ...others], k) => differences(parts[k].title, drawn, others))],
    }
  },
})
