// A small Transformer in training: embedding, positions, causal attention, normalization, points inside of blocks.

import type { Kernels } from '../../src/tensor/index.ts'
import { goldenTransformer } from '../lab/training/golden-transformer.ts'
import type { Digest } from './digest.ts'

/** Losses and weights. */
export function transformer(out: Digest, kernels: Kernels): void {
  const { losses, parameters } = goldenTransformer(kernels)
  out.note('losses')
  out.float64s(losses)
  for (const { name, value } of parameters) {
    out.note(name)
    out.float32s(value.data)
  }
}
