// What a training can be asked: one declaration for the command line, configuration files and experiments.

import { readText } from '../files.ts'
import { type ActivationName, ACTIVATIONS, type Initialization, type Layer, walk } from '../../nn/index.ts'
import { type FeedbackKind, type FeedbackNormalization, installRule, type LearningRule, RULES,
  spectrumPowers } from '../../dfa/index.ts'
import { FEEDBACK_DRAWS } from '../../dfa/feedback.ts'
import { layersAbovePoints } from '../../dfa/pre-alignment.ts'
import { blockedKernels, choose, identity, type Kernels, type Matrix } from '../../tensor/index.ts'
import { amount, flag, fraction, integer, nearest, type Option, positive, real, sizes, text, UsageError, type Values,
  word } from '../options.ts'
import { respellKeys } from '../spelling.ts'
import { DATASETS, SHAPES, STANDARDIZATIONS } from './datasets.ts'
import { buildModel, type ModelName, MODELS, type ModelSpec, namedModel, parseModel } from './models.ts'
import { type OptimizerName, OPTIMIZERS, type OptimizerSource } from './optimizers.ts'
import { backwardGains, defaultActivation, defaultRate } from './rule-defaults.ts'
import { RULE_ALIASES, RULE_NAMES, RULE_OPTIONS, ruleUses } from './rule-uses.ts'

const KINDS = ['zero', 'uniform', 'glorot', 'gaussian', 'normal',
  'orthogonal'] as const satisfies readonly Initialization[]
const NORMALIZATIONS = ['width', 'width-outputs', 'widest', 'backward',
  'none'] as const satisfies readonly FeedbackNormalization[]
const MAPS = ['dense', 'channel-shared', 'kernel-shaped'] as const
const SCHEDULES = ['constant', 'step', 'cosine', 'inverse-root', 'plateau'] as const

const RULE = 'direct-feedback-alignment'
const OPTIMIZER: OptimizerName = 'adam'
const HIDDEN: readonly number[] = [500]

const rule: Option<string> = {
  ...word(RULE_NAMES, RULE, `learning rule: ${RULE_NAMES.join(', ')}, or ${Object.keys(RULE_ALIASES).join(', ')}`),
  placeholder: 'NAME',
  read(given, name) {
    const asked = given.toLowerCase()
    const full = Object.hasOwn(RULE_ALIASES, asked) ? RULE_ALIASES[asked] : asked
    const found = RULE_NAMES.find((one) => one === full)
    if (found !== undefined) return found
    const near = nearest(asked, [...RULE_NAMES, ...Object.keys(RULE_ALIASES)])
    throw new UsageError(
      `--${name}: value must be one of ${RULE_NAMES.join(', ')}, got "${given}"${
        near === undefined ? '' : `; did you mean ${near}?`
      }`,
    )
  },
}

/** The options of a training, as `train` declares them and a configuration file names them. */
export const TRAINING_OPTIONS = {
  dataset: word(DATASETS, 'teacher', 'data set; teacher is generated'),
  'training-samples': integer(0, 'training samples used; 0 for all', 0),
  'validation-samples': integer(0, 'samples held out of the training files', 0),
  standardize: word(STANDARDIZATIONS, 'global', 'inputs to mean 0 and deviation 1, by the training samples'),
  model: text('NAME|JSON|FILE', 'mlp', 'mlp, lenet, cnn, or layers as JSON'),
  hidden: sizes(HIDDEN, 'widths of the mlp'),
  activation: { ...word(Object.keys(ACTIVATIONS) as ActivationName[], defaultActivation(RULE), 'activation function'),
    shown: 'relu; tanh under IFA, DRTP, sDFA' },
  'leaky-slope': amount(0.01, 'slope of leaky-relu below zero'),
  'no-bias': flag('layers without biases'),
  initialization: word(KINDS, 'uniform', 'initial weights'),
  'initial-scale': positive(1, 'factor of the initial weights'),
  'pre-align': flag('begin with weights whose exact signals agree with the feedback, by the first batch'),
  rule,
  feedback: word<FeedbackKind>(Object.keys(FEEDBACK_DRAWS) as FeedbackKind[], 'gaussian',
    'distribution of the feedback'),
  'feedback-maps': word(MAPS, 'dense', 'feedback to feature maps'),
  'feedback-normalization': word(NORMALIZATIONS, 'backward',
    'factor of direct feedback: 1/√n, 1/√(n·K), 1/√widest, by the size of backpropagated errors at the start, 1'),
  'feedback-sharing': word(['independent', 'shared'], 'independent', 'one matrix per point, or slices of one'),
  'feedback-seed': integer(0, 'seed of the feedback, apart from that of the weights', 0),
  'feedback-connections': integer(1, 'connections per unit of sparse feedback'),
  'feedback-rank': integer(1, 'rank of low-rank feedback'),
  'feedback-exponent': real(0, 'p of shaped feedback Q·(Σ_yx Σ_yxᵀ)^(p/2), Σ_yx of the training samples'),
  decay: fraction(1e-4, 'decay of the Kolen-Pollack rules'),
  decayed: word(['all', 'carrying'], 'all', 'weights that it takes from: every one, or those that carry errors'),
  'decay-times-rate': flag('that decay is multiplied by the learning rate'),
  'mirror-rate': positive(0.02, 'rate of weight mirrors'),
  'mirror-samples': integer(64, 'samples of noise in each of their phases'),
  'mirror-first': integer(0, 'their phases before the first step', 0),
  loss: word(['cross-entropy', 'squared-error', 'binary-cross-entropy'], 'cross-entropy', 'objective'),
  reduction: word(['mean', 'sum'], 'mean', 'over the samples of a batch'),
  'hidden-reduction': word(['as-loss', 'mean', 'sum'], 'as-loss', 'the same for gradients of layers below a point'),
  'frozen-layers': text('LAYERS', '', 'layers that are not trained: dense1,dense2'),
  'masked-layer': text('LAYER', '', 'layer of which a fixed random part is trained'),
  'masked-share': fraction(0.1, 'share of the masked layer that is trained'),
  optimizer: word(Object.keys(OPTIMIZERS) as OptimizerName[], OPTIMIZER, 'optimizer'),
  rate: { ...positive(defaultRate(RULE, OPTIMIZER, HIDDEN), 'learning rate'), shown: 'by rule, optimizer and widths' },
  momentum: fraction(0.9, 'of momentum and nesterov'),
  'weight-decay': amount(0, 'L2 penalty (adamw: decoupled)'),
  schedule: word(SCHEDULES, 'constant', 'learning rate over time'),
  milestones: sizes([], 'epochs at which the step schedule divides the rate by ten'),
  'warm-up': integer(1000, 'steps of growth of inverse-root'),
  'clip-norm': amount(0, 'largest norm of the whole gradient; 0 for none'),
  'clip-value': amount(0, 'largest gradient element; 0 for none'),
  'constrain-weights': flag('hold the norm of every weight at its first value'),
  batch: integer(64, 'samples per step'),
  epochs: integer(5, 'passes over the training samples'),
  seed: integer(0, 'of initial weights, batches and dropout', 0),
  accumulation: word(['float32', 'float64'], 'float32', 'of product sums'),
} as const

/** A complete configuration of one training; survives JSON. */
export type TrainingConfiguration = Values<typeof TRAINING_OPTIONS>

/** All defaults, of the default rule. */
export const DEFAULTS: TrainingConfiguration = Object.fromEntries(
  Object.entries(TRAINING_OPTIONS).map(([name, { fallback }]) => [name, fallback]),
) as TrainingConfiguration

/**
 * A configuration out of option texts (command line) over values (configuration file) over defaults.
 * Every fault is found before any is reported: unknown names, values out of range, options that the rule or the optimizer
 * has no use for, a model whose shapes do not fit.
 */
export function configure(texts: ReadonlyMap<string, string>,
  file: Readonly<Record<string, unknown>> = {}
): { readonly configuration: TrainingConfiguration; readonly faults: readonly string[] } {
  const faults: string[] = []
  const values: Record<string, unknown> = { ...DEFAULTS }
  const given = new Set<string>()
  const read = (name: string, content: string): void => {
    given.add(name)
    try {
      values[name] = (TRAINING_OPTIONS as Readonly<Record<string, Option<unknown>>>)[name].read(content, name)
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      faults.push(error.message)
    }
  }
  for (const [name, value] of Object.entries(respellKeys(file))) {
    if (!Object.hasOwn(TRAINING_OPTIONS, name)) {
      const near = nearest(name, Object.keys(TRAINING_OPTIONS))
      faults.push(`${name}: is no option of a training${near === undefined ? '' : `; did you mean ${near}?`}`)
    } else if (typeof (TRAINING_OPTIONS as Readonly<Record<string, Option<unknown>>>)[name].fallback === 'boolean') {
      if (typeof value === 'boolean') values[name] = value
      else faults.push(`--${name}: value must be true or false, got ${JSON.stringify(value)}`)
    } else if (typeof value === 'string' || typeof value === 'number' || isList(name, value)) read(name, String(value))
    else if (name === 'model' && typeof value === 'object' && value !== null) read(name, JSON.stringify(value))
    else faults.push(`--${name}: value must be text or a number, got ${JSON.stringify(value)}`)
  }
  for (const [name, content] of texts) if (Object.hasOwn(TRAINING_OPTIONS, name)) read(name, content)
  // The model travels with the configuration, not as a path that may change.
  const model = values['model'] as string
  if (!(MODELS as readonly string[]).includes(model) && !model.trimStart().startsWith('{')) {
    try {
      values['model'] = readText(model)?.trim() ?? model
    } catch (cause) {
      faults.push(`--model: ${(cause as Error).message}`)
    }
  }
  const asked = values as unknown as TrainingConfiguration
  const configuration: TrainingConfiguration = {
    ...asked,
    ...(given.has('activation') ? {} : { activation: defaultActivation(asked.rule) }),
    ...(given.has('rate') ? {}
      : { rate: defaultRate(asked.rule, asked.optimizer, asked.model === 'mlp' ? asked.hidden : []) }),
  }
  checkUse(configuration, given, faults)
  checkModel(configuration, faults)
  return { configuration, faults }
}

/** A list of plain values for an option that takes a list. */
function isList(name: string, value: unknown): boolean {
  const { fallback } = (TRAINING_OPTIONS as Readonly<Record<string, Option<unknown>>>)[name]
  return (Array.isArray(fallback)
    && Array.isArray(value)
    && value.every((one) => typeof one === 'number' || typeof one === 'string'))
}

function checkUse(c: TrainingConfiguration, given: ReadonlySet<string>, faults: string[]): void {
  const unused = (names: readonly string[], wanted: boolean, why: string): void => {
    if (wanted) return
    for (const name of names) if (given.has(name)) faults.push(`--${name}: ${why}`)
  }
  const wanted = RULE_OPTIONS.filter((name) => !ruleUses(c.rule, name) && given.has(name))
  for (const name of wanted) faults.push(`--${name}: ${c.rule} has no use for it`)
  const hasFeedback = ruleUses(c.rule, 'feedback-seed')
  if (ruleUses(c.rule, 'feedback')) {
    unused(['feedback-connections'], c.feedback === 'sparse', `only sparse feedback has connections, got ${c.feedback}`)
    unused(['feedback-exponent'], c.feedback === 'shaped', `only shaped feedback has an exponent, got ${c.feedback}`)
    unused(['feedback-rank'], c.feedback === 'low-rank', `only low-rank feedback has a rank, got ${c.feedback}`)
  }
  const { uses }: OptimizerSource = OPTIMIZERS[c.optimizer]
  unused(['momentum'], uses.includes('momentum'), `${c.optimizer} has no momentum`)
  unused(['weight-decay'], uses.includes('weight-decay'),
    `${c.optimizer} has no weight decay; use momentum with --momentum 0`)
  unused(['milestones'], c.schedule === 'step', `the ${c.schedule} schedule has no milestones`)
  if (c.schedule === 'step' && c.milestones.length === 0) {
    faults.push('--milestones: the step schedule must have at least one')
  }
  const late = c.milestones.find((epoch) => epoch >= c.epochs)
  if (c.schedule === 'step' && late !== undefined) {
    faults.push(`--milestones: values must be below the ${c.epochs} epochs, got ${late}`)
  }
  if (c.milestones.some((value, index) => index > 0 && value <= c.milestones[index - 1])) {
    faults.push(`--milestones: values must ascend, got ${c.milestones.join(',')}`)
  }
  unused(['warm-up'], c.schedule === 'inverse-root', `the ${c.schedule} schedule has no warm-up`)
  unused(['leaky-slope'], c.activation === 'leaky-relu', `${c.activation} has no slope to choose`)
  unused(['masked-share'], c['masked-layer'] !== '', 'no --masked-layer is given')
  if (c['pre-align'] && !ruleUses(c.rule, 'feedback-sharing')) {
    faults.push(`--pre-align: must have a direct rule, got ${c.rule}`)
  }
  unused(['hidden'], c.model === 'mlp', 'only the mlp has hidden widths')
  if (c.model === 'mlp' && c.hidden.length === 0 && hasFeedback) {
    faults.push(`--hidden: ${c.rule} needs at least one hidden layer`)
  }
  if (c['clip-norm'] > 0 && c['clip-value'] > 0) faults.push('--clip-value: cannot be combined with --clip-norm')
}

/** The layers of the configured model; undefined when its text is none, with the reason in `faults`. */
export function modelOf(c: TrainingConfiguration, faults: string[]): ModelSpec | undefined {
  return (MODELS as readonly string[]).includes(c.model)
    ? namedModel(c.model as ModelName, { hidden: c.hidden, classes: SHAPES[c.dataset].classes })
    : parseModel(c.model, faults)
}

/** The slope of leaky relu, where a configuration has any. */
export function slopeOf(c: TrainingConfiguration): { readonly slope?: number } {
  return c.activation === 'leaky-relu' ? { slope: c['leaky-slope'] } : {}
}

/** Layers with parameters by their names, with commas between; none for an empty text. Throws: UsageError listing those that there are. */
export function layersNamed(network: Layer, option: string, names: string): readonly Layer[] {
  const known = walk(network).filter(({ parameters }) => parameters.length > 0)
  if (names === '') return []
  return names.split(',').map((name) => name.trim()).map((wanted) => {
    const found = known.find(({ name }) => name === wanted)
    if (found !== undefined) return found
    throw new UsageError(
      `--${option}: layers must be among ${known.map(({ name }) => name).join(', ')}, got "${wanted}"`,
    )
  })
}

/** The rule of a configuration. `spectrum` is what shaped feedback takes from data; I stands for it where there are none. */
export function ruleOf(c: TrainingConfiguration, kernels: Kernels,
  spectrum: Matrix = identity(SHAPES[c.dataset].classes)): LearningRule
{
  return choose('ruleOf', 'rule', c.rule, RULES)({
    kind: c.feedback,
    normalization: c['feedback-normalization'],
    sharing: c['feedback-sharing'],
    seed: c['feedback-seed'],
    nonZero: c['feedback-connections'],
    rank: c['feedback-rank'],
    ...(c.feedback === 'shaped' ? { shapes: spectrumPowers(spectrum, c['feedback-exponent']) } : {}),
    maps: c['feedback-maps'],
    ...backwardGains(c),
    decay: c.decay,
    decayed: c.decayed,
    decayTimesRate: c['decay-times-rate'],
    mirrorRate: c['mirror-rate'],
    samples: c['mirror-samples'],
    first: c['mirror-first'],
    kernels,
  })
}

function checkModel(c: TrainingConfiguration, faults: string[]): void {
  const spec = modelOf(c, faults)
  if (spec === undefined) return
  let network: Layer
  try {
    network = buildModel(spec, {
      ...SHAPES[c.dataset],
      activation: c.activation,
      ...slopeOf(c),
      bias: !c['no-bias'],
      hidden: c.hidden,
      seed: c.seed,
    })
    layersNamed(network, 'frozen-layers', c['frozen-layers'])
    layersNamed(network, 'masked-layer', c['masked-layer'])
  } catch (error) {
    if (error instanceof UsageError) {
      faults.push(error.message)
      return
    }
    faults.push(`model: does not fit ${c.dataset}: ${(error as Error).message}`)
    return
  }
  try {
    // Only an installation shows whether the rule can train this model with this feedback.
    const parts = installRule(network, ruleOf(c, blockedKernels))
    if (c['pre-align']) layersAbovePoints(parts)
  } catch (error) {
    faults.push(`rule: ${(error as Error).message}`)
  }
}
