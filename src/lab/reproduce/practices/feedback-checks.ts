// What must be true of one sliced and normalized matrix, whatever is trained with it.

import { feedbackMatrices } from '../../../dfa/index.ts'
import type { Claim, ClaimBuilder } from '../../claims/claim.ts'

/** Feedback dimensions of the authors' networks: fully connected, then convolutional. */
const WIDTHS = [800, 800, 800, 7200, 3136, 576, 128]
const OUTPUTS = 10

/** Claims about the matrices themselves: theory (8.1). */
export function feedbackChecks(claim: ClaimBuilder, seed: number): readonly Claim[] {
  const targets = WIDTHS.map((width, l) => ({ name: `point${l}`, width }))
  const matrices = feedbackMatrices(targets, OUTPUTS, { sharing: 'shared', normalization: 'width-outputs', seed })
  const furthest = (l: number, of: number, factor: number): number =>
    matrices[l].data.reduce((most, x, i) => Math.max(most, Math.abs(x - factor * matrices[of].data[i])), 0)
  const squares = matrices.map(({ data }) => data.reduce((sum, x) => sum + x * x, 0))
  const more = { source: 'theory (8.1)', method: 'random draws' } as const
  const widest = WIDTHS.indexOf(Math.max(...WIDTHS))
  return [
    claim.atMost('normalization-same', 'layers of one width: largest difference of their matrices', [1, 2].map((l) =>
      furthest(l, 0, 1)
    ), 0, 'the same rows', more),
    claim.atMost('normalization-norm', '|‖F_l‖² − 1| in standard deviations √(2/(n_l K)), every layer of both networks',
      squares.map((square, l) => Math.abs(square - 1) / Math.sqrt(2 / (WIDTHS[l] * OUTPUTS))), 5, 'five deviations',
      more),
    claim.atMost('normalization-slice',
      'narrower layers: difference from the first rows of the widest, times √(widest/n_l)',
      WIDTHS.map((width, l) => furthest(l, widest, Math.sqrt(WIDTHS[widest] / width))), 1e-6, 'rounding of float32',
      more),
  ]
}
