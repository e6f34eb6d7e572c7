// How well signals below a narrow layer can agree with random feedback, by draws.

import { matrix, multiply, normalInto, randomOrthogonal, randomStream, transpose } from '../../../tensor/index.ts'

/** Draws around one layer of `width` units below C classes. */
export interface RankDraws {
  readonly part: 'rank'
  readonly width: number
  readonly classes: number
  /** n_l, the height of the feedback matrix. */
  readonly rows: number
  readonly draws: number
  readonly seed: number
}

/**
 * cos² per draw between F e and the best signal of an A of row space V, F P_V e: theory (8.17).
 * e is isotropic among errors (Σe = 0), V a uniform subspace of them of `width` dimensions, F Gaussian.
 */
export function rankCosines({ width, classes, rows, draws, seed }: RankDraws): readonly number[] {
  return Array.from({ length: draws }, (_, draw) => {
    const stream = (name: string) => randomStream(seed, `rank/${name}/${width}/${draw}`)
    const centered = matrix(classes, 1, normalInto(new Float64Array(classes), stream('error')))
    const shift = centered.data.reduce((sum, x) => sum + x, 0) / classes
    centered.data.forEach((x, k) => {
      centered.data[k] = x - shift
    })
    // Errors have Σe = 0: V is drawn in their space by taking (1, …, 1) out of Gaussian columns.
    const basis = errorSubspace(randomOrthogonal(stream('space'), classes - 1, Math.min(width, classes - 1)).data,
      classes, Math.min(width, classes - 1))
    const seen = multiply(basis, multiply(transpose(basis), centered))
    const f = matrix(rows, classes, normalInto(new Float64Array(rows * classes), stream('feedback')))
    const [own, best] = [multiply(f, centered).data, multiply(f, seen).data]
    const inner = (x: Float64Array, y: Float64Array): number => x.reduce((sum, value, i) => sum + value * y[i], 0)
    const product = inner(own, best)
    return product * product / (inner(own, own) * inner(best, best))
  })
}

/** Columns of R^{C−1} as vectors of R^C whose elements sum to zero, by Helmert's orthonormal basis. */
function errorSubspace(columns: Float64Array, classes: number, width: number) {
  const out = matrix(classes, width)
  for (let p = 1; p < classes; p++) {
    const norm = Math.sqrt(p * (p + 1))
    for (let j = 0; j < width; j++) {
      const weight = columns[(p - 1) * width + j] / norm
      for (let k = 0; k < p; k++) out.data[k * width + j] += weight
      out.data[p * width + j] -= p * weight
    }
  }
  return out
}
