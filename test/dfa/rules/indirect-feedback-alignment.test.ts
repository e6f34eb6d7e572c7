import { describe, expect, it } from 'vitest'
import { directFeedbackAlignment, errorTap, feedbackPoint, indirectFeedbackAlignment, installRule, partsOf } from '../../../src/dfa/index.ts'
import { chain, dense } from '../../../src/nn/index.ts'
import { fromRows, tensor } from '../../../src/tensor/index.ts'
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

  it('refuses networks that are not one dense layer per point, and matrices that do not fit', () => {
    const d = (name: string, inputs: number, outputs: number): ReturnType<typeof dense> => dense({ name, inputs, outputs })
    const install = (...layers: Parameters<typeof chain>[1]) => () => installRule(chain('c', [...layers, errorTap('tap')]), indirectFeedbackAlignment())
    expect(install(d('a', 2, 3), d('b', 3, 3), feedbackPoint('p', 3), d('c1', 3, 2)))
      .toThrow('indirectFeedbackAlignment: there must be one dense layer per point, got a and b')
    expect(install(d('a', 2, 3), feedbackPoint('p', 3), feedbackPoint('q', 3), d('c1', 3, 2)))
      .toThrow('q must have a dense layer of its own below, got none')
    expect(() => installRule(chain('c', [d('a', 2, 3)]), indirectFeedbackAlignment())).toThrow('network must hold an error tap, got none')
    expect(() => installRule(network({ sizes: [2, 4, 3] }), indirectFeedbackAlignment({ matrices: [tensor([3, 4])] })))
      .toThrow('indirectFeedbackAlignment: matrices[0] must have shape [4, 3], got [3, 4]')
  })
})
