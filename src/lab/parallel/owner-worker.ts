// The thread of one owner: builds its stretch, then obeys commands. Started by ./worker-team.ts, never imported for its
// effects.

import { parentPort, workerData } from 'node:worker_threads'
import { TrainingStopped } from '../../dfa/index.ts'
import { labKernels } from '../kernels.ts'
import { board, stopAll, Stopped } from './board.ts'
import type { Answer, Command, OwnerStart } from './messages.ts'
import { type Owner, owner } from './owner.ts'

function answerTo(command: Command, self: Owner): Answer {
  if (command === undefined) return { arrays: self.arrays().map(({ name, data }) => ({ name, data: data.slice() })) }
  self.begin(command)
  for (let step = command.first; step < command.first + command.steps; step++) {
    self.forward(step)
    self.update(step)
  }
  return { losses: self.losses }
}

function start({ index, shared, spinning, ...team }: OwnerStart): void {
  const guarded = (act: () => Answer): void => {
    let answer: Answer
    try {
      answer = act()
    } catch (cause) {
      if (cause instanceof TrainingStopped) answer = { failure: { message: cause.place, step: cause.step } }
      else if (cause instanceof Stopped) answer = { stopped: true }
      else answer = { failure: { message: cause instanceof Error ? cause.message : String(cause) } }
    }
    // The cause first: owners that stop for it answer later.
    parentPort?.postMessage(answer)
    if (answer.failure !== undefined) stopAll(shared)
  }
  let self: Owner | undefined
  guarded(() => {
    const { kernels } = labKernels(process.env, team.configuration.accumulation)
    self = owner({ ...team, shared }, index, board(shared, true, spinning), kernels)
    return {}
  })
  parentPort?.on('message', (command: Command) => {
    const built = self
    if (built !== undefined) guarded(() => answerTo(command, built))
  })
}

start(workerData as OwnerStart)
