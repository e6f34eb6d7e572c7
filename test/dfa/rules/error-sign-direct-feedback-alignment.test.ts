import { describe, expect, it } from 'vitest'
import { errorSignDirectFeedbackAlignment, installRule } from '../../../src/dfa/index.ts'
import { partsOf } from '../../../src/dfa/rules/rule.ts'
import { fromRows, tensor } from '../../../src/tensor/index.ts'
import { gradientsOf, network, normals } from '../networks.ts'

describe('errorSignDirectFeedbackAlignment', () => {
  it('delivers F sign(e)/B, by hand, sign 0 = 0', () => {
    const layer = network({ sizes: [1, 2, 3], activation: 'linear' })
    installRule(layer, errorSignDirectFeedbackAlignment({ matrices: [fromRows([[1, 2, 3], [4, 5, 6]])] }))
    layer.forward(fromRows([[1], [1]]))
    layer.backward(fromRows([[0.1, -7, 1e-30], [0, 0, -2]]), false)
    expect([...partsOf(layer).points[0].delivered?.data ?? []]).toEqual([1, 2.5, -1.5, -3])
  })

  it('is not divided under a summed loss', () => {
    const layer = network({ sizes: [1, 2, 3], activation: 'linear' })
    installRule(layer, errorSignDirectFeedbackAlignment({ matrices: [fromRows([[1, 2, 3], [4, 5, 6]])] }))
    const { tap, points } = partsOf(layer)
    if (tap === undefined) throw new Error('no tap')
    tap.isMean = false
    layer.forward(fromRows([[1], [1]]))
    layer.backward(fromRows([[0.1, -7, 1e-30], [0, 0, -2]]), false)
    expect([...points[0].delivered?.data ?? []]).toEqual([2, 5, -3, -6])
  })

  it('does not see the size of the error, and sees its signs', () => {
    const layer = network()
    installRule(layer, errorSignDirectFeedbackAlignment())
    const input = normals(4, 5, 1, 'input'), error = normals(4, 3, 1, 'error')
    const first = gradientsOf(layer, input, error).get('dense1/weight')
    const sizes = normals(4, 3, 2, 'sizes').data
    expect(
      gradientsOf(layer, input, tensor([4, 3], error.data.map((e, i) => e * Math.abs(sizes[i])))).get('dense1/weight'),
    ).toEqual(first)
    expect(gradientsOf(layer, input, tensor([4, 3], error.data.map((e, i) => (i === 5 ? -e : e)))).get('dense1/weight'))
      .not.toEqual(first)
  })
})
