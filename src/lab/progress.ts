// One line on a terminal that says what is being done; nothing anywhere else.

import { terminalColumns } from './terminal.ts'

/** Reports progress of a long command. */
export interface Progress {
  readonly update: (text: string) => void
  readonly clear: () => void
}

/** A progress line on `stream` when that is a terminal; silent otherwise. Redraws at most ten times a second. */
export function progressLine(stream: NodeJS.WriteStream): Progress {
  if (!stream.isTTY) return { update() {}, clear() {} }
  const start = performance.now()
  let last = -Infinity
  return {
    update(text) {
      const now = performance.now()
      if (now - last < 100) return
      last = now
      const line = `${((now - start) / 1000).toFixed(1)} s  ${text}`
      stream.write(`\r\u001b[2K${line.slice(0, terminalColumns(stream) - 1)}`)
    },
    clear() {
      stream.write('\r\u001b[2K')
    },
  }
}
