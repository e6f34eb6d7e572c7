// The targets that are about peers, computed from what was measured.

import type { ModelName } from '../models.ts'
import { type RaceResult, ratio, type Time } from './race.ts'
import { median } from './timing.ts'

/** A race with what it was about. */
export interface Measured extends RaceResult {
  readonly case: 'matmul' | 'step-backpropagation' | 'step-dfa' | 'step-convolution' | `step-${ModelName}` | 'import'
    | 'ready'
  readonly shape: readonly number[]
  readonly transposeA: boolean
  readonly transposeB: boolean
}

export interface Target {
  readonly what: string
  readonly relation: 'at least' | 'at most'
  readonly target: number
  /** The worst of the cases that count; undefined when none could be measured. */
  readonly measured: number | undefined
  readonly worst: string
  readonly met: boolean | undefined
}

/** The shapes that the targets are about: squares from 128 on and the two large products of the training step. */
const COUNTED = ['128×128×128', '256×256×256', '512×512×512', '128×784×512', '512×128×784']

export function label({ case: name, shape, transposeA, transposeB }: Measured): string {
  if (name !== 'matmul') return name
  return `${transposeA ? 'Aᵀ' : 'A'}·${transposeB ? 'Bᵀ' : 'B'} ${shape.join('×')}`
}

type Pick = (time: Time) => boolean

const tier = (name: string, accumulation: string): Pick => ({ entrant }) =>
  entrant.tier === name && entrant.accumulation === accumulation
const peer = (name: string): Pick => ({ entrant }) => entrant.peer === name && entrant.threads === 1

/** A ratio and the case that it was measured in. */
type Found = readonly [number, string]

/** Every counted case's ratio to the peer's best variant, worst case first. */
function ratios(measured: readonly Measured[], counts: (race: Measured) => boolean, ours: Pick,
  theirs: Pick): readonly Found[]
{
  return measured.filter(counts).flatMap((race): readonly Found[] => {
    const own = race.times.find(ours)
    if (own === undefined) return []
    const all = race.times.filter(theirs).map((time) => ratio(own, time))
    return all.length === 0 ? [] : [[Math.min(...all), label(race)]]
  }).sort(([a], [b]) => a - b)
}

/** All targets. A target none of whose cases was measured is neither met nor missed. */
export function targets(measured: readonly Measured[]): readonly Target[] {
  const counted = (race: Measured): boolean => race.case === 'matmul' && COUNTED.includes(race.shape.join('×'))
  const plain = (race: Measured): boolean => counted(race) && !race.transposeA && !race.transposeB
  const turned = (race: Measured): boolean => counted(race) && (race.transposeA || race.transposeB)
  const atLeast = (what: string, target: number, [worst]: readonly Found[]): Target => ({
    what,
    relation: 'at least',
    target,
    measured: worst?.[0],
    worst: worst?.[1] ?? 'not measured',
    met: worst === undefined ? undefined : worst[0] >= target,
  })
  const blocked = tier('blocked', 'float64')
  const float32 = tier('simd', 'float32')
  const convolution = measured.find((race) => race.case === 'step-convolution')
  const own = convolution?.times.find(float32)
  const ms = own === undefined ? undefined : median(own.rounds)
  // Slowest ratio first: the fastest JavaScript peer.
  const [fastest] = own === undefined ? []
    : (convolution?.times ?? []).filter(({ entrant }) => entrant.peer !== undefined && entrant.python === undefined)
      .map((time): Found => [ratio(own, time), time.entrant.name]).sort(([a], [b]) => a - b)
  const slower = (what: string, name: Measured['case'], target: number): Target => {
    const [step] = ratios(measured, (race) => race.case === name, float32, peer('pytorch'))
    const found = step === undefined ? undefined : 1 / step[0]
    return { what: `${what}, simd float32 : PyTorch on one thread, time`, relation: 'at most', target, measured: found,
      worst: step?.[1] ?? 'not measured', met: found === undefined ? undefined : found <= target }
  }
  return [atLeast('blocked : ndarray-gemm, speed', 6.5, ratios(measured, plain, blocked, peer('ndarray-gemm'))),
    atLeast('blocked : tfjs-cpu, speed', 7.5, ratios(measured, plain, blocked, peer('tfjs-cpu'))),
    atLeast('simd float32 : best of tfjs-wasm, speed', 1.35, ratios(measured, plain, float32, peer('tfjs-wasm'))),
    atLeast('simd float32 : tfjs-wasm, a transposed operand, speed', 18,
      ratios(measured, turned, float32, peer('tfjs-wasm'))), slower('training step', 'step-backpropagation', 2.2),
    slower('epoch of a graph convolutional network', 'step-gcn', 1.5),
    slower('step of a Transformer', 'step-transformer', 2.2), {
    what: 'convolutional step, simd float32, ms',
    relation: 'at most',
    target: 40,
    measured: ms,
    worst: ms === undefined ? 'not measured' : 'step-convolution',
    met: ms === undefined ? undefined : ms <= 40,
  },
    atLeast('convolutional step, simd float32 : fastest JavaScript peer, speed', 1,
      fastest === undefined ? [] : [fastest])]
}
