// What is compared: every tier under every accumulation that this runtime can run, each with its ceiling.

import { nodeWorkers } from '../src/lab/node-workers.ts'
import type { Kernels, Tier } from '../src/tensor/tiers/kernels.ts'
import { selectKernels, type SelectOptions } from '../src/tensor/tiers/select.ts'
import { hasRelaxedSimd } from '../src/tensor/tiers/simd.ts'
import type { Limits, PeakName, Peaks } from './limits.ts'

/** One way to compute. */
export interface Candidate {
  /** Tier, accumulation and `fused`, for messages and tables. */
  readonly name: string
  readonly tier: Tier
  readonly accumulation: 'float64' | 'float32'
  /** True when product and sum are rounded once under float32, so that the bits are not the reference's. */
  readonly fused: boolean
  readonly threads: number
  readonly kernels: Kernels
  readonly close: () => void
}

/** What can run here, slowest first, and a line for each thing that cannot. */
export interface Candidates {
  readonly running: readonly Candidate[]
  readonly refused: readonly string[]
}

const WANTED: readonly (Required<Pick<SelectOptions, 'accumulation' | 'fused'>> & { readonly tier: Tier })[] = [{
  tier: 'blocked',
  accumulation: 'float64',
  fused: false,
}, { tier: 'simd', accumulation: 'float64', fused: false }, { tier: 'simd', accumulation: 'float32', fused: false }, {
  tier: 'simd',
  accumulation: 'float32',
  fused: true,
}, { tier: 'threads', accumulation: 'float64', fused: false }, {
  tier: 'threads',
  accumulation: 'float32',
  fused: false,
}]

/** Starts everything that is wanted and can run. */
export function candidates(tiers: readonly Tier[]): Candidates {
  const running: Candidate[] = []
  const refused: string[] = []
  for (const { tier, accumulation, fused } of WANTED.filter((wanted) => tiers.includes(wanted.tier))) {
    const name = `${tier} ${accumulation}${fused ? ' fused' : ''}`
    if (fused && !hasRelaxedSimd()) {
      // It would run, unfused, and be a second row of the same.
      refused.push(`${name}: this runtime has no relaxed SIMD`)
      continue
    }
    const { kernels, close, refused: reasons } = selectKernels({ tier, accumulation, fused, workers: nodeWorkers() })
    if (kernels.tier === tier) {
      running.push({ name, tier, accumulation, fused, threads: kernels.threads, kernels, close })
    } else {
      close()
      refused.push(`${name}: ${reasons.find((entry) => entry.tier === tier)?.reason ?? 'refused'}`)
    }
  }
  return { running, refused }
}

/** The loop that uses the same instructions as the kernels of a candidate. */
export function peakOf({ tier, accumulation, fused }: Pick<Candidate, 'tier' | 'accumulation' | 'fused'>): PeakName {
  if (tier === 'reference' || tier === 'blocked') return 'scalar'
  // Under float64 accumulation fusing changes no bit and is used wherever it is there.
  if (accumulation === 'float64') return hasRelaxedSimd() ? 'f64x2 fused' : 'f64x2'
  return fused ? 'f32x4 fused' : 'f32x4'
}

/** GFLOP/s that the processor can do with those instructions on as many threads. */
export function limitOf(limits: Limits, candidate: Candidate): number | undefined {
  const peaks: Peaks = candidate.threads > 1 ? limits.all : limits.one
  return peaks[peakOf(candidate)]
}
