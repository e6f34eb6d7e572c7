// The figure of the claims that join conditioning and stability.

import { finalRateRatio } from '../../theory/index.ts'
import { type Claim, valueOf } from '../claims/claim.ts'
import { lineFigure, type Series } from '../report/figure.ts'
import type { ReportFigure } from '../report/html.ts'
import { BRIDGE_CONDITIONS, BRIDGE_DEPTHS } from './bridge-claims.ts'

/** Greatest over least rate at the end against κ_T, measured spectra and the law, one line per depth. */
export function rateRatios(claims: readonly Claim[]): ReportFigure {
  const largest = BRIDGE_CONDITIONS[BRIDGE_CONDITIONS.length - 1]
  const series = BRIDGE_DEPTHS.flatMap((depth, color): Series[] => {
    const ratios = claims.find(({ id }) => id === `bridge-law-${depth}`)?.measured.map(valueOf) ?? []
    return [{
      name: `law, L = ${depth}`,
      points: Array.from({ length: 25 }, (_, i) => Math.pow(largest, i / 24)).map((
        condition,
      ) => [condition, finalRateRatio(condition, depth, false)]),
      dashed: true,
      color,
    }, {
      name: `spectrum, L = ${depth}`,
      points: ratios.map((ratio, i) => [BRIDGE_CONDITIONS[i], ratio]),
      draw: 'markers',
      color,
    }]
  })
  return {
    svg: lineFigure({
      title: 'Spread of the stability spectrum at the end',
      x: { label: 'condition number of the teacher κ_T', scale: 'log' },
      y: { label: 'greatest over least rate', scale: 'log' },
      series,
      width: 520,
      height: 320,
    }),
    caption:
      'Extreme eigenvalues of the error operator of a full linear network (6 inputs, 4 outputs) after gradient flow from zero weights, orthogonal feedback, against (2^L − 1) κ_T^((2^L−2)/(2^L−1)) = (2^L − 1) Π_{l≥2} κ(A_l). '
      + 'The factor 2^L − 1 is that of input directions which the teacher does not use. All eigenvalues are positive.',
  }
}
