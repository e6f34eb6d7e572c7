// npm run bench:peers — this project and its peers, in turn, on the same work, in one run.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeOptions, flag, parseOptions, path, UsageError, words } from '../../src/lab/options.ts'
import { CONVOLUTION_SHAPE, writeConvolution } from './convolution.ts'
import { convolutionAbsence, ENTRANTS, PEERS } from './entrants.ts'
import { install } from './install.ts'
import { type Failure, MODEL_TOLERANCE, type Pace, race, raceStart, startAll, type Starter, TOLERANCE } from './race.ts'
import { absentLine, raceLines, raceTable, targetLine, targetTable } from './report.ts'
import { MODEL_NAMES } from '../models.ts'
import { MODEL_SHAPES, writeModel } from './model-step.ts'
import { type Measured, targets } from './targets.ts'
import { BATCH, type Shape, SHAPES, SIZES, writeProducts, writeSteps } from './work.ts'

const WORK = ['step', 'convolution', 'models', 'matmul', 'start'] as const

const OPTIONS = {
  work: { ...words(WORK, WORK, 'measure these only'), placeholder: 'A,B,…' },
  slow: flag('also the convolutional step of peers that take long over it, tfjs-cpu some 20 s for one'),
  quick: flag('fewer shapes and rounds; at most a minute'),
  peers: { ...words(PEERS, PEERS, 'compare with these only'), placeholder: 'A,B,…' },
  json: path('FILE', 'also write JSON lines'),
  help: flag('print this and stop'),
}

const ABOUT = `bench:peers: this project and its peers, in turn, on the same work, in one run

Every result must agree with a float64 reference to ${TOLERANCE} before it is timed (${MODEL_TOLERANCE} for
models). A ratio says how many times as
fast ours is: the median over the rounds of peer time / our time within a round. Each library has its own process.
Ours: operands from the tier's own allocate, which for the vector tiers is WebAssembly memory; through matmulInto and
trainer. onnxruntime-web: operands in JavaScript arrays, copied in and out at every run. tfjs and jax-js: operands and
results in the library's memory. Transposed operands: flags in ours, tfjs (matMul) and onnxruntime-web (Gemm); lazy or
strided transposes in jax-js, ndarray-gemm, numpy and PyTorch; a copy by transpose() in ml-matrix, within the time.
Training step: relu, mean cross-entropy, plain gradient descent; tfjs, jax-js and PyTorch differentiate automatically,
numpy does both rules and PyTorch DFA by hand.
Convolutional step: 28×28 images, twice a 5×5 convolution with padding 2 (16, 32 channels), relu and 2×2 max pooling,
then a dense layer; backpropagation, rate 0.01, batch 64. Every parameter's change and the loss are checked apart.
Images [B, C, H, W] in ours, jax-js (max pooling by reshape and max) and PyTorch, [B, H, W, C] in tfjs and numpy
(patches and gradients by hand). tfjs-wasm cannot differentiate a convolution; onnxruntime-web, ndarray-gemm and
ml-matrix do not train. tfjs-cpu, with --slow, runs once: the run that is checked is the one that is timed.
Models: a graph convolutional network of the sizes of Cora (an epoch), a character Transformer (width 48, 3 blocks,
16 × 32), a radiance field (3 × 128, 128 rays of 20 samples); backpropagation, plain descent, no dropout, no jitter;
PyTorch with sparse matrices in coordinates. Expected numbers are those of our blocked tier, which sums in float64.
`

const QUICK_SHAPES: readonly Shape[] = [[128, 128, 128], [128, 784, 512], [1, 784, 512]]
const QUICK: Pace = { rounds: 3, slice: 6, warm: 40, most: 2_500 }
const FULL: Pace = { rounds: 7, slice: 20, warm: 60, most: 9_000 }
/** One step lasts as long as a slice of the others, and the compiler needs several; jax-js takes 3 s for each. */
const CONVOLUTION_QUICK: Pace = { rounds: 3, slice: 100, warm: 300, most: 8_000 }
const CONVOLUTION_FULL: Pace = { rounds: 7, slice: 250, warm: 600, most: 45_000 }

const MODELS_QUICK: Pace = { rounds: 3, slice: 60, warm: 150, most: 4_000 }
const MODELS_FULL: Pace = { rounds: 7, slice: 150, warm: 400, most: 20_000 }

/** No race begins later than this, ms after the start; the whole run then ends within one or six minutes. */
const QUICK_BUDGET = 48_000
const FULL_BUDGET = 330_000

async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions('bench:peers', OPTIONS, args)
  if (options.help) {
    console.log(`${ABOUT}\noptions:\n${describeOptions(OPTIONS)}`)
    return 0
  }
  const begin = performance.now()
  const machine = {
    cpu: `${availableParallelism()} × ${cpus()[0]?.model.trim() ?? 'unknown'}`,
    node: process.version,
    load: loadavg().map((load) => load.toFixed(2)).join(' '),
    date: new Date().toISOString().slice(0, 10),
  }
  console.log(`${machine.cpu}, Node ${machine.node}, load average ${machine.load}, ${machine.date}\n`)
  const lines: object[] = [{ suite: 'peers', case: 'machine', ...machine }]
  const chosen = ENTRANTS.filter(({ peer }) => peer === undefined || options.peers.includes(peer))
  if (chosen.some(({ peer, open }) => peer !== undefined && open !== undefined)) {
    const refusal = install()
    if (refusal !== undefined) console.log(`${refusal}\n`)
  }
  const pace = options.quick ? QUICK : FULL
  const budget = options.quick ? QUICK_BUDGET : FULL_BUDGET
  const folder = mkdtempSync(join(tmpdir(), 'bench-peers-'))
  // Also when the run is interrupted.
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
  const measured: Measured[] = []
  const show = (result: Measured): void => {
    measured.push(result)
    lines.push(...raceLines(result))
    console.log(`${raceTable(result)}\n`)
  }
  let started: { starters: readonly Starter[]; failures: readonly Failure[] } = { starters: [], failures: [] }
  try {
    started = await startAll(chosen)
    for (const failure of started.failures) {
      console.log(`not run: ${failure.entrant.name}: ${failure.reason}`)
      lines.push(absentLine(failure))
    }
    const { starters } = started
    console.log(
      `${
        starters.filter(({ entrant }) => entrant.threads === 1 && entrant.peer !== undefined).map((
          { entrant, version },
        ) => `${entrant.name} ${version}`).join(', ')
      }\n`,
    )
    let skipped = 0
    const within = (): boolean => performance.now() - begin < budget || (skipped++, false)
    const plain = { shape: [] as readonly number[], transposeA: false, transposeB: false }
    const wanted = (name: typeof WORK[number]): boolean => options.work.includes(name)
    for (const step of wanted('step') ? writeSteps(folder) : []) {
      if (!within()) continue
      const result = await race(starters, step, { ...pace, slice: 2 * pace.slice })
      show({ case: `step-${step.rule}`, ...plain, shape: [BATCH, ...SIZES], ...result })
    }
    if (wanted('convolution') && within()) {
      const absence = ({ entrant }: Starter): string | undefined =>
        convolutionAbsence(entrant, options.quick, options.slow)
      const able = starters.filter((starter) => absence(starter) === undefined)
      const left = starters.flatMap((starter): readonly Failure[] => {
        const reason = absence(starter)
        return reason === undefined ? [] : [{ entrant: starter.entrant, variant: '', reason }]
      })
      const result = await race(able, writeConvolution(folder), options.quick ? CONVOLUTION_QUICK : CONVOLUTION_FULL)
      const failures = [...result.failures, ...left]
      show({ case: 'step-convolution', ...plain, shape: CONVOLUTION_SHAPE, ...result, failures })
    }
    for (const model of wanted('models') ? MODEL_NAMES : []) {
      if (!within()) continue
      // The others would have to be written for them: PyTorch is what a user would take.
      const able = starters.filter(({ entrant: { peer } }) => peer === undefined || peer === 'pytorch')
      const pace = options.quick ? MODELS_QUICK : MODELS_FULL
      show({ case: `step-${model}`, ...plain, shape: MODEL_SHAPES[model],
        ...await race(able, writeModel(folder, model), pace) })
    }
    const shapes = options.quick ? QUICK_SHAPES : SHAPES
    for (const shape of wanted('matmul') ? shapes : []) {
      const [m, k, n] = shape
      for (const product of writeProducts(folder, shape)) {
        const { transposeA, transposeB } = product
        if (options.quick && (transposeA || transposeB) && k !== 784) continue
        if (!within()) continue
        show({ case: 'matmul', shape: [m, k, n], transposeA, transposeB, ...await race(starters, product, pace) })
      }
    }
    if (wanted('start') && within()) {
      // The settings of a peer share their modules: one thread is enough.
      const able = starters.map(({ entrant }) => entrant).filter(({ threads, peer }) =>
        peer === undefined || threads === 1
      )
      const { imports, ready } = await raceStart(able, options.quick ? 1 : 5)
      show({ case: 'import', ...plain, ...imports })
      show({ case: 'ready', ...plain, ...ready })
    }
    if (skipped > 0) console.log(`not run: ${skipped} more cases, because the run had taken ${budget / 1000} s\n`)
    const rows = targets(measured)
    lines.push(...rows.map(targetLine))
    console.log(targetTable(rows))
  } finally {
    for (const { process: child } of started.starters) child.end()
    const { json } = options
    if (json !== undefined) writeFileSync(json, lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  }
  console.log(`\n${((performance.now() - begin) / 1000).toFixed(0)} s`)
  // A peer may fail; ours may not.
  const failures = [...started.failures, ...measured.flatMap((result) => result.failures)]
  return failures.some(({ entrant }) => entrant.peer === undefined) ? 1 : 0
}

// The reader has seen enough: `| head`.
process.stdout.on('error', () => process.exit(0))
try {
  process.exitCode = await main(process.argv.slice(2))
} catch (cause) {
  if (!(cause instanceof UsageError)) throw cause
  console.error(cause.message)
  process.exitCode = 2
}
