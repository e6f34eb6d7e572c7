// The color that a camera sees along a ray through a field of colors and densities.

import { blockedKernels, checkFinite, checkSize, choose, type Color, compositeDensityGradientInto, compositeInto, exp,
  type Kernels, log1p, philox, randomStream, type RaySamples, show, sigmoid, type Tensor } from '../tensor/index.ts'
import type { Layer } from './layer.ts'
import type { ModalLayer } from './mode.ts'
import type { NamedArray } from './named-array.ts'
import { planned, required } from './planned.ts'
import type { StatefulLayer } from './state.ts'

/** How the fourth number of a sample becomes a density. */
export type DensityKind = 'softplus' | 'relu'

/**
 * Densities of the raw numbers, in float64, and the gradient through them. Whole arrays, so that the engine can inline the
 * functions into the loop: a number that a call returns would be an object.
 */
interface Density {
  /** σ := σ(a). Shapes: σ [N], a the last of raw [N, 4]. */
  readonly apply: (densities: Float64Array, raw: Float32Array) => void
  /** da := dσ·σ′(a), rounded once. Shapes: da the last of [N, 4]. */
  readonly derive: (da: Float32Array, gradient: Float64Array, raw: Float32Array) => void
}

const DENSITIES: Readonly<Record<DensityKind, Density>> = {
  /** log(1 + e^(a−1)), as max(a − 1, 0) + log(1 + e^−|a−1|), which cannot overflow. */
  softplus: {
    apply(densities, raw) {
      exponentialsInto(densities, raw)
      softplusInto(densities, raw)
    },
    derive(da, gradient, raw) {
      for (let i = 0; i < gradient.length; i++) da[4 * i + 3] = gradient[i] * sigmoid(raw[4 * i + 3] - 1)
    },
  },
  relu: {
    apply(densities, raw) {
      for (let i = 0; i < densities.length; i++) densities[i] = Math.max(raw[4 * i + 3], 0)
    },
    derive(da, gradient, raw) {
      for (let i = 0; i < gradient.length; i++) da[4 * i + 3] = raw[4 * i + 3] > 0 ? gradient[i] : 0
    },
  },
}

/** σ := e^−|a−1|. A function of its own: the engine inlines no more than so much into one. */
function exponentialsInto(densities: Float64Array, raw: Float32Array): void {
  for (let i = 0; i < densities.length; i++) densities[i] = exp(-Math.abs(raw[4 * i + 3] - 1))
}

/** σ := max(a − 1, 0) + log(1 + σ). */
function softplusInto(densities: Float64Array, raw: Float32Array): void {
  for (let i = 0; i < densities.length; i++) densities[i] = Math.max(raw[4 * i + 3] - 1, 0) + log1p(densities[i])
}

/** c := sigmoid of the first three of raw [N, 4], in float64. Shapes: c [N, 3]. */
function colorsInto(colors: Float64Array, raw: Float32Array): void {
  for (let i = 0, at = 0; at < colors.length; i += 4, at += 3) {
    for (let c = 0; c < 3; c++) colors[at + c] = sigmoid(raw[i + c])
  }
}

/** Options of `volumeRendering`. */
export interface VolumeRenderingOptions {
  readonly name: string
  /** Points [N, 3] ↦ [N, 4]: what becomes red, green, blue and density. */
  readonly field: Layer
  /** S, samples of a ray. */
  readonly samples: number
  /** Distances along the ray between which the samples lie. */
  readonly near: number
  readonly far: number
  /** softplus(a − 1) or relu(a); `softplus` unless given. */
  readonly density?: DensityKind
  /** Seen where nothing is in the way; white unless given. */
  readonly background?: Color
  /** Draws each sample anywhere in its interval while training; true unless given. */
  readonly jitter?: boolean
  readonly seed: number
  readonly kernels?: Kernels
}

/** A rendering layer with its counter. */
export interface VolumeRendering extends ModalLayer, StatefulLayer {
  /** Forward passes made in training, one number; where the next one samples is a function of it. */
  readonly steps: NamedArray<Float64Array>
}

const WHITE: Color = [1, 1, 1]
/** Keeps the places of samples apart from other draws of a stream of the same name: "Jitt". */
const JITTER = 0x4a697474

/**
 * C = Σ_i w_i·sigmoid(a_i) + T_(S+1)·background at p_i = o + t_i·d, with a_i the field's output there: red, green, blue
 * and, through softplus(a − 1) or relu, the density that makes w and T of `compositeInto`.
 * t_i = near + (i + u_i)·(far − near)/S, i = 0 … S − 1, u_i uniform in [0, 1) while training, ½ in evaluation;
 * δ_i = t_(i+1) − t_i, the last one (far − near)/S.
 * Equation: Mildenhall et al. 2020, equations 2 and 3; softplus instead of relu: Barron et al. 2021.
 * Shapes: rays [B, 6], origin o and direction d of length one (distances are counted in |d|), the field's input
 *   [B·S, 3], colors [B, 3]. Gradients: those of the field; do = Σ_i dp_i, dd = Σ_i t_i dp_i.
 * Order: t and p in float64, rounded to float32 once; colors, densities and their gradients in float64, rounded once;
 *   the two sums with i ascending.
 * Random numbers: u of element i of [B, S] in step s is word i mod 4 of Philox block (⌊i/4⌋, s) of the stream
 *   `rays/<name>` over 2³²: a function of (seed, name, s, i) alone, so that resuming at step s gives the same bits.
 * Memory: 100 bytes per sample beside the field's own. Cost: nine exponentials per sample forward, one backward.
 * Throws: RangeError, TypeError for sizes, distances and names that do not fit, and a field that is no [N, 3] ↦ [N, 4].
 * Why the last δ is no larger than the others: a softplus is nowhere zero, and a last sample that stands for 10¹⁰, as with
 *   relu densities, would hide the background from every ray.
 */
export function volumeRendering(options: VolumeRenderingOptions): VolumeRendering {
  const { name, field, samples, near, far, density = 'softplus', background = WHITE, jitter = true, seed,
    kernels = blockedKernels } = options
  const where = `volumeRendering ${name}`
  checkSize(where, 'samples', samples, 1)
  if (!(checkFinite(where, 'near', near) >= 0 && checkFinite(where, 'far', far) > near)) {
    throw new RangeError(`${where}: far must be beyond near, and near at least 0, got ${near} to ${far}`)
  }
  background.forEach((part, index) => checkFinite(where, `background[${index}]`, part))
  const { apply, derive } = choose(where, 'density', density, DENSITIES)
  const { key, hash } = randomStream(seed, `rays/${name}`)
  const block = new Uint32Array(4)
  const steps: NamedArray<Float64Array> = { name: `${name}/steps`, data: new Float64Array(1) }
  const spacing = (far - near) / samples
  const outputShape = (shape: readonly number[]): readonly number[] => {
    if (shape.length !== 2 || shape[1] !== 6) {
      throw new RangeError(`${where}: input must have shape [B, 6], got ${show(shape)}`)
    }
    const inside = field.outputShape([shape[0] * samples, 3])
    if (inside.length === 2 && inside[0] === shape[0] * samples && inside[1] === 4) return [shape[0], 3]
    throw new RangeError(`${where}: field must give [N, 4] for [N, 3], got ${show(inside)}`)
  }
  const buffers = planned(where, kernels, ([batch], space) => {
    outputShape([batch, 6])
    const count = batch * samples
    const rays: RaySamples = {
      samples,
      densities: space.float64(count),
      lengths: space.float64(count),
      colors: space.float64(3 * count),
      background,
    }
    return {
      rays,
      passage: { weights: space.float64(count), passed: space.float64(count) },
      places: space.float32(count),
      densityGradient: space.float64(count),
      points: space.tensor([count, 3]),
      rawGradient: space.tensor([count, 4]),
      output: space.tensor([batch, 3]),
      inputGradient: space.tensor([batch, 6]),
    }
  })
  const placeInto = (places: Float32Array, isMoved: boolean): void => {
    const step = isMoved ? steps.data[0]++ : 0
    for (let i = 0; i < places.length; i++) {
      const word = i & 3
      if (isMoved && word === 0) philox(block, i / 4, step, hash[0], hash[1] ^ JITTER, key[0], key[1])
      const u = isMoved ? block[word] / 4294967296 : 0.5
      places[i] = near + (i % samples + u) * spacing
    }
  }
  let input: Tensor | undefined
  /** What the field gave for `input`; its own buffer. */
  let raw: Tensor | undefined
  const layer: VolumeRendering = {
    name,
    training: true,
    steps,
    state: [steps],
    parameters: [],
    children: [field],
    usesOutputGradient: true,
    outputShape,
    forward(x) {
      outputShape(x.shape)
      const { rays, passage, places, points, output } = buffers(x)
      placeInto(places, jitter && layer.training)
      const ray = x.data, p = points.data, { lengths } = rays
      for (let i = 0, at = 0; at < places.length; i += 6) {
        for (let s = 0; s < samples; s++, at++) {
          const t = places[at]
          p[3 * at] = ray[i] + t * ray[i + 3]
          p[3 * at + 1] = ray[i + 1] + t * ray[i + 4]
          p[3 * at + 2] = ray[i + 2] + t * ray[i + 5]
          // Two statements: a choice between a computed number and a captured one would make objects of both.
          if (s + 1 < samples) lengths[at] = places[at + 1] - t
          else lengths[at] = spacing
        }
      }
      input = x
      raw = field.forward(points)
      colorsInto(rays.colors, raw.data)
      apply(rays.densities, raw.data)
      compositeInto(output.data, passage, rays)
      return output
    },
    backward(outputGradient, wantInput) {
      if (input === undefined || raw === undefined) throw new Error(`${name}.backward: forward must come first`)
      const { rays, passage, places, densityGradient, points, rawGradient, output, inputGradient } = buffers(input)
      const g = required(name, outputGradient, output.shape).data
      compositeDensityGradientInto(densityGradient, g, passage, rays)
      const da = rawGradient.data
      for (let at = 0; at < places.length; at++) {
        const ray = (at - at % samples) / samples
        for (let c = 0; c < 3; c++) {
          const color = rays.colors[3 * at + c]
          da[4 * at + c] = passage.weights[at] * g[3 * ray + c] * (color * (1 - color))
        }
      }
      derive(da, densityGradient, raw.data)
      const down = field.backward(rawGradient, wantInput)
      if (!wantInput) return undefined
      const dp = required(field.name, down, points.shape).data, dx = inputGradient.data
      for (let i = 0, at = 0; i < dx.length; i += 6, at += samples) {
        for (let c = 0; c < 3; c++) {
          let origin = 0, direction = 0
          for (let s = at; s < at + samples; s++) {
            origin += dp[3 * s + c]
            direction += places[s] * dp[3 * s + c]
          }
          dx[i + c] = origin
          dx[i + 3 + c] = direction
        }
      }
      return inputGradient
    },
  }
  return layer
}
