// Neurons that learn the powers of a product over fields.

import { blockedKernels, checkSize, expm1, type Kernels, log1p, show, type Tensor } from '../tensor/index.ts'
import { type Dense, dense } from './dense.ts'
import type { Layer } from './layer.ts'
import { planned, required } from './planned.ts'

/** Options of `logarithmicNeurons`. */
export interface LogarithmicNeuronsOptions {
  readonly name: string
  /** F. */
  readonly fields: number
  /** J. */
  readonly neurons: number
  readonly kernels?: Kernels
}

/** Logarithmic neurons; their exponents are the weights of a dense layer over fields, its child to learning rules. */
export interface LogarithmicNeurons extends Layer {
  /** W [J, F]. */
  readonly exponents: Dense
}

/**
 * y[b, c·J + j] = Π_f (1 + |v[b, f, c]|)^(W_jf) − 1 = expm1(Σ_f W_jf·log1p|v[b, f, c]|).
 * Equation: Cheng, Shen & Huang 2020, equation 5, with 1 + |v| in the place of v and less 1: the guard of the code that
 *   launay2020 trains. No logarithm of a number near 0, and fields of zeros give 0.
 * Shapes: v [B, F, C], y [B, C·J]. Kink at v = 0, where the derivative is taken as 0.
 * Gradients: dz = dy·(1 + y), with z the exponent; dW as `dense`; dv = sign(v)/(1 + |v|)·Σ_j W_jf dz_j.
 * Order: log1p rounded, z as `dense`, y and dz rounded once from float64. Cost: 2·B·C·F·J flops, twice that backward.
 * Memory: y, dz, two arrays like v in another order, dv. Throws: RangeError for sizes below 1 and other shapes.
 */
export function logarithmicNeurons(options: LogarithmicNeuronsOptions): LogarithmicNeurons {
  const { name, fields, neurons, kernels = blockedKernels } = options
  const where = `logarithmicNeurons ${name}`
  checkSize(where, 'fields', fields, 1)
  checkSize(where, 'neurons', neurons, 1)
  const exponents = dense({ name: `${name}/exponents`, inputs: fields, outputs: neurons, bias: false, kernels })
  const buffers = planned(where, kernels, (shape, space) => ({
    /** [B·C, F]: one row per product. */
    logarithms: space.tensor([shape[0] * shape[2], fields]),
    output: space.tensor([shape[0], shape[2] * neurons]),
    dExponents: space.tensor([shape[0] * shape[2], neurons]),
    inputGradient: space.tensor(shape),
  }))
  let input: Tensor | undefined
  const outputShape = (shape: readonly number[]): readonly number[] => {
    if (shape.length === 3 && shape[1] === fields) return [shape[0], shape[2] * neurons]
    throw new RangeError(`${where}: input must have shape [B, ${fields}, C], got ${show(shape)}`)
  }
  return {
    name,
    exponents,
    parameters: [],
    children: [exponents],
    usesOutputGradient: true,
    outputShape,
    forward(v) {
      outputShape(v.shape)
      const { logarithms, output } = buffers(v)
      input = v
      const features = v.shape[2]
      let at = 0
      for (let b = 0; b < v.shape[0]; b++) {
        for (let f = 0; f < fields; f++) {
          for (let c = 0; c < features; c++, at++) {
            logarithms.data[(b * features + c) * fields + f] = log1p(Math.abs(v.data[at]))
          }
        }
      }
      const z = exponents.forward(logarithms).data
      for (let i = 0; i < z.length; i++) output.data[i] = expm1(z[i])
      return output
    },
    backward(outputGradient, wantInput) {
      if (input === undefined) throw new Error(`${name}.backward: forward must come first`)
      const { logarithms, output, dExponents, inputGradient } = buffers(input)
      const dy = required(name, outputGradient, output.shape).data
      for (let i = 0; i < dy.length; i++) dExponents.data[i] = dy[i] * (1 + output.data[i])
      const down = exponents.backward(dExponents, wantInput)
      if (!wantInput) return undefined
      const through = required(exponents.name, down, logarithms.shape).data
      const batch = input.shape[0], features = input.shape[2]
      let at = 0
      for (let b = 0; b < batch; b++) {
        for (let f = 0; f < fields; f++) {
          for (let c = 0; c < features; c++, at++) {
            const v = input.data[at]
            inputGradient.data[at] = Math.sign(v) * through[(b * features + c) * fields + f] / (1 + Math.abs(v))
          }
        }
      }
      return inputGradient
    },
  }
}
