// A training run as plain data, so that every owner can build its own part of the network in its own isolate.

import { type ErrorTap, errorTap, type FeedbackOptions, type FeedbackPoint, feedbackPoint, installDirect,
  type LearningRule, RULES } from '../../dfa/index.ts'
import { activation, type ActivationName, adam, type AdamOptions, adamW, crossEntropy, dense, type Initialization,
  initialize, type Layer, type Loss, type MomentumOptions, momentumSgd, type Optimizer, type Reduction, sgd,
  squaredError } from '../../nn/index.ts'
import { blockedKernels, checkSize, choose, type Kernels, show, type Tier } from '../../tensor/index.ts'
import { nearest } from '../options.ts'

/** An optimizer by name with its options; the rate is one number for all steps. */
export type OptimizerConfiguration =
  | { readonly name: 'sgd'; readonly rate: number }
  | { readonly name: 'momentum-sgd' } & Omit<MomentumOptions, Code> & { readonly rate: number }
  | { readonly name: 'adam' | 'adam-w' } & Omit<AdamOptions, Code> & { readonly rate?: number }

/** Options that no JSON can hold. */
type Code = 'kernels' | 'decays' | 'rate'

/** Everything that decides the bits of a run, and who computes what; JSON can hold it. */
export interface ParallelConfiguration {
  /** n_0, n_1, …, n_L: inputs, hidden widths, outputs; the network is that of `mlp`. */
  readonly sizes: readonly number[]
  readonly activation: ActivationName
  readonly bias?: boolean
  /** `uniform` with seed 0 and scale 1 unless given. */
  readonly initialization?: { readonly kind: Initialization; readonly seed?: number; readonly scale?: number }
  /** A direct rule by its name in `RULES`, with what it is made of. */
  readonly rule: FeedbackOptions & { readonly name: string }
  readonly optimizer: OptimizerConfiguration
  readonly loss: { readonly name: Loss['name']; readonly reduction?: Reduction }
  /** B, samples per step. */
  readonly batch: number
  /** Threads, each the owner of a stretch of the network; as many as there are processors and segments unless given. */
  readonly owners?: number
  /** The fastest tier allowed in an owner; `simd` unless given. */
  readonly tier?: Exclude<Tier, 'threads'>
  readonly accumulation?: 'float64' | 'float32'
}

/** The keys of a record, of which the compiler sees that none is missing and none is too many. */
type Keys<T> = Readonly<Record<keyof T, true>>
type OptimizerOf<Name> = Extract<OptimizerConfiguration, { readonly name: Name }>

const CONFIGURATION_KEYS: Keys<ParallelConfiguration> = {
  sizes: true,
  activation: true,
  bias: true,
  initialization: true,
  rule: true,
  optimizer: true,
  loss: true,
  batch: true,
  owners: true,
  tier: true,
  accumulation: true,
}
const INITIALIZATION_KEYS: Keys<NonNullable<ParallelConfiguration['initialization']>> = {
  kind: true,
  seed: true,
  scale: true,
}
const RULE_KEYS: Keys<ParallelConfiguration['rule']> = {
  name: true,
  kind: true,
  normalization: true,
  sharing: true,
  seed: true,
  nonZero: true,
  rank: true,
  maps: true,
  mapKernel: true,
}
const LOSS_KEYS: Keys<ParallelConfiguration['loss']> = { name: true, reduction: true }
const ADAM_KEYS: Keys<OptimizerOf<'adam' | 'adam-w'>> = {
  name: true,
  rate: true,
  beta1: true,
  beta2: true,
  epsilon: true,
  coupledDecay: true,
  decoupledDecay: true,
}
const OPTIMIZER_KEYS: { readonly [Name in OptimizerConfiguration['name']]: object } = {
  sgd: { name: true, rate: true } satisfies Keys<OptimizerOf<'sgd'>>,
  'momentum-sgd': {
    name: true,
    rate: true,
    momentum: true,
    nesterov: true,
    coupledDecay: true,
    decoupledDecay: true,
  } satisfies Keys<OptimizerOf<'momentum-sgd'>>,
  adam: ADAM_KEYS,
  'adam-w': ADAM_KEYS,
}

/** Throws: TypeError unless `record` is an object; RangeError for an unknown key, naming the nearest known one. */
function checkKeys(name: string, record: object, known: object): void {
  if (typeof record !== 'object' || record === null) {
    throw new TypeError(`layerParallel: ${name} must be an object, got ${show(record)}`)
  }
  const stray = Object.keys(record).find((key) => !Object.hasOwn(known, key))
  if (stray === undefined) return
  const keys = Object.keys(known), near = nearest(stray, keys)
  throw near === undefined
    ? new RangeError(`layerParallel: ${name} must have known keys only (${keys.join(', ')}), got ${show(stray)}`)
    : new RangeError(`layerParallel: ${name} must have known keys only, got ${show(stray)}; did you mean ${near}?`)
}

/** Name → maker. */
const OPTIMIZERS = {
  sgd: ({ rate }: { readonly rate: number }, kernels: Kernels) => sgd(rate, kernels),
  'momentum-sgd': (options: { readonly rate: number }, kernels: Kernels) => momentumSgd({ ...options, kernels }),
  adam: (options: object, kernels: Kernels) => adam({ ...options, kernels }),
  'adam-w': (options: object, kernels: Kernels) => adamW({ ...options, kernels }),
} as const

/** A new optimizer. Throws: RangeError for an unknown name; what the optimizer throws. */
export function optimizerOf({ optimizer }: ParallelConfiguration, kernels: Kernels): Optimizer {
  const makers: Readonly<Record<string, unknown>> = OPTIMIZERS
  const make = choose('layerParallel', 'optimizer', optimizer.name, makers)
  return (make as (options: OptimizerConfiguration, kernels: Kernels) => Optimizer)(optimizer, kernels)
}

const LOSSES: Readonly<Record<Loss['name'], (reduction: Reduction | undefined, kernels: Kernels) => Loss>> = {
  'squared-error': (reduction) => squaredError(reduction),
  'cross-entropy': crossEntropy,
}

/** The loss. Throws: RangeError for an unknown name. */
export function lossOf({ loss: { name, reduction } }: ParallelConfiguration, kernels: Kernels): Loss {
  return choose('layerParallel', 'loss', name, LOSSES)(reduction, kernels)
}

/** The rule. Throws: RangeError for an unknown name; what the rule throws. */
export function ruleOf({ rule }: ParallelConfiguration, kernels: Kernels): LearningRule {
  return choose('layerParallel', 'rule', rule.name, RULES)({ ...rule, kernels })
}

/** Sets the weights of a layer or of a whole network: each by a stream of its name, so that both give the same. */
export function initializeAs(network: Layer, { initialization = { kind: 'uniform' } }: ParallelConfiguration): void {
  const { kind, seed = 0, scale = 1 } = initialization
  initialize(network, kind, seed, scale)
}

/** Segments of the network: one per weight matrix. */
export function segmentCount({ sizes }: ParallelConfiguration): number {
  return sizes.length - 1
}

/**
 * Layers of segments `from` to `to` − 1 (from 0), with the names, and so the initial weights, that `mlp` gives them;
 * `points` are those of the whole network.
 */
export function layersOf(
  configuration: ParallelConfiguration,
  from: number,
  to: number,
  points: readonly FeedbackPoint[],
  tap: ErrorTap,
  kernels: Kernels,
): readonly Layer[] {
  const { sizes, activation: kind, bias = true } = configuration
  const layers: Layer[] = []
  for (let l = from + 1; l <= to; l++) {
    const layer = dense({ name: `dense${l}`, inputs: sizes[l - 1], outputs: sizes[l], bias, kernels })
    initializeAs(layer, configuration)
    layers.push(layer)
    if (l === segmentCount(configuration)) return [...layers, tap]
    if (kind !== 'linear') layers.push(activation({ name: `activation${l}`, kind, kernels }))
    layers.push(points[l - 1])
  }
  return layers
}

/**
 * All points of the network with the rule's deliveries: feedback that is drawn for all of them together (shared, scaled
 * by the widest) is then that of the whole network in every owner.
 * Throws: Error for a rule under which segments depend on each other.
 */
export function pointsOf(
  configuration: ParallelConfiguration,
  tap: ErrorTap,
  kernels: Kernels,
): readonly FeedbackPoint[] {
  const { sizes } = configuration
  const points = sizes.slice(1, -1).map((size, index) => feedbackPoint(`point${index + 1}`, size, kernels))
  const parts = { order: [], points, dense: [], carriers: [], tap, outputs: sizes[sizes.length - 1] }
  installDirect(parts, ruleOf(configuration, kernels))
  return points
}

/** Throws: RangeError, TypeError, Error for what no owner could build, before any is started. */
export function checkConfiguration(configuration: ParallelConfiguration): void {
  checkKeys('configuration', configuration, CONFIGURATION_KEYS)
  const { sizes, batch, initialization, rule, optimizer, loss, owners = 1 } = configuration
  if (!Array.isArray(sizes)) throw new TypeError(`layerParallel: sizes must be an array, got ${show(sizes)}`)
  if (initialization !== undefined) checkKeys('initialization', initialization, INITIALIZATION_KEYS)
  checkKeys('rule', rule, RULE_KEYS)
  checkKeys('loss', loss, LOSS_KEYS)
  // Nobody knows the keys of an unknown optimizer; its name is refused below.
  const named = Object.hasOwn(OPTIMIZER_KEYS, optimizer?.name)
  checkKeys('optimizer', optimizer, named ? OPTIMIZER_KEYS[optimizer.name] : optimizer)
  const segments = segmentCount(configuration)
  if (segments < 1) {
    throw new RangeError(`layerParallel: sizes must hold at least inputs and outputs, got ${show(sizes)}`)
  }
  sizes.forEach((size, index) => checkSize('layerParallel', `sizes[${index}]`, size, 1))
  checkSize('layerParallel', 'batch', batch, 1)
  if (checkSize('layerParallel', 'owners', owners, 1) > segments) {
    throw new RangeError(`layerParallel: owners must be at most ${segments}, one per segment, got ${owners}`)
  }
  // Options that only a layer, an optimizer, a loss or the rule can judge.
  initializeAs(dense({ name: 'sample', inputs: 1, outputs: 1 }), configuration)
  activation({ name: 'sample', kind: configuration.activation })
  optimizerOf(configuration, blockedKernels)
  lossOf(configuration, blockedKernels)
  pointsOf(configuration, errorTap('tap'), blockedKernels)
}
