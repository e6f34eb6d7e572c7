// Who owns what: a contiguous partition of the segments that makes the time between two steps shortest.

import type { ParallelConfiguration } from './configuration.ts'

/** Work of one segment in a step, in floating-point operations or their equivalent. */
export interface Work {
  readonly forward: number
  /** Delivery, backward pass and update. */
  readonly backward: number
}

/**
 * Check and update of one weight in the time of so many operations of a product: both move memory. Between batch 1 and
 * 16 this decides the partition, from 128 on it is below a tenth.
 */
const UPDATE = 32

/** Work of every segment: 2·B·I·O each for the forward pass and dW, 2·B·O·K for the delivery. */
export function workOf({ sizes, batch, rule }: ParallelConfiguration): readonly Work[] {
  const outputs = sizes[sizes.length - 1]
  return sizes.slice(1).map((size, l) => {
    const product = 2 * batch * sizes[l] * size
    const delivery = l === sizes.length - 2 || rule.name === 'frozen' ? 0 : 2 * batch * size * outputs
    return { forward: product, backward: product + delivery + UPDATE * sizes[l] * size }
  })
}

/** Whether the rule's deliveries wait for the error; otherwise an owner goes on once it has passed its batch on. */
export function waitsForError({ rule: { name } }: ParallelConfiguration): boolean {
  return name !== 'frozen' && name !== 'direct-random-target-projection'
}

/**
 * Work between two steps when segments are cut at `starts` (the first segment of each owner): with f_i, b_i of owner i,
 * T_i = max(b_i, T_{i−1}) + f_i and T of the last owner: an owner's forward pass begins after its own update and the
 * forward pass below. Without waiting for the error the owners are a pipeline: max_i (f_i + b_i).
 */
export function cycleOf(work: readonly Work[], starts: readonly number[], waits: boolean): number {
  let cycle = 0
  for (const [owner, start] of starts.entries()) {
    const own = total(work, start, starts[owner + 1] ?? work.length)
    cycle = waits ? Math.max(own.backward, cycle) + own.forward : Math.max(cycle, own.forward + own.backward)
  }
  return cycle
}

/** Work of one step on one thread. */
export function sequential(work: readonly Work[]): number {
  const { forward, backward } = total(work, 0, work.length)
  return forward + backward
}

/**
 * The first segment of each owner, such that `cycleOf` is least; every owner has at least one segment.
 * Cost: owners·segments² by dynamic programming: T of the first owners only grows with theirs, so best parts make a
 * best whole.
 */
export function partition(work: readonly Work[], owners: number, waits: boolean): readonly number[] {
  let best = work.map((_, l) => ({ cycle: cycleOf(work.slice(0, l + 1), [0], waits), starts: [0] }))
  for (let owner = 1; owner < owners; owner++) {
    best = work.map((_, l) => {
      let found = { cycle: Infinity, starts: [] as number[] }
      for (let start = owner; start <= l; start++) {
        const { cycle: below, starts } = best[start - 1]
        const own = total(work, start, l + 1)
        const cycle = waits ? Math.max(own.backward, below) + own.forward : Math.max(below, own.forward + own.backward)
        if (cycle < found.cycle) found = { cycle, starts: [...starts, start] }
      }
      return found
    })
  }
  return best[work.length - 1].starts
}

function total(work: readonly Work[], from: number, to: number): Work {
  let forward = 0
  let backward = 0
  for (let l = from; l < to; l++) {
    forward += work[l].forward
    backward += work[l].backward
  }
  return { forward, backward }
}
