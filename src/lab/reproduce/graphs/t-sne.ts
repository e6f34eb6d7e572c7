// Exact t-distributed stochastic neighbor embedding, for up to a few thousand points.

import { checkSize, exp, log, normalInto, randomStream, type Tensor } from '../../../tensor/index.ts'

/** Steps of the search for a width; each halves an interval or doubles its end. */
const SEARCH = 60
/** Attraction is this much stronger in the first quarter, so that clusters find together. */
const EXAGGERATION = 12

/** Squared distances of all pairs of rows, [N, N]. */
export function squaredDistances({ data, shape: [count, width] }: Tensor): Float32Array {
  const out = new Float32Array(count * count)
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < i; j++) {
      let sum = 0
      for (let f = 0; f < width; f++) {
        const difference = data[i * width + f] - data[j * width + f]
        sum += difference * difference
      }
      out[i * count + j] = out[j * count + i] = sum
    }
  }
  return out
}

/**
 * p_ij = (p_j|i + p_i|j)/(2N), p_j|i ∝ e^(−β_i d²_ij) with β_i such that the entropy of p_·|i is log(perplexity).
 * Equation: van der Maaten & Hinton 2008, equations 1 and the one before 3. Shapes: [N, N], its sum is 1.
 * A point whose nearest neighbors are all at one distance has the entropy of their number, whatever β is.
 */
export function affinities(distances: Float32Array, count: number, perplexity: number): Float32Array {
  const wanted = log(perplexity)
  const p = new Float32Array(count * count)
  const row = new Float64Array(count)
  for (let i = 0; i < count; i++) {
    let nearest = Infinity
    for (let j = 0; j < count; j++) if (j !== i) nearest = Math.min(nearest, distances[i * count + j])
    let beta = 1, low = 0, high = Infinity
    for (let step = 0; step < SEARCH; step++) {
      let sum = 0, moment = 0
      for (let j = 0; j < count; j++) {
        const d = distances[i * count + j] - nearest
        row[j] = j === i ? 0 : exp(-beta * d)
        sum += row[j]
        moment += row[j] * d
      }
      const entropy = log(sum) + beta * moment / sum
      for (let j = 0; j < count; j++) row[j] /= sum
      if (Math.abs(entropy - wanted) < 1e-5) break
      if (entropy > wanted) low = beta
      else high = beta
      beta = high === Infinity ? 2 * beta : (low + high) / 2
    }
    for (let j = 0; j < count; j++) {
      p[i * count + j] += row[j] / (2 * count)
      p[j * count + i] += row[j] / (2 * count)
    }
  }
  return p
}

/**
 * gradient_i := 4 Σ_j (a·p_ij − q_ij) w_ij (y_i − y_j), w = 1/(1 + |y_i − y_j|²), q = w/Σw, a the exaggeration: of
 * KL(p‖q) where a is 1. Equation: van der Maaten & Hinton 2008, equation 5. Shapes: y, gradient [N, 2].
 */
export function forcesInto(gradient: Float64Array, y: Float64Array, p: Float32Array, exaggeration: number,
  repulsion: Float64Array): void
{
  const count = y.length / 2
  gradient.fill(0)
  repulsion.fill(0)
  let total = 0
  for (let i = 0; i < count; i++) {
    const x0 = y[2 * i], y0 = y[2 * i + 1], row = i * count
    let pullX = 0, pullY = 0, pushX = 0, pushY = 0
    for (let j = 0; j < i; j++) {
      const dx = x0 - y[2 * j], dy = y0 - y[2 * j + 1]
      const w = 1 / (1 + dx * dx + dy * dy)
      const pull = p[row + j] * w, push = w * w
      total += w
      pullX += pull * dx
      pullY += pull * dy
      pushX += push * dx
      pushY += push * dy
      gradient[2 * j] -= pull * dx
      gradient[2 * j + 1] -= pull * dy
      repulsion[2 * j] -= push * dx
      repulsion[2 * j + 1] -= push * dy
    }
    gradient[2 * i] += pullX
    gradient[2 * i + 1] += pullY
    repulsion[2 * i] += pushX
    repulsion[2 * i + 1] += pushY
  }
  for (let at = 0; at < gradient.length; at++) {
    gradient[at] = 4 * (exaggeration * gradient[at] - repulsion[at] / (2 * total))
  }
}

/** How points are mapped. */
export interface MapOptions {
  readonly perplexity: number
  readonly rate: number
  readonly iterations: number
  /** Of the first places, N(0, 10⁻⁸), by stream `t-sne`. */
  readonly seed: number
}

/**
 * Places of the rows of x in the plane, [N, 2]. Gradient descent with momentum (0.5 while exaggerated, then 0.8) and a
 * gain per coordinate that grows where its direction lasts, as in the authors' code. Cost: 10·N² flops per iteration.
 */
export function planeOf(x: Tensor, { perplexity, rate, iterations, seed }: MapOptions): Float64Array {
  const count = checkSize('planeOf', 'rows of x', x.shape[0], 2)
  const p = affinities(squaredDistances(x), count, perplexity)
  const y = normalInto(new Float64Array(2 * count), randomStream(seed, 't-sne'), 1e-4)
  const gradient = new Float64Array(2 * count), repulsion = new Float64Array(2 * count)
  const speed = new Float64Array(2 * count), gain = new Float64Array(2 * count).fill(1)
  for (let iteration = 0; iteration < iterations; iteration++) {
    const early = iteration < iterations / 4
    forcesInto(gradient, y, p, early ? EXAGGERATION : 1, repulsion)
    for (let at = 0; at < y.length; at++) {
      gain[at] = Math.max(0.01, gradient[at] > 0 === speed[at] > 0 ? gain[at] * 0.8 : gain[at] + 0.2)
      speed[at] = (early ? 0.5 : 0.8) * speed[at] - rate * gain[at] * gradient[at]
      y[at] += speed[at]
    }
  }
  return y
}
