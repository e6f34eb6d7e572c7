// Who takes part.

import { jaxJs } from './jax.ts'
import { mlMatrix } from './ml-matrix.ts'
import { ndarrayGemm } from './ndarray-gemm.ts'
import { onnxruntimeWeb } from './onnx.ts'
import { ours } from './ours.ts'
import { tfjs } from './tfjs.ts'
import type { OpenPeer } from './peer.ts'
import type { Tier } from '../../src/tensor/index.ts'
import type { SelectOptions } from '../../src/tensor/tiers/select.ts'

/** The peers that `--peers` knows. */
export const PEERS = ['tfjs-cpu', 'tfjs-wasm', 'onnxruntime-web', 'jax-js', 'ndarray-gemm', 'ml-matrix', 'numpy',
  'pytorch'] as const
export type PeerName = typeof PEERS[number]

/** When an entrant takes part in the convolutional step. */
export interface SlowConvolution {
  /** Without `--quick`, or with `--slow` only. */
  readonly unless: 'quick' | 'not slow'
  readonly reason: string
  /** The run that is checked is the only one, and timed. */
  readonly once?: boolean
}

/** One library in one setting, in a process of its own. */
export interface Entrant {
  readonly name: string
  /** Undefined for this project's own tiers. */
  readonly peer: PeerName | undefined
  readonly threads: number
  readonly tier?: Tier
  readonly accumulation?: 'float64' | 'float32'
  /** Ways to give the operands of A·B; the first one is also used for all other work. */
  readonly variants: readonly string[]
  /** For one that takes long over the convolutional step. */
  readonly convolution?: SlowConvolution
  /** How it runs in Node; undefined for Python. */
  readonly open?: OpenPeer
  /** The Python module; undefined for Node. */
  readonly python?: 'numpy' | 'torch'
}

function own(tier: Tier, accumulation: 'float64' | 'float32', threads: number): Entrant {
  const options: SelectOptions = { tier, accumulation, threads }
  const name = tier === 'blocked' ? 'ours blocked' : `ours ${tier} ${accumulation}`
  return { name, peer: undefined, threads, tier, accumulation, variants: [''], open: ours(options) }
}

function other(peer: PeerName, threads: number, how: Partial<Entrant>): Entrant {
  const name = threads > 1 ? `${peer}, ${threads} threads` : peer
  return { name, peer, threads, variants: [''], ...how }
}

/** Ours first: the tiers that the ratios are about. */
export const ENTRANTS: readonly Entrant[] = [own('blocked', 'float64', 1), own('simd', 'float64', 1),
  own('simd', 'float32', 1), own('threads', 'float32', 2), other('tfjs-cpu', 1, {
    open: tfjs('cpu'),
    convolution: { unless: 'not slow', reason: 'takes some 20 s for one step; --slow runs one', once: true },
  }), other('tfjs-wasm', 1, { open: tfjs('wasm'), variants: ['constant B', 'new B'] }),
  other('onnxruntime-web', 1, { open: onnxruntimeWeb(1), variants: ['B given', 'constant B'] }),
  other('onnxruntime-web', 2, { open: onnxruntimeWeb(2), variants: ['B given', 'constant B'] }), other('jax-js', 1, {
    open: jaxJs,
    convolution: { unless: 'quick', reason: 'takes some 10 s to compile and 3 s for one step; not with --quick' },
  }), other('ndarray-gemm', 1, { open: ndarrayGemm }), other('ml-matrix', 1, { open: mlMatrix }),
  other('numpy', 1, { python: 'numpy' }), other('numpy', 2, { python: 'numpy' }),
  other('pytorch', 1, { python: 'torch' }), other('pytorch', 2, { python: 'torch' })]

export function entrantNamed(name: string): Entrant | undefined {
  return ENTRANTS.find((entrant) => entrant.name === name)
}

/** Why an entrant stays out of the convolutional step; undefined when it takes part. */
export function convolutionAbsence({ convolution }: Entrant, quick: boolean, slow: boolean): string | undefined {
  if (convolution === undefined || slow || (convolution.unless === 'quick' && !quick)) return undefined
  return convolution.reason
}
