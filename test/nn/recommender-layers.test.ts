import { describe, expect, it } from 'vitest'
import { activation, chain, crossLayer, dense, factorizationMachine, fieldSum, gradientStop, initialize, type Layer,
  logarithmicNeurons, positionwise, sumOfBranches } from '../../src/nn/index.ts'
import { fromRows, type Kernels, tensor } from '../../src/tensor/index.ts'
import { expectEmptyBatch, expectFilledInput, expectNamedMisuse, expectPlannedBuffers, notingKernels,
  randomTensor } from './layer-laws.ts'

const LAYERS: Readonly<
  Record<string,
    { readonly build: (kernels: Kernels) => Layer; readonly sample: readonly number[];
      readonly other: readonly number[]; readonly refused: string }>
> = {
  fieldSum: {
    build: (kernels) => fieldSum({ name: 'l', features: 2, kernels }),
    sample: [3, 2],
    other: [3, 1],
    refused: 'fieldSum l: input must have shape [B, F, 2], got [1, 3, 1]',
  },
  factorizationMachine: {
    build: (kernels) => factorizationMachine({ name: 'l', kernels }),
    sample: [3, 2],
    other: [3],
    refused: 'factorizationMachine l: input must have shape [B, F, C], got [1, 3]',
  },
  crossLayer: {
    build: (kernels) => crossLayer({ name: 'l', features: 3, kernels }),
    sample: [2, 3],
    other: [2, 2],
    refused: 'crossLayer l: input must have shape [B, l + 1, 3], got [1, 2, 2]',
  },
  logarithmicNeurons: {
    build: (kernels) => logarithmicNeurons({ name: 'l', fields: 3, neurons: 2, kernels }),
    sample: [3, 4],
    other: [2, 4],
    refused: 'logarithmicNeurons l: input must have shape [B, 3, C], got [1, 2, 4]',
  },
  positionwise: {
    build: (kernels) => positionwise({ name: 'l', inner: dense({ name: 'd', inputs: 3, outputs: 2, kernels }) }),
    sample: [2, 3],
    other: [3],
    refused: 'positionwise l: input must have shape [B, T, I], got [1, 3]',
  },
  sumOfBranches: {
    build: (kernels) =>
      sumOfBranches({ name: 'l', kernels,
        branches: [dense({ name: 'd', inputs: 3, outputs: 3, kernels }), chain('c', [])] }),
    sample: [3],
    other: [2],
    refused: 'dense d: input must have shape [B, 3], got [1, 2]',
  },
}

describe.each(Object.entries(LAYERS))('%s', (name, { build, sample, other, refused }) => {
  it('plans its buffers, takes an empty batch, names misuse and other shapes', () => {
    const made = (): Layer => build(notingKernels().kernels)
    const input = tensor([2, ...sample])
    expectNamedMisuse(made(), input)
    expectFilledInput(made(), input)
    expectEmptyBatch(made(), sample)
    expect(() => made().outputShape([1, ...other])).toThrow(new RangeError(refused))
    expect(() => made().forward(tensor([1, ...other]))).toThrow(new RangeError(refused))
    if (name !== 'positionwise') expectPlannedBuffers(build, sample)
  })
})

describe('crossLayer and fieldSum', () => {
  it('start their biases at zero whatever the kind', () => {
    const cross = crossLayer({ name: 'c', features: 3 }), sum = fieldSum({ name: 's', features: 2 })
    for (const { bias } of [cross, sum]) bias.value.data.fill(5)
    initialize(chain('both', [cross, sum]), 'uniform', 1)
    expect([...cross.bias.value.data, ...sum.bias.value.data]).toEqual([0, 0, 0, 0, 0])
    expect(cross.projection.weight.value.data.every((w) => w !== 0)).toBe(true)
  })
})

describe('logarithmicNeurons', () => {
  it('multiply fields: exponents of 1 give the product less 1, of −1 a quotient; zeros give zero', () => {
    const layer = logarithmicNeurons({ name: 'l', fields: 2, neurons: 2 })
    layer.exponents.weight.value.data.set([1, 1, 1, -1])
    const y = layer.forward(tensor([1, 2, 2], Float32Array.of(2, 0, -4, 0))).data
    expect([...y].map((v) => Math.round(1e5 * v))).toEqual([1400000, -40000, 0, 0])
    expect(
      [...layer.backward(tensor([1, 4], Float32Array.of(1, 0, 1, 0)), true)?.data ?? []].map((v) =>
        Math.round(1e5 * v)
      ),
    ).toEqual([500000, 0, -300000, 0])
  })
})

describe('gradientStop', () => {
  it('hands its input on and nothing back, so that nobody computes what it would not use', () => {
    const { kernels, products } = notingKernels()
    const above = dense({ name: 'd', inputs: 2, outputs: 2, kernels })
    const below = dense({ name: 'b', inputs: 2, outputs: 2, kernels })
    const layer = chain('c', [below, gradientStop({ name: 's', kernels }), above])
    const x = randomTensor(1, [3, 2])
    layer.forward(x)
    products.length = 0
    expect(layer.backward(randomTensor(2, [3, 2]), true)).toEqual(tensor([3, 2]))
    // dW of both, and dh of the lower one.
    expect(products).toHaveLength(3)
    expect(below.weight.gradient).toEqual(tensor([2, 2]))
  })
})

describe('sumOfBranches', () => {
  it('adds its branches to the last one, each sum rounded, and what they send back', () => {
    const times = (name: string, w: number): Layer => {
      const layer = dense({ name, inputs: 1, outputs: 1, bias: false })
      layer.weight.value.data[0] = w
      return layer
    }
    const tiny = 1.5 * 2 ** -25
    const sum = (...weights: readonly number[]): Layer =>
      sumOfBranches({ name: 's', branches: weights.map((w, i) => times(`d${i}`, w)) })
    for (const [layer, want] of [[sum(1, tiny, tiny), 1], [sum(tiny, tiny, 1), 1 + 2 ** -23]] as const) {
      expect(layer.forward(fromRows([[1]])).data[0]).toBe(want)
      expect(layer.backward(fromRows([[1]]), true)?.data[0]).toBe(want)
    }
  })

  it('gives no gradient to branches that ignore it, and refuses branches that cannot be added', () => {
    const stop = gradientStop({ name: 'stop' })
    expect(sumOfBranches({ name: 's', branches: [stop] }).usesOutputGradient).toBe(false)
    expect(sumOfBranches({ name: 's', branches: [stop, activation({ name: 'a', kind: 'linear' })] }).usesOutputGradient)
      .toBe(true)
    expect(() => sumOfBranches({ name: 's', branches: [] })).toThrow(
      'sumOfBranches s: branches must hold at least one layer, got none',
    )
    const layer = sumOfBranches({
      name: 's',
      branches: [stop, dense({ name: 'd', inputs: 2, outputs: 1 })],
    })
    expect(() => layer.outputShape([3, 2])).toThrow(
      new RangeError('sumOfBranches s: outputs must have one shape, got [3, 2] of stop and [3, 1] of d'),
    )
  })
})
