// One owner: a stretch of the network with its parameters, activations and optimizers, and its two halves of a step.

import { installDirect, segmentsOf, TrainingStopped, updateSegment } from '../../dfa/index.ts'
import { isCarrier, partsOf, requireTap } from '../../dfa/rules/rule.ts'
import { weightNorms } from '../../dfa/weight-norms.ts'
import { allocateTensor, chain, IS_MEAN, type NamedArray, restoreArrays, stateOf, walk } from '../../nn/index.ts'
import { batches } from '../../data/index.ts'
import { choose, firstNonFinite, type Kernels, sizeOf, type Tensor, tensor } from '../../tensor/index.ts'
import { ruleOf, type TrainingConfiguration } from '../training/configuration.ts'
import { planTraining } from '../training/plan.ts'
import { sampleParts, type Samples } from '../training/tasks/classification.ts'
import type { Board, SharedBoard } from './board.ts'
import { waitsForError } from './partition.ts'

/** Steps to be done. */
export interface Assignment {
  /** Steps done before. */
  readonly first: number
  readonly steps: number
  /** Losses of the epochs so far, for schedules that look at them. */
  readonly epochLosses: readonly number[]
}

/** What all owners of one training are made from, as it travels to their threads. */
export interface TeamStart {
  readonly configuration: TrainingConfiguration
  readonly data: Samples
  /** First segment of each owner. */
  readonly starts: readonly number[]
  /** What each is called in messages. */
  readonly names: readonly string[]
  readonly shared: SharedBoard
  /** The moment from which they go on: steps done, and all arrays of a checkpoint. */
  readonly steps: number
  readonly arrays: readonly NamedArray[]
}

/** An owner at work. */
export interface Owner {
  /** What a checkpoint holds of its segments, by the names it has there; no copies. */
  readonly arrays: () => readonly NamedArray[]
  /** Before the first step of an assignment. */
  readonly begin: (assignment: Assignment) => void
  /** Takes over the batch from below and passes it on; the last owner computes loss and error and publishes e. */
  readonly forward: (step: number) => void
  /** Backward pass and update of its segments, as soon as e is there, if the rule asks for it. */
  readonly update: (step: number) => void
  /** Of this assignment's steps so far, at the last owner. */
  readonly losses: number[]
}

/**
 * The owner of segments `starts[index]` to `starts[index + 1]` − 1. It plans the whole network, so that feedback which is
 * drawn for all points together (shared, scaled by the widest) is the same everywhere, and trains its own segments.
 * Throws, in the steps: Stopped; TrainingStopped when the loss, the output or a gradient is not finite.
 */
export function owner(start: TeamStart, index: number, board: Board, kernels: Kernels): Owner {
  const { configuration: c, data, starts } = start
  const { network, loss, perEpoch, shaped, spectrum } = sampleParts(c, data, kernels)
  const { clip, epochLosses, ...plan } = planTraining(c, perEpoch, kernels)
  const rule = ruleOf(c, kernels, spectrum)
  const parts = partsOf(network)
  const tap = requireTap(parts, rule.name)
  installDirect(parts, rule)
  tap.isMean = choose('owner', 'reduction', c.reduction, IS_MEAN)
  const { segments: all, crown } = segmentsOf(network)
  const segments = all.slice(starts[index], starts[index + 1])
  const last = index === starts.length - 1
  const waits = !last && waitsForError(segments)
  const isWaitedFor = last && waitsForError(all.slice(0, starts[index]))
  const stretch = chain(`owner${index}`, segments.flatMap(({ layers }) => layers))
  const { inputs, targets } = shaped(data.training)
  // Only the first owner needs inputs.
  const order = batches({ inputs: index === 0 ? inputs : targets, targets, size: c.batch, seed: c.seed, kernels })
  /** For [B, …], and the shorter batch that may end an epoch. */
  const room = (shape: readonly number[]): (rows: number) => Tensor => {
    const whole = allocateTensor(kernels, [c.batch, ...shape])
    return (rows) => rows === c.batch ? whole : tensor([rows, ...shape], whole.data.subarray(0, rows * sizeOf(shape)))
  }
  const incoming = room(index === 0 ? [0] : parts.points[starts[index] - 1].shape)
  const errors = room([parts.outputs])
  const norms = c['constrain-weights'] ? weightNorms(walk(stretch).filter(isCarrier), kernels) : undefined
  const optimizers = segments.map(({ parameters }) => {
    const optimizer = plan.optimizer()
    optimizer.prepare(parameters)
    return optimizer
  })
  const prefixed = (prefix: string, list: readonly NamedArray[]): NamedArray[] =>
    list.map((array) => ({ name: `${prefix}/${array.name}`, data: array.data }))
  const arrays =
    (): NamedArray[] => [
      ...prefixed('parameter', segments.flatMap(({ parameters }) =>
        parameters.map(({ name, value }) => ({ name, data: value.data }))
      )),
      ...prefixed('optimizer', optimizers.flatMap((optimizer) => optimizer.state())),
      ...prefixed('norm', norms?.state ?? []),
      ...prefixed('layer', stateOf(stretch)),
    ]
  const own = new Set(arrays().map(({ name }) => name))
  restoreArrays('owner', arrays(), start.arrays.filter(({ name }) => own.has(name)))
  for (const optimizer of optimizers) optimizer.restore(start.steps, optimizer.state())
  const losses: number[] = []
  let error = errors(c.batch)
  let e: Tensor | undefined
  return {
    arrays,
    losses,
    begin(assignment) {
      losses.length = 0
      epochLosses.splice(0, epochLosses.length, ...assignment.epochLosses)
    },
    forward(step) {
      const { input: rows, target } = order.batch(Math.floor(step / perEpoch), step % perEpoch)
      tap.target = target
      error = errors(target.shape[0])
      const input = index === 0 ? rows : incoming(target.shape[0])
      if (index > 0) board.receive(index - 1, step, input.data)
      const output = stretch.forward(input)
      if (!last) return board.send(index, step, output.data)
      const value = loss.evaluateInto(error, output, target)
      if (!Number.isFinite(value) || firstNonFinite(output.data) >= 0) {
        const place = firstNonFinite(input.data) >= 0 ? ', its input is not finite' : ''
        throw new TrainingStopped(step, `loss is ${value}${place}`)
      }
      e = crown.backward(error, true)
      if (isWaitedFor) board.send(index, step, error.data)
      losses.push(value)
    },
    update(step) {
      if (waits) {
        board.receive(starts.length - 1, step, error.data)
        tap.backward(error, false)
      }
      norms?.record()
      // From the top: its activations are still in the cache.
      for (let i = segments.length - 1; i >= 0; i--) {
        const top = last && i === segments.length - 1
        updateSegment(segments[i], top ? e : undefined, optimizers[i], kernels, step, clip)
      }
      norms?.constrain()
    },
  }
}
