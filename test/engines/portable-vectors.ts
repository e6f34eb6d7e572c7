// The groups of vectors that do not depend on a tier: they are plain TypeScript in all of them.

import { cosine, dot, firstNonFinite, normal, normalInto, permutation, philox, randomOrthogonal, randomStream,
  stepNormalsInto, sum, tensor, uniform, uniformInto } from '../../src/tensor/index.ts'
import { addInto, addScaledInto, multiplyInto, scaleInto, subtractInto } from '../../src/tensor/elementwise.ts'
import { sumRowsInto } from '../../src/tensor/reduce.ts'
import * as functions from '../../src/tensor/functions/index.ts'
import { crossEntropy, squaredError } from '../../src/nn/index.ts'
import { type FeedbackKind, feedbackMatrices, type FeedbackNormalization } from '../../src/dfa/index.ts'
import type { Digest } from './digest.ts'
import { FLOAT64_GROUPS } from './float64-vectors.ts'
import { input, INPUT_KINDS, patterns32, patterns64, SPECIAL_64, uniform64 } from './inputs.ts'

/** A group of vectors: computes and hands every result to the digest. */
export type PortableGroup = (out: Digest) => void

/** Inputs per range of each function: together 8 s in QuickJS within WebAssembly, 0.3 s in a compiling engine. */
const SAMPLE = 8192

/**
 * f over patterns of all magnitudes, then densely where most calls fall, near zero, and where exp over- and underflows.
 * Every input goes into the digest before its output, so that a trace shows which one differs.
 */
function unary(f: (x: number) => number): PortableGroup {
  return (out) => {
    const over = (name: string, inputs: Float32Array | Float64Array): void => {
      out.note(name)
      const pair = new Float64Array(2)
      for (let i = 0; i < inputs.length; i++) {
        pair[0] = inputs[i]
        pair[1] = f(inputs[i])
        out.float64s(pair)
      }
    }
    over('special', SPECIAL_64)
    over('float32 patterns', patterns32(2 * SAMPLE))
    over('float64 patterns', patterns64(SAMPLE, 1))
    over('[−1, 1)', uniform64(SAMPLE, -1, 1, 2))
    over('[−30, 30)', uniform64(SAMPLE, -30, 30, 3))
    over('float32 of [−8, 8)', Float32Array.from(uniform64(SAMPLE, -8, 8, 4)))
    over('[−750, 750)', uniform64(SAMPLE, -750, 750, 5))
  }
}

function binary(f: (x: number, y: number) => number): PortableGroup {
  return (out) => {
    const at = (x: number, y: number): void => out.float64s([x, y, f(x, y)])
    out.note('special')
    for (const x of SPECIAL_64) for (const y of SPECIAL_64) at(x, y)
    const over = (name: string, xs: Float64Array, ys: (i: number) => number): void => {
      out.note(name)
      for (let i = 0; i < xs.length; i++) at(xs[i], ys(i))
    }
    const real = uniform64(SAMPLE, -20, 20, 6)
    over('(0, 10)^[−20, 20)', uniform64(SAMPLE, 1e-9, 10, 7), (i) => real[i])
    over('[−10, 10)^whole', uniform64(SAMPLE, -10, 10, 8), (i) => i % 41 - 20)
    const any = patterns64(SAMPLE, 9)
    over('patterns', patterns64(SAMPLE, 10), (i) => any[i])
  }
}

/** The functions of src/tensor/functions by name, array kernels or scalar ones: a new one is covered without a word. */
function functionsNamed(into: boolean): [string, Function][] {
  const all = Object.entries(functions as Readonly<Record<string, unknown>>)
  const found = all.filter((entry): entry is [string, Function] => typeof entry[1] === 'function')
  return found.filter(([name]) => name.endsWith('Into') === into).sort(([x], [y]) => (x < y ? -1 : 1))
}

/** One group per scalar function, by its number of arguments. */
function functionGroups(): [string, PortableGroup][] {
  return functionsNamed(false).map(([name, f]) => {
    const group = f.length === 2 ? binary(f as (x: number, y: number) => number) : unary(f as (x: number) => number)
    return [`functions/${name}`, group]
  })
}

// Nothing, less and more than a vector register, and a length that no block size divides.
const LENGTHS = [0, 1, 3, 4, 7, 8, 9, 16, 31, 1037]

/** Calls `visit` with arrays of every kind and length, at every offset within a vector register. */
export function arrays(out: Digest, visit: (x: Float32Array, y: Float32Array, z: Float32Array) => void): void {
  for (const kind of INPUT_KINDS) {
    for (const [index, length] of LENGTHS.entries()) {
      out.note(`${kind} ${length}`)
      const from = index % 4
      const part = (seed: number): Float32Array =>
        input(length + 4, kind, 8 * index + seed).subarray(from, from + length)
      visit(part(0), part(1), part(2))
    }
  }
}

function elementwise(out: Digest): void {
  const into = functionsNamed(true)
  arrays(out, (x, y, z) => {
    out.float32s(addInto(z, x, y))
    out.float32s(subtractInto(z, x, y))
    out.float32s(multiplyInto(z, x, y))
    out.float32s(scaleInto(z, 0.1, x))
    out.float32s(addScaledInto(z, x, -0.3, y))
    out.float32s(addScaledInto(x.slice(), x, 1 / 3, x))
    for (const [name, f] of into) {
      out.note(name)
      out.float32s((f as (out: Float32Array, x: Float32Array) => Float32Array)(z, x))
    }
  })
}

function losses(out: Digest): void {
  for (const kind of ['plain', 'wide'] as const) {
    const output = tensor([13, 7], input(91, kind, 1))
    const target = tensor([13, 7], input(91, 'plain', 2).map((t) => Math.abs(t)))
    const error = tensor([13, 7])
    for (const reduction of ['sum', 'mean'] as const) {
      for (const loss of [squaredError(reduction), crossEntropy(reduction)]) {
        out.note(`${loss.name} ${reduction} ${kind}`)
        out.float64s([loss.evaluateInto(error, output, target)])
        out.float32s(error.data)
      }
    }
  }
}

function reductions(out: Digest): void {
  arrays(out, (x, y) => {
    out.float64s([sum(x), dot(x, y), dot(x, x), cosine(x, y), firstNonFinite(x)])
  })
  for (const [rows, columns] of [[0, 3], [1, 1], [5, 1], [3, 6], [9, 7], [40, 13], [130, 17]] as const) {
    for (const kind of INPUT_KINDS) {
      for (const accumulate of [false, true]) {
        out.note(`sumRowsInto [${rows}, ${columns}] ${kind} ${accumulate}`)
        out.float32s(sumRowsInto(input(columns, kind, 1), input(rows * columns, kind, 2), rows, columns, accumulate))
      }
    }
  }
}

function random(out: Digest): void {
  out.note('philox')
  for (let i = 0; i < 64; i++) out.float64s(philox(new Uint32Array(4), i, -i, 7 * i, ~i, 3 - i, i << 20))
  for (const seed of [0, 1, 4294967296, 9007199254740991]) {
    for (const name of ['', 'init/dense1/weight', 'π']) {
      out.note(`${seed} ${name}`)
      const stream = randomStream(seed, name)
      out.float64s(Float64Array.from({ length: 200 }, () => uniform(stream)))
      out.float64s(Float64Array.from({ length: 201 }, () => normal(stream)))
      out.float32s(uniformInto(new Float32Array(50), stream, -0.25, 3))
      out.float32s(normalInto(new Float32Array(50), stream, 0.1))
      out.float64s([stream.position])
      out.float64s(stepNormalsInto(new Float64Array(2000), stream, 5))
      out.float64s(permutation(stream, 100))
    }
  }
  const stream = randomStream(5, 'orthogonal')
  for (const [rows, columns] of [[1, 1], [24, 16], [8, 20], [0, 2]] as const) {
    out.note(`orthogonal [${rows}, ${columns}]`)
    out.float64s(randomOrthogonal(stream, rows, columns).data)
  }
}

function feedback(out: Digest): void {
  const targets = [{ name: 'point1', width: 14 }, { name: 'point2', width: 3 }]
  const kinds: readonly FeedbackKind[] = ['gaussian', 'uniform', 'orthogonal']
  const normalizations: readonly FeedbackNormalization[] = ['width', 'width-outputs', 'widest', 'none']
  for (const kind of kinds) {
    for (const normalization of normalizations) {
      for (const sharing of ['independent', 'shared'] as const) {
        out.note(`${kind} ${normalization} ${sharing}`)
        for (const f of feedbackMatrices(targets, 5, { kind, normalization, sharing, seed: 4 })) out.float32s(f.data)
      }
    }
  }
}

/** Name → group. */
export const PORTABLE_GROUPS: Readonly<Record<string, PortableGroup>> = {
  ...Object.fromEntries(functionGroups()),
  elementwise: elementwise,
  losses: losses,
  reductions: reductions,
  random: random,
  feedback: feedback,
  ...FLOAT64_GROUPS,
}
