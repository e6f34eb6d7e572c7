// One training step, the same for every rule.

import { blockedKernels, choose, firstNonFinite, type Kernels, show, type Tensor } from '../tensor/index.ts'
import { type Clipping, hasFiniteGradient, inMode, IS_MEAN, isConcatenation, isSumOfBranches, keptState, type Layer,
  type Loss, type NamedArray, type Optimizer, type Parameter, parametersOf, planned, type Reduction, restoreArrays,
  scaleGradient, stateOf, walk } from '../nn/index.ts'
import { isFeedbackPoint } from './feedback-point.ts'
import { TrainingStopped } from './outcomes.ts'
import { installRule, type LearningRule } from './rules/rule.ts'
import type { UpdateMask } from './update-mask.ts'
import { weightNorms } from './weight-norms.ts'

/** What a step shows of itself; one record, reused. */
export interface Observation {
  readonly network: Layer
  /** Steps done before this one. */
  readonly step: number
  /** Loss before the update. */
  readonly loss: number
  /** e = ∂𝓛/∂output of this step, [B, K]; valid until the next step. */
  readonly error: Tensor
}

/** Options of `trainer`. */
export interface TrainerOptions {
  readonly network: Layer
  readonly rule: LearningRule
  readonly loss: Loss
  readonly optimizer: Optimizer
  /** Where the error lives and what looks for values that are not finite; best the network's own. */
  readonly kernels?: Kernels
  /** Bounds the gradients of the network's parameters before the update. */
  readonly clip?: Clipping
  /**
   * After each update W ← W·|W₀|/|W| in every layer that carries and is not frozen, see `weightNorms`; false
   * unless given.
   */
  readonly constrainWeights?: boolean
  /**
   * Over the samples of a batch, for the parameters below the last feedback point; that of the loss unless given. With a
   * mean loss and `sum` their gradients are B times what they would be: theory (8.4).
   */
  readonly hiddenReduction?: Reduction
  /**
   * Layers whose parameters no step changes: clipping, optimizer and weight norms are not given them, no rule lets them
   * decay, and a transport that would learn the steps of a frozen weight stays as it was drawn.
   */
  readonly frozen?: readonly Layer[]
  /** As `sparseUpdateMask` makes them; weight norms are constrained afterwards. */
  readonly masks?: readonly UpdateMask[]
  /**
   * Called at each step when all gradients are there and finite, before anything is clipped or updated: the place to
   * measure, e.g. `alignmentRecord`; what `hiddenReduction` and `masks` do comes later. It may run the network backwards, with the rule's own gradients at the end.
   */
  readonly observe?: (seen: Observation) => void
}

/** A network under a rule. */
export interface Trainer {
  readonly network: Layer
  readonly parameters: readonly Parameter[]
  /** Steps done so far. */
  readonly steps: number
  /**
   * Forward pass, error, backward pass under the rule, update; returns the loss before the update.
   * Throws: TrainingStopped when the loss, the output or a gradient is not finite; the parameters and what
   * layers remember are then as they were before the step, as whenever a step throws before the update. A finite gradient that overflows a parameter is found by the next step.
   */
  readonly step: (input: Tensor, target: Tensor) => number
  /** Forward pass and loss in evaluation mode; afterwards each layer is in the mode it was in. */
  readonly evaluate: (input: Tensor, target: Tensor) => { readonly loss: number; readonly output: Tensor }
  /**
   * Takes the rule out of the network, deliveries, transports, hooks and trained feedback with it, and installs another;
   * parameters, `steps`, weight norms and what layers remember stay. A rule that had been there before begins anew.
   * What the optimizer remembers of the network's parameters (its moments) is kept, unless a new optimizer is given to
   * start from nothing; its schedule then starts, too. Feedback that the new rule trains begins with moments of zero in
   * either case, which a kept Adam, whose bias correction goes on counting, does not correct.
   * Throws: Error within a step; RangeError for an optimizer that has done steps; what rule and optimizer throw. The former rule
   * stays in place then.
   */
  readonly switchRule: (rule: LearningRule, change?: { readonly optimizer?: Optimizer }) => void
  /**
   * The arrays (no copies) that a checkpoint must hold beside parameters and `steps`: of the optimizer (`optimizer/…`),
   * of the rule (`rule/…`), of the weight norms (`norm/…`) and of the layers that remember (`layer/…`, float64); steps
   * done before the optimizer began (`switch/begun`, float64), where a change of the rule has brought a new one.
   */
  readonly state: () => readonly NamedArray[]
  /**
   * Goes on as after `steps` steps; the parameters are the caller's to restore, and the rule that was there then is the
   * caller's to install.
   * Throws: Error for arrays that do not fit, changing nothing.
   */
  readonly restore: (steps: number, state: readonly NamedArray[]) => void
}

const BEGUN = 'switch/begun'
const ZERO = new Float64Array(1)

/**
 * Installs the rule and plans the step: beforeStep of the rule, forward pass, loss, backward pass, observe, reduction,
 * masks, clipping, beforeUpdate, optimizer, weight normalization, afterStep. Rule and optimizer serve this trainer alone.
 * Throws: what the rule throws for a network that it cannot train; RangeError for an unknown reduction.
 */
export function trainer(options: TrainerOptions): Trainer {
  const { network, loss, kernels = blockedKernels, clip, constrainWeights = false, observe, masks = [],
    hiddenReduction = loss.reduction } = options
  let { rule, optimizer } = options
  const toHidden = choose('trainer', 'hiddenReduction', hiddenReduction, HIDDEN_FACTORS)[loss.reduction]
  const frozen = new Set((options.frozen ?? []).flatMap(parametersOf))
  const parts = installRule(network, rule, () => {}, frozen)
  if (parts.tap !== undefined) parts.tap.isMean = choose('trainer', 'reduction of the loss', loss.reduction, IS_MEAN)
  const parameters = parametersOf(network)
  const changed = parameters.filter((parameter) => !frozen.has(parameter))
  let trained: readonly Parameter[] = [...changed, ...rule.parameters ?? []]
  const hidden = toHidden === unscaled ? [] : hiddenParameters(network).filter((parameter) => !frozen.has(parameter))
  optimizer.prepare(trained)
  /** Steps done before the optimizer began; none unless a switch brought a new one. */
  const begun = new Float64Array(1)
  let isStepping = false
  const norms = constrainWeights ? weightNorms(parts.carriers.filter(({ weight }) => !frozen.has(weight)), kernels)
    : undefined
  const context = { parts, step: 0, rate: 0 }
  const prefixed = (prefix: string, state: readonly NamedArray[]): NamedArray[] =>
    state.map(({ name, data }) => ({ name: `${prefix}/${name}`, data }))
  const ownState =
    (): NamedArray[] => [...prefixed('rule', rule.state?.() ?? []), ...prefixed('norm', norms?.state ?? []),
      ...layerState]
  const begunState = (): NamedArray[] => (begun[0] > 0 ? [{ name: BEGUN, data: begun }] : [])
  const layerState = prefixed('layer', stateOf(network))
  const kept = keptState(network)
  const seen: { network: Layer; step: number; loss: number; error: Tensor } = {
    network,
    step: 0,
    loss: NaN,
    error: { shape: [0, 0], data: new Float32Array(0) },
  }
  const errors = planned('trainer', kernels, (shape, space) => space.tensor(shape))
  let steps = 0
  const evaluate = (input: Tensor, target: Tensor): { loss: number; output: Tensor; error: Tensor } => {
    if (parts.tap !== undefined) parts.tap.target = target
    const output = network.forward(input)
    const error = errors(output)
    return { loss: loss.evaluateInto(error, output, target), output, error }
  }
  /** Forward pass, error, backward pass, and a look at what came of them; the loss. */
  const gradients = (input: Tensor, target: Tensor): number => {
    const { loss: value, output, error } = evaluate(input, target)
    // An output of −∞ can have a finite cross-entropy.
    if (!Number.isFinite(value) || firstNonFinite(output.data) >= 0) {
      throw new TrainingStopped(steps, `loss is ${value}, ${blame(network, input)}`)
    }
    network.backward(error, false)
    // Loops of a step count: an iterator leaves an object for every turn.
    for (let i = 0; i < parameters.length; i++) {
      if (!hasFiniteGradient(parameters[i], kernels)) {
        throw new TrainingStopped(steps, `gradient of ${parameters[i].name} is not finite (loss ${value})`)
      }
    }
    if (observe !== undefined) {
      seen.step = steps
      seen.loss = value
      seen.error = error
      observe(seen)
    }
    return value
  }
  return {
    network,
    parameters,
    get steps(): number {
      return steps
    },
    evaluate(input, target) {
      const { loss: value, output } = inMode(network, false, () => evaluate(input, target))
      return { loss: value, output }
    },
    step(input, target) {
      isStepping = true
      try {
        context.step = steps
        context.rate = optimizer.rate
        norms?.record()
        rule.beforeStep?.(context)
        kept.keep()
        let value: number
        try {
          value = gradients(input, target)
          // A mean loss divides by its rows, which are tokens or nodes where the input counts something else.
          const factor = toHidden(target.shape[0])
          for (let i = 0; i < hidden.length; i++) scaleGradient(hidden[i], factor, kernels)
          for (let i = 0; i < masks.length; i++) masks[i].beforeUpdate()
          clip?.(changed)
          rule.beforeUpdate?.(context)
        } catch (cause) {
          kept.putBack()
          throw cause
        }
        optimizer.step(trained)
        for (let i = 0; i < masks.length; i++) masks[i].afterUpdate()
        norms?.constrain()
        rule.afterStep?.(context)
        steps++
        return value
      } finally {
        isStepping = false
      }
    },
    switchRule(next, { optimizer: fresh } = {}) {
      if (isStepping) throw new Error(`trainer.switchRule: step must be finished, got a call within step ${steps}`)
      if (fresh !== undefined && fresh.steps > 0) {
        throw new RangeError(`trainer.switchRule: optimizer must be new, got one after ${fresh.steps} steps`)
      }
      let together: readonly Parameter[] = []
      installRule(network, next, () => {
        together = [...changed, ...next.parameters ?? []]
        const its = fresh ?? optimizer
        its.prepare(together)
      }, frozen)
      rule = next
      trained = together
      if (fresh === undefined) return
      optimizer = fresh
      begun[0] = steps
    },
    state: () => [...prefixed('optimizer', optimizer.state()), ...ownState(), ...begunState()],
    restore(restored, state) {
      const own = ownState()
      const since = state.find(({ name }) => name === BEGUN)?.data ?? ZERO
      if (since.length !== 1 || !(Number.isInteger(since[0]) && since[0] >= 0 && since[0] <= restored)) {
        throw new Error(
          `trainer.restore: ${BEGUN} must hold one number of steps up to ${restored}, got ${show([...since])}`,
        )
      }
      const isOwn = ({ name }: NamedArray): boolean => !name.startsWith('optimizer/') && name !== BEGUN
      const others = state.filter(({ name }) => name.startsWith('optimizer/')).map(({ name, data }) => ({
        name: name.slice('optimizer/'.length),
        data,
      }))
      // Both parts are checked before either is written: the rule's own arrays into themselves first.
      restoreArrays('trainer.restore', own.map(({ name, data }) => ({ name, data: data.slice() })), state.filter(isOwn))
      optimizer.restore(restored - since[0], others)
      restoreArrays('trainer.restore', own, state.filter(isOwn))
      begun[0] = since[0]
      steps = restored
    },
  }
}

const unscaled = (): number => 1

/** By the reduction that is wanted and that of the loss: what makes the one of the other. */
const HIDDEN_FACTORS: Readonly<Record<Reduction, Readonly<Record<Reduction, (batch: number) => number>>>> = {
  mean: { mean: unscaled, sum: (batch) => 1 / batch },
  sum: { mean: (batch) => batch, sum: unscaled },
}

/** The parameters of all layers before the last feedback point. */
function hiddenParameters(network: Layer): readonly Parameter[] {
  const layers = walk(network)
  return layers.slice(0, layers.map(isFeedbackPoint).lastIndexOf(true) + 1).flatMap((layer) => layer.parameters)
}

/** Which array of the network was first not finite, in forward order. */
function blame(network: Layer, input: Tensor): string {
  if (firstNonFinite(input.data) >= 0) return 'the input is not finite'
  for (const { name, value } of parametersOf(network)) {
    if (firstNonFinite(value.data) >= 0) return `first not finite: parameter ${name}`
  }
  const layer = firstBad(network, input)
  if (layer !== undefined) return `first not finite: output of ${layer.name}`
  return 'all activations finite: the loss itself overflowed or the target is not finite'
}

/** The innermost layer whose output is first not finite, undefined when that of `layer` is finite. */
function firstBad(layer: Layer, input: Tensor): Layer | undefined {
  if (firstNonFinite(layer.forward(input).data) < 0) return undefined
  let h = input
  try {
    for (const child of layer.children) {
      const bad = firstBad(child, h)
      if (bad !== undefined) return bad
      if (!isConcatenation(layer) && !isSumOfBranches(layer)) h = child.forward(h)
    }
  } catch {
    // Children that are not one after another, as in attention, may refuse each other's outputs: the whole is named.
  }
  return layer
}
