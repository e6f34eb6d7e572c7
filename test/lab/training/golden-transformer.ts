// The generator of a golden trajectory: ten steps of a small Transformer.

import { textBatches } from '../../../src/data/index.ts'
import { directFeedbackAlignment, type Trainer, trainer } from '../../../src/dfa/index.ts'
import { initializeTransformer, transformerModel } from '../../../src/lab/training/transformer-models.ts'
import { adam, clipByNorm, cosineRate, crossEntropy } from '../../../src/nn/index.ts'
import { type Kernels, randomStream, uniform } from '../../../src/tensor/index.ts'

const VOCABULARY = 11,
  CONTEXT = 9,
  STEPS = 10

/** Ten steps of DFA from the logits to a point behind the embedding and three in each of two blocks. */
export function goldenTransformer(
  kernels: Kernels,
): { readonly losses: readonly number[]; readonly parameters: Trainer['parameters'] } {
  const network = transformerModel({
    vocabulary: VOCABULARY,
    context: CONTEXT,
    features: 12,
    heads: 3,
    hidden: 20,
    blocks: 2,
    placement: 'micro',
    tap: 'logits',
    embeddingPoint: true,
    dropout: 0.125,
    seed: 4,
    kernels,
  })
  initializeTransformer(network, 1)
  const run = trainer({
    network,
    rule: directFeedbackAlignment({ kind: 'uniform', sharing: 'shared', normalization: 'widest', seed: 3, kernels }),
    loss: crossEntropy('mean', kernels),
    optimizer: adam({ rate: cosineRate({ rate: 0.01, steps: STEPS, least: 5e-4 }), epsilon: 1e-9, kernels }),
    clip: clipByNorm(0.5, kernels),
    kernels,
  })
  const stream = randomStream(2, 'engines/text')
  const indices = Int32Array.from({ length: 200 }, () => Math.floor(VOCABULARY * uniform(stream) * uniform(stream)))
  const { batch } = textBatches({ indices, vocabulary: VOCABULARY, context: CONTEXT, size: 5, seed: 2, kernels })
  const losses = Array.from({ length: STEPS }, (_, step) => {
    const { input, target } = batch(step, 0)
    return run.step(input, target)
  })
  return { losses, parameters: run.parameters }
}
