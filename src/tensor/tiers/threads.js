// The threaded tier: the vector kernels, with the chunks of one product taken by whoever is free.
//
// A product is cut into chunks of rows or columns of C, which changes no sum and so no bit. A job lies in shared memory;
// the calling thread and the workers take chunks from a common counter until none is left. A worker that is asleep or
// has lost its processor simply takes none: the caller then does the work itself and loses next to nothing.
import { checkOperands } from '../matmul/gemm.js';
import { simdKernels } from './simd.js';
import { geometryOf, MOST_ROWS, workspaceBytes } from '../wasm/geometry.js';
/**
 * Products below this many multiplications stay on one thread: a hot worker answers in 0.5 µs, but each chunk packs its
 * operands anew, which smaller products do not win back.
 */
const LEAST_WORK = 1 << 21;
/** Least rows or columns of a chunk: packing the shared operand again then costs below four per cent. */
const LEAST_CHUNK = 96;
/** Rounds of the worker's loop before it sleeps: a few tenths of a millisecond, about the pause between two products. */
const SPINS = 100_000;
/** A wait for the last chunk beyond this many rounds counts as "the worker had lost its processor". */
const PATIENCE = 200_000;
/** And a wait beyond this many, some ten seconds, means that a worker has died with a chunk in its hands. */
const LOST = 2_000_000_000;
/** A wait beyond PATIENCE counts two, a product without one takes one back; at six, this many products run on one thread. */
const REST = 64;
// The job, as 32-bit words in shared memory. TICKET is job number · 4096 + chunks left. A chunk is taken by exchanging the
// ticket for the one below it, so a ticket that has run out can never be taken, whatever the words beside it say by then;
// and those words change only while the ticket has run out.
const TICKET = 0;
const DONE = 1;
const SLEEPING = 2;
const QUIT = 3;
const FAILED = 4;
const CHUNK = 5;
const BY_ROWS = 6;
const ARGUMENTS = 8;
const WORDS = 32;
/** What runs in a worker; plain JavaScript, because it travels as text. The protocol is that of `takeChunks` below. */
const WORKER_SOURCE = `
globalThis.onmessage = ({ data: { module, memory, job, workspace } }) => {
  const { gemm } = new WebAssembly.Instance(module, { env: { memory } }).exports
  const w = new Int32Array(memory.buffer, job, ${WORDS})
  for (let spins = 0; Atomics.load(w, ${QUIT}) === 0; spins++) {
    const ticket = Atomics.load(w, ${TICKET})
    const left = ticket & 4095
    if (left > 0) {
      const [m, n, k, a, lda, ta, b, ldb, tb, c, ldc, accumulate] = w.slice(${ARGUMENTS}, ${ARGUMENTS} + 12)
      const chunk = w[${CHUNK}], byRows = w[${BY_ROWS}]
      if (Atomics.compareExchange(w, ${TICKET}, ticket, ticket - 1) !== ticket) continue
      const from = (left - 1) * chunk
      try {
        if (byRows) gemm(Math.min(chunk, m - from), n, k, a + 4 * from * (ta ? 1 : lda), lda, ta, b, ldb, tb, c + 4 * from * ldc, ldc, accumulate, workspace)
        else gemm(m, Math.min(chunk, n - from), k, a, lda, ta, b + 4 * from * (tb ? ldb : 1), ldb, tb, c + 4 * from, ldc, accumulate, workspace)
      } catch {
        Atomics.store(w, ${FAILED}, 1)
      }
      Atomics.add(w, ${DONE}, 1)
      spins = 0
    } else if (spins > ${SPINS}) {
      Atomics.add(w, ${SLEEPING}, 1)
      Atomics.wait(w, ${TICKET}, ticket)
      Atomics.sub(w, ${SLEEPING}, 1)
      spins = 0
    }
  }
}`;
/**
 * Starts the workers. Where memory cannot be shared or workers are refused it says so.
 * Throws: RangeError for an unknown accumulation, and nothing else.
 */
export function threadKernels(options) {
    const { workers } = options;
    const threads = Math.min(Math.floor(options.threads ?? workers.processors), 64);
    if (!(threads >= 2))
        return { reason: `only ${threads} thread asked for or available` };
    const simd = simdKernels(options);
    if ('reason' in simd)
        return { reason: simd.reason };
    const { arena, module, gemm: wasmGemm, variant } = simd;
    if (!arena.shared)
        return { reason: 'memory cannot be shared here (a page must be cross-origin isolated)' };
    const geometry = geometryOf(variant);
    // Workers keep their scratch space for the largest product they can be given.
    const bytes = workspaceBytes(geometry, variant.wide, MOST_ROWS, geometry.NC, geometry.KC + 1);
    const job = arena.allocate(WORDS);
    const spaces = Array.from({ length: threads - 1 }, () => arena.allocate(bytes / 4));
    if (job === undefined || spaces.includes(undefined)) {
        return { reason: `memory has no room for ${threads - 1} workspaces of ${bytes} bytes` };
    }
    const words = new Int32Array(job.buffer, job.byteOffset, WORDS);
    const started = [];
    try {
        for (const space of spaces) {
            started.push(workers.spawn(WORKER_SOURCE, {
                module,
                memory: arena.memory,
                job: job.byteOffset,
                workspace: space?.byteOffset,
            }));
        }
    }
    catch (cause) {
        for (const worker of started)
            worker.terminate();
        return { reason: `workers refused: ${cause.message}` };
    }
    const { leastWork = LEAST_WORK, leastChunk = LEAST_CHUNK } = options;
    const gemm = shareChunks(arena, words, wasmGemm, simd.kernels.gemm, variant, { threads, leastWork, leastChunk });
    return {
        kernels: { ...simd.kernels, tier: 'threads', threads, gemm },
        close() {
            Atomics.store(words, QUIT, 1);
            Atomics.add(words, TICKET, 4096);
            Atomics.notify(words, TICKET);
            for (const worker of started)
                worker.terminate();
        },
    };
}
/** The caller's side: publishes a job, takes chunks like everybody, waits for the last one. */
function shareChunks(arena, w, wasmGemm, alone, variant, { threads, leastWork, leastChunk }) {
    const geometry = geometryOf(variant);
    const { wide } = variant;
    let number = 0;
    let disappointments = 0;
    let resting = 0;
    return (m, n, k, a, transposeA, b, transposeB, c, accumulate) => {
        const byRows = m > n;
        const long = byRows ? m : n;
        const atA = arena.addressOf(a);
        const atB = arena.addressOf(b);
        const atC = arena.addressOf(c);
        const inside = atA >= 0 && atB >= 0 && atC >= 0;
        const tooTall = m > MOST_ROWS && k > geometry.KC && wide && !byRows;
        checkOperands(m, n, k, a, b, c);
        if (!inside || m * n * k < leastWork || long < 2 * leastChunk || tooTall || resting > 0) {
            if (resting > 0)
                resting--;
            return alone(m, n, k, a, transposeA, b, transposeB, c, accumulate);
        }
        // Twice as many chunks as threads, whole tiles each: whoever is late takes fewer.
        const tile = byRows ? geometry.MR : geometry.NR;
        const wanted = Math.max(leastChunk, Math.ceil(long / (2 * threads)));
        // Rows whose unrounded sums are kept bound a chunk of rows.
        const most = byRows && wide ? MOST_ROWS - (MOST_ROWS % tile) : long + tile;
        const chunk = Math.min(Math.ceil(wanted / tile) * tile, most);
        const count = Math.ceil(long / chunk);
        const workspace = arena.scratch(workspaceBytes(geometry, wide, Math.min(m, MOST_ROWS), n, k));
        if (workspace < 0 || count > 4000)
            return alone(m, n, k, a, transposeA, b, transposeB, c, accumulate);
        const lda = transposeA ? m : k;
        const ldb = transposeB ? k : n;
        w[CHUNK] = chunk;
        w[BY_ROWS] = byRows ? 1 : 0;
        const job = [m, n, k, atA, lda, transposeA ? 1 : 0, atB, ldb, transposeB ? 1 : 0, atC, n, accumulate ? 1 : 0];
        for (let i = 0; i < job.length; i++)
            w[ARGUMENTS + i] = job[i];
        Atomics.store(w, DONE, 0);
        number = (number + 1) % 524_288;
        // From here on the chunks can be taken.
        Atomics.store(w, TICKET, number * 4096 + count);
        if (Atomics.load(w, SLEEPING) > 0)
            Atomics.notify(w, TICKET);
        for (;;) {
            const ticket = Atomics.load(w, TICKET);
            const left = ticket & 4095;
            if (left === 0)
                break;
            if (Atomics.compareExchange(w, TICKET, ticket, ticket - 1) !== ticket)
                continue;
            const from = (left - 1) * chunk;
            if (byRows) {
                wasmGemm(Math.min(chunk, m - from), n, k, atA + 4 * from * (transposeA ? 1 : lda), lda, transposeA ? 1 : 0, atB, ldb, transposeB ? 1 : 0, atC + 4 * from * n, n, accumulate ? 1 : 0, workspace);
            }
            else {
                wasmGemm(m, Math.min(chunk, n - from), k, atA, lda, transposeA ? 1 : 0, atB + 4 * from * (transposeB ? ldb : 1), ldb, transposeB ? 1 : 0, atC + 4 * from, n, accumulate ? 1 : 0, workspace);
            }
            Atomics.add(w, DONE, 1);
        }
        let waited = 0;
        while (Atomics.load(w, DONE) < count) {
            if (++waited > LOST) {
                resting = Infinity;
                throw new Error('matmul: every worker must finish its chunk, got no answer from one; C is incomplete');
            }
        }
        if (Atomics.load(w, FAILED) !== 0) {
            resting = Infinity;
            throw new Error('matmul: every worker must finish its chunk, got a failure in one; C is incomplete');
        }
        // A chunk in the hands of a running worker takes a tenth of a nanosecond per multiplication, a round of waiting one or
        // more: waiting for whole chunks is ordinary, waiting for several times as long is not.
        disappointments = waited > PATIENCE + (m * n * k) / (4 * count) ? disappointments + 2
            : Math.max(0, disappointments - 1);
        if (disappointments >= 6) {
            disappointments = 0;
            resting = REST;
        }
    };
}
