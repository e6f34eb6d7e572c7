// One trajectory from its names to the hash of every number it leaves behind. No host: the same in a worker, in a
// process, in a realm of its own and on a page.

import { blockedKernels, identity, type Kernels, matrix, normalInto, randomStream, tensor,
  uniformInto } from '../../src/tensor/index.ts'
import { simdKernels } from '../../src/tensor/tiers/simd.ts'
import { activation, type ActivationName, adam, attention, batchNorm, chain, conv2d, crossEntropy, dense, dropout,
  flatten, type Initialization, initialize, type Layer, type Loss, momentumSgd, type Optimizer, parametersOf, pooling,
  type PoolingKind, positionalEncoding, type Reduction, sgd, squaredError } from '../../src/nn/index.ts'
import type { PositionalEncodingKind } from '../../src/nn/positional-encoding.ts'
import { errorTap, type FeedbackKind, feedbackPoint, mlp, RULES, segmentTrainer, trainer } from '../../src/dfa/index.ts'
import { alignmentStep, grams, onlineSimulation, zeroAlignment } from '../../src/theory/index.ts'
import type { OnlineOptions } from '../../src/theory/teacher-student/online.ts'
import { type Digest, digest } from '../engines/digest.ts'
import type { Case, Names, NetworkKind } from './cases.ts'

type NetworkCase = Extract<Case, { readonly what: NetworkKind }>

const OUTPUTS = 4
const BATCH = 6

/** Shape of one sample. */
const INPUTS: Readonly<Record<NetworkKind, readonly number[]>> = {
  perceptron: [8],
  segments: [8],
  convolutional: [2, 6, 6],
  attention: [4, 6],
}

/** What an optimizer is made of; the rates are small enough for every rule. */
const OPTIMIZERS: Readonly<Record<string, (kernels: Kernels) => Optimizer>> = {
  sgd: (kernels) => sgd(0.05, kernels),
  momentum: (kernels) => momentumSgd({ rate: 0.02, momentum: 0.9, kernels }),
  adam: (kernels) => adam({ rate: 0.01, kernels }),
}

const LOSSES: Readonly<Record<string, (reduction: Reduction, kernels: Kernels) => Loss>> = {
  'cross-entropy': (reduction, kernels) => crossEntropy(reduction, kernels),
  'squared-error': (reduction) => squaredError(reduction),
}

const KERNELS: Readonly<Record<string, () => Kernels>> = {
  blocked: () => blockedKernels,
  simd() {
    const simd = simdKernels({ accumulation: 'float64' })
    if ('reason' in simd) throw new Error(`no vector tier: ${simd.reason}`)
    return simd.kernels
  },
}

const NETWORKS: Readonly<Record<NetworkKind, (names: Names, kernels: Kernels) => Layer>> = {
  perceptron: ({ activation }, kernels) =>
    mlp({ sizes: [8, 12, 10, OUTPUTS], activation: activation as ActivationName, kernels }),
  segments: (names, kernels) => NETWORKS.perceptron(names, kernels),
  convolutional: (names, kernels) =>
    chain('convolutional', [
      conv2d({ name: 'conv', inputChannels: 2, outputChannels: 4, kernelSize: 3, padding: 1, kernels }),
      batchNorm({ name: 'norm', channels: 4, kernels }),
      activation({ name: 'g', kind: names.activation as ActivationName, kernels }),
      pooling({ name: 'pool', kind: names.pooling as PoolingKind, window: 2, kernels }),
      feedbackPoint('point', [4, 3, 3], kernels),
      flatten({ name: 'flatten' }),
      dropout({ name: 'drop', probability: 0.25, seed: 4, kernels }),
      dense({ name: 'dense', inputs: 36, outputs: OUTPUTS, kernels }),
      errorTap('tap'),
    ]),
  attention: (names, kernels) =>
    chain('attention', [
      positionalEncoding({ name: 'places', features: 6, kind: names.encoding as PositionalEncodingKind, kernels }),
      attention({ name: 'heads', features: 6, heads: 2, causal: true, kernels }),
      flatten({ name: 'flatten' }),
      activation({ name: 'g', kind: names.activation as ActivationName, kernels }),
      feedbackPoint('point', 24, kernels),
      dense({ name: 'dense', inputs: 24, outputs: OUTPUTS, kernels }),
      errorTap('tap'),
    ]),
}

/**
 * The hash of a whole trajectory. `press` is called before each step with the steps done.
 * Throws: Error where the tier does not run; what the sources throw.
 */
export function trajectory(asked: Case, press: (step: number) => void): string {
  const out = digest()
  if (asked.what === 'online') online(out, asked, press)
  else if (asked.what === 'recursion') recursion(out, asked, press)
  else training(out, asked, press)
  return out.hash()
}

function online(out: Digest, asked: Extract<Case, { what: 'online' }>, press: (step: number) => void): void {
  const { activation, rule, steps } = asked
  // Few inputs: little garbage of its own before the loop is optimized, so that the burst decides when it is collected.
  const N = 6
  const simulation = onlineSimulation({
    activation: activation as OnlineOptions['activation'],
    rule: rule as OnlineOptions['rule'],
    inputs: N,
    units: 2,
    rate: 0.1,
    noise: 0.01,
    teacher: { A: [1, -1] },
    feedback: [1, -1],
    seed: 1,
  })
  for (let step = 0; step < steps; step += CHUNK) {
    press(step)
    simulation.run((step + CHUNK) / N)
  }
  const { weights, outputs } = simulation.state()
  out.float64s(weights.data)
  out.float64s(outputs)
  out.float64s([simulation.generalizationError()])
}

function training(out: Digest, asked: NetworkCase, press: (step: number) => void): void {
  const { what, tier, rule: ruleName, steps, names } = asked
  const kernels = KERNELS[tier]()
  const network = NETWORKS[what](names, kernels)
  initialize(network, names.initialization as Initialization, 1)
  const kind = names.feedback as FeedbackKind
  // The sparse rule brings its own kind.
  const rule = RULES[ruleName](ruleName.startsWith('sparse') ? { seed: 3, kernels } : { kind, seed: 3, kernels })
  const loss = LOSSES[names.loss](names.reduction as Reduction, kernels)
  const optimizer = (): Optimizer => OPTIMIZERS[names.optimizer](kernels)
  const shared = { network, rule, loss, kernels }
  const { step } = what === 'segments' ? segmentTrainer({ ...shared, optimizer })
    : trainer({ ...shared, optimizer: optimizer() })
  const order = what === 'segments' ? [0, 1, 2] : undefined
  const x = tensor([BATCH, ...INPUTS[what]])
  const y = tensor([BATCH, OUTPUTS])
  for (let i = 0; i < BATCH; i++) y.data[i * OUTPUTS + i % OUTPUTS] = 1
  const stream = randomStream(2, 'isolates/inputs')
  for (let i = 0; i < steps; i++) {
    press(i)
    uniformInto(x.data, stream, -1, 1)
    out.float64s([order === undefined ? step(x, y) : (step as SegmentStep)(x, y, order)])
  }
  for (const { value } of parametersOf(network)) out.float32s(value.data)
}

type SegmentStep = ReturnType<typeof segmentTrainer>['step']

/** Steps of one call of the online simulation. */
const CHUNK = 10

/** What `check` compares training with: the alignment matrices of a linear network of depth 3. */
function recursion(out: Digest, { steps }: Case, press: (step: number) => void): void {
  const stream = randomStream(5, 'isolates/recursion')
  const drawn = (rows: number, columns: number, deviation: number): ReturnType<typeof matrix> =>
    matrix(rows, columns, normalInto(new Float64Array(rows * columns), stream, deviation))
  const g = grams([drawn(9, 3, 1 / 3), drawn(7, 3, 1 / 3)])
  let a = zeroAlignment(3, 5, 3)
  a = [a[0], identity(3), a[2]]
  for (let step = 0; step < steps; step++) {
    press(step)
    a = alignmentStep(a, g, { x: drawn(4, 5, 1), y: drawn(4, 3, 1) }, 0.05)
  }
  for (const { data } of a) out.float64s(data)
}
