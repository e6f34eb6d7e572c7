// One network of each architecture, with a batch that it can be trained on: what a step costs, not what it learns.

import { graphOfPairs, nodeTargets, sampleNonEdges, textBatches } from '../../../data/index.ts'
import { mlp } from '../../../dfa/index.ts'
import { binaryCrossEntropy, crossEntropy, initialize, type Layer, type Loss, squaredError } from '../../../nn/index.ts'
import { choose, type Kernels, randomStream, type Tensor, tensor, uniform, uniformInto } from '../../../tensor/index.ts'
import { graphModel } from '../../training/graph-models.ts'
import { nerfModel } from '../../training/nerf-models.ts'
import { initializeRecommender, recommender } from '../../training/recommender-models.ts'
import { initializeTransformer, transformerModel,
  type TransformerPlacement } from '../../training/transformer-models.ts'

/** A network with initial weights, and what a step is given. */
export interface CostCase {
  readonly network: Layer
  readonly input: Tensor
  readonly target: Tensor
  readonly loss: Loss
}

/** Sizes of the multilayer perceptron. */
export const MLP = { sizes: [784, 512, 512, 10], batch: 128 } as const
/** Those of Cora, whose nodes here have 18 words each. */
export const GCN = { nodes: 2708, edges: 5278, features: 1433, words: 18, width: 16, classes: 7, labeled: 140 } as const
export const TRANSFORMER = { features: 48, blocks: 3, context: 32, batch: 16, vocabulary: 65 } as const
export const NERF = { depth: 3, width: 128, frequencies: 5, samples: 20, rays: 128 } as const
export const DEEPFM = { fields: 10, categories: 16, embedding: 6, hidden: [64, 64, 64], batch: 256 } as const

const random = (name: string) => randomStream(1, `cost/${name}`)
const whole = (count: number, below: number, name: string): Float32Array => {
  const stream = random(name)
  return Float32Array.from({ length: count }, () => Math.floor(below * uniform(stream)))
}
/** One-hot rows of classes that are drawn. */
function classesOf(rows: number, classes: number, name: string): Tensor {
  const target = tensor([rows, classes])
  whole(rows, classes, name).forEach((k, row) => {
    target.data[row * classes + k] = 1
  })
  return target
}

function transformer(placement: TransformerPlacement) {
  return (kernels: Kernels): CostCase => {
    const { batch: size, vocabulary, context } = TRANSFORMER
    const network = transformerModel({ ...TRANSFORMER, placement, kernels })
    initializeTransformer(network, 1)
    const indices = Int32Array.from(whole(2000, vocabulary, 'text'))
    const { input, target } = textBatches({ indices, vocabulary, context, size, seed: 1, kernels }).batch(0, 0)
    return { network, input, target, loss: crossEntropy('mean', kernels) }
  }
}

const CASES = {
  mlp(kernels: Kernels): CostCase {
    const { sizes, batch } = MLP
    const network = mlp({ sizes, activation: 'relu', kernels })
    initialize(network, 'uniform', 1)
    const input = tensor([batch, sizes[0]], uniformInto(new Float32Array(batch * sizes[0]), random('mlp'), -1, 1))
    return { network, input, target: classesOf(batch, 10, 'digits'), loss: crossEntropy('mean', kernels) }
  },
  gcn(kernels: Kernels): CostCase {
    const { nodes, edges, features, words, width, classes, labeled } = GCN
    const none = { rows: nodes, columns: nodes, rowStarts: new Int32Array(nodes + 1), columnIndices: new Int32Array(0) }
    const pattern = {
      rows: nodes,
      columns: features,
      rowStarts: Int32Array.from({ length: nodes + 1 }, (_, i) => words * i),
      // One word of each stretch, so that they ascend.
      columnIndices: Int32Array.from(whole(nodes * words, Math.floor(features / words), 'words'),
        (w, at) => at % words * Math.floor(features / words) + w),
    }
    const graph = graphOfPairs(nodes, sampleNonEdges(none, edges, random('edges')))
    const { network } = graphModel('gcn', { graph, pattern, outputs: classes, width, seed: 1, kernels })
    initialize(network, 'glorot', 1)
    const labels = Int32Array.from({ length: nodes }, (_, i) => i % classes)
    return {
      network,
      input: tensor([nodes * words], new Float32Array(nodes * words).fill(1 / words)),
      target: nodeTargets(labels, Array.from({ length: labeled }, (_, i) => i), classes),
      loss: crossEntropy('mean', kernels),
    }
  },
  macro: transformer('macro'),
  micro: transformer('micro'),
  nerf(kernels: Kernels): CostCase {
    const { rays } = NERF
    const network = nerfModel({ ...NERF, near: 1.5, far: 4.5, seed: 1, kernels })
    initialize(network, 'uniform', 1)
    const input = tensor([rays, 6], uniformInto(new Float32Array(6 * rays), random('rays'), -1, 1))
    return { network, input, target: tensor([rays, 3], new Float32Array(3 * rays).fill(0.5)), loss: squaredError() }
  },
  deepfm(kernels: Kernels): CostCase {
    const { fields, categories, embedding, hidden, batch } = DEEPFM
    const network = recommender('deepfm', {
      vocabularies: Array.from({ length: fields }, () => categories),
      embedding,
      hidden,
      // As the paper trains it: embeddings learn through the factorization machine alone.
      teachEmbeddings: false,
      seed: 1,
      kernels,
    })
    initializeRecommender(network, 1)
    return { network, input: tensor([batch, fields], whole(batch * fields, categories, 'categories')),
      target: tensor([batch, 1], whole(batch, 2, 'clicks')), loss: binaryCrossEntropy('mean') }
  },
} satisfies Readonly<Record<string, (kernels: Kernels) => CostCase>>

/** Names of the architectures; a Transformer with a point behind each block, and with three in each. */
export type CostName = keyof typeof CASES
export const COST_NAMES: readonly CostName[] = Object.keys(CASES) as CostName[]

/** The network of an architecture and its batch. */
export function costCase(name: CostName, kernels: Kernels): CostCase {
  return choose('costCase', 'name', name, CASES)(kernels)
}
