// How well inner products of node representations tell which nodes are joined.

import { blockedKernels, checkSameShape, type Kernels, show, sigmoid, type Tensor } from '../tensor/index.ts'
import { logisticLoss } from './binary-cross-entropy.ts'
import type { Loss } from './loss.ts'
import { planned } from './planned.ts'

/** s = z_i·z_j in float64. */
function innerProduct({ data, shape: [, width] }: Tensor, i: number, j: number): number {
  let sum = 0
  for (let c = 0; c < width; c++) sum += data[i * width + c] * data[j * width + c]
  return sum
}

/** Scores z_i·z_j of pairs u₀, v₀, u₁, v₁, …: what `linkLoss` decides by. */
export function linkScores(z: Tensor, pairs: ArrayLike<number>): Float64Array {
  return Float64Array.from({ length: pairs.length / 2 }, (_, p) => innerProduct(z, pairs[2 * p], pairs[2 * p + 1]))
}

/**
 * 𝓛 = P⁻¹ Σ_p log(1 + e^(s_p)) − t_p s_p, s_p = z_i·z_j: the mean over pairs of the cross-entropy with
 * P(joined) = 1/(1 + e^(−s)); e_i = P⁻¹ Σ (P(joined) − t_p) z_j over the pairs with i, and the same for j.
 * Equation: Kipf & Welling 2016, the inner product decoder. Units: nats.
 * Shapes: output z [N, C], target [P, 3] of rows i, j, t with whole i, j below N and t of 0 or 1.
 * Order: s and 𝓛 in float64, pairs ascending; e over pairs ascending in float64, rounded once. Memory: e in float64.
 * Throws: RangeError for shapes that do not fit, no pairs, nodes that do not exist, before anything is written.
 */
export function linkLoss(kernels: Kernels = blockedKernels): Loss {
  const where = 'linkLoss'
  const buffers = planned(where, kernels, ([nodes, width], space) => space.float64(nodes * width))
  return {
    name: 'link-cross-entropy',
    reduction: 'mean',
    evaluateInto(error, output, target) {
      if (output.shape.length !== 2) {
        throw new RangeError(`${where}: output must have shape [N, C], got ${show(output.shape)}`)
      }
      checkSameShape(where, 'error', error, 'output', output)
      const [pairs, columns] = target.shape
      if (columns !== 3 || pairs === 0) {
        throw new RangeError(`${where}: target must have shape [P, 3] with pairs, got ${show(target.shape)}`)
      }
      const [nodes, width] = output.shape
      const rows = target.data, z = output.data
      for (let at = 0; at < rows.length; at++) {
        const limit = at % 3 === 2 ? 2 : nodes
        if (rows[at] >= 0 && rows[at] < limit && rows[at] === Math.floor(rows[at])) continue
        throw new RangeError(
          `${where}: target[${at}] must be a whole number of at least 0 and below ${limit}, got ${rows[at]}`,
        )
      }
      const sums = buffers(output)
      sums.fill(0)
      let total = 0
      for (let at = 0; at < rows.length; at += 3) {
        const i = rows[at], j = rows[at + 1], t = rows[at + 2]
        const s = innerProduct(output, i, j)
        total += logisticLoss(s, t)
        const d = (sigmoid(s) - t) / pairs
        for (let c = 0; c < width; c++) {
          sums[i * width + c] += d * z[j * width + c]
          sums[j * width + c] += d * z[i * width + c]
        }
      }
      for (let at = 0; at < sums.length; at++) error.data[at] = sums[at]
      return total / pairs
    },
  }
}
