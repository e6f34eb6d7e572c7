// The kernels that commands run on, from the environment.

import { type Kernels, type Selection, selectKernels, type Tier } from '../tensor/index.ts'
import { nodeWorkers } from './node-workers.ts'
import { UsageError } from './options.ts'

const TIERS: readonly Tier[] = ['reference', 'blocked', 'simd', 'threads']

/**
 * FEEDBACK_ALIGNMENT_TIER names the fastest tier allowed (reference, blocked, simd, threads; simd unless set, because
 * commands that run several trainings use the processors for those), FEEDBACK_ALIGNMENT_THREADS the threads of one product.
 * Throws: UsageError for any other value.
 */
export function labKernels(environment: Readonly<Record<string, string | undefined>> = process.env,
  accumulation: 'float64' | 'float32' = 'float64'): Selection
{
  const { FEEDBACK_ALIGNMENT_TIER: tier = 'simd', FEEDBACK_ALIGNMENT_THREADS: threads } = environment
  const known = TIERS.find((name) => name === tier)
  if (known === undefined) {
    throw new UsageError(`FEEDBACK_ALIGNMENT_TIER: must be one of ${TIERS.join(', ')}, got "${tier}"`)
  }
  const count = threads === undefined ? undefined : Number(threads)
  if (count !== undefined && !(Number.isSafeInteger(count) && count >= 1)) {
    throw new UsageError(`FEEDBACK_ALIGNMENT_THREADS: must be a whole number of at least 1, got "${threads}"`)
  }
  return selectKernels({ tier: known, accumulation, ...(count === undefined ? {} : { threads: count }),
    ...(known === 'threads' ? { workers: nodeWorkers() } : {}) })
}

/**
 * Makes kernels with memory of their own for one run: what the run allocates can go with it. Shared memory is collected
 * late, though, for V8 does not count it; the pool of `reproduce` replaces its workers for that reason.
 */
export type KernelSource = (accumulation: 'float64' | 'float32') => Kernels

/** Fresh kernels as the environment asks for them. */
export const freshKernels: KernelSource = (accumulation) => labKernels(process.env, accumulation).kernels
