// The record of a training as JSON lines: the configuration first, then one line per epoch, then how it ended.

import type { AlignmentRecord } from '../../dfa/index.ts'
import type { Score } from '../training/score.ts'
import type { TrainingConfiguration } from '../training/configuration.ts'
import { isBetter } from '../training/tasks/measures.ts'
import type { Measure, Task } from '../training/tasks/task.ts'
import { packageVersion } from '../version.ts'

/**
 * What is known after so many epochs, 0 before the first step. Seconds and rates of progress are not part of it: they
 * are not reproducible.
 */
export interface EpochRecord {
  readonly epoch: number
  readonly steps: number
  /** Mean over the units (samples, nodes, …) of the epoch, each before the update of its step; null at epoch 0. Units: as `test.loss`. */
  readonly trainingLoss: number | null
  /** η of the last step, null at epoch 0. */
  readonly rate: number | null
  /** Of as many training units as there are in the test set, the first ones; null in what older versions recorded. */
  readonly training: Score | null
  readonly validation: Score | null
  readonly test: Score
  /** Null when no alignment was asked for. */
  readonly alignment: AlignmentRecord | null
}

/** The epoch that validates best, and what the test set says there. */
export interface BestEpoch {
  readonly epoch: number
  readonly validation: number
  readonly test: number
}

/** How a training ended: the hash of its final state and its best epoch where it validates, or why it was stopped. */
export type Ending = { readonly record: 'end'; readonly hash: string; readonly best?: BestEpoch } | {
  readonly record: 'stopped'
  readonly step: number
  readonly why: string
}

/** The first of the trained epochs of the best validation, undefined without one. */
export function bestEpoch(records: readonly EpochRecord[], measure: Measure): BestEpoch | undefined {
  const { name } = measure
  let best: BestEpoch | undefined
  for (const { epoch, validation, test } of records) {
    if (epoch === 0 || validation === null) continue
    if (best !== undefined && !isBetter(measure, validation[name], best.validation)) continue
    best = { epoch, validation: validation[name], test: test[name] }
  }
  return best
}

/** `best validation accuracy 79.40 % after epoch 87: test 80.10 % there`. */
export function bestText({ epoch, validation, test }: BestEpoch, { word, text }: Measure): string {
  return `best validation ${word} ${text(validation)} after epoch ${epoch}: test ${text(test)} there`
}

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

/** What a score says beside its first measure: the others, and the loss where it is none of them. */
function others(score: Score, { measures: [first, ...rest] }: Task): string {
  const isLoss = ({ name }: Measure): boolean => name === 'loss'
  const parts = rest.map(({ name, word, text }) => `${word} ${text(score[name])}`)
  return [...[first, ...rest].some(isLoss) ? [] : [`loss ${score.loss.toFixed(4)}`], ...parts].join(', ')
}

/** A record as a line of text. */
export function epochLine(record: EpochRecord, task: Task, epochs: number, perSecond: number): string {
  const { epoch, trainingLoss, training, validation, test, alignment } = record
  const [first] = task.measures
  // A number without a unit has its name.
  const said = first.unit === undefined ? `${first.word} ` : ''
  const scored = (name: string, score: Score): string => `${name} ${said}${first.text(score[first.name])}`
  const cosines = Object.values(alignment?.[task.aligned] ?? {}).map(({ mean }) => mean?.toFixed(3) ?? '–')
  const parts = [...(trainingLoss === null ? [] : [`training loss ${trainingLoss.toFixed(4)}`]),
    ...(training === null ? [] : [scored('training', training)]),
    ...(validation === null ? [] : [scored('validation', validation)]),
    `${scored('test', test)} (${others(test, task)})`,
    ...(alignment === null ? []
      : [`alignment ${cosines.join(' ')} (whole ${alignment.wholeGradient?.toFixed(3) ?? '–'})`]),
    ...(epoch === 0 ? [] : [`${Math.round(perSecond)} ${task.units.short}/s`])]
  return `epoch ${epoch}/${epochs}: ${parts.join(', ')}`
}
