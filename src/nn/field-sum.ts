// What each field adds to a score.

import { blockedKernels, checkSize, type Kernels, show, type Tensor } from '../tensor/index.ts'
import type { Layer, Parameter } from './layer.ts'
import { allocateTensor, planned, required } from './planned.ts'

/** Options of `fieldSum`. */
export interface FieldSumOptions {
  readonly name: string
  /** C. */
  readonly features: number
  readonly kernels?: Kernels
}

/** A sum over fields with its bias. */
export interface FieldSum extends Layer {
  readonly kind: 'field-sum'
  /** [C], zero at first and after `initialize`. */
  readonly bias: Parameter
}

/**
 * y[b, c] = β_c + Σ_f x[b, f, c]. With a `fieldEmbedding` of one feature this is logistic regression on one-hot fields.
 * Shapes: x [B, F, C], y [B, C], β [C]. Gradients: dβ = Σ_b dy, dx[b, f, ·] = dy[b, ·].
 * Order: β first, f ascending, in float64, rounded once; dβ as `sumRowsInto`. Memory: y and dx.
 * Throws: RangeError for a size below 1 and another number of features.
 */
export function fieldSum({ name, features, kernels = blockedKernels }: FieldSumOptions): FieldSum {
  const where = `fieldSum ${name}`
  checkSize(where, 'features', features, 1)
  const bias: Parameter = {
    name: `${name}/bias`,
    value: allocateTensor(kernels, [features]),
    gradient: allocateTensor(kernels, [features]),
  }
  const buffers = planned(where, kernels,
    (shape, space) => ({ output: space.tensor([shape[0], features]), inputGradient: space.tensor(shape) }))
  let input: Tensor | undefined
  const outputShape = (shape: readonly number[]): readonly number[] => {
    if (shape.length === 3 && shape[2] === features) return [shape[0], features]
    throw new RangeError(`${where}: input must have shape [B, F, ${features}], got ${show(shape)}`)
  }
  return {
    kind: 'field-sum',
    name,
    bias,
    parameters: [bias],
    children: [],
    usesOutputGradient: true,
    outputShape,
    forward(x) {
      outputShape(x.shape)
      const { output } = buffers(x)
      input = x
      const size = x.shape[1] * features
      for (let at = 0; at < output.data.length; at++) {
        const c = at % features, from = (at - c) / features * size + c
        let total = bias.value.data[c]
        for (let i = from; i < from - c + size; i += features) total += x.data[i]
        output.data[at] = total
      }
      return output
    },
    backward(outputGradient, wantInput) {
      if (input === undefined) throw new Error(`${name}.backward: forward must come first`)
      const { output, inputGradient } = buffers(input)
      const dy = required(name, outputGradient, output.shape).data
      const [batch, fields] = input.shape
      kernels.elementwise.sumRowsInto(bias.gradient.data, dy, batch, features)
      if (!wantInput) return undefined
      let to = 0
      for (let b = 0; b < batch; b++) {
        for (let f = 0; f < fields; f++) {
          for (let c = 0; c < features; c++) inputGradient.data[to++] = dy[b * features + c]
        }
      }
      return inputGradient
    },
  }
}

/** True for layers made by `fieldSum`. */
export function isFieldSum(layer: Layer): layer is FieldSum {
  return (layer as Partial<FieldSum>).kind === 'field-sum'
}
