// The next character of a text, by all that were before it.

import { type Batches, textBatches } from '../../../data/index.ts'
import type { Trainer } from '../../../dfa/index.ts'
import { countCorrect, crossEntropy, type Layer } from '../../../nn/index.ts'
import type { Kernels } from '../../../tensor/index.ts'
import type { TrainingConfiguration } from '../options.ts'
import type { Score } from '../score.ts'
import { readText, textFiles, type TextParts } from '../texts.ts'
import { initializeTransformer, transformerModel } from '../transformer-models.ts'
import { checkedRead, refuseShaped } from './checks.ts'
import { accuracy, lossMeasure } from './measures.ts'
import type { Material, SplitName, Task } from './task.ts'

/** Characters of tinyshakespeare, each of which a model may predict: what is known before the file is read. */
const VOCABULARY = 65

/** Throws: RangeError for sizes that do not fit. */
function networkOf(c: TrainingConfiguration, vocabulary: number, kernels?: Kernels): Layer {
  return transformerModel({
    vocabulary,
    context: c.context,
    features: c.width,
    heads: c.heads,
    blocks: c.blocks,
    placement: ({ 'per-block': 'macro', 'per-part': 'micro' } as const)[c.points],
    tap: c.tap,
    embeddingPoint: c['embedding-point'],
    dropout: c.dropout,
    seed: c.seed,
    ...(kernels === undefined ? {} : { kernels }),
  })
}

/** A text as the material of trainings. */
export function charactersOf(parts: TextParts): Material {
  const vocabulary = parts.vocabulary.length
  const splits: Readonly<Record<SplitName, Int32Array>> = parts
  return {
    content: [parts.training, parts.validation, parts.test].map((data) => ({ shape: [data.length], data })),
    compose(c, kernels) {
      const { context, batch: size, seed } = c
      const windows = (indices: Int32Array, rows: number, shuffle: boolean): Batches =>
        textBatches({ indices, vocabulary, context, size: rows, seed, shuffle, kernels })
      // Kept, because the memory of a tier takes nothing back.
      const readers = new Map<string, Batches>()
      const reader = (split: SplitName, rows = size): Batches => {
        const key = `${split}/${rows}`
        const found = readers.get(key) ?? windows(splits[split], rows, false)
        readers.set(key, found)
        return found
      }
      const order = windows(parts.training, size, true)
      const network = networkOf(c, vocabulary, kernels)
      return {
        network,
        loss: crossEntropy('mean', kernels),
        order,
        drawWeights: () => initializeTransformer(network, seed),
        unitsAfter: (steps) => steps * size * context,
        sizes: { training: parts.training.length, validation: parts.validation.length, test: parts.test.length },
        score: (run, split, count) => scoreOf(run, reader(split), count),
        probe: (count) => reader('training', Math.ceil(count / context)).batch(0, 0),
        inOrder: () => reader('training'),
        sumOf: (loss, characters) => loss * characters,
      }
    },
  }
}

/** Nats per character and share of right ones, over batches until `count` characters are predicted or there are no more. */
function scoreOf({ evaluate }: Trainer, { perEpoch, batch }: Batches, count: number): Score {
  let loss = 0, correct = 0, done = 0
  for (let index = 0; index < perEpoch && done < count; index++) {
    const { input, target } = batch(0, index)
    const { loss: mean, output } = evaluate(input, target)
    loss += mean * target.shape[0]
    correct += countCorrect(output, target)
    done += target.shape[0]
  }
  return { loss: loss / done, accuracy: correct / done }
}

/** Characters of a text. */
export const characters: Task = {
  title: 'characters of a text',
  about: 'text (tinyshakespeare) with transformer, which is causal: adam, gradients within a norm of 0.5, rate 0.004, '
    + 'width 48, 3 blocks of 4 heads, batches of 16 windows of 32 characters, random ones; an epoch is as many '
    + 'characters as there are. Loss in nats per character',
  datasets: { text: { files: textFiles('tinyshakespeare') } },
  models: ['transformer'],
  takesLayers: false,
  uses: ['batch', 'width', 'heads', 'blocks', 'context', 'points', 'tap', 'embedding-point', 'dropout'],
  reasons: {
    initialization: 'its weights are drawn as in the code of launay2020',
    'initial-scale': 'its weights are drawn as in the code of launay2020',
    hidden: 'feed-forward parts are four times as wide as --width',
    activation: 'feed-forward parts have relu',
    loss: 'the loss is cross-entropy',
    reduction: 'the loss is the mean over characters',
    'hidden-reduction': 'the loss is the mean over characters',
    'training-samples': 'the first 90 % of the text train',
    'validation-samples': '5 % of the text validate',
  },
  defaultsFor: ({ rule }) => ({
    // Targets are as wide as the output.
    tap: rule === 'direct-random-target-projection' ? 'logits' : 'decoder',
    width: 48,
    batch: 16,
    optimizer: 'adam',
    'feedback-normalization': 'width',
    rate: 0.004,
    'clip-norm': 0.5,
    epochs: 1,
  }),
  refuse(c, _given, faults) {
    refuseShaped(c, 'characters', faults)
  },
  sketch: (c) => networkOf(c, VOCABULARY),
  read: (c, directory) => charactersOf(checkedRead(() => readText(directory ?? '', 'tinyshakespeare', c.context))),
  subject: ({ model, dataset }) => `${model} on ${dataset}`,
  objective: () => 'nats per character',
  units: { all: 'characters', short: 'characters' },
  measures: [lossMeasure('nats per character', 'nats'), accuracy({ perfect: 1 })],
  aligned: 'signal',
}
