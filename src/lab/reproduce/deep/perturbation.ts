// Gradients turned away from their direction by a known angle.

import { jointCosine } from '../../../dfa/index.ts'
import type { Parameter } from '../../../nn/index.ts'
import { choose, philox } from '../../../tensor/index.ts'

/** `random`: another direction at every step and layer; `fixed`: all ones. */
export type PerturbationKind = 'random' | 'fixed'

/** Perturbs gradients before the update of a step. */
export type Perturb = (parameters: readonly Parameter[], step: number) => void

/** g ← g + s·(±1 … ±1) or g + s·(1 … 1), the signs a function of seed, step and layer. */
type Push = (g: Float32Array, size: number, layer: number, seed: number, step: number) => void

const block = new Uint32Array(4)

const PUSH: Readonly<Record<PerturbationKind, Push>> = {
  random: (g, size, layer, seed, step) => {
    for (let i = 0; i < g.length; i += 128) {
      philox(block, i / 128, step, layer, 0x70657274, seed | 0, Math.floor(seed / 0x100000000))
      const end = Math.min(g.length, i + 128)
      for (let j = i; j < end; j++) g[j] += (block[(j - i) >>> 5] >>> (j & 31)) % 2 === 1 ? size : -size
    }
  },
  fixed: (g, size) => {
    for (let i = 0; i < g.length; i++) g[i] += size
  },
}

/**
 * g ← g + γ |g| u with |u| = 1, parameter by parameter: u is (±1 … ±1)/√n with independent random signs, or (1 … 1)/√n.
 * For random u, nearly orthogonal to g, the cosine is 1/√(1 + γ²).
 * Why: signs have norm 1 exactly and cost one random bit each; normal draws would cost more than the training step.
 */
export function perturbation(kind: PerturbationKind, gamma: number, seed: number): Perturb {
  const push = choose('perturbation', 'kind', kind, PUSH)
  return (parameters, step) =>
    parameters.forEach(({ gradient: { data: g } }, layer) => {
      let squares = 0
      for (let i = 0; i < g.length; i++) squares += g[i] * g[i]
      push(g, gamma * Math.sqrt(squares / g.length), layer, seed, step)
    })
}

/** Perturbs and says by how much: cos∠(gradient before, gradient after), all parameters as one vector. */
export function perturbMeasured(parameters: readonly Parameter[], perturb: Perturb, step: number): number {
  const gradients = parameters.map(({ gradient }) => gradient.data)
  const before = gradients.map((gradient) => gradient.slice())
  perturb(parameters, step)
  return jointCosine(before, gradients)
}
