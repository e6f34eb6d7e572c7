// What a training can be asked, beside its data set and its model: one declaration for the command line, configuration
// files and experiments.

import { type ActivationName, ACTIVATIONS, type Initialization } from '../../nn/index.ts'
import type { FeedbackKind, FeedbackNormalization } from '../../dfa/index.ts'
import { FEEDBACK_DRAWS } from '../../dfa/feedback.ts'
import { amount, flag, fraction, integer, nearest, type Option, positive, real, sizes, text, UsageError, type Values,
  word } from '../options.ts'
import { STANDARDIZATIONS } from './datasets.ts'
import { type OptimizerName, OPTIMIZERS } from './optimizers.ts'
import { defaultActivation, defaultRate } from './rule-defaults.ts'
import { RULE_ALIASES, RULE_NAMES } from './rule-uses.ts'

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

/** Options that some tasks have a use for; each says which. */
export const SPECIAL_OPTIONS = {
  'training-samples': integer(0, 'training samples used; 0 for all', 0),
  'validation-samples': integer(0, 'samples held out of the training files', 0),
  standardize: word(STANDARDIZATIONS, 'global', 'inputs to mean 0 and deviation 1, by the training samples'),
  hidden: sizes(HIDDEN, 'widths of the mlp'),
  activation: { ...word(Object.keys(ACTIVATIONS) as ActivationName[], defaultActivation(RULE), 'activation function'),
    shown: 'relu; tanh under IFA, DRTP, sDFA' },
  'leaky-slope': amount(0.01, 'slope of leaky-relu below zero'),
  'no-bias': flag('layers without biases'),
  initialization: word(KINDS, 'uniform', 'initial weights'),
  'initial-scale': positive(1, 'factor of the initial weights'),
  'pre-align': flag('begin with weights whose exact signals agree with the feedback, by the first batch'),
  'feedback-maps': word(MAPS, 'dense', 'feedback to feature maps'),
  loss: word(['cross-entropy', 'squared-error', 'binary-cross-entropy'], 'cross-entropy', 'objective'),
  reduction: word(['mean', 'sum'], 'mean', 'over the samples of a batch'),
  'hidden-reduction': word(['as-loss', 'mean', 'sum'], 'as-loss', 'the same for gradients of layers below a point'),
  batch: integer(64, 'samples per step'),
  width: integer(16, 'features of a hidden layer'),
  depth: integer(3, 'hidden layers of nerf'),
  blocks: integer(3, 'blocks of the transformer'),
  heads: integer(4, 'heads of attention'),
  context: integer(32, 'characters that the transformer sees'),
  points: word(['per-block', 'per-part'], 'per-block', 'feedback points of the transformer: one in a block, or three'),
  tap: word(['decoder', 'logits'], 'decoder', 'where its errors are read: below the decoder, or at the logits'),
  'embedding-point': flag('a feedback point behind its embedding, too'),
  side: integer(24, 'pixels of a side of generated views'),
  frequencies: integer(5, 'octaves of the encoding of places'),
  'ray-samples': integer(20, 'samples of a ray'),
  embedding: integer(6, 'size of the embedding of a category'),
  'taught-embeddings': word(['yes', 'no'], 'yes', 'whether layers above teach the embeddings that no point covers'),
  dropout: fraction(0, 'probability that a hidden feature is left out'),
  'input-dropout': fraction(0, 'the same for what enters the network'),
  'attention-dropout': fraction(0, 'the same for weights of attention (gat, dna)'),
  'weight-decay-on': word(['all', 'first'], 'all', 'layers that --weight-decay acts on'),
  features: word(['normalized', 'raw'], 'normalized', 'features of a node divided by their sum, or as they are'),
  nodes: word(['public', 'random'], 'public',
    'nodes that train, validate and test: those of the benchmark, or 1 : 1 : 3 by --seed'),
} as const

/** Options of every training. */
export const COMMON_OPTIONS = {
  rule,
  feedback: word<FeedbackKind>(Object.keys(FEEDBACK_DRAWS) as FeedbackKind[], 'gaussian',
    'distribution of the feedback'),
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
  epochs: integer(5, 'passes over the training samples'),
  seed: integer(0, 'of initial weights, batches and dropout', 0),
  accumulation: word(['float32', 'float64'], 'float32', 'of product sums'),
} as const

/** Options of some tasks by name. */
export type SpecialOption = keyof typeof SPECIAL_OPTIONS

/** A complete configuration of one training; survives JSON. */
export type TrainingConfiguration =
  & { readonly dataset: string; readonly model: string }
  & Values<typeof SPECIAL_OPTIONS>
  & Values<typeof COMMON_OPTIONS>
