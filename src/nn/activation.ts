// Element-wise non-linearities h = g(a). Each is one row of a table: its value, and its derivative in terms of the
// quantity that is cheapest to keep (the output for tanh and sigmoid, the input for the others).

import { blockedKernels, erf, exp, show, sigmoidInto, tanhInto, type Kernels, type Tensor } from '../tensor/index.ts'
import type { Layer } from './layer.ts'
import { allocateTensor, planned, required } from './planned.ts'

/** An element-wise function and its derivative as array kernels. Aliasing: out may be any of the arguments. */
export interface ActivationFunction {
  /** h := g(a), each element computed in float64 and rounded once. */
  readonly apply: (h: Float32Array, a: Float32Array) => void
  /** da := dh ⊙ g′(a), with h = g(a) at hand; each element computed in float64 and rounded once. */
  readonly derive: (da: Float32Array, dh: Float32Array, a: Float32Array, h: Float32Array) => void
}

/** Names of the activation functions. */
export type ActivationName = 'linear' | 'tanh' | 'relu' | 'leaky-relu' | 'sigmoid' | 'erf'

const SQRT_HALF = Math.sqrt(0.5)
const SQRT_TWO_OVER_PI = Math.sqrt(2 / 3.141592653589793)

/** Slope of leaky relu below zero, as a float32 so that one product is exact in float64. */
export const LEAKY_SLOPE: number = Math.fround(0.01)

/** The table: name → g and g′. */
export const ACTIVATIONS: Readonly<Record<ActivationName, ActivationFunction>> = {
  /** g(a) = a, g′ = 1. */
  linear: {
    apply: (h, a) => h.set(a),
    derive: (da, dh) => da.set(dh),
  },
  /** g(a) = tanh a, g′ = 1 − h². */
  tanh: {
    apply: (h, a) => tanhInto(h, a),
    derive(da, dh, _a, h) {
      for (let i = 0; i < da.length; i++) da[i] = dh[i] * (1 - h[i] * h[i])
    },
  },
  /** g(a) = max(a, 0) with −0 ↦ +0 and NaN ↦ NaN, g′ = [a > 0]; by integer views, because a mispredicted branch costs 5 to 7 ns per element. */
  relu: {
    apply(h, a) {
      const bits = new Int32Array(a.buffer, a.byteOffset, a.length)
      const out = new Int32Array(h.buffer, h.byteOffset, h.length)
      // bits >> 31 is −1 for a negative a and 0 otherwise; the second mask is −1 for a NaN of either sign, which engines
      // make differently (∞ − ∞ is negative on x86 hardware, positive in some interpreters) and which must survive.
      for (let i = 0; i < out.length; i++) {
        out[i] = bits[i] & (~(bits[i] >> 31) | (0x7f800000 - (bits[i] & 0x7fffffff) >> 31))
      }
    },
    derive(da, dh, _a, h) {
      const bits = new Int32Array(h.buffer, h.byteOffset, h.length)
      const from = new Int32Array(dh.buffer, dh.byteOffset, dh.length)
      const out = new Int32Array(da.buffer, da.byteOffset, da.length)
      // Without the sign, −bits is negative exactly where h > 0 or NaN.
      for (let i = 0; i < out.length; i++) out[i] = from[i] & (-(bits[i] & 0x7fffffff) >> 31)
    },
  },
  /** g(a) = a for a > 0, else 0.01·a; g′ = 1 or 0.01. */
  'leaky-relu': {
    apply(h, a) {
      for (let i = 0; i < h.length; i++) h[i] = Math.max(a[i], 0) + LEAKY_SLOPE * Math.min(a[i], 0)
    },
    derive(da, dh, a) {
      for (let i = 0; i < da.length; i++) da[i] = a[i] > 0 ? dh[i] : LEAKY_SLOPE * dh[i]
    },
  },
  /** g(a) = 1/(1 + e⁻ᵃ), g′ = h(1 − h). */
  sigmoid: {
    apply: (h, a) => sigmoidInto(h, a),
    derive(da, dh, _a, h) {
      for (let i = 0; i < da.length; i++) da[i] = dh[i] * (h[i] * (1 - h[i]))
    },
  },
  /** g(a) = erf(a/√2), g′ = √(2/π)·e^(−a²/2). Equation: refinetti2021 section 2.1. */
  erf: {
    apply(h, a) {
      for (let i = 0; i < h.length; i++) h[i] = erf(a[i] * SQRT_HALF)
    },
    derive(da, dh, a) {
      for (let i = 0; i < da.length; i++) da[i] = dh[i] * (SQRT_TWO_OVER_PI * exp(-0.5 * (a[i] * a[i])))
    },
  },
}

/** Options of `activation`. */
export interface ActivationOptions {
  readonly name: string
  readonly kind: ActivationName
  readonly kernels?: Kernels
}

/**
 * h = g(a), element-wise. Shapes: any, first axis the batch. Gradients: da = dh ⊙ g′(a).
 * Throws: RangeError for an unknown kind, listing the known ones.
 */
export function activation({ name, kind, kernels = blockedKernels }: ActivationOptions): Layer {
  if (!Object.hasOwn(ACTIVATIONS, kind)) {
    const known = Object.keys(ACTIVATIONS).join(', ')
    throw new RangeError(`activation: kind must be one of ${known}, got ${show(kind)}`)
  }
  const { apply, derive } = ACTIVATIONS[kind]
  let shape: readonly number[] = []
  const plan = () => planned((batch) => ({
    output: allocateTensor(kernels, [batch, ...shape.slice(1)]),
    inputGradient: allocateTensor(kernels, [batch, ...shape.slice(1)]),
  }))
  let buffers = plan()
  let input: Tensor | undefined
  return {
    name,
    parameters: [],
    children: [],
    usesOutputGradient: true,
    outputShape: (inputShape) => inputShape,
    forward(a) {
      // A new sample shape makes every earlier plan useless; a new batch size does not.
      if (a.shape.length !== shape.length || a.shape.some((size, axis) => axis > 0 && size !== shape[axis])) {
        shape = a.shape
        buffers = plan()
      }
      input = a
      const { output } = buffers(a.shape[0])
      apply(output.data, a.data)
      return output
    },
    backward(outputGradient, wantInput) {
      if (input === undefined) throw new Error(`${name}.backward: forward must come first`)
      if (!wantInput) return undefined
      const { output, inputGradient } = buffers(input.shape[0])
      derive(inputGradient.data, required(name, outputGradient, input.shape).data, input.data, output.data)
      return inputGradient
    },
  }
}
