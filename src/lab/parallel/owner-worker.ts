// The thread of one owner: builds its stretch, then obeys commands. Started by ./worker-team.ts, never imported for its
// effects.

import { parentPort, workerData } from 'node:worker_threads'
import { selectKernels, unreachable } from '../../tensor/index.ts'
import { board, stopAll, Stopped } from './board.ts'
import type { Answer, Command, OwnerStart } from './messages.ts'
import { type Owner, owner, work } from './owner.ts'

function answerTo(command: Command, self: Owner): Answer {
  switch (command.kind) {
    case 'parameters':
      return {
        kind: 'parameters',
        arrays: self.parameters.map(({ name, value }) => ({ name, data: value.data.slice() })),
      }
    case 'train':
      work(self, command.assignment)
      return { kind: 'trained' }
    default:
      return unreachable('answerTo', command)
  }
}

function start({ configuration, starts, index, shared, spinning }: OwnerStart): void {
  const reply = (answer: Answer): void => parentPort?.postMessage(answer)
  const guarded = (act: () => Answer): void => {
    try {
      reply(act())
    } catch (cause) {
      if (cause instanceof Stopped) return reply({ kind: 'stopped' })
      // The cause first: owners that stop for it answer later.
      reply({ kind: 'failed', message: cause instanceof Error ? cause.message : String(cause) })
      stopAll(shared)
    }
  }
  let self: Owner | undefined
  guarded(() => {
    const { tier = 'simd', accumulation = 'float64' } = configuration
    const { kernels } = selectKernels({ tier, accumulation })
    self = owner(configuration, starts, index, board(shared, true, spinning), kernels)
    return { kind: 'ready', tier: kernels.tier }
  })
  parentPort?.on('message', (command: Command) => {
    const built = self
    if (built !== undefined) guarded(() => answerTo(command, built))
  })
}

start(workerData as OwnerStart)
