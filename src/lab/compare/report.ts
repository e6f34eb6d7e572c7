// The command `report`: recorded trainings as a page, a table, event files.

import { join } from 'node:path'
import type { Command } from '../command.ts'
import { writeWhole } from '../files.ts'
import { describeOptions, output, parseOptions, path, text, UsageError } from '../options.ts'
import { count } from '../report/format.ts'
import { openResults, overwriteResults } from '../results.ts'
import { csvOf } from './csv.ts'
import { comparisonPage } from './page.ts'
import { readAllRuns } from './read-runs.ts'
import { EVENT_FILE, eventFile } from './tensorboard.ts'

const OPTIONS = {
  report: path('DIR', 'write the page as DIR/index.html [report, where neither --csv nor --tensorboard is given]'),
  title: text('TEXT', '', 'title of the page'),
  csv: output('write one row per training and epoch, comma-separated'),
  tensorboard: path('DIR', 'write TensorBoard event files, a directory for each training'),
  overwrite: overwriteResults,
} as const

const HELP = `feedback-alignment report FILE… [options]

Compares recorded trainings: FILEs are what \`train --json FILE\` wrote, of any number of trainings, also several behind
each other in one file. One HTML page without scripts shows test and training curves by rule, or by whatever else tells
the trainings apart, with bands over seeds; alignment layer by layer; a table of the ends; and the settings that differ.

Options:
${describeOptions(OPTIONS)}
  --help                          this text

Example:
  train --dataset mnist --data DIR --rule bp --json bp.jsonl
  train --dataset mnist --data DIR --rule dfa --json dfa.jsonl
  report bp.jsonl dfa.jsonl --report comparison --csv comparison.csv

Exit status: 0 done, 2 bad usage or bad input: a line that is none of a record is named by file and number.`

/** The `report` command. */
export const reportCommand: Command = {
  name: 'report',
  summary: 'one page, CSV or TensorBoard files from recorded trainings',
  help: HELP,
  run(args, given) {
    const files: string[] = []
    const asked = parseOptions('report', OPTIONS, args, files)
    if (files.length === 0) throw new UsageError('report: must be given a FILE of train --json, got none (see --help)')
    const runs = readAllRuns(files)
    const directory = asked.report
      ?? (asked.csv === undefined && asked.tensorboard === undefined ? path('DIR', '').read('report', 'report')
        : undefined)
    const page = directory === undefined ? undefined : join(directory, 'index.html')
    const events = asked.tensorboard === undefined ? []
      : runs.map((run) => ({ run, file: join(asked.tensorboard ?? '', run.name, EVENT_FILE) }))
    const { console, write } = openResults(given, asked.overwrite, { '--report': page, '--csv': asked.csv,
      ...Object.fromEntries(events.map(({ run, file }) => [`--tensorboard (${run.name})`, file])) })
    const epochs = runs.reduce((sum, { records }) => sum + records.length, 0)
    console.out(`${count(runs.length, 'training')}, ${count(epochs, 'record')}`)
    if (page !== undefined) {
      write(page, comparisonPage(runs, asked.title === '' ? undefined : asked.title))
      console.out(`Report: ${page}`)
    }
    if (asked.csv !== undefined) {
      write(asked.csv, csvOf(runs))
      console.out(`CSV: ${asked.csv}`)
    }
    for (const { run, file } of events) writeWhole(file, eventFile(run.records))
    if (events.length > 0) console.out(`TensorBoard: ${String(asked.tensorboard)}`)
    return 0
  },
}
