// Which tier runs, decided in one place, with the reason why not a faster one.

import { checkSize, choose } from '../check.ts'
import { blockedKernels, type Kernels, referenceKernels, referenceKernelsFloat32, type Tier } from './kernels.ts'
import { simdKernels } from './simd.ts'
import { type ThreadCounts, threadKernels } from './threads.ts'
import { webWorkers, type WorkerHost } from './worker-host.ts'

/** What a caller may ask for. */
export interface SelectOptions {
  /** The fastest tier allowed; `threads` unless given. A tier that cannot run falls back to the next, never throws. */
  readonly tier?: Tier
  /** `float64` (the default: exact products, one rounding, the same bits everywhere) or `float32` (faster). */
  readonly accumulation?: 'float64' | 'float32'
  /** With float32 accumulation: allow fused multiply-add, whose bits depend on the machine. */
  readonly fused?: boolean
  /** Threads in all; as many as there are processors unless given. */
  readonly threads?: number
  /** How to start workers; those of the web unless given. Node needs `nodeWorkers` of `feedback-alignment/node`. */
  readonly workers?: WorkerHost | undefined
  /**
   * False: tensors lie in memory that is not shared, which `Response`, `crypto.subtle.digest` and `structuredClone` with
   * transfer want. No threads then; the memory has its full size (`memoryBytes`) from the start, because it cannot grow.
   */
  readonly shared?: boolean
  /** Most memory for tensors and scratch space of the vector tiers. */
  readonly memoryBytes?: number
}

/** The kernels that run and what was decided about the others. */
export interface Selection {
  readonly kernels: Kernels
  /** One line per tier, fastest first: it runs, or why not; with threads, what workers have done so far. */
  readonly explain: () => string
  /**
   * Fulfilled when every worker has begun or failed: at once without threads. Products may be computed before, by who is
   * there; a browser starts no worker until its caller yields, as `await` does.
   */
  readonly ready: Promise<void>
  /** Every tier faster than the one that runs, with the reason against it. */
  readonly refused: readonly { readonly tier: Tier; readonly reason: string }[]
  /** Ends the workers, if any. The kernels must not be used afterwards. */
  readonly close: () => void
}

const FASTEST_FIRST: readonly Tier[] = ['threads', 'simd', 'blocked', 'reference']
const IS_FLOAT32: Readonly<Record<'float64' | 'float32', boolean>> = { float64: false, float32: true }

/**
 * The fastest kernels that this runtime and these options allow. All tiers of one accumulation give the same bits.
 * Throws: RangeError, TypeError for options that are no options; whatever the runtime lacks is named in `refused` instead.
 */
export function selectKernels(options: SelectOptions = {}): Selection {
  const { tier: fastest = 'threads', accumulation = 'float64', threads = 1 } = options
  choose('selectKernels', 'tier', fastest, ATTEMPTS)
  const float32 = choose('selectKernels', 'accumulation', accumulation, IS_FLOAT32)
  checkSize('selectKernels', 'threads', threads, 1)
  const refused: { tier: Tier; reason: string }[] = []
  for (const tier of FASTEST_FIRST) {
    if (FASTEST_FIRST.indexOf(tier) < FASTEST_FIRST.indexOf(fastest)) {
      refused.push({ tier, reason: `not asked for (tier ${fastest})` })
      continue
    }
    const found = ATTEMPTS[tier](options, float32)
    if ('reason' in found) {
      refused.push({ tier, reason: found.reason })
      continue
    }
    const { kernels, close, counts, ready = Promise.resolve() } = found
    const running = `${tier}: runs, ${accumulation} accumulation, ${kernels.threads} thread${
      kernels.threads === 1 ? '' : 's'
    }`
    return {
      kernels,
      refused,
      close,
      ready,
      explain: () =>
        [...refused.map(({ tier: name, reason }) => `${name}: ${reason}`),
          counts === undefined ? running : `${running}; ${described(kernels.threads, counts())}`].join('\n'),
    }
  }
  // The reference tier always runs.
  throw new Error('selectKernels: no tier could run')
}

/** What workers have done, in words. */
function described(threads: number,
  { started, products, chunks, byWorkers, takenBack, resting }: ThreadCounts): string
{
  const answered = `${started} of ${threads - 1} workers have begun`
  if (products === 0) return `${answered}, no product was large enough to be cut`
  const late = takenBack === 0 ? '' : `, ${takenBack} taken back from workers that had lost their processor`
  const alone = resting === 0 ? '' : `; ${resting} products were not cut because workers had been late again and again`
  return `${answered}, ${products} products cut, ${byWorkers} of ${chunks} chunks by workers${late}${alone}`
}

/** The kernels of one tier, or why it cannot run. */
type Attempt = (options: SelectOptions, float32: boolean) =>
  | { readonly kernels: Kernels; readonly close: () => void; readonly counts?: () => ThreadCounts;
    readonly ready?: Promise<void> }
  | { readonly reason: string }

const NOTHING_TO_CLOSE = (): void => {}

/** Fastest first. */
const ATTEMPTS: Readonly<Record<Tier, Attempt>> = {
  threads: (options) => {
    if (options.shared === false) return { reason: 'memory that is not shared was asked for' }
    const workers = options.workers ?? webWorkers()
    return workers === undefined ? { reason: 'no way to start workers was given or found' }
      : threadKernels({ ...options, workers })
  },
  simd: (options) => {
    const simd = simdKernels(options)
    return 'reason' in simd ? simd : { kernels: simd.kernels, close: NOTHING_TO_CLOSE }
  },
  blocked: (_options, float32) =>
    float32 ? { reason: 'float32 accumulation has no blocked form: rounding by hand is slower than float64' }
      : { kernels: blockedKernels, close: NOTHING_TO_CLOSE },
  reference: (_options, float32) => ({
    kernels: float32 ? referenceKernelsFloat32 : referenceKernels,
    close: NOTHING_TO_CLOSE,
  }),
}
