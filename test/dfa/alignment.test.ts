import { describe, expect, it } from 'vitest'
import { backpropagation, directFeedbackAlignment, errorTap, feedbackAlignment, feedbackPoint, frozen, installRule,
  jointCosine, measureAlignment } from '../../src/dfa/index.ts'
import { meanAndDeviation, rowCosines } from '../../src/dfa/alignment.ts'
import { partsOf } from '../../src/dfa/rules/rule.ts'
import { attention, chain, dense, flatten, initialize, parametersOf } from '../../src/nn/index.ts'
import { fromRows, tensor } from '../../src/tensor/index.ts'
import { denseOf, gradientsOf, network, normals, plainCosine } from './networks.ts'

const input = normals(5, 5, 1, 'input')
const error = normals(5, 3, 1, 'error')

describe('measureAlignment', () => {
  it('is 1 everywhere for backpropagation', () => {
    const layer = network()
    installRule(layer, backpropagation())
    layer.forward(input)
    const { signal, layerGradient, wholeGradient } = measureAlignment(layer, error)
    expect(signal.map(({ name }) => name)).toEqual(['point1', 'point2', 'point3'])
    expect(layerGradient.map(({ name }) => name)).toEqual(['dense1', 'dense2', 'dense3', 'dense4'])
    for (const { mean, deviation, count, zeros } of [...signal.map(({ cosines }) => cosines),
      ...layerGradient.map(({ samples }) => samples)])
    {
      expect(mean).toBeCloseTo(1, 14)
      expect(deviation).toBeLessThan(1e-14)
      expect([count, zeros]).toEqual([5, 0])
    }
    for (const { batch } of layerGradient) expect(batch).toBeCloseTo(1, 14)
    expect(wholeGradient).toBeCloseTo(1, 14)
  })

  it('frozen: rows of zeros are counted and never scored; the whole gradient keeps the top layer’s share', () => {
    const layer = network()
    const exact = gradientsOf(layer, input, error)
    installRule(layer, frozen())
    layer.forward(input)
    const { signal, layerGradient, wholeGradient } = measureAlignment(layer, error)
    for (const { mean, deviation, count, zeros } of [...signal.map(({ cosines }) => cosines),
      ...layerGradient.slice(0, 3).map(({ samples }) => samples)])
    {
      expect([mean, deviation]).toEqual([NaN, NaN])
      expect([count, zeros]).toEqual([0, 5])
    }
    for (const { batch } of layerGradient.slice(0, 3)) expect(batch).toBeNaN()
    expect(layerGradient[3].samples.mean).toBeCloseTo(1, 14)
    expect(layerGradient[3].batch).toBeCloseTo(1, 14)
    let top = 0
    let all = 0
    for (const [name, gradient] of exact) {
      const square = gradient.reduce((total, x) => total + x * x, 0)
      all += square
      if (name.startsWith('dense4/')) top += square
    }
    expect(wholeGradient).toBeCloseTo(Math.sqrt(top / all), 6)
  })

  it('counts a sample without error as a zero row beside the others', () => {
    const layer = network()
    installRule(layer, directFeedbackAlignment())
    layer.forward(input)
    const partial = { shape: error.shape, data: error.data.slice() }
    partial.data.fill(0, 3, 6)
    const { signal, layerGradient } = measureAlignment(layer, partial)
    expect(signal[0].cosines).toMatchObject({ count: 4, zeros: 1 })
    expect(layerGradient[0].samples).toMatchObject({ count: 4, zeros: 1 })
    expect(Math.abs(signal[0].cosines.mean)).toBeLessThan(1)
  })

  it('two linear layers by hand: W₂ = (1, 0), F = (1, 1)ᵀ gives 45° below and 0° above', () => {
    const layer = network({ sizes: [2, 2, 1], activation: 'linear', bias: false })
    const [first, second] = denseOf(layer)
    first.weight.value.data.set([1, 0, 0, 1])
    second.weight.value.data.set([1, 0])
    installRule(layer, directFeedbackAlignment({ matrices: [fromRows([[1], [1]])] }))
    layer.forward(fromRows([[3, 0], [0, 1]]))
    const { signal, layerGradient, wholeGradient } = measureAlignment(layer, fromRows([[2], [-1]]))
    const half = Math.sqrt(0.5)
    expect(signal[0].cosines.mean).toBeCloseTo(half, 15)
    expect(signal[0].cosines.deviation).toBeLessThan(1e-15)
    // dW₁ exact = eᵀx on row one only: (6, −1 | 0, 0); rule: both rows. dW₂ = Σ e h = (6, −1) in both.
    expect(layerGradient[0].samples.mean).toBeCloseTo(half, 15)
    expect(layerGradient[0].batch).toBeCloseTo(37 / Math.sqrt(37 * 74), 15)
    expect(layerGradient[1].batch).toBeCloseTo(1, 15)
    expect(wholeGradient).toBeCloseTo((37 + 37) / Math.sqrt(74 * 111), 15)
  })

  it('scores a layer per sample as the cosine of its per-sample weight gradients, which is cos∠(da, da)', () => {
    for (const rule of [directFeedbackAlignment(), feedbackAlignment()]) {
      const layer = network({ bias: false })
      installRule(layer, rule)
      layer.forward(input)
      const { layerGradient } = measureAlignment(layer, error)
      const cosines = Array.from({ length: 5 }, (_, row) => {
        const one = (a: typeof input): typeof input => ({
          shape: [1, a.shape[1]],
          data: a.data.slice(row * a.shape[1], (row + 1) * a.shape[1]),
        })
        const ruled = gradientsOf(layer, one(input), one(error))
        const exact = gradientsOf(network({ bias: false }), one(input), one(error))
        return [1, 2, 3, 4].map((l) =>
          plainCosine(ruled.get(`dense${l}/weight`) ?? [], exact.get(`dense${l}/weight`) ?? [])
        )
      })
      layerGradient.forEach(({ name, samples }, index) => {
        const column = cosines.map((row) => row[index])
        const mean = column.reduce((total, x) => total + x, 0) / 5
        const deviation = Math.sqrt(column.reduce((total, x) => total + (x - mean) * (x - mean), 0) / 4)
        expect(Math.abs(samples.mean - mean), `${rule.name} ${name}`).toBeLessThan(1e-6)
        expect(Math.abs(samples.deviation - deviation), `${rule.name} ${name}`).toBeLessThan(1e-6)
      })
    }
  })

  it('compares whole batches with the exact gradients of an untouched twin', () => {
    const layer = network()
    installRule(layer, directFeedbackAlignment({ seed: 5 }))
    const ruled = gradientsOf(layer, input, error)
    const exact = gradientsOf(network(), input, error)
    layer.forward(input)
    const { layerGradient, wholeGradient } = measureAlignment(layer, error)
    const joined = (from: ReadonlyMap<string, Float32Array>, prefix: string): readonly number[] =>
      [...from].filter(([name]) => name.startsWith(prefix)).flatMap(([, gradient]) => [...gradient])
    for (const { name, batch } of layerGradient) {
      expect(batch, name).toBeCloseTo(plainCosine(joined(ruled, `${name}/`), joined(exact, `${name}/`)), 10)
    }
    expect(wholeGradient).toBeCloseTo(plainCosine(joined(ruled, ''), joined(exact, '')), 10)
  })

  it('leaves the rule’s gradients and the rule itself in place', () => {
    for (const rule of [backpropagation(), feedbackAlignment(), directFeedbackAlignment(), frozen()]) {
      const layer = network()
      installRule(layer, rule)
      const expected = gradientsOf(layer, input, error)
      layer.forward(input)
      measureAlignment(layer, error)
      for (const { name, gradient } of parametersOf(layer)) {
        expect(gradient.data, `${rule.name} ${name}`).toEqual(expected.get(name))
      }
      expect(gradientsOf(layer, input, error), rule.name).toEqual(expected)
    }
  })

  it('puts the rule back when the backward pass throws', () => {
    const layer = network()
    installRule(layer, feedbackAlignment())
    const expected = gradientsOf(layer, input, error)
    expect(() => measureAlignment(network(), error)).toThrow('dense4.backward: forward must come first')
    const wrong = {
      shape: [5, 3],
      get data(): Float32Array {
        throw new Error('unreadable')
      },
    }
    expect(() => measureAlignment(layer, wrong)).toThrow('unreadable')
    expect(gradientsOf(layer, input, error)).toEqual(expected)
  })

  it('joins the layers below the last before it takes the cosine of a sample', () => {
    const layer = network()
    const das = (): readonly Float32Array[] => {
      gradientsOf(layer, input, error)
      return denseOf(layer).slice(0, -1).map(({ outputGradient }) =>
        outputGradient?.data.slice() ?? new Float32Array(0)
      )
    }
    const exact = das()
    installRule(layer, directFeedbackAlignment())
    const ruled = das()
    const row = (parts: readonly Float32Array[], i: number): readonly number[] =>
      parts.flatMap((part) => [...part.subarray(i * part.length / 5, (i + 1) * part.length / 5)])
    const cosines = [0, 1, 2, 3, 4].map((i) => plainCosine(row(ruled, i), row(exact, i)))
    const { joined, layerGradient } = measureAlignment(layer, error)
    expect(joined.mean).toBeCloseTo(meanAndDeviation(cosines).mean, 14)
    expect(joined.deviation).toBeCloseTo(meanAndDeviation(cosines).deviation, 14)
    expect([joined.count, joined.zeros]).toEqual([5, 0])
    expect(joined.mean).not.toBeCloseTo(
      meanAndDeviation(layerGradient.slice(0, -1).map(({ samples }) => samples.mean)).mean,
      3,
    )
    installRule(layer, frozen())
    expect(measureAlignment(layer, error).joined).toMatchObject({ mean: NaN, count: 0, zeros: 5 })
  })

  it('reads layers whose rows are not samples, sample by sample: a transformer block of [B·T, I] rows', () => {
    const net = chain('sequences', [attention({ name: 'attend', features: 4, heads: 2 }),
      feedbackPoint('point', [3, 4]), flatten({ name: 'flat' }), dense({ name: 'last', inputs: 12, outputs: 2 }),
      errorTap('tap')])
    initialize(net, 'uniform', 1)
    installRule(net, directFeedbackAlignment())
    net.forward(tensor([2, 3, 4], normals(2, 12, 1, 'x').data))
    const { joined } = measureAlignment(net, fromRows([[1, 2], [0, 0]]))
    expect(joined).toMatchObject({ count: 1, zeros: 1 })
  })

  it('measures the deliveries of a transparent network, and leaves it transparent with exact gradients', () => {
    const layer = network()
    const exact = gradientsOf(layer, input, error)
    installRule(layer, directFeedbackAlignment())
    layer.forward(input)
    const expected = measureAlignment(layer, error)
    const { points } = partsOf(layer)
    points[0].transparent = points[1].transparent = points[2].transparent = true
    expect(measureAlignment(layer, error)).toEqual(expected)
    expect(points.map(({ transparent }) => transparent)).toEqual([true, true, true])
    for (const { name, gradient } of parametersOf(layer)) expect(gradient.data, name).toEqual(exact.get(name))
    const wrong = {
      shape: [5, 3],
      get data(): Float32Array {
        throw new Error('unreadable')
      },
    }
    expect(() => measureAlignment(layer, wrong)).toThrow('unreadable')
    expect(points.map(({ transparent }) => transparent)).toEqual([true, true, true])
  })
})

describe('rowCosines', () => {
  it('scores rows one by one, by hand', () => {
    const { mean, deviation, count, zeros } = rowCosines(fromRows([[1, 0], [1, 1], [0, 0], [2, 0]]),
      fromRows([[2, 0], [1, 0], [1, 0], [-1, 0]]))
    const c = [1, Math.sqrt(0.5), -1]
    const average = (c[0] + c[1] + c[2]) / 3
    expect([count, zeros]).toEqual([3, 1])
    expect(mean).toBeCloseTo(average, 15)
    expect(deviation).toBeCloseTo(Math.sqrt(c.reduce((total, x) => total + (x - average) * (x - average), 0) / 2), 15)
    expect(rowCosines(undefined, undefined)).toEqual({ mean: NaN, deviation: NaN, count: 0, zeros: 0 })
  })
})

describe('jointCosine', () => {
  it('reads lists of arrays as one vector', () => {
    expect(jointCosine([Float32Array.of(3), Float32Array.of(0, 4)], [Float32Array.of(1, 0), Float32Array.of(0)]))
      .toBeCloseTo(0.6, 15)
    expect(jointCosine([Float32Array.of(0)], [Float32Array.of(1)])).toBeNaN()
  })
})

describe('meanAndDeviation', () => {
  it('divides by n − 1, and is NaN where undefined', () => {
    expect(meanAndDeviation([1, 2, 3, 4])).toEqual({ mean: 2.5, deviation: Math.sqrt(5 / 3) })
    expect(meanAndDeviation([7])).toEqual({ mean: 7, deviation: NaN })
    expect(meanAndDeviation([])).toEqual({ mean: NaN, deviation: NaN })
  })

  it('does not depend on scale: powers of two change no bit', () => {
    const values = [0.3, -1.7, 2.9, 0.1]
    const { mean, deviation } = meanAndDeviation(values)
    for (const k of [-1000, -600, 600, 1022]) {
      expect(meanAndDeviation(values.map((value) => value * 2 ** k))).toEqual({
        mean: mean * 2 ** k,
        deviation: deviation * 2 ** k,
      })
    }
  })
})
