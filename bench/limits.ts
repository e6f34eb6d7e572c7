// What can this machine do at most? The ceilings of all other figures, measured in the same process by loops that do
// nothing else: multiplications and additions in registers, and the triad a := b + s·c from each level of memory.

import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { type Assembler, assembler } from '../src/tensor/wasm/assembler.ts'
import type { Local } from '../src/tensor/wasm/code.ts'
import type { Instruction } from '../src/tensor/wasm/instructions.ts'
import { PAGE, type WasmModule, webAssembly } from '../src/tensor/wasm/host.ts'
import { hasRelaxedSimd } from '../src/tensor/tiers/simd.ts'
import { assertHolds, type Budget, time } from './harness.ts'
import { fixed, printTable, type Row } from './report.ts'

/** The loops, by what one instruction works on. */
export type PeakName = 'scalar' | 'f64x2' | 'f32x4' | 'f64x2 fused' | 'f32x4 fused'

/** GFLOP/s by loop; the fused ones only where the runtime has relaxed SIMD. */
export type Peaks = Partial<Readonly<Record<PeakName, number>>>

/** The ceilings of this machine. */
export interface Limits {
  readonly one: Peaks
  /** All processors at once; equal to `one` when there is one processor. */
  readonly all: Peaks
  readonly processors: number
  /** GB/s of the triad, two arrays read and one written, all three together of the size of a level of memory. */
  readonly triad: Readonly<Record<Level, number>>
  readonly rows: readonly Row[]
}

/** Levels of memory. */
export type Level = 'L2' | 'L3' | 'DRAM'

interface Peak {
  readonly name: PeakName
  readonly lanes: number
  /** What the lanes are. */
  readonly number: 'f32' | 'f64'
  /** Product and sum; one instruction where they are fused. */
  readonly instructions: readonly [Instruction, Instruction?]
  /** Puts one number into all lanes. */
  readonly splat?: Instruction
}

const isFused = ({ instructions }: Peak): boolean => instructions.length === 1

const PEAKS: readonly Peak[] = [{ name: 'scalar', lanes: 1, number: 'f64', instructions: ['f64.mul', 'f64.add'] }, {
  name: 'f64x2',
  lanes: 2,
  number: 'f64',
  instructions: ['f64x2.mul', 'f64x2.add'],
  splat: 'f64x2.splat',
}, { name: 'f32x4', lanes: 4, number: 'f32', instructions: ['f32x4.mul', 'f32x4.add'], splat: 'f32x4.splat' }, {
  name: 'f64x2 fused',
  lanes: 2,
  number: 'f64',
  instructions: ['f64x2.relaxed_madd'],
  splat: 'f64x2.splat',
}, { name: 'f32x4 fused', lanes: 4, number: 'f32', instructions: ['f32x4.relaxed_madd'], splat: 'f32x4.splat' }]

/** A product and its sum take six cycles and two of each start in every cycle; with x and y, 14 of 16 registers. */
const SUMS = 12

/** Steps of every sum in one pass of the loop, so that counting and jumping vanish. */
const UNROLL = 4

/** Passes of one call: below a millisecond, because V8 changes to optimized code only between calls. */
const PASSES = 20_000

/**
 * Adds (passes, x, y), which repeats s := s·x + y on every sum and stores the sums at address 0. Fused it is
 * s := x·y + s, because x64 overwrites the addend. Every operation depends on its sum, or V8 would do it once for all.
 */
function emitPeak(asm: Assembler, peak: Peak): void {
  const { name, number, splat, instructions: [first, add] } = peak
  const type = splat === undefined ? number : 'v128'
  asm.func(name, ['i32', number, number], [], (f, [passes, x, y]) => {
    const spread = (from: Local): Local => {
      if (splat === undefined) return from
      const lanes = f.local('v128')
      f.get(from)
      f.op(splat)
      f.set(lanes)
      return lanes
    }
    const xs = spread(x)
    const ys = spread(y)
    const pass = f.local('i32')
    const sums = Array.from({ length: SUMS }, (_, i) => {
      const sum = f.local(type)
      if (number === 'f32') f.f32(i)
      else f.f64(i)
      if (splat !== undefined) f.op(splat)
      f.set(sum)
      return sum
    })
    f.whileBelow(pass, passes, () => {
      for (let step = 0; step < UNROLL; step++) {
        for (const sum of sums) {
          if (add === undefined) {
            for (const operand of [xs, ys, sum]) f.get(operand)
            f.op(first)
          } else {
            f.get(sum)
            f.get(xs)
            f.op(first)
            f.get(ys)
            f.op(add)
          }
          f.set(sum)
        }
      }
      f.advance(pass, 1)
    })
    for (const [i, sum] of sums.entries()) {
      f.i32(16 * i)
      f.get(sum)
      f.memory(splat === undefined ? 'f64.store' : 'v128.store')
    }
  })
}

/** Adds triad(a, b, c, end of a, s): a := b + s·c on float32, four vectors in a pass. */
function emitTriad(asm: Assembler): void {
  asm.func('triad', ['i32', 'i32', 'i32', 'i32', 'f32'], [], (f, [a, b, c, end, s]) => {
    const factor = f.local('v128')
    f.get(s)
    f.op('f32x4.splat')
    f.set(factor)
    f.whileBelow(a, end, () => {
      for (let vector = 0; vector < 4; vector++) {
        f.get(a)
        f.get(b)
        f.memory('v128.load', 16 * vector)
        f.get(factor)
        f.get(c)
        f.memory('v128.load', 16 * vector)
        f.op('f32x4.mul')
        f.op('f32x4.add')
        f.memory('v128.store', 16 * vector)
      }
      for (const pointer of [a, b, c]) f.advance(pointer, 64)
    })
  })
}

/**
 * Elements of each of the three arrays: 576 kB, 12 MB and 192 MB in all. The middle one is the million elements of the
 * element-wise figures. None is a power of two, whose arrays would get into each other's way in the cache.
 */
const LEVELS: readonly (readonly [Level, number])[] = [['L2', 48_000], ['L3', 1_000_000], ['DRAM', 16_000_000]]

type Loop = (passes: number, x: number, y: number) => void

/** A ceiling is the best of many short samples: what else the machine does cannot lift it. */
const BUDGET: Budget = { rounds: 1, warmUp: 0.03, seconds: 0.2, sample: 0.002, samples: 8 }

/** Measures everything in about three seconds. Throws: Error without WebAssembly, WrongResult for a wrong result. */
export function measureLimits(): Limits {
  const host = webAssembly()
  if (host === undefined) throw new Error('limits: this runtime has no WebAssembly to measure them with')
  const peaks = PEAKS.filter((peak) => !isFused(peak) || hasRelaxedSimd())
  const asm = assembler({ initial: 1, maximum: 65536, shared: false })
  for (const peak of peaks) emitPeak(asm, peak)
  emitTriad(asm)
  const module = new host.Module(asm.bytes())
  const stretch = LEVELS[LEVELS.length - 1][1]
  const memory = new host.Memory({ initial: Math.ceil(12 * (stretch + 64) / PAGE), maximum: 65536 })
  const { exports } = new host.Instance(module, { env: { memory } })

  const one = peaksOf(peaks, 1, (peak) => {
    const loop = exports[peak.name] as Loop
    const run = (): void => runPeak(loop, peak)
    run()
    assertPeak(peak, memory.buffer)
    return time(run, BUDGET).best
  })
  const processors = availableParallelism()
  const all = processors === 1 ? one : onAll(module, exports, peaks, processors)

  const triad = { L2: 0, L3: 0, DRAM: 0 }
  const run = exports['triad'] as (a: number, b: number, c: number, end: number, s: number) => void
  for (const [level, length] of LEVELS) {
    const [a, b, c] = [0, 1, 2].map((i) => new Float32Array(memory.buffer, 4 * i * (length + 16), length))
    b.fill(1)
    c.fill(2)
    const sweep = (): void => run(a.byteOffset, b.byteOffset, c.byteOffset, a.byteOffset + a.byteLength, 0.5)
    sweep()
    assertHolds(a.every((value) => value === 2), `limits: triad of ${length} elements must give 2 everywhere`)
    triad[level] = 12e-9 * length / time(sweep, BUDGET).best
  }
  return { one, all, processors, triad, rows: rowsOf(one, all, processors, triad) }
}

/** Fused the sums count up, exactly in float32 to 2^24; else they fall or rise to the fixed point 2 of s/2 + 1. */
function runPeak(loop: Loop, peak: Peak): void {
  loop(PASSES, isFused(peak) ? 1 : 0.5, 1)
}

function assertPeak(peak: Peak, buffer: ArrayBufferLike): void {
  const view = new DataView(buffer)
  for (let i = 0; i < SUMS; i++) {
    const got = peak.number === 'f32' ? view.getFloat32(16 * i, true) : view.getFloat64(16 * i, true)
    const expected = isFused(peak) ? i + UNROLL * PASSES : 2
    assertHolds(got === expected, `limits: sum ${i} of ${peak.name} is ${got}, expected ${expected}`)
  }
}

/** Best seconds per loop to GFLOP/s. */
function peaksOf(peaks: readonly Peak[], threads: number, seconds: (peak: Peak) => number): Peaks {
  const flops = 2 * PASSES * UNROLL * SUMS * threads
  return Object.fromEntries(peaks.map((peak) => [peak.name, 1e-9 * flops * peak.lanes / seconds(peak)]))
}

/** Calls from one meeting of the threads to the next: some 20 ms, beside which the microseconds of meeting vanish. */
const CALLS = 40

const GO = 0
const DONE = 1
const LOOP = 2
const QUIT = 3

const WORKER_SOURCE = `
const { module, pages, words, calls } = require('node:worker_threads').workerData
const memory = new WebAssembly.Memory({ initial: pages, maximum: 65536 })
const { exports } = new WebAssembly.Instance(module, { env: { memory } })
const w = new Int32Array(words)
for (let seen = 0; ; seen++) {
  Atomics.add(w, ${DONE}, 1)
  while (Atomics.load(w, ${GO}) === seen) {}
  if (Atomics.load(w, ${QUIT}) === 1) break
  const { name, passes, x, y } = calls[Atomics.load(w, ${LOOP})]
  for (let call = 0; call < ${CALLS}; call++) exports[name](passes, x, y)
}`

/** All processors at once: a worker on each but one runs the same loop at the same time, and the last one counts. */
function onAll(module: WasmModule, exports: Readonly<Record<string, unknown>>, peaks: readonly Peak[],
  processors: number): Peaks
{
  const words = new SharedArrayBuffer(16)
  const w = new Int32Array(words)
  const calls = peaks.map((peak) => ({ name: peak.name, passes: PASSES, x: isFused(peak) ? 1 : 0.5, y: 1 }))
  const workers = Array.from({ length: processors - 1 },
    () => new Worker(WORKER_SOURCE, { eval: true, workerData: { module, pages: 1, words, calls } }))
  const wait = (): void => {
    while (Atomics.load(w, DONE) < workers.length) {}
  }
  try {
    wait()
    return peaksOf(peaks, processors, (peak) =>
      time(() => {
        Atomics.store(w, DONE, 0)
        Atomics.store(w, LOOP, peaks.indexOf(peak))
        Atomics.add(w, GO, 1)
        for (let call = 0; call < CALLS; call++) runPeak(exports[peak.name] as Loop, peak)
        wait()
      }, BUDGET).best / CALLS)
  } finally {
    Atomics.store(w, QUIT, 1)
    Atomics.add(w, GO, 1)
    for (const worker of workers) void worker.terminate()
  }
}

function rowsOf(one: Peaks, all: Peaks, processors: number, triad: Limits['triad']): readonly Row[] {
  const peakRows = (peaks: Peaks, threads: number): readonly Row[] =>
    Object.entries(peaks).map(([name, gflops]) => ({ suite: 'limits', case: name, threads, gflops }))
  return [...peakRows(one, 1), ...(processors === 1 ? [] : peakRows(all, processors)),
    ...LEVELS.map(([level, length]) => ({
      suite: 'limits',
      case: `triad ${level}`,
      shape: [length],
      threads: 1,
      gbps: triad[level],
    }))]
}

/** Prints the ceilings. */
export function printLimits({ rows }: Limits): void {
  const print = printTable<Row>('Limits: products and sums in registers, a := b + s·c in memory', [{
    title: 'loop',
    width: 12,
    left: true,
    value: (row) => row.case,
  }, { title: 'threads', width: 7, value: ({ threads }) => fixed(threads, 0) }, {
    title: 'GFLOP/s',
    width: 7,
    value: ({ gflops }) => fixed(gflops, 1),
  }, { title: 'GB/s', width: 6, value: ({ gbps }) => fixed(gbps, 1) }])
  for (const row of rows) print(row)
}
