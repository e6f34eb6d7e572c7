// This project on one tier, through the calls that its users write.

import { ROOT } from './load.ts'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { changes, changesAndLoss, type Convolution, type OpenPeer, parametersOf, type Peer, type Prepared, type Product,
  type Step, storedShape } from './peer.ts'
import type * as Library from '../../src/index.ts'
import type * as ModelSteps from './model-step.ts'
import type * as NodeWorkers from '../../src/lab/node-workers.ts'
import type { Kernels } from '../../src/index.ts'
import type { SelectOptions } from '../../src/tensor/tiers/select.ts'

type Engine = typeof Library

/** Operands come from the kernels' own `allocate`, as those of a network do. */
export function ours(options: SelectOptions): OpenPeer {
  return async (loaded): Promise<Peer> => {
    const library = await import('../../src/index.js' as string) as Engine
    const { nodeWorkers } = await import('../../src/lab/node-workers.js' as string) as typeof NodeWorkers
    loaded()
    const { kernels, explain, close } = library.selectKernels({ ...options, workers: nodeWorkers() })
    if (kernels.tier !== options.tier) throw new Error(`tier ${String(options.tier)} does not run here:\n${explain()}`)
    return {
      version: (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version,
      async prepare(work) {
        if (work.kind === 'model') {
          const { prepareModel } = await import('./model-step.js' as string) as typeof ModelSteps
          return prepareModel(work, kernels)
        }
        if (work.kind === 'convolution') return convolution(library, kernels, work)
        return work.kind === 'product' ? product(library, kernels, work) : step(library, kernels, work)
      },
      close,
    }
  }
}

function product({ tensor, matmulInto }: Engine, kernels: Kernels, work: Product): Prepared {
  const { m, k, n, transposeA, transposeB } = work
  const place = (shape: readonly [number, number], data: Float32Array): Library.Tensor => {
    const at = kernels.allocate(data.length)
    at.set(data)
    return tensor(shape, at)
  }
  const a = place(storedShape(m, k, transposeA), work.a)
  const b = place(storedShape(k, n, transposeB), work.b)
  const c = tensor([m, n], kernels.allocate(m * n))
  const options = { transposeA, transposeB, kernels }
  const run = (): Library.Tensor => matmulInto(c, a, b, options)
  return { run, result: () => run().data }
}

function step(library: Engine, kernels: Kernels, { rule, batch, rate, layers, input, target }: Step): Prepared {
  const { tensor, mlp, trainer, backpropagation, directFeedbackAlignment, crossEntropy, sgd, walk, isDense } = library
  const sizes = [layers[0].inputs, ...layers.map(({ outputs }) => outputs)]
  const network = mlp({ sizes, activation: 'relu', kernels })
  const parameters = walk(network).filter(isDense).flatMap((layer) => layer.parameters)
  const before = layers.flatMap(({ weight, bias }) => [weight, bias])
  for (const [index, { value }] of parameters.entries()) value.data.set(before[index])
  const outputs = sizes[sizes.length - 1]
  const matrices = layers.flatMap((layer) => {
    if (layer.feedback === undefined) return []
    const place = kernels.allocate(layer.feedback.length)
    place.set(layer.feedback)
    return [tensor([layer.outputs, outputs], place)]
  })
  const { step: train } = trainer({
    network,
    loss: crossEntropy('mean'),
    optimizer: sgd(rate),
    rule: rule === 'dfa' ? directFeedbackAlignment({ matrices, kernels }) : backpropagation(),
  })
  const x = tensor([batch, sizes[0]], kernels.allocate(input.length))
  const t = tensor([batch, outputs], kernels.allocate(target.length))
  x.data.set(input)
  t.data.set(target)
  const run = (): number => train(x, t)
  return {
    run,
    result() {
      run()
      return changes(parameters.map(({ value }) => value.data), before)
    },
  }
}

function convolution(library: Engine, kernels: Kernels, work: Convolution): Prepared {
  const { activation, allocateTensor, backpropagation, chain, conv2d, crossEntropy, dense, errorTap, flatten, pooling,
    sgd, trainer } = library
  const { batch, rate, kernel, convolutions, input, target } = work
  const network = chain('convolutional', [...convolutions.flatMap(({ inputs, outputs }, l) => [conv2d({
    name: `conv${l}`,
    inputChannels: inputs,
    outputChannels: outputs,
    kernelSize: kernel,
    padding: (kernel - 1) / 2,
    kernels,
  }), activation({ name: `relu${l}`, kind: 'relu', kernels }),
    pooling({ name: `pool${l}`, kind: 'max', window: 2, kernels })]
  ), flatten({ name: 'flatten' }),
    dense({ name: 'dense', inputs: work.dense.inputs, outputs: work.dense.outputs, kernels }), errorTap('tap')])
  const { step: train, parameters } = trainer({
    network,
    rule: backpropagation(),
    loss: crossEntropy('mean', kernels),
    optimizer: sgd(rate, kernels),
    kernels,
  })
  const before = parametersOf(work)
  for (const [index, { value }] of parameters.entries()) value.data.set(before[index])
  const [{ inputs, side }] = convolutions
  const x = allocateTensor(kernels, [batch, inputs, side, side])
  const t = allocateTensor(kernels, [batch, work.dense.outputs])
  x.data.set(input)
  t.data.set(target)
  const run = (): number => train(x, t)
  return {
    run,
    result() {
      const loss = run()
      return changesAndLoss(parameters.map(({ value }) => value.data), before, loss)
    },
  }
}
