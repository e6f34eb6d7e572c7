// The process's own streams: how wide they are, and what becomes of text that they do not take.

import { closeSync, fstatSync } from 'node:fs'
import { isatty } from 'node:tty'

/** Columns of text that no terminal shows. */
const UNSHOWN = 160
/** Columns of a terminal that does not say. */
const USUAL = 80
/** Below this words would be broken into letters; a narrower terminal folds the lines itself. */
const LEAST = 40

/** Columns of a terminal; a pseudo-terminal without a size reports 0. */
export function terminalColumns({ columns }: { readonly columns?: number }): number {
  return columns !== undefined && columns > 0 ? columns : USUAL
}

/** Columns for text on `stream`: COLUMNS where it is set, the terminal's own, or 160 for files and pipes; at least 40. */
export function columnsOf(stream: { readonly isTTY?: boolean; readonly columns?: number },
  environment: Readonly<Record<string, string | undefined>>): number
{
  const asked = Number(environment['COLUMNS'])
  if (Number.isSafeInteger(asked) && asked > 0) return Math.max(LEAST, asked)
  return stream.isTTY === true ? Math.max(LEAST, terminalColumns(stream)) : UNSHOWN
}

/** A reader that closes the pipe early (head, a pager), a terminal that went away: no error, the work goes on, silently. */
const GONE: readonly unknown[] = ['EPIPE', 'EIO', 'ECONNRESET']

/** Writes lines to `stream` until the first that fails; `fault` learns why, unless the reader has left. */
export function lineWriter(stream: Pick<NodeJS.WriteStream, 'on' | 'write'>,
  fault: (cause: Error) => void): (text: string) => void
{
  let isOpen = true
  const close = (cause: NodeJS.ErrnoException): void => {
    if (isOpen && !GONE.includes(cause.code)) fault(cause)
    isOpen = false
  }
  stream.on('error', close)
  return (text) => {
    if (!isOpen) return
    try {
      stream.write(`${text}\n`)
    } catch (cause) {
      close(cause as NodeJS.ErrnoException)
    }
  }
}

/**
 * At this process's end, lets go of terminals that went away. Why: Node sets all its terminals back as they were and
 * aborts, with the status of a crash, where that fails.
 */
export function releaseLostTerminals(): void {
  process.on('exit', () => {
    for (const descriptor of [0, 1, 2]) {
      try {
        // One that went away is no terminal any more, but still a device; closing others, such as /dev/null, does no harm.
        if (!isatty(descriptor) && fstatSync(descriptor).isCharacterDevice()) closeSync(descriptor)
      } catch { /* closed already */ }
    }
  })
}

/** A message as one line: characters that would break it, move the cursor or cannot be seen stand as `\u{…}`. */
export function oneLine(message: string): string {
  return message.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (c) => `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`)
}
