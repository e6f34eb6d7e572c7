// Loss and share of right answers over samples that are read in batches.

import type { Batches } from '../../data/index.ts'
import type { Trainer } from '../../dfa/index.ts'
import { countCorrect, type Reduction } from '../../nn/index.ts'
import { choose } from '../../tensor/index.ts'

/** Loss per sample and share of right answers. */
export interface Score {
  readonly loss: number
  readonly accuracy: number
}

const IS_MEAN: Readonly<Record<Reduction, boolean>> = { mean: true, sum: false }

/** One pass over the batches of `reader` in evaluation mode; changes nothing. `reduction` is that of the trainer's loss. */
export function scoreOf({ evaluate }: Trainer, reader: Batches, reduction: Reduction): Score {
  const isMean = choose('scoreOf', 'reduction', reduction, IS_MEAN)
  let loss = 0
  let correct = 0
  let count = 0
  for (let index = 0; index < reader.perEpoch; index++) {
    const { input, target } = reader.batch(0, index)
    const { loss: value, output } = evaluate(input, target)
    loss += isMean ? value * input.shape[0] : value
    correct += countCorrect(output, target)
    count += input.shape[0]
  }
  return { loss: loss / count, accuracy: correct / count }
}
