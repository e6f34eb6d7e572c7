// Owners that take turns: the sources run uncompiled here. Threads are tested in test/slow/layer-parallel.test.ts.

import { describe, expect, it } from 'vitest'
import { RULES, TrainingStopped } from '../../../src/dfa/index.ts'
import { restoreArrays } from '../../../src/nn/index.ts'
import { UsageError } from '../../../src/lab/options.ts'
import { startOwners } from '../../../src/lab/parallel/owners.ts'
import type { TrainingConfiguration } from '../../../src/lab/training/configuration.ts'
import { inSharedMemory } from '../../../src/lab/training/datasets.ts'
import { arraysOf, startSession } from '../../../src/lab/training/session.ts'
import { samplesOf } from '../../../src/lab/training/tasks/classification.ts'
import { ownSteps } from '../../../src/lab/training/stepper.ts'
import { selectKernels } from '../../../src/tensor/index.ts'
import { nodeWorkers } from '../../../src/lab/node-workers.ts'
import { bitsOf, configuration, DATA, expected, start, STEPS, trained, VARIANTS } from './runs.ts'
import { turns, type UpdateOrder, upwards } from './turns.ts'

const ORDERS: Readonly<Record<string, UpdateOrder>> = {
  upwards,
  downwards: (_step, owners) => Array.from({ length: owners }, (_, i) => owners - 1 - i),
  'another one at each step': (step, owners) => Array.from({ length: owners }, (_, i) => (i + step) % owners),
}

describe('startOwners', () => {
  for (const [name, changes] of VARIANTS) {
    it(`has the bits of the session's own steps with 1, 2 and 4 owners and any order of updates: ${name}`, async () => {
      const c = configuration(changes)
      const want = expected(c)
      for (const owners of [1, 2, 4]) {
        for (const [orderName, order] of Object.entries(ORDERS)) {
          const session = start(c)
          const stepper = await startOwners(session, c, DATA, owners, turns(order))
          const what = `${owners} owners, ${orderName}`
          expect(await trained(session, stepper, STEPS), what).toEqual(want.losses)
          await stepper.gather()
          expect(session.trainer.steps).toBe(STEPS)
          expect(bitsOf(session), what).toEqual(want.bits)
        }
      }
    })
  }

  it.each([[2, 1], [1, 2], [3, 2]])('with %i owners comes to a moment from which %i go on to the same bits',
    async (before, after) => {
      const c = configuration({ optimizer: 'adam', rate: 0.01, schedule: 'plateau', 'constrain-weights': true })
      const want = expected(c)
      const first = start(c), second = start(c)
      const stepper = await startOwners(first, c, DATA, before, turns())
      const losses = await trained(first, stepper, 7)
      await stepper.gather()
      const isValue = ({ name }: { readonly name: string }): boolean => name.startsWith('parameter/')
      restoreArrays('test', arraysOf(second).filter(isValue), arraysOf(first).filter(isValue))
      second.trainer.restore(7, first.trainer.state())
      second.epochLosses.push(...first.epochLosses)
      const further = after === 1 ? ownSteps(second)
        : await startOwners(second, c, inSharedMemory(DATA), after, turns())
      losses.push(...await trained(second, further, STEPS))
      await further.gather()
      expect(losses).toEqual(want.losses)
      expect(bitsOf(second)).toEqual(want.bits)
    })

  it('trains a network without hidden layers', async () => {
    const c = configuration({ hidden: [], rule: 'frozen' })
    const session = start(c)
    expect(await trained(session, await startOwners(session, c, DATA, 1, turns()), STEPS)).toEqual(expected(c).losses)
  })

  it('takes every rule under which segments are independent and names the others', async () => {
    const refused: string[] = []
    for (const rule of Object.keys(RULES)) {
      const c = configuration({ rule })
      await startOwners(start(c), c, DATA, 2, turns()).catch((error: unknown) => {
        expect(error).toBeInstanceOf(UsageError)
        expect((error as Error).message).toMatch(
          new RegExp(`^train: --owners: rule must leave segments independent of each other, got ${rule}, which `),
        )
        refused.push(rule)
      })
    }
    expect(refused).toEqual(
      Object.keys(RULES).filter((rule) =>
        !VARIANTS.some(([, changes]) => rule === (changes.rule ?? configuration().rule))
      ),
    )
  })

  const INNER = '{"layers":[{"type":"residual","layers":[{"type":"dense","outputs":20},{"type":"point"}]},'
    + '{"type":"dense","outputs":10}]}'
  it.each<readonly [string, number, Partial<TrainingConfiguration>, string]>([['more owners than segments', 5, {},
    'must be at most 4, one per segment of the network, got 5'], ['a norm over all gradients', 2, { 'clip-norm': 1 },
    'the norm of the whole gradient ties the segments together'], ['a point inside another layer', 2, { model: INNER },
    'segmentsOf: points and tap must stand directly in a chain']])('refuses %s',
      async (_what, owners, changes, message) => {
        const c = configuration(changes)
        await expect(startOwners(start(c), c, DATA, owners)).rejects.toThrow(`train: --owners: ${message}`)
      })

  it('refuses threads within products, which want the same processors', async () => {
    const c = configuration()
    const { kernels, close } = selectKernels({ tier: 'threads', threads: 2, workers: nodeWorkers() })
    const session = startSession(c, samplesOf(DATA), kernels)
    close()
    expect(kernels.tier).toBe('threads')
    await expect(startOwners(session, c, DATA, 2)).rejects.toThrow('--owners: must be 1 on the tier threads')
  })

  it('stops at a value that is not finite, as the session would', async () => {
    const c = configuration({ rate: 1e30, loss: 'squared-error' })
    const own = start(c), session = start(c)
    const stepper = await startOwners(session, c, DATA, 2, turns())
    const caught = async (act: () => unknown): Promise<unknown> => {
      try {
        await act()
      } catch (error) {
        return error
      }
      throw new Error('nothing was thrown')
    }
    const want = await caught(() => trained(own, ownSteps(own), STEPS))
    const got = await caught(() => trained(session, stepper, STEPS))
    expect(want).toBeInstanceOf(TrainingStopped)
    expect(got).toBeInstanceOf(TrainingStopped)
    expect((got as TrainingStopped).step).toBe((want as TrainingStopped).step)
  })
})
