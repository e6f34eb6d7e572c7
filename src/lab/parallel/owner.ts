// One owner: a stretch of the network with its parameters, activations and optimizers, and its two halves of a step.

import { type ErrorTap, errorTap, segmentsOf, TrainingStopped, updateSegment } from '../../dfa/index.ts'
import { allocateTensor, chain, type Parameter } from '../../nn/index.ts'
import { firstNonFinite, type Kernels, type Tensor } from '../../tensor/index.ts'
import type { Board } from './board.ts'
import { layersOf, lossOf, optimizerOf, type ParallelConfiguration, pointsOf, segmentCount } from './configuration.ts'

/** Batches to train on and where losses go; shared memory when owners are threads. */
export interface Assignment {
  /** [N, n_0] and [N, K], N a multiple of B: step s takes rows from (s mod N/B)·B on, s counted from `first`. */
  readonly inputs: Float32Array
  readonly targets: Float32Array
  readonly losses: Float64Array
  /** Steps done before. */
  readonly first: number
  readonly steps: number
}

/** An owner at work. */
export interface Owner {
  readonly parameters: readonly Parameter[]
  /** Takes over the batch from below and passes it on; the last owner computes loss and error and publishes e. */
  readonly forward: (assignment: Assignment, step: number) => void
  /** Backward pass and update of its segments, as soon as e is there, if the rule asks for it. */
  readonly update: (step: number) => void
}

/**
 * The owner of segments `starts[index]` to `starts[index + 1]` − 1.
 * Throws, in the steps: Stopped; Error naming step and place when the loss, the output or a gradient is not finite.
 */
export function owner(
  configuration: ParallelConfiguration,
  starts: readonly number[],
  index: number,
  board: Board,
  kernels: Kernels,
): Owner {
  const { sizes, batch } = configuration
  const from = starts[index]
  const to = starts[index + 1] ?? segmentCount(configuration)
  const last = to === segmentCount(configuration)
  const [inputs, outputs] = [sizes[0], sizes[sizes.length - 1]]
  const loss = lossOf(configuration, kernels)
  const incoming = allocateTensor(kernels, [batch, sizes[from]])
  const target = allocateTensor(kernels, [batch, outputs])
  const error = allocateTensor(kernels, [batch, outputs])
  let current: { readonly targets: Float32Array; readonly at: number } = { targets: new Float32Array(0), at: 0 }
  let stepUnderWay = 0
  let errorOf = -1
  let targetOf = -1
  const takeTarget = (): Tensor => {
    const from = current.at * batch * outputs
    if (targetOf !== stepUnderWay) target.data.set(current.targets.subarray(from, from + batch * outputs))
    targetOf = stepUnderWay
    return target
  }
  // Below the last owner the tap is a stand-in: whoever looks at it waits for the error of this step. Rules that
  // deliver targets or nothing never look, and so never wait.
  const remote: ErrorTap = {
    ...errorTap('tap'),
    get error(): Tensor {
      if (errorOf !== stepUnderWay) board.receiveError(stepUnderWay, error.data)
      errorOf = stepUnderWay
      return error
    },
    get target(): Tensor {
      return takeTarget()
    },
  }
  const tap = last ? errorTap('tap') : remote
  const points = pointsOf(configuration, tap, kernels)
  const network = chain(`owner${index}`, layersOf(configuration, from, to, points, tap, kernels))
  const { segments: cut, crown } = segmentsOf(network)
  // Where a stretch ends with a point, nothing lies above it.
  const segments = last ? cut : cut.slice(0, -1)
  const optimizers = segments.map(({ parameters }) => {
    const optimizer = optimizerOf(configuration, kernels)
    optimizer.prepare(parameters)
    return optimizer
  })
  let e: Tensor | undefined
  return {
    parameters: segments.flatMap(({ parameters }) => parameters),
    forward({ inputs: rows, targets, losses, first }, step) {
      const at = (step - first) % (rows.length / (batch * inputs))
      stepUnderWay = step
      current = { targets, at }
      if (index === 0) incoming.data.set(rows.subarray(at * batch * inputs, (at + 1) * batch * inputs))
      else board.receive(index, step, incoming.data)
      if (last) tap.target = takeTarget()
      const output = network.forward(incoming)
      if (!last) return board.send(index, step, output.data)
      const value = loss.evaluateInto(error, output, target)
      if (!Number.isFinite(value) || firstNonFinite(output.data) >= 0) {
        const place = firstNonFinite(incoming.data) >= 0 ? `, what reaches dense${from + 1} is not finite` : ''
        throw new TrainingStopped(step, `loss is ${value}${place}`)
      }
      e = crown.backward(error, true)
      board.publishError(step, error.data)
      losses[step - first] = value
    },
    update(step) {
      // From the top: its activations are still in the cache.
      for (let i = segments.length - 1; i >= 0; i--) {
        updateSegment(segments[i], last && i === segments.length - 1 ? e : undefined, optimizers[i], kernels, step)
      }
    },
  }
}

/** Both halves of every step, one after the other. Throws: as the owner. */
export function work({ forward, update }: Owner, assignment: Assignment): void {
  const end = assignment.first + assignment.steps
  for (let step = assignment.first; step < end; step++) {
    forward(assignment, step)
    update(step)
  }
}
