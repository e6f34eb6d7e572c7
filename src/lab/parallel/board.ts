// What owners tell each other, in shared memory: counters that only grow, and what each hands on: activations to the owner
// above, the last one e to all below. Nothing else is shared, so nothing needs a lock.

/** Shared memory, as it travels to the owners. */
export interface SharedBoard {
  readonly words: Int32Array
  /** Of owner i: `SLOTS` batches of what its stretch ends with, each with room for a whole one; of the last, e. */
  readonly channels: readonly Float32Array[]
}

/**
 * Batches that may lie in a channel. Under a rule that waits for e there is never more than one: an owner's next forward
 * pass comes after its update, and that after the batch above was taken. Other rules run ahead by as much.
 */
export const SLOTS = 2

// Words: a stop flag, and for each channel batches sent and taken.
const STOP = 0
const sent = (i: number): number => 1 + 2 * i
const taken = (i: number): number => 2 + 2 * i

/** Thrown by a wait when another owner has failed or the run is closed. */
export class Stopped extends Error {
  override readonly name = 'Stopped'
}

/** Rounds of looking before sleeping, and the longest sleep in ms: whoever wakes up looks at the stop flag, too. */
const SPINS = 50_000
const SLEEP = 1000

/** How owners use the board. */
export interface Board {
  /** Owner `i` hands on batch `step`. */
  readonly send: (i: number, step: number, from: Float32Array) => void
  /** Copies batch `step` of owner `i` into `into`. */
  readonly receive: (i: number, step: number, into: Float32Array) => void
}

/** Shared memory for owners whose stretches end with these widths, the last one's being K, after `steps` steps. */
export function newBoard(batch: number, widths: readonly number[], steps = 0): SharedBoard {
  return { words: new Int32Array(new SharedArrayBuffer(4 * (1 + 2 * widths.length))).fill(steps, 1),
    channels: widths.map((width) => new Float32Array(new SharedArrayBuffer(4 * SLOTS * batch * width))) }
}

/** Ends every wait, now and later. */
export function stopAll({ words }: SharedBoard): void {
  Atomics.store(words, STOP, 1)
  for (let at = 0; at < words.length; at++) Atomics.notify(words, at)
}

/**
 * The board as one owner sees it. A wait looks `spins` times, then sleeps; Infinity: what is waited for must be there,
 * for owners that run in turns on one thread.
 * Throws, in waits: Stopped; Error when the other owner has not had its turn. Counters are 32 bits: 2³¹ steps.
 */
export function board({ words, channels }: SharedBoard, spins = SPINS): Board {
  const waitFor = (at: number, count: number): void => {
    for (let looked = 0;; looked++) {
      if (Atomics.load(words, STOP) !== 0) throw new Stopped('another owner has stopped')
      const seen = Atomics.load(words, at)
      if (seen >= count) return
      if (spins === Infinity) throw new Error(`board: word ${at} must be at least ${count}, got ${seen}`)
      if (looked >= spins) Atomics.wait(words, at, seen, SLEEP)
    }
  }
  const publish = (at: number, count: number): void => {
    Atomics.store(words, at, count)
    Atomics.notify(words, at)
  }
  const slot = (i: number, step: number): number => (step % SLOTS) * (channels[i].length / SLOTS)
  return {
    send(i, step, from) {
      waitFor(taken(i), step + 1 - SLOTS)
      channels[i].set(from, slot(i, step))
      publish(sent(i), step + 1)
    },
    receive(i, step, into) {
      waitFor(sent(i), step + 1)
      into.set(channels[i].subarray(slot(i, step), slot(i, step) + into.length))
      publish(taken(i), step + 1)
    },
  }
}
