// The thread of one owner: builds its stretch, then obeys commands. Started by ./worker-team.ts, never imported for its
// effects. What it throws reaches that, too.

import { parentPort, workerData } from 'node:worker_threads'
import { TrainingStopped } from '../../dfa/index.ts'
import { labKernels } from '../kernels.ts'
import { board, Stopped } from './board.ts'
import { type Owner, owner } from './owner.ts'
import type { Answer, Command, OwnerStart } from './messages.ts'

function answerTo(command: Command, self: Owner): Answer {
  if (command === undefined) return { arrays: self.arrays().map(({ name, data }) => ({ name, data: data.slice() })) }
  self.begin(command)
  for (let step = command.first; step < command.first + command.steps; step++) {
    self.forward(step)
    self.update(step)
  }
  return { losses: self.losses }
}

function start({ team, index, spins }: OwnerStart): void {
  const { kernels } = labKernels(process.env, team.configuration.accumulation)
  const self = owner(team, index, board(team.shared, spins), kernels)
  const answer = (message: Answer): void => parentPort?.postMessage(message)
  parentPort?.on('message', (command: Command) => {
    try {
      answer(answerTo(command, self))
    } catch (cause) {
      if (cause instanceof TrainingStopped) answer({ stop: { step: cause.step, place: cause.place } })
      else if (!(cause instanceof Stopped)) throw cause
    }
  })
  answer({})
}

start(workerData as OwnerStart)
