// Optimizer steps, in TypeScript and in vector instructions.

import { adamInto, type AdamStep, momentumInto, type MomentumStep } from '../updates.ts'
import type { UpdateExports } from '../wasm/updates.ts'
import { type Operands, shifted } from './operands.ts'

/** Each is defined by the function of the same name. */
export interface UpdateKernels {
  /** One step of momentum on w and its velocity v. */
  readonly momentumInto: (w: Float32Array, v: Float32Array, g: Float32Array, step: MomentumStep) => Float32Array
  /** One step of Adam on w and its two moments. */
  readonly adamInto: (w: Float32Array, m: Float32Array, v: Float32Array, g: Float32Array,
    step: AdamStep) => Float32Array
}

/** The definitions. */
export const scalarUpdates: UpdateKernels = { momentumInto, adamInto }

/** The same functions on the exports of `emitUpdates`. */
export function vectorUpdates(wasm: UpdateExports, { locate }: Operands): UpdateKernels {
  return {
    momentumInto(w, v, g, step) {
      const atW = locate(w), atV = locate(v), atG = locate(g)
      if (atW < 0 || atV < 0 || atG < 0) return momentumInto(w, v, g, step)
      const length = w.length
      if (v.length !== length || g.length !== length
        || shifted(atW, atV, length) || shifted(atW, atG, length) || shifted(atV, atG, length))
      {
        return momentumInto(w, v, g, step)
      }
      const kept = 1 - step.rate * step.decoupledDecay
      if (step.nesterov) wasm.nesterov(atW, atV, atG, length, step.rate, step.momentum, step.coupledDecay, kept)
      else wasm.momentum(atW, atV, atG, length, step.rate, step.momentum, step.coupledDecay, kept)
      return w
    },
    adamInto(w, m, v, g, step) {
      const atW = locate(w), atM = locate(m), atV = locate(v), atG = locate(g)
      if (atW < 0 || atM < 0 || atV < 0 || atG < 0) return adamInto(w, m, v, g, step)
      const length = w.length
      if (m.length !== length || v.length !== length || g.length !== length
        || shifted(atW, atM, length) || shifted(atW, atV, length) || shifted(atW, atG, length)
        || shifted(atM, atV, length) || shifted(atM, atG, length) || shifted(atV, atG, length))
      {
        return adamInto(w, m, v, g, step)
      }
      wasm.adam(atW, atM, atV, atG, length, step.beta1, step.beta2, 1 - step.beta1, 1 - step.beta2, step.epsilon,
        step.coupledDecay, step.rate / step.correction1, 1 / Math.sqrt(step.correction2),
        1 - step.rate * step.decoupledDecay)
      return w
    },
  }
}
