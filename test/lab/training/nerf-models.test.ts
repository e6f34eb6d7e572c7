import { describe, expect, it } from 'vitest'
import { backpropagation, directFeedbackAlignment, frozen, type LearningRule, measureAlignment, RULES,
  trainer } from '../../../src/dfa/index.ts'
import { isFeedbackPoint } from '../../../src/dfa/feedback-point.ts'
import { adam, initialize, isDense, parametersOf, sgd, squaredError, type VolumeRendering,
  walk } from '../../../src/nn/index.ts'
import { nerfModel, type NerfModelOptions } from '../../../src/lab/training/nerf-models.ts'
import { blockedKernels, type Kernels, matrix, multiply, referenceKernels, tensor,
  transpose } from '../../../src/tensor/index.ts'
import { simdKernels } from '../../../src/tensor/tiers/simd.ts'
import { firstDifference, xorshift } from '../../tensor/bits.ts'
import { keptPerStep } from './heap.ts'

const RAYS = 6, WIDTH = 10
const random = xorshift(3)
/** From the left through a scene of one color per ray. */
const INPUT = tensor([RAYS, 6],
  Float32Array.from({ length: 6 * RAYS }, (_, i) => i % 6 === 0 ? -2 : i % 6 === 3 ? 1 : i % 6 < 3 ? random() : 0))
const TARGET = tensor([RAYS, 3], Float32Array.from({ length: 3 * RAYS }, () => Math.abs(random())))

function made(options: Partial<NerfModelOptions> = {}): VolumeRendering {
  const network = nerfModel({ width: WIDTH, frequencies: 2, samples: 5, near: 1, far: 3, seed: 1, ...options })
  initialize(network, 'uniform', 1)
  return network
}

const gradients = (rule: LearningRule, options: Partial<NerfModelOptions> = {}): Record<string, Float32Array> => {
  const network = made(options)
  trainer({ network, rule, loss: squaredError(), optimizer: sgd(1e-9) }).step(INPUT, TARGET)
  return Object.fromEntries(parametersOf(network).map(({ name, gradient }) => [name, gradient.data.slice()]))
}

describe('nerfModel', () => {
  it('has a point behind every hidden layer, and learns under every direct rule', () => {
    const network = made({ depth: 4 })
    expect(walk(network).filter(isFeedbackPoint).map(({ name, width }) => [name, width])).toEqual(
      [1, 2, 3, 4].map((l) => [`point${l}`, WIDTH]),
    )
    expect(network.outputShape([RAYS, 6])).toEqual([RAYS, 3])
    for (const rule of [backpropagation(), directFeedbackAlignment({ seed: 1 }), frozen()]) {
      const run = trainer({ network: made(), rule, loss: squaredError(), optimizer: adam({ rate: 0.01 }) })
      const first = run.evaluate(INPUT, TARGET).loss
      for (let i = 0; i < 60; i++) run.step(INPUT, TARGET)
      expect(run.evaluate(INPUT, TARGET).loss, rule.name).toBeLessThan(0.7 * first)
    }
  })

  it('is trained by DFA as by backpropagation when the matrices are the products of the weights above', () => {
    const options = { activation: 'linear' } as const
    const weights = walk(made(options)).filter(isDense).map(({ weight: { value } }) =>
      matrix(value.shape[0], value.shape[1], Float64Array.from(value.data))
    )
    // F_l = (W_4 … W_(l+1))ᵀ of a network that is linear between points and tap.
    const matrices = [1, 2, 3].map((l) => {
      const product = weights.slice(l).reduce((below, above) => multiply(above, below))
      return tensor([product.columns, product.rows], Float32Array.from(transpose(product).data))
    })
    const exact = gradients(backpropagation(), options)
    const got = gradients(directFeedbackAlignment({ matrices }), options)
    const drawn = gradients(directFeedbackAlignment({ seed: 1 }), options)
    for (const [name, want] of Object.entries(exact)) {
      const largest = want.reduce((most, v) => Math.max(most, Math.abs(v)), 0)
      got[name].forEach((v, i) => expect(Math.abs(v - want[i]), name).toBeLessThan(3e-6 * largest))
      if (name.startsWith('dense4')) expect(drawn[name]).toEqual(want)
      else expect(Math.abs(drawn[name][0] - want[0]), name).toBeGreaterThan(1e-3 * largest)
    }
  })

  it('sends the error of the raw numbers of every sample, and measures alignment there', () => {
    const network = made()
    const run = trainer({ network, rule: directFeedbackAlignment({ seed: 3 }), loss: squaredError(),
      optimizer: sgd(0.1) })
    const { output } = run.evaluate(INPUT, TARGET)
    const error = tensor(output.shape)
    squaredError().evaluateInto(error, output, TARGET)
    const { signal } = measureAlignment(network, error)
    expect(signal.map(({ name, cosines: { count } }) => [name, count])).toEqual(
      [1, 2, 3].map((l) => [`point${l}`, 5 * RAYS]),
    )
  })

  it('keeps every bit below the last point when shallow, and moves what is above', () => {
    const network = made()
    const before = parametersOf(network).map(({ value }) => value.data.slice())
    const run = trainer({ network, rule: frozen(), loss: squaredError(), optimizer: adam({ rate: 0.1 }) })
    for (let i = 0; i < 5; i++) run.step(INPUT, TARGET)
    parametersOf(network).forEach(({ name, value }, i) =>
      expect(firstDifference(value.data, before[i]) === '', name).toBe(!name.startsWith('dense4'))
    )
  })

  it('has the same bits in every tier', () => {
    const simd = simdKernels()
    if ('reason' in simd) throw new Error(simd.reason)
    const trained = (kernels: Kernels): readonly Float32Array[] => {
      const network = made({ kernels })
      const run = trainer({ network, rule: directFeedbackAlignment({ seed: 1, kernels }), loss: squaredError(),
        optimizer: adam({ rate: 0.02, kernels }), kernels })
      for (let i = 0; i < 3; i++) run.step(INPUT, TARGET)
      return parametersOf(network).map(({ value }) => value.data)
    }
    const want = trained(referenceKernels)
    for (const kernels of [blockedKernels, simd.kernels]) {
      trained(kernels).forEach((got, i) => expect(firstDifference(got, want[i])).toBe(''))
    }
  })

  it('keeps nothing from step to step', () => {
    const run = trainer({ network: made(), rule: RULES['direct-feedback-alignment']({ seed: 1 }), loss: squaredError(),
      optimizer: adam({ rate: 1e-4 }) })
    expect(keptPerStep(() => run.step(INPUT, TARGET), 500)).toBeLessThan(50)
  })

  it('names what does not fit', () => {
    expect(() => made({ depth: 0 })).toThrow(
      new RangeError('nerfModel: depth must be a whole number of at least 1, got 0'),
    )
    expect(() => made({ far: 0.5 })).toThrow(RangeError)
    expect(() => made({ frequencies: 0.5 })).toThrow(RangeError)
    expect(() => made({ density: 'exp' as 'relu' })).toThrow('density must be one of softplus, relu, got "exp"')
  })
})
