import { describe, expect, it } from 'vitest'
import { directFeedbackAlignment, errorTap, feedbackPoint, indirectFeedbackAlignment, installRule, passOn,
  RuleRefused } from '../../../src/dfa/index.ts'
import { partsOf } from '../../../src/dfa/rules/rule.ts'
import { activation, chain, type Conv2d, conv2d, dense, flatten, initialize, type Layer,
  pooling } from '../../../src/nn/index.ts'
import { fromRows, type Tensor, tensor } from '../../../src/tensor/index.ts'
import { denseOf, gradientsOf, network, normals } from '../networks.ts'

describe('indirectFeedbackAlignment', () => {
  it('climbs by hand: F e at the first point, then W₂·(F e), the weight and not its transpose', () => {
    const layer = network({ sizes: [1, 2, 2, 1], activation: 'linear', bias: true })
    const [first, second] = denseOf(layer)
    second.weight.value.data.set([1, 2, 3, 4])
    second.bias?.value.data.fill(100)
    installRule(layer, indirectFeedbackAlignment({ matrices: [fromRows([[5], [7]])] }))
    layer.forward(fromRows([[1], [1]]))
    layer.backward(fromRows([[2], [-1]]), false)
    const [one, two] = partsOf(layer).points
    expect([...one.delivered?.data ?? []]).toEqual([10, 14, -5, -7])
    // The bias takes no part: (1·10 + 2·14, 3·10 + 4·14).
    expect([...two.delivered?.data ?? []]).toEqual([38, 86, -19, -43])
    expect([...first.weight.gradient.data]).toEqual([5, 7])
  })

  it('takes the slope of the activation on its way: da_1 = dh_1 ⊙ g′(a_1) is what W₂ carries', () => {
    const layer = network({ sizes: [5, 7, 6, 3] })
    const rule = indirectFeedbackAlignment({ seed: 2 })
    installRule(layer, rule)
    gradientsOf(layer, normals(4, 5, 1, 'input'), normals(4, 3, 1, 'error'))
    const [first, second] = denseOf(layer)
    const da = first.outputGradient?.data ?? new Float32Array(0)
    const w = second.weight.value.data
    const { delivered } = partsOf(layer).points[1]
    for (let b = 0; b < 4; b++) {
      for (let o = 0; o < 6; o++) {
        let sum = 0
        for (let i = 0; i < 7; i++) sum += w[o * 7 + i] * da[b * 7 + i]
        expect(delivered?.data[b * 6 + o]).toBe(Math.fround(sum))
      }
    }
    expect(rule.feedback?.shape).toEqual([7, 3])
  })

  it('with one hidden layer is direct feedback alignment bit for bit', () => {
    const input = normals(4, 5, 1, 'input'), error = normals(4, 3, 1, 'error')
    const [a, b] = [network({ sizes: [5, 7, 3] }), network({ sizes: [5, 7, 3] })]
    installRule(a, indirectFeedbackAlignment({ seed: 3 }))
    installRule(b, directFeedbackAlignment({ seed: 3 }))
    expect(gradientsOf(a, input, error)).toEqual(gradientsOf(b, input, error))
  })

  it('climbs through convolutions by their forward pass without bias, strides and groups and all, in float64', () => {
    const c2 = conv2d({
      name: 'c2',
      inputChannels: 2,
      outputChannels: 4,
      kernelSize: 3,
      stride: 2,
      padding: 1,
      groups: 2,
    })
    const c3 = conv2d({ name: 'c3', inputChannels: 4, outputChannels: 2, kernelSize: 2 })
    const layer = chain('net', [conv2d({ name: 'c1', inputChannels: 1, outputChannels: 2, kernelSize: 3 }),
      activation({ name: 'g1', kind: 'tanh' }), feedbackPoint('p1', [2, 5, 4]), c2,
      activation({ name: 'g2', kind: 'sigmoid' }), feedbackPoint('p2', [4, 3, 2]), c3,
      activation({ name: 'g3', kind: 'tanh' }), flatten({ name: 'f' }), feedbackPoint('p3', 4),
      dense({ name: 'd4', inputs: 4, outputs: 5 }), activation({ name: 'g4', kind: 'tanh' }), feedbackPoint('p4', 5),
      dense({ name: 'd5', inputs: 5, outputs: 3 }), errorTap('tap')])
    initialize(layer, 'uniform', 1)
    const rule = indirectFeedbackAlignment({ seed: 2 })
    installRule(layer, rule)
    const input = tensor([3, 1, 7, 6], normals(3, 42, 1, 'input').data)
    gradientsOf(layer, input, normals(3, 3, 1, 'error'))
    const { points, carriers } = partsOf(layer)
    const e = normals(3, 3, 1, 'error').data, f = rule.feedback?.data ?? []
    points[0].delivered?.data.forEach((d, at) => {
      const [b, u] = [Math.floor(at / 40), at % 40]
      expect(d).toBe(Math.fround(e[3 * b] * f[3 * u] + e[3 * b + 1] * f[3 * u + 1] + e[3 * b + 2] * f[3 * u + 2]))
    })
    // W da by the definition, output by output.
    const convolved = (conv: Conv2d, da: Tensor, [, H, W]: readonly number[]): readonly number[] => {
      const [B, C, h, w] = da.shape, [kH, kW] = conv.kernelSize, seen = C / conv.groups
      const filters = conv.outputChannels / conv.groups
      return Array.from({ length: B * conv.outputChannels * H * W }, (_, at) => {
        const x = at % W, y = Math.floor(at / W) % H, o = Math.floor(at / (W * H)) % conv.outputChannels
        const b = Math.floor(at / (W * H * conv.outputChannels))
        let sum = 0
        for (let c = 0; c < seen; c++) {
          for (let ky = 0; ky < kH; ky++) {
            for (let kx = 0; kx < kW; kx++) {
              const [i, j] = [y * conv.stride[0] - conv.padding[0] + ky, x * conv.stride[1] - conv.padding[1] + kx]
              if (i < 0 || i >= h || j < 0 || j >= w) continue
              sum += conv.weight.value.data[((o * seen + c) * kH + ky) * kW + kx]
                * da.data[((b * C + Math.floor(o / filters) * seen + c) * h + i) * w + j]
            }
          }
        }
        return Math.fround(sum)
      })
    }
    const daOf = (l: number): Tensor => carriers[l].outputGradient ?? tensor([0])
    expect([...points[1].delivered?.data ?? []]).toEqual(convolved(c2, daOf(0), [4, 3, 2]))
    expect([...points[2].delivered?.data ?? []]).toEqual(convolved(c3, daOf(1), [2, 2, 1]))
    const w4 = carriers[3].weight.value.data
    expect([...points[3].delivered?.data ?? []]).toEqual(Array.from({ length: 15 }, (_, at) => {
      let sum = 0
      for (let i = 0; i < 4; i++) sum += w4[at % 5 * 4 + i] * daOf(2).data[Math.floor(at / 5) * 4 + i]
      return Math.fround(sum)
    }))
    expect(points.map(({ delivered }) => delivered?.shape)).toEqual([[3, 2, 5, 4], [3, 4, 3, 2], [3, 4], [3, 5]])
  })

  it('follows every axis of the maps, not the batch alone', () => {
    const build = (): Layer => {
      const layer = chain('net', [
        conv2d({ name: 'c1', inputChannels: 1, outputChannels: 2, kernelSize: 3, padding: 1 }),
        activation({ name: 'g1', kind: 'tanh' }),
        feedbackPoint('p1', 48),
        conv2d({ name: 'c2', inputChannels: 2, outputChannels: 2, kernelSize: 3, padding: 1 }),
        activation({ name: 'g2', kind: 'tanh' }),
        feedbackPoint('p2', 48),
        flatten({ name: 'f' }),
        dense({ name: 'd', inputs: 48, outputs: 3 }),
        errorTap('tap'),
      ])
      initialize(layer, 'uniform', 1)
      installRule(layer, indirectFeedbackAlignment({ seed: 2 }))
      return layer
    }
    const pass = (layer: Layer, shape: readonly number[]): readonly (Tensor | undefined)[] => {
      gradientsOf(layer, tensor(shape, normals(2, 24, 1, 'input').data), normals(2, 3, 1, 'error'))
      return partsOf(layer).points.map(({ delivered }) => delivered)
    }
    const layer = build()
    for (const shape of [[2, 1, 4, 6], [2, 1, 6, 4], [2, 1, 3, 8], [2, 1, 4, 6]]) {
      const signals = pass(layer, shape)
      expect(signals.map((signal) => signal?.shape)).toEqual([[2, 2, ...shape.slice(2)], [2, 2, ...shape.slice(2)]])
      expect(signals, `[${shape.join(', ')}]`).toEqual(pass(build(), shape))
    }
  })

  describe('with layers that do not keep the number of features', () => {
    const build = (...above: readonly Layer[]): Layer =>
      chain('net', [conv2d({ name: 'c1', inputChannels: 1, outputChannels: 2, kernelSize: 3 }), ...above,
        dense({ name: 'd', inputs: 12, outputs: 3 }), errorTap('tap')])
    const max = (name = 'max', window = 2): Layer => pooling({ name, kind: 'max', window })
    const conv = (outputChannels: number): Layer =>
      conv2d({ name: 'c2', inputChannels: 2, outputChannels, kernelSize: 3 })
    const f = flatten({ name: 'f' })

    it.each<readonly [string, string, string, readonly Layer[]]>([['below the first point', 'c1 and p1', 'max', [max(),
      feedbackPoint('p1', [2, 3, 3]), conv(12), f, feedbackPoint('p2', 12)]], ['below the last point', 'c2 and p2',
      'max', [feedbackPoint('p1', [2, 6, 6]), conv(3), max(), f, feedbackPoint('p2', 12)]], ['of maps of one place',
      'c1 and p1', 'all', [activation({ name: 'g', kind: 'relu' }), max('all', 6), feedbackPoint('p1', [2, 1, 1]),
      conv2d({ name: 'c2', inputChannels: 2, outputChannels: 12, kernelSize: 1 }), f, feedbackPoint('p2', 12)]]])(
        'refuses pooling %s when it is installed, naming it',
        (_where, pair, pool, above) => {
          const layer = build(...above)
          expect(() => installRule(layer, indirectFeedbackAlignment())).toThrow(
            new RuleRefused('indirectFeedbackAlignment',
              `layers between ${pair} must keep the number of features, got ${pool}, ` + 'which does not'),
          )
          for (const { delivery } of partsOf(layer).points) expect(delivery).toBe(passOn)
        },
      )

    it('refuses a point wider than its dense layer when it is installed', () => {
      const layer = chain('net', [dense({ name: 'd1', inputs: 2, outputs: 4 }), feedbackPoint('p1', 5),
        dense({ name: 'd2', inputs: 4, outputs: 3 }), feedbackPoint('p2', 3),
        dense({ name: 'd3', inputs: 3, outputs: 2 }), errorTap('tap')])
      expect(() => installRule(layer, indirectFeedbackAlignment())).toThrow(
        new RuleRefused('indirectFeedbackAlignment', 'd1 must have as many outputs as p1 has features, got 4 and 5'),
      )
    })

    it('takes pooling below a lone point, where nothing climbs', () => {
      const [a, b] = [indirectFeedbackAlignment({ seed: 3 }), directFeedbackAlignment({ seed: 3 })].map((rule) => {
        const layer = chain('net', [conv2d({ name: 'c1', inputChannels: 1, outputChannels: 2, kernelSize: 3 }), max(),
          feedbackPoint('p1', [2, 3, 3]), flatten({ name: 'f' }), dense({ name: 'd', inputs: 18, outputs: 3 }),
          errorTap('tap')])
        initialize(layer, 'uniform', 1)
        installRule(layer, rule)
        return gradientsOf(layer, tensor([2, 1, 8, 8], normals(2, 64, 1, 'input').data), normals(2, 3, 1, 'error'))
      })
      expect(a).toEqual(b)
    })

    it('names both sides in the backward pass where a layer takes one shape alone', () => {
      const fixed = (size: number): Layer => {
        const pool = max()
        return {
          ...pool,
          outputShape(shape) {
            if (shape[2] === size) return pool.outputShape(shape)
            throw new RangeError(`max: input must have height ${size}, got ${shape[2]}`)
          },
        }
      }
      const passed = (...above: readonly Layer[]): Layer => {
        const layer = build(...above)
        installRule(layer, indirectFeedbackAlignment())
        layer.forward(tensor([1, 1, 8, 8]))
        return layer
      }
      const below = passed(fixed(6), feedbackPoint('p1', [2, 3, 3]), conv(12), f, feedbackPoint('p2', 12))
      expect(() => below.backward(tensor([1, 3]), false)).toThrow(
        new RuleRefused('indirectFeedbackAlignment',
          'layers between c1 and p1 must keep the number of features, got 72 and 18'),
      )
      const above = passed(feedbackPoint('p1', [2, 6, 6]), conv(3), fixed(4), f, feedbackPoint('p2', 12))
      expect(() => above.backward(tensor([1, 3]), false)).toThrow(
        new RuleRefused('indirectFeedbackAlignment',
          'layers above c2 must keep its number of features up to the point, got 48 and 12'),
      )
    })
  })

  it('refuses networks that are not one dense layer per point, and matrices that do not fit', () => {
    const d = (name: string, inputs: number, outputs: number): ReturnType<typeof dense> =>
      dense({ name, inputs, outputs })
    const install = (...layers: Parameters<typeof chain>[1]) => () =>
      installRule(chain('c', [...layers, errorTap('tap')]), indirectFeedbackAlignment())
    expect(install(d('a', 2, 3), d('b', 3, 3), feedbackPoint('p', 3), d('c1', 3, 2))).toThrow(
      'indirectFeedbackAlignment: there must be one dense or convolutional layer per point, got a and b',
    )
    expect(install(d('a', 2, 3), feedbackPoint('p', 3), feedbackPoint('q', 3), d('c1', 3, 2))).toThrow(
      'q must have a dense or convolutional layer of its own below, got none',
    )
    expect(() => installRule(chain('c', [d('a', 2, 3)]), indirectFeedbackAlignment())).toThrow(
      'network must hold an error tap, got none',
    )
    expect(() => installRule(network({ sizes: [2, 4, 3] }), indirectFeedbackAlignment({ matrices: [tensor([3, 4])] })))
      .toThrow('indirectFeedbackAlignment: matrices[0] must have shape [4, 3], got [3, 4]')
  })
})
