// A learning rule is a transport (what carries an error back through one weight matrix) plus a delivery (what leaves a
// feedback point downwards), and for the few that learn or redraw their feedback, hooks around the training step.
// Everything else about training is common to all rules.

import type { Tensor } from '../../tensor/index.ts'
import { type Dense, isDense, type Layer, type NamedArray, type Parameter, walk } from '../../nn/index.ts'
import { type ErrorTap, isErrorTap } from '../error-tap.ts'
import { type FeedbackPoint, isFeedbackPoint, passOn } from '../feedback-point.ts'
import { RuleRefused } from '../outcomes.ts'

/** A layer that carries errors down by its weight or, in its place, by a transport of the same shape. */
export interface Carrier extends Layer {
  readonly weight: Parameter
  transport: Tensor | undefined
  /** da of the last backward pass. */
  readonly outputGradient: Tensor | undefined
}

/** The parts of a network that rules act on, in forward order. */
export interface NetworkParts {
  /** All layers without children. */
  readonly order: readonly Layer[]
  readonly points: readonly FeedbackPoint[]
  readonly dense: readonly Dense[]
  /** Every layer with a transport, dense or not. */
  readonly carriers: readonly Carrier[]
  /** Undefined when the network has none. */
  readonly tap: ErrorTap | undefined
  /**
   * K, the width of the error: what the tap says, or that of the last dense layer below it, or of all without a tap.
   * Throws: Error when there is no such layer.
   */
  readonly outputs: number
  /** Parameters that no step changes: rules leave them alone, and what would learn their steps stays too. */
  readonly frozen: ReadonlySet<Parameter>
}

/** What a hook may look at; one record, reused. Error and target of the batch are those of `parts.tap`. */
export interface StepContext {
  readonly parts: NetworkParts
  /** Steps done before this one. */
  readonly step: number
  /** η of this step. */
  readonly rate: number
}

/** How the error reaches the layers. A rule serves one network. */
export interface LearningRule {
  readonly name: string
  /** Sets the deliveries and transports of a network; called once, on a network without a rule. */
  readonly install: (parts: NetworkParts) => void
  /** Feedback that the optimizer trains beside the network's parameters; complete once installed. */
  readonly parameters?: readonly Parameter[]
  /** Arrays that a checkpoint must hold because no seed gives them back; complete once installed. */
  readonly state?: () => readonly NamedArray[]
  /** Before the forward pass of a training step. */
  readonly beforeStep?: (context: StepContext) => void
  /** All gradients are there and finite, nothing is updated yet. */
  readonly beforeUpdate?: (context: StepContext) => void
  /** After the update, weight normalization included. */
  readonly afterStep?: (context: StepContext) => void
}

/** True for layers with a weight that a transport can stand in for. */
export function isCarrier(layer: Layer): layer is Carrier {
  return 'transport' in layer && 'weight' in layer
}

/**
 * Finds points, dense layers, carriers and tap.
 * Throws: Error when there is more than one tap, a tap below a point, or two layers of one name (names are the keys of
 * random streams and checkpoints).
 */
export function partsOf(network: Layer, frozen: ReadonlySet<Parameter> = NONE): NetworkParts {
  const layers = walk(network)
  const dense = layers.filter(isDense)
  const taps = layers.filter(isErrorTap)
  if (taps.length > 1) throw new Error(`partsOf: network must hold at most one error tap, got ${taps.length}`)
  const names = new Set<string>()
  for (const { name } of layers) {
    if (names.has(name)) throw new Error(`partsOf: layers must have names of their own, got two of "${name}"`)
    names.add(name)
  }
  if (taps.length === 1) {
    const above = layers.slice(layers.indexOf(taps[0])).find(isFeedbackPoint)
    if (above !== undefined) {
      throw new Error(`partsOf: the error tap must lie above every feedback point, got ${above.name} above it`)
    }
  }
  const carriers = layers.filter(isCarrier)
  const below = taps.length === 0 ? dense : layers.slice(0, layers.indexOf(taps[0])).filter(isDense)
  const outputs = taps[0]?.width ?? below.at(-1)?.outputs
  return {
    order: layers.filter(({ children }) => children.length === 0),
    points: layers.filter(isFeedbackPoint),
    dense,
    carriers,
    tap: taps[0],
    get outputs(): number {
      if (outputs !== undefined) return outputs
      throw new Error(`partsOf: network must hold a dense layer, got none in ${network.name}`)
    },
    frozen,
  }
}

const NONE: ReadonlySet<Parameter> = new Set()

/**
 * Takes any earlier rule out of a network and installs this one, then does what else belongs to it; returns the parts it
 * acts on. Throws: as `partsOf`, the rule and `finish`; the earlier rule is in its place then.
 */
export function installRule(network: Layer, rule: LearningRule, finish: () => void = () => {},
  frozen: ReadonlySet<Parameter> = NONE): NetworkParts
{
  const parts = partsOf(network, frozen)
  const points = parts.points.map(({ delivery, transparent }) => ({ delivery, transparent }))
  const transports = parts.carriers.map(({ transport }) => transport)
  try {
    for (const point of parts.points) Object.assign(point, { delivery: passOn, transparent: false })
    for (const layer of parts.carriers) layer.transport = undefined
    rule.install(parts)
    finish()
  } catch (cause) {
    parts.points.forEach((point, index) => Object.assign(point, points[index]))
    parts.carriers.forEach((layer, index) => {
      layer.transport = transports[index]
    })
    throw cause
  }
  return parts
}

/** The tap of a network whose rule cannot do without. Throws: RuleRefused when there is none. */
export function requireTap({ tap }: NetworkParts, rule: string): ErrorTap {
  if (tap !== undefined) return tap
  throw new RuleRefused(rule, 'network must hold an error tap, got none')
}

/** The error of this backward pass. Throws: RuleRefused when the network has no tap or it has not been passed yet. */
export function errorAt(tap: ErrorTap | undefined, rule: string): Tensor {
  if (tap === undefined) throw new RuleRefused(rule, 'network must hold an error tap above its points, got none')
  if (tap.error === undefined) throw new RuleRefused(rule, 'the error tap must lie above every feedback point')
  return tap.error
}
