// Owners as threads, from the built package: only compiled files can be started as threads.

import { Worker } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import type { layerParallel as LayerParallelFunction } from '../../src/lab/parallel/layer-parallel.ts'
import type { spawnOwner as SpawnOwnerFunction } from '../../src/lab/parallel/worker-team.ts'
import { configuration, data, expected, STEPS, VARIANTS } from '../lab/parallel/runs.ts'

const built = async <T>(file: string): Promise<T> => {
  const { href } = new URL(`../../dist/lab/parallel/${file}`, import.meta.url)
  return await import(/* @vite-ignore */ href) as T
}
const { layerParallel } = await built<{ layerParallel: typeof LayerParallelFunction }>('layer-parallel.js')
const { spawnOwner } = await built<{ spawnOwner: typeof SpawnOwnerFunction }>('worker-team.js')

describe('layerParallel on threads', () => {
  for (const [name, changes] of VARIANTS) {
    it(`has the bits of the trainer with 1, 2 and 3 owners: ${name}`, async () => {
      // More steps than a test on one thread has: owners that run ahead of each other must get the chance to.
      const want = expected(configuration(changes), 300)
      for (const owners of [1, 2, 3]) {
        const run = configuration({ ...changes, owners })
        const { train, parameters, kind, close } = await layerParallel(run)
        expect(kind).toBe('threads')
        const { inputs, targets } = data(run)
        // Called twice: a run goes on where it stopped.
        const losses = [...await train(inputs, targets, 120), ...await train(inputs, targets, 180)]
        const values = new Map((await parameters()).map((array) => [array.name, array.data]))
        await close()
        expect(losses, `${owners} owners`).toEqual(want.losses)
        expect(values, `${owners} owners`).toEqual(want.parameters)
      }
    })
  }

  it('has the bits of the trainer over ten thousand handovers, with as many owners as segments', async () => {
    const run = configuration({ sizes: [6, 8, 8, 8, 8, 4], owners: 5, tier: 'blocked' })
    const { inputs, targets } = data(run)
    const { train, close } = await layerParallel(run)
    expect([...await train(inputs, targets, 2500)]).toEqual(expected(run, 2500).losses)
    await close()
  })

  it('brings the error of an owner to the caller and ends all threads', async () => {
    const run = configuration({ loss: { name: 'squared-error' }, owners: 3 })
    const { inputs, targets } = data(run)
    inputs.data[31] = NaN
    const workers: Worker[] = []
    const exits: Promise<unknown>[] = []
    const { train, parameters } = await layerParallel(run, {
      spawn(start) {
        const worker = spawnOwner(start)
        workers.push(worker)
        exits.push(new Promise((resolve) => worker.on('exit', resolve)))
        return worker
      },
    })
    const message = 'layerParallel: owner 2 (dense3 to dense4): training stopped at step 1: loss is NaN'
    await expect(train(inputs, targets, STEPS)).rejects.toThrow(message)
    await Promise.all(exits)
    expect(workers.map(({ threadId }) => threadId)).toEqual([-1, -1, -1])
    await expect(parameters()).rejects.toThrow(message)
  })

  it.each([0, 1, 2])('does not hang when the thread of owner %i dies in the middle of a run', async (index) => {
    const run = configuration({ owners: 3 })
    const { inputs, targets } = data(run)
    let victim: Worker | undefined
    const { train } = await layerParallel(run, {
      spawn(start) {
        const worker = spawnOwner(start)
        if (start.index === index) victim = worker
        return worker
      },
    })
    const under = train(inputs, targets, 2_000_000)
    setTimeout(() => {
      void victim?.terminate()
    }, 50)
    const message = new RegExp(`^layerParallel: owner ${index} \\(.*\\): its thread ended with exit code 1$`)
    await expect(under).rejects.toThrow(message)
  })

  it('names the owner that cannot start', async () => {
    const spawn = (
      start: Parameters<typeof spawnOwner>[0],
    ): Worker => (start.index === 1
      ? new Worker('throw new Error("no such thing")', { eval: true })
      : spawnOwner(start))
    await expect(layerParallel(configuration(), { spawn })).rejects.toThrow(
      'layerParallel: owner 1 (dense3 to dense4): no such thing',
    )
  })

  it('can be closed while a call is under way', async () => {
    const run = configuration()
    const { inputs, targets } = data(run)
    const { train, close } = await layerParallel(run)
    const under = train(inputs, targets, 2_000_000)
    setTimeout(() => {
      void close()
    }, 50)
    await expect(under).rejects.toThrow('layerParallel: the run was closed while a call was under way')
  })
})
