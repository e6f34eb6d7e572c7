// Multi-head self-attention: every place of a sequence gathers from the others what its query finds in their keys.

import { blockedKernels, checkSize, type Kernels, show, type Tensor, tensor, timesInto, timesTransposedInto,
  transposedTimesInto } from '../tensor/index.ts'
import { type Dense, dense } from './dense.ts'
import type { Layer } from './layer.ts'
import { planned, required } from './planned.ts'

/** Options of `attention`. */
export interface AttentionOptions {
  readonly name: string
  /** Size of the last axis; a multiple of `heads`. */
  readonly features: number
  readonly heads: number
  /** T, where every token is a row, input and output being [B·T, I]; they are [B, T, I] unless given. */
  readonly length?: number
  /** Let place t see the places up to t only; false unless given. */
  readonly causal?: boolean
  /** Add a bias to queries, values and outputs; true unless given. Keys never have one. */
  readonly bias?: boolean
  readonly kernels?: Kernels
}

/** An attention layer; its weights are those of four dense layers on [B·T, I], its children to learning rules. */
export interface Attention extends Layer {
  readonly query: Dense
  readonly key: Dense
  readonly value: Dense
  readonly output: Dense
  /** Softmax weights of the last forward pass, [B, H, T, T]; undefined before it. */
  readonly probabilities: Tensor | undefined
}

/**
 * y = W_O·concat_h(P_h V_h) + b_O, P_h = softmax(Q_h K_hᵀ/√d), with Q = x W_Qᵀ + b_Q, K = x W_Kᵀ, V = x W_Vᵀ + b_V
 * cut into H heads of d = I/H features; `causal` sets the scores of later places to −∞.
 * Equation: Vaswani et al. 2017, equation 1 and section 3.2.2. Shapes: x, y [B, T, I], or [B·T, I] where `length` is
 *   given; scores and P [B, H, T, T].
 * Gradients, per head: dV = Pᵀ dO, dP = dO Vᵀ, dS = P ⊙ (dP − Σ_j dP ⊙ P)/√d, dQ = dS K, dK = dSᵀ Q; dx = those of the
 *   three dense layers, (query + key) + value in float32.
 * Order: products as `Gemm`; scores are rounded, then times 1/√d rounded; softmax as `softmaxRowsInto` or `causalSoftmaxRowsInto`; Σ_j with j
 *   ascending in float64, dS rounded once.
 * Cost: 8·B·T·I² + 4·B·T²·I flops forward, twice that backward; the causal half is computed and dropped.
 * Memory: 8·B·H·T² bytes for P and its gradient, about 44·B·T·I for the rest, beside the dense layers: once, for the
 *   largest B and T, as `planned` says.
 * Throws: RangeError, TypeError for sizes below 1 and heads that do not divide the features; RangeError for rows that are
 *   no whole number of sequences.
 * Why keys without a bias: it adds the same number q·b to every score of a row, which softmax drops; its gradient is
 *   zero but for rounding, and an optimizer that divides by the gradient's size would follow that rounding.
 */
export function attention(options: AttentionOptions): Attention {
  const { name, features, heads, causal = false, bias = true, kernels = blockedKernels } = options
  const where = `attention ${name}`
  checkSize(where, 'features', features, 1)
  checkSize(where, 'heads', heads, 1)
  if (options.length !== undefined) checkSize(where, 'length', options.length, 1)
  if (features % heads !== 0) throw new RangeError(`${where}: heads must divide features ${features}, got ${heads}`)
  const width = features / heads
  const scale = 1 / Math.sqrt(width)
  const { softmaxRowsInto, causalSoftmaxRowsInto } = kernels.elementwise
  const softmaxInto = causal ? causalSoftmaxRowsInto : softmaxRowsInto
  const projection = (kind: string, withBias: boolean): Dense =>
    dense({ name: `${name}/${kind}`, inputs: features, outputs: features, bias: withBias, kernels })
  const query = projection('query', bias), key = projection('key', false)
  const value = projection('value', bias), output = projection('output', bias)
  const rowsOf = options.length
  const batchOf = (shape: readonly number[]): number => (rowsOf === undefined ? shape[0] : shape[0] / rowsOf)
  const buffers = planned(where, kernels, (shape, space) => {
    const batch = batchOf(shape), length = rowsOf ?? shape[1]
    const rows = (): Tensor => space.tensor([batch * length, features])
    /** [B, H, T, size] with a view of each head of each sample. */
    const byHead = (size: number) => {
      const all = space.tensor([batch, heads, length, size])
      const part = length * size
      const view = (_: unknown, i: number): Tensor =>
        tensor([length, size], all.data.subarray(i * part, (i + 1) * part))
      return { all, views: Array.from({ length: batch * heads }, view) }
    }
    return {
      q: byHead(width),
      k: byHead(width),
      v: byHead(width),
      /** O in the forward pass, dO in the backward pass. */
      o: byHead(width),
      dq: byHead(width),
      dk: byHead(width),
      dv: byHead(width),
      p: byHead(length),
      dp: byHead(length),
      merged: rows(),
      dQuery: rows(),
      dKey: rows(),
      dValue: rows(),
      result: space.tensor(shape),
      inputGradient: space.tensor(shape),
    }
  })
  let input: Tensor | undefined
  let probabilities: Tensor | undefined
  const outputShape = (shape: readonly number[]): readonly number[] => {
    const axes = rowsOf === undefined ? 3 : 2
    if (shape.length === axes && shape[axes - 1] === features && Number.isInteger(batchOf(shape))) return shape
    const wanted = rowsOf === undefined ? `[B, T, ${features}]` : `[B·${rowsOf}, ${features}]`
    throw new RangeError(`${where}: input must have shape ${wanted}, got ${show(shape)}`)
  }
  return {
    name,
    query,
    key,
    value,
    output,
    get probabilities(): Tensor | undefined {
      return probabilities
    },
    parameters: [],
    children: [query, key, value, output],
    usesOutputGradient: true,
    outputShape,
    forward(x) {
      outputShape(x.shape)
      const batch = batchOf(x.shape), length = rowsOf ?? x.shape[1]
      const { q, k, v, o, p, merged, result } = buffers(x)
      input = x
      const flat: Tensor = { shape: merged.shape, data: x.data }
      splitHeadsInto(q.all, query.forward(flat).data)
      splitHeadsInto(k.all, key.forward(flat).data)
      splitHeadsInto(v.all, value.forward(flat).data)
      for (let i = 0; i < p.views.length; i++) {
        timesTransposedInto(kernels, p.views[i], q.views[i], k.views[i])
      }
      const scores = p.all.data
      kernels.elementwise.scaleInto(scores, scale, scores)
      softmaxInto(scores, scores, batch * heads * length, length)
      probabilities = p.all
      for (let i = 0; i < p.views.length; i++) {
        timesInto(kernels, o.views[i], p.views[i], v.views[i])
      }
      mergeHeadsInto(merged.data, o.all)
      kernels.elementwise.copyInto(result.data, output.forward(merged).data)
      return result
    },
    backward(outputGradient, wantInput) {
      if (input === undefined) throw new Error(`${name}.backward: forward must come first`)
      const length = rowsOf ?? input.shape[1]
      const { q, k, v, o, p, dq, dk, dv, dp, merged, dQuery, dKey, dValue, inputGradient } = buffers(input)
      const { data } = required(name, outputGradient, input.shape)
      const mixed = output.backward({ shape: merged.shape, data }, true)
      splitHeadsInto(o.all, required(output.name, mixed, merged.shape).data)
      for (let i = 0; i < p.views.length; i++) {
        transposedTimesInto(kernels, dv.views[i], p.views[i], o.views[i])
        timesTransposedInto(kernels, dp.views[i], o.views[i], v.views[i])
      }
      softmaxBackwardInto(dp.all.data, p.all.data, length, scale)
      for (let i = 0; i < p.views.length; i++) {
        timesInto(kernels, dq.views[i], dp.views[i], k.views[i])
        transposedTimesInto(kernels, dk.views[i], dp.views[i], q.views[i])
      }
      mergeHeadsInto(dQuery.data, dq.all)
      mergeHeadsInto(dKey.data, dk.all)
      mergeHeadsInto(dValue.data, dv.all)
      const fromQuery = query.backward(dQuery, wantInput)
      const fromKey = key.backward(dKey, wantInput)
      const fromValue = value.backward(dValue, wantInput)
      if (!wantInput) return undefined
      const dx = inputGradient.data
      kernels.elementwise.addInto(dx, required(query.name, fromQuery, merged.shape).data,
        required(key.name, fromKey, merged.shape).data)
      kernels.elementwise.addInto(dx, dx, required(value.name, fromValue, merged.shape).data)
      return inputGradient
    },
  }
}

/** out[b, h, t, ·] := x[b, t, h, ·] */
function splitHeadsInto({ shape: [batch, heads, length, width], data: out }: Tensor, x: Float32Array): void {
  let from = 0
  for (let b = 0; b < batch; b++) {
    for (let t = 0; t < length; t++) {
      for (let h = 0; h < heads; h++) {
        const to = ((b * heads + h) * length + t) * width
        for (let i = 0; i < width; i++) out[to + i] = x[from++]
      }
    }
  }
}

/** out[b, t, h, ·] := x[b, h, t, ·] */
function mergeHeadsInto(out: Float32Array, { shape: [batch, heads, length, width], data: x }: Tensor): void {
  let to = 0
  for (let b = 0; b < batch; b++) {
    for (let t = 0; t < length; t++) {
      for (let h = 0; h < heads; h++) {
        const from = ((b * heads + h) * length + t) * width
        for (let i = 0; i < width; i++) out[to++] = x[from + i]
      }
    }
  }
}

/** dp := scale·p ⊙ (dp − Σ_j dp ⊙ p) for each row of `length`. A probability of 0 gives 0: masked places stay out. */
function softmaxBackwardInto(dp: Float32Array, p: Float32Array, length: number, scale: number): void {
  for (let row = 0; row < p.length; row += length) {
    let total = 0
    for (let j = row; j < row + length; j++) total += dp[j] * p[j]
    for (let j = row; j < row + length; j++) dp[j] = scale * (p[j] * (dp[j] - total))
  }
}
