// What owners tell each other, in shared memory: counters that only grow, the activations between two neighbors, e.
// Nothing else is shared, so nothing needs a lock.

/** Shared memory, as it travels to the owners. */
export interface SharedBoard {
  readonly words: Int32Array
  /** Between owner i and i + 1: `SLOTS` batches of activations, each with room for a whole one. */
  readonly channels: readonly Float32Array[]
  /** e, [B, K]; a shorter batch uses the beginning. */
  readonly error: Float32Array
}

/**
 * Batches that may lie between two neighbors. Under a rule that waits for e there is never more than one: an owner's
 * next forward pass comes after its update, and that after the batch above was taken. Other rules run ahead by as much.
 */
export const SLOTS = 2

// Words: a stop flag, the number of errors published, and for each pair of neighbors batches sent and taken.
const STOP = 0
const ERRORS = 1
const PAIRS = 2

/** Thrown by a wait when another owner has failed or the run is closed. */
export class Stopped extends Error {
  override readonly name = 'Stopped'
}

/** Rounds of looking before sleeping, and the longest sleep in ms: whoever wakes up looks at the stop flag, too. */
const SPINS = 50_000
const SLEEP = 1000

/** How one owner uses the board. */
export interface Board {
  /** Owner `i` has put batch `step` into its slot for the owner above. */
  readonly send: (i: number, step: number, from: Float32Array) => void
  /** Copies batch `step` of the owner below into `into`. */
  readonly receive: (i: number, step: number, into: Float32Array) => void
  readonly publishError: (step: number, from: Float32Array) => void
  readonly receiveError: (step: number, into: Float32Array) => void
}

/** Shared memory for owners whose stretches end with these widths, the last one's being K, after `steps` steps. */
export function newBoard(batch: number, widths: readonly number[], steps = 0): SharedBoard {
  const floats = (length: number): Float32Array => new Float32Array(new SharedArrayBuffer(4 * length))
  return {
    words: new Int32Array(new SharedArrayBuffer(4 * (PAIRS + 2 * widths.length))).fill(steps, ERRORS),
    channels: widths.slice(0, -1).map((width) => floats(SLOTS * batch * width)),
    error: floats(batch * widths[widths.length - 1]),
  }
}

/** Ends every wait, now and later. */
export function stopAll({ words }: SharedBoard): void {
  Atomics.store(words, STOP, 1)
  for (let at = 0; at < words.length; at++) Atomics.notify(words, at)
}

/**
 * The board as one owner sees it. `blocking`: a wait looks `SPINS` times (not at all when there are more owners than
 * processors), then sleeps. Otherwise what is waited for must be there: owners that run in turns never wait.
 * Throws, in waits: Stopped; Error when not blocking and the other owner has not run. Counters are 32 bits: 2³¹ steps.
 */
export function board(shared: SharedBoard, blocking: boolean, spinning: boolean): Board {
  const { words, channels, error } = shared
  const most = spinning ? SPINS : 0
  const waitFor = (at: number, count: number): void => {
    for (let spins = 0;; spins++) {
      if (Atomics.load(words, STOP) !== 0) throw new Stopped('another owner has stopped')
      const seen = Atomics.load(words, at)
      if (seen >= count) return
      if (!blocking) throw new Error(`board: word ${at} must be at least ${count}, got ${seen}; owners ran out of turn`)
      if (spins >= most) Atomics.wait(words, at, seen, SLEEP)
    }
  }
  const publish = (at: number, count: number): void => {
    Atomics.store(words, at, count)
    Atomics.notify(words, at)
  }
  const sent = (i: number): number => PAIRS + 2 * i
  const taken = (i: number): number => PAIRS + 2 * i + 1
  return {
    send(i, step, from) {
      waitFor(taken(i), step + 1 - SLOTS)
      channels[i].set(from, (step % SLOTS) * (channels[i].length / SLOTS))
      publish(sent(i), step + 1)
    },
    receive(i, step, into) {
      waitFor(sent(i - 1), step + 1)
      const from = (step % SLOTS) * (channels[i - 1].length / SLOTS)
      into.set(channels[i - 1].subarray(from, from + into.length))
      publish(taken(i - 1), step + 1)
    },
    publishError(step, from) {
      error.set(from)
      publish(ERRORS, step + 1)
    },
    receiveError(step, into) {
      waitFor(ERRORS, step + 1)
      into.set(error.subarray(0, into.length))
    },
  }
}
