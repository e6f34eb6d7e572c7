// Optimizers by name, with the options of a training that each has a use for.

import { adam, adamW, momentumSgd, type Optimizer, type Rate, sgd } from '../../nn/index.ts'
import type { Kernels } from '../../tensor/index.ts'

/** Options of a training that only some optimizers use. */
export const OPTIMIZER_OPTIONS = ['momentum', 'weight-decay'] as const

/** Their values. */
export type OptimizerOptions = Readonly<Record<(typeof OPTIMIZER_OPTIONS)[number], number>>

/** An optimizer among others. */
export interface OptimizerSource {
  /** What it has a use for; the other options are refused. */
  readonly uses: readonly (keyof OptimizerOptions)[]
  readonly make: (options: OptimizerOptions, rate: Rate, kernels: Kernels) => Optimizer
}

/** Every optimizer: one file of src/nn/optimizers and one line here. */
export const OPTIMIZERS = {
  sgd: { uses: [], make: (_options, rate, kernels) => sgd(rate, kernels) },
  momentum: {
    uses: OPTIMIZER_OPTIONS,
    make: ({ momentum, 'weight-decay': coupledDecay }, rate, kernels) =>
      momentumSgd({ rate, momentum, coupledDecay, kernels }),
  },
  nesterov: {
    uses: OPTIMIZER_OPTIONS,
    make: ({ momentum, 'weight-decay': coupledDecay }, rate, kernels) =>
      momentumSgd({ rate, momentum, nesterov: true, coupledDecay, kernels }),
  },
  adam: {
    uses: ['weight-decay'],
    make: ({ 'weight-decay': coupledDecay }, rate, kernels) => adam({ rate, coupledDecay, kernels }),
  },
  adamw: {
    uses: ['weight-decay'],
    make: ({ 'weight-decay': decoupledDecay }, rate, kernels) => adamW({ rate, decoupledDecay, kernels }),
  },
} as const satisfies Readonly<Record<string, OptimizerSource>>

export type OptimizerName = keyof typeof OPTIMIZERS
