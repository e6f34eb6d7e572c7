#!/usr/bin/env node
// The executable: connects the command line to the process.

import { runCommandLine } from './cli.ts'

// A reader that closes the pipe early (head, a pager) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // The work is done by then, and its verdict stands.
  if (error.code === 'EPIPE') process.exit()
  throw error
})

try {
  process.exitCode = await runCommandLine(process.argv.slice(2), {
    out: (text) => process.stdout.write(`${text}\n`),
    error: (text) => process.stderr.write(`${text}\n`),
    width: process.stdout.isTTY ? process.stdout.columns : 160,
  })
} catch (error) {
  // Training that diverges and the like: the reason is the message; the stack is for whoever asks.
  process.stderr.write(`feedback-alignment: ${process.env['FEEDBACK_ALIGNMENT_DEBUG'] === undefined ? (error as Error).message : (error as Error).stack}\n`)
  process.exitCode = 1
}
