// jax-js on its wasm backend. Its arrays are counted by hand: an operation consumes its operands, `.ref` keeps one.

import { installedVersion, load } from './load.ts'
import { changes, changesAndLoss, type Convolution, type OpenPeer, parametersOf, type Peer, type Prepared, type Product,
  type Step, storedShape, transposed } from './peer.ts'

interface JaxArray {
  readonly ref: JaxArray
  readonly reshape: (shape: readonly number[]) => JaxArray
  readonly transpose: () => JaxArray
  readonly add: (other: JaxArray) => JaxArray
  readonly sub: (other: JaxArray) => JaxArray
  readonly mul: (other: JaxArray | number) => JaxArray
  readonly sum: () => JaxArray
  readonly dispose: () => void
  readonly dataSync: () => Float32Array
  readonly blockUntilReady: () => Promise<JaxArray>
}

type JaxLoss = (parameters: readonly JaxArray[], x: JaxArray, t: JaxArray) => JaxArray
type JaxGradient = (parameters: readonly JaxArray[], x: JaxArray, t: JaxArray) => readonly JaxArray[]
type JaxValueAndGradient = (parameters: readonly JaxArray[], x: JaxArray,
  t: JaxArray) => readonly [JaxArray, readonly JaxArray[]]

interface Jax {
  readonly init: (device: string) => Promise<readonly string[]>
  readonly defaultDevice: (device: string) => string
  readonly numpy: { readonly array: (data: Float32Array) => JaxArray;
    readonly matmul: (a: JaxArray, b: JaxArray) => JaxArray;
    readonly max: (x: JaxArray, axes: readonly number[]) => JaxArray }
  readonly lax: {
    readonly conv: (h: JaxArray, weight: JaxArray, strides: readonly number[], padding: 'SAME') => JaxArray
  }
  readonly nn: { readonly relu: (x: JaxArray) => JaxArray; readonly logSoftmax: (x: JaxArray) => JaxArray }
  readonly grad: (loss: JaxLoss) => JaxGradient
  readonly valueAndGrad: (loss: JaxLoss) => JaxValueAndGradient
  readonly jit: <F extends JaxGradient | JaxValueAndGradient>(f: F) => F
}

/** Transposed operands are `transpose()`, a view that the library folds into the product. */
export const jaxJs: OpenPeer = async (loaded): Promise<Peer> => {
  const jax = load<Jax>('@jax-js/jax')
  loaded()
  const devices = await jax.init('wasm')
  if (!devices.includes('wasm')) throw new Error(`jax-js could not initialize its wasm backend, got ${devices.join()}`)
  jax.defaultDevice('wasm')
  return {
    version: installedVersion('@jax-js/jax') ?? 'unknown',
    prepare(work) {
      if (work.kind === 'model') throw new Error('not written for jax-js')
      if (work.kind === 'convolution') return convolution(jax, work)
      return work.kind === 'product' ? product(jax, work) : step(jax, work)
    },
  }
}

function product({ numpy }: Jax, { m, k, n, transposeA, transposeB, a, b }: Product): Prepared {
  const left = numpy.array(a).reshape(storedShape(m, k, transposeA))
  const right = numpy.array(b).reshape(storedShape(k, n, transposeB))
  const multiply = (): JaxArray =>
    numpy.matmul(transposeA ? left.ref.transpose() : left.ref, transposeB ? right.ref.transpose() : right.ref)
  return {
    async run() {
      const c = multiply()
      await c.blockUntilReady()
      c.dispose()
    },
    result: () => multiply().dataSync(),
    dispose() {
      left.dispose()
      right.dispose()
    },
  }
}

/** Kernels [I, O], the library's automatic differentiation, compiled once. */
function step(jax: Jax, { rule, batch, rate, layers, input, target }: Step): Prepared {
  if (rule === 'dfa') throw new Error('jax-js differentiates automatically and has no direct feedback alignment')
  const { array, matmul } = jax.numpy
  const x = array(input).reshape([batch, layers[0].inputs])
  const t = array(target).reshape([batch, layers[layers.length - 1].outputs])
  let parameters: readonly JaxArray[] = layers.flatMap((
    { inputs, outputs, weight, bias },
  ) => [array(transposed(outputs, inputs, weight)).reshape([inputs, outputs]), array(bias)])
  const gradient = jax.jit(jax.grad((p, images, labels) => {
    let h = images
    for (let l = 0; l < layers.length; l++) {
      const a = matmul(h, p[2 * l]).add(p[2 * l + 1])
      h = l === layers.length - 1 ? a : jax.nn.relu(a)
    }
    return jax.nn.logSoftmax(h).mul(labels).sum().mul(-1 / batch)
  }))
  const run = async (): Promise<void> => {
    const gradients = gradient(parameters.map((p) => p.ref), x.ref, t.ref)
    parameters = parameters.map((p, index) => p.sub(gradients[index].mul(rate)))
    await Promise.all(parameters.map((p) => p.blockUntilReady()))
  }
  return {
    run,
    async result() {
      await run()
      const values = parameters.map((p) => p.ref.dataSync())
      const after = layers.flatMap(({ inputs, outputs },
        l) => [transposed(inputs, outputs, values[2 * l]), values[2 * l + 1]]
      )
      return changes(after, layers.flatMap(({ weight, bias }) => [weight, bias]))
    },
    dispose: () => {
      for (const p of [x, t, ...parameters]) p.dispose()
    },
  }
}

/** The library's convolution; max pooling by reshaping, as it has no such layer. Compiled once. */
function convolution(jax: Jax, work: Convolution): Prepared {
  const { batch, rate, kernel, convolutions, dense, input, target } = work
  const { array, matmul, max } = jax.numpy
  const [{ inputs: channels, side }] = convolutions
  const x = array(input).reshape([batch, channels, side, side])
  const t = array(target).reshape([batch, dense.outputs])
  let parameters: readonly JaxArray[] = [
    ...convolutions.flatMap((
      { inputs, outputs, weight, bias },
    ) => [array(weight).reshape([outputs, inputs, kernel, kernel]), array(bias)]),
    array(transposed(dense.outputs, dense.inputs, dense.weight)).reshape([dense.inputs, dense.outputs]),
    array(dense.bias),
  ]
  const depth = convolutions.length
  const gradient = jax.jit(jax.valueAndGrad((p, images, labels) => {
    let h = images
    for (const [l, { outputs, side: width }] of convolutions.entries()) {
      const a = jax.lax.conv(h, p[2 * l], [1, 1], 'SAME').add(p[2 * l + 1].reshape([outputs, 1, 1]))
      const windows = jax.nn.relu(a).reshape([batch, outputs, width / 2, 2, width / 2, 2])
      h = max(windows, [3, 5])
    }
    const y = matmul(h.reshape([batch, dense.inputs]), p[2 * depth]).add(p[2 * depth + 1])
    return jax.nn.logSoftmax(y).mul(labels).sum().mul(-1 / batch)
  }))
  const train = async (): Promise<JaxArray> => {
    const [loss, gradients] = gradient(parameters.map((p) => p.ref), x.ref, t.ref)
    parameters = parameters.map((p, index) => p.sub(gradients[index].mul(rate)))
    await Promise.all(parameters.map((p) => p.blockUntilReady()))
    return loss
  }
  return {
    async run() {
      const loss = await train()
      loss.dispose()
    },
    async result() {
      const [loss] = (await train()).dataSync()
      const after = parameters.map((p) => p.ref.dataSync())
      after[2 * depth] = transposed(dense.inputs, dense.outputs, after[2 * depth])
      return changesAndLoss(after, parametersOf(work), loss)
    },
    dispose: () => {
      for (const p of [x, t, ...parameters]) p.dispose()
    },
  }
}
