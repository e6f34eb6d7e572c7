// The convolutional training step: data without kinks, expected numbers by plain float64 loops.

import type { ConvolutionFiles } from './messages.ts'
import type { ConvolutionLayer, StepLayer } from './peer.ts'
import { crossEntropyOf, multiplyInto, save, uniform } from './work.ts'

/** Images [1, 28, 28]. */
const SIDE = 28
const CHANNELS: readonly number[] = [1, 16, 32]
const KERNEL = 5
const CLASSES = 10
const BATCH = 64
const RATE = 0.01

export const CONVOLUTION_SHAPE: readonly number[] = [BATCH, 1, SIDE, SIDE]

/**
 * The largest preactivation of a pooling window is at least so far from 0 and, when it passes relu, from the next.
 * Why: nearer than float32's rounding, at most 2e-6 here, the order of a sum would decide where a gradient goes. The
 * grid of the dense step is refused: products of two grids that stay exact are so coarse that windows tie.
 */
const MARGIN = 1e-5

/** relu and 2×2 max pooling, with where each maximum was and the narrowest margin. */
export interface Pooled {
  readonly value: Float64Array
  readonly from: Int32Array
  readonly margin: number
}

/** a = bias + Σ W·h, with zeros beyond the edges. Shapes: h [I, S, S], a [O, S, S]. */
export function convolve({ inputs, outputs, side, weight, bias }: ConvolutionLayer, kernel: number,
  h: Float64Array): Float64Array
{
  const a = Float64Array.from({ length: outputs * side * side }, (_, i) => bias[Math.floor(i / (side * side))])
  eachTap(inputs, outputs, side, kernel, (w, output, input, length) => {
    const factor = weight[w]
    for (let i = 0; i < length; i++) a[output + i] += factor * h[input + i]
  })
  return a
}

/** dW += Σ da·h; dh += Σ W·da unless dh is undefined. */
export function convolveBackward({ inputs, outputs, side, weight }: ConvolutionLayer, kernel: number, h: Float64Array,
  da: Float64Array, dw: Float64Array, dh: Float64Array | undefined): void
{
  eachTap(inputs, outputs, side, kernel, (w, output, input, length) => {
    let sum = 0
    for (let i = 0; i < length; i++) sum += da[output + i] * h[input + i]
    dw[w] += sum
    if (dh === undefined) return
    const factor = weight[w]
    for (let i = 0; i < length; i++) dh[input + i] += factor * da[output + i]
  })
}

/** Every weight with the first indices of the rows in a and h that it joins, and their length. */
function eachTap(inputs: number, outputs: number, side: number, kernel: number,
  visit: (weight: number, output: number, input: number, length: number) => void): void
{
  const padding = (kernel - 1) / 2
  for (let o = 0; o < outputs; o++) {
    for (let c = 0; c < inputs; c++) {
      for (let ky = 0; ky < kernel; ky++) {
        for (let kx = 0; kx < kernel; kx++) {
          const first = Math.max(0, padding - kx)
          const length = Math.min(side, side + padding - kx) - first
          for (let y = Math.max(0, padding - ky); y < Math.min(side, side + padding - ky); y++) {
            visit(((o * inputs + c) * kernel + ky) * kernel + kx, (o * side + y) * side + first,
              (c * side + y + ky - padding) * side + first + kx - padding, length)
          }
        }
      }
    }
  }
}

/** h = max(0, a) over 2×2 windows. Shapes: a [O, S, S], value [O, S/2, S/2]. */
export function pool(a: Float64Array, outputs: number, side: number): Pooled {
  const half = side / 2
  const value = new Float64Array(outputs * half * half)
  const from = new Int32Array(value.length)
  let margin = Infinity
  for (let i = 0; i < value.length; i++) {
    const row = Math.floor(i / half)
    const first = 2 * row * side + 2 * (i % half)
    const [top, next] = [first, first + 1, first + side, first + side + 1].sort((p, q) => a[q] - a[p])
    margin = Math.min(margin, Math.abs(a[top]), a[top] > 0 ? a[top] - a[next] : Infinity)
    value[i] = Math.max(0, a[top])
    from[i] = top
  }
  return { value, from, margin }
}

/** One layer's input and what became of it, for one sample. */
interface Passed {
  readonly input: Float64Array
  readonly pooled: Pooled
}

function forward(layers: readonly ConvolutionLayer[], image: Float64Array): readonly Passed[] {
  let input = image
  return layers.map((layer) => {
    const passed = { input, pooled: pool(convolve(layer, KERNEL, input), layer.outputs, layer.side) }
    input = passed.pooled.value
    return passed
  })
}

/** The step as files. Images that come too near a kink are drawn again. */
export function writeConvolution(folder: string): ConvolutionFiles {
  const convolutions = CHANNELS.slice(1).map((outputs, l): ConvolutionLayer => {
    const inputs = CHANNELS[l]
    const scale = 1 / Math.sqrt(inputs * KERNEL * KERNEL)
    return {
      inputs,
      outputs,
      side: SIDE >> l,
      weight: uniform(`kernel/${l}`, outputs * inputs * KERNEL * KERNEL, scale),
      // Smaller than usual, so that rounding a bias to float32 hides less than 5e-5 of its change.
      bias: uniform(`kernel-bias/${l}`, outputs, scale / 4),
    }
  })
  const { outputs, side } = convolutions[convolutions.length - 1]
  const inputs = outputs * side * side / 4
  const scale = 1 / Math.sqrt(inputs)
  const dense: StepLayer = {
    inputs,
    outputs: CLASSES,
    weight: uniform('dense', CLASSES * inputs, scale),
    bias: uniform('dense-bias', CLASSES, scale),
    feedback: undefined,
  }
  const pixels = CHANNELS[0] * SIDE * SIDE
  const input = new Float32Array(BATCH * pixels)
  const passes = Array.from({ length: BATCH }, (_, b) => {
    for (let attempt = 0;; attempt++) {
      const image = uniform(`image/${b}/${attempt}`, pixels, 1)
      const passed = forward(convolutions, Float64Array.from(image))
      if (passed.some(({ pooled }) => pooled.margin < MARGIN)) continue
      input.set(image, b * pixels)
      return passed
    }
  })
  const target = new Float32Array(BATCH * CLASSES)
  for (let b = 0; b < BATCH; b++) target[b * CLASSES + ((b * 7) % CLASSES)] = 1
  const parts = referenceParts(convolutions, dense, passes, target)
  const expected = new Float64Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    expected.set(part, at)
    at += part.length
  }
  const files = (layer: ConvolutionLayer | StepLayer, name: string): { weight: string; bias: string } => ({
    weight: save(folder, `${name}-weight`, layer.weight),
    bias: save(folder, `${name}-bias`, layer.bias),
  })
  return {
    kind: 'convolution',
    batch: BATCH,
    rate: RATE,
    kernel: KERNEL,
    convolutions: convolutions.map((layer, l) => ({ ...layer, ...files(layer, `convolution-${l}`) })),
    dense: { inputs, outputs: CLASSES, ...files(dense, 'convolution-dense') },
    input: save(folder, 'convolution-input', input),
    target: save(folder, 'convolution-target', target),
    expected: save(folder, 'convolution-changes', expected),
    parts: parts.map(({ length }) => length),
  }
}

/** −η dW_1, −η db_1, …, the loss, in float64. */
function referenceParts(convolutions: readonly ConvolutionLayer[], dense: StepLayer,
  passes: readonly (readonly Passed[])[], target: Float32Array): readonly Float64Array[]
{
  const { inputs, outputs, weight, bias } = dense
  const gradients = [...convolutions, dense].flatMap((
    layer,
  ) => [new Float64Array(layer.weight.length), new Float64Array(layer.bias.length)])
  const depth = convolutions.length
  const features = passes.map((passed) => passed[depth - 1].pooled.value)
  const logits = Float64Array.from({ length: BATCH * outputs }, (_, i) => {
    const h = features[Math.floor(i / outputs)]
    const o = i % outputs
    return h.reduce((sum, x, p) => sum + x * weight[o * inputs + p], bias[o])
  })
  const { error, loss } = crossEntropyOf(logits, target, BATCH)
  for (const [b, passed] of passes.entries()) {
    const e = error.subarray(b * outputs, (b + 1) * outputs)
    multiplyInto(gradients[2 * depth], outputs, 1, inputs, e, features[b])
    for (let o = 0; o < outputs; o++) gradients[2 * depth + 1][o] += e[o]
    let dh = multiplyInto(new Float64Array(inputs), 1, outputs, inputs, e, weight)
    for (let l = depth - 1; l >= 0; l--) {
      const layer = convolutions[l]
      const { input, pooled } = passed[l]
      const area = layer.side * layer.side
      const da = new Float64Array(layer.outputs * area)
      for (const [i, d] of dh.entries()) if (pooled.value[i] > 0) da[pooled.from[i]] = d
      for (const [i, d] of da.entries()) gradients[2 * l + 1][Math.floor(i / area)] += d
      dh = new Float64Array(input.length)
      convolveBackward(layer, KERNEL, input, da, gradients[2 * l], l === 0 ? undefined : dh)
    }
  }
  return [...gradients.map((gradient) => gradient.map((d) => -RATE * d)), Float64Array.of(loss)]
}
