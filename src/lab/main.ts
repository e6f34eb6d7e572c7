#!/usr/bin/env node
// The executable: connects the command line to the process.

import { runCommandLine } from './cli.ts'

/** Writes lines to `stream` until its reader leaves. */
function lines(stream: NodeJS.WriteStream): (text: string) => void {
  let isOpen = true
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // A reader that closes the pipe early (head, a pager) is no error: the work goes on, silently, to its own status.
    if (error.code !== 'EPIPE') throw error
    isOpen = false
  })
  return (text) => {
    if (isOpen) stream.write(`${text}\n`)
  }
}

const error = lines(process.stderr)

try {
  process.exitCode = await runCommandLine(process.argv.slice(2), {
    out: lines(process.stdout),
    error,
    width: process.stdout.isTTY ? process.stdout.columns : 160,
  })
} catch (cause) {
  // Training that diverges and the like: the reason is the message; the stack is for whoever asks.
  const { message, stack } = cause as Error
  error(`feedback-alignment: ${process.env['FEEDBACK_ALIGNMENT_DEBUG'] === undefined ? message : stack}`)
  process.exitCode = 1
}
