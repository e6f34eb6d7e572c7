// The threaded tier: the vector kernels, with the chunks of one product taken by whoever is free.
//
// A product is cut into chunks of rows or columns of C, which changes no sum and so no bit. A job lies in shared memory
// (./job.ts); the calling thread and the workers take chunks from a common counter until none is left. A worker that is
// asleep or has lost its processor takes none, and what it has taken the caller takes back: nothing is waited for longer
// than it is worth.

import { checkOperands, type Gemm } from '../matmul/gemm.ts'
import { cutInto } from './chunks.ts'
import { ARGUMENTS, CHUNKS, DONE, FAILED, MOST_CHUNKS, MOST_WORKERS, OPEN, QUIT, SLEEPING, STAGES, STARTED, STARTS,
  TAKEN_BACK, TICKET, WORDS, WORKER_SOURCE } from './job.ts'
import type { Kernels } from './kernels.ts'
import { type SimdKernels, simdKernels, type SimdOptions } from './simd.ts'
import { geometryOf, MOST_ROWS, workspaceBytes } from '../wasm/geometry.ts'
import type { StartedWorker, WorkerHost } from './worker-host.ts'

/** Options of `threadKernels`. */
export interface ThreadOptions extends SimdOptions {
  readonly workers: WorkerHost
  /** Threads in all, the caller's included; all processors unless given. */
  readonly threads?: number
  /** Multiplications below which a product stays on one thread, and least rows or columns of a chunk; measured defaults. */
  readonly leastWork?: number
  readonly leastChunk?: number
}

/** What became of the products so far. */
export interface ThreadCounts {
  /** Workers that have begun. */
  readonly started: number
  /** Products that were cut, and their chunks: in all, by workers, taken back from workers that were late. */
  readonly products: number
  readonly chunks: number
  readonly byWorkers: number
  readonly takenBack: number
  /** Products that were not cut because workers had been late again and again. */
  readonly resting: number
}

/** Threaded kernels, or the reason why there are none here. */
export type ThreadResult = {
  readonly kernels: Kernels
  readonly counts: () => ThreadCounts
  /** Fulfilled when every worker has begun or failed. */
  readonly ready: Promise<void>
  readonly close: () => void
} | { readonly reason: string }

/**
 * Products below this many multiplications stay on one thread: a hot worker answers in 0.5 µs, but each chunk packs its
 * operands anew, which smaller products do not win back.
 */
const LEAST_WORK = 1 << 21

/** Least rows or columns of a chunk: packing the shared operand again then costs below eight per cent of it. */
const LEAST_CHUNK = 48

/** Most elements of a chunk: a worker computes it apart, and that should stay in its second-level cache. */
const MOST_ELEMENTS = 1 << 18

/** Multiplications that take as long as one round of the waiting loop, some 5 ns; there is no clock here. */
const WORK_PER_ROUND = 64

/** Rounds that are always waited: some ten microseconds, so that who finishes at the same time is not called late. */
const SLACK = 2000

/** A wait beyond this many rounds, some ten seconds, means that a worker has died while it put a chunk in its place. */
const LOST = 2_000_000_000

/** After four late products that outweigh punctual ones two to one, so many products run on one thread; then twice as many. */
const TOO_LATE = 8
const LEAST_REST = 64
const MOST_REST = 1024

/**
 * Starts the workers. Where memory cannot be shared or workers are refused it says so.
 * Throws: RangeError for an unknown accumulation, and nothing else.
 */
export function threadKernels(options: ThreadOptions): ThreadResult {
  const { workers } = options
  const threads = Math.min(Math.floor(options.threads ?? workers.processors), MOST_WORKERS + 1)
  if (!(threads >= 2)) return { reason: `only ${threads} thread asked for or available` }
  const simd = simdKernels(options)
  if ('reason' in simd) return { reason: simd.reason }
  const { arena, module, variant } = simd
  if (!arena.shared) return { reason: 'memory cannot be shared here (a page must be cross-origin isolated)' }
  const geometry = geometryOf(variant)
  // Workers keep their scratch space for the largest product they can be given.
  const bytes = workspaceBytes(geometry, variant.wide, MOST_ROWS, geometry.NC, geometry.KC + 1)
  const job = arena.allocate(WORDS)
  const spaces = Array.from({ length: threads - 1 }, () => arena.allocate(bytes / 4))
  if (job === undefined || spaces.includes(undefined)) {
    return { reason: `memory has no room for ${threads - 1} workspaces of ${bytes} bytes` }
  }
  const words = new Int32Array(job.buffer, job.byteOffset, WORDS)
  const started: StartedWorker[] = []
  try {
    for (const [index, space] of spaces.entries()) {
      started.push(workers.spawn(WORKER_SOURCE, {
        module,
        memory: arena.memory,
        job: job.byteOffset,
        index,
        workspace: space?.byteOffset,
      }))
    }
  } catch (cause) {
    for (const worker of started) worker.terminate()
    return { reason: `workers refused: ${(cause as Error).message}` }
  }
  const { leastWork = LEAST_WORK, leastChunk = LEAST_CHUNK } = options
  const { gemm, counts } = shareChunks(simd, words, { threads, leastWork, leastChunk })
  return {
    kernels: { ...simd.kernels, tier: 'threads', threads, gemm },
    counts,
    ready: Promise.all(started.map(({ answered }) => answered)).then(() => {}),
    close() {
      Atomics.store(words, QUIT, 1)
      Atomics.add(words, TICKET, 4096)
      Atomics.notify(words, TICKET)
      for (const worker of started) worker.terminate()
    },
  }
}

/** The caller's side: publishes a job, takes chunks like everybody, takes back what is late. */
function shareChunks({ arena, gemm: wasmGemm, kernels: { gemm: alone }, variant }: SimdKernels, w: Int32Array,
  { threads, leastWork, leastChunk }: { readonly threads: number; readonly leastWork: number;
    readonly leastChunk: number }): { readonly gemm: Gemm; readonly counts: () => ThreadCounts }
{
  const geometry = geometryOf(variant)
  const { wide } = variant
  const starts = w.subarray(STARTS, STARTS + MOST_CHUNKS + 1)
  /** Size of the chunks that the caller has computed itself, by index; 0 for those of workers. */
  const own = new Int32Array(MOST_CHUNKS)
  const done = { products: 0, chunks: 0, byWorkers: 0, takenBack: 0, resting: 0 }
  let number = 0
  let serial = 0
  let lateness = 0
  let rest = LEAST_REST
  let resting = 0
  let stage = 0
  /**
   * Room for so many elements for every worker; false when memory is full. Who is late may still write what is replaced,
   * and what is replaced is lost: so sizes at least double, and room that not all workers find is not taken.
   */
  const stagesHold = (elements: number): boolean => {
    if (elements <= stage) return true
    const pitch = Math.max(MOST_ELEMENTS * Math.ceil(elements / MOST_ELEMENTS), 2 * stage)
    const space = arena.allocate((threads - 1) * pitch)
    if (space === undefined) return false
    for (let i = 0; i + 1 < threads; i++) w[STAGES + i] = space.byteOffset + 4 * pitch * i
    stage = pitch
    return true
  }
  const gemm: Gemm = (m, n, k, a, transposeA, b, transposeB, c, accumulate) => {
    const byRows = m > n
    const long = byRows ? m : n
    const atA = arena.addressOf(a)
    const atB = arena.addressOf(b)
    const atC = arena.addressOf(c)
    const inside = atA >= 0 && atB >= 0 && atC >= 0
    const tooTall = m > MOST_ROWS && k > geometry.KC && wide && !byRows
    checkOperands(m, n, k, a, b, c)
    if (!inside || m * n * k < leastWork || long < 2 * leastChunk || tooTall) {
      return alone(m, n, k, a, transposeA, b, transposeB, c, accumulate)
    }
    if (resting > 0) {
      resting--
      done.resting++
      return alone(m, n, k, a, transposeA, b, transposeB, c, accumulate)
    }
    const across = byRows ? n : m
    const tile = byRows ? geometry.MR : geometry.NR
    // Rows whose unrounded sums are kept bound a chunk of rows.
    const most = Math.min(byRows && wide ? MOST_ROWS : long + tile,
      Math.max(2 * leastChunk, MOST_ELEMENTS / across | 0))
    const count = cutInto(starts, long, threads, { tile, least: leastChunk, most })
    const workspace = arena.scratch(workspaceBytes(geometry, wide, Math.min(m, MOST_ROWS), n, k))
    if (workspace < 0 || count === 0 || !stagesHold(across * (starts[count] - starts[count - 1]))) {
      return alone(m, n, k, a, transposeA, b, transposeB, c, accumulate)
    }
    const lda = transposeA ? m : k
    const ldb = transposeB ? k : n
    const flagA = transposeA ? 1 : 0
    const flagB = transposeB ? 1 : 0
    const flagC = accumulate ? 1 : 0
    const compute = (from: number, size: number): void => {
      if (byRows) {
        wasmGemm(size, n, k, atA + 4 * from * (transposeA ? 1 : lda), lda, flagA, atB, ldb, flagB, atC + 4 * from * n,
          n, flagC, workspace)
      } else {
        wasmGemm(m, size, k, atA, lda, flagA, atB + 4 * from * (transposeB ? ldb : 1), ldb, flagB, atC + 4 * from, n,
          flagC, workspace)
      }
    }
    number = (number + 1) % 524_288
    serial = (serial + 1) % (1 << 29)
    const open = 4 * serial
    w[OPEN] = open
    w[ARGUMENTS] = m
    w[ARGUMENTS + 1] = n
    w[ARGUMENTS + 2] = k
    w[ARGUMENTS + 3] = atA
    w[ARGUMENTS + 4] = lda
    w[ARGUMENTS + 5] = flagA
    w[ARGUMENTS + 6] = atB
    w[ARGUMENTS + 7] = ldb
    w[ARGUMENTS + 8] = flagB
    w[ARGUMENTS + 9] = atC
    w[ARGUMENTS + 10] = n
    w[ARGUMENTS + 11] = flagC
    w[ARGUMENTS + 12] = byRows ? 1 : 0
    for (let i = 0; i < count; i++) Atomics.store(w, CHUNKS + i, open)
    own.fill(0, 0, count)
    // From here on the chunks can be taken.
    Atomics.store(w, TICKET, number * 4096 + count)
    if (Atomics.load(w, SLEEPING) > 0) Atomics.notify(w, TICKET)
    for (;;) {
      const ticket = Atomics.load(w, TICKET)
      const left = ticket & 4095
      if (left === 0) break
      if (Atomics.compareExchange(w, TICKET, ticket, ticket - 1) !== ticket) continue
      const from = starts[left - 1]
      own[left - 1] = starts[left] - from
      compute(from, own[left - 1])
    }
    let isLate = false
    let isHelped = false
    /** What the caller has computed since the chunk at hand was taken, in rows or columns. */
    let since = 0
    for (let i = 0; i < count; i++) {
      since += own[i]
      if (own[i] > 0) continue
      const size = starts[i + 1] - starts[i]
      done.byWorkers++
      isHelped = true
      const patience = SLACK + Math.max(0, 1.25 * size - since) * across * k / WORK_PER_ROUND
      let waited = 0
      while (Atomics.load(w, CHUNKS + i) !== open + DONE) {
        if (++waited <= patience) continue
        isLate = true
        if (Atomics.compareExchange(w, CHUNKS + i, open, open + TAKEN_BACK) === open) {
          compute(starts[i], size)
          since += size
          done.byWorkers--
          done.takenBack++
          break
        }
        // It is being put in its place.
        if (waited > LOST) {
          resting = Infinity
          throw new Error('matmul: every worker must finish its chunk, got no answer from one; C is incomplete')
        }
      }
    }
    done.products++
    done.chunks += count
    if (Atomics.load(w, FAILED) !== 0) resting = Infinity
    // A product that no worker has touched says nothing: who is late stays away from some.
    if (isLate) lateness += 2
    else if (isHelped) lateness = Math.max(0, lateness - 1)
    if (lateness >= TOO_LATE) {
      lateness = 0
      resting = rest
      rest = Math.min(2 * rest, MOST_REST)
    } else if (isHelped && lateness === 0) rest = LEAST_REST
  }
  return { gemm, counts: () => ({ started: Atomics.load(w, STARTED), ...done }) }
}
