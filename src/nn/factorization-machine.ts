// All products of two fields in a time linear in the fields.

import { blockedKernels, type Kernels, show, type Tensor } from '../tensor/index.ts'
import type { Layer } from './layer.ts'
import { planned, required } from './planned.ts'

/** Options of `factorizationMachine`. */
export interface FactorizationMachineOptions {
  readonly name: string
  readonly kernels?: Kernels
}

/**
 * y = Σ_{f < g} ⟨v_f, v_g⟩ = ½ Σ_c ((Σ_f v_fc)² − Σ_f v_fc²). Equation: Rendle 2010, lemma 3.1.
 * Shapes: v [B, F, C], y [B, 1]. Gradients: dv_fc = dy·(Σ_g v_gc − v_fc).
 * Order: f ascending within c ascending, all in float64, rounded once. Cost: 4·B·F·C flops each way.
 * Memory: y, dv, and B·C float64 sums. Throws: RangeError for another number of axes.
 */
export function factorizationMachine({ name, kernels = blockedKernels }: FactorizationMachineOptions): Layer {
  const where = `factorizationMachine ${name}`
  const buffers = planned(where, kernels, (shape, space) => ({
    output: space.tensor([shape[0], 1]),
    inputGradient: space.tensor(shape),
    sums: space.float64(shape[0] * shape[2]),
  }))
  let input: Tensor | undefined
  const outputShape = (shape: readonly number[]): readonly number[] => {
    if (shape.length === 3) return [shape[0], 1]
    throw new RangeError(`${where}: input must have shape [B, F, C], got ${show(shape)}`)
  }
  return {
    name,
    parameters: [],
    children: [],
    usesOutputGradient: true,
    outputShape,
    forward(v) {
      outputShape(v.shape)
      const { output, sums } = buffers(v)
      input = v
      const batch = v.shape[0], fields = v.shape[1], features = v.shape[2]
      for (let b = 0; b < batch; b++) {
        let twice = 0
        for (let c = 0; c < features; c++) {
          let sum = 0, squares = 0
          for (let f = 0, at = b * fields * features + c; f < fields; f++, at += features) {
            sum += v.data[at]
            squares += v.data[at] * v.data[at]
          }
          sums[b * features + c] = sum
          twice += sum * sum - squares
        }
        output.data[b] = 0.5 * twice
      }
      return output
    },
    backward(outputGradient, wantInput) {
      if (input === undefined) throw new Error(`${name}.backward: forward must come first`)
      const { output, inputGradient, sums } = buffers(input)
      const dy = required(name, outputGradient, output.shape).data
      if (!wantInput) return undefined
      const batch = input.shape[0], fields = input.shape[1], features = input.shape[2]
      let at = 0
      for (let b = 0; b < batch; b++) {
        for (let f = 0; f < fields; f++) {
          for (let c = 0; c < features; c++, at++) {
            inputGradient.data[at] = dy[b] * (sums[b * features + c] - input.data[at])
          }
        }
      }
      return inputGradient
    },
  }
}
