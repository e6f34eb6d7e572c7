// Optimizers by name, with the options of a training that each has a use for.

import { adam, adamW, momentumSgd, type Optimizer, type Parameter, type Rate, sgd } from '../../nn/index.ts'
import type { Kernels } from '../../tensor/index.ts'

/** Options of a training that only some optimizers use. */
export const OPTIMIZER_OPTIONS = ['momentum', 'weight-decay'] as const

type OptionName = (typeof OPTIMIZER_OPTIONS)[number]

/** Their values. */
export interface OptimizerOptions extends Readonly<Record<OptionName, number>> {
  /** Which parameters decay; all unless given. */
  readonly decays?: (parameter: Parameter) => boolean
}

const all = (): boolean => true

/** An optimizer among others. */
export interface OptimizerSource {
  /** What it has a use for; the other options are refused. */
  readonly uses: readonly OptionName[]
  readonly make: (options: OptimizerOptions, rate: Rate, kernels: Kernels) => Optimizer
}

/** Every optimizer: one file of src/nn/optimizers and one line here. */
export const OPTIMIZERS = {
  sgd: { uses: [], make: (_options, rate, kernels) => sgd(rate, kernels) },
  momentum: {
    uses: OPTIMIZER_OPTIONS,
    make: ({ momentum, 'weight-decay': coupledDecay, decays = all }, rate, kernels) =>
      momentumSgd({ rate, momentum, coupledDecay, decays, kernels }),
  },
  nesterov: {
    uses: OPTIMIZER_OPTIONS,
    make: ({ momentum, 'weight-decay': coupledDecay, decays = all }, rate, kernels) =>
      momentumSgd({ rate, momentum, nesterov: true, coupledDecay, decays, kernels }),
  },
  adam: {
    uses: ['weight-decay'],
    make: ({ 'weight-decay': coupledDecay, decays = all }, rate, kernels) =>
      adam({ rate, coupledDecay, decays, kernels }),
  },
  adamw: {
    uses: ['weight-decay'],
    make: ({ 'weight-decay': decoupledDecay, decays = all }, rate, kernels) =>
      adamW({ rate, decoupledDecay, decays, kernels }),
  },
} as const satisfies Readonly<Record<string, OptimizerSource>>

export type OptimizerName = keyof typeof OPTIMIZERS
