// What data files hold, for records: a hash of their content, and their size, which is all that older records know.

import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { dataFile, readData, readText, writeWhole } from '../files.ts'
import { UsageError } from '../options.ts'

/** By the names of data files: the hash of the content, in older records the bytes on the disk. */
export interface DataStamp {
  readonly [file: string]: string | number
}

/** Stamps of the files of one data directory; each file is read once at most. */
export interface DataStamps {
  /** Of those of the files that are there. Throws: UsageError for one that cannot be read. */
  readonly of: (files: readonly string[]) => DataStamp
  /** What differs between a recorded stamp and the files of today, in words; undefined when nothing does. */
  readonly difference: (recorded: DataStamp, files: readonly string[]) => string | undefined
}

/** A file as it was when its hash was taken: one that was written since has another time of its change. */
interface Known {
  readonly hash: string
  readonly size: number
  readonly changed: number
}

/** Changes of a file within so many milliseconds may have the same time: a hash so young is not kept. */
const TICK = 5000

/** First half of the SHA-256 of bytes. */
const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex').slice(0, 32)

/**
 * Hashes are of the unpacked content, so that a file and its packed form are the same data. Those that were taken are kept
 * in the file `memory`, where one is named, with the size and the time of change that the file had: processes that follow
 * read only what was written since.
 */
export function dataStamps(directory: string, memory?: string): DataStamps {
  const known = new Map<string, Known>(Object.entries(remembered(memory)))
  const stamp = (name: string): Known | undefined => {
    const file = dataFile(directory, name)
    if (file === undefined) return undefined
    const { path, size, changed } = file
    const before = known.get(path)
    if (before?.size === size && before.changed === changed) return before
    const found = { hash: hashOf(readData(directory, name)), size, changed }
    known.set(path, found)
    if (memory !== undefined && Date.now() - changed > TICK) {
      try {
        writeWhole(memory, `${JSON.stringify(Object.fromEntries(known))}\n`)
      } catch (error) {
        // What is not remembered is read again: slower, and all.
        if (!(error instanceof UsageError)) throw error
      }
    }
    return found
  }
  return {
    of: (files) =>
      Object.fromEntries(files.flatMap((name) => {
        const found = stamp(name)
        return found === undefined ? [] : [[name, found.hash] as const]
      })),
    difference(recorded, files) {
      for (const name of new Set([...Object.keys(recorded), ...files])) {
        const before: string | number | undefined = recorded[name]
        // The size alone needs no reading.
        const size = dataFile(directory, name)?.size
        const now = typeof before === 'number' ? size : stamp(name)?.hash
        if (before === now) continue
        const text = (value: string | number | undefined): string =>
          value === undefined ? 'absent'
            : typeof value === 'number' ? `${value} bytes` : `SHA-256 ${value.slice(0, 12)}…`
        return `${name} ${text(before)}, now ${text(now)}`
      }
      return undefined
    },
  }
}

function remembered(memory: string | undefined): { readonly [path: string]: Known } {
  if (memory === undefined) return {}
  try {
    const found = JSON.parse(readText(memory) ?? '{}') as unknown
    return typeof found === 'object' && found !== null ? found as { readonly [path: string]: Known } : {}
  } catch {
    return {}
  }
}

/** Where the hashes of data files are remembered beside records. */
export function stampMemory(runs: string): string {
  return join(runs, '.data-hashes.json')
}
