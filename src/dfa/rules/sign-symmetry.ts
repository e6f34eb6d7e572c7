// R = M ⊙ sign(W): what the three sign rules share.

import { blockedKernels, choose, type Kernels, normalInto, type RandomStream, uniformInto } from '../../tensor/index.ts'
import { allocateTensor } from '../../nn/index.ts'
import type { Carrier, LearningRule } from './rule.ts'
import { fanIn } from './transport.ts'

type MagnitudeKind = 'gaussian' | 'uniform'
const KINDS: Readonly<Record<MagnitudeKind, MagnitudeKind>> = { gaussian: 'gaussian', uniform: 'uniform' }

/** Options of the sign rules with random magnitudes. */
export interface SignSymmetryOptions {
  /** Distribution of M before its absolute value: N(0, 1/I), or U[−1, 1)/√I. */
  readonly kind?: MagnitudeKind
  readonly seed?: number
  readonly kernels?: Kernels
}

/** Fills the magnitudes of one layer, I terms per output. `step` is −1 at installation. */
export type Magnitudes = (out: Float32Array, layer: Carrier, step: number) => void

/** √(1/I), the deviation of the random kinds. */
export function carrierScale(layer: Carrier): number {
  return 1 / Math.sqrt(fanIn(layer))
}

/** The options with their kind checked. Throws: RangeError for kinds that would put zeros or dependence into |M|. */
export function magnitudeKind<T extends { readonly kind?: string }>(rule: string, options: T): Omit<T, 'kind'> & {
  readonly kind: MagnitudeKind
} {
  const { kind = 'gaussian' } = options
  return { ...options, kind: choose(rule, 'kind', kind as MagnitudeKind, KINDS) }
}

/** Writes draws of a stream. */
type Fill = (out: Float32Array, stream: RandomStream) => void

/** How a kind is drawn before its absolute value is taken. */
export function magnitudeFill(kind: MagnitudeKind): Fill {
  return choose('magnitudeFill', 'kind', kind, FILLS)
}

const FILLS: Readonly<Record<MagnitudeKind, Fill>> = {
  gaussian: (out, stream) => normalInto(out, stream),
  uniform: (out, stream) => uniformInto(out, stream, -1, 1),
}

/** out := |M| of this draw: number `draw` of the stream, whatever was drawn before. */
export function drawMagnitudes(out: Float32Array, stream: RandomStream, draw: number, scale: number, fill: Fill): void {
  stream.position = draw * out.length
  fill(out, stream)
  for (let i = 0; i < out.length; i++) out[i] = scale * Math.abs(out[i])
}

/**
 * dh_l = (M_{l+1} ⊙ sign W_{l+1})ᵀ da_{l+1}. R follows the signs before the forward pass, for weights set from outside,
 * and after the update, so that between steps R is that of the weights; sign 0 = 0. With `redraw`, M is drawn anew
 * before every step.
 */
export function signSymmetry(name: string, magnitudes: Magnitudes, redraw: boolean,
  kernels: Kernels = blockedKernels): LearningRule
{
  let held: readonly { readonly layer: Carrier; readonly m: Float32Array; readonly r: Float32Array }[] = []
  const resign = (): void => {
    for (let l = 0; l < held.length; l++) {
      const { layer, m, r } = held[l]
      const w = layer.weight.value.data
      for (let i = 0; i < w.length; i++) r[i] = w[i] > 0 ? m[i] : w[i] < 0 ? -m[i] : 0
    }
  }
  return {
    name,
    install({ carriers }) {
      held = carriers.slice(1).map((layer) => {
        const m = kernels.allocate(layer.weight.value.data.length)
        magnitudes(m, layer, -1)
        const transport = allocateTensor(kernels, layer.weight.value.shape)
        layer.transport = transport
        return { layer, m, r: transport.data }
      })
      resign()
    },
    beforeStep({ step }) {
      if (redraw) { for (let l = 0; l < held.length; l++) magnitudes(held[l].m, held[l].layer, step) }
      resign()
    },
    afterStep: resign,
  }
}
