// Layers on one input whose outputs are added.

import { blockedKernels, type Kernels, show, type Tensor } from '../tensor/index.ts'
import type { Layer } from './layer.ts'
import { planned, required } from './planned.ts'

/** Options of `sumOfBranches`. */
export interface SumOfBranchesOptions {
  readonly name: string
  /** f_1 … f_n, at least one; their outputs have one shape. */
  readonly branches: readonly Layer[]
  readonly kernels?: Kernels
}

/** Branches on one input. */
export interface SumOfBranches extends Layer {
  readonly kind: 'sum-of-branches'
}

/**
 * y = f_1(x) + … + f_n(x). Shapes: x any that every branch takes, f_i(x) and y of one shape.
 * Gradients: every branch is given dy, dx = Σ_i f_i′ᵀ dy. A feedback point inside a branch changes that branch's term
 *   alone; a branch that ends in a layer which ignores dy is given none.
 * Order: branches ascending, each sum rounded to float32, both ways. Aliasing: none.
 * Cost: that of the branches and n − 1 sums per element of y and dx. Memory: y and dx.
 * Throws: RangeError for no branch, and for outputs of different shapes.
 */
export function sumOfBranches({ name, branches, kernels = blockedKernels }: SumOfBranchesOptions): SumOfBranches {
  const where = `sumOfBranches ${name}`
  if (branches.length === 0) throw new RangeError(`${where}: branches must hold at least one layer, got none`)
  const outputShape = (inputShape: readonly number[]): readonly number[] => {
    const first = branches[0].outputShape(inputShape)
    for (const branch of branches) {
      const shape = branch.outputShape(inputShape)
      if (shape.length === first.length && shape.every((size, axis) => size === first[axis])) continue
      throw new RangeError(
        `${where}: outputs must have one shape, got ${show(first)} of ${branches[0].name} and ${
          show(shape)
        } of ${branch.name}`,
      )
    }
    return first
  }
  const buffers = planned(where, kernels,
    (shape, space) => ({ output: space.tensor(outputShape(shape)), inputGradient: space.tensor(shape) }))
  let input: Tensor | undefined
  return {
    kind: 'sum-of-branches',
    name,
    parameters: [],
    children: branches,
    get usesOutputGradient(): boolean {
      return branches.some((branch) => branch.usesOutputGradient)
    },
    outputShape,
    forward(x) {
      const { output } = buffers(x)
      input = x
      for (let i = 0; i < branches.length; i++) {
        const term = branches[i].forward(x).data
        if (i === 0) kernels.elementwise.copyInto(output.data, term)
        else kernels.elementwise.addInto(output.data, output.data, term)
      }
      return output
    },
    backward(outputGradient, wantInput) {
      if (input === undefined) throw new Error(`${name}.backward: forward must come first`)
      const { output, inputGradient } = buffers(input)
      for (let i = 0; i < branches.length; i++) {
        const branch = branches[i]
        const dy = branch.usesOutputGradient ? required(name, outputGradient, output.shape) : undefined
        const down = branch.backward(dy, wantInput)
        if (!wantInput) continue
        const dx = inputGradient.data, term = required(branch.name, down, input.shape).data
        if (i === 0) kernels.elementwise.copyInto(dx, term)
        else kernels.elementwise.addInto(dx, dx, term)
      }
      return wantInput ? inputGradient : undefined
    },
  }
}

/** True for layers made by `sumOfBranches`. */
export function isSumOfBranches(layer: Layer): layer is SumOfBranches {
  return (layer as Partial<SumOfBranches>).kind === 'sum-of-branches'
}
