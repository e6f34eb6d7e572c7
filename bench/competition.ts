// What do threads gain while another process wants a processor, too? A child process spins for a share of the time;
// products on one thread and on two are timed in turns, so that both meet the same competition.

import { type ChildProcess, spawn } from 'node:child_process'
import { nodeWorkers } from '../src/lab/node-workers.ts'
import { randomStream, uniformInto } from '../src/tensor/random.ts'
import { selectKernels } from '../src/tensor/tiers/select.ts'
import { assertSameBits, median } from './harness.ts'
import { fixed, printTable, type Row } from './report.ts'
import type { Shape } from './matmul.ts'

const SHAPES: readonly Shape[] = [[256, 256, 256], [512, 512, 512], [128, 784, 512], [512, 128, 784]]

/** Shares of the time for which the other process spins: for a hundredth of a second, then it sleeps. */
const DUTIES = [0, 0.1, 0.5, 1] as const

const SPINNER = `const duty = Number(process.argv[1])
const turn = () => {
  const end = performance.now() + 10
  while (performance.now() < end);
  duty < 1 ? setTimeout(turn, 10 * (1 - duty) / duty) : setImmediate(turn)
}
turn()`

/** Milliseconds of one turn of each, and turns. */
const TURN = 60
const TURNS = { full: 40, quick: 5 } as const

/** Ends what it began; resolves when the process is gone. */
async function beside(duty: number, run: () => void | Promise<void>): Promise<void> {
  if (duty === 0) return run()
  const child: ChildProcess = spawn(process.execPath, ['-e', SPINNER, String(duty)], { stdio: 'ignore' })
  const gone = new Promise((resolve) => child.once('exit', resolve))
  // Long enough for it to start.
  await new Promise((resolve) => setTimeout(resolve, 300))
  try {
    await run()
  } finally {
    child.kill('SIGKILL')
    await gone
  }
}

/** Seconds per call over one turn. */
function turn(run: () => void): number {
  const start = performance.now()
  let calls = 0
  let now = start
  while (now - start < TURN) {
    run()
    calls++
    now = performance.now()
  }
  return (now - start) / calls / 1000
}

/** Measures and prints gains of two threads over one: middle and smallest of all turns. Throws: WrongResult. */
export async function benchCompetition(quick: boolean): Promise<readonly Row[]> {
  const rows: Row[] = []
  const one = selectKernels({ tier: 'simd', accumulation: 'float32' })
  const two = selectKernels({ accumulation: 'float32', threads: 2, workers: nodeWorkers() })
  if (two.kernels.tier !== 'threads') {
    console.log(`not run: competition, ${two.refused[0]?.reason}`)
    return []
  }
  await two.ready
  const print = printTable<Row>(
    'Two threads over one beside a process that spins, float32: middle and smallest of the turns',
    [{ title: 'm×k×n', width: 12, left: true, value: ({ shape = [] }) => shape.join('×') }, {
      title: 'spins',
      width: 6,
      value: ({ limit }) => `${fixed(100 * (limit ?? 0), 0)} %`,
    }, { title: 'one, ms', width: 8, value: ({ ms }) => fixed(ms, 3) }, {
      title: 'gain',
      width: 6,
      value: ({ ratio }) => fixed(ratio, 2),
    }, { title: 'worst', width: 6, value: ({ share }) => fixed(share, 2) }],
  )
  try {
    for (const duty of DUTIES) {
      await beside(duty, () => {
        for (const shape of SHAPES) {
          const [m, k, n] = shape
          const runs = [one, two].map(({ kernels: { allocate, gemm } }) => {
            const a = uniformInto(allocate(m * k), randomStream(1, 'bench/a'), -1, 1)
            const b = uniformInto(allocate(k * n), randomStream(1, 'bench/b'), -1, 1)
            const c = allocate(m * n)
            return { c, run: () => gemm(m, n, k, a, false, b, false, c, false) }
          })
          const gains: number[] = []
          const alone: number[] = []
          for (const { run } of runs) turn(run)
          for (let i = 0; i < (quick ? TURNS.quick : TURNS.full); i++) {
            const [seconds, shared] = runs.map(({ run }) => turn(run))
            alone.push(seconds)
            gains.push(seconds / shared)
          }
          assertSameBits(`competition ${shape.join('×')}`, runs[1].c, runs[0].c)
          gains.sort((x, y) => x - y)
          const row: Row = {
            suite: 'competition',
            case: `spinning ${100 * duty} %`,
            shape,
            tier: 'threads',
            accumulation: 'float32',
            threads: 2,
            limit: duty,
            ms: 1000 * median(alone.sort((x, y) => x - y)),
            ratio: median(gains),
            share: gains[0],
          }
          print(row)
          rows.push(row)
        }
      })
    }
    console.log(two.explain())
  } finally {
    two.close()
  }
  return rows
}
