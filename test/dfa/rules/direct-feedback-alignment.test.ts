import { describe, expect, it } from 'vitest'
import { directFeedbackAlignment, errorTap, feedbackPoint, installRule } from '../../../src/dfa/index.ts'
import { chain, dense, type Layer } from '../../../src/nn/index.ts'
import { fromRows, matmul, type Tensor, tensor } from '../../../src/tensor/index.ts'
import { denseOf, gradientsOf, network, normals, relativeDistance } from '../networks.ts'

/** F_l = (W_L ⋯ W_{l+1})ᵀ for every point of an mlp, products rounded to float32. */
function transportsOf(layer: Layer): readonly Tensor[] {
  const weights = denseOf(layer).map(({ weight }) => weight.value)
  const found: Tensor[] = []
  let product = weights[weights.length - 1]
  for (let l = weights.length - 1; l >= 1; l--) {
    found.unshift(transposed(product))
    if (l > 1) product = matmul(product, weights[l - 1])
  }
  return found
}

function transposed({ shape: [rows, columns], data }: Tensor): Tensor {
  return tensor([columns, rows],
    Float32Array.from(data, (_, at) => data[(at % rows) * columns + Math.floor(at / rows)]))
}

describe('directFeedbackAlignment', () => {
  it('is backpropagation in a linear network when F_l = (W_L ⋯ W_{l+1})ᵀ, to rounding, at any depth', () => {
    for (const sizes of [[5, 7, 3], [5, 7, 6, 3], [4, 9, 8, 7, 6, 2]]) {
      for (const bias of [false, true]) {
        for (const batch of [1, 6]) {
          const input = normals(batch, sizes[0], 7, 'input')
          const error = normals(batch, sizes[sizes.length - 1], 7, 'error')
          const layer = network({ sizes, activation: 'linear', bias })
          const exact = gradientsOf(layer, input, error)
          installRule(layer, directFeedbackAlignment({ matrices: transportsOf(layer) }))
          for (const [name, gradient] of gradientsOf(layer, input, error)) {
            // Rounding of a chain of float32 products: a few 6e-8 each.
            expect(relativeDistance(gradient, exact.get(name) ?? []), `[${sizes.join(', ')}] ${name}`).toBeLessThan(
              1e-6,
            )
          }
        }
      }
    }
  })

  it('is not backpropagation with the same matrices in a network with tanh, nor with one factor missing', () => {
    const input = normals(6, 5, 8, 'input')
    const error = normals(6, 3, 8, 'error')
    for (const kind of ['tanh', 'linear'] as const) {
      const layer = network({ sizes: [5, 7, 7, 3], activation: kind })
      const exact = gradientsOf(layer, input, error)
      const [f1, f2] = transportsOf(layer)
      installRule(layer, directFeedbackAlignment({ matrices: kind === 'tanh' ? [f1, f2] : [f2, f1] }))
      const other = gradientsOf(layer, input, error)
      expect(relativeDistance(other.get('dense1/weight') ?? [], exact.get('dense1/weight') ?? [])).toBeGreaterThan(1e-2)
    }
  })

  it('delivers F e, by hand', () => {
    const f = fromRows([[1, 2], [0, -1], [3, 0.5]])
    const point = feedbackPoint('point', 3)
    const below = dense({ name: 'below', inputs: 1, outputs: 3, bias: false })
    const layer = chain('net', [below, point, dense({ name: 'above', inputs: 3, outputs: 2 }), errorTap('tap')])
    const rule = directFeedbackAlignment({ matrices: [f] })
    installRule(layer, rule)
    layer.forward(fromRows([[1], [10]]))
    layer.backward(fromRows([[1, 1], [2, -4]]), false)
    expect([...point.delivered?.data ?? []]).toEqual([3, -1, 3.5, -6, 4, 4])
    // dW = daᵀ h with h = 1 and 10.
    expect([...below.weight.gradient.data]).toEqual([3 - 60, -1 + 40, 3.5 + 40])
    expect(rule.feedback).toEqual([f])
  })

  it('follows a given error whatever its distance: layers below take no part in what a point receives', () => {
    const input = normals(2, 5, 9, 'input')
    const error = normals(2, 3, 9, 'error')
    const [one, two] = [network({ seed: 1 }), network({ seed: 1 })]
    installRule(one, directFeedbackAlignment({ seed: 4 }))
    installRule(two, directFeedbackAlignment({ seed: 4 }))
    // Other weights above point 1 change the layers' activations, but not what arrives at dense1.
    denseOf(two)[2].weight.value.data.fill(0.25)
    expect(gradientsOf(two, input, error).get('dense1/weight')).toEqual(
      gradientsOf(one, input, error).get('dense1/weight'),
    )
  })

  it('refuses a network without a tap, and matrices that do not fit the points', () => {
    const bare = chain('bare', [dense({ name: 'd', inputs: 2, outputs: 4 }), feedbackPoint('p', 4),
      dense({ name: 'e', inputs: 4, outputs: 3 })])
    expect(() => installRule(bare, directFeedbackAlignment())).toThrow(
      'directFeedbackAlignment: network must hold an error tap, got none',
    )
    const layer = network({ sizes: [2, 4, 5, 3] })
    const install = (...shapes: readonly (readonly number[])[]) => () =>
      installRule(layer, directFeedbackAlignment({ matrices: shapes.map((shape) => tensor(shape)) }))
    expect(install([4, 3])).toThrow('directFeedbackAlignment: matrices must be 2, one per point, got 1')
    expect(install([4, 3], [5, 3], [5, 3])).toThrow('matrices must be 2, one per point, got 3')
    expect(install([3, 4], [5, 3])).toThrow(
      'directFeedbackAlignment: matrices[0] must have shape [4, 3] for point1, got [3, 4]',
    )
    expect(install([4, 3], [15])).toThrow('matrices[1] must have shape [5, 3] for point2, got [15]')
    expect(install([4, 3], [5, 3])).not.toThrow()
  })

  it('refuses a network whose tap lies below a point', () => {
    const upside = chain('upside', [dense({ name: 'd', inputs: 2, outputs: 3 }), errorTap('tap'), feedbackPoint('p', 3),
      dense({ name: 'e', inputs: 3, outputs: 3 })])
    expect(() => installRule(upside, directFeedbackAlignment())).toThrow(
      'partsOf: the error tap must lie above every feedback point, got p above it',
    )
  })
})
