// How fast are the element-wise kernels on a million float32, in TypeScript and in vector instructions: what share of
// the memory's speed do those reach that memory limits, and how many milliseconds do those take that arithmetic limits?

import { type ElementwiseKernels, scalarElementwise, vectorElementwise } from '../src/tensor/kernels/elementwise.ts'
import { exp } from '../src/tensor/functions/exp.ts'
import { erf } from '../src/tensor/functions/erf.ts'
import { sigmoid } from '../src/tensor/functions/sigmoid.ts'
import { tanh } from '../src/tensor/functions/tanh.ts'
import { randomStream, uniformInto } from '../src/tensor/random.ts'
import { assembler } from '../src/tensor/wasm/assembler.ts'
import { type ElementwiseExports, emitElementwise } from '../src/tensor/wasm/elementwise.ts'
import { webAssembly } from '../src/tensor/wasm/host.ts'
import { createArena } from '../src/tensor/wasm/memory.ts'
import { assertHolds, assertSameBits, type Budget, timeAll } from './harness.ts'
import type { Limits } from './limits.ts'
import { fixed, MARGIN, printTable, type Row, SHARE } from './report.ts'

/** The million, as in the triad of the limits. */
const LENGTH = 1_000_000

/** The arrays of one implementation. */
interface Arrays {
  readonly x: Float32Array
  readonly y: Float32Array
  readonly out: Float32Array
}

/** One kernel: how it is called, what each element must be, and the bytes it reads and writes for each. */
interface Kernel {
  readonly name: string
  readonly bytes: number
  readonly run: (kernels: ElementwiseKernels, arrays: Arrays) => void
  readonly element: (x: number, y: number) => number
  /** Overwrites x, as updates do: `out` is read as well, which can beat the triad, whose `a` is fetched for nothing. */
  readonly inPlace?: boolean
}

/** Small enough that repeating the update does not overflow. */
const RATE = -0.01
const f = Math.fround

const KERNELS: readonly Kernel[] = [{
  name: 'add',
  bytes: 12,
  run: (kernels, { out, x, y }) => kernels.addInto(out, x, y),
  element: (x, y) => f(x + y),
}, { name: 'relu', bytes: 8, run: (kernels, { out, x }) => kernels.reluInto(out, x), element: (x) => (x > 0 ? x : 0) },
  {
    name: 'relu backward',
    bytes: 12,
    run: (kernels, { out, x, y }) => kernels.reluBackwardInto(out, y, x),
    element: (x, y) => (x > 0 ? y : 0),
  }, {
  name: 'sgd update',
  bytes: 12,
  inPlace: true,
  run: (kernels, { out, y }) => kernels.addScaledInto(out, out, RATE, y),
  element: (x, y) => f(x + f(f(RATE) * y)),
}, { name: 'tanh', bytes: 8, run: (kernels, { out, x }) => kernels.tanhInto(out, x), element: (x) => f(tanh(x)) }, {
  name: 'exp',
  bytes: 8,
  run: (kernels, { out, x }) => kernels.expInto(out, x),
  element: (x) => f(exp(x)),
}, {
  name: 'sigmoid',
  bytes: 8,
  run: (kernels, { out, x }) => kernels.sigmoidInto(out, x),
  element: (x) => f(sigmoid(x)),
}, { name: 'erf', bytes: 8, run: (kernels, { out, x }) => kernels.erfInto(out, x), element: (x) => f(erf(x)) }]

/** The functions of the host's Math, for comparison. */
const HOST: readonly { readonly name: string; readonly run: (arrays: Arrays) => void }[] = [{
  name: 'tanh',
  run({ out, x }) {
    for (let i = 0; i < out.length; i++) out[i] = Math.tanh(x[i])
  },
}, {
  name: 'exp',
  run({ out, x }) {
    for (let i = 0; i < out.length; i++) out[i] = Math.exp(x[i])
  },
}]

/** Measures and prints. Throws: WrongResult when an element of either implementation has other bits than it must. */
export function benchElementwise(limits: Limits, budget: Budget): readonly Row[] {
  const plain = arrays((length) => new Float32Array(length))
  const vector = vectors()
  if ('reason' in vector) console.log(`\nno vector kernels: ${vector.reason}`)
  const print = printTable<Row>('Element-wise on 1,000,000 float32, against the triad a := b + s·c of this size', [{
    title: 'kernel',
    width: 14,
    left: true,
    value: (row) => row.case,
  }, { title: 'tier', width: 10, left: true, value: ({ tier = '' }) => tier }, {
    title: 'ms',
    width: 7,
    value: ({ ms }) => fixed(ms, 3),
  }, { title: 'GB/s', width: 6, value: ({ gbps }) => fixed(gbps, 1) }, {
    title: 'limit',
    width: 6,
    value: ({ limit }) => fixed(limit, 1),
  }, SHARE, MARGIN])
  const rows: Row[] = []
  for (const kernel of KERNELS) {
    const expected = Float32Array.from(plain.x, (x, i) => kernel.element(x, plain.y[i]))
    const runs: (readonly [string, () => void])[] = []
    const add = (tier: string, kernels: ElementwiseKernels, on: Arrays): void => {
      const run = (): void => kernel.run(kernels, on)
      if (kernel.inPlace === true) on.out.set(on.x)
      else on.out.fill(NaN)
      run()
      assertSameBits(`elementwise ${kernel.name} ${tier}`, on.out, expected)
      runs.push([tier, run])
    }
    add('TypeScript', scalarElementwise, plain)
    if (!('reason' in vector)) add('simd', vector.kernels, vector)
    const host = HOST.find(({ name }) => name === kernel.name)
    if (host !== undefined) runs.push([`Math.${kernel.name}`, () => host.run(plain)])
    const timings = timeAll(runs.map(([, run]) => run), budget)
    for (const [index, [tier]] of runs.entries()) {
      const seconds = timings[index].median
      const gbps = 1e-9 * kernel.bytes * LENGTH / seconds
      rows.push({
        suite: 'elementwise',
        case: kernel.name,
        shape: [LENGTH],
        tier,
        threads: 1,
        gbps,
        ms: 1000 * seconds,
        limit: limits.triad.L3,
        share: gbps / limits.triad.L3,
        rme: timings[index].rme,
      })
      print(rows[rows.length - 1])
    }
  }
  return rows
}

/** x and y uniform in [−4, 4): signs at random, as branch predictors dislike them, and both pieces of erf and tanh. */
function arrays(allocate: (length: number) => Float32Array): Arrays {
  const x = uniformInto(allocate(LENGTH), randomStream(1, 'bench/x'), -4, 4)
  const y = uniformInto(allocate(LENGTH), randomStream(1, 'bench/y'), -4, 4)
  return { x, y, out: allocate(LENGTH) }
}

/** The vector kernels on arrays of their memory. */
function vectors(): (Arrays & { readonly kernels: ElementwiseKernels }) | { readonly reason: string } {
  const host = webAssembly()
  if (host === undefined) return { reason: 'this runtime has no WebAssembly' }
  const arena = createArena(host, true, 1 << 26)
  const asm = assembler({ initial: 1, maximum: arena.maximumPages, shared: arena.shared })
  emitElementwise(asm)
  const { exports } = new host.Instance(new host.Module(asm.bytes()), { env: { memory: arena.memory } })
  const kernels = vectorElementwise(exports as unknown as ElementwiseExports, arena.addressOf)
  return {
    kernels,
    ...arrays((length) => {
      const array = arena.allocate(length)
      // Elsewhere the scalar kernels would be timed under the wrong name.
      if (array === undefined) throw new Error(`elementwise: memory must hold ${length} more elements`)
      assertHolds(arena.addressOf(array) >= 0, 'elementwise: an array is not where the vector kernels look for it')
      return array
    }),
  }
}
