// Who owns what: a contiguous partition of the segments that makes the time between two steps shortest.

import { deliverNothing, type Segment } from '../../dfa/index.ts'
import { isCarrier } from '../../dfa/rules/rule.ts'
import type { Layer } from '../../nn/index.ts'
import { sizeOf } from '../../tensor/index.ts'

/** Work of one segment in a step, in floating-point operations or their equivalent. */
export interface Work {
  readonly forward: number
  /** Delivery, backward pass and update. */
  readonly backward: number
}

/**
 * Check and update of one parameter in the time of so many operations of a product: both move memory. Between batch 1 and
 * 16 this decides the partition, from 128 on it is below a tenth.
 */
const UPDATE = 32

/**
 * Work of every segment: for each weight 2·B·|W| and position of its output in the forward pass and for dW, again as much
 * for dh but at the lowest weight of a segment; 2·B·n·K for the delivery. `sample`: shape of an input.
 */
export function workOf(segments: readonly Segment[], sample: readonly number[], batch: number,
  outputs: number): readonly Work[]
{
  let shape = [1, ...sample]
  return segments.map(({ layers, point, parameters }) => {
    const products: number[] = []
    for (const layer of layers) {
      products.push(...productsOf(layer, shape).map((flops) => batch * flops))
      shape = [...layer.outputShape(shape)]
    }
    const forward = products.reduce((sum, flops) => sum + flops, 0)
    const delivers = point !== undefined && point.delivery !== deliverNothing
    const delivery = delivers ? 2 * batch * point.width * outputs : 0
    const update = parameters.reduce((sum, { value }) => sum + UPDATE * value.data.length, 0)
    return { forward, backward: 2 * forward - (products[0] ?? 0) + delivery + update }
  })
}

/** 2·|W| times the positions of its output, for every weight in a layer and its children, one after another. */
function productsOf(layer: Layer, shape: readonly number[]): readonly number[] {
  if (isCarrier(layer)) {
    const { data, shape: [outputs] } = layer.weight.value
    return [2 * data.length * sizeOf(layer.outputShape(shape)) / outputs]
  }
  return layer.children.flatMap((child) => {
    const products = productsOf(child, shape)
    shape = child.outputShape(shape)
    return products
  })
}

/** Whether some delivery waits for the error; otherwise an owner goes on once it has passed its batch on. */
export function waitsForError(segments: readonly Segment[]): boolean {
  return segments.some(({ point }) => point !== undefined && point.delivery.usesError !== false)
}

/**
 * Work between two steps when segments are cut at `starts` (the first segment of each owner): with f_i, b_i of owner i,
 * T_i = max(b_i, T_{i−1}) + f_i and T of the last owner: an owner's forward pass begins after its own update and the
 * forward pass below. Without waiting for the error the owners are a pipeline: max_i (f_i + b_i). One owner: f + b.
 */
export function cycleOf(work: readonly Work[], starts: readonly number[], waits: boolean): number {
  return starts.reduce((cycle, start, owner) => {
    let f = 0, b = 0
    for (const { forward, backward } of work.slice(start, starts[owner + 1])) {
      f += forward
      b += backward
    }
    return waits ? Math.max(b, cycle) + f : Math.max(cycle, f + b)
  }, 0)
}

/**
 * The first segment of each owner, such that `cycleOf` is least; every owner has at least one segment.
 * Cost: owners·segments³ by dynamic programming: T of the first owners only grows with theirs, so best parts make a
 * best whole.
 */
export function partition(work: readonly Work[], owners: number, waits: boolean): readonly number[] {
  let best = work.map((): readonly number[] => [0])
  for (let owner = 1; owner < owners; owner++) {
    best = work.map((_, l) => {
      let found: readonly number[] = []
      let least = Infinity
      for (let start = owner; start <= l; start++) {
        const starts = [...best[start - 1], start]
        const cycle = cycleOf(work.slice(0, l + 1), starts, waits)
        if (cycle < least) [found, least] = [starts, cycle]
      }
      return found
    })
  }
  return best[work.length - 1]
}
