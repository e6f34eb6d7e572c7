// Records as `train` writes them, without a training.

import type { EpochRecord } from '../../../src/lab/train/record.ts'

const cosine = (mean: number | null) => ({ mean, deviation: 0, count: 1, zeros: 0 })

/** Numbers that tell epoch and training apart; no binary float is as short as its text. */
export function record(epoch: number, shift = 0): EpochRecord {
  return {
    epoch,
    steps: 63 * epoch,
    trainingLoss: epoch === 0 ? null : 2.3 - epoch / 10 + shift,
    rate: epoch === 0 ? null : 1e-3,
    training: { loss: 2.31 - epoch / 10 + shift, accuracy: 0.1 + epoch / 7 },
    validation: null,
    test: { loss: 2.32 - epoch / 10 + shift, accuracy: 0.1 + epoch / 9 + shift },
    alignment: {
      step: 63 * epoch,
      signal: { point1: cosine(0.1) },
      layerGradient: { dense1: { ...cosine(epoch / 11), batch: 0.5 }, dense2: { ...cosine(1), batch: 1 } },
      joined: cosine(epoch === 0 ? null : epoch / 11),
      wholeGradient: 0.7,
      weight: { dense2: -0.25 },
      normRatio: {},
      feedbackNorm: { point1: 3 },
    },
  }
}

/** The lines of a record of three epochs, or of as many as are given, under a configuration. */
export function lines(configuration: object, records: readonly EpochRecord[] = [0, 1, 2].map((epoch) => record(epoch)),
  ending: object | null = { record: 'end', hash: 'abc' }): string
{
  return [{ record: 'training', version: '0.2.0', runtime: 'Node', tier: 'simd', configuration },
    ...records.map((one) => ({ record: 'epoch', ...one })), ...(ending === null ? [] : [ending])].map((line) =>
      `${JSON.stringify(line)}\n`
    ).join('')
}
