// How well shaped feedback aligns: layer by layer for any error, and all gradients as one vector.

import { checkSize, innerProduct, type Matrix, multiply } from '../../tensor/index.ts'
import { type AlignmentMatrices, type Grams, type LinearTask, populationUpdate } from '../alignment-matrices.ts'
import { backwardProduct } from '../gradient-alignment.ts'
import { shapedModes, type ShapedTask } from './modes.ts'

/**
 * GA_l(e) = Σ g P e²/√(Σ g e² · Σ g P² e²) with P_l = c_L/(g_l c_l): mean over the rows e of `errors`, whose components
 * are those in the teacher's left singular basis. Equation: theory (7.12), (7.13). Shapes: errors [N, n_L].
 * At time 0, where P is 0/0, it is NaN. Throws: RangeError for a layer outside of 1 … L−1, and as `modeRates`.
 */
export function shapedGradientAlignment(task: ShapedTask, layer: number, errors: Matrix, time: number): number {
  const { spectrum, shapes } = task
  if (!(checkSize('shapedGradientAlignment', 'layer', layer, 1) <= shapes.length)) {
    throw new RangeError(`shapedGradientAlignment: layer must be at most ${shapes.length}, got ${layer}`)
  }
  if (errors.columns !== spectrum.length) {
    throw new RangeError(
      `shapedGradientAlignment: errors must have ${spectrum.length} columns, one per mode, got ${errors.columns}`,
    )
  }
  const { signals } = shapedModes(task, time)
  const g = shapes[layer - 1].map((sigma) => sigma * sigma)
  const p = signals[signals.length - 1].map((c, i) => c / (g[i] * signals[layer - 1][i]))
  const largest = p.reduce((a, b) => Math.max(a, b))
  const n = errors.columns
  let total = 0
  for (let row = 0; row < errors.rows; row++) {
    let ee = 0, ep = 0, pp = 0
    for (let i = 0; i < n; i++) {
      const e = errors.data[row * n + i]
      const seen = e * p[i] / largest
      ee += g[i] * e * e
      ep += g[i] * e * seen
      pp += g[i] * seen * seen
    }
    total += ep / Math.sqrt(ee * pp)
  }
  return total / errors.rows
}

/**
 * cos∠ of all weight gradients as one vector with those of backpropagation, in closed form. Equation: theory (7.22).
 * Positive until the end. At time 0, where both vanish in all layers but the first, it is NaN.
 */
export function shapedWholeAlignment(task: ShapedTask, time: number): number {
  const { spectrum, shapes, variances } = task
  const { signals, remaining } = shapedModes(task, time)
  const depth = signals.length
  let inner = 0, direct = 0, exact = 0
  spectrum.forEach((s, i) => {
    const scale = s * remaining[i] * (variances?.[i] ?? 1)
    const error = scale * scale
    for (let l = 0; l < depth; l++) {
      const g = l < depth - 1 ? shapes[l][i] * shapes[l][i] : 1
      const h = l === 0 ? 1 : shapes[l - 1][i] * signals[l - 1][i]
      const p = signals[depth - 1][i] / (g * signals[l][i])
      inner += error * g * p * h * h
      direct += error * g * h * h
      exact += error * g * p * p * h * h
    }
  })
  return inner / (Math.sqrt(direct) * Math.sqrt(exact))
}

/**
 * The same from alignment matrices, for any feedback and inputs:
 * Σ_l tr(U_lᵀ G_l P_l U_l G_{l−1}) over the lengths, U_l = (C_L − T) Σ C_{l−1}ᵀ, G_0 = G_L = P_L = I.
 * Equation: theory (7.20). Its sign is that of −d𝓛/dt in gradient flow, theory (7.21).
 */
export function wholeGradientAlignment(a: AlignmentMatrices, g: Grams, task: LinearTask): number {
  const update = populationUpdate(a, g, task)
  const depth = a.length
  let inner = 0, direct = 0, exact = 0
  for (let l = 0; l < depth; l++) {
    const seen = l === 0 ? update[l] : multiply(update[l], g[l - 1])
    const back = l === depth - 1 ? update[l] : multiply(backwardProduct(a, g, l + 1), update[l])
    const under = (m: Matrix): Matrix => l === depth - 1 ? m : multiply(g[l], m)
    const backSeen = l === 0 ? back : multiply(back, g[l - 1])
    inner += innerProduct(under(back), seen)
    direct += innerProduct(under(update[l]), seen)
    exact += innerProduct(under(back), backSeen)
  }
  return inner / (Math.sqrt(direct) * Math.sqrt(exact))
}
