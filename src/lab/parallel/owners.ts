// Training without the update lock: under a direct rule the segments of a network wait for the error and not for each
// other, so that threads which own some each do their backward passes and updates at the same time.

import { feedbackPoint, installDirect, partsOf, RuleRefused, type Segmentation, segmentsOf } from '../../dfa/index.ts'
import { type NamedArray, parametersOf, restoreArrays } from '../../nn/index.ts'
import { blockedKernels, type Kernels } from '../../tensor/index.ts'
import { UsageError } from '../options.ts'
import type { TrainingConfiguration } from '../training/configuration.ts'
import type { Dataset } from '../training/datasets.ts'
import { ruleOf } from '../training/rule.ts'
import { arraysOf, type Session } from '../training/session.ts'
import { type Stepper, TURN_MILLISECONDS } from '../training/stepper.ts'
import { board, newBoard } from './board.ts'
import type { Assignment, TeamStart } from './messages.ts'
import { owner } from './owner.ts'
import { partition, waitsForError, workOf } from './partition.ts'
import { type Spawn, workerTeam } from './worker-team.ts'

/** All owners of one network, whether they are threads or take turns. */
export interface Team {
  /** Resolves with the losses when every owner has done all steps. */
  readonly train: (assignment: Assignment) => Promise<readonly number[]>
  /** Copies of all that a checkpoint holds. */
  readonly arrays: () => Promise<readonly NamedArray[]>
  readonly close: () => Promise<void>
}

/** The order in which owners update at a step: a permutation of 0 … owners − 1. */
export type UpdateOrder = (step: number, owners: number) => readonly number[]

/** How owners are run. */
export interface TeamOptions {
  /** Starts the thread of an owner in another way. */
  readonly spawn?: Spawn
  /** Take turns on the calling thread, updates in this order. */
  readonly order?: UpdateOrder
}

/** The segments of a session's network. `c` is the session's configuration. Throws: UsageError saying what ties them together, or that owners are too many. */
function cut({ network, kernels }: Session, c: TrainingConfiguration, owners: number): Segmentation {
  const refusal = (why: string): UsageError => new UsageError(`train: --owners: ${why}`)
  if (kernels.tier === 'threads') throw refusal('must be 1 on the tier threads, which shares out each product')
  if (c['clip-norm'] > 0) {
    throw refusal('the norm of the whole gradient ties the segments together; use --clip-value, or one owner')
  }
  let whole: Segmentation
  try {
    whole = segmentsOf(network)
    // Tried on points of their own: those of the network keep what the session has installed.
    const parts = partsOf(network)
    const points = parts.points.map(({ name, shape }) => feedbackPoint(name, shape))
    installDirect({ ...parts, points }, ruleOf(c, blockedKernels))
  } catch (error) {
    throw refusal(error instanceof RuleRefused ? error.why : (error as Error).message)
  }
  const most = whole.segments.length
  if (owners > most) throw refusal(`must be at most ${most}, one per segment of the network, got ${owners}`)
  return whole
}

/**
 * Starts the owners of a session's network, from where the session stands; it must do no steps of its own from then on.
 * Losses and, once gathered, all arrays have the bits of the session's own steps, whatever the owners.
 * Where this file runs uncompiled there is nothing to start a thread from: owners then take turns on this one.
 * Rejects: UsageError as `cut`; here and in steps, Error naming the owner that failed, all owners having ended.
 */
export async function startOwners(
  session: Session,
  c: TrainingConfiguration,
  data: Dataset,
  owners: number,
  { spawn, order }: TeamOptions = {},
): Promise<Stepper> {
  const { trainer, epochLosses, kernels } = session
  const { segments } = cut(session, c, owners)
  const { sample, classes, training } = data
  const starts = partition(workOf(segments, session.sample, c.batch, classes), owners, waitsForError(segments))
  const ends = starts.map((_, index) => (starts[index + 1] ?? segments.length))
  const start: TeamStart = {
    configuration: c,
    data: { sample, classes, training },
    starts,
    names: starts.map((from, index) => {
      const layers = segments.slice(from, ends[index]).flatMap((segment) => segment.layers)
      const named = layers.filter((layer) => parametersOf(layer).length > 0).map(({ name }) => name)
      return `owner ${index} (${[...new Set([named[0], named.at(-1)])].join(' to ')})`
    }),
    shared: newBoard(c.batch, ends.map((end) => segments[end - 1].point?.width ?? classes), trainer.steps),
    steps: trainer.steps,
    arrays: arraysOf(session).map(({ name, data: values }) => ({ name, data: values.slice() })),
  }
  const threads = order === undefined && (spawn !== undefined || import.meta.url.endsWith('.js'))
  const team = threads ? await workerTeam(start, spawn) : turns(start, kernels, order)
  let done = trainer.steps
  let perStep = Infinity
  return {
    get steps(): number {
      return done
    },
    async advance(most) {
      const steps = Math.max(1, Math.min(most, Math.floor(TURN_MILLISECONDS / perStep)))
      const began = performance.now()
      const losses = await team.train({ first: done, steps, epochLosses })
      perStep = (performance.now() - began) / steps
      done += steps
      return losses
    },
    async gather() {
      if (done === trainer.steps) return
      restoreArrays('gather', arraysOf(session), await team.arrays())
      trainer.restore(done, trainer.state())
    },
    close: team.close,
  }
}

/**
 * Owners that take turns on the calling thread: forward passes upwards, then updates in any `order` (upwards unless
 * given). The same code, memory and bits as threads.
 */
function turns(start: TeamStart, kernels: Kernels, order?: UpdateOrder): Team {
  const owners = start.names.map((_, index) => owner(start, index, board(start.shared, false, false), kernels))
  const upwards = owners.map((_, index) => index)
  return {
    async train(assignment) {
      for (const { begin } of owners) begin(assignment)
      for (let step = assignment.first; step < assignment.first + assignment.steps; step++) {
        for (const { forward } of owners) forward(step)
        for (const index of order?.(step, owners.length) ?? upwards) owners[index].update(step)
      }
      return owners.flatMap(({ losses }) => losses)
    },
    arrays: async () => owners.flatMap(({ arrays }) => arrays()),
    async close() {},
  }
}
