// Floating-point operations of a training step, counted from the shapes of its products.

import type { LanguageConfiguration } from './training.ts'

/**
 * Operations in the products of a step, two per product and sum, for backpropagation and DFA with a point behind every
 * block and the error read below the decoder. With n = B·T tokens, per token:
 * forward F = L·(8d² + 4T·d + 16d²) + 2d·V (projections, scores and mixing, feed-forward part of width 4d, decoder);
 * backpropagation 3F: every product has two in its backward pass. DFA leaves out the input gradients of queries, keys and
 * values in blocks whose input is a point, 6d² each, and delivers 2d² per point.
 * Element-wise work, softmax and normalization are not counted, nor is what causality would save.
 */
export function flopsOfStep(
  { rule, features: d, blocks, context, batch }: Pick<LanguageConfiguration,
    'rule' | 'features' | 'blocks' | 'context' | 'batch'>,
  vocabulary: number,
): number {
  const tokens = batch * context
  const forward = blocks * (24 * d * d + 4 * context * d) + 2 * d * vocabulary
  const saved = (blocks - 1) * 6 * d * d, delivered = blocks * 2 * d * d
  const perToken = { BP: 3 * forward, DFA: 3 * forward - saved + delivered, shallow: forward + 4 * d * vocabulary }
  return tokens * perToken[rule]
}
