// The groups of vectors that every tier computes for itself: matrix products and training.

import { type Kernels, randomStream, type Tensor, tensor, uniformInto } from '../../src/tensor/index.ts'
import { addInto, multiplyInto, subtractInto } from '../../src/tensor/elementwise.ts'
import { graphOfPairs, nodeTargets, sampleNonEdges, sphereViews } from '../../src/data/index.ts'
import { GRAPH_MODELS, graphModel } from '../../src/lab/training/graph-models.ts'
import { nerfModel } from '../../src/lab/training/nerf-models.ts'
import { activation, type ActivationName, ACTIVATIONS, adam, batchNorm, chain, conv2d, crossEntropy, dense, dropout,
  flatten, initialize, pooling, sgd, squaredError } from '../../src/nn/index.ts'
import { errorTap, feedbackPoint, type LearningRule, mlp, RULES as ALL_RULES, trainer } from '../../src/dfa/index.ts'
import { type Digest, float64Hex } from './digest.ts'
import { fillInput, INPUT_KINDS, words } from './inputs.ts'
import { arrays } from './portable-vectors.ts'
import { goldenTransformer } from '../lab/training/golden-transformer.ts'
import { transformer } from './transformer-vectors.ts'

/** A group of vectors: computes with the kernels and hands every result to the digest. */
export type KernelGroup = (out: Digest, kernels: Kernels) => void

/**
 * [m, n, k]. Around the edges of register tiles (2 to 8), of narrow products (16), of the cache blocks of every size
 * named in the sources (123, 256, 512), and everything that is empty or one.
 */
export const SHAPES: readonly (readonly [m: number, n: number, k: number])[] = [
  [1, 1, 0],
  [4, 5, 0],
  [20, 20, 0],
  [0, 3, 2],
  [3, 0, 2],
  [1, 1, 1],
  [1, 1, 2],
  [1, 2, 1],
  [2, 1, 1],
  [2, 2, 2],
  [3, 2, 1],
  [3, 2, 4],
  [3, 3, 3],
  [4, 3, 2],
  [4, 4, 4],
  [5, 4, 3],
  [5, 5, 5],
  [6, 2, 7],
  [6, 6, 6],
  [7, 7, 7],
  [7, 9, 8],
  [8, 8, 8],
  [9, 8, 7],
  [1, 10, 33],
  [10, 1, 33],
  [1, 64, 17],
  [64, 1, 17],
  [1, 600, 9],
  [600, 1, 9],
  [2, 515, 6],
  [13, 11, 12],
  [15, 16, 17],
  [16, 15, 17],
  [16, 16, 16],
  [16, 17, 16],
  [17, 16, 16],
  [17, 17, 1],
  [17, 17, 17],
  [18, 18, 5],
  [18, 19, 20],
  [19, 18, 31],
  [21, 23, 22],
  [24, 24, 24],
  [25, 26, 27],
  [31, 33, 32],
  [33, 31, 64],
  [47, 18, 9],
  [48, 48, 3],
  [18, 90, 11],
  [61, 59, 8],
  [64, 64, 10],
  [10, 64, 64],
  [122, 17, 4],
  [123, 18, 4],
  [124, 19, 4],
  [246, 17, 3],
  [247, 20, 2],
  [17, 255, 3],
  [18, 256, 3],
  [19, 257, 3],
  [20, 514, 2],
  [18, 17, 511],
  [17, 18, 512],
  [18, 19, 513],
  [19, 20, 1025],
  [1026, 17, 3],
  // Large enough to be cut among threads.
  [200, 208, 52],
]

/** Products of all shapes, transpositions and inputs, with and without a C to add to. */
function matmul(out: Digest, kernels: Kernels): void {
  for (const [index, [m, n, k]] of SHAPES.entries()) {
    // Small shapes in all eight combinations, large ones in two, so that interpreters finish too.
    const step = m * n * k > 20_000 ? 5 : 1
    for (let combination = index % step; combination < 8; combination += step) {
      const transposeA = (combination & 1) > 0
      const transposeB = (combination & 2) > 0
      const accumulate = (combination & 4) > 0
      const kind = INPUT_KINDS[(index + combination) % INPUT_KINDS.length]
      const next = words(8 * index + combination)
      // In turn in the tier's own memory and in ordinary arrays: a tier must take both. Threads share only what lies in the tier's.
      const shared = m * n * k > 2_000_000
      const allocate = combination % 3 === 0 || shared ? kernels.allocate : (length: number) => new Float32Array(length)
      const a = fillInput(allocate(m * k), kind, next)
      const b = fillInput(allocate(k * n), kind, next)
      const c = fillInput(allocate(m * n), kind, next)
      kernels.gemm(m, n, k, a, transposeA, b, transposeB, c, accumulate)
      const flags = [transposeA && 'transposeA', transposeB && 'transposeB', accumulate && 'accumulate', kind]
      out.note([`[${m}, ${n}, ${k}]`, ...flags.filter((flag) => flag !== false)].join(' '))
      out.float32s(c)
    }
  }
}

/** Every element-wise kernel of a tier, on its own memory; odd lengths and offsets included. */
function elementwise(out: Digest, { elementwise: e, allocate }: Kernels): void {
  arrays(out, (...ordinary) => {
    const [x, y, z] = ordinary.map((part) => {
      const own = allocate(part.length + 1).subarray(1)
      own.set(part)
      return own
    })
    const note = (name: string, result: Float32Array): void => {
      out.note(name)
      out.float32s(result)
    }
    for (const name of ['expInto', 'tanhInto', 'sigmoidInto', 'erfInto', 'erfActivationInto', 'reluInto',
      'leakyReluInto'] as const)
    {
      note(name, e[name](z, x))
    }
    for (const name of ['tanhBackwardInto', 'sigmoidBackwardInto', 'erfActivationBackwardInto', 'reluBackwardInto',
      'leakyReluBackwardInto', 'addInto', 'subtractInto', 'multiplyInto'] as const)
    {
      note(name, e[name](z, x, y))
    }
    note('scaleInto', e.scaleInto(z, 0.1, x))
    note('addScaledInto', e.addScaledInto(z, x, -0.3, y))
    out.note('reductions')
    out.float64s([e.sum(x), e.dot(x, y), e.firstNonFinite(x)])
  })
}

function activations(out: Digest, { elementwise: e }: Kernels): void {
  arrays(out, (x, y, z) => {
    for (const [name, { apply, derive }] of Object.entries(ACTIVATIONS)) {
      out.note(name)
      const h = new Float32Array(x.length)
      apply(e, h, x)
      out.float32s(h)
      derive(e, z, y, x, h)
      out.float32s(z)
    }
  })
}

/** NaNs that the engine itself makes: their sign and payload are its own, and must not decide a result. */
function madeNaN(out: Digest, { elementwise: e }: Kernels): void {
  const infinite = Float32Array.from([Infinity, -Infinity, 0, 0, 1e38, -1e38])
  const partner = Float32Array.from([Infinity, -Infinity, Infinity, -Infinity, Infinity, NaN])
  const made = new Float32Array(infinite.length)
  for (const [name, make] of Object.entries({ subtractInto, multiplyInto, addInto })) {
    make(made, infinite, partner)
    for (const [activation, { apply, derive }] of Object.entries(ACTIVATIONS)) {
      out.note(`${activation} of ${name}`)
      const h = new Float32Array(made.length)
      apply(e, h, made)
      out.float32s(h)
      derive(e, h, made, made, h.slice())
      out.float32s(h)
    }
  }
}

/** All rules by name, each made anew for one network. */
export const RULES: Readonly<Record<string, (kernels: Kernels) => LearningRule>> = Object.fromEntries(
  Object.entries(ALL_RULES).map((
    [name, make],
  ) => [name, (kernels: Kernels): LearningRule => make({ seed: 3, kernels })]),
)

interface Task {
  readonly sizes: readonly number[]
  readonly activation: ActivationName
  readonly batch: number
  readonly steps: number
  readonly classes: boolean
}

interface Trained {
  readonly losses: readonly number[]
  readonly parameters: readonly { readonly name: string; readonly value: Tensor }[]
}

function train(rule: LearningRule, kernels: Kernels, { sizes, activation, batch, steps, classes }: Task): Trained {
  const network = mlp({ sizes, activation, kernels })
  initialize(network, 'uniform', 1)
  const training = trainer({ network, rule, loss: classes ? crossEntropy() : squaredError(), optimizer: sgd(0.1) })
  const inputs = sizes[0]
  const outputs = sizes[sizes.length - 1]
  const x = tensor([batch, inputs])
  const y = tensor([batch, outputs])
  const stream = randomStream(2, 'engines/data')
  const losses: number[] = []
  for (let step = 0; step < steps; step++) {
    uniformInto(x.data, stream, -1, 1)
    for (let i = 0; i < y.data.length; i++) {
      const sample = Math.floor(i / outputs)
      if (classes) y.data[i] = i % outputs === sample % outputs ? 1 : 0
      else y.data[i] = x.data[i % x.data.length] * x.data[(7 * i + 1) % x.data.length]
    }
    losses.push(training.step(x, y))
  }
  return { losses, parameters: training.parameters }
}

const GOLDEN: Task = { sizes: [12, 16, 16, 4], activation: 'tanh', batch: 8, steps: 10, classes: false }

/**
 * The golden trajectories, as the bits of float64 in hexadecimal: ten losses per rule of a 12-16-16-4 tanh network, of a
 * Transformer and of a radiance field under DFA.
 */
export function trajectories(kernels: Kernels): Readonly<Record<string, readonly string[]>> {
  const entries = Object.entries(RULES).map(([name, rule]) =>
    [name, train(rule(kernels), kernels, GOLDEN).losses.map(float64Hex)] as const
  )
  const field = ['radiance-field', trainField(kernels, 'direct-feedback-alignment', 10).losses.map(float64Hex)] as const
  return { ...Object.fromEntries([...entries, field]), transformer: goldenTransformer(kernels).losses.map(float64Hex) }
}

/** A radiance field on rays through a scene of spheres: waves, jitter, exponentials along rays. */
function trainField(kernels: Kernels, rule: string, steps: number): Trained {
  const network = nerfModel({ width: 18, frequencies: 3, samples: 6, near: 1.5, far: 4.5, seed: 4, kernels })
  initialize(network, 'uniform', 1)
  const { step, parameters } = trainer({
    network,
    rule: ALL_RULES[rule]({ seed: 3, kernels }),
    loss: squaredError(),
    optimizer: adam({ rate: 0.01, kernels }),
    kernels,
  })
  const [{ rays, colors }] = sphereViews({ count: 1, side: 4, samples: 24, name: 'engines' })
  return { losses: Array.from({ length: steps }, () => step(rays, colors)), parameters }
}

/** Radiance fields, the scene that they learn included. */
function fields(out: Digest, kernels: Kernels): void {
  for (const rule of ['backpropagation', 'direct-feedback-alignment', 'frozen']) {
    const { losses, parameters } = trainField(kernels, rule, 4)
    out.note(`${rule} losses`)
    out.float64s(losses)
    for (const { name, value } of parameters) {
      out.note(`${rule} ${name}`)
      out.float32s(value.data)
    }
  }
}

function training(task: Task): KernelGroup {
  return (out, kernels) => {
    for (const [name, rule] of Object.entries(RULES)) {
      const { losses, parameters } = train(rule(kernels), kernels, task)
      out.note(`${name} losses`)
      out.float64s(losses)
      for (const { name: parameter, value } of parameters) {
        out.note(`${name} ${parameter}`)
        out.float32s(value.data)
      }
    }
  }
}

/** A convolutional network under the rules of both families: patches, maxima, batch statistics and masks. */
function convolutional(out: Digest, kernels: Kernels): void {
  for (const rule of ['backpropagation', 'direct-feedback-alignment', 'weight-mirror']) {
    const network = chain('convolutional', [
      conv2d({ name: 'conv1', inputChannels: 2, outputChannels: 5, kernelSize: 3, padding: 1, kernels }),
      batchNorm({ name: 'norm1', channels: 5, kernels }),
      activation({ name: 'relu1', kind: 'relu', kernels }),
      pooling({ name: 'pool1', kind: 'max', window: 2, kernels }),
      feedbackPoint('point1', [5, 5, 4], kernels),
      conv2d({ name: 'conv2', inputChannels: 5, outputChannels: 6, kernelSize: [2, 3], stride: [2, 1], kernels }),
      activation({ name: 'tanh2', kind: 'tanh', kernels }),
      dropout({ name: 'dropout2', probability: 0.25, seed: 4, kernels }),
      feedbackPoint('point2', [6, 2, 2], kernels),
      flatten({ name: 'flatten' }),
      dense({ name: 'dense', inputs: 24, outputs: 3, kernels }),
      errorTap('tap'),
    ])
    initialize(network, 'uniform', 1)
    const { step, parameters } = trainer({
      network,
      rule: ALL_RULES[rule]({ seed: 3, kernels }),
      loss: crossEntropy('mean', kernels),
      optimizer: sgd(0.1, kernels),
      kernels,
    })
    const x = tensor([7, 2, 10, 8])
    const y = tensor([7, 3], Float32Array.from({ length: 21 }, (_, i) => (i % 3 === Math.floor(i / 3) % 3 ? 1 : 0)))
    const stream = randomStream(2, 'engines/images')
    out.note(`${rule} losses`)
    out.float64s(Array.from({ length: 4 }, () => step(tensor(x.shape, uniformInto(x.data, stream, -1, 1)), y)))
    for (const { name, value } of parameters) {
      out.note(`${rule} ${name}`)
      out.float32s(value.data)
    }
  }
}

/** Networks on graphs, every layer of which is plain TypeScript beside its products: neighborhoods, attention, splines. */
function graphs(out: Digest, kernels: Kernels): void {
  const nodes = 15
  const graph = graphOfPairs(nodes, sampleNonEdges({
    rows: nodes,
    columns: nodes,
    rowStarts: new Int32Array(nodes + 1),
    columnIndices: new Int32Array(0),
  }, 24, randomStream(2, 'engines/edges')))
  const pattern = {
    rows: nodes,
    columns: 7,
    rowStarts: Int32Array.from({ length: nodes + 1 }, (_, i) => 2 * i),
    columnIndices: Int32Array.from({ length: 2 * nodes }, (_, at) => (at % 2 === 0 ? 0 : 3) + at % 3),
  }
  const x = tensor([2 * nodes], uniformInto(new Float32Array(2 * nodes), randomStream(2, 'engines/words'), -1, 1))
  const y = nodeTargets(Int32Array.from({ length: nodes }, (_, i) => i % 3), [0, 1, 2, 3, 7], 3)
  for (const name of GRAPH_MODELS) {
    const { network } = graphModel(name, {
      graph,
      pattern,
      outputs: 3,
      width: 16,
      dropout: { input: 0.1, hidden: 0.25, attention: 0.25 },
      seed: 4,
      kernels,
    })
    initialize(network, 'glorot', 1)
    const { step, parameters } = trainer({
      network,
      rule: ALL_RULES['direct-feedback-alignment']({ seed: 3, kernels }),
      loss: crossEntropy('mean', kernels),
      optimizer: adam({ rate: 0.01, kernels }),
      kernels,
    })
    out.note(`${name} losses`)
    out.float64s(Array.from({ length: 10 }, () => step(x, y)))
    for (const { name: parameter, value } of parameters) {
      out.note(`${name} ${parameter}`)
      out.float32s(value.data)
    }
  }
}

/** Name → group. The wider networks reach the packed products; every activation function appears. */
export const KERNEL_GROUPS: Readonly<Record<string, KernelGroup>> = {
  matmul: matmul,
  elementwise: elementwise,
  activations: activations,
  'activations/made NaN': madeNaN,
  'training/golden': training(GOLDEN),
  'training/convolutional': convolutional,
  'training/graphs': graphs,
  'training/transformer': transformer,
  'training/fields': fields,
  'training/relu': training({ sizes: [20, 40, 30, 10], activation: 'relu', batch: 33, steps: 3, classes: true }),
  'training/leaky-relu': training({ sizes: [5, 18, 3], activation: 'leaky-relu', batch: 19, steps: 3, classes: false }),
  'training/sigmoid': training({ sizes: [9, 24, 18, 5], activation: 'sigmoid', batch: 17, steps: 3, classes: true }),
  'training/erf': training({ sizes: [30, 20, 2], activation: 'erf', batch: 24, steps: 3, classes: false }),
  'training/linear': training({ sizes: [6, 20, 20, 6], activation: 'linear', batch: 18, steps: 3, classes: false }),
}
