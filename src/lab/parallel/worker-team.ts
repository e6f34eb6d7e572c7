// Owners as worker threads. The main thread starts them, hands out runs of steps and waits for messages; it takes no part
// in a step.

import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { TrainingStopped } from '../../dfa/index.ts'
import { stopAll } from './board.ts'
import type { Answer, Command, OwnerStart, TeamStart } from './messages.ts'
import type { Team } from './owners.ts'
// Found at run time by its address alone; this makes every compilation that has this file have that one, too.
import type {} from './owner-worker.ts'

/** Starts the thread of one owner. */
export type Spawn = (start: OwnerStart) => Worker

/** The compiled owner beside this file. */
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
 * not finite, after all threads have ended. One call at a time. Threads do not keep the process alive between calls.
 */
export async function workerTeam(team: TeamStart, spawn: Spawn = spawnOwner): Promise<Team> {
  const { names, shared } = team
  const spinning = names.length <= availableParallelism()
  const workers: Worker[] = []
  let pending: Pending | undefined
  let ended: Error | undefined
  const end = async (cause: Error): Promise<void> => {
    ended ??= cause
    const under = pending
    pending = undefined
    stopAll(shared)
    await Promise.all(workers.map((worker) => worker.terminate()))
    under?.reject(cause)
  }
  const fail = (index: number, { message, step }: NonNullable<Answer['failure']>): void => {
    if (ended !== undefined) return
    void end(
      step === undefined
        ? new Error(`${names[index]}: ${message}`)
        : new TrainingStopped(step, `${message} (${names[index]})`),
    )
  }
  const receive = (index: number, answer: Answer): void => {
    if (answer.failure !== undefined) return fail(index, answer.failure)
    // The cause of a stop is another owner's answer, or the end of its thread.
    if (answer.stopped === true || pending === undefined) return
    const { answers, resolve } = pending
    answers[index] = answer
    if (answers.includes(undefined)) return
    pending = undefined
    for (const worker of workers) worker.unref()
    resolve(answers as Answer[])
  }
  const expectAnswers = (): Promise<readonly Answer[]> =>
    new Promise((resolve, reject) => {
      pending = { answers: names.map(() => undefined), resolve, reject }
    })
  const ask = async (command: Command): Promise<readonly Answer[]> => {
    if (ended !== undefined) throw ended
    if (pending !== undefined) throw new Error('owners: a call must wait for the one before, got two at once')
    const answers = expectAnswers()
    for (const worker of workers) {
      worker.ref()
      worker.postMessage(command)
    }
    return answers
  }
  const ready = expectAnswers()
  try {
    for (const index of names.keys()) {
      const worker = spawn({ ...team, index, spinning })
      workers.push(worker)
      worker.on('message', (answer: Answer) => receive(index, answer))
      worker.on('error', (cause) => fail(index, { message: cause instanceof Error ? cause.message : String(cause) }))
      worker.on('exit', (code) => fail(index, { message: `its thread ended with exit code ${code}` }))
    }
  } catch (cause) {
    pending = undefined
    await end(cause as Error)
    throw cause
  }
  await ready
  return {
    train: async (assignment) => (await ask(assignment)).flatMap(({ losses = [] }) => losses),
    arrays: async () => (await ask(undefined)).flatMap(({ arrays = [] }) => arrays),
    close: () => end(new Error('owners: the run must be open, got a call that was under way or came after close')),
  }
}
