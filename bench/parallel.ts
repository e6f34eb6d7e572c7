// What does training by owners of segments gain over one thread, and over threads inside each product?

import { nodeWorkers } from '../src/lab/node-workers.ts'
import { startOwners } from '../src/lab/parallel/owners.ts'
import { cycleOf, partition, waitsForError, workOf } from '../src/lab/parallel/partition.ts'
import { DEFAULTS, type TrainingConfiguration } from '../src/lab/training/configuration.ts'
import { type Dataset, inSharedMemory } from '../src/lab/training/datasets.ts'
import { arraysOf, type Session, startSession } from '../src/lab/training/session.ts'
import { sampleParts, samplesOf } from '../src/lab/training/tasks/classification.ts'
import { ownSteps, type Stepper } from '../src/lab/training/stepper.ts'
import { segmentsOf } from '../src/dfa/index.ts'
import { randomStream, uniformAt, uniformInto } from '../src/tensor/random.ts'
import { selectKernels } from '../src/tensor/tiers/select.ts'
import { tensor } from '../src/tensor/tensor.ts'
import { assertHolds, assertSameBits, median } from './harness.ts'
import { type Column, fixed, printTable, type Row } from './report.ts'

const CLASSES = 10
const OWNERS = 2
const ACCUMULATION = 'float32'

/** Batches in turn, so that the loss does not fall to nothing. */
const BATCHES = 4

/** Steps whose losses, and then everything that a checkpoint holds, must agree before anything is timed. */
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
  readonly session: Session
  readonly stepper: Stepper
}

/** One line of the table: ms per step by way. */
interface Line extends Shape {
  readonly ms: readonly number[]
  /** Work of a step on one thread over that between two steps of the owners, by `cycleOf`. */
  readonly bound: number
}

function configurationOf({ width, depth, batch }: Shape, rule: string): TrainingConfiguration {
  return {
    ...DEFAULTS,
    hidden: Array.from({ length: depth }, () => width),
    batch,
    rule,
    optimizer: 'sgd',
    // The rate is small: what is measured must not depend on how training goes.
    rate: 1e-5,
    seed: 1,
    'feedback-seed': 1,
    accumulation: ACCUMULATION,
  }
}

function dataOf({ width, batch }: Shape): Dataset {
  const rows = BATCHES * batch
  const inputs = tensor([rows, width], uniformInto(new Float32Array(rows * width), randomStream(1, 'bench/inputs')))
  const targets = tensor([rows, CLASSES])
  const labels = randomStream(1, 'bench/labels')
  for (let i = 0; i < rows; i++) targets.data[i * CLASSES + Math.floor(CLASSES * uniformAt(labels, i))] = 1
  const split = { inputs, targets }
  return inSharedMemory({
    name: 'teacher',
    sample: [1, 1, width],
    classes: CLASSES,
    training: split,
    validation: split,
    test: split,
  })
}

/** Exactly `count` steps; their losses. */
async function steps({ stepper }: Entrant, count: number): Promise<readonly number[]> {
  const losses: number[] = []
  while (losses.length < count) losses.push(...Array.from(await stepper.advance(count - losses.length)))
  return losses
}

/** Throws: WrongResult unless losses and bits of the first steps are those on one thread. */
async function check(entrants: readonly Entrant[], shape: Shape, expected: readonly Entrant[]): Promise<void> {
  const what = `parallel ${shape.width}, ${shape.depth}, ${shape.batch}`
  const first = new Map<Entrant, readonly number[]>()
  for (const entrant of new Set([...expected, ...entrants])) {
    first.set(entrant, await steps(entrant, CHECKED))
    await entrant.stepper.gather()
  }
  for (const entrant of entrants) {
    const { way, session } = entrant
    const want = expected.find((one) => one.way.rule === way.rule)
    assertHolds(want !== undefined, `${what}, ${way.name}: there must be one thread to compare with`)
    if (want === undefined || want === entrant) continue
    for (const [step, loss] of (first.get(want) ?? []).entries()) {
      const got = first.get(entrant)?.[step]
      assertHolds(Object.is(got, loss), `${what}, ${way.name}: loss ${step} is ${got}, expected ${loss}`)
    }
    const wanted = arraysOf(want.session)
    for (const [index, { name, data }] of arraysOf(session).entries()) {
      const { name: place, data: values } = wanted[index]
      assertHolds(name === place, `${what}, ${way.name}: ${name} stands in place of ${place}`)
      assertSameBits(`${what}, ${way.name}: ${name}`, data, values)
    }
  }
}

/** Median ms per step of each entrant, sampled in turns. */
async function timeInTurns(entrants: readonly Entrant[], quick: boolean): Promise<readonly number[]> {
  const secondsOf = async (entrant: Entrant, count: number): Promise<number> => {
    const start = performance.now()
    await steps(entrant, count)
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
  const entrants: Entrant[] = []
  try {
    const data = dataOf(shape)
    const enter = async (way: Way, run: Way['run']): Promise<Entrant> => {
      const c = configurationOf(shape, way.rule)
      const session = startSession(c, samplesOf(data), run === 'threads' ? two.kernels : one.kernels)
      const stepper = run === 'owners' ? await startOwners(session, c, data, OWNERS) : ownSteps(session)
      return { way, session, stepper }
    }
    for (const way of WAYS) entrants.push(await enter(way, way.run))
    await check(entrants, shape, [...entrants.slice(0, 2), await enter(WAYS[5], 'alone')])
    const { session, way } = entrants[2]
    const { segments } = segmentsOf(session.network)
    const { sample } = sampleParts(configurationOf(shape, way.rule), data, one.kernels)
    const work = workOf(segments, sample, shape.batch, CLASSES)
    const waits = waitsForError(segments)
    const bound = cycleOf(work, [0], waits) / cycleOf(work, partition(work, OWNERS, waits), waits)
    return { ...shape, ms: await timeInTurns(entrants, quick), bound }
  } finally {
    for (const { stepper } of entrants) await stepper.close()
    one.close()
    two.close()
  }
}

const digits = ({ ms }: Line): number => (ms[0] < 1 ? 3 : ms[0] < 100 ? 2 : 0)

const COLUMNS: readonly Column<Line>[] = [{ title: 'width', width: 5, value: ({ width }) => String(width) }, {
  title: 'depth',
  width: 5,
  value: ({ depth }) => String(depth),
}, { title: 'batch', width: 5, value: ({ batch }) => String(batch) }, ...WAYS.map(({ name }, index): Column<Line> => ({
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
 * Throws: WrongResult when losses or what a checkpoint holds differ from those on one thread.
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
