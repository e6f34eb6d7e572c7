// Adam and AdamW.

import { blockedKernels, checkPositive, type Kernels } from '../../tensor/index.ts'
import { checkDecay, checkFraction } from './check.ts'
import type { DecayOptions } from './momentum.ts'
import { checkRate, type Rate, rateAt } from './schedule.ts'
import type { NamedArray } from '../named-array.ts'
import { optimizerState } from './state.ts'
import type { Optimizer } from './optimizer.ts'

/** Options of `adam` and `adamW`. */
export interface AdamOptions extends DecayOptions {
  /** η; 0.001 unless given. */
  readonly rate?: Rate
  /** β₁ in [0, 1); 0.9 unless given. */
  readonly beta1?: number
  /** β₂ in [0, 1); 0.999 unless given. */
  readonly beta2?: number
  /** ε, added to √v̂; 1e-8 unless given. */
  readonly epsilon?: number
  readonly kernels?: Kernels
}

/**
 * m ← β₁·m + (1 − β₁)·d; v ← β₂·v + (1 − β₂)·d²; w ← w − η·m̂/(√v̂ + ε), m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ), t ≥ 1.
 * Equation: kingma2015 algorithm 1; d = dw + λ·w with a coupled decay λ. Order: `adamInto`.
 * Cost: two buffers per parameter. Throws: RangeError for β outside [0, 1), ε not positive, negative decays.
 */
export function adam(options: AdamOptions = {}): Optimizer {
  return build('adam', 'adam', options, 0)
}

/** Adam with w ← (1 − η·λ′)·w − …, λ′ = 0.01 unless given. Equation: loshchilov2019 algorithm 2. Throws: as `adam`. */
export function adamW(options: AdamOptions = {}): Optimizer {
  return build('adamW', 'adam-w', options, 0.01)
}

function build(where: string, name: Optimizer['name'], options: AdamOptions, defaultDecay: number): Optimizer {
  const { rate = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, coupledDecay = 0, decoupledDecay = defaultDecay,
    decays = () => true, kernels = blockedKernels } = options
  checkRate(where, rate)
  checkFraction(where, 'beta1', beta1)
  checkFraction(where, 'beta2', beta2)
  checkPositive(where, 'epsilon', epsilon)
  checkDecay(where, 'coupledDecay', coupledDecay)
  checkDecay(where, 'decoupledDecay', decoupledDecay)
  const memory = optimizerState(where, ['mean', 'square'], kernels)
  const fixed = { rate: 0, beta1, beta2, epsilon, correction1: 0, correction2: 0 }
  const decaying = { ...fixed, coupledDecay, decoupledDecay }
  const plain = { ...fixed, coupledDecay: 0, decoupledDecay: 0 }
  // β₁ᵗ and β₂ᵗ as running products: a restored run repeats them from 1, with the bits of a run without a stop.
  let power1 = 1
  let power2 = 1
  const advance = (): void => {
    power1 *= beta1
    power2 *= beta2
  }
  return {
    name,
    get steps(): number {
      return memory.steps
    },
    get rate(): number {
      return rateAt(where, rate, memory.steps)
    },
    prepare(parameters) {
      for (const parameter of parameters) memory.buffersOf(parameter)
    },
    step(parameters) {
      decaying.rate = plain.rate = rateAt(where, rate, memory.steps)
      advance()
      decaying.correction1 = plain.correction1 = 1 - power1
      decaying.correction2 = plain.correction2 = 1 - power2
      for (let i = 0; i < parameters.length; i++) {
        const parameter = parameters[i]
        const [mean, square] = memory.buffersOf(parameter)
        const step = decays(parameter) ? decaying : plain
        kernels.elementwise.adamInto(parameter.value.data, mean, square, parameter.gradient.data, step)
      }
      memory.steps++
    },
    state: memory.state,
    restore(steps: number, state: readonly NamedArray[]) {
      memory.restore(steps, state)
      power1 = power2 = 1
      for (let t = 0; t < steps; t++) advance()
    },
  }
}
