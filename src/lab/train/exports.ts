// A training's records in the forms of other programs, as they come.

import { basename } from 'node:path'
import { csvOf } from '../compare/csv.ts'
import { eventFile, eventOf } from '../compare/tensorboard.ts'
import { appendBytes, writeWhole } from '../files.ts'
import type { Results } from '../results.ts'
import type { EpochRecord } from './record.ts'

/** Where to; undefined for what nobody asked for. */
interface Places {
  readonly csv: string | undefined
  readonly tensorboard: string | undefined
  readonly checkpoint: string
}

/** What a training is called in tables and event files: as its checkpoint, which no other training has. */
export function runName(checkpoint: string): string {
  return basename(checkpoint).replace(/\.checkpoint$/, '')
}

/**
 * Writes all records that there are to the files that were asked for. The table is written whole each time, the event file
 * once and then added to: its reader goes on from where it was.
 */
export function exports({ csv, tensorboard, checkpoint }: Places,
  write: Results['write']): (records: readonly EpochRecord[]) => void
{
  let events: number | undefined
  return (records) => {
    if (csv !== undefined && records.length > 0) write(csv, csvOf([{ name: runName(checkpoint), records }]))
    if (tensorboard === undefined) return
    if (events === undefined) writeWhole(tensorboard, eventFile(records))
    else for (const record of records.slice(events)) appendBytes(tensorboard, eventOf(record))
    events = records.length
  }
}
