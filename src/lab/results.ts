// Where a command puts its results: files that it may replace, or standard output.

import type { Console } from './command.ts'
import { readStart, requireWritable, writeWhole } from './files.ts'
import { flag, STANDARD_OUTPUT, UsageError } from './options.ts'

/** The option that lets results replace what others wrote. */
export const overwriteResults = flag('replace files that are there and are no results of this program')

/** How the results of this program begin: records and JSON of the commands, Markdown, CSV, event files, reports. */
const BEGINNINGS: readonly RegExp[] = [/^\{"record":"training",/, /^\{\s*"claims":\s*\[\s*(\{\s*"id":|\])/,
  /^\[\s*\{\s*"experiment":/, /^# Results\n\nWritten by `reproduce /, /^run,epoch,steps(,|\r\n)/,
  /^[^]{0,40}brain\.Event:2/, /^<!DOCTYPE html>[^]{0,200} content="default-src 'none'; style-src /]

/** Results on their way. */
export interface Results {
  /** For what people read: standard error while a result takes standard output. */
  readonly console: Console
  /** Writes the whole content. On standard output, where a growing record is given again and again, only what is new. */
  readonly write: (file: string, content: string) => void
}

/**
 * Prepares the files of options, undefined for those that are not given, before long work.
 * Throws: UsageError for one place given twice, what cannot be written, and, unless `overwrite`, a file that is no result.
 */
export function openResults(console: Console, overwrite: boolean,
  files: Readonly<Record<string, string | undefined>>): Results
{
  for (const [option, file] of Object.entries(files)) {
    if (file === undefined) continue
    const other = Object.keys(files).find((name) => name !== option && files[name] === file)
    if (other !== undefined) throw new UsageError(`${option}: must be another place than that of ${other}, got ${file}`)
    if (file === STANDARD_OUTPUT) continue
    requireWritable(option, file)
    if (!overwrite) requireResult(option, file)
  }
  let printed = 0
  return {
    console: Object.values(files).includes(STANDARD_OUTPUT) ? { ...console, out: console.error } : console,
    write(file, content) {
      if (file !== STANDARD_OUTPUT) return writeWhole(file, content)
      if (content.length > printed) console.out(content.slice(printed).replace(/\n$/, ''))
      printed = content.length
    },
  }
}

/** Throws: UsageError when `file` is there, not empty, and does not begin as results of this program do. */
function requireResult(option: string, file: string): void {
  const beginning = Buffer.from(readStart(file, 1000)).toString()
  if (beginning === '' || BEGINNINGS.some((known) => known.test(beginning))) return
  throw new UsageError(
    `${option}: ${file} must not be there, or be a result of this program, got another file; replace it with --overwrite`,
  )
}
