// The thread of one owner: builds its stretch, then obeys commands. Started by ./worker-team.ts, never imported for its
// effects.

import { parentPort, workerData } from 'node:worker_threads'
import { TrainingStopped } from '../../dfa/index.ts'
import { labKernels } from '../kernels.ts'
import { board, type SharedBoard, stopAll, Stopped } from './board.ts'
import type { Answer, Command } from './messages.ts'
import { type Owner, owner } from './owner.ts'
import type { OwnerStart } from './worker-team.ts'

function answerTo(command: Command, self: Owner): Answer {
  if (command === undefined) return { arrays: self.arrays().map(({ name, data }) => ({ name, data: data.slice() })) }
  self.begin(command)
  for (let step = command.first; step < command.first + command.steps; step++) {
    self.forward(step)
    self.update(step)
  }
  return { losses: self.losses }
}

function fail(cause: unknown, shared: SharedBoard): void {
  if (cause instanceof Stopped) return parentPort?.postMessage({ stopped: true } satisfies Answer)
  const failure = cause instanceof TrainingStopped
    ? { message: cause.place, step: cause.step }
    : { message: cause instanceof Error ? cause.message : String(cause) }
  // The cause first: owners that stop for it answer later.
  parentPort?.postMessage({ failure } satisfies Answer)
  stopAll(shared)
}

function start({ team, index, spins }: OwnerStart): void {
  const { shared, configuration } = team
  try {
    const { kernels } = labKernels(process.env, configuration.accumulation)
    const self = owner(team, index, board(shared, spins), kernels)
    parentPort?.on('message', (command: Command) => {
      try {
        parentPort?.postMessage(answerTo(command, self))
      } catch (cause) {
        fail(cause, shared)
      }
    })
    parentPort?.postMessage({} satisfies Answer)
  } catch (cause) {
    fail(cause, shared)
  }
}

start(workerData as OwnerStart)
