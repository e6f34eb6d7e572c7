// The trade-off between alignment and speed as a figure.

import { type Claim, valueOf } from '../claims/claim.ts'
import { lineFigure, type Series } from '../report/figure.ts'
import type { ReportFigure } from '../report/html.ts'
import { TRADE_OFF, tradeOffLaw } from './shaped-feedback-claims.ts'

/** GA₁ and speed by exponent: the closed form, and what the claims have measured. */
export function tradeOffFigure(claims: readonly Claim[], seed: number): ReportFigure {
  const { exponents, depth, condition } = TRADE_OFF
  const places = Array.from({ length: 41 }, (_, i) => exponents[0] - i * (exponents[0] - Math.min(...exponents)) / 40)
  const laws = places.map((p) => tradeOffLaw(p, seed))
  const least = tradeOffLaw(-1, seed).time
  const measured = (id: string): readonly number[] =>
    (claims.find((claim) => claim.id === id)?.measured ?? []).map(valueOf)
  const times = measured('shaped-trade-off-time')
  const fastest = times[exponents.indexOf(-1)]
  const series: readonly Series[] = [{
    name: 'GA₁, theory',
    dashed: true,
    color: 0,
    points: places.map((p, i) => [p, laws[i].alignment]),
  }, {
    name: 'GA₁ at the end',
    draw: 'markers',
    color: 0,
    points: measured('shaped-trade-off-alignment').map((value, i) => [exponents[i], value]),
  }, { name: 'speed, theory', dashed: true, color: 1, points: places.map((p, i) => [p, least / laws[i].time]) }, {
    name: 'speed',
    draw: 'markers',
    color: 1,
    points: times.map((time, i) => [exponents[i], fastest / time]),
  }]
  return {
    svg: lineFigure({
      title: 'Alignment against speed',
      x: { label: 'exponent p of the feedback, S = (TTᵀ)^(p/2)' },
      y: { label: 'GA₁, speed', domain: [0, 1.05] },
      series,
      marks: [{ x: -1, label: 'equalizing' }, { x: 0, label: 'orthogonal' }],
      width: 520,
      height: 320,
    }),
    caption: `Shaped feedback F_l = Q_l S, L = ${depth}, κ_T = ${condition}, seed ${seed}. GA₁ of isotropic errors at `
      + 'relative loss 10⁻⁸. Speed: the shortest time to that loss over the time, at rates in one proportion to the '
      + 'largest that the fastest mode stands. Feedback that follows the spectrum of the teacher aligns and is slow; '
      + 'feedback against it learns all modes at once, with gradients far from those of backpropagation.',
  }
}
