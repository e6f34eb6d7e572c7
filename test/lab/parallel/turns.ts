// Owners that take turns on one thread: the code and memory of threads, in an order that a test chooses.

import { freshKernels } from '../../../src/lab/kernels.ts'
import { board } from '../../../src/lab/parallel/board.ts'
import { owner, type TeamStart } from '../../../src/lab/parallel/owner.ts'
import type { Team } from '../../../src/lab/parallel/worker-team.ts'

/** The order in which owners update at a step: a permutation of 0 … owners − 1. */
export type UpdateOrder = (step: number, owners: number) => readonly number[]

export const upwards: UpdateOrder = (_step, owners) => Array.from({ length: owners }, (_, i) => i)

/** Forward passes upwards, then updates in any order. */
export const turns = (order: UpdateOrder = upwards) => async (start: TeamStart): Promise<Team> => {
  const kernels = freshKernels(start.configuration.accumulation)
  const owners = start.names.map((_, index) => owner(start, index, board(start.shared, Infinity), kernels))
  return {
    async ask(command) {
      if (command === undefined) return owners.map(({ arrays }) => ({ arrays: arrays() }))
      for (const { begin } of owners) begin(command)
      for (let step = command.first; step < command.first + command.steps; step++) {
        for (const { forward } of owners) forward(step)
        for (const index of order(step, owners.length)) owners[index].update(step)
      }
      return owners.map(({ losses }) => ({ losses }))
    },
    async close() {},
  }
}
