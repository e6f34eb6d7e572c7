// Configurations without what later versions added: their text stays the same when an option comes that nobody asked for.

import { TRAINING_OPTIONS, type TrainingConfiguration } from './configuration.ts'

/** Options of the first version: always there, so that a default that changes makes another configuration. */
export const ALWAYS = ['dataset', 'training-samples', 'validation-samples', 'standardize', 'model', 'hidden',
  'activation', 'no-bias', 'initialization', 'initial-scale', 'rule', 'feedback', 'feedback-maps',
  'feedback-normalization', 'feedback-sharing', 'feedback-seed', 'feedback-connections', 'feedback-rank', 'decay',
  'loss', 'reduction', 'optimizer', 'rate', 'momentum', 'weight-decay', 'schedule', 'milestones', 'warm-up',
  'clip-norm', 'clip-value', 'constrain-weights', 'batch', 'epochs', 'seed',
  'accumulation'] as const satisfies readonly (keyof TrainingConfiguration)[]

type Later = Exclude<keyof TrainingConfiguration, typeof ALWAYS[number]>

/**
 * Later options, each with the value that does what was done before it came, or that it came with. They are no defaults:
 * a default may change, these never do. A new option gets its line here.
 */
const NEUTRAL: Readonly<Record<Later, TrainingConfiguration[Later]>> = {
  'leaky-slope': 0.01,
  'pre-align': false,
  'hidden-reduction': 'as-loss',
  width: 16,
  depth: 3,
  blocks: 3,
  heads: 4,
  context: 32,
  points: 'per-block',
  tap: 'decoder',
  'embedding-point': false,
  side: 24,
  frequencies: 5,
  'ray-samples': 20,
  embedding: 6,
  'taught-embeddings': 'yes',
  dropout: 0,
  'input-dropout': 0,
  'attention-dropout': 0,
  'weight-decay-on': 'all',
  features: 'normalized',
  nodes: 'public',
  'feedback-exponent': 0,
  decayed: 'all',
  'decay-times-rate': false,
  'mirror-rate': 0.02,
  'mirror-samples': 64,
  'mirror-first': 0,
  'frozen-layers': '',
  'masked-layer': '',
  'masked-share': 0.1,
}

/** A configuration in short form. */
export type ShortConfiguration = Pick<TrainingConfiguration, typeof ALWAYS[number]> & Partial<TrainingConfiguration>

/** Leaves out later options at their neutral values. */
export function shortened(configuration: TrainingConfiguration): ShortConfiguration {
  const isNeutral = ([name, value]: [string, unknown]): boolean =>
    Object.hasOwn(NEUTRAL, name) && JSON.stringify(value) === JSON.stringify(NEUTRAL[name as Later])
  return Object.fromEntries(
    Object.entries(configuration).filter((entry) => !isNeutral(entry)),
  ) as unknown as ShortConfiguration
}

/** The whole configuration that was shortened, options in the order of `train`. */
export function lengthened(short: ShortConfiguration): TrainingConfiguration {
  const whole: Readonly<Record<string, unknown>> = { ...NEUTRAL, ...short }
  return Object.fromEntries(
    Object.keys(TRAINING_OPTIONS).map((name) => [name, whole[name]]),
  ) as unknown as TrainingConfiguration
}
