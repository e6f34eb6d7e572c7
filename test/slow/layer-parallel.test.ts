// Owners as threads, from the built package: only compiled files can be started as threads.

import type { Worker } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import type { startOwners as StartOwners } from '../../src/lab/parallel/owners.ts'
import type { spawnOwner as SpawnOwner, workerTeam as WorkerTeam } from '../../src/lab/parallel/worker-team.ts'
import { inSharedMemory } from '../../src/lab/training/datasets.ts'
import { bitsOf, configuration, DATA, expected, start, trained, VARIANTS } from '../lab/parallel/runs.ts'

const built = async <T>(file: string): Promise<T> => {
  const { href } = new URL(`../../dist/lab/parallel/${file}`, import.meta.url)
  return await import(/* @vite-ignore */ href) as T
}
const { startOwners } = await built<{ startOwners: typeof StartOwners }>('owners.js')
const { spawnOwner, workerTeam } = await built<{ spawnOwner: typeof SpawnOwner; workerTeam: typeof WorkerTeam }>(
  'worker-team.js',
)

type Spawn = typeof SpawnOwner
const teamOf = (spawn: Spawn) => (begin: Parameters<typeof WorkerTeam>[0]): ReturnType<typeof WorkerTeam> =>
  workerTeam(begin, spawn)

/** The shared data of all runs. */
const SHARED = inSharedMemory(DATA)

describe('owners on threads', () => {
  for (const [name, changes] of VARIANTS) {
    it(`have the bits of the session's own steps, 1, 2 and 3 of them: ${name}`, async () => {
      const c = configuration(changes)
      // More steps than a test on one thread has: owners that run ahead of each other must get the chance to.
      const want = expected(c, 150)
      for (const owners of [1, 2, 3]) {
        const session = start(c)
        const stepper = await startOwners(session, c, owners === 1 ? DATA : SHARED, owners)
        const losses = await trained(session, stepper, 150)
        await stepper.gather()
        await stepper.close()
        expect(losses, `${owners} owners`).toEqual(want.losses)
        expect(bitsOf(session), `${owners} owners`).toEqual(want.bits)
      }
    })
  }

  it('have them over ten thousand handovers, with as many owners as segments, going on from a resumed moment', async () => {
    const c = configuration({ hidden: [8, 8, 8, 8], rate: 0.01 })
    const steps = 2500
    const want = expected(c, steps)
    const session = start(c)
    const losses = Array.from({ length: 3 }, () => session.step())
    session.epochLosses.push(1)
    const stepper = await startOwners(session, c, SHARED, 5)
    while (stepper.steps < steps) losses.push(...Array.from(await stepper.advance(steps - stepper.steps)))
    await stepper.gather()
    await stepper.close()
    expect(losses).toEqual(want.losses)
    expect(bitsOf(session)).toEqual(want.bits)
  })

  it('bring the error of one to the caller, and all threads end', async () => {
    const c = configuration({ loss: 'squared-error', rate: 1e30 })
    const workers: Worker[] = []
    const exits: Promise<unknown>[] = []
    const spawn: Spawn = (begin) => {
      const worker = spawnOwner(begin)
      workers.push(worker)
      exits.push(new Promise((resolve) => worker.on('exit', resolve)))
      return worker
    }
    const session = start(c)
    const stepper = await startOwners(session, c, SHARED, 3, teamOf(spawn))
    const message = 'training stopped at step 2: loss is Infinity (owner 2 (dense3 to dense4))'
    await expect(trained(session, stepper, 10)).rejects.toThrow(message)
    await Promise.all(exits)
    expect(workers.map(({ threadId }) => threadId)).toEqual([-1, -1, -1])
    await expect((async () => await stepper.advance(1))()).rejects.toThrow(message)
    await expect(stepper.gather()).rejects.toThrow(message)
  })

  /** Steps that go on until something ends them. */
  const endless = async (stepper: Awaited<ReturnType<typeof StartOwners>>): Promise<never> => {
    for (;;) await stepper.advance(1000)
  }

  it.each([0, 1, 2])('do not hang when the thread of owner %i dies in the middle of a run', async (index) => {
    const c = configuration()
    let victim: Worker | undefined
    const spawn: Spawn = (begin) => {
      const worker = spawnOwner(begin)
      if (begin.index === index) victim = worker
      return worker
    }
    const under = endless(await startOwners(start(c), c, SHARED, 3, teamOf(spawn)))
    setTimeout(() => {
      void victim?.terminate()
    }, 300)
    await expect(under).rejects.toThrow(new RegExp(`^owner ${index} \\(.*\\): its thread ended with exit code 1$`))
  })

  it('name the one that cannot start', async () => {
    const { Worker: Thread } = await import('node:worker_threads')
    const spawn: Spawn = (begin) =>
      begin.index === 1 ? new Thread('throw new Error("no such thing")', { eval: true }) : spawnOwner(begin)
    const c = configuration()
    await expect(startOwners(start(c), c, SHARED, 2, teamOf(spawn))).rejects.toThrow(
      'owner 1 (dense2 to dense4): no such thing',
    )
  })

  it('can be closed while a call is under way', async () => {
    const c = configuration()
    const stepper = await startOwners(start(c), c, SHARED, 2)
    const under = endless(stepper)
    setTimeout(() => {
      void stepper.close()
    }, 300)
    await expect(under).rejects.toThrow(
      'owners: the run must be open, got a call that was under way or came after close',
    )
  })
})
