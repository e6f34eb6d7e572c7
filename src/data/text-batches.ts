// Windows of a text: at random places to train on, one after another to be scored.

import { blockedKernels, checkSize, type Kernels, randomStream, show, tensor, uniform } from '../tensor/index.ts'
import type { Batches, RowBatch } from './batches.ts'

/** Options of `textBatches`. */
export interface TextBatchesOptions {
  /** Indices below `vocabulary`. */
  readonly indices: Int32Array
  readonly vocabulary: number
  /** T: characters that a window shows; the target of each is the next. */
  readonly context: number
  /** B: windows of one batch. */
  readonly size: number
  readonly seed: number
  /** False gives the windows one after another, each character once, for evaluation; true unless given. */
  readonly shuffle?: boolean
  /** In whose memory the batches lie. */
  readonly kernels?: Kernels
}

/**
 * Inputs [B, T] of indices and targets [B·T, V], one-hot rows of the characters that follow. Shuffled, batch i of epoch e
 * has windows at places drawn uniformly, with replacement, from stream `text/epoch<e>/batch<i>` of `seed`, and an epoch is
 * ⌊N/(B·T)⌋ batches, at least one: about as many characters as there are. In order, window w begins at w·T, characters
 * at the end that fill no window are left out, and the last batch may have fewer windows.
 * Aliasing: a batch is valid until the next call. Cost: nothing is allocated per batch but a random stream.
 * Throws: RangeError for a text that is not longer than the context, indices outside of the vocabulary, sizes below 1,
 *   positions that do not exist.
 */
export function textBatches(options: TextBatchesOptions): Batches {
  const { indices, vocabulary, context, size, seed, shuffle = true, kernels = blockedKernels } = options
  const where = 'textBatches'
  checkSize(where, 'vocabulary', vocabulary, 1)
  checkSize(where, 'context', context, 1)
  checkSize(where, 'size', size, 1)
  checkSize(where, 'seed', seed)
  const count = indices.length
  if (count <= context) {
    throw new RangeError(`${where}: indices must be more than the context ${context}, got ${count}`)
  }
  const wrong = indices.findIndex((index) => !(index >= 0 && index < vocabulary))
  if (wrong >= 0) {
    throw new RangeError(`${where}: indices[${wrong}] must be below ${vocabulary}, got ${show(indices[wrong])}`)
  }
  const places = count - context
  const windows = Math.floor((count - 1) / context)
  const perEpoch = shuffle ? Math.max(1, Math.floor(count / (size * context))) : Math.ceil(windows / size)
  const last = shuffle ? size : windows - (perEpoch - 1) * size
  const room = (rows: number): RowBatch => ({
    input: tensor([rows, context], kernels.allocate(rows * context)),
    target: tensor([rows * context, vocabulary], kernels.allocate(rows * context * vocabulary)),
  })
  let whole: RowBatch | undefined
  let shorter: RowBatch | undefined
  return {
    perEpoch,
    batch(epoch, index) {
      checkSize('batch', 'epoch', epoch)
      if (checkSize('batch', 'index', index) >= perEpoch) {
        throw new RangeError(`batch: index must be below the ${perEpoch} batches of an epoch, got ${index}`)
      }
      const isShorter = index === perEpoch - 1 && last < size
      const found = isShorter ? shorter ??= room(last) : whole ??= room(size)
      const { input: { data: input, shape: [rows] }, target: { data: target } } = found
      const stream = randomStream(seed, `text/epoch${epoch}/batch${index}`)
      target.fill(0)
      for (let row = 0; row < rows; row++) {
        const start = shuffle ? Math.floor(places * uniform(stream)) : (index * size + row) * context
        for (let t = 0; t < context; t++) {
          const at = row * context + t
          input[at] = indices[start + t]
          target[at * vocabulary + indices[start + t + 1]] = 1
        }
      }
      return found
    },
  }
}
