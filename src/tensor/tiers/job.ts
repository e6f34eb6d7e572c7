// A product that threads share, as 32-bit words in shared memory, and what a worker does with it.
//
// A chunk is taken by exchanging the ticket, job number · 4096 + chunks left, for the one below it: a ticket that has run
// out cannot be taken, whatever the words beside it say by then; and those words change only while it has run out. Numbers
// come round after 524,288 jobs: who has slept for just so many takes a chunk of another job, but not its word (below),
// whose serial number is longer, and the caller takes the chunk back.
//
// A worker computes its chunk apart and puts it in its place when it has said so in the chunk's word. The caller can be
// the first to say something there: then the chunk is its own again, and what a late worker has computed is dropped,
// though operands and C have long become something else. So nobody waits for a worker that has lost its processor.

/** Job number · 4096 + chunks left. */
export const TICKET = 0
/** Workers that wait to be notified. */
export const SLEEPING = 1
export const QUIT = 2
/** 1 after a worker has failed. */
export const FAILED = 3
/** Workers that look for chunks or have looked. */
export const STARTED = 4
/** Serial number of the job · 4: what the word of a chunk holds while it is open. */
export const OPEN = 8
/** m, n, k, a, lda, transposeA, b, ldb, transposeB, c, ldc, accumulate, byRows. Addresses in bytes. */
export const ARGUMENTS = 9
/** Where each worker computes apart. */
export const STAGES = 24
/** Most threads beside the caller, most chunks. */
export const MOST_WORKERS = 63
export const MOST_CHUNKS = 1000
/** Where each chunk begins, and behind the last where it ends. */
export const STARTS: number = STAGES + MOST_WORKERS
/** The word of each chunk: OPEN, + COMMITTING, + DONE, + TAKEN_BACK. */
export const CHUNKS: number = STARTS + MOST_CHUNKS + 1
export const COMMITTING = 1
export const DONE = 2
export const TAKEN_BACK = 3
export const WORDS: number = CHUNKS + MOST_CHUNKS

/** Rounds of the worker's loop before it sleeps: a few tenths of a millisecond, about the pause between two products. */
const SPINS = 100_000

/** What runs in a worker; plain JavaScript, because it travels as text. Everything is read before the ticket is exchanged. */
export const WORKER_SOURCE: string = `
globalThis.onmessage = ({ data: { module, memory, job, index, workspace } }) => {
  const { gemm, copyRows } = new WebAssembly.Instance(module, { env: { memory } }).exports
  const w = new Int32Array(memory.buffer, job, ${WORDS})
  Atomics.add(w, ${STARTED}, 1)
  globalThis.postMessage?.('started')
  for (let spins = 0; Atomics.load(w, ${QUIT}) === 0; spins++) {
    const ticket = Atomics.load(w, ${TICKET})
    const left = ticket & 4095
    if (left > 0) {
      const [open, m, n, k, a, lda, ta, b, ldb, tb, c, ldc, accumulate, byRows] = w.slice(${OPEN}, ${OPEN} + 14)
      const from = w[${STARTS - 1} + left], size = w[${STARTS} + left] - from, stage = w[${STAGES} + index]
      if (Atomics.compareExchange(w, ${TICKET}, ticket, ticket - 1) !== ticket) continue
      spins = 0
      const rows = byRows ? size : m, columns = byRows ? n : size
      const to = c + 4 * from * (byRows ? ldc : 1)
      try {
        if (accumulate) copyRows(stage, columns, to, ldc, rows, columns)
        if (byRows) gemm(rows, n, k, a + 4 * from * (ta ? 1 : lda), lda, ta, b, ldb, tb, stage, columns, accumulate, workspace)
        else gemm(m, columns, k, a, lda, ta, b + 4 * from * (tb ? ldb : 1), ldb, tb, stage, columns, accumulate, workspace)
        const word = ${CHUNKS - 1} + left
        if (Atomics.compareExchange(w, word, open, open + ${COMMITTING}) !== open) continue
        copyRows(to, ldc, stage, columns, rows, columns)
        Atomics.store(w, word, open + ${DONE})
      } catch {
        Atomics.store(w, ${FAILED}, 1)
        return
      }
    } else if (spins > ${SPINS}) {
      Atomics.add(w, ${SLEEPING}, 1)
      Atomics.wait(w, ${TICKET}, ticket)
      Atomics.sub(w, ${SLEEPING}, 1)
      spins = 0
    }
  }
}`
