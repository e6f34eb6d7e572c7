// Tasks whose samples are rows: shuffled batches to train on, batches in order to score and to measure.

import { type Batches, batches } from '../../../data/index.ts'
import type { Kernels } from '../../../tensor/index.ts'
import { UsageError } from '../../options.ts'
import type { Split } from '../datasets.ts'
import type { TrainingConfiguration } from '../options.ts'
import { lossSum } from '../score.ts'
import type { Prepared, SplitName } from './task.ts'

/** What of a training rows give. */
export interface RowParts extends Pick<Prepared, 'order' | 'unitsAfter' | 'sizes' | 'probe' | 'inOrder' | 'sumOf'> {
  /** The first `count` rows of a split in batches, in their order. */
  readonly rowsOf: (split: SplitName, count: number) => Batches
}

/** Steps of one epoch. Throws: UsageError for a batch of more than all samples. */
export function stepsPerEpoch({ batch }: Pick<TrainingConfiguration, 'batch'>, samples: number): number {
  if (batch > samples) throw new UsageError(`--batch: must be at most the ${samples} training samples, got ${batch}`)
  return Math.ceil(samples / batch)
}

/** Batches of splits. Throws: UsageError for a batch of more than all samples. */
export function rowParts(splits: Readonly<Record<SplitName, Split>>, c: TrainingConfiguration,
  kernels: Kernels): RowParts
{
  const samples = splits.training.inputs.shape[0]
  stepsPerEpoch(c, samples)
  const order = batches({ ...splits.training, size: c.batch, seed: c.seed, kernels })
  const readers = new Map<string, Batches>()
  const reader = (split: SplitName, count: number, size: number): Batches => {
    const key = `${split}/${count}/${size}`
    const rows = Array.from({ length: count }, (_, i) => i)
    const found = readers.get(key) ?? batches({ ...splits[split], rows, size, seed: 0, shuffle: false, kernels })
    readers.set(key, found)
    return found
  }
  // Batches of the training size use the buffers that are there.
  const sizeOf = (count: number): number => Math.min(count, Math.max(c.batch, 50))
  return {
    order,
    unitsAfter: (steps) => Math.min(samples, steps * c.batch),
    sizes: { training: samples, validation: splits.validation.inputs.shape[0], test: splits.test.inputs.shape[0] },
    rowsOf: (split, count) => reader(split, count, sizeOf(count)),
    probe: (count) => reader('training', count, count).batch(0, 0),
    inOrder: () => reader('training', samples, sizeOf(samples)),
    sumOf: lossSum(c.reduction),
  }
}
