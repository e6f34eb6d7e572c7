// Gradients turned away from their direction by a known angle.

import { jointCosine } from '../../../dfa/index.ts'
import type { Parameter } from '../../../nn/index.ts'
import { philox } from '../../../tensor/index.ts'

/** `random`: another direction at every step and layer; `fixed`: all ones. */
export type PerturbationKind = 'random' | 'fixed'

const block = new Uint32Array(4)

/**
 * g ← g + γ |g| u with |u| = 1, parameter by parameter: u is (±1 … ±1)/√n with independent random signs, or (1 … 1)/√n.
 * For random u, nearly orthogonal to g, the cosine is 1/√(1 + γ²).
 * Why: signs have norm 1 exactly and cost one random bit each; normal draws would cost more than the training step.
 */
export function perturb(
  parameters: readonly Parameter[],
  kind: PerturbationKind,
  gamma: number,
  seed: number,
  step: number,
): void {
  parameters.forEach(({ gradient: { data: g } }, layer) => {
    let squares = 0
    for (let i = 0; i < g.length; i++) squares += g[i] * g[i]
    const size = gamma * Math.sqrt(squares / g.length)
    if (kind === 'fixed') {
      for (let i = 0; i < g.length; i++) g[i] += size
      return
    }
    for (let i = 0; i < g.length; i += 128) {
      philox(block, i / 128, step, layer, 0x70657274, seed | 0, Math.floor(seed / 0x100000000))
      const end = Math.min(g.length, i + 128)
      for (let j = i; j < end; j++) g[j] += (block[(j - i) >>> 5] >>> (j & 31)) % 2 === 1 ? size : -size
    }
  })
}

/** Perturbs and says by how much: cos∠(gradient before, gradient after), all parameters as one vector. */
export function perturbMeasured(
  parameters: readonly Parameter[],
  kind: PerturbationKind,
  gamma: number,
  seed: number,
  step: number,
): number {
  const gradients = parameters.map(({ gradient }) => gradient.data)
  const before = gradients.map((gradient) => gradient.slice())
  perturb(parameters, kind, gamma, seed, step)
  return jointCosine(before, gradients)
}
