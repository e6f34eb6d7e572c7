// Checkpoints on disk: at every moment the name stands for a whole file, the last one or the one before.

import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from '../nn/index.ts'
import { readIfFile, writeWhole } from './files.ts'
import { UsageError } from './options.ts'

/**
 * Replaces `file` by the checkpoint; see `writeWhole` for what holds when the process or the machine stops in between.
 * One process at a time may write a file. Throws: what `encodeCheckpoint` throws, UsageError when it cannot be written;
 * the file is then as it was before.
 */
export function writeCheckpoint(file: string, checkpoint: Checkpoint): void {
  writeWhole(file, encodeCheckpoint(checkpoint))
}

/** The checkpoint in `file`. Throws: UsageError naming the file, and the byte, for one that is absent or damaged. */
export function readCheckpoint(file: string): Checkpoint {
  const bytes = readIfFile(file)
  if (bytes === undefined) throw new UsageError(`${file}: checkpoint must exist and be a file, got neither`)
  try {
    return decodeCheckpoint(bytes, file)
  } catch (cause) {
    throw new UsageError((cause as Error).message, { cause })
  }
}
