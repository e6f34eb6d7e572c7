// Kernels that count what they are asked for.

import type { Kernels } from '../../../tensor/index.ts'

/** What kernels were asked for since they were made, or since `clear`. */
export interface Counts {
  /** Two for each product and sum of a matrix product. */
  readonly operations: number
  /** Of arrays that layers have planned; what only the tier itself keeps is not among them. */
  readonly bytes: number
}

/** The kernels and their counts. */
export interface CountingKernels {
  readonly kernels: Kernels
  readonly counts: () => Counts
  /** Counts operations anew; bytes stay. */
  readonly clear: () => void
}

/** The same results, counted. */
export function countingKernels(kernels: Kernels): CountingKernels {
  let operations = 0, bytes = 0
  return {
    kernels: {
      ...kernels,
      gemm(...args) {
        operations += 2 * args[0] * args[1] * args[2]
        kernels.gemm(...args)
      },
      allocate(length) {
        bytes += 4 * length
        return kernels.allocate(length)
      },
    },
    counts: () => ({ operations, bytes }),
    clear() {
      operations = 0
    },
  }
}
