#!/usr/bin/env node
// The executable: connects the command line to the process.

import { runCommandLine } from './cli.ts'
import { columnsOf, lineWriter, oneLine, releaseLostTerminals } from './terminal.ts'

releaseLostTerminals()
// What cannot be said on standard error cannot be said at all; the status remains.
const { write: error } = lineWriter(process.stderr, () => {})
let status: number | undefined
const { write: out, isAbandoned } = lineWriter(process.stdout, ({ message }) => {
  // The work goes on: what it writes into files is not lost. Its text is, so this is no success.
  error(`feedback-alignment: standard output: must be writable, got ${oneLine(message)}`)
  status = 2
  process.exitCode = 2
})

try {
  const width = columnsOf(process.stdout, process.env)
  const color = process.stdout.isTTY && (process.env['NO_COLOR'] ?? '') === ''
  process.exitCode = await runCommandLine(process.argv.slice(2), { out, error, width, color, isAbandoned })
} catch (cause) {
  // Training that diverges and the like: the reason is the message; the stack is for whoever asks.
  const { message, stack } = cause as Error
  error(`feedback-alignment: ${process.env['FEEDBACK_ALIGNMENT_DEBUG'] === undefined ? oneLine(message) : stack}`)
  process.exitCode = 1
}
// An error of the stream may come before this or after.
if (status !== undefined) process.exitCode = status
