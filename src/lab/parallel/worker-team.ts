// Owners as worker threads. The main thread starts them, hands out whole runs of steps and waits for messages; it takes
// no part in a step.

import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { newBoard, stopAll } from './board.ts'
import type { ParallelConfiguration } from './configuration.ts'
import type { Answer, Command, OwnerStart } from './messages.ts'
// Found at run time by its address alone; this makes every compilation that has this file have that one, too.
import type {} from './owner-worker.ts'
import { ownerName, type Team, widthsOf } from './team.ts'

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
 * Rejects, here and in every later call: Error naming the owner that failed or ended, after all threads have ended.
 * One call at a time. Threads do not keep the process alive between calls.
 */
export async function workerTeam(
  configuration: ParallelConfiguration,
  starts: readonly number[],
  spawn: Spawn = spawnOwner,
): Promise<Team> {
  const shared = newBoard(configuration.batch, widthsOf(configuration, starts))
  const spinning = starts.length <= availableParallelism()
  const workers: Worker[] = []
  let pending: Pending | undefined
  let ended: Error | undefined
  const endAll = async (): Promise<void> => {
    stopAll(shared)
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
  const fail = (index: number, what: string): void => {
    if (ended !== undefined) return
    ended = new Error(`layerParallel: ${ownerName(configuration, starts, index)}: ${what}`)
    const { reject } = pending ?? { reject: () => {} }
    pending = undefined
    const cause = ended
    void endAll().then(() => reject(cause))
  }
  const receive = (index: number, answer: Answer): void => {
    if (answer.kind === 'failed') return fail(index, answer.message)
    // The cause of a stop is another owner's answer, or the end of its thread.
    if (answer.kind === 'stopped' || pending === undefined) return
    const { answers, resolve } = pending
    answers[index] = answer
    if (answers.includes(undefined)) return
    pending = undefined
    for (const worker of workers) worker.unref()
    resolve(answers as Answer[])
  }
  const expectAnswers = (): Promise<readonly Answer[]> =>
    new Promise((resolve, reject) => {
      pending = { answers: starts.map(() => undefined), resolve, reject }
    })
  const ask = (command: Command): Promise<readonly Answer[]> => {
    if (ended !== undefined) return Promise.reject(ended)
    const answers = expectAnswers()
    for (const worker of workers) {
      worker.ref()
      worker.postMessage(command)
    }
    return answers
  }
  const ready = expectAnswers()
  try {
    for (const index of starts.keys()) {
      const worker = spawn({ configuration, starts, index, shared, spinning })
      workers.push(worker)
      worker.on('message', (answer: Answer) => receive(index, answer))
      worker.on('error', (cause) => fail(index, cause instanceof Error ? cause.message : String(cause)))
      worker.on('exit', (code) => fail(index, `its thread ended with exit code ${code}`))
    }
  } catch (cause) {
    ended = cause as Error
    await endAll()
    throw cause
  }
  const [first] = await ready
  return {
    kind: 'threads',
    tier: first.kind === 'ready' ? first.tier : '',
    async train(assignment) {
      await ask({ kind: 'train', assignment })
    },
    async parameters() {
      const answers = await ask({ kind: 'parameters' })
      return answers.flatMap((answer) => (answer.kind === 'parameters' ? answer.arrays : []))
    },
    async close() {
      const closed = new Error('layerParallel: the run was closed while a call was under way')
      ended ??= closed
      const under = pending
      pending = undefined
      await endAll()
      under?.reject(closed)
    },
  }
}
