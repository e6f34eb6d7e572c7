// ndarray-gemm on ndarrays over Float32Array.

import { installedVersion, load } from './load.ts'
import { type OpenPeer, type Peer, storedShape } from './peer.ts'

interface NdArray {
  readonly transpose: (first: number, second: number) => NdArray
}

type MakeNdArray = (data: Float32Array, shape: readonly number[]) => NdArray
type NdGemm = (c: NdArray, a: NdArray, b: NdArray) => void

/** Transposed operands are strided views, as the library's users write them. */
export const ndarrayGemm: OpenPeer = async (loaded): Promise<Peer> => {
  const ndarray = load<MakeNdArray>('ndarray')
  const gemm = load<NdGemm>('ndarray-gemm')
  loaded()
  return {
    version: installedVersion('ndarray-gemm') ?? 'unknown',
    prepare(work) {
      if (work.kind !== 'product') throw new Error('ndarray-gemm has products only')
      const { m, k, n, transposeA, transposeB } = work
      const view = (data: Float32Array, rows: number, columns: number, flipped: boolean): NdArray => {
        const stored = ndarray(data, storedShape(rows, columns, flipped))
        return flipped ? stored.transpose(1, 0) : stored
      }
      const a = view(work.a, m, k, transposeA)
      const b = view(work.b, k, n, transposeB)
      const out = new Float32Array(m * n)
      const c = ndarray(out, [m, n])
      const run = (): void => gemm(c, a, b)
      return {
        run,
        result() {
          run()
          return out
        },
      }
    },
  }
}
