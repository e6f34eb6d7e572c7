// The work: operands from the project's own random streams, expected numbers by plain float64 loops.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { randomStream, uniformInto } from '../../src/tensor/index.ts'
import type { ProductFiles, StepFiles } from './messages.ts'
import { type Rule, transposed } from './peer.ts'

/** [m, k, n] of a product. */
export type Shape = readonly [number, number, number]

/** Squares, and the products of the training step: forward, weight gradient, output layer, one sample. */
export const SHAPES: readonly Shape[] = [[128, 128, 128], [256, 256, 256], [512, 512, 512], [128, 784, 512], [512, 128,
  784], [128, 512, 10], [1, 784, 512]]

const SEED = 1

export function uniform(name: string, length: number, scale: number): Float32Array {
  return uniformInto(new Float32Array(length), randomStream(SEED, name), -scale, scale)
}

export function save(folder: string, name: string, data: Float32Array | Float64Array): string {
  const path = join(folder, `${name}.${data instanceof Float32Array ? 'f32' : 'f64'}`)
  writeFileSync(path, data)
  return path
}

/** c += a·b in float64. Shapes: a [m, k], b [k, n], c [m, n]. */
export function multiplyInto(c: Float64Array, m: number, k: number, n: number, a: ArrayLike<number>,
  b: ArrayLike<number>): Float64Array
{
  for (let i = 0; i < m; i++) {
    for (let p = 0; p < k; p++) {
      const factor = a[i * k + p]
      for (let j = 0; j < n; j++) c[i * n + j] += factor * b[p * n + j]
    }
  }
  return c
}

/** A·B, A·Bᵀ and Aᵀ·B of one shape as files; all three have the same C. */
export function writeProducts(folder: string, [m, k, n]: Shape): readonly ProductFiles[] {
  const name = `${m}-${k}-${n}`
  const a = uniform(`a/${name}`, m * k, 1)
  const b = uniform(`b/${name}`, k * n, 1)
  const stored = {
    a: save(folder, `${name}-a`, a),
    aT: save(folder, `${name}-at`, transposed(m, k, a)),
    b: save(folder, `${name}-b`, b),
    bT: save(folder, `${name}-bt`, transposed(k, n, b)),
  }
  const expected = save(folder, `${name}-c`, multiplyInto(new Float64Array(m * n), m, k, n, a, b))
  return [[false, false], [false, true], [true, false]].map(([transposeA, transposeB]) => ({
    kind: 'product',
    m,
    k,
    n,
    transposeA,
    transposeB,
    expected,
    a: transposeA ? stored.aT : stored.a,
    b: transposeB ? stored.bT : stored.b,
  }))
}

/** The network of the training step. */
export const SIZES: readonly number[] = [784, 512, 512, 10]
export const BATCH = 128
/** Large enough that rounding a weight to float32 hides less than 1e-4 of its change. */
const RATE = 0.1

/** Weights of the hidden layers and the input are multiples of these; see `writeSteps`. */
const INPUT_GRID = 1 / 8
const WEIGHT_GRIDS: readonly number[] = [1 / 512, 1 / 256]

interface Layer {
  readonly inputs: number
  readonly outputs: number
  readonly weight: Float32Array
  readonly bias: Float32Array
  readonly feedback: Float32Array | undefined
}

/**
 * The training step under both rules as files.
 * Why a grid: a preactivation within rounding of 0 would make relu's derivative a matter of summation order, and there
 * are 131,072 of them. On the grid every hidden preactivation is exact in float32 in any order, and half a step of the
 * grid in the bias keeps it from 0.
 */
export function writeSteps(folder: string): readonly StepFiles[] {
  const depth = SIZES.length - 1
  const classes = SIZES[depth]
  let grid = INPUT_GRID
  const layers: readonly Layer[] = SIZES.slice(1).map((outputs, l) => {
    const inputs = SIZES[l]
    const scale = 1 / Math.sqrt(inputs)
    const weight = uniform(`weight/${l}`, outputs * inputs, scale)
    const bias = uniform(`bias/${l}`, outputs, scale)
    if (l < depth - 1) {
      const step = WEIGHT_GRIDS[l]
      const product = grid * step
      for (const [i, w] of weight.entries()) weight[i] = Math.round(w / step) * step
      for (const [i, b] of bias.entries()) bias[i] = (Math.floor(b / product) + 0.5) * product
      grid = product / 2
    }
    return {
      inputs,
      outputs,
      weight,
      bias,
      feedback: l < depth - 1 ? uniform(`feedback/${l}`, outputs * classes, Math.sqrt(3 / outputs)) : undefined,
    }
  })
  const input = uniform('input', BATCH * SIZES[0], 1).map((x) => Math.round(x / INPUT_GRID) * INPUT_GRID)
  const target = new Float32Array(BATCH * classes)
  for (let i = 0; i < BATCH; i++) target[i * classes + ((i * 7) % classes)] = 1
  const files = {
    batch: BATCH,
    rate: RATE,
    input: save(folder, 'input', input),
    target: save(folder, 'target', target),
    layers: layers.map(({ inputs, outputs, weight, bias, feedback }, l) => ({
      inputs,
      outputs,
      weight: save(folder, `weight-${l}`, weight),
      bias: save(folder, `bias-${l}`, bias),
      feedback: feedback === undefined ? undefined : save(folder, `feedback-${l}`, feedback),
    })),
  }
  const rules: readonly Rule[] = ['backpropagation', 'dfa']
  return rules.map((rule) => {
    const expected = save(folder, `changes-${rule}`, referenceStep(rule, layers, input, target))
    return { kind: 'step', rule, ...files, expected }
  })
}

/** The mean cross-entropy of softmax and its gradient, in float64. Shapes: logits, target, error [B, K]. */
export function crossEntropyOf(logits: Float64Array, target: Float32Array,
  batch: number): { readonly error: Float64Array; readonly loss: number }
{
  const classes = logits.length / batch
  const error = new Float64Array(logits.length)
  let loss = 0
  for (let i = 0; i < batch; i++) {
    const exponentials = logits.subarray(i * classes, (i + 1) * classes).map((y) => Math.exp(y))
    const partition = exponentials.reduce((sum, x) => sum + x, 0)
    for (let j = 0; j < classes; j++) {
      const at = i * classes + j
      error[at] = (exponentials[j] / partition - target[at]) / batch
      loss -= target[at] * Math.log(exponentials[j] / partition) / batch
    }
  }
  return { error, loss }
}

/** −η dW_1, −η db_1, −η dW_2, … of one step in float64. */
function referenceStep(rule: Rule, layers: readonly Layer[], input: Float32Array, target: Float32Array): Float64Array {
  const hidden: Float64Array[] = [Float64Array.from(input)]
  for (const [l, { inputs, outputs, weight, bias }] of layers.entries()) {
    const a = Float64Array.from({ length: BATCH * outputs }, (_, i) => bias[i % outputs])
    multiplyInto(a, BATCH, inputs, outputs, hidden[l], transposed(outputs, inputs, weight))
    hidden.push(l === layers.length - 1 ? a : a.map((x) => Math.max(x, 0)))
  }
  const classes = layers[layers.length - 1].outputs
  const logits = hidden[layers.length]
  const { error } = crossEntropyOf(logits, target, BATCH)
  const parts: Float64Array[] = []
  let da = error
  for (let l = layers.length - 1; l >= 0; l--) {
    const { inputs, outputs, weight } = layers[l]
    const dw = new Float64Array(outputs * inputs)
    const db = new Float64Array(outputs)
    for (let i = 0; i < BATCH; i++) {
      for (let o = 0; o < outputs; o++) {
        const d = da[i * outputs + o]
        db[o] -= RATE * d
        for (let p = 0; p < inputs; p++) dw[o * inputs + p] -= RATE * d * hidden[l][i * inputs + p]
      }
    }
    parts.unshift(dw, db)
    if (l === 0) break
    const { feedback } = layers[l - 1]
    const dh = new Float64Array(BATCH * inputs)
    if (rule === 'dfa' && feedback !== undefined) {
      // F_l is [inputs, K]: dh = e·F_lᵀ.
      multiplyInto(dh, BATCH, classes, inputs, error, transposed(inputs, classes, feedback))
    } else multiplyInto(dh, BATCH, outputs, inputs, da, weight)
    da = dh.map((d, i) => (hidden[l][i] > 0 ? d : 0))
  }
  const all = new Float64Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
