// What does training by owners of segments gain over one thread, and over threads inside each product?

import type { ParallelConfiguration } from '../src/lab/parallel/configuration.ts'
import { type LayerParallel, layerParallel, sequentialTrainer } from '../src/lab/parallel/layer-parallel.ts'
import type { ParameterValues } from '../src/lab/parallel/messages.ts'
import { cycleOf, sequential, waitsForError, workOf } from '../src/lab/parallel/partition.ts'
import { nodeWorkers } from '../src/lab/node-workers.ts'
import type { Trainer } from '../src/dfa/index.ts'
import { allocateTensor } from '../src/nn/index.ts'
import type { Kernels } from '../src/tensor/tiers/kernels.ts'
import { randomStream, uniformAt, uniformInto } from '../src/tensor/random.ts'
import { selectKernels } from '../src/tensor/tiers/select.ts'
import { type Tensor, tensor } from '../src/tensor/tensor.ts'
import { assertHolds, assertSameBits, median } from './harness.ts'
import { type Column, fixed, printTable, type Row } from './report.ts'

const CLASSES = 10
const OWNERS = 2
const ACCUMULATION = 'float32'

/** Batches in turn, so that the loss does not fall to nothing. */
const BATCHES = 4

/** Steps whose losses, and then parameters, must agree before anything is timed. */
const CHECKED = 2

/** Seconds for one shape where three rounds fit into them; least length of a sample. */
const SECONDS = 2.5
const SAMPLE = 0.03

interface Shape {
  readonly width: number
  readonly depth: number
  readonly batch: number
}

function shapes(quick: boolean): readonly Shape[] {
  const [widths, depths, batches] = quick ? [[64], [3], [16]] : [[128, 512, 1024], [3, 6, 10], [16, 128, 512]]
  return widths.flatMap((width) => depths.flatMap((depth) => batches.map((batch) => ({ width, depth, batch }))))
}

/** The ways to train, in the order of the columns; the first is what the others are compared with. */
const WAYS = [{ name: 'BP', rule: 'backpropagation', run: 'alone' }, {
  name: 'DFA',
  rule: 'direct-feedback-alignment',
  run: 'alone',
}, { name: 'DFA owners', rule: 'direct-feedback-alignment', run: 'owners' }, {
  name: 'BP threads',
  rule: 'backpropagation',
  run: 'threads',
}, { name: 'DFA threads', rule: 'direct-feedback-alignment', run: 'threads' }, {
  name: 'DRTP owners',
  rule: 'direct-random-target-projection',
  run: 'owners',
}] as const

type Way = (typeof WAYS)[number]

/** One way at work. */
interface Entrant {
  readonly way: Way
  readonly steps: (count: number) => Promise<ArrayLike<number>>
  readonly parameters: () => Promise<readonly ParameterValues[]>
}

/** One line of the table: ms per step by way. */
interface Line extends Shape {
  readonly ms: readonly number[]
  /** Work of a step on one thread over that between two steps of the owners, by `cycleOf`. */
  readonly bound: number
}

function configurationOf({ width, depth, batch }: Shape, rule: string): ParallelConfiguration {
  return {
    // The rate is small: what is measured must not depend on how training goes.
    sizes: [...Array.from({ length: depth + 1 }, () => width), CLASSES],
    activation: 'relu',
    batch,
    initialization: { kind: 'uniform', seed: 1 },
    rule: { name: rule, seed: 1 },
    optimizer: { name: 'sgd', rate: 1e-5 },
    loss: { name: 'cross-entropy' },
    owners: OWNERS,
    tier: 'simd',
    accumulation: ACCUMULATION,
  }
}

interface Data {
  readonly inputs: Tensor
  readonly targets: Tensor
}

function dataOf({ width, batch }: Shape, kernels: Kernels): Data {
  const inputs = allocateTensor(kernels, [BATCHES * batch, width])
  uniformInto(inputs.data, randomStream(1, 'bench/inputs'))
  const targets = allocateTensor(kernels, [BATCHES * batch, CLASSES])
  const labels = randomStream(1, 'bench/labels')
  for (let i = 0; i < BATCHES * batch; i++) targets.data[i * CLASSES + Math.floor(CLASSES * uniformAt(labels, i))] = 1
  return { inputs, targets }
}

/** The ordinary trainer on these kernels. */
function alone(way: Way, trainer: Trainer, { inputs, targets }: Data, { batch, width }: Shape): Entrant {
  const rows = ({ data }: Tensor, columns: number, at: number): Tensor =>
    tensor([batch, columns], data.subarray(at * batch * columns, (at + 1) * batch * columns))
  const batches = Array.from({ length: BATCHES },
    (_, at) => ({ input: rows(inputs, width, at), target: rows(targets, CLASSES, at) }))
  return {
    way,
    async steps(count) {
      const losses = new Float64Array(count)
      for (let step = 0; step < count; step++) {
        const { input, target } = batches[step % BATCHES]
        losses[step] = trainer.step(input, target)
      }
      return losses
    },
    parameters: async () => trainer.parameters.map(({ name, value }) => ({ name, data: value.data })),
  }
}

function together(way: Way, run: LayerParallel, { inputs, targets }: Data): Entrant {
  return { way, steps: (count) => run.train(inputs, targets, count), parameters: run.parameters }
}

/** Throws: WrongResult unless losses and parameters of the first steps have the bits of those on one thread. */
async function check(
  entrants: readonly Entrant[],
  shape: Shape,
  expected: ReadonlyMap<string, Entrant>,
): Promise<void> {
  const what = `parallel ${shape.width}, ${shape.depth}, ${shape.batch}`
  const wanted = new Map<string, { losses: ArrayLike<number>; parameters: readonly ParameterValues[] }>()
  for (const [rule, { steps, parameters }] of expected) {
    wanted.set(rule, { losses: await steps(CHECKED), parameters: await parameters() })
  }
  for (const { way, steps, parameters } of entrants) {
    const want = wanted.get(way.rule)
    if (want === undefined || expected.get(way.rule)?.way === way) continue
    const losses = await steps(CHECKED)
    for (let step = 0; step < CHECKED; step++) {
      const [got, loss] = [losses[step], want.losses[step]]
      assertHolds(Object.is(got, loss), `${what}, ${way.name}: loss ${step} is ${got}, expected ${loss}`)
    }
    for (const [index, { name, data }] of (await parameters()).entries()) {
      const { name: place, data: values } = want.parameters[index]
      assertHolds(name === place, `${what}, ${way.name}: parameter ${name} stands in place of ${place}`)
      assertSameBits(`${what}, ${way.name}: ${name}`, data, values)
    }
  }
}

/** Median ms per step of each entrant, sampled in turns. */
async function timeInTurns(entrants: readonly Entrant[], quick: boolean): Promise<readonly number[]> {
  const secondsOf = async ({ steps }: Entrant, count: number): Promise<number> => {
    const start = performance.now()
    await steps(count)
    return 1e-3 * (performance.now() - start) / count
  }
  const counts: number[] = []
  let round = 0
  for (const entrant of entrants) {
    // Once to warm up: fresh threads compile what the main thread has long compiled.
    const first = await secondsOf(entrant, 1)
    const sample = first > SAMPLE ? first : Math.min(first, await secondsOf(entrant, Math.ceil(SAMPLE / first)))
    counts.push(Math.max(1, Math.ceil(SAMPLE / sample)))
    round += counts[counts.length - 1] * sample
  }
  const rounds = quick ? 1 : Math.min(15, Math.max(3, Math.floor(SECONDS / round) - 1))
  const samples: number[][] = entrants.map(() => [])
  for (let at = 0; at < rounds; at++) {
    for (const [index, entrant] of entrants.entries()) {
      samples[index].push(1e3 * await secondsOf(entrant, counts[index]))
    }
  }
  return samples.map((list) => median(list.sort((x, y) => x - y)))
}

/** Everything of one shape: built, checked, timed, closed. */
async function measure(shape: Shape, quick: boolean): Promise<Line> {
  const one = selectKernels({ tier: 'simd', accumulation: ACCUMULATION })
  const two = selectKernels({ tier: 'threads', accumulation: ACCUMULATION, threads: OWNERS, workers: nodeWorkers() })
  const runs: LayerParallel[] = []
  try {
    const own = dataOf(shape, one.kernels)
    const shared = dataOf(shape, two.kernels)
    const entrants: Entrant[] = []
    for (const way of WAYS) {
      const configuration = configurationOf(shape, way.rule)
      if (way.run === 'owners') {
        runs.push(await layerParallel(configuration))
        entrants.push(together(way, runs[runs.length - 1], own))
      } else {
        const { kernels } = way.run === 'alone' ? one : two
        entrants.push(alone(way, sequentialTrainer(configuration, kernels), way.run === 'alone' ? own : shared, shape))
      }
    }
    const projection = configurationOf(shape, 'direct-random-target-projection')
    const expected = new Map([...entrants.slice(0, 2).map((entrant) => [entrant.way.rule, entrant] as const),
      [WAYS[5].rule, alone(WAYS[1], sequentialTrainer(projection, one.kernels), own, shape)] as const])
    await check(entrants, shape, expected)
    const configuration = configurationOf(shape, WAYS[2].rule)
    const work = workOf(configuration)
    const bound = sequential(work) / cycleOf(work, runs[0].starts, waitsForError(configuration))
    return { ...shape, ms: await timeInTurns(entrants, quick), bound }
  } finally {
    for (const run of runs) await run.close()
    one.close()
    two.close()
  }
}

const digits = ({ ms }: Line): number => (ms[0] < 1 ? 3 : ms[0] < 100 ? 2 : 0)

const COLUMNS: readonly Column<Line>[] = [{ title: 'width', width: 5, value: ({ width }) => String(width) }, {
  title: 'depth',
  width: 5,
  value: ({ depth }) => String(depth),
}, { title: 'batch', width: 5, value: ({ batch }) => String(batch) },
  ...WAYS.map(({ name }, index): Column<Line> => ({
    title: name,
    width: 11,
    value: (line) => fixed(line.ms[index], digits(line)),
  })), { title: 'DFA/owners', width: 10, value: ({ ms }) => fixed(ms[1] / ms[2], 2) }, {
  title: 'bound',
  width: 5,
  value: ({ bound }) => fixed(bound, 2),
}, { title: 'BP/owners', width: 9, value: ({ ms }) => fixed(ms[0] / ms[2], 2) }, {
  title: 'BP threads/owners',
  width: 17,
  value: ({ ms }) => fixed(ms[3] / ms[2], 2),
}, { title: 'DFA threads/owners', width: 18, value: ({ ms }) => fixed(ms[4] / ms[2], 2) }]

function markdownTable(columns: readonly Column<Line>[]): (line: Line) => void {
  const cells = (texts: readonly string[]): void => console.log(`| ${texts.join(' | ')} |`)
  console.log('')
  cells(columns.map(({ title }) => title))
  cells(columns.map(() => '--:'))
  return (line) => cells(columns.map(({ value }) => value(line)))
}

/**
 * Measures and prints: ms per step by way, then ratios within the same turns, above 1 where owners are faster.
 * Throws: WrongResult when losses or parameters differ from those on one thread.
 */
export async function benchParallel(quick: boolean, markdown: boolean): Promise<readonly Row[]> {
  const headline = `ms per step: width × depth hidden layers, relu, ${CLASSES} outputs, ${ACCUMULATION} vectors; `
    + `${OWNERS} owners or ${OWNERS} threads per product`
  if (markdown) console.log(`\n${headline}`)
  const print = markdown ? markdownTable(COLUMNS) : printTable(headline, COLUMNS)
  const rows: Row[] = []
  for (const shape of shapes(quick)) {
    const line = await measure(shape, quick)
    print(line)
    WAYS.forEach(({ name, run }, index) =>
      rows.push({
        suite: 'parallel',
        case: name,
        shape: [shape.width, shape.depth, shape.batch],
        tier: run === 'threads' ? 'threads' : 'simd',
        accumulation: ACCUMULATION,
        threads: run === 'alone' ? 1 : OWNERS,
        ms: line.ms[index],
        ratio: line.ms[index] / line.ms[0],
        ...(name === 'DFA owners' ? { limit: line.bound } : {}),
      })
    )
  }
  return rows
}
