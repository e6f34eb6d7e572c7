// A learning rule is a transport (what carries an error back through one weight matrix) plus a delivery (what leaves a
// feedback point downwards). Everything else about training is common to all rules.

import type { Tensor } from '../../tensor/index.ts'
import { isDense, walk, type Dense, type Layer } from '../../nn/index.ts'
import { isErrorTap, type ErrorTap } from '../error-tap.ts'
import { isFeedbackPoint, passOn, type FeedbackPoint } from '../feedback-point.ts'

/** The parts of a network that rules act on, in forward order. */
export interface NetworkParts {
  readonly points: readonly FeedbackPoint[]
  readonly dense: readonly Dense[]
  /** Undefined when the network has none. */
  readonly tap: ErrorTap | undefined
  /** K, the width of the last dense layer and so of the error. */
  readonly outputs: number
}

/** How the error reaches the layers. */
export interface LearningRule {
  readonly name: string
  /** Sets the deliveries and transports of a network; called once, on a network without a rule. */
  readonly install: (parts: NetworkParts) => void
}

/**
 * Finds points, dense layers and tap. Throws: Error when there is no dense layer, more than one tap, a tap below a point, or
 * two layers of one name (names are the keys of random streams and checkpoints).
 */
export function partsOf(network: Layer): NetworkParts {
  const layers = walk(network)
  const dense = layers.filter(isDense)
  const taps = layers.filter(isErrorTap)
  if (dense.length === 0) throw new Error(`partsOf: network must hold a dense layer, got none in ${network.name}`)
  if (taps.length > 1) throw new Error(`partsOf: network must hold at most one error tap, got ${taps.length}`)
  const names = new Set<string>()
  for (const { name } of layers) {
    if (names.has(name)) throw new Error(`partsOf: layers must have names of their own, got two of "${name}"`)
    names.add(name)
  }
  if (taps.length === 1) {
    const above = layers.slice(layers.indexOf(taps[0])).find(isFeedbackPoint)
    if (above !== undefined) throw new Error(`partsOf: the error tap must lie above every feedback point, got ${above.name} above it`)
  }
  return { points: layers.filter(isFeedbackPoint), dense, tap: taps[0], outputs: dense[dense.length - 1].outputs }
}

/** Takes any earlier rule out of a network and installs this one. */
export function installRule(network: Layer, rule: LearningRule): void {
  const parts = partsOf(network)
  for (const point of parts.points) {
    point.delivery = passOn
    point.transparent = false
  }
  for (const layer of parts.dense) layer.transport = undefined
  rule.install(parts)
}

/** The error of this backward pass. Throws: Error when the network has no tap or it has not been passed yet. */
export function errorAt(tap: ErrorTap | undefined, rule: string): Tensor {
  if (tap === undefined) throw new Error(`${rule}: network must hold an error tap above its points, got none`)
  if (tap.error === undefined) throw new Error(`${rule}: the error tap must lie above every feedback point`)
  return tap.error
}
