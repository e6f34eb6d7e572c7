// Recommender systems as layer trees with feedback points and an error tap, all by the public interface of the library.

import { errorTap, feedbackPoint } from '../../dfa/index.ts'
import { isErrorTap } from '../../dfa/error-tap.ts'
import { activation, attention, batchNorm, chain, concatenation, crossLayer, dense, dropout, factorizationMachine,
  fieldEmbedding, fieldSum, flatten, gradientStop, history, initialize, type Layer, logarithmicNeurons, positionwise,
  sumOfBranches, walk } from '../../nn/index.ts'
import { isFieldEmbedding } from '../../nn/field-embedding.ts'
import { blockedKernels, choose, type Kernels } from '../../tensor/index.ts'

/** What a recommender is made for. Its input are categories, [B, F]; its output one logit each, [B, 1]. */
export interface RecommenderOptions {
  /** Categories of each field. */
  readonly vocabularies: readonly number[]
  /** Size of an embedding; 6 unless given. */
  readonly embedding?: number
  /** Widths of the hidden dense layers; 64, 64, 64 unless given. */
  readonly hidden?: readonly number[]
  /** Probability that a hidden feature is left out; 0 unless given. */
  readonly dropout?: number
  /** Cross layers of `dcn`; 3 unless given. */
  readonly crossLayers?: number
  /** Attention layers of `autoint`, their features and heads; 2, 8 and 1 unless given. */
  readonly attention?: { readonly layers: number; readonly features: number; readonly heads: number }
  /** Logarithmic neurons of `afn`; 16 unless given. */
  readonly neurons?: number
  /**
   * Whether the layers above the embeddings teach them: `deepfm` and `afn` are trained without under DFA, with under BP.
   * `deepfm` then learns its embeddings by its factorization machine alone, `afn` keeps them as they were drawn. The
   * others have a feedback point there instead, unless they are `wide`. True unless given.
   */
  readonly teachEmbeddings?: boolean
  /** Puts a linear term and a factorization machine on the same embeddings beside `dcn`; false unless given. */
  readonly wide?: boolean
  /** Features of a layer of `dcn` between its branches and its logit, at which errors are tapped; none unless given. */
  readonly tapWidth?: number
  /** Of dropout. */
  readonly seed: number
  readonly kernels?: Kernels
}

type Parts = ReturnType<typeof parts>

/** Layers that several models have, under their names. */
function parts(options: RecommenderOptions) {
  const { vocabularies, embedding: size = 6, hidden = [64, 64, 64], dropout: probability = 0, seed,
    kernels = blockedKernels, teachEmbeddings = true } = options
  const fields = vocabularies.length
  const block = (inputs: number, outputs: number,
    number: number): readonly Layer[] => [dense({ name: `dense${number}`, inputs, outputs, kernels }),
    batchNorm({ name: `norm${number}`, channels: outputs, kernels }),
    activation({ name: `activation${number}`, kind: 'relu', kernels }),
    ...(probability === 0 ? [] : [dropout({ name: `dropout${number}`, probability, seed, kernels })]),
    feedbackPoint(`point${number}`, outputs, kernels)]
  const blocks = (inputs: number): readonly Layer[] =>
    hidden.flatMap((outputs, l) => block(l === 0 ? inputs : hidden[l - 1], outputs, l + 1))
  const logit = (name: string, inputs: number): Layer => dense({ name, inputs, outputs: 1, kernels })
  return {
    options,
    kernels,
    fields,
    size,
    /** Of one row of all embeddings side by side. */
    width: fields * size,
    deepest: (inputs: number): number => hidden[hidden.length - 1] ?? inputs,
    embeddings: fieldEmbedding({ name: 'embedding', vocabularies, features: size, kernels }),
    /** β + Σ_f w_f, first order. */
    linear: (): Layer =>
      chain('linear', [fieldEmbedding({ name: 'linear/weights', vocabularies, features: 1, kernels }),
        fieldSum({ name: 'linear/sum', features: 1, kernels })]),
    machine: (): Layer => factorizationMachine({ name: 'machine', kernels }),
    stop: teachEmbeddings ? [] : [gradientStop({ name: 'stop', kernels })],
    point: (name: string, features: number | readonly number[]): Layer => feedbackPoint(name, features, kernels),
    /** Dense, normalization, relu, dropout, point, for each hidden width. */
    blocks,
    /** The same with one output on top. */
    perceptron: (
      inputs: number,
    ): readonly Layer[] => [...blocks(inputs), logit('output', hidden[hidden.length - 1] ?? inputs)],
    logit,
    sum: (name: string, branches: readonly Layer[]): Layer => sumOfBranches({ name, branches, kernels }),
    flat: (name: string): Layer => flatten({ name }),
  }
}

/** Cross layers and dense ones side by side, a point behind each but the last cross layer, one behind both, one output. */
function crossed({ options, kernels, width, deepest, blocks, point, logit, flat }: Parts): readonly Layer[] {
  const { crossLayers: layers = 3, tapWidth } = options
  const cross = (_: unknown, l: number): Layer => {
    const layer = crossLayer({ name: `cross${l + 1}`, features: width, kernels })
    return l + 1 === layers ? layer : chain(`crossing${l + 1}`, [layer, point(`cross-point${l + 1}`, width)])
  }
  const both = width + deepest(width)
  return [flat('flatten'), ...(options.wide === true ? [] : [point('embedding-point', width)]), concatenation({
    name: 'both',
    kernels,
    branches: [history({ name: 'cross', layers: Array.from({ length: layers }, cross), kernels }),
      chain('deep', blocks(width))],
  }), point('top-point', both),
    ...(tapWidth === undefined ? [logit('output', both)]
      : [dense({ name: 'readout', inputs: both, outputs: tapWidth, kernels }), errorTap('tap'),
        activation({ name: 'readout-activation', kind: 'relu', kernels }), logit('output', tapWidth)])]
}

/** Attention among fields with a way around it, one output; a point behind the embedding of attention and all layers. */
function attended({ options, kernels, fields, size, point, logit, sum, flat }: Parts): Layer {
  const { layers, features, heads } = options.attention ?? { layers: 2, features: 8, heads: 1 }
  const shape = [fields, features]
  const perField = (name: string): Layer =>
    positionwise({ name, inner: dense({ name: `${name}/dense`, inputs: size, outputs: features, kernels }) })
  const layer = (_: unknown,
    l: number): readonly Layer[] => [attention({ name: `attention${l + 1}`, features, heads, kernels }),
    ...(l + 1 === layers ? [] : [point(`attention-point${l + 1}`, shape)])]
  return chain('attending', [
    sum('around', [
      chain('attended', [perField('attention-embedding'), point('attention-embedding-point', shape),
        ...Array.from({ length: layers }, layer).flat()]),
      perField('residual'),
    ]),
    activation({ name: 'attention-activation', kind: 'relu', kernels }),
    flat('attention-flatten'),
    point('attention-top-point', fields * features),
    logit('attention-output', fields * features),
  ])
}

/** By name, without the tap. */
const MODELS = {
  /** σ(β + Σ_f w_f). */
  'logistic-regression': ({ linear }: Parts): Layer => linear(),
  /** Rendle 2010: products of embeddings beside the linear term. */
  fm: ({ linear, embeddings, machine, sum }: Parts): Layer =>
    sum('sum', [linear(), chain('products', [embeddings, machine()])]),
  /** Guo et al. 2017: a perceptron on the embeddings of a factorization machine. */
  deepfm: ({ linear, embeddings, machine, stop, perceptron, width, sum, flat }: Parts): Layer =>
    sum('sum', [linear(),
      chain('embedded', [embeddings,
        sum('products', [machine(), chain('deep', [...stop, flat('flatten'), ...perceptron(width)])])])]),
  /** Wang et al. 2017: cross layers beside a perceptron. */
  dcn(all: Parts): Layer {
    const { options, linear, embeddings, machine, stop, sum } = all
    if (options.wide !== true) return chain('embedded', [embeddings, ...crossed(all)])
    return sum('sum', [linear(),
      chain('embedded', [embeddings, sum('products', [machine(), chain('crossed', [...stop, ...crossed(all)])])])])
  },
  /** Song et al. 2019: attention among fields beside a perceptron. */
  autoint(all: Parts): Layer {
    const { linear, embeddings, perceptron, point, fields, size, width, sum, flat } = all
    return sum('sum', [linear(),
      chain('embedded', [embeddings, point('embedding-point', [fields, size]),
        sum('both', [attended(all), chain('deep', [flat('flatten'), ...perceptron(width)])])])])
  },
  /** Cheng et al. 2020: logarithmic neurons below a perceptron. */
  afn({ options, kernels, linear, embeddings, stop, perceptron, fields, size, point, sum }: Parts): Layer {
    const { neurons = 16 } = options
    const width = size * neurons
    return sum('sum', [linear(),
      chain('embedded', [embeddings, ...stop, logarithmicNeurons({ name: 'logarithmic', fields, neurons, kernels }),
        activation({ name: 'logarithmic-activation', kind: 'relu', kernels }), point('logarithmic-point', width),
        ...perceptron(width)])])
  },
} satisfies Readonly<Record<string, (all: Parts) => Layer>>

/** Names of the recommenders. */
export type RecommenderName = keyof typeof MODELS
export const RECOMMENDERS: readonly RecommenderName[] = Object.keys(MODELS) as RecommenderName[]

/** Recommenders without a hidden layer: every rule trains them as backpropagation does. */
export const SHALLOW_RECOMMENDERS: readonly RecommenderName[] = ['logistic-regression', 'fm']

/**
 * A recommender with weights of zero. Points: behind every block of a perceptron; `dcn`: behind the embeddings, every cross
 * layer but the last, and both branches; `autoint`: behind the embeddings, those of attention, every attention layer but
 * the last, and the relu behind all; `afn`: behind the logarithmic neurons. `deepfm` and `afn` have none at the
 * embeddings: see `teachEmbeddings`. The tap is at the logit, unless there is a `tapWidth`. Placed as in the code of launay2020,
 * which repeats one projection for all fields of a point where feedback here has rows of its own for each.
 * Throws: RangeError for an unknown name, and for sizes that do not fit.
 */
export function recommender(name: RecommenderName, options: RecommenderOptions): Layer {
  const network = choose('recommender', 'name', name, MODELS)(parts(options))
  return walk(network).some(isErrorTap) ? network : chain(name, [network, errorTap('tap')])
}

/**
 * Initial weights: N(0, scale²) in embeddings and first-order weights of zero; elsewhere U(±1/√I), PyTorch's default.
 * Each from its stream `init/<name>`. Throws: as `initialize`.
 */
export function initializeRecommender(network: Layer, seed: number, scale = 0.1): void {
  initialize(network, 'uniform', seed)
  for (const layer of walk(network).filter(isFieldEmbedding)) {
    if (layer.features === 1) initialize(layer, 'zero', seed)
    else initialize(layer, 'normal', seed, scale)
  }
}
