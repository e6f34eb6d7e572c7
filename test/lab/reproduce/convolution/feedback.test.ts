import { describe, expect, it } from 'vitest'
import { multiply, normalInto, randomStream, transpose } from '../../../../src/tensor/index.ts'
import { attainableAlignment, type ConvolutionGeometry,
  expectedAttainableAlignment } from '../../../../src/theory/index.ts'
import { type ConvolutionFeedback, convolutionFeedback,
  unitColumns } from '../../../../src/lab/reproduce/convolution/feedback.ts'
import { matrix } from '../../../../src/tensor/index.ts'

const layer = (inputChannels: number, side: number): ConvolutionGeometry => ({
  inputChannels,
  outputChannels: 3,
  height: side,
  width: side,
  kernel: [3, 3],
})
const LAYERS = [layer(1, 12), layer(3, 10), layer(3, 8)]
const WEIGHTS = LAYERS.map(({ inputChannels }, l) =>
  normalInto(new Float64Array(27 * inputChannels), randomStream(0, `c${l}`))
)
const make = (kind: ConvolutionFeedback, seed = 0): ReturnType<typeof convolutionFeedback> =>
  convolutionFeedback(kind, LAYERS, WEIGHTS, 5, seed)

describe('convolutionFeedback', () => {
  it.each<ConvolutionFeedback>(['random', 'repeated', 'nmf', 'svd'])(
    '%s: one matrix per convolution, columns of unit length, the same for the same seed',
    (kind) => {
      const feedback = make(kind)
      expect(feedback.map(({ rows, columns }) => [rows, columns])).toEqual([[300, 5], [192, 5], [108, 5]])
      for (const f of feedback) {
        const g = multiply(transpose(f), f)
        for (let k = 0; k < 5; k++) expect(g.data[6 * k]).toBeCloseTo(1, 12)
      }
      expect(make(kind)).toEqual(feedback)
      expect(make(kind, 1)[0].data).not.toEqual(feedback[0].data)
    },
  )

  it('has one number per channel when repeated, nothing negative when non-negative', () => {
    const [first] = make('repeated')
    for (let at = 0; at < first.data.length; at++) {
      expect(first.data[at]).toBe(first.data[Math.floor(at / 500) * 500 + (at % 5)])
    }
    expect(make('nmf').every(({ data }) => data.every((x) => x >= 0))).toBe(true)
    expect(make('random').some(({ data }) => data.some((x) => x < 0))).toBe(true)
  })

  it('can be aligned with better than random feedback by every structure, in the layer that gives both factors', () => {
    const best = (kind: ConvolutionFeedback): number => {
      const two = convolutionFeedback(kind, LAYERS.slice(0, 2), WEIGHTS, 5, 0)
      return attainableAlignment(two[1], two[0], LAYERS[1]).convolution
    }
    const random = best('random')
    expect(random).toBeLessThan(2 * expectedAttainableAlignment(LAYERS[1]).convolution)
    for (const kind of ['repeated', 'nmf', 'svd'] as const) expect(best(kind), kind).toBeGreaterThan(4 * random)
  })
})

describe('unitColumns', () => {
  it('leaves a column of zeros', () => {
    expect([...unitColumns(matrix(2, 2, Float64Array.of(3, 0, 4, 0))).data]).toEqual([0.6, 0, 0.8, 0])
  })
})
