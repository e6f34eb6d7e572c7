import { describe, expect, it } from 'vitest'
import { patternImages } from '../../../../src/lab/reproduce/images/patterns.ts'

describe('patternImages', () => {
  const { sample, classes, training, test } = patternImages(300)

  it('are standardized, of equally many per class, and the same every time', () => {
    expect([sample, classes, training.inputs.shape, test.inputs.shape]).toEqual([[1, 12, 12], 10, [300, 144], [300,
      144]])
    const { data } = training.inputs
    const mean = data.reduce((a, b) => a + b, 0) / data.length
    expect(mean).toBeCloseTo(0, 5)
    expect(data.reduce((a, b) => a + (b - mean) ** 2, 0) / data.length).toBeCloseTo(1, 4)
    for (let k = 0; k < 10; k++) {
      expect(training.targets.data.filter((x, at) => at % 10 === k && x === 1)).toHaveLength(30)
    }
    expect(patternImages(300).test.inputs.data).toEqual(test.inputs.data)
  })

  it('test what was trained on other copies of the same patterns', () => {
    expect(test.inputs.data).not.toEqual(training.inputs.data)
    const mean = (inputs: Float32Array, from: number): number[] =>
      Array.from({ length: 144 }, (_, p) => {
        let total = 0
        for (let row = from; row < 300; row += 10) total += inputs[row * 144 + p]
        return total
      })
    const cosine = (a: readonly number[], b: readonly number[]): number => {
      const dot = (x: readonly number[], y: readonly number[]): number => x.reduce((sum, v, i) => sum + v * y[i], 0)
      return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))
    }
    for (let k = 0; k < 10; k++) {
      expect(cosine(mean(training.inputs.data, k), mean(test.inputs.data, k)), `class ${k}`).toBeGreaterThan(0.5)
    }
  })
})
