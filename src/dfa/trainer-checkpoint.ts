// A trainer as the bytes of a file, and back: the next step has the bits that it would have had.

import { decodeCheckpoint, encodeCheckpoint, type FileBytes, type NamedArray, networkArrays,
  restoreArrays } from '../nn/index.ts'
import { show } from '../tensor/index.ts'
import type { Trainer } from './trainer.ts'

/**
 * Everything that the next step of a trainer depends on, but for data, network, rule and optimizer as they were made:
 * parameters, steps, the state of optimizer, rule, weight norms and layers. `metadata` is anything that JSON can say.
 * Throws: as `encodeCheckpoint`.
 */
export function saveTrainer(trainer: Trainer, metadata: unknown = null): FileBytes {
  const state = trainer.state().filter(({ name }) => !name.startsWith('layer/'))
  return encodeCheckpoint({
    metadata: { kind: 'trainer', steps: trainer.steps, metadata },
    arrays: [...networkArrays(trainer.network), ...state],
  })
}

/**
 * Sets a trainer with the same network, rule and optimizer to the moment of `saveTrainer`; returns the metadata.
 * Throws: Error for a file that is no checkpoint of a trainer, or of another one; nothing is changed then.
 */
export function loadTrainer(trainer: Trainer, file: Uint8Array): unknown {
  const { metadata: found, arrays } = decodeCheckpoint(file)
  const { kind, steps, metadata } = (found ?? {}) as { kind?: unknown; steps?: unknown; metadata?: unknown }
  if (kind !== 'trainer' || !Number.isSafeInteger(steps) || (steps as number) < 0) {
    throw new Error(`loadTrainer: file must be the checkpoint of a trainer, got ${show(found)}`)
  }
  const isParameter = ({ name }: NamedArray): boolean => name.startsWith('parameter/')
  const parameters = networkArrays(trainer.network).filter(isParameter)
  const given = arrays.filter(isParameter)
  // Both parts are checked before either is written: the parameters into copies first.
  restoreArrays('loadTrainer', parameters.map(({ name, data }) => ({ name, data: data.slice() })), given)
  trainer.restore(steps as number, arrays.filter((array) => !isParameter(array)))
  restoreArrays('loadTrainer', parameters, given)
  return metadata
}
