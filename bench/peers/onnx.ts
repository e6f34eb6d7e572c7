// onnxruntime-web: products only; it trains nothing.

import { installedVersion, load } from './load.ts'
import { type OpenPeer, type Peer, storedShape } from './peer.ts'
import { productModel } from './protobuf.ts'

interface OrtTensor {
  readonly data: Float32Array
}

interface Ort {
  readonly env: { readonly wasm: { numThreads: number }; logLevel: string }
  readonly Tensor: new(type: 'float32', data: Float32Array, shape: readonly number[]) => OrtTensor
  readonly InferenceSession: {
    readonly create: (model: Uint8Array,
      options: { readonly executionProviders: readonly string[] }
    ) => Promise<
      { readonly run: (feeds: Readonly<Record<string, OrtTensor>>) => Promise<Readonly<Record<string, OrtTensor>>>;
        readonly release: () => Promise<void> }
    >
  }
}

/** onnxruntime-web on `threads` threads. Operands lie in JavaScript arrays; every run copies them in and C out. */
export function onnxruntimeWeb(threads: number): OpenPeer {
  return async (loaded): Promise<Peer> => {
    const ort = load<Ort>('onnxruntime-web')
    loaded()
    ort.env.wasm.numThreads = threads
    ort.env.logLevel = 'error'
    const options = { executionProviders: ['wasm'] }
    // The first session instantiates the module and starts its threads.
    const one = { a: [1, 1], b: [1, 1], c: [1, 1], transposeA: false, transposeB: false }
    await (await ort.InferenceSession.create(productModel(one), options)).release()
    return {
      version: installedVersion('onnxruntime-web') ?? 'unknown',
      async prepare(work, variant) {
        if (work.kind !== 'product') throw new Error('onnxruntime-web computes given models and does not train them')
        const { m, k, n, transposeA, transposeB, a, b } = work
        const shapeA = storedShape(m, k, transposeA)
        const shapeB = storedShape(k, n, transposeB)
        const constant = variant === 'constant B'
        const model = { a: shapeA, b: shapeB, c: [m, n], transposeA, transposeB, ...(constant ? { constantB: b } : {}) }
        const session = await ort.InferenceSession.create(productModel(model), options)
        const tensorA = new ort.Tensor('float32', a, shapeA)
        const feeds = constant ? { A: tensorA } : { A: tensorA, B: new ort.Tensor('float32', b, shapeB) }
        const run = async (): Promise<Float32Array> => (await session.run(feeds))['C'].data
        return {
          run,
          result: run,
          dispose: () => {
            void session.release()
          },
        }
      },
    }
  }
}
