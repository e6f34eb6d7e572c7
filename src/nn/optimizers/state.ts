// What an optimizer remembers between steps, in a form that a checkpoint can hold.

import { checkSize, type Kernels } from '../../tensor/index.ts'
import type { Parameter } from '../layer.ts'

/** An array of a checkpoint. Names are unique within one list. */
export interface NamedArray {
  readonly name: string
  /** Float64 where a layer or a schedule counts or averages in float64, see ./state.ts. */
  readonly data: Float32Array | Float64Array
}

/**
 * into := from, array by array, matched by name. Nothing is changed when it throws.
 * Throws: Error for a missing, unknown or doubled name, another length, or float32 in place of float64 and vice versa.
 */
export function restoreArrays(where: string, into: readonly NamedArray[], from: readonly NamedArray[]): void {
  const found = new Map(from.map(({ name, data }) => [name, data]))
  if (found.size !== from.length) throw new Error(`${where}: names must differ, got ${from.length - found.size} twice`)
  for (const { name, data } of into) {
    const given = found.get(name)
    if (given?.length !== data.length) {
      throw new Error(`${where}: ${name} must have ${data.length} elements, got ${given?.length ?? 'no such array'}`)
    }
    const bytes = data.BYTES_PER_ELEMENT, got = given.BYTES_PER_ELEMENT
    if (got !== bytes) throw new Error(`${where}: ${name} must hold float${8 * bytes} numbers, got float${8 * got}`)
  }
  if (found.size !== into.length) {
    const known = new Set(into.map(({ name }) => name))
    const unknown = from.find(({ name }) => !known.has(name))?.name
    throw new Error(`${where}: state must hold ${into.length} arrays, got the unknown ${unknown}`)
  }
  for (const { name, data } of into) data.set(found.get(name) ?? data)
}

/** Counts steps and keeps buffers per parameter. */
export interface OptimizerState {
  steps: number
  /** The buffers of one parameter, in the order of `kinds`; zeros on first sight. */
  readonly buffersOf: (parameter: Parameter) => readonly Float32Array[]
  readonly state: () => readonly NamedArray[]
  readonly restore: (steps: number, state: readonly NamedArray[]) => void
}

/** Zero buffers named `<parameter>/<kind>`, in the memory of the kernels. */
export function optimizerState(optimizer: string, kinds: readonly string[], kernels: Kernels): OptimizerState {
  const buffers = new Map<Parameter, readonly Float32Array[]>()
  const named = (): NamedArray[] =>
    [...buffers].flatMap(([{ name }, arrays]) =>
      kinds.map((kind, index) => ({ name: `${name}/${kind}`, data: arrays[index] }))
    )
  const self: OptimizerState = {
    steps: 0,
    buffersOf(parameter) {
      let found = buffers.get(parameter)
      if (found === undefined) {
        found = kinds.map(() => kernels.allocate(parameter.value.data.length))
        buffers.set(parameter, found)
      }
      return found
    },
    state: named,
    restore(steps, state) {
      checkSize(`${optimizer}.restore`, 'steps', steps)
      restoreArrays(`${optimizer}.restore`, named(), state)
      self.steps = steps
    },
  }
  return self
}

/** The state of an optimizer that remembers nothing but its step. */
export function noState(optimizer: string): Omit<OptimizerState, 'buffersOf'> {
  const self = {
    steps: 0,
    state: (): readonly NamedArray[] => [],
    restore(steps: number, state: readonly NamedArray[]): void {
      checkSize(`${optimizer}.restore`, 'steps', steps)
      restoreArrays(`${optimizer}.restore`, [], state)
      self.steps = steps
    },
  }
  return self
}
