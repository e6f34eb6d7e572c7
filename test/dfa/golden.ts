// The generator of the golden trajectories: the first ten losses of a small network under every rule.
// GOLDEN=print npx vitest run --project fast test/dfa/golden.test.ts prints what belongs into ./golden.test.ts.

import { mlp, RULES, trainer } from '../../src/dfa/index.ts'
import { crossEntropy, initialize, sgd } from '../../src/nn/index.ts'
import { type Kernels, normalInto, randomStream, tensor, uniform } from '../../src/tensor/index.ts'

const STEPS = 10
const BATCH = 8
const INPUTS = 12
const CLASSES = 4

/** 12-16-16-4, tanh, biases, uniform start, batches of 8, mean cross entropy, rate 0.1: ten losses, before each update. */
export function goldenLosses(rule: string, kernels: Kernels): readonly number[] {
  const network = mlp({ sizes: [INPUTS, 16, 16, CLASSES], activation: 'tanh', bias: true, kernels })
  initialize(network, 'uniform', 1)
  const engine = trainer({
    network,
    rule: RULES[rule]({ seed: 3, kernels }),
    loss: crossEntropy('mean'),
    optimizer: sgd(0.1),
  })
  const inputs = randomStream(2, 'golden/inputs')
  const labels = randomStream(2, 'golden/labels')
  return Array.from({ length: STEPS }, () => {
    const input = tensor([BATCH, INPUTS])
    normalInto(input.data, inputs)
    const target = tensor([BATCH, CLASSES])
    for (let i = 0; i < BATCH; i++) target.data[i * CLASSES + Math.floor(CLASSES * uniform(labels))] = 1
    return engine.step(input, target)
  })
}

/** The 64 bits of a number, 16 hexadecimal digits. */
export function bitsOf(value: number): string {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, value)
  return view.getBigUint64(0).toString(16).padStart(16, '0')
}
