// Signals that end a command in order: what it has done is kept.

/**
 * Exit status of a command that a signal ended, as shells count: 128 and the signal's number. SIGUSR1 is what schedulers
 * are told to send before a time limit: who ends in order then has not failed.
 */
export const SIGNAL_STATUS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143, SIGUSR1: 0 } as const

/** Exit status of a command that ends because nobody reads what it says: that of SIGPIPE. */
export const NO_READER_STATUS = 141

/** A signal that is listened to; SIGHUP is that of a terminal that goes away. */
export type EndingSignal = keyof typeof SIGNAL_STATUS

/** Calls `listener` for the ending signals, `once` (the next one ends the process) or every time; returns what stops it. */
export function onEndingSignal(how: 'on' | 'once', listener: (signal: EndingSignal) => void): () => void {
  const names = Object.keys(SIGNAL_STATUS) as EndingSignal[]
  for (const name of names) process[how](name, listener)
  return () => {
    for (const name of names) process.off(name, listener)
  }
}
