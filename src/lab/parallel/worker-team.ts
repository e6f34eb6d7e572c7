// Owners as worker threads. The main thread starts them, hands out runs of steps and waits for messages; it takes no part
// in a step.

import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { TrainingStopped } from '../../dfa/index.ts'
import { stopAll } from './board.ts'
import type { TeamStart } from './owner.ts'
import type { Answer, Command, OwnerStart } from './messages.ts'
// Found at run time by its address alone; this makes every compilation that has this file have that one, too.
import type {} from './owner-worker.ts'

/** All owners of one network. */
export interface Team {
  /** Everybody's answers, once they are all there. */
  readonly ask: (command: Command) => Promise<readonly Answer[]>
  readonly close: () => Promise<void>
}

/** The compiled owner beside this file, in a thread. */
export function spawnOwner(start: OwnerStart): Worker {
  return new Worker(new URL('./owner-worker.js', import.meta.url), { workerData: start })
}

/** One command and who has not answered it yet. */
interface Pending {
  readonly answers: (Answer | undefined)[]
  readonly resolve: (answers: readonly Answer[]) => void
  readonly reject: (cause: Error) => void
}

/**
 * Starts one thread per stretch. Resolves when all are ready.
 * Rejects, here and in every later call: Error naming the owner that failed or ended, TrainingStopped for a value that is
 * not finite, after all threads have ended. One call at a time. Threads keep the process alive until they are closed.
 */
export async function workerTeam(team: TeamStart, spawn = spawnOwner): Promise<Team> {
  const { names, shared } = team
  const workers: Worker[] = []
  let pending: Pending | undefined
  let ended: Error | undefined
  const end = async (cause: Error): Promise<void> => {
    if (ended !== undefined) return
    ended = cause
    const under = pending
    pending = undefined
    stopAll(shared)
    await Promise.all(workers.map((worker) => worker.terminate()))
    under?.reject(cause)
  }
  const receive = (index: number, answer: Answer): void => {
    const { stop } = answer
    if (stop !== undefined) void end(new TrainingStopped(stop.step, `${stop.place} (${names[index]})`))
    if (pending === undefined) return
    const { answers, resolve } = pending
    answers[index] = answer
    if (answers.includes(undefined)) return
    pending = undefined
    resolve(answers as Answer[])
  }
  /** One answer from each owner to what `tell` tells them. */
  const answersTo = (tell: () => void): Promise<readonly Answer[]> =>
    new Promise((resolve, reject) => {
      if (ended !== undefined) throw ended
      if (pending !== undefined) throw new Error('owners: a call must wait for the one before, got two at once')
      pending = { answers: names.map(() => undefined), resolve, reject }
      tell()
    })
  // More owners than processors: whoever keeps one busy keeps it from who is waited for.
  const spins = names.length <= availableParallelism() ? undefined : 0
  await answersTo(() => {
    for (const index of names.keys()) {
      const worker = spawn({ team, index, spins })
      workers.push(worker)
      worker.on('message', (answer: Answer) => receive(index, answer))
      const fail = (why: string): void => void end(new Error(`${names[index]}: ${why}`))
      worker.on('error', (cause) => fail(cause instanceof Error ? cause.message : String(cause)))
      worker.on('exit', (code) => fail(`its thread ended with exit code ${code}`))
    }
  }).catch(async (cause: Error) => {
    await end(cause)
    throw cause
  })
  return { ask: (command) => answersTo(() => workers.forEach((worker) => worker.postMessage(command))),
    close: () => end(new Error('owners: the run must be open, got a call that was under way or came after close')) }
}
