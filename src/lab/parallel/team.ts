// Owners together, whether they are threads or take turns on one.

import { selectKernels } from '../../tensor/index.ts'
import { board, newBoard } from './board.ts'
import { type ParallelConfiguration, segmentCount } from './configuration.ts'
import type { ParameterValues } from './messages.ts'
import { type Assignment, owner } from './owner.ts'

/** All owners of one network. */
export interface Team {
  readonly kind: 'threads' | 'turns'
  /** The tier that the owners run. */
  readonly tier: string
  /** Resolves when every owner has done all steps. */
  readonly train: (assignment: Assignment) => Promise<void>
  /** Copies of all parameters, in forward order. */
  readonly parameters: () => Promise<readonly ParameterValues[]>
  readonly close: () => Promise<void>
}

/** Widths at which stretches end. */
export function widthsOf({ sizes }: ParallelConfiguration, starts: readonly number[]): readonly number[] {
  return starts.map((_, index) => sizes[starts[index + 1] ?? sizes.length - 1])
}

/** The order in which owners update at a step: a permutation of 0 … owners − 1. */
export type UpdateOrder = (step: number, owners: number) => readonly number[]

/**
 * Owners that take turns on the calling thread: forward passes upwards, then updates in any `order` (upwards unless
 * given). The same code, memory and bits as threads, for where there is no compiled file to start a thread from.
 */
export function turns(configuration: ParallelConfiguration, starts: readonly number[], order?: UpdateOrder): Team {
  const { tier = 'simd', accumulation = 'float64' } = configuration
  const { kernels } = selectKernels({ tier, accumulation })
  const shared = newBoard(configuration.batch, widthsOf(configuration, starts))
  const owners = starts.map((_, index) => owner(configuration, starts, index, board(shared, false, false), kernels))
  const upwards = owners.map((_, index) => index)
  const named = (index: number, act: () => void): void => {
    try {
      act()
    } catch (cause) {
      const name = ownerName(configuration, starts, index)
      throw new Error(`layerParallel: ${name}: ${(cause as Error).message}`, { cause })
    }
  }
  return {
    kind: 'turns',
    tier: kernels.tier,
    async train(assignment) {
      for (let step = assignment.first; step < assignment.first + assignment.steps; step++) {
        for (const index of upwards) named(index, () => owners[index].forward(assignment, step))
        for (const index of order?.(step, owners.length) ?? upwards) named(index, () => owners[index].update(step))
      }
    },
    parameters: async () =>
      owners.flatMap(({ parameters }) => parameters.map(({ name, value }) => ({ name, data: value.data.slice() }))),
    async close() {},
  }
}

/** What an owner is called in messages. */
export function ownerName(configuration: ParallelConfiguration, starts: readonly number[], index: number): string {
  const from = starts[index] + 1
  const to = starts[index + 1] ?? segmentCount(configuration)
  return `owner ${index} (dense${from}${to > from ? ` to dense${to}` : ''})`
}
