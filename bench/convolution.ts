// How long does a training step of a small convolutional net take? 28×28, 5×5×16, pool, 5×5×32, pool, dense, with padding 2,
// batch 64: about 1.04 GFLOP with backpropagation.

import { backpropagation, errorTap, trainer } from '../src/dfa/index.ts'
import { activation, allocateTensor, chain, conv2d, crossEntropy, dense, flatten, initialize, pooling,
  sgd } from '../src/nn/index.ts'
import { type Kernels, referenceKernels, referenceKernelsFloat32 } from '../src/tensor/tiers/kernels.ts'
import { randomStream, uniformInto } from '../src/tensor/random.ts'
import { assertHolds, type Budget, timeAll } from './harness.ts'
import { fixed, MARGIN, printTable, type Row, TIER } from './report.ts'
import type { Candidate } from './tiers.ts'

const BATCH = 64

function startStep(kernels: Kernels): () => number {
  const network = chain('convolutional', [
    conv2d({ name: 'conv1', inputChannels: 1, outputChannels: 16, kernelSize: 5, padding: 2, kernels }),
    activation({ name: 'relu1', kind: 'relu', kernels }),
    pooling({ name: 'pool1', kind: 'max', window: 2, kernels }),
    conv2d({ name: 'conv2', inputChannels: 16, outputChannels: 32, kernelSize: 5, padding: 2, kernels }),
    activation({ name: 'relu2', kind: 'relu', kernels }),
    pooling({ name: 'pool2', kind: 'max', window: 2, kernels }),
    flatten({ name: 'flatten' }),
    dense({ name: 'dense', inputs: 32 * 7 * 7, outputs: 10, kernels }),
    errorTap('tap'),
  ])
  initialize(network, 'uniform', 1)
  const { step } = trainer({
    network,
    rule: backpropagation(),
    loss: crossEntropy('mean', kernels),
    optimizer: sgd(0.01, kernels),
    kernels,
  })
  const input = allocateTensor(kernels, [BATCH, 1, 28, 28])
  uniformInto(input.data, randomStream(1, 'bench/images'))
  const target = allocateTensor(kernels, [BATCH, 10])
  for (let i = 0; i < BATCH; i++) target.data[10 * i + (i % 10)] = 1
  return () => step(input, target)
}

/** Measures and prints the step on every tier. Throws: WrongResult when the first losses differ from the reference tier's. */
export function benchConvolution(running: readonly Candidate[], budget: Budget, quick: boolean): readonly Row[] {
  const expected = new Map<string, readonly number[]>()
  const cases = running.filter(({ fused }) => !fused).map((candidate) => {
    const step = startStep(candidate.kernels)
    const { accumulation } = candidate
    // The second loss depends on every gradient of the first step.
    const first = startStep(accumulation === 'float32' ? referenceKernelsFloat32 : referenceKernels)
    const losses = expected.get(accumulation) ?? [first(), first()]
    expected.set(accumulation, losses)
    for (const loss of losses) {
      const got = step()
      assertHolds(Object.is(got, loss), `convolutional step ${candidate.name}: loss is ${got}, expected ${loss}`)
    }
    return { candidate, step }
  })
  const print = printTable<Row>(
    'Small convolutional net, batch 64, backpropagation; losses equal to the reference tier',
    [TIER, {
      title: 'threads',
      width: 7,
      value: ({ threads }) => fixed(threads, 0),
    }, { title: 'ms', width: 7, value: ({ ms }) => fixed(ms, 1) }, MARGIN],
  )
  const timings = timeAll(cases.map(({ step }) => step), quick ? budget : { ...budget, seconds: 0.5 })
  return cases.map(({ candidate }, index) => {
    const { median, rme } = timings[index]
    const row: Row = {
      suite: 'step',
      case: 'convolution',
      shape: [BATCH, 1, 28, 28],
      tier: candidate.tier,
      accumulation: candidate.accumulation,
      threads: candidate.threads,
      ms: 1000 * median,
      rme,
    }
    print(row)
    return row
  })
}
