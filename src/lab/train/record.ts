// The record of a training as JSON lines: the configuration first, then one line per epoch, then how it ended.

import type { AlignmentRecord } from '../../dfa/index.ts'
import type { Score } from '../training/score.ts'
import type { TrainingConfiguration } from '../training/configuration.ts'
import { packageVersion } from '../version.ts'

/**
 * What is known after so many epochs, 0 before the first step. Seconds and rates of progress are not part of it: they
 * are not reproducible.
 */
export interface EpochRecord {
  readonly epoch: number
  readonly steps: number
  /** Mean over the samples of the epoch, each before the update of its step; null at epoch 0. Units: as `test.loss`. */
  readonly trainingLoss: number | null
  /** η of the last step, null at epoch 0. */
  readonly rate: number | null
  /** Of as many training samples as there are test samples, the first ones; null in what older versions recorded. */
  readonly training: Score | null
  readonly validation: Score | null
  readonly test: Score
  /** Null when no alignment was asked for. */
  readonly alignment: AlignmentRecord | null
}

/** How a training ended: the hash of its final state, or why it was stopped. */
export type Ending = { readonly record: 'end'; readonly hash: string } | { readonly record: 'stopped';
  readonly step: number; readonly why: string }

/** The whole record as text; without `ending` while the training goes on. */
export function recordText(configuration: TrainingConfiguration, tier: string, records: readonly EpochRecord[],
  ending?: Ending): string
{
  const lines: object[] = [{
    record: 'training',
    version: packageVersion(),
    runtime: `Node ${process.versions.node}, ${process.platform} ${process.arch}`,
    tier,
    configuration,
  }, ...records.map((record) => ({ record: 'epoch', ...record })), ...(ending === undefined ? [] : [ending])]
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('')
}

/** A record as a line of text. */
export function epochLine(record: EpochRecord, epochs: number, perSecond: number): string {
  const { epoch, trainingLoss, training, validation, test, alignment } = record
  const percent = (name: string, { accuracy }: Score): string => `${name} ${(100 * accuracy).toFixed(2)} %`
  const cosines = Object.values(alignment?.layerGradient ?? {}).map(({ mean }) => mean?.toFixed(3) ?? '–')
  const parts = [...(trainingLoss === null ? [] : [`training loss ${trainingLoss.toFixed(4)}`]),
    ...(training === null ? [] : [percent('training', training)]),
    ...(validation === null ? [] : [percent('validation', validation)]),
    `${percent('test', test)} (loss ${test.loss.toFixed(4)})`,
    ...(alignment === null ? []
      : [`alignment ${cosines.join(' ')} (whole ${alignment.wholeGradient?.toFixed(3) ?? '–'})`]),
    ...(epoch === 0 ? [] : [`${Math.round(perSecond)} samples/s`])]
  return `epoch ${epoch}/${epochs}: ${parts.join(', ')}`
}
