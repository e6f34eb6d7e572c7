// Loss and share of right answers over samples that are read in batches.

import type { Batches } from '../../data/index.ts'
import type { Trainer } from '../../dfa/index.ts'
import { countCorrect, type Reduction } from '../../nn/index.ts'
import { choose } from '../../tensor/index.ts'

/** Loss per sample, and what else a task measures by the names of its measures, e.g. the share of right answers. */
export interface Score {
  readonly loss: number
  readonly [measure: string]: number
}

const SUMS: Readonly<Record<Reduction, (loss: number, samples: number) => number>> = {
  mean: (loss, samples) => loss * samples,
  sum: (loss) => loss,
}

/** What makes of a batch's loss the sum over its samples. */
export function lossSum(reduction: Reduction): (loss: number, samples: number) => number {
  return choose('lossSum', 'reduction', reduction, SUMS)
}

/** One pass over the batches of `reader` in evaluation mode; changes nothing. `reduction` is that of the trainer's loss. */
export function scoreOf({ evaluate }: Trainer, reader: Batches, reduction: Reduction): Score {
  const sum = lossSum(reduction)
  let loss = 0
  let correct = 0
  let count = 0
  for (let index = 0; index < reader.perEpoch; index++) {
    const { input, target } = reader.batch(0, index)
    const { loss: value, output } = evaluate(input, target)
    loss += sum(value, target.shape[0])
    correct += countCorrect(output, target)
    count += target.shape[0]
  }
  return { loss: loss / count, accuracy: correct / count }
}
