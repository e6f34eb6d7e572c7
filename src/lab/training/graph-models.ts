// Networks on graphs as layer trees with feedback points and an error tap, all by the public interface of the library.

import { errorTap, type FeedbackPoint, feedbackPoint } from '../../dfa/index.ts'
import { isFeedbackPoint } from '../../dfa/feedback-point.ts'
import { activation, chain, chebyshevConvolution, degreeCoordinates, dense, dnaConvolution, dropout, graphAttention,
  graphConvolution, type GraphLayerOptions, history, type Layer, linear, type Parameter, splineConvolution,
  walk } from '../../nn/index.ts'
import { blockedKernels, choose, type Kernels, type SparsePattern } from '../../tensor/index.ts'

/** What a network on a graph is made for. Its input are the entries of the sparse features. */
export interface GraphModelOptions {
  readonly graph: SparsePattern
  /** Places of the features, [nodes, features]. */
  readonly pattern: SparsePattern
  readonly outputs: number
  /** Features of a hidden layer. */
  readonly width: number
  /** Probabilities that what enters the network, hidden features and weights of attention are left out. */
  readonly dropout?: { readonly input?: number; readonly hidden?: number; readonly attention?: number }
  /** Of dropout. */
  readonly seed: number
  readonly kernels?: Kernels
}

/** A network and the part of it below its first feedback point that has weights. */
export interface GraphModel {
  readonly network: Layer
  readonly first: Layer
}

/** Heads of the hidden layer of `gat`. */
const HEADS = 8
/** Convolutions, heads and groups of `dna`. */
const DNA = { convolutions: 5, heads: 8, groups: 16 } as const

type Build = (options: GraphModelOptions) => GraphModel

/** Layers that all models have, under their names; dropout of probability 0 is left out. */
function parts(
  { graph, pattern, width, outputs, seed, dropout: rates = {}, kernels = blockedKernels }: GraphModelOptions,
) {
  const drop = (name: string, probability = 0): readonly Layer[] =>
    probability === 0 ? [] : [dropout({ name, probability, seed, kernels })]
  return {
    sparse: { name: 'conv1', graph, inputs: pattern.columns, outputs: width, pattern, kernels },
    second: { name: 'conv2', graph, inputs: width, outputs, kernels },
    dropInput: drop('dropout0', rates.input),
    dropHidden: drop('dropout1', rates.hidden),
    drop,
    relu: activation({ name: 'activation1', kind: 'relu', kernels }),
    elu: activation({ name: 'activation1', kind: 'elu', kernels }),
    point: feedbackPoint('point1', width, kernels),
    top: dense({ name: 'dense1', inputs: width, outputs, kernels }),
    kernels,
    attention: rates.attention ?? 0,
  }
}

/** Two convolutions with relu between, dropout below the point: its mask holds for the feedback, too. */
const relus = (convolution: (options: GraphLayerOptions) => Layer): Build => (options) => {
  const { sparse, second, relu, dropInput, dropHidden, point } = parts(options)
  const first = convolution(sparse)
  return { first, network: tapped([...dropInput, first, relu, ...dropHidden, point, convolution(second)]) }
}

/** Two convolutions with elu between, dropout above the point. */
const elus =
  (convolution: (options: GraphLayerOptions, heads: number, model: GraphModelOptions) => Layer): Build => (options) => {
    const { sparse, second, elu: between, dropInput, dropHidden, point } = parts(options)
    const first = convolution(sparse, HEADS, options)
    return {
      first,
      network: tapped([...dropInput, first, between, point, ...dropHidden, convolution(second, 1, options)]),
    }
  }

const MODELS = {
  gcn: relus(graphConvolution),
  cheb: relus(chebyshevConvolution),
  spline: elus((layer) => splineConvolution({ ...layer, coordinates: degreeCoordinates(layer.graph) })),
  gat: elus((layer, heads, { dropout: rates = {}, seed }) =>
    graphAttention({ ...layer, heads, dropout: rates.attention ?? 0, seed })
  ),
  /** Five convolutions over all that was computed before, a point after each and after the layer that reads the input. */
  dna(options: GraphModelOptions): GraphModel {
    const { sparse, dropInput, dropHidden, drop, relu, point, top, kernels, attention } = parts(options)
    const { graph, width, seed } = options
    const first = linear({ ...sparse, name: 'linear1' })
    const convolution = (_: unknown, l: number): Layer => {
      const after: FeedbackPoint = feedbackPoint(`point${l + 2}`, width, kernels)
      return chain(`step${l + 1}`, [
        dnaConvolution({ ...DNA, name: `conv${l + 1}`, graph, channels: width, dropout: attention, seed, kernels }),
        activation({ name: `activation${l + 2}`, kind: 'relu', kernels }),
        after,
      ])
    }
    const layers = Array.from({ length: DNA.convolutions }, convolution)
    return {
      first,
      network: tapped([...dropInput, first, relu, ...dropHidden, point, history({ name: 'history', layers, kernels }),
        ...drop('dropout2', options.dropout?.hidden), top]),
    }
  },
  /** No graph: what the features alone can tell. */
  mlp(options: GraphModelOptions): GraphModel {
    const { sparse, dropInput, dropHidden, relu, point, top } = parts(options)
    const first = linear({ ...sparse, name: 'linear1' })
    return { first, network: tapped([...dropInput, first, relu, ...dropHidden, point, top]) }
  },
} satisfies Readonly<Record<string, Build>>

function tapped(layers: readonly Layer[]): Layer {
  return chain('model', [...layers, errorTap('tap')])
}

/** Names of the networks on graphs. */
export type GraphModelName = keyof typeof MODELS
export const GRAPH_MODELS: readonly GraphModelName[] = Object.keys(MODELS) as GraphModelName[]

/**
 * A network with weights of zero. `gcn`, `cheb`: relu, dropout below the point. `spline`, `gat` (8 heads, then 1): elu,
 * dropout above the point. `dna`: 5 convolutions (8 heads, 16 groups) between two layers without a graph. `mlp`: no graph.
 * Throws: RangeError for an unknown name, and for sizes that do not fit.
 */
export function graphModel(name: GraphModelName, options: GraphModelOptions): GraphModel {
  return choose('graphModel', 'name', name, MODELS)(options)
}

/** Parameters below the last feedback point: what a frozen network does not train. */
export function belowPoints(network: Layer): readonly Parameter[] {
  const layers = walk(network)
  const last = layers.map(isFeedbackPoint).lastIndexOf(true)
  return layers.slice(0, Math.max(0, last)).flatMap(({ parameters }) => parameters)
}
