// How much memory does training take, and does a step leave garbage behind? A program of its own, because a process
// that has measured other things has their memory too:
//   node --expose-gc --single-threaded-gc memory.js TIER ACCUMULATION STEPS CHUNKS CHUNK-LENGTH
// One thread, because a collector that sweeps on others lowers the figures after it has been said to be done.

import { selectKernels } from '../src/tensor/tiers/select.ts'
import type { Tier } from '../src/tensor/tiers/kernels.ts'
import { startTraining } from './network.ts'
import { median } from './harness.ts'

/** What the program prints as JSON. */
export interface MemoryUse {
  /** Bytes resident after the steps. */
  readonly resident: number
  /** Bytes that a step allocates on the heap of JavaScript, garbage included; the median over the chunks. */
  readonly allocated: number
  /** Growth of the live heap per step, from the first chunk to the last. */
  readonly retained: number
}

const [tier, accumulation, steps, chunks, length] = process.argv.slice(2)
const { gc } = globalThis
if (gc === undefined) throw new Error('memory: node must be started with --expose-gc')
const { kernels } = selectKernels({ tier: tier as Tier, accumulation: accumulation as 'float64' | 'float32' })
if (kernels.tier !== tier) throw new Error(`memory: tier must be ${tier}, got ${kernels.tier}`)
const { step } = startTraining(kernels, 'backpropagation')
for (let i = 0; i < Number(steps); i++) step()
const resident = process.memoryUsage().rss

/** Heap before and after `count` steps that follow a full collection; too few steps for another one to fall between. */
function heapDuring(count: number): readonly [number, number] {
  gc?.()
  const before = process.memoryUsage().heapUsed
  for (let i = 0; i < count; i++) step()
  return [before, process.memoryUsage().heapUsed]
}

/** The middle of the growth in several rounds, and the heap before the first and the last. */
function growth(rounds: number, count: number): { readonly [key in 'middle' | 'from' | 'to']: number } {
  const measured = Array.from({ length: rounds }, () => heapDuring(count))
  const grown = measured.map(([before, after]) => after - before).sort((x, y) => x - y)
  return { middle: median(grown), from: measured[0][0], to: measured[rounds - 1][0] }
}

const stretch = Number(length)
heapDuring(stretch)
// What asking for the figure costs by itself.
const idle = growth(9, 0).middle
const { middle, from, to } = growth(Number(chunks), stretch)
const use: MemoryUse = {
  resident,
  allocated: (middle - idle) / stretch,
  retained: (to - from) / (stretch * (Number(chunks) - 1)),
}
console.log(JSON.stringify(use))
