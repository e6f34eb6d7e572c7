// Runs that the tests of layer-parallel training share: a configuration, its data, the bits of the ordinary trainer.

import { sequentialTrainer } from '../../../src/lab/parallel/layer-parallel.ts'
import type { ParallelConfiguration } from '../../../src/lab/parallel/configuration.ts'
import { normalInto, randomStream, selectKernels, type Tensor, tensor } from '../../../src/tensor/index.ts'

export const STEPS = 7
const BATCHES = 3

/** 6-8-7-9-4 with tanh under direct feedback alignment, batch 5. */
export function configuration(changes: Partial<ParallelConfiguration> = {}): ParallelConfiguration {
  return {
    sizes: [6, 8, 7, 9, 4],
    activation: 'tanh',
    rule: { name: 'direct-feedback-alignment', seed: 2 },
    optimizer: { name: 'sgd', rate: 0.05 },
    loss: { name: 'cross-entropy' },
    batch: 5,
    initialization: { kind: 'uniform', seed: 1 },
    owners: 2,
    ...changes,
  }
}

/** Everything that decides bits, in turns with different owners. */
export const VARIANTS: readonly (readonly [string, Partial<ParallelConfiguration>])[] = [
  ['direct feedback alignment', {}],
  ['float32 accumulation', { accumulation: 'float32' }],
  ['blocked kernels', { tier: 'blocked' }],
  ['error sign, momentum', {
    rule: { name: 'error-sign-direct-feedback-alignment' },
    optimizer: { name: 'momentum-sgd', rate: 0.01, nesterov: true, coupledDecay: 0.01 },
  }],
  ['targets, adam', { rule: { name: 'direct-random-target-projection' }, optimizer: { name: 'adam', rate: 0.01 } }],
  ['sparse feedback, adam-w', {
    rule: { name: 'sparse-direct-feedback-alignment', nonZero: 2 },
    optimizer: { name: 'adam-w' },
  }],
  ['frozen with decay', {
    rule: { name: 'frozen' },
    optimizer: { name: 'momentum-sgd', rate: 0.1, decoupledDecay: 0.1 },
  }],
  // Feedback that is drawn for all points together must not depend on who owns them.
  ['one orthogonal matrix for all points', {
    rule: { name: 'direct-feedback-alignment', kind: 'orthogonal', sharing: 'shared', normalization: 'widest' },
  }],
  ['no bias, linear, squared error', {
    bias: false,
    activation: 'linear',
    loss: { name: 'squared-error', reduction: 'sum' },
    optimizer: { name: 'sgd', rate: 0.002 },
  }],
]

/** Inputs and one-hot targets of three batches. */
export function data({ sizes, batch }: ParallelConfiguration): { readonly inputs: Tensor; readonly targets: Tensor } {
  const rows = BATCHES * batch
  const [inputs, outputs] = [sizes[0], sizes[sizes.length - 1]]
  const input = tensor([rows, inputs])
  normalInto(input.data, randomStream(5, 'parallel/inputs'))
  const target = tensor([rows, outputs])
  for (let i = 0; i < rows; i++) target.data[i * outputs + 3 * i % outputs] = 1
  return { inputs: input, targets: target }
}

/** Losses and parameters of the ordinary trainer. */
export function expected(
  run: ParallelConfiguration,
  steps = STEPS,
): { losses: readonly number[]; parameters: ReadonlyMap<string, Float32Array> } {
  const { tier = 'simd', accumulation = 'float64' } = run
  const engine = sequentialTrainer(run, selectKernels({ tier, accumulation }).kernels)
  const { inputs, targets } = data(run)
  const batchOf = ({ shape: [, width], data: values }: Tensor, at: number): Tensor =>
    tensor([run.batch, width], values.slice(at * run.batch * width, (at + 1) * run.batch * width))
  const losses = Array.from({ length: steps },
    (_, step) => engine.step(batchOf(inputs, step % BATCHES), batchOf(targets, step % BATCHES)))
  return { losses, parameters: new Map(engine.parameters.map(({ name, value }) => [name, value.data.slice()])) }
}
