// From gradients to new values.

import { addScaledRowsInto, blockedKernels, type Kernels } from '../../tensor/index.ts'
import type { Parameter } from '../layer.ts'
import { checkRate, type Rate, rateAt } from './schedule.ts'
import type { NamedArray } from '../named-array.ts'
import { noState } from './state.ts'

/** Turns the gradients of parameters into new values, in place. One optimizer serves one list of parameters. */
export interface Optimizer {
  readonly name: string
  /** Steps done; with `state` all that the next step depends on beside values and gradients. */
  readonly steps: number
  /** η of the next step. */
  readonly rate: number
  /**
   * Plans the buffers of these parameters, so that `state` is complete before the first step. Called again with another
   * list it keeps the buffers of parameters that are in both, and forgets those of parameters that are gone.
   */
  readonly prepare: (parameters: readonly Parameter[]) => void
  /** Updates all values by their gradients. */
  readonly step: (parameters: readonly Parameter[]) => void
  /** The arrays in use, not copies: name `<parameter>/<quantity>`. */
  readonly state: () => readonly NamedArray[]
  /** Goes on as after `steps` steps; `prepare` comes first. Throws: Error for arrays that do not fit. */
  readonly restore: (steps: number, state: readonly NamedArray[]) => void
}

/**
 * Stochastic gradient descent: w ← w − η·dw, in float32 arithmetic (η, the product and the difference each rounded).
 * Equation: theory (1.6). Of a table of which a batch sees few rows only these are visited, to the same bits.
 * Throws: RangeError for a rate that is not positive; at the step, for a schedule that gives a negative one.
 */
export function sgd(rate: Rate, kernels: Kernels = blockedKernels): Optimizer {
  checkRate('sgd', rate)
  const counter = noState('sgd')
  return {
    name: 'sgd',
    get steps(): number {
      return counter.steps
    },
    get rate(): number {
      return rateAt('sgd', rate, counter.steps)
    },
    prepare() {},
    step(parameters) {
      const factor = -rateAt('sgd', rate, counter.steps)
      for (let i = 0; i < parameters.length; i++) {
        const { value: { data: w }, gradient: { data: dw }, touched } = parameters[i]
        if (touched === undefined) kernels.elementwise.addScaledInto(w, w, factor, dw)
        else addScaledRowsInto(w, w, factor, dw, touched)
      }
      counter.steps++
    },
    state: counter.state,
    restore: counter.restore,
  }
}
