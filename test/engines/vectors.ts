// What every engine runs: all groups of vectors, in every tier the engine has. Pure computation; the host passes the
// options in and prints what comes back.

import { blockedKernels, type Kernels, referenceKernels, referenceKernelsFloat32, webWorkers,
  type WorkerHost } from '../../src/tensor/index.ts'
import { simdKernels } from '../../src/tensor/tiers/simd.ts'
import { threadKernels } from '../../src/tensor/tiers/threads.ts'
import { digest } from './digest.ts'
import { type Features, features, firstLine } from './features.ts'
import { KERNEL_GROUPS, trajectories } from './kernel-vectors.ts'
import { PORTABLE_GROUPS } from './portable-vectors.ts'
import { EVERY_TIER, type RunOptions, type RunResult } from './result.ts'

/** A tier that can run here, with what ends its workers if it has any, or the reason why not. */
export type Tier =
  | { readonly name: string; readonly kernels: Kernels; readonly stop?: () => void }
  | { readonly name: string; readonly reason: string }

/**
 * Every tier there is, slowest first: the one place to extend when a tier or an accumulation is added. The first tier of
 * each accumulation defines the bits of the others, so a slow reference must stand there.
 */
export async function tiers(found: Features): Promise<readonly Tier[]> {
  return [
    { name: 'reference', kernels: referenceKernels },
    { name: 'blocked', kernels: blockedKernels },
    { name: 'reference f32', kernels: referenceKernelsFloat32 },
    ...vectorTiers('float64'),
    ...vectorTiers('float32'),
    // Threads: products large enough to be cut are in the vectors only where workers can be started.
    ...threadTiers(found),
  ]
}

/** The vector tier of one accumulation, or the engine's own reason against it. */
function vectorTiers(accumulation: 'float64' | 'float32'): readonly Tier[] {
  const name = accumulation === 'float64' ? 'simd' : 'simd f32'
  const simd = simdKernels({ accumulation })
  return ['reason' in simd ? { name, reason: simd.reason } : { name, kernels: simd.kernels }]
}

function threadTiers(found: Features): readonly Tier[] {
  const workers = webWorkers() ?? hostWorkers()
  if (workers === undefined) {
    return [{ name: 'threads', reason: found.threads === 'yes' ? 'no way to start workers' : found.threads }]
  }
  const threads = threadKernels({ threads: 2, workers })
  return [
    'reason' in threads ? { name: 'threads', reason: threads.reason }
      : { name: 'threads', kernels: threads.kernels, stop: threads.close },
  ]
}

interface NodeThreads {
  readonly Worker: new(source: string,
    options: { eval: boolean }) => { postMessage(message: object): void; terminate(): unknown; unref(): void }
}

/** Node's workers, which are no global there. */
function hostWorkers(): WorkerHost | undefined {
  const { process } = globalThis as {
    readonly process?: { readonly getBuiltinModule?: (name: string) => NodeThreads | undefined }
  }
  const threads = process?.getBuiltinModule?.('node:worker_threads')
  if (threads === undefined) return undefined
  const shim = "require('node:worker_threads').parentPort.once('message', (data) => globalThis.onmessage({ data }));"
  return {
    processors: 2,
    spawn(source, message) {
      const worker = new threads.Worker(shim + source, { eval: true })
      worker.unref()
      worker.postMessage(message)
      return {
        terminate: () => {
          worker.terminate()
        },
      }
    },
  }
}

type Work = (out: ReturnType<typeof digest>) => void

/** Runs everything. Never throws for a failing group: what it threw stands in the place of its hash. */
export async function run({ plant, trace }: RunOptions = {}): Promise<RunResult> {
  const found = features()
  const accumulations: Record<string, string> = {}
  const refused: Record<string, string> = {}
  const work: Record<string, [string, Work][]> = { [EVERY_TIER]: Object.entries(PORTABLE_GROUPS) }
  const known = await tiers(found)
  let first: Kernels | undefined
  for (const tier of known) {
    if ('reason' in tier) {
      refused[tier.name] = tier.reason
      continue
    }
    const { name, kernels } = tier
    first ??= kernels
    accumulations[name] = kernels.accumulation
    work[name] = Object.entries(KERNEL_GROUPS).map(([group, compute]) => [group, (out) => compute(out, kernels)])
  }
  const hashes: Record<string, Record<string, string>> = {}
  let traced: readonly string[] = []
  for (const [tier, groups] of Object.entries(work)) {
    hashes[tier] = {}
    for (const [group, compute] of groups) {
      const tracing = trace !== undefined && trace.tier === tier && trace.group === group
      if (trace !== undefined && !tracing) continue
      const out = digest({ trace: tracing, plant: plant === group })
      try {
        compute(out)
        hashes[tier][group] = out.hash()
      } catch (error) {
        hashes[tier][group] = `threw ${firstLine(error)}`
      }
      if (tracing) traced = out.trace()
    }
  }
  const losses = first === undefined || trace !== undefined ? {} : trajectories(first)
  for (const tier of known) if ('kernels' in tier) tier.stop?.()
  return { features: found, accumulations, refused, hashes, trajectories: losses, trace: traced }
}
