// The record of a training as JSON lines: the configuration first, then one line per epoch, then the end.

import type { AlignmentRecord } from '../../dfa/index.ts'
import type { Score } from '../training/score.ts'
import type { Session } from '../training/session.ts'
import type { TrainingConfiguration } from '../training/configuration.ts'
import { packageVersion } from '../version.ts'

/** What is known at the end of an epoch. Seconds and rates of progress are not part of it: they are not reproducible. */
export interface EpochRecord {
  readonly epoch: number
  readonly steps: number
  /** Mean of the losses of the epoch's steps, each before its update. */
  readonly trainingLoss: number
  readonly rate: number
  readonly validation: Score | null
  readonly test: Score
  /** Null when no alignment was asked for. */
  readonly alignment: AlignmentRecord | null
}

/** Scores, and the alignment of the rule on `alignmentSamples` training samples, between two steps. */
export function epochRecord(session: Session, epoch: number, trainingLoss: number, rate: number, hasValidation: boolean,
  alignment: AlignmentRecord | null): EpochRecord
{
  return {
    epoch,
    steps: session.trainer.steps,
    trainingLoss,
    rate,
    validation: hasValidation ? session.score('validation') : null,
    test: session.score('test'),
    alignment,
  }
}

/** The whole record as text. `hash` of the final state, undefined while the training goes on. */
export function recordText(configuration: TrainingConfiguration, tier: string, records: readonly EpochRecord[],
  hash?: string): string
{
  const lines: object[] = [{
    record: 'training',
    version: packageVersion(),
    runtime: `Node ${process.versions.node}, ${process.platform} ${process.arch}`,
    tier,
    configuration,
  }, ...records.map((record) => ({ record: 'epoch', ...record })),
    ...(hash === undefined ? [] : [{ record: 'end', hash }])]
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('')
}
