// One training step, the same for every rule.

import { blockedKernels, firstNonFinite, type Kernels, type Tensor } from '../tensor/index.ts'
import {
  allocateTensor, parametersOf, planned, setTraining, restoreArrays, walk, type Clipping, type Layer, type Loss, type NamedArray,
  type Optimiser, type Parameter,
} from '../nn/index.ts'
import { installRule, type LearningRule } from './rules/rule.ts'
import { weightNorms } from './weight-norms.ts'

/** Options of `trainer`. */
export interface TrainerOptions {
  readonly network: Layer
  readonly rule: LearningRule
  readonly loss: Loss
  readonly optimiser: Optimiser
  /** Where the error lives and what looks for values that are not finite; best the network's own. */
  readonly kernels?: Kernels
  /** Bounds the gradients of the network's parameters before the update. */
  readonly clip?: Clipping
  /** After each update W ← W·|W₀|/|W| in every layer that carries, see `weightNorms`; false unless given. */
  readonly constrainWeights?: boolean
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
  /** Forward pass and loss in evaluation mode, without any change. */
  readonly evaluate: (input: Tensor, target: Tensor) => { readonly loss: number; readonly output: Tensor }
  /**
   * The arrays (no copies) that a checkpoint must hold beside parameters and `steps`: of the optimiser (`optimiser/…`),
   * of the rule (`rule/…`) and of the weight norms (`norm/…`).
   */
  readonly state: () => readonly NamedArray[]
  /**
   * Goes on as after `steps` steps; the parameters are the caller's to restore.
   * Throws: Error for arrays that do not fit, changing nothing.
   */
  readonly restore: (steps: number, state: readonly NamedArray[]) => void
}

/**
 * Installs the rule and plans the step: beforeStep of the rule, forward pass, loss, backward pass, clipping,
 * beforeUpdate, optimiser, weight normalisation, afterStep. Rule and optimiser serve this trainer alone.
 * Throws: what the rule throws for a network that it
 * cannot train.
 */
export function trainer(options: TrainerOptions): Trainer {
  const { network, rule, loss, optimiser, kernels = blockedKernels, clip, constrainWeights = false } = options
  const parts = installRule(network, rule)
  const parameters = parametersOf(network)
  const trained = [...parameters, ...rule.parameters ?? []]
  optimiser.prepare(trained)
  const norms = constrainWeights ? weightNorms(parts.carriers, kernels) : undefined
  const context = { parts, step: 0, rate: 0 }
  const prefixed = (prefix: string, state: readonly NamedArray[]): NamedArray[] =>
    state.map(({ name, data }) => ({ name: `${prefix}/${name}`, data }))
  const ownState = (): NamedArray[] =>
    [...prefixed('rule', rule.state?.() ?? []), ...prefixed('norm', norms?.state ?? [])]
  let outputs = 0
  const errors = planned((batch) => allocateTensor(kernels, [batch, outputs]))
  let steps = 0
  const evaluate = (input: Tensor, target: Tensor): { loss: number; output: Tensor; error: Tensor } => {
    if (parts.tap !== undefined) parts.tap.target = target
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
    evaluate(input, target) {
      setTraining(network, false)
      try {
        const { loss: value, output } = evaluate(input, target)
        return { loss: value, output }
      } finally {
        setTraining(network, true)
      }
    },
    step(input, target) {
      context.step = steps
      context.rate = optimiser.rate
      norms?.record()
      rule.beforeStep?.(context)
      const { loss: value, output, error } = evaluate(input, target)
      // An output of −∞ can have a finite cross-entropy.
      if (!Number.isFinite(value) || firstNonFinite(output.data) >= 0) throw new Error(`training stopped at step ${steps}: loss is ${value}, ${blame(network, input)}`)
      network.backward(error, false)
      for (const { name, gradient } of parameters) {
        if (kernels.elementwise.firstNonFinite(gradient.data) >= 0) {
          throw new Error(`training stopped at step ${steps}: gradient of ${name} is not finite (loss ${value})`)
        }
      }
      clip?.(parameters)
      rule.beforeUpdate?.(context)
      optimiser.step(trained)
      norms?.constrain()
      rule.afterStep?.(context)
      steps++
      return value
    },
    state: () => [...prefixed('optimiser', optimiser.state()), ...ownState()],
    restore(restored, state) {
      const own = ownState()
      const isOwn = ({ name }: NamedArray): boolean => !name.startsWith('optimiser/')
      const others = state.filter((array) => !isOwn(array))
        .map(({ name, data }) => ({ name: name.slice('optimiser/'.length), data }))
      // Both parts are checked before either is written: the rule's own arrays into themselves first.
      restoreArrays('trainer.restore', own.map(({ name, data }) => ({ name, data: data.slice() })), state.filter(isOwn))
      optimiser.restore(restored, others)
      restoreArrays('trainer.restore', own, state.filter(isOwn))
      steps = restored
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
