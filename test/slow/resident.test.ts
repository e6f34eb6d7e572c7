import { expect, it } from 'vitest'
import { directFeedbackAlignment, mlp, trainer } from '../../src/dfa/index.ts'
import { crossEntropy, initialize, sgd } from '../../src/nn/index.ts'
import { blockedKernels, type Kernels, randomStream, selectKernels, tensor,
  uniformInto } from '../../src/tensor/index.ts'

const TIERS: readonly [string, () => Kernels][] = [['blocked', () => blockedKernels], ['simd, float64',
  () => selectKernels({ tier: 'simd' }).kernels], ['simd, float32',
  () => selectKernels({ tier: 'simd', accumulation: 'float32' }).kernels]]

it.each(TIERS)('ten thousand training steps leave resident memory where it was: %s', (_name, make) => {
  const kernels = make()
  const network = mlp({ sizes: [64, 100, 100, 10], activation: 'tanh', kernels })
  initialize(network, 'uniform', 1)
  const { step } = trainer({
    network,
    rule: directFeedbackAlignment({ kernels }),
    loss: crossEntropy('mean', kernels),
    optimizer: sgd(0.01, kernels),
    kernels,
  })
  const input = tensor([32, 64], kernels.allocate(32 * 64))
  uniformInto(input.data, randomStream(1, 'resident/inputs'))
  const target = tensor([32, 10], kernels.allocate(320))
  for (let i = 0; i < 32; i++) target.data[10 * i + (i % 10)] = 1
  const run = (steps: number): number => {
    for (let i = 0; i < steps; i++) step(input, target)
    return process.memoryUsage.rss()
  }
  // The first steps compile code and plan buffers; a leak of one batch per step would be 80 MB by the end.
  const before = run(2000)
  expect(run(10_000) - before).toBeLessThan(16e6)
})
