// Emission and absorption along rays: what light of the samples of a ray, and of the background, gets through. All in
// float64; every tier runs these loops, so that their bits are the same everywhere.

import { checkLength, checkSize } from './check.ts'
import { exp } from './functions/exp.ts'
import { expm1 } from './functions/expm1.ts'

/** Red, green and blue. */
export type Color = readonly [red: number, green: number, blue: number]

/** What the samples of B rays of S samples each are made of, the nearest first. */
export interface RaySamples {
  /** S. */
  readonly samples: number
  /** σ ≥ 0 per unit of length, [B, S]. */
  readonly densities: Float64Array
  /** δ ≥ 0, the length that each sample stands for, [B, S]. */
  readonly lengths: Float64Array
  /** c, [B, S, 3]. */
  readonly colors: Float64Array
  readonly background: Color
}

/** What is computed on the way, and needed again by the gradient: both [B, S]. */
export interface RayPassage {
  /** w_i, the share of the sample's color that arrives. */
  readonly weights: Float64Array
  /** T_(i+1), the share of light from behind sample i that arrives. */
  readonly passed: Float64Array
}

/** Number of rays. */
function check(where: string, { samples, densities, lengths, colors }: RaySamples, { weights, passed }: RayPassage,
  name: string, out: ArrayLike<number>): number
{
  const rays = densities.length / checkSize(where, 'samples', samples, 1)
  if (!Number.isInteger(rays)) {
    throw new RangeError(`${where}: densities must have a multiple of ${samples} elements, got ${densities.length}`)
  }
  checkLength(where, 'lengths', lengths, densities.length)
  checkLength(where, 'colors', colors, 3 * densities.length)
  checkLength(where, 'weights', weights, densities.length)
  checkLength(where, 'passed', passed, densities.length)
  checkLength(where, name, out, 3 * rays)
  return rays
}

/**
 * C = Σ_i w_i c_i + T_(S+1)·background with w_i = T_i·(1 − e^(−σ_i δ_i)), T_i = exp(−Σ_(j<i) σ_j δ_j).
 * Equation: Max 1995, “Optical models for direct volume rendering”; Mildenhall et al. 2020, equation 3.
 * Shapes: out [B, 3]. Order: optical depths and colors with i ascending, the background last, each color rounded to the
 * type of `out` once. Throws: RangeError for lengths that do not fit.
 * Why the exponential of a sum, not a product of factors 1 − α_i: a factor of a thin sample is 1 less what rounding
 * leaves of it, and its log with it; 1 − e^(−x) is −expm1(−x), which keeps the digits of a small x.
 */
export function compositeInto<T extends Float32Array | Float64Array>(out: T, passage: RayPassage, rays: RaySamples): T {
  const count = check('compositeInto', rays, passage, 'out', out)
  const { samples, densities, lengths, colors, background } = rays
  const { weights, passed } = passage
  for (let ray = 0; ray < count; ray++) {
    let depth = 0, before = 1
    let red = 0, green = 0, blue = 0
    for (let at = ray * samples; at < (ray + 1) * samples; at++) {
      const own = densities[at] * lengths[at]
      const weight = -before * expm1(-own)
      depth += own
      before = exp(-depth)
      weights[at] = weight
      passed[at] = before
      red += weight * colors[3 * at]
      green += weight * colors[3 * at + 1]
      blue += weight * colors[3 * at + 2]
    }
    out[3 * ray] = red + before * background[0]
    out[3 * ray + 1] = green + before * background[1]
    out[3 * ray + 2] = blue + before * background[2]
  }
  return out
}

/**
 * dσ_i = δ_i·(T_(i+1) (g·c_i) − Σ_(j>i) w_j (g·c_j) − T_(S+1) (g·background)), g = ∂𝓛/∂C: the gradient of
 * `compositeInto`, whose passage must be at hand; dc_i = w_i g needs no more. Shapes: out [B, S], g [B, 3].
 * Order: a scalar product from red to blue, the sum with j descending from the background on.
 * Throws: RangeError for lengths that do not fit.
 */
export function compositeDensityGradientInto(out: Float64Array, g: Float32Array | Float64Array, passage: RayPassage,
  rays: RaySamples): Float64Array
{
  const count = check('compositeDensityGradientInto', rays, passage, 'g', g)
  const { samples, densities, lengths, colors, background } = rays
  checkLength('compositeDensityGradientInto', 'out', out, densities.length)
  const { weights, passed } = passage
  for (let ray = 0; ray < count; ray++) {
    const red = g[3 * ray], green = g[3 * ray + 1], blue = g[3 * ray + 2]
    const last = (ray + 1) * samples - 1
    let behind = passed[last] * (red * background[0] + green * background[1] + blue * background[2])
    for (let at = last; at >= ray * samples; at--) {
      const own = red * colors[3 * at] + green * colors[3 * at + 1] + blue * colors[3 * at + 2]
      out[at] = lengths[at] * (passed[at] * own - behind)
      behind += weights[at] * own
    }
  }
  return out
}
