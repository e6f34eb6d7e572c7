// Coordinates as waves of rising frequency, of which a network of smooth functions can make sharp ones.

import { blockedKernels, checkSize, type Kernels, show, type Tensor } from '../tensor/index.ts'
import { sinCosInto } from '../tensor/functions/into.ts'
import type { Layer } from './layer.ts'
import { planned, required } from './planned.ts'

/** Options of `frequencyEncoding`. */
export interface FrequencyEncodingOptions {
  readonly name: string
  /** D, coordinates of a point. */
  readonly inputs: number
  /** L, octaves of waves for each coordinate; 0 leaves the coordinates alone. */
  readonly frequencies: number
  readonly kernels?: Kernels
}

/** Beyond it 2ᵏx of a coordinate of order one has no fraction left in float32. */
const MOST = 24

/**
 * y = (x, sin x, cos x, sin 2x, cos 2x, …, sin 2^(L−1)x, cos 2^(L−1)x), each for all coordinates in turn.
 * Equation: Mildenhall et al. 2020, equation 4, with x before it and without its factor π, as in their code.
 * Shapes: x [B, D], y [B, D·(2L + 1)]. Gradients: dx = dy₀ + Σ_k 2ᵏ (cos 2ᵏx·dy_sin,k − sin 2ᵏx·dy_cos,k).
 * Order: k ascending, in float64, rounded once; sines and cosines as the forward pass has rounded them.
 * Accuracy: 2ᵏx is exact, the functions are rounded once. Cost: L·D sines and as many cosines per point. Memory: y, dx and three times x.
 * Throws: RangeError, TypeError for D below 1 and L below 0 or above 24.
 */
export function frequencyEncoding(options: FrequencyEncodingOptions): Layer {
  const { name, inputs, frequencies, kernels = blockedKernels } = options
  const where = `frequencyEncoding ${name}`
  checkSize(where, 'inputs', inputs, 1)
  if (checkSize(where, 'frequencies', frequencies) > MOST) {
    throw new RangeError(`${where}: frequencies must be at most ${MOST}, got ${frequencies}`)
  }
  const outputs = inputs * (2 * frequencies + 1)
  const buffers = planned(where, kernels, ([batch], space) => ({
    /** 2ᵏx of one octave, their sines and their cosines. */
    angles: space.float32(batch * inputs),
    sines: space.float32(batch * inputs),
    cosines: space.float32(batch * inputs),
    output: space.tensor([batch, outputs]),
    inputGradient: space.tensor([batch, inputs]),
  }))
  let input: Tensor | undefined
  const outputShape = (shape: readonly number[]): readonly number[] => {
    if (shape.length === 2 && shape[1] === inputs) return [shape[0], outputs]
    throw new RangeError(`${where}: input must have shape [B, ${inputs}], got ${show(shape)}`)
  }
  return {
    name,
    parameters: [],
    children: [],
    usesOutputGradient: true,
    outputShape,
    forward(x) {
      outputShape(x.shape)
      const { angles, sines, cosines, output } = buffers(x)
      input = x
      const y = output.data
      scatterInto(y, 0, outputs, x.data, inputs)
      for (let k = 0; k < frequencies; k++) {
        kernels.elementwise.scaleInto(angles, k === 0 ? 1 : 2, k === 0 ? x.data : angles)
        sinCosInto(sines, cosines, angles)
        scatterInto(y, (2 * k + 1) * inputs, outputs, sines, inputs)
        scatterInto(y, (2 * k + 2) * inputs, outputs, cosines, inputs)
      }
      return output
    },
    backward(outputGradient, wantInput) {
      if (input === undefined) throw new Error(`${name}.backward: forward must come first`)
      if (!wantInput) return undefined
      const { output, inputGradient } = buffers(input)
      const dy = required(name, outputGradient, output.shape).data
      const y = output.data, dx = inputGradient.data
      for (let i = 0, from = 0; i < dx.length; i += inputs, from += outputs) {
        for (let d = 0; d < inputs; d++) {
          let at = from + d
          let total = dy[at]
          let factor = 1
          for (let k = 0; k < frequencies; k++, factor *= 2) {
            const sine = at + inputs
            at = sine + inputs
            total += factor * (y[at] * dy[sine] - y[sine] * dy[at])
          }
          dx[i + d] = total
        }
      }
      return inputGradient
    },
  }
}

/** Writes rows of `width` numbers into columns from `from` on, of rows of `stride`. */
function scatterInto(y: Float32Array, from: number, stride: number, x: Float32Array, width: number): void {
  for (let at = 0, to = from; at < x.length; at += width, to += stride) {
    for (let d = 0; d < width; d++) y[to + d] = x[at + d]
  }
}
