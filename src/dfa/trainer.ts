// One training step, the same for every rule.

import { blockedKernels, firstNonFinite, type Kernels, type Tensor } from '../tensor/index.ts'
import { allocateTensor, parametersOf, planned, walk, type Layer, type Loss, type Optimiser, type Parameter } from '../nn/index.ts'
import { installRule, type LearningRule } from './rules/rule.ts'

/** Options of `trainer`. */
export interface TrainerOptions {
  readonly network: Layer
  readonly rule: LearningRule
  readonly loss: Loss
  readonly optimiser: Optimiser
  /** Where the error lives and what looks for values that are not finite; best the network's own. */
  readonly kernels?: Kernels
}

/** A network under a rule. */
export interface Trainer {
  readonly network: Layer
  readonly parameters: readonly Parameter[]
  /** Steps done so far. */
  readonly steps: number
  /**
   * Forward pass, error, backward pass under the rule, update; returns the loss before the update.
   * Throws: Error naming step and place when the loss, the output or a gradient is not finite; the parameters are then as
   * they were before the step. A finite gradient that overflows a parameter is found by the next step.
   */
  readonly step: (input: Tensor, target: Tensor) => number
  /** Forward pass and loss without any change. */
  readonly evaluate: (input: Tensor, target: Tensor) => { readonly loss: number; readonly output: Tensor }
}

/** Installs the rule and plans the step. Throws: what the rule throws for a network that it cannot train. */
export function trainer({ network, rule, loss, optimiser, kernels = blockedKernels }: TrainerOptions): Trainer {
  installRule(network, rule)
  const parameters = parametersOf(network)
  let outputs = 0
  const errors = planned((batch) => allocateTensor(kernels, [batch, outputs]))
  let steps = 0
  const evaluate = (input: Tensor, target: Tensor): { loss: number; output: Tensor; error: Tensor } => {
    const output = network.forward(input)
    outputs = output.shape[1]
    const error = errors(output.shape[0])
    return { loss: loss.evaluateInto(error, output, target), output, error }
  }
  return {
    network,
    parameters,
    get steps(): number {
      return steps
    },
    evaluate,
    step(input, target) {
      const { loss: value, output, error } = evaluate(input, target)
      // An output of −∞ can have a finite cross-entropy.
      if (!Number.isFinite(value) || firstNonFinite(output.data) >= 0) throw new Error(`training stopped at step ${steps}: loss is ${value}, ${blame(network, input)}`)
      network.backward(error, false)
      for (const { name, gradient } of parameters) {
        if (kernels.elementwise.firstNonFinite(gradient.data) >= 0) {
          throw new Error(`training stopped at step ${steps}: gradient of ${name} is not finite (loss ${value})`)
        }
      }
      optimiser.step(parameters)
      steps++
      return value
    },
  }
}

/** Which array of the network was first not finite, in forward order. */
function blame(network: Layer, input: Tensor): string {
  if (firstNonFinite(input.data) >= 0) return 'the input is not finite'
  for (const { name, value } of parametersOf(network)) {
    if (firstNonFinite(value.data) >= 0) return `first not finite: parameter ${name}`
  }
  let h = input
  for (const layer of walk(network).filter((inner) => inner.children.length === 0)) {
    h = layer.forward(h)
    if (firstNonFinite(h.data) >= 0) return `first not finite: output of ${layer.name}`
  }
  return 'all activations finite: the loss itself overflowed or the target is not finite'
}
