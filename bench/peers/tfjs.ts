// tfjs-core on its cpu and wasm backends.

import { load, installedVersion } from './load.ts'
import {
  changes, storedShape, transposed, type OpenPeer, type Peer, type Prepared, type Product, type Step,
} from './peer.ts'

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
  readonly variable: (initial: TfTensor) => TfTensor
  readonly matMul: (a: TfTensor, b: TfTensor, transposeA: boolean, transposeB: boolean) => TfTensor
  readonly relu: (x: TfTensor) => TfTensor
  readonly add: (a: TfTensor, b: TfTensor) => TfTensor
  readonly losses: { readonly softmaxCrossEntropy: (target: TfTensor, output: TfTensor) => TfTensor }
  readonly train: { readonly sgd: (rate: number) => TfOptimiser }
}

interface TfOptimiser {
  readonly minimize: (loss: () => TfTensor, returnCost: boolean, variables: readonly TfTensor[]) => unknown
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
    if (!await tf.setBackend(backend)) throw new Error(`tfjs could not initialise its ${backend} backend`)
    await tf.ready()
    return {
      version: installedVersion(`@tensorflow/tfjs-backend-${backend}`) ?? 'unknown',
      prepare: (work, variant) => work.kind === 'product' ? product(tf, work, variant === 'new B') : step(tf, work),
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

/** Kernels [I, O] and biases as variables, relu, softmax cross-entropy and the library's own optimiser. */
function step(tf: Tf, { rule, batch, rate, layers, input, target }: Step): Prepared {
  if (rule === 'dfa') throw new Error('tfjs differentiates automatically and has no direct feedback alignment')
  // tfjs-core's build for Node registers no gradients; this package does. It is not part of the import time.
  load('@tensorflow/tfjs-layers')
  const x = tf.tensor2d(input, [batch, layers[0].inputs])
  const t = tf.tensor2d(target, [batch, layers[layers.length - 1].outputs])
  const weights = layers.map(({ inputs, outputs, weight }) =>
    tf.variable(tf.tensor2d(transposed(outputs, inputs, weight), [inputs, outputs])))
  const biases = layers.map(({ bias }) => tf.variable(tf.tensor1d(bias)))
  const optimiser = tf.train.sgd(rate)
  const variables = [...weights, ...biases]
  const loss = (): TfTensor => {
    let h = x
    for (const [l, weight] of weights.entries()) {
      const a = tf.add(tf.matMul(h, weight, false, false), biases[l])
      h = l === weights.length - 1 ? a : tf.relu(a)
    }
    return tf.losses.softmaxCrossEntropy(t, h)
  }
  const run = (): void => { optimiser.minimize(loss, false, variables) }
  return {
    run,
    result() {
      run()
      const after = layers.flatMap(({ inputs, outputs }, l) =>
        [transposed(inputs, outputs, weights[l].dataSync()), biases[l].dataSync()])
      return changes(after, layers.flatMap(({ weight, bias }) => [weight, bias]))
    },
    dispose: () => { for (const tensor of [x, t, ...variables]) tensor.dispose() },
  }
}
