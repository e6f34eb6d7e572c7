// The trajectories that are counted, as plain data: every name in them reaches an isolate from outside.

/** One trajectory. All strings but `name` and `what` are names that the sources resolve. */
export type Case =
  | { readonly name: string; readonly what: 'online'; readonly steps: number; readonly activation: string;
    readonly rule: string }
  | { readonly name: string; readonly what: NetworkKind; readonly steps: number; readonly tier: string;
    readonly rule: string; readonly names: Names }
  | { readonly name: string; readonly what: 'recursion'; readonly steps: number }

/** What is trained. `segments` is the perceptron, its updates segment by segment from the bottom. */
export type NetworkKind = 'perceptron' | 'segments' | 'convolutional' | 'attention'

/** What a network and its training choose by name. */
export interface Names {
  readonly activation: string
  readonly loss: string
  readonly reduction: string
  readonly optimizer: string
  readonly initialization: string
  readonly feedback: string
  readonly pooling: string
  readonly encoding: string
}

/** The names of the fourteen rules. */
export const RULE_NAMES: readonly string[] = ['backpropagation', 'feedback-alignment', 'direct-feedback-alignment',
  'indirect-feedback-alignment', 'uniform-sign-symmetry', 'batch-random-sign-symmetry', 'fixed-random-sign-symmetry',
  'kolen-pollack', 'weight-mirror', 'direct-random-target-projection', 'error-sign-direct-feedback-alignment',
  'sparse-direct-feedback-alignment', 'direct-kolen-pollack', 'frozen']

const NAMES: Names = {
  activation: 'tanh',
  loss: 'cross-entropy',
  reduction: 'mean',
  optimizer: 'sgd',
  initialization: 'uniform',
  feedback: 'gaussian',
  pooling: 'max',
  encoding: 'sinusoidal',
}

const TIERS = ['blocked', 'simd']

function network(what: NetworkKind, tier: string, rule: string, steps: number, names: Partial<Names> = {}): Case {
  return { name: `${what} ${tier} ${rule}`, what, steps, tier, rule, names: { ...NAMES, ...names } }
}

/** In the order in which they take turns; more steps than an optimizing compiler needs to make up its mind. */
export const CASES: readonly Case[] = [...['erf', 'relu', 'linear'].map((activation): Case => ({
  name: `online ${activation}`,
  what: 'online',
  steps: 4000,
  activation,
  rule: 'dfa',
})), { name: 'recursion', what: 'recursion', steps: 400 },
  ...TIERS.flatMap((
    tier,
  ) => [network('segments', tier, 'direct-feedback-alignment', 120, { activation: 'erf', loss: 'squared-error' }),
    network('convolutional', tier, 'direct-feedback-alignment', 15, { activation: 'relu', optimizer: 'momentum' }),
    network('attention', tier, 'direct-feedback-alignment', 40, { activation: 'leaky-relu', optimizer: 'adam' }),
    ...RULE_NAMES.map((rule) => network('perceptron', tier, rule, 120))]
  )]

/** What one isolate is asked: a trajectory, and the step before which it makes garbage. */
export interface Isolate {
  readonly index: number
  readonly asked: Case
  readonly burst: number
}

/** Isolate `index` of a list of cases: cases take turns, the garbage comes at another step in each round. */
export function isolateOf(cases: readonly Case[], index: number): Isolate {
  const asked = cases[index % cases.length]
  const round = Math.floor(index / cases.length)
  // Multiples of the golden section are spread evenly; compilers have made up their mind by the middle.
  return { index, asked, burst: Math.floor(round * 0.6180339887498949 % 1 * asked.steps / 2) }
}
