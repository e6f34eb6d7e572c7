// Language models: causal Transformers as layer trees with feedback points and an error tap, by the public interface of
// the library.

import { errorTap, feedbackPoint } from '../../dfa/index.ts'
import { activation, attention, chain, dense, dropout as dropoutLayer, embedding, initialize, isDense, isEmbedding,
  type Layer, layerNorm, positionalEncoding, residual, scale, tokens } from '../../nn/index.ts'
import { blockedKernels, checkSize, choose, type Kernels } from '../../tensor/index.ts'

/**
 * `macro`: a feedback point behind every block. `micro`: three in every block, behind its first normalization, behind
 * the hidden activation of its feed-forward part and behind its second normalization.
 */
export type TransformerPlacement = 'macro' | 'micro'

/** Where the error is read: below the decoder, e = Wᵀ ∂𝓛/∂logits [B·T, d], or behind it, e = ∂𝓛/∂logits [B·T, V]. */
export type TransformerTap = 'decoder' | 'logits'

/** A causal Transformer. */
export interface TransformerOptions {
  /** V */
  readonly vocabulary: number
  /** T, places of a sequence. */
  readonly context: number
  /** d, a multiple of `heads`; 48 unless given. */
  readonly features?: number
  /** 4 unless given. */
  readonly heads?: number
  /** Width of the hidden layer of the feed-forward part; 4·d unless given. */
  readonly hidden?: number
  /** 3 unless given. */
  readonly blocks?: number
  /** `macro` unless given. */
  readonly placement?: TransformerPlacement
  /** `decoder` unless given. */
  readonly tap?: TransformerTap
  /** A point of its own behind embedding and positions, which else learn through the first block; false unless given. */
  readonly embeddingPoint?: boolean
  /** Probability behind positions, attention, hidden activations and feed-forward parts; 0, no such layers, unless given. */
  readonly dropout?: number
  /** Of dropout; 0 unless given. */
  readonly seed?: number
  readonly kernels?: Kernels
}

/**
 * x ← √d·E[token] + P; per block x ← LN(x + Attention(x)), x ← LN(x + W₂ relu(W₁ x)); logits = W x + b, untied.
 * Equation: vaswani2017 sections 3.1 to 3.5, normalized behind each sum, causal. Shapes: input [B, T] of indices, output
 * [B·T, V]: behind positions every token is a row, so that losses, errors and feedback are per token.
 * Weights are zero: see `initializeTransformer`. Names: embedding, block<l>/attention, …/norm1, …/dense1, …/dense2,
 * …/norm2, decoder; points embedding/point, block<l>/point1, …/point2 (micro), …/point.
 * Throws: RangeError, TypeError for sizes below 1, heads that do not divide the features, unknown names.
 */
export function transformerModel(options: TransformerOptions): Layer {
  const { vocabulary, context, features = 48, heads = 4, hidden = 4 * features, blocks = 3, placement = 'macro',
    tap = 'decoder', embeddingPoint = false, dropout = 0, seed = 0, kernels = blockedKernels } = options
  const where = 'transformerModel'
  checkSize(where, 'blocks', blocks, 1)
  const isMicro = choose(where, 'placement', placement, { macro: false, micro: true })
  const isBelow = choose(where, 'tap', tap, { decoder: true, logits: false })
  const drop = (name: string): readonly Layer[] =>
    dropout === 0 ? [] : [dropoutLayer({ name, probability: dropout, seed, kernels })]
  const micro = (name: string,
    width: number): readonly Layer[] => (isMicro ? [feedbackPoint(name, width, kernels)] : [])
  const around = (name: string, layers: readonly Layer[]): Layer =>
    residual({ name, inner: chain(`${name}/inner`, layers), kernels })
  const block = (
    name: string,
  ): readonly Layer[] => [
    around(`${name}/sum1`, [
      attention({ name: `${name}/attention`, features, heads, length: context, causal: true, kernels }),
      ...drop(`${name}/dropout1`),
    ]),
    layerNorm({ name: `${name}/norm1`, features, kernels }),
    ...micro(`${name}/point1`, features),
    around(`${name}/sum2`, [dense({ name: `${name}/dense1`, inputs: features, outputs: hidden, kernels }),
      activation({ name: `${name}/relu`, kind: 'relu', kernels }), ...drop(`${name}/dropout2`),
      ...micro(`${name}/point2`, hidden), dense({ name: `${name}/dense2`, inputs: hidden, outputs: features, kernels }),
      ...drop(`${name}/dropout3`)]),
    layerNorm({ name: `${name}/norm2`, features, kernels }),
    feedbackPoint(`${name}/point`, features, kernels),
  ]
  const decoder = dense({ name: 'decoder', inputs: features, outputs: vocabulary, kernels })
  return chain('model', [embedding({ name: 'embedding', vocabulary, features, kernels }),
    scale({ name: 'scale', factor: Math.sqrt(features), kernels }),
    positionalEncoding({ name: 'positions', features, kernels }), ...drop('dropout'), tokens({ name: 'tokens' }),
    ...(embeddingPoint ? [feedbackPoint('embedding/point', features, kernels)] : []),
    ...Array.from({ length: blocks }, (_, l) => block(`block${l + 1}`)).flat(),
    ...(isBelow ? [errorTap('tap', features), decoder] : [decoder, errorTap('tap')])])
}

/**
 * U(±1/√I) for the weights of blocks and their biases, U(±0.1) for embedding and decoder, whose bias is zero; every
 * parameter from its own stream, as `initialize`. Source: the code of launay2020.
 */
export function initializeTransformer(network: Layer, seed: number): void {
  initialize(network, 'uniform', seed)
  for (const layer of network.children) {
    const isDecoder = isDense(layer)
    if (!isDecoder && !isEmbedding(layer)) continue
    initialize(layer, 'uniform', seed, isDecoder ? 0.1 * Math.sqrt(layer.inputs) : 0.1)
    if (isDecoder) layer.bias?.value.data.fill(0)
  }
}
