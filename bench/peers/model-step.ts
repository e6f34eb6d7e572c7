// A training step of the networks of launay2020: files for the peers, and the step of ours.

import { normalizedAdjacency, positionalEncoding, sgd } from '../../src/nn/index.ts'
import { backpropagation, trainer } from '../../src/dfa/index.ts'
import { blockedKernels, type Kernels, tensor } from '../../src/tensor/index.ts'
import { GCN, graphOf, type ModelName, MODELS, NERF, TRANSFORMER } from '../models.ts'
import type { ModelFiles } from './messages.ts'
import { changesAndLoss, type ModelStep, type Prepared } from './peer.ts'
import { save } from './work.ts'

/** Large enough that rounding a weight to float32 hides less than 1e-4 of its change, and small enough to go on. */
const RATE = 0.1

export const MODEL_SHAPES: Readonly<Record<ModelName, readonly number[]>> = {
  gcn: [GCN.nodes, GCN.features, GCN.width, GCN.classes],
  transformer: [TRANSFORMER.batch, TRANSFORMER.context, TRANSFORMER.features, TRANSFORMER.blocks],
  nerf: [NERF.rays, NERF.samples, NERF.width, NERF.depth],
}

function start(model: ModelName, rate: number, kernels: Kernels) {
  const made = MODELS[model](kernels, false)
  const { network, loss, input, target } = made
  const { step, parameters } = trainer({ network, rule: backpropagation(), loss, optimizer: sgd(rate, kernels),
    kernels })
  return { ...made, parameters, run: (): number => step(input, target) }
}

/** Ours, from the same seeds as what the others read from files. */
export function prepareModel({ model, rate }: ModelStep, kernels: Kernels): Prepared {
  const { parameters, run } = start(model, rate, kernels)
  const before = parameters.map(({ value }) => value.data.slice())
  return {
    run,
    result() {
      const loss = run()
      return changesAndLoss(parameters.map(({ value }) => value.data), before, loss)
    },
  }
}

/** Row of every entry of a sparse matrix. */
function rowsOf(rowStarts: Int32Array): Int32Array {
  const rows = new Int32Array(rowStarts[rowStarts.length - 1])
  for (let i = 0; i + 1 < rowStarts.length; i++) rows.fill(i, rowStarts[i], rowStarts[i + 1])
  return rows
}

/** What a peer cannot be expected to know: a graph, positions; indices as numbers, which float32 holds exactly. */
function extrasOf(model: ModelName): Readonly<Record<string, ArrayLike<number>>> {
  if (model === 'gcn') {
    const { graph, pattern } = graphOf()
    const { rowStarts, columnIndices, values } = normalizedAdjacency(graph)
    return { 'graph-rows': rowsOf(rowStarts), 'graph-columns': columnIndices, 'graph-values': values,
      'feature-rows': rowsOf(pattern.rowStarts), 'feature-columns': pattern.columnIndices }
  }
  if (model === 'nerf') return {}
  const { context, features } = TRANSFORMER
  return { positions: positionalEncoding({ name: 'positions', features }).forward(tensor([1, context, features])).data }
}

/**
 * The step as files. Expected numbers are those of the blocked tier, which sums in float64: PyTorch, which knows nothing
 * of it, must agree or is not timed.
 */
export function writeModel(folder: string, model: ModelName): ModelFiles {
  const { parameters, input, target, run } = start(model, RATE, blockedKernels)
  const named = (name: string, values: ArrayLike<number>): string =>
    save(folder, `${model}-${name.replaceAll('/', '-')}`, Float32Array.from(values))
  const before = parameters.map(({ value }) => value.data.slice())
  const files = {
    kind: 'model',
    model,
    rate: RATE,
    sizes: { gcn: GCN, transformer: TRANSFORMER, nerf: NERF }[model],
    arrays: Object.fromEntries(
      Object.entries({ input: input.data, target: target.data, ...extrasOf(model) }).map((
        [name, values],
      ) => [name, named(name, values)]),
    ),
    parameters: parameters.map(({ name, value }) => ({ name, shape: value.shape, values: named(name, value.data) })),
    parts: [...parameters.map(({ value }) => value.data.length), 1],
  } as const
  const loss = run()
  const changes = changesAndLoss(parameters.map(({ value }) => value.data), before, loss)
  return { ...files, expected: save(folder, `${model}-changes`, changes) }
}
