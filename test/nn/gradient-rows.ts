// A row of the table of layers, and what each row is held to. A layer joins by one row in ./gradients.test.ts.

import { expect } from 'vitest'
import { type Layer, parametersOf } from '../../src/nn/index.ts'
import { blockedKernels, type Kernels, referenceKernels, tensor } from '../../src/tensor/index.ts'
import { firstDifference, type Random, xorshift } from '../tensor/bits.ts'
import { centralDifferences, GRADIENT_TOLERANCE, gradientError } from './gradient-check.ts'

/** The layer in float64, written from its formula. */
export type Twin = (x: Float64Array, parameters: readonly Float64Array[]) => Float64Array

export interface Row {
  readonly name: string
  readonly shape: readonly number[]
  readonly build: (kernels: Kernels) => Layer
  readonly twin: Twin
  /** Largest forward error in ulps: half of the element's for one rounding, more of the largest's for a chain. */
  readonly ulps: number
  /** The input, where any numbers would not do. */
  readonly input?: (random: Random) => Float32Array
}

export const size = (shape: readonly number[]): number => shape.reduce((total, axis) => total * axis, 1)

/** Float32 numbers in ±1.5, none closer to the kink at 0 than 0.001. */
export function draw(random: Random, length: number): Float32Array {
  return Float32Array.from({ length }, () => {
    const x = 1.5 * random()
    return Math.abs(x) < 1e-3 ? 0.5 : x
  })
}

export const spoil = (v: number): number => v + (v < 0 ? -1e-3 : 1e-3)
export const wide = (x: Float32Array): Float64Array => Float64Array.from(x)

/** Runs one row with one tier and returns the output, every gradient with its name, and the arguments as float64. */
export function run(row: Row, kernels: Kernels, seed: number) {
  const random = xorshift(seed)
  const layer = row.build(kernels)
  const parameters = parametersOf(layer)
  for (const { value, gradient } of parameters) {
    value.data.set(draw(random, value.data.length))
    gradient.data.fill(NaN)
  }
  const input = tensor(row.shape, row.input?.(random) ?? draw(random, size(row.shape)))
  const args = [wide(input.data), ...parameters.map(({ value }) => wide(value.data))]
  const output = layer.forward(input)
  expect(output.shape).toEqual(layer.outputShape(row.shape))
  const y = output.data.slice()
  const upstream = tensor(output.shape, draw(random, y.length))
  const down = layer.backward(upstream, true)
  const gradients: [string, Float32Array][] = [['input', down === undefined ? new Float32Array(0) : down.data],
    ...parameters.map(({ name, gradient }): [string, Float32Array] => [name, gradient.data])]
  return { y, gradients, args, upstream, down, input }
}

const SEEDS = [1, 2, 3]

/** Every check of a row, by its sentence. */
export const GRADIENT_CHECKS: Readonly<Record<string, (row: Row) => void>> = {
  'has the forward pass of its float64 twin'(row) {
    for (const seed of SEEDS) {
      const { y, args } = run(row, blockedKernels, seed)
      const want = row.twin(args[0], args.slice(1))
      expect(y.length, `seed ${seed}`).toBe(want.length)
      const largest = want.reduce((most, v) => Math.max(most, Math.abs(v)), 0)
      y.forEach((v, i) => {
        // One rounding is measured against the element, several against the largest.
        const scale = row.ulps < 1 ? Math.abs(want[i]) : largest
        const ulp = 2 ** (Math.floor(Math.log2(scale)) - 23)
        expect(Math.abs(v - want[i]), `seed ${seed} element ${i}`).toBeLessThanOrEqual(
          want[i] === 0 ? 0 : row.ulps * ulp,
        )
      })
    }
  },

  'has the gradients of its twin’s central differences'(row) {
    for (const seed of SEEDS) {
      const { gradients, args, upstream, down, input } = run(row, blockedKernels, seed)
      expect(down?.shape).toEqual(input.shape)
      const objective = (x: readonly Float64Array[]): number =>
        row.twin(x[0], x.slice(1)).reduce((total, v, i) => total + v * upstream.data[i], 0)
      gradients.forEach(([name, gradient], which) => {
        const numeric = centralDifferences(objective, args, which)
        expect(gradientError(gradient, numeric), `${name}, seed ${seed}`).toBeLessThan(GRADIENT_TOLERANCE)
        // The tester tested in place: the same gradient, 0.001 farther from zero, must be rejected.
        expect(gradientError(gradient.map(spoil), numeric), `${name}, seed ${seed}`).toBeGreaterThan(GRADIENT_TOLERANCE)
      })
    }
  },

  'has the same bits with the reference tier'(row) {
    const [one, other] = [run(row, blockedKernels, 9), run(row, referenceKernels, 9)]
    expect(firstDifference(one.y, other.y)).toBe('')
    one.gradients.forEach(([name, gradient], i) =>
      expect(firstDifference(gradient, other.gradients[i][1]), name).toBe('')
    )
  },
}
