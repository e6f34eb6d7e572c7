// A network cut at its feedback points. Under direct rules the pieces depend on each other in the forward pass alone:
// once the error is known they can be trained in any order, or at the same time.

import { blockedKernels, choose, firstNonFinite, type Kernels, type Tensor } from '../tensor/index.ts'
import { chain, type Clipping, hasFiniteGradient, IS_MEAN, keptState, type Layer, type Loss, type Optimizer,
  type Parameter, parametersOf, planned, walk } from '../nn/index.ts'
import { type ErrorTap, isErrorTap } from './error-tap.ts'
import { type FeedbackPoint, isFeedbackPoint, passOn } from './feedback-point.ts'
import { RuleRefused, TrainingStopped } from './outcomes.ts'
import { type LearningRule, type NetworkParts, partsOf } from './rules/rule.ts'

/** A stretch of a chain: from above one feedback point up to and including the next. */
export interface Segment {
  readonly layers: readonly Layer[]
  /** The last layer, which delivers to the others; undefined for the topmost segment. */
  readonly point: FeedbackPoint | undefined
  /** In forward order; the topmost segment has those of the crown, too. */
  readonly parameters: readonly Parameter[]
  /** Gradients of all parameters below the crown; the topmost segment takes what the tap let through, others none. */
  readonly backward: (gradient: Tensor | undefined) => void
}

/** A chain as its segments. */
export interface Segmentation {
  /** From the input upwards; one more than there are points, the topmost perhaps empty. */
  readonly segments: readonly Segment[]
  /** The error tap and whatever lies above it: its backward pass is what makes e known. Identity without a tap. */
  readonly crown: Layer
  readonly tap: ErrorTap | undefined
}

/**
 * Cuts a chain (of `chain` or `mlp`) at its feedback points. The layers are those of the chain, not copies.
 * Throws: Error for a point or a tap inside another layer, and for a tap below a point.
 */
export function segmentsOf(network: Layer): Segmentation {
  const { children } = network
  const inside = children.flatMap((child) => walk(child).slice(1))
  const inner = inside.find((layer) => isFeedbackPoint(layer) || isErrorTap(layer))
  if (inner !== undefined || network.parameters.length > 0) {
    const got = inner === undefined ? `parameters in ${network.name} itself` : `${inner.name} inside another layer`
    throw new Error(`segmentsOf: points and tap must stand directly in a chain, got ${got}`)
  }
  const at = children.findIndex(isErrorTap)
  const end = at < 0 ? children.length : at
  const above = children.slice(end).find(isFeedbackPoint)
  if (above !== undefined) {
    throw new Error(`segmentsOf: the error tap must lie above every feedback point, got ${above.name} above it`)
  }
  const crown = chain(`${network.name}/crown`, children.slice(end))
  const segments: Segment[] = []
  let from = 0
  for (const [index, layer] of children.entries()) {
    if (!isFeedbackPoint(layer)) continue
    segments.push(segment(children.slice(from, index + 1), layer, []))
    from = index + 1
  }
  segments.push(segment(children.slice(from, end), undefined, parametersOf(crown)))
  return { segments, crown, tap: children.find(isErrorTap) }
}

function segment(layers: readonly Layer[], point: FeedbackPoint | undefined, crown: readonly Parameter[]): Segment {
  const stretch = chain('segment', layers)
  return {
    layers,
    point,
    parameters: [...parametersOf(stretch), ...crown],
    backward(gradient) {
      stretch.backward(gradient, false)
    },
  }
}

const HOOKS = ['beforeStep', 'beforeUpdate', 'afterStep', 'state', 'parameters'] as const
const LAYERS = ['order', 'dense', 'carriers'] as const

/**
 * Installs a rule under which a segment's gradients depend on its own parameters and activations, e, t and constants.
 * Such a rule has no hook, no state and no parameters; it asks for points, tap and K alone, so that it cannot see a
 * weight or set a transport (indirect feedback alignment, whose deliveries look direct, climbs through the weights
 * below); and its deliveries ignore the gradient from above.
 * Throws: RuleRefused naming what the rule does besides; deliveries are then as they were. What the rule throws.
 */
export function installDirect(parts: NetworkParts, rule: LearningRule): void {
  const refusal = (what: string): RuleRefused =>
    new RuleRefused(rule.name, `rule must leave segments independent of each other, got ${rule.name}, which ${what}`,
      'installDirect')
  for (const hook of HOOKS) if (rule[hook] !== undefined) throw refusal(`has ${hook}`)
  const { points, tap, outputs } = parts
  const seen = { points, tap, outputs } as NetworkParts
  for (const name of LAYERS) {
    Object.defineProperty(seen, name, {
      get: () => {
        throw refusal(`asks for layers (${name})`)
      },
    })
  }
  const before = points.map(({ delivery }) => delivery)
  try {
    for (const point of points) point.delivery = passOn
    rule.install(seen)
    const dependent = points.find(({ delivery }) => delivery.usesUpstream)
    if (dependent !== undefined) throw refusal(`uses the gradient from above at ${dependent.name}`)
  } catch (cause) {
    points.forEach((point, index) => {
      point.delivery = before[index]
    })
    throw cause
  }
  for (const point of points) point.transparent = false
}

/**
 * Backward pass and update of one segment; e must be known. `gradient` as in `Segment.backward`; `clip` must look at each
 * gradient by itself, as `clipByValue` does: a norm over all gradients would tie the segments together again.
 * Throws: TrainingStopped when a gradient is not finite; this segment is then as it was.
 */
export function updateSegment({ parameters, backward }: Segment, gradient: Tensor | undefined, optimizer: Optimizer,
  kernels: Kernels, step: number, clip?: Clipping): void
{
  backward(gradient)
  for (const parameter of parameters) {
    if (!hasFiniteGradient(parameter, kernels)) {
      throw new TrainingStopped(step, `gradient of ${parameter.name} is not finite`)
    }
  }
  clip?.(parameters)
  optimizer.step(parameters)
}

/** Options of `segmentTrainer`. */
export interface SegmentTrainerOptions {
  readonly network: Layer
  readonly rule: LearningRule
  readonly loss: Loss
  /** Makes the optimizer of one segment; called once for each. */
  readonly optimizer: () => Optimizer
  readonly kernels?: Kernels
}

/** A chain trained segment by segment. */
export interface SegmentTrainer {
  readonly segments: readonly Segment[]
  /** Steps done so far. */
  readonly steps: number
  /**
   * Forward pass and error, then each segment's backward pass and update in `order` (indices into `segments`; from the
   * top downwards unless given); returns the loss before the update.
   * Throws: RangeError for an order that is no permutation, TrainingStopped for a loss or an output that is not finite:
   * nothing has changed then. As `updateSegment`: segments that came earlier in the order have been updated by then.
   */
  readonly step: (input: Tensor, target: Tensor, order?: readonly number[]) => number
}

/**
 * One training step as independent pieces: parameters and losses have the bits of `trainer`, whatever the order.
 * No clipping and no weight norms here.
 * Throws: Error as `segmentsOf`, `partsOf` and `installDirect`; Error when an optimizer is made twice.
 */
export function segmentTrainer(options: SegmentTrainerOptions): SegmentTrainer {
  const { network, rule, loss, kernels = blockedKernels } = options
  const { segments, crown, tap } = segmentsOf(network)
  const parts = partsOf(network)
  const optimizers = segments.map(options.optimizer)
  if (new Set(optimizers).size < optimizers.length) {
    throw new Error('segmentTrainer: optimizer must make a new optimizer for each segment, got one twice')
  }
  installDirect(parts, rule)
  if (tap !== undefined) tap.isMean = choose('segmentTrainer', 'reduction of the loss', loss.reduction, IS_MEAN)
  for (const layer of parts.carriers) layer.transport = undefined
  optimizers.forEach((optimizer, index) => optimizer.prepare(segments[index].parameters))
  const top = segments.length - 1
  const downwards = segments.map((_, index) => top - index)
  const kept = keptState(network)
  const errors = planned('segmentTrainer', kernels, (shape, space) => space.tensor(shape))
  let steps = 0
  return {
    segments,
    get steps(): number {
      return steps
    },
    step(input, target, order = downwards) {
      if (order.length !== segments.length || downwards.some((index) => !order.includes(index))) {
        throw new RangeError(`segmentTrainer: order must be a permutation of 0 to ${top}, got [${order.join(', ')}]`)
      }
      if (tap !== undefined) tap.target = target
      kept.keep()
      let error: Tensor
      let value: number
      try {
        const output = network.forward(input)
        error = errors(output)
        value = loss.evaluateInto(error, output, target)
        if (!Number.isFinite(value) || firstNonFinite(output.data) >= 0) {
          throw new TrainingStopped(steps, `loss is ${value}`)
        }
      } catch (cause) {
        kept.putBack()
        throw cause
      }
      const e = crown.backward(error, true)
      for (let i = 0; i < order.length; i++) {
        updateSegment(segments[order[i]], order[i] === top ? e : undefined, optimizers[order[i]], kernels, steps)
      }
      steps++
      return value
    },
  }
}
