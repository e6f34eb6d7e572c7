// How fast is a matrix product, by shape, transposition and tier, and what share of the processor is that?

import { referenceKernels, referenceKernelsFloat32 } from '../src/tensor/tiers/kernels.ts'
import { randomStream, uniformInto } from '../src/tensor/random.ts'
import { assertSameBits, type Budget, timeAll, WrongResult } from './harness.ts'
import type { Limits } from './limits.ts'
import { fixed, MARGIN, printTable, type Row, SHARE, TIER } from './report.ts'
import { type Candidate, limitOf } from './tiers.ts'

/** m, k, n of a product. */
export type Shape = readonly [m: number, k: number, n: number]

/** Squares, the two products of a training step (batch 128), ten classes, a batch of one. */
export const SHAPES: readonly Shape[] = [[128, 128, 128], [256, 256, 256], [512, 512, 512], [1024, 1024, 1024], [128,
  784, 512], [512, 128, 784], [128, 512, 10], [1, 784, 512]]

/** Small enough for a look. */
const QUICK_SHAPES: readonly Shape[] = [[128, 128, 128], [256, 256, 256], [128, 784, 512], [128, 512, 10], [1, 784,
  512]]

/** The shape at which three plain loops and operands in ordinary memory are measured, once each. */
const REFERENCE_SHAPE = '256,256,256'
const FOREIGN_SHAPE = '128,784,512'

type Transposition = readonly [transposeA: boolean, transposeB: boolean]

/** NN, NT, TN. */
const letters = (operation: Transposition): string => operation.map((transpose) => (transpose ? 'T' : 'N')).join('')

/** What a forward pass (A·Bᵀ with weights by rows), an input gradient (A·B) and a weight gradient (Aᵀ·B) need. */
const OPERANDS: readonly Transposition[] = [[false, false], [false, true], [true, false]]

/** Both operands in both storage orders, so that every transposition has the same product. */
interface Operands {
  readonly a: Float32Array
  readonly aTransposed: Float32Array
  readonly b: Float32Array
  readonly bTransposed: Float32Array
  /** A new C: each case has its own, so that what its last call left can be checked after all were timed in turns. */
  readonly result: () => Float32Array
}

/** One line of the table before it is timed. */
interface Case {
  readonly row: Row
  readonly run: () => void
  readonly check: () => void
}

/** Measures and prints every shape. Throws: WrongResult for bits unlike the reference's, before or after timing. */
export function benchMatmul(running: readonly Candidate[], limits: Limits, budget: Budget,
  quick: boolean): readonly Row[]
{
  const print = printTable<Row>('Matrix products C := op(A)·op(B), bits equal to three plain loops', [{
    title: 'm×k×n',
    width: 14,
    left: true,
    value: ({ shape = [] }) => shape.join('×'),
  }, { title: 'op', width: 2, left: true, value: (row) => letters([row.transposeA === true, row.transposeB === true]) },
    TIER, {
    title: 'operands',
    width: 8,
    left: true,
    value: ({ case: name }) => (name === 'foreign' ? 'ordinary' : ''),
  }, { title: 'threads', width: 7, value: ({ threads }) => fixed(threads, 0) }, {
    title: 'ms',
    width: 8,
    value: ({ ms }) => fixed(ms, 3),
  }, { title: 'GFLOP/s', width: 7, value: ({ gflops }) => fixed(gflops, 2) }, {
    title: 'limit',
    width: 6,
    value: ({ limit }) => fixed(limit, 1),
  }, SHARE, MARGIN])
  const rows: Row[] = []
  for (const shape of quick ? QUICK_SHAPES : SHAPES) {
    const cases = casesOf(shape, running, limits)
    for (const { run, check } of cases) {
      run()
      check()
    }
    const timings = timeAll(cases.map(({ run }) => run), budget)
    for (const [index, { row, check }] of cases.entries()) {
      // Threads that disturb each other do so only now and then: the last of many calls must be right as well.
      check()
      const seconds = timings[index].median
      const gflops = 2e-9 * shape[0] * shape[1] * shape[2] / seconds
      const share = row.limit === undefined ? undefined : gflops / row.limit
      rows.push({ ...row, ms: 1000 * seconds, gflops, share, rme: timings[index].rme })
      print(rows[rows.length - 1])
    }
  }
  return rows
}

function casesOf(shape: Shape, running: readonly Candidate[], limits: Limits): readonly Case[] {
  const [m, k, n] = shape
  const plain = operands(shape, (length) => new Float32Array(length))
  const expected = { float64: new Float32Array(m * n), float32: new Float32Array(m * n) }
  // The reference reads Bᵀ by rows here: the same sums, and less of a wait.
  referenceKernels.gemm(m, n, k, plain.a, false, plain.bTransposed, true, expected.float64, false)
  if (running.some(({ accumulation, fused }) => accumulation === 'float32' && !fused)) {
    referenceKernelsFloat32.gemm(m, n, k, plain.a, false, plain.bTransposed, true, expected.float32, false)
  }
  const cases: Case[] = []
  const add = (candidate: Candidate, name: string, own: Operands, operation: Transposition): void => {
    const [transposeA, transposeB] = operation
    const { tier, accumulation, threads, kernels, fused } = candidate
    const a = transposeA ? own.aTransposed : own.a
    const b = transposeB ? own.bTransposed : own.b
    const c = own.result()
    const limit = limitOf(limits, candidate)
    const what = `matmul ${shape.join('×')} ${letters(operation)} ${candidate.name}`
    cases.push({
      row: { suite: 'matmul', case: name, shape, transposeA, transposeB, tier, accumulation, threads, limit },
      run: () => kernels.gemm(m, n, k, a, transposeA, b, transposeB, c, false),
      check() {
        if (fused) assertNear(what, c, expected.float64, k)
        else assertSameBits(what, c, expected[accumulation])
      },
    })
  }
  if (String(shape) === REFERENCE_SHAPE) {
    const reference: Candidate = {
      name: 'reference float64',
      tier: 'reference',
      accumulation: 'float64',
      fused: false,
      threads: 1,
      kernels: referenceKernels,
      close: () => {},
    }
    add(reference, 'reference', plain, [false, false])
  }
  for (const candidate of running) {
    const own = operands(shape, candidate.kernels.allocate)
    for (const operation of OPERANDS) add(candidate, candidate.fused ? 'fused' : 'product', own, operation)
    if (candidate.tier === 'simd' && !candidate.fused && String(shape) === FOREIGN_SHAPE) {
      add(candidate, 'foreign', plain, [false, false])
    }
  }
  return cases
}

/** Uniform in [−1, 1), the same numbers for every candidate. */
function operands([m, k, n]: Shape, allocate: (length: number) => Float32Array): Operands {
  const draw = (name: string, length: number): Float32Array => {
    const key = `${name} ${length}`
    const known = drawn.get(key) ?? uniformInto(new Float32Array(length), randomStream(1, `bench/${name}`), -1, 1)
    drawn.set(key, known)
    const array = allocate(length)
    array.set(known)
    return array
  }
  const a = draw('a', m * k)
  const b = draw('b', k * n)
  return {
    a,
    b,
    result: () => allocate(m * n).fill(NaN),
    aTransposed: transposeInto(allocate(m * k), a, m, k),
    bTransposed: transposeInto(allocate(k * n), b, k, n),
  }
}

const drawn = new Map<string, Float32Array>()

function transposeInto(out: Float32Array, x: Float32Array, rows: number, columns: number): Float32Array {
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = x[i * columns + j]
  return out
}

/** Fused float32 sums of k products below 1 in magnitude: each of k roundings moves a sum below k by 2⁻²⁴·k at most. */
function assertNear(what: string, got: Float32Array, expected: Float32Array, k: number): void {
  const bound = 2 ** -24 * k * k
  for (let i = 0; i < got.length; i++) {
    if (Math.abs(got[i] - expected[i]) <= bound) continue
    throw new WrongResult(`${what}: element ${i} is ${got[i]}, expected ${expected[i]} ± ${bound}`)
  }
}
