// The operations of backward passes from shapes alone.

import { flopsOfStep } from '../language/flops.ts'
import { last } from '../../statistics.ts'
import { type CostName, DEEPFM, GCN, MLP, NERF, TRANSFORMER } from './networks.ts'

/** Operations of the backward pass under BP and DFA. */
export interface BackwardOperations {
  readonly BP: number
  readonly DFA: number
}

/**
 * A chain of dense layers n_0, …, n_L with a point behind each but the last, on B rows, e of width n_L:
 * BP 2·B·(2·Σ_l n_(l−1) n_l − n_0 n_1), DFA 2·B·(Σ_l n_(l−1) n_l + n_L·Σ_(l<L) n_l); `lowest`: both compute the gradient
 * of their input, 2·B·n_0 n_1, as well.
 */
export function denseBackward(rows: number, sizes: readonly number[], lowest = false): BackwardOperations {
  const weights = sizes.slice(1).map((size, l) => size * sizes[l])
  const all = weights.reduce((sum, size) => sum + size, 0)
  const points = sizes.slice(1, -1).reduce((sum, size) => sum + size, 0)
  const input = lowest ? weights[0] : 0
  return { BP: 2 * rows * (2 * all - weights[0] + input),
    DFA: 2 * rows * (all + sizes[sizes.length - 1] * points + input) }
}

function transformerBackward(): BackwardOperations {
  const of = (rule: 'BP' | 'DFA' | 'shallow'): number => flopsOfStep({ ...TRANSFORMER, rule }, TRANSFORMER.vocabulary)
  const forward = of('BP') / 3
  return { BP: of('BP') - forward, DFA: of('DFA') - forward }
}

/** Of the networks whose products are those of a formula. */
export const FORMULAS: Readonly<Partial<Record<CostName, () => BackwardOperations>>> = {
  mlp: () => denseBackward(MLP.batch, MLP.sizes),
  nerf: () =>
    denseBackward(NERF.rays * NERF.samples, [3 * (2 * NERF.frequencies + 1), ...Array.from({ length: NERF.depth }, () =>
      NERF.width), 4]),
  // The gradient of its input is computed and stopped there.
  deepfm: () => denseBackward(DEEPFM.batch, [DEEPFM.fields * DEEPFM.embedding, ...DEEPFM.hidden, 1], true),
  macro: transformerBackward,
}

/** Bytes of feedback matrices in float32: one for each point, or one of which every point takes its first rows. */
export function feedbackBytes(widths: readonly number[],
  outputs: number): { readonly independent: number; readonly shared: number }
{
  return { independent: 4 * outputs * widths.reduce((sum, width) => sum + width, 0),
    shared: 4 * outputs * Math.max(0, ...widths) }
}

const repeated = (count: number, widths: readonly number[]): readonly number[] =>
  Array.from({ length: count }, () => widths).flat()

const three = (widths: readonly number[]): readonly number[] => repeated(TRANSFORMER.blocks, widths)
const d = TRANSFORMER.features

/** What the networks that are counted must have: widths of their points, by the definition of each, and K. */
export const POINTS: Readonly<Record<CostName, readonly [widths: readonly number[], outputs: number]>> = {
  mlp: [MLP.sizes.slice(1, -1), last(MLP.sizes)],
  gcn: [[GCN.width], GCN.classes],
  macro: [three([d]), d],
  micro: [three([d, 4 * d, d]), d],
  nerf: [repeated(NERF.depth, [NERF.width]), 4],
  deepfm: [DEEPFM.hidden, 1],
}

/** The paper's networks: widths of their points, and K. Source: the authors' public code. */
export const PAPER_POINTS: readonly (readonly [name: string, widths: readonly number[], outputs: number])[] = [[
  'GraphConv 16, 7 classes',
  [16],
  7,
], ['NeRF, 4 layers of 128', [128, 128, 128, 128, 128, 64], 4], ['DeepFM, 400-400-400', [400, 400, 400], 1], [
  'Transformer of 6 blocks, macro, error below the decoder',
  repeated(6, [512]),
  512,
], ['Transformer of 6 blocks, micro, error below the decoder', repeated(6, [512, 2048, 512]), 512], [
  'Transformer of 6 blocks, micro, error at 32,000 logits',
  repeated(6, [512, 2048, 512]),
  32_000,
]]
