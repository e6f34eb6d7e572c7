// Gradient descent with momentum and weight decay.

import { blockedKernels, type Kernels, momentumInto } from '../../tensor/index.ts'
import type { Parameter } from '../layer.ts'
import { checkDecay, checkFractionFloat32 } from './check.ts'
import { checkRate, type Rate, rateAt } from './schedule.ts'
import { optimizerState } from './state.ts'
import type { Optimizer } from './optimizer.ts'

/** Weight decay of any optimizer. */
export interface DecayOptions {
  /** λ: adds λ·w to the gradient (L2 penalty ½λ|w|²); 0 unless given. */
  readonly coupledDecay?: number
  /** λ′: shrinks the weights by 1 − η·λ′ apart from the gradient. */
  readonly decoupledDecay?: number
  /** Which parameters decay; all unless given. */
  readonly decays?: (parameter: Parameter) => boolean
}

/** Options of `momentumSgd`. */
export interface MomentumOptions extends DecayOptions {
  readonly rate: Rate
  /** μ in [0, 1); 0.9 unless given. */
  readonly momentum?: number
  /** Steps by d + μ·v instead of v; false unless given. */
  readonly nesterov?: boolean
  readonly kernels?: Kernels
}

/**
 * d = dw + λ·w; v ← μ·v + d; w ← (1 − η·λ′)·w − η·u, u = v or, under Nesterov, d + μ·v; v starts at 0.
 * Order: `momentumInto`. Cost: one buffer per parameter.
 * Lazy: of a parameter with touched rows only these move, decay and forget; the others wait. Where every row is touched
 *   in every step the bits are those of a dense gradient.
 * Throws: RangeError for μ outside [0, 1) and negative decays, as float32.
 */
export function momentumSgd(options: MomentumOptions): Optimizer {
  const { rate, momentum = 0.9, nesterov = false, coupledDecay = 0, decoupledDecay = 0, decays = () => true,
    kernels = blockedKernels } = options
  checkRate('momentumSgd', rate)
  checkFractionFloat32('momentumSgd', 'momentum', momentum)
  checkDecay('momentumSgd', 'coupledDecay', coupledDecay)
  checkDecay('momentumSgd', 'decoupledDecay', decoupledDecay)
  const memory = optimizerState('momentumSgd', ['velocity'], kernels)
  // Two records, filled anew at each step: nothing is allocated.
  const decaying = { rate: 0, momentum, nesterov, coupledDecay, decoupledDecay }
  const plain = { rate: 0, momentum, nesterov, coupledDecay: 0, decoupledDecay: 0 }
  return {
    name: 'momentum-sgd',
    get steps(): number {
      return memory.steps
    },
    get rate(): number {
      return rateAt('momentumSgd', rate, memory.steps)
    },
    prepare: memory.prepare,
    step(parameters) {
      decaying.rate = plain.rate = rateAt('momentumSgd', rate, memory.steps)
      for (let i = 0; i < parameters.length; i++) {
        const parameter = parameters[i]
        const [velocity] = memory.buffersOf(parameter)
        const step = decays(parameter) ? decaying : plain
        const { value: { data: w }, gradient: { data: dw }, touched } = parameter
        if (touched === undefined) kernels.elementwise.momentumInto(w, velocity, dw, step)
        else momentumInto(w, velocity, dw, step, touched)
      }
      memory.steps++
    },
    state: memory.state,
    restore: memory.restore,
  }
}
