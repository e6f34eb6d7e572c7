// Checkpoints on disk and their names: at every moment a name stands for a whole file, the last one or the one before.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from '../nn/index.ts'
import { readIfFile, writeWhole } from './files.ts'
import { absolutePath, UsageError } from './options.ts'

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

/** Where a training is kept that names no checkpoint: below runs/train, with a number where one is there and must stay. */
export function freeCheckpoint(training: { readonly dataset: string; readonly rule: string; readonly seed: number },
  overwrite: boolean): string
{
  const name = `${training.dataset}-${training.rule}-seed${training.seed}`
  const place = (number: string): string =>
    absolutePath('--checkpoint', join('runs', 'train', `${name}${number}.checkpoint`))
  let file = place('')
  for (let n = 2; !overwrite && existsSync(file); n++) file = place(`-${n}`)
  return file
}
