// A training as a checkpoint, and back: everything that the next step depends on.

import { createHash } from 'node:crypto'
import { restoreArrays, type Checkpoint, type NamedArray } from '../../nn/index.ts'
import { UsageError } from '../options.ts'
import type { TrainingConfiguration } from '../training/configuration.ts'
import { configure } from '../training/configuration.ts'
import type { Session } from '../training/session.ts'
import type { EpochRecord } from './record.ts'

/** What a checkpoint says beside its arrays. */
export interface Snapshot {
  readonly configuration: TrainingConfiguration
  readonly steps: number
  /** Sum of the losses of this epoch's steps so far. */
  readonly lossSum: number
  readonly epochLosses: readonly number[]
  readonly records: readonly EpochRecord[]
  /** Samples whose alignment is measured at each epoch's end. */
  readonly alignmentSamples: number
}

/** Parameters, feedback that is trained, and the state of optimiser, rule and layers; no copies. */
function arraysOf({ trainer, rule }: Session): readonly NamedArray[] {
  return [
    ...trainer.parameters.map(({ name, value }) => ({ name: `parameter/${name}`, data: value.data })),
    ...(rule.parameters ?? []).map(({ name, value }) => ({ name: `feedback/${name}`, data: value.data })),
    ...trainer.state(),
  ]
}

/** The checkpoint of this moment, between two steps. */
export function takeSnapshot(session: Session, snapshot: Snapshot): Checkpoint {
  return { metadata: { kind: 'training', ...snapshot }, arrays: arraysOf(session) }
}

/** What a checkpoint says about its training. Throws: UsageError naming the file when it is none of a training. */
export function readSnapshot(file: string, { metadata }: Checkpoint): Snapshot {
  const found = metadata as Partial<Snapshot & { kind: string }> | null
  const wrong = (what: string): UsageError => new UsageError(`${file}: must be the checkpoint of a training, got ${what}`)
  if (typeof found !== 'object' || found === null || found.kind !== 'training') throw wrong('another kind')
  const { configuration, steps, lossSum, epochLosses, records, alignmentSamples } = found
  if (typeof configuration !== 'object' || configuration === null) throw wrong('no configuration')
  if (!Number.isSafeInteger(steps) || (steps as number) < 0) throw wrong(`${String(steps)} steps`)
  if (typeof lossSum !== 'number' || !Array.isArray(epochLosses) || !Array.isArray(records) || !Number.isSafeInteger(alignmentSamples)) throw wrong('no record of its epochs')
  const { faults } = configure(new Map(), strip(configuration as unknown as Record<string, unknown>))
  if (faults.length > 0) throw wrong(`a configuration that this version refuses: ${faults.join('; ')}`)
  return found as Snapshot
}

/** Only what differs from the defaults counts as given: a rule without feedback has defaults for it nevertheless. */
function strip(configuration: Record<string, unknown>): Record<string, unknown> {
  const { configuration: defaults } = configure(new Map())
  return Object.fromEntries(Object.entries(configuration).filter(([name, value]) =>
    JSON.stringify(value) !== JSON.stringify((defaults as Record<string, unknown>)[name])))
}

/** Sets a fresh session to the moment of a checkpoint. Throws: UsageError when arrays do not fit; nothing is changed then. */
export function restoreSnapshot(file: string, session: Session, checkpoint: Checkpoint, { steps, epochLosses }: Snapshot): void {
  const { trainer } = session
  const isValue = ({ name }: NamedArray): boolean => name.startsWith('parameter/') || name.startsWith('feedback/')
  const own = arraysOf(session).filter(isValue)
  const given = checkpoint.arrays.filter(isValue)
  try {
    // Into copies first: a second half that does not fit must not leave the first one changed.
    restoreArrays('resume', own.map(({ name, data }) => ({ name, data: data.slice() })), given)
    trainer.restore(steps, checkpoint.arrays.filter((array) => !isValue(array)))
    restoreArrays('resume', own, given)
  } catch (cause) {
    throw new UsageError(`${file}: must fit its own configuration, got ${(cause as Error).message}`)
  }
  session.epochLosses.push(...epochLosses)
}

/** SHA-256 over names and bits of everything that a checkpoint holds: equal for equal trainings. */
export function sessionHash(session: Session): string {
  const hash = createHash('sha256')
  for (const { name, data } of arraysOf(session)) hash.update(name).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  return hash.digest('hex')
}
