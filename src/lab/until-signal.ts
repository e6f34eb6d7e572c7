// Long work on many runs: how far it is, and what ends it before its time.

import { duration } from './reproduce/report.ts'
import { progressLine } from './progress.ts'
import { type EndingSignal, onEndingSignal } from './signals.ts'

/** Does work that ends when this process is asked to end; returns the signal, undefined without one. */
export async function untilSignal(
  work: (signal: AbortSignal, progress: (done: number, total: number) => void) => Promise<void>,
): Promise<EndingSignal | undefined> {
  const line = progressLine(process.stderr)
  const abort = new AbortController()
  let ended: EndingSignal | undefined
  const stopListening = onEndingSignal('once', (name) => {
    ended = name
    abort.abort()
  })
  const start = performance.now()
  try {
    await work(abort.signal, (done, total) => {
      const part = done / total
      const left = (performance.now() - start) / 1000 * (1 - part) / part
      line.update(`${Math.floor(done)} of ${total} runs${part > 0.01 ? `, about ${duration(left)} left` : ''}`)
    })
  } finally {
    line.clear()
    stopListening()
  }
  return ended
}
