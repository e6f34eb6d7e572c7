// npm run test:all-float32 -- [--function NAME]… [--workers N] [--directory DIR]
// Judges functions on every float32 there is. Interrupt it at will: it goes on where it stopped.
// Exit status 0 only when every function is complete and every float32 result is the correctly rounded one.

import { parseArgs } from 'node:util'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { UNARY, unaryNamed } from '../oracle/unary.ts'
import { CHUNKS, digest, enter, judgeChunk, loadState, saveState, type State, summary } from './all-float32-run.ts'
import type { Tally } from '../oracle/unary.ts'

interface Answer {
  chunk: number
  tally: Tally
  milliseconds: number
}

function work(name: string): void {
  parentPort?.on('message', (chunk: number) => {
    const start = performance.now()
    const tally = judgeChunk(name, chunk)
    parentPort?.postMessage({ chunk, tally, milliseconds: performance.now() - start } satisfies Answer)
  })
}

/** Runs what is left of one function on `count` threads. */
function run(state: State, directory: string, count: number): Promise<void> {
  let next = -1
  let running = 0
  let saved = performance.now()
  return new Promise((resolve, reject) => {
    for (let i = 0; i < count; i++) {
      const worker = new Worker(new URL(import.meta.url), { workerData: state.name })
      running++
      const advance = (): void => {
        next = state.done.indexOf('0', next + 1)
        if (next >= 0) worker.postMessage(next)
        else {
          next = CHUNKS
          void worker.terminate()
          if (--running === 0) resolve()
        }
      }
      worker.on('error', reject)
      worker.on('message', ({ chunk, tally, milliseconds }: Answer) => {
        enter(state, chunk, tally, milliseconds)
        if (performance.now() - saved > 5000) {
          saveState(directory, state)
          saved = performance.now()
          if (process.stderr.isTTY) process.stderr.write(`\r${state.name}: chunk ${chunk} of ${CHUNKS} `)
        }
        advance()
      })
      advance()
    }
  })
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      function: {
        type: 'string',
        multiple: true,
        default: UNARY.map((one) => one.name),
      },
      workers: { type: 'string', default: '2' },
      directory: { type: 'string', default: process.env.ALL_FLOAT32_DIRECTORY ?? 'build/all-float32' },
    },
  })
  const count = Number(values.workers)
  if (!(Number.isInteger(count) && count >= 1)) {
    throw new RangeError(`--workers must be a whole number of at least 1, got ${values.workers}`)
  }
  const sources = digest()
  let right = true
  for (const name of values.function.map((given) => unaryNamed(given).name)) {
    const state = loadState(values.directory, name, sources)
    await run(state, values.directory, count)
    saveState(values.directory, state)
    process.stdout.write(`${summary(state)}\n`)
    right &&= state.tally.wrong === 0
  }
  process.exitCode = right ? 0 : 1
}

if (isMainThread) await main()
else work(workerData as string)
