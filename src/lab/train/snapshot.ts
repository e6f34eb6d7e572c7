// A training as a checkpoint, and back: everything that the next step depends on.

import { createHash } from 'node:crypto'
import { type Checkpoint, type NamedArray, restoreArrays } from '../../nn/index.ts'
import { UsageError } from '../options.ts'
import { respell, respellKeys } from '../spelling.ts'
import { configure, defaultsOf, type TrainingConfiguration } from '../training/configuration.ts'
import { DATASET_NAMES, taskOf, usesOption } from '../training/tasks.ts'
import { RULE_NAMES, RULE_OPTIONS, ruleUses } from '../training/rule-uses.ts'
import { ALWAYS } from '../training/short-form.ts'
import { arraysOf, type Session } from '../training/session.ts'
import type { Content } from '../training/tasks/task.ts'
import type { EpochRecord } from './record.ts'

/** Of what `Snapshot` says; absent where epochs were counted from 0 and losses summed over steps. */
const FORM = 2
/** What a checkpoint says beside its arrays. */
export interface Snapshot {
  readonly configuration: TrainingConfiguration
  readonly steps: number
  /** Sum of the losses of this epoch's samples so far. */
  readonly lossSum: number
  readonly epochLosses: readonly number[]
  readonly records: readonly EpochRecord[]
  /** Samples whose alignment is measured at each epoch's end. */
  readonly alignmentSamples: number
  /** SHA-256 of the data, so that a training does not go on with others. */
  readonly data: string
}

/** The checkpoint of this moment, between two steps. */
export function takeSnapshot(session: Session, snapshot: Snapshot): Checkpoint {
  return { metadata: { kind: 'training', form: FORM, ...snapshot }, arrays: arraysOf(session) }
}

/** What a checkpoint says about its training. Throws: UsageError naming the file when it is none of a training. */
export function readSnapshot(file: string, { metadata }: Checkpoint): Snapshot {
  const found = metadata as Partial<Snapshot & { kind: string; form: number }> | null
  const wrong = (what: string): UsageError =>
    new UsageError(`${file}: must be the checkpoint of a training, got ${what}`)
  if (typeof found !== 'object' || found === null || found.kind !== 'training') throw wrong('another kind')
  const { steps, lossSum, epochLosses, records, alignmentSamples, data } = found
  if (typeof found.configuration !== 'object' || found.configuration === null) throw wrong('no configuration')
  const configuration = respellKeys(found.configuration)
  const missing = ALWAYS.filter((name) => !Object.hasOwn(configuration, name))
  if (missing.length > 0) throw wrong(`no ${missing.join(', ')} in its configuration`)
  const { faults, configuration: read } = configure(new Map(), strip(configuration))
  if (faults.length > 0) throw wrong(`a configuration that this version refuses: ${faults.join('; ')}`)
  if (!Number.isSafeInteger(steps) || (steps as number) < 0) throw wrong(`${String(steps)} steps`)
  if (typeof lossSum !== 'number' || typeof data !== 'string') throw wrong('no sum of losses or no data')
  if (!Number.isSafeInteger(alignmentSamples) || (alignmentSamples as number) < 0) {
    throw wrong(`${String(alignmentSamples)} samples for alignment`)
  }
  if (!Array.isArray(epochLosses)
    || !Array.isArray(records)
    || !records.every(isRecord)
    || records.filter(({ epoch }) => found.form === undefined || epoch > 0).length !== epochLosses.length)
  {
    throw wrong('no record of its epochs')
  }
  const snapshot: Snapshot = {
    configuration: read,
    steps: steps as number,
    lossSum,
    epochLosses,
    records,
    alignmentSamples: alignmentSamples as number,
    data,
  }
  return found.form === undefined ? ofToday(snapshot) : snapshot
}

/** What older versions wrote. Their losses of whole epochs stay means over steps, now per sample under either reduction. */
function ofToday(old: Snapshot): Snapshot {
  const { batch, reduction } = old.configuration
  const perSample = (loss: number): number => reduction === 'sum' ? loss / batch : loss
  return {
    ...old,
    // Within an epoch all steps so far have been whole batches.
    lossSum: perSample(old.lossSum) * batch,
    epochLosses: old.epochLosses.map(perSample),
    records: old.records.map((record) => ({
      ...record,
      epoch: record.epoch + 1,
      trainingLoss: perSample(record.trainingLoss ?? NaN),
      training: null,
    })),
  }
}

function isRecord(record: unknown): record is EpochRecord {
  const { epoch, test } = (record ?? {}) as Partial<EpochRecord>
  return typeof epoch === 'number' && typeof test === 'object' && test !== null && typeof test.loss === 'number'
}

/**
 * Only what differs from the defaults counts as given: a rule without feedback has defaults for it nevertheless, and those
 * of an older version are none of today. The rate always does, for its default follows from widths and optimizer, too.
 */
function strip(configuration: Record<string, unknown>): Record<string, unknown> {
  const { dataset, model, rule } = configuration as unknown as TrainingConfiguration
  if (!DATASET_NAMES.includes(dataset)) return configuration
  const defaults = defaultsOf({ dataset, model, rule }) as unknown as Record<string, unknown>
  const task = taskOf({ dataset })
  const isUseless = (name: string): boolean =>
    !usesOption(task, name) || (RULE_NAMES.includes(rule) && RULE_OPTIONS.includes(name) && !ruleUses(rule, name))
  const differs = ([name, value]: [string, unknown]): boolean =>
    !isUseless(name) && (name === 'rate' || JSON.stringify(value) !== JSON.stringify(defaults[name]))
  return { ...Object.fromEntries(Object.entries(configuration).filter(differs)), dataset, model, rule }
}

/**
 * Sets a fresh session to the moment of a checkpoint. Throws: UsageError when data, steps or arrays do not fit; nothing is
 * changed then.
 */
export function restoreSnapshot(file: string, session: Session, checkpoint: Checkpoint,
  { steps, epochLosses, data }: Snapshot, given: string): void
{
  const { trainer, perEpoch } = session
  if (data !== given) {
    throw new UsageError(
      `${file}: data must be those that the training began with, got others (SHA-256 ${given.slice(0, 12)}…, not ${
        data.slice(0, 12)
      }…)`,
    )
  }
  const whole = Math.floor(steps / perEpoch)
  if (epochLosses.length !== whole) {
    throw new UsageError(`${file}: must hold ${whole} epochs after ${steps} steps, got ${epochLosses.length}`)
  }
  const isValue = ({ name }: NamedArray): boolean => name.startsWith('parameter/')
  const own = arraysOf(session).filter(isValue)
  const arrays = checkpoint.arrays.map(({ name, data }): NamedArray => ({ name: respell(name), data }))
  const values = arrays.filter(isValue)
  try {
    // Into copies first: a second half that does not fit must not leave the first one changed.
    restoreArrays('resume', own.map(({ name, data }) => ({ name, data: data.slice() })), values)
    trainer.restore(steps, arrays.filter((array) => !isValue(array)))
    restoreArrays('resume', own, values)
  } catch (cause) {
    throw new UsageError(`${file}: must fit its own configuration, got ${(cause as Error).message}`)
  }
  session.epochLosses.push(...epochLosses)
}

/** SHA-256 over names and bits of everything that a checkpoint holds: equal for equal trainings. */
export function sessionHash(session: Session): string {
  const hash = createHash('sha256')
  for (const { name, data } of arraysOf(session)) {
    hash.update(name).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  }
  return hash.digest('hex')
}

/** SHA-256 over shapes and numbers of all data. */
export function dataHash(content: readonly Content[]): string {
  const hash = createHash('sha256')
  for (const { shape, data } of content) {
    hash.update(shape.join()).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  }
  return hash.digest('hex')
}
