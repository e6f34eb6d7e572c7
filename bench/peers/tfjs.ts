// tfjs-core on its cpu and wasm backends.

import { installedVersion, load } from './load.ts'
import { changes, changesAndLoss, type Convolution, type OpenPeer, parametersOf, type Peer, permuted, type Prepared,
  type Product, type Step, storedShape, transposed } from './peer.ts'

interface TfTensor {
  readonly dispose: () => void
  readonly dataSync: () => Float32Array
}

interface Tf {
  readonly setBackend: (name: string) => Promise<boolean>
  readonly ready: () => Promise<void>
  readonly enableProdMode: () => void
  readonly tensor2d: (data: Float32Array, shape: readonly number[]) => TfTensor
  readonly tensor1d: (data: Float32Array) => TfTensor
  readonly tensor4d: (data: Float32Array, shape: readonly number[]) => TfTensor
  readonly reshape: (x: TfTensor, shape: readonly number[]) => TfTensor
  readonly conv2d: (x: TfTensor, filter: TfTensor, strides: number, pad: 'same') => TfTensor
  readonly maxPool: (x: TfTensor, size: number, strides: number, pad: 'valid') => TfTensor
  readonly getKernel: (name: string, backend: string) => object | undefined
  readonly variable: (initial: TfTensor) => TfTensor
  readonly matMul: (a: TfTensor, b: TfTensor, transposeA: boolean, transposeB: boolean) => TfTensor
  readonly relu: (x: TfTensor) => TfTensor
  readonly add: (a: TfTensor, b: TfTensor) => TfTensor
  readonly losses: { readonly softmaxCrossEntropy: (target: TfTensor, output: TfTensor) => TfTensor }
  readonly train: { readonly sgd: (rate: number) => TfOptimizer }
}

interface TfOptimizer {
  readonly minimize: (loss: () => TfTensor, returnCost: boolean, variables: readonly TfTensor[]) => TfTensor | null
}

/**
 * tfjs on one backend. The products' results stay in the backend's memory and are disposed.
 * Variants of a product: `constant B` keeps B as one tensor, whose packed form the wasm backend caches; `new B` makes
 * B's tensor anew from a Float32Array every time, as weights that have just been updated are new.
 */
export function tfjs(backend: 'cpu' | 'wasm'): OpenPeer {
  return async (loaded): Promise<Peer> => {
    const tf = load<Tf>('@tensorflow/tfjs-core')
    load(`@tensorflow/tfjs-backend-${backend}`)
    loaded()
    tf.enableProdMode()
    if (!await tf.setBackend(backend)) throw new Error(`tfjs could not initialize its ${backend} backend`)
    await tf.ready()
    return {
      version: installedVersion(`@tensorflow/tfjs-backend-${backend}`) ?? 'unknown',
      prepare(work, variant) {
        if (work.kind === 'model') throw new Error('not written for tfjs')
        if (work.kind === 'convolution') return convolution(tf, backend, work)
        return work.kind === 'product' ? product(tf, work, variant === 'new B') : step(tf, work)
      },
    }
  }
}

function product(tf: Tf, { m, k, n, transposeA, transposeB, a, b }: Product, newB: boolean): Prepared {
  const shapeB = storedShape(k, n, transposeB)
  const tensorA = tf.tensor2d(a, storedShape(m, k, transposeA))
  const tensorB = tf.tensor2d(b, shapeB)
  return {
    run() {
      const right = newB ? tf.tensor2d(b, shapeB) : tensorB
      tf.matMul(tensorA, right, transposeA, transposeB).dispose()
      if (newB) right.dispose()
    },
    result: () => tf.matMul(tensorA, tensorB, transposeA, transposeB).dataSync(),
    dispose() {
      tensorA.dispose()
      tensorB.dispose()
    },
  }
}

/** Kernels [I, O] and biases as variables, relu, softmax cross-entropy and the library's own optimizer. */
function step(tf: Tf, { rule, batch, rate, layers, input, target }: Step): Prepared {
  if (rule === 'dfa') throw new Error('tfjs differentiates automatically and has no direct feedback alignment')
  // tfjs-core's build for Node registers no gradients; this package does. It is not part of the import time.
  load('@tensorflow/tfjs-layers')
  const x = tf.tensor2d(input, [batch, layers[0].inputs])
  const t = tf.tensor2d(target, [batch, layers[layers.length - 1].outputs])
  const weights = layers.map(({ inputs, outputs, weight }) =>
    tf.variable(tf.tensor2d(transposed(outputs, inputs, weight), [inputs, outputs]))
  )
  const biases = layers.map(({ bias }) => tf.variable(tf.tensor1d(bias)))
  const optimizer = tf.train.sgd(rate)
  const variables = [...weights, ...biases]
  const loss = (): TfTensor => {
    let h = x
    for (const [l, weight] of weights.entries()) {
      const a = tf.add(tf.matMul(h, weight, false, false), biases[l])
      h = l === weights.length - 1 ? a : tf.relu(a)
    }
    return tf.losses.softmaxCrossEntropy(t, h)
  }
  const run = (): void => {
    optimizer.minimize(loss, false, variables)
  }
  return {
    run,
    result() {
      run()
      const after = layers.flatMap(({ inputs, outputs },
        l) => [transposed(inputs, outputs, weights[l].dataSync()), biases[l].dataSync()]
      )
      return changes(after, layers.flatMap(({ weight, bias }) => [weight, bias]))
    },
    dispose: () => {
      for (const tensor of [x, t, ...variables]) tensor.dispose()
    },
  }
}

/** What the step needs beyond products and relu. */
const CONVOLUTION_KERNELS = ['Conv2D', 'Conv2DBackpropFilter', 'Conv2DBackpropInput', 'MaxPool', 'MaxPoolGrad']

/** Images [B, H, W, C] and filters [kH, kW, I, O], the only order that the backends have. */
function convolution(tf: Tf, backend: string, work: Convolution): Prepared {
  load('@tensorflow/tfjs-layers')
  const missing = CONVOLUTION_KERNELS.filter((name) => tf.getKernel(name, backend) === undefined)
  if (missing.length > 0) throw new Error(`not supported: ${missing.join(', ')}`)
  const { batch, rate, kernel, convolutions, dense } = work
  const [{ inputs: channels, side }] = convolutions
  const last = convolutions[convolutions.length - 1]
  const half = last.side / 2
  const images = permuted(work.input, [batch, channels, side, side], [0, 2, 3, 1])
  const x = tf.tensor4d(images, [batch, side, side, channels])
  const t = tf.tensor2d(work.target, [batch, dense.outputs])
  const filters = convolutions.map(({ inputs, outputs, weight }) =>
    tf.variable(
      tf.tensor4d(permuted(weight, [outputs, inputs, kernel, kernel], [2, 3, 1, 0]), [kernel, kernel, inputs, outputs]),
    )
  )
  const matrix = tf.variable(
    tf.tensor2d(permuted(dense.weight, [dense.outputs, last.outputs, half, half], [2, 3, 1, 0]), [dense.inputs,
      dense.outputs]),
  )
  const biases = [...convolutions, dense].map(({ bias }) => tf.variable(tf.tensor1d(bias)))
  const variables = [...filters, matrix, ...biases]
  const optimizer = tf.train.sgd(rate)
  const loss = (): TfTensor => {
    let h = x
    for (const [l, filter] of filters.entries()) {
      h = tf.maxPool(tf.relu(tf.add(tf.conv2d(h, filter, 1, 'same'), biases[l])), 2, 2, 'valid')
    }
    const flat = tf.reshape(h, [batch, dense.inputs])
    return tf.losses.softmaxCrossEntropy(t, tf.add(tf.matMul(flat, matrix, false, false), biases[filters.length]))
  }
  return {
    run: () => {
      optimizer.minimize(loss, false, variables)
    },
    result() {
      const cost = optimizer.minimize(loss, true, variables)
      const after = [
        ...convolutions.flatMap(({ inputs, outputs },
          l) => [permuted(filters[l].dataSync(), [kernel, kernel, inputs, outputs], [3, 2, 0, 1]), biases[l].dataSync()]
        ),
        permuted(matrix.dataSync(), [half, half, last.outputs, dense.outputs], [3, 2, 0, 1]),
        biases[filters.length].dataSync(),
      ]
      const [value] = cost?.dataSync() ?? [NaN]
      cost?.dispose()
      return changesAndLoss(after, parametersOf(work), value)
    },
    dispose: () => {
      for (const tensor of [x, t, ...variables]) tensor.dispose()
    },
  }
}
