// Training without the update lock: under a direct rule the segments of a network wait for the error and not for each
// other, so that threads which own some each do their backward passes and updates at the same time.

import { availableParallelism } from 'node:os'
import { mlp, type Trainer, trainer } from '../../dfa/index.ts'
import { blockedKernels, checkFloat32, checkLength, checkSize, type Kernels, show,
  type Tensor } from '../../tensor/index.ts'
import { checkConfiguration, initializeAs, lossOf, optimizerOf, type ParallelConfiguration, ruleOf,
  segmentCount } from './configuration.ts'
import type { ParameterValues } from './messages.ts'
import { partition, waitsForError, workOf } from './partition.ts'
import { type Team, turns, type UpdateOrder } from './team.ts'
import { type Spawn, workerTeam } from './worker-team.ts'

/** A network in training by several owners. */
export interface LayerParallel {
  /** `threads`, or `turns` where this file runs uncompiled and there is nothing to start a thread from. */
  readonly kind: Team['kind']
  readonly tier: string
  /** First segment of each owner. */
  readonly starts: readonly number[]
  /** Steps done so far. */
  readonly steps: number
  /**
   * `steps` steps, one pass over the rows unless given; returns the losses, each before its update.
   * Shapes: inputs [N, n_0], targets [N, K], N a multiple of the batch; step s of this call takes rows from
   * (s mod N/B)·B on. Arrays in shared memory (of the vector tier) are used in place, others copied once per call.
   * Rejects: TypeError, RangeError for shapes and data that do not fit; Error naming the owner that failed, all owners
   * having ended.
   */
  readonly train: (inputs: Tensor, targets: Tensor, steps?: number) => Promise<Float64Array>
  /** One step on one batch. Rejects: as `train`. */
  readonly step: (input: Tensor, target: Tensor) => Promise<number>
  /** Copies, in the order of `parametersOf`. */
  readonly parameters: () => Promise<readonly ParameterValues[]>
  /** Ends all owners; every later call is rejected. */
  readonly close: () => Promise<void>
}

/** How owners are run, for what the configuration does not say. */
export interface TeamOptions {
  /** Starts the thread of an owner in another way. */
  readonly spawn?: Spawn
  /** Take turns on the calling thread, updates in this order. */
  readonly order?: UpdateOrder
}

/**
 * Starts the owners of a network. Losses and parameters have the bits of `sequentialTrainer`, whatever the owners.
 * Rejects: RangeError, TypeError, Error for a configuration that nobody could build or a rule under which segments
 * depend on each other; Error naming an owner that could not start.
 */
export async function layerParallel(
  configuration: ParallelConfiguration,
  options: TeamOptions = {},
): Promise<LayerParallel> {
  checkConfiguration(configuration)
  const { sizes, batch, owners = Math.min(availableParallelism(), segmentCount(configuration)) } = configuration
  const starts = partition(workOf(configuration), owners, waitsForError(configuration))
  const { spawn, order } = options
  const threads = order === undefined && (spawn !== undefined || import.meta.url.endsWith('.js'))
  const team = threads ? await workerTeam(configuration, starts, spawn) : turns(configuration, starts, order)
  const widths = [sizes[0], sizes[sizes.length - 1]]
  let done = 0
  let busy = false
  let ended: Error | undefined
  /** One call at a time; after a failure, which has ended the owners, none. */
  const guarded = async <T>(call: () => Promise<T>): Promise<T> => {
    if (ended !== undefined) throw ended
    if (busy) throw new Error('layerParallel: a call must wait for the one before, got two at once')
    busy = true
    try {
      return await call()
    } catch (cause) {
      ended = cause as Error
      throw cause
    } finally {
      busy = false
    }
  }
  const train = async (inputs: Tensor, targets: Tensor, steps = inputs.shape[0] / batch): Promise<Float64Array> => {
    const rows = inputs.shape[0]
    const whole = rows > 0 && rows % batch === 0
    for (const [index, { shape }] of [inputs, targets].entries()) {
      if (whole && shape.length === 2 && shape[1] === widths[index] && shape[0] === rows) continue
      const name = ['inputs', 'targets'][index]
      const wanted = `[N, ${widths[index]}] with N a multiple of ${batch}${index === 0 ? '' : ` and ${rows}`}`
      throw new RangeError(`train: ${name} must have shape ${wanted}, got ${show(shape)}`)
    }
    for (const [name, { data, shape }] of Object.entries({ inputs, targets })) {
      checkFloat32('train', `${name}.data`, data)
      checkLength('train', `${name}.data`, data, shape[0] * shape[1])
    }
    checkSize('train', 'steps', steps, 1)
    const losses = new Float64Array(new SharedArrayBuffer(8 * steps))
    const assignment = { inputs: inShared(inputs.data), targets: inShared(targets.data), losses, first: done, steps }
    await guarded(() => team.train(assignment))
    done += steps
    return losses
  }
  return {
    kind: team.kind,
    tier: team.tier,
    starts,
    get steps(): number {
      return done
    },
    train,
    step: async (input, target) => (await train(input, target, 1))[0],
    parameters: () => guarded(team.parameters),
    async close() {
      ended ??= new Error('layerParallel: the run must be open, got a call after close')
      await team.close()
    },
  }
}

/** The same run on one thread by the ordinary trainer, under any rule: what a layer-parallel one must equal. */
export function sequentialTrainer(configuration: ParallelConfiguration, kernels: Kernels = blockedKernels): Trainer {
  const { sizes, activation, bias = true } = configuration
  const network = mlp({ sizes, activation, bias, kernels })
  initializeAs(network, configuration)
  return trainer({
    network,
    rule: ruleOf(configuration, kernels),
    loss: lossOf(configuration, kernels),
    optimizer: optimizerOf(configuration, kernels),
    kernels,
  })
}

/** The array itself when its memory can be looked into from everywhere, else a copy that can. */
function inShared(array: Float32Array): Float32Array {
  if (array.buffer instanceof SharedArrayBuffer) return array
  const shared = new Float32Array(new SharedArrayBuffer(4 * array.length))
  shared.set(array)
  return shared
}
