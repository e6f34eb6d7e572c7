// What an optimizer remembers between steps, in a form that a checkpoint can hold.

import { checkSize, type Kernels } from '../../tensor/index.ts'
import type { Parameter } from '../layer.ts'
import { type NamedArray, restoreArrays } from '../named-array.ts'

/** Counts steps and keeps buffers per parameter. */
export interface OptimizerState {
  steps: number
  /** The buffers of one parameter, in the order of `kinds`; zeros on first sight. */
  readonly buffersOf: (parameter: Parameter) => readonly Float32Array[]
  /** Buffers of these parameters, kept where they are there; those of any other are forgotten. */
  readonly prepare: (parameters: readonly Parameter[]) => void
  /** All buffers, not copies: name `<parameter>/<kind>`. */
  readonly state: () => readonly NamedArray[]
  /** Takes steps and buffers. Throws: Error for arrays that do not fit. */
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
    prepare(parameters) {
      for (const parameter of buffers.keys()) if (!parameters.includes(parameter)) buffers.delete(parameter)
      for (const parameter of parameters) self.buffersOf(parameter)
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
export function noState(optimizer: string): Omit<OptimizerState, 'buffersOf' | 'prepare'> {
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
