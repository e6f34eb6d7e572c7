// The networks of launay2020 whose steps are measured, each with one batch, by the library's public interface.

import { graphOfPairs, nodeTargets, sampleNonEdges, textBatches } from '../src/data/index.ts'
import { graphModel } from '../src/lab/training/graph-models.ts'
import { nerfModel } from '../src/lab/training/nerf-models.ts'
import { initializeTransformer, transformerModel } from '../src/lab/training/transformer-models.ts'
import { allocateTensor, crossEntropy, initialize, type Layer, type Loss, squaredError } from '../src/nn/index.ts'
import { permutation, randomStream, uniformInto } from '../src/tensor/random.ts'
import type { SparsePattern, Tensor } from '../src/tensor/index.ts'
import type { Kernels } from '../src/tensor/tiers/kernels.ts'

/** A network and what one step of it is made of. */
export interface Model {
  readonly network: Layer
  readonly loss: Loss
  readonly input: Tensor
  readonly target: Tensor
}

/** A random graph of the sizes of Cora: 18 of the features are 1 in each row, 140 nodes have a label. */
export const GCN = { nodes: 2708, edges: 5278, features: 1433, words: 18, classes: 7, labeled: 140, width: 16 } as const
/** Four heads; characters out of 65. */
export const TRANSFORMER = { vocabulary: 65, features: 48, heads: 4, blocks: 3, context: 32, batch: 16 } as const
/** Rays of 20 samples, that is 2,560 points and some 100,000 sines, cosines and exponentials. */
export const NERF = { rays: 128, samples: 20, width: 128, depth: 3, frequencies: 5, near: 1.5, far: 4.5 } as const

/** The graph of `GCN`, and the places of its features. */
export function graphOf(): { readonly graph: SparsePattern; readonly pattern: SparsePattern } {
  const { nodes, edges, features, words } = GCN
  const none = { rows: nodes, columns: nodes, rowStarts: new Int32Array(nodes + 1), columnIndices: new Int32Array(0) }
  const stream = randomStream(1, 'bench/graph/words')
  return {
    graph: graphOfPairs(nodes, sampleNonEdges(none, edges, randomStream(1, 'bench/graph/edges'))),
    pattern: {
      rows: nodes,
      columns: features,
      rowStarts: Int32Array.from({ length: nodes + 1 }, (_, i) => words * i),
      columnIndices: Int32Array.from(
        Array.from({ length: nodes }, () => [...permutation(stream, features).subarray(0, words).sort()]).flat(),
      ),
    },
  }
}

/** Networks by name. `isRandom`: with dropout, with samples of rays at random places, as they are trained. */
export const MODELS = {
  gcn(kernels: Kernels, isRandom: boolean): Model {
    const { nodes, words, classes, labeled, width } = GCN
    const { network } = graphModel('gcn', { ...graphOf(), outputs: classes, width, seed: 1, kernels,
      dropout: { hidden: isRandom ? 0.5 : 0 } })
    initialize(network, 'glorot', 1)
    const input = allocateTensor(kernels, [nodes * words])
    input.data.fill(1 / words)
    const labels = Int32Array.from({ length: nodes }, (_, i) => i % classes)
    const target = nodeTargets(labels, Array.from({ length: labeled }, (_, i) => i), classes)
    return { network, loss: crossEntropy('mean', kernels), input, target }
  },
  transformer(kernels: Kernels): Model {
    const { vocabulary, context, batch } = TRANSFORMER
    const network = transformerModel({ ...TRANSFORMER, kernels })
    initializeTransformer(network, 1)
    const indices = Int32Array.from({ length: 2000 }, (_, i) => i * i % vocabulary)
    const batches = textBatches({ indices, vocabulary, context, size: batch, seed: 1, kernels })
    return { network, loss: crossEntropy('mean', kernels), ...batches.batch(0, 0) }
  },
  nerf(kernels: Kernels, isRandom: boolean): Model {
    const { rays } = NERF
    const network = nerfModel({ ...NERF, jitter: isRandom, seed: 1, kernels })
    initialize(network, 'uniform', 1)
    const input = allocateTensor(kernels, [rays, 6]), target = allocateTensor(kernels, [rays, 3])
    uniformInto(input.data, randomStream(1, 'bench/nerf/rays'), -1, 1)
    target.data.fill(0.5)
    return { network, loss: squaredError(), input, target }
  },
} as const satisfies Readonly<Record<string, (kernels: Kernels, isRandom: boolean) => Model>>

/** `gcn`, `transformer`, `nerf`. */
export type ModelName = keyof typeof MODELS
export const MODEL_NAMES = Object.keys(MODELS) as readonly ModelName[]
