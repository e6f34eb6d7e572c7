import { describe, expect, it } from 'vitest'
import { clipByNorm, clipByValue } from '../../../src/nn/index.ts'
import { gradientNorm } from '../../../src/nn/optimizers/clipping.ts'
import { blockedKernels, type Kernels, selectKernels } from '../../../src/tensor/index.ts'
import { pair, parameter } from './cases.ts'

function given(...gradients: readonly (readonly number[])[]): ReturnType<typeof parameter>[] {
  return gradients.map((values, index) => {
    const made = parameter(`p${index}`, values.map(() => 7))
    made.gradient.data.set(values)
    return made
  })
}

const read = (parameters: readonly ReturnType<typeof parameter>[]): readonly (readonly number[])[] =>
  parameters.map(({ gradient }) => [...gradient.data])

describe('clipByNorm', () => {
  it('scales all gradients by one factor to the bound: (3, 0 | 4) of norm 5 to norm 2.5', () => {
    const parameters = given([3, 0], [4])
    expect(gradientNorm(parameters)).toBe(5)
    clipByNorm(2.5)(parameters)
    expect(read(parameters)).toEqual([[1.5, 0], [2]])
    expect(parameters[0].value.data[0]).toBe(7)
  })

  it('leaves gradients within the bound, and zeros, bit for bit', () => {
    for (const bound of [5, 5.1, 1e30]) {
      const parameters = given([3, -0], [4])
      clipByNorm(bound)(parameters)
      expect(read(parameters)).toEqual([[3, -0], [4]])
    }
    const zeros = given([0, 0])
    clipByNorm(1)(zeros)
    expect(read(zeros)).toEqual([[0, 0]])
  })

  it('reaches the bound to rounding for large gradients whose squares leave float32, the same with vectors', () => {
    const clipped = (kernels: Kernels): readonly Float32Array[] => {
      const parameters = pair(kernels)
      for (const { value, gradient } of parameters) kernels.elementwise.scaleInto(gradient.data, 1e30, value.data)
      clipByNorm(3, kernels)(parameters)
      expect(Math.abs(gradientNorm(parameters, kernels) / 3 - 1)).toBeLessThan(1e-6)
      return parameters.map(({ gradient }) => gradient.data.slice())
    }
    expect(clipped(selectKernels({ tier: 'simd' }).kernels)).toEqual(clipped(blockedKernels))
  })

  it('refuses bounds that are not positive', () => {
    expect(() => clipByNorm(0)).toThrow('clipByNorm: bound must be positive, got 0')
    expect(() => clipByValue(1e-46)).toThrow('clipByValue: bound must be positive and finite in float32, got 1e-46')
    expect(() => clipByNorm(1e39)).toThrow('clipByNorm: bound must be positive and finite in float32, got 1e+39')
    expect(() => clipByValue(NaN)).toThrow('clipByValue: bound must be a finite number, got NaN')
  })
})

describe('clipByValue', () => {
  it('bounds each element on its own, keeping −0 and NaN', () => {
    const parameters = given([3, -0.5, -8], [-0, NaN, Infinity])
    clipByValue(0.5)(parameters)
    expect(read(parameters)).toEqual([[0.5, -0.5, -0.5], [-0, NaN, 0.5]])
  })
})
