// ml-matrix, which computes in float64 on an array per row.

import { installedVersion, load } from './load.ts'
import { type OpenPeer, type Peer, storedShape } from './peer.ts'

interface MlMatrix {
  readonly mmul: (other: MlMatrix) => MlMatrix
  readonly transpose: () => MlMatrix
  readonly to1DArray: () => number[]
}

interface Ml {
  readonly Matrix: { readonly from1DArray: (rows: number, columns: number, data: Float32Array) => MlMatrix }
}

/** Transposed operands go through `transpose()`, a copy that is part of the time: the library has no flag. */
export const mlMatrix: OpenPeer = async (loaded): Promise<Peer> => {
  const { Matrix } = load<Ml>('ml-matrix')
  loaded()
  return {
    version: installedVersion('ml-matrix') ?? 'unknown',
    prepare(work) {
      if (work.kind !== 'product') throw new Error('ml-matrix has products only')
      const { m, k, n, transposeA, transposeB } = work
      const a = Matrix.from1DArray(...storedShape(m, k, transposeA), work.a)
      const b = Matrix.from1DArray(...storedShape(k, n, transposeB), work.b)
      const run = (): MlMatrix => (transposeA ? a.transpose() : a).mmul(transposeB ? b.transpose() : b)
      return { run, result: () => Float64Array.from(run().to1DArray()) }
    },
  }
}
