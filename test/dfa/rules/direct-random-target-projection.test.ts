import { describe, expect, it } from 'vitest'
import { directRandomTargetProjection, installRule, trainer } from '../../../src/dfa/index.ts'
import { partsOf } from '../../../src/dfa/rules/rule.ts'
import { crossEntropy, parametersOf, sgd, squaredError } from '../../../src/nn/index.ts'
import { fromRows } from '../../../src/tensor/index.ts'
import { gradientsOf, network, normals, valuesOf } from '../networks.ts'

const target = fromRows([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0]])

describe('directRandomTargetProjection', () => {
  it('delivers F t/B whatever the error: hidden gradients are the same bits for any e', () => {
    const layer = network()
    installRule(layer, directRandomTargetProjection({ seed: 1 }))
    const { tap } = partsOf(layer)
    if (tap === undefined) throw new Error('no tap')
    tap.target = target
    const input = normals(4, 5, 1, 'input')
    const [one, two] = [1, 2].map((seed) => gradientsOf(layer, input, normals(4, 3, seed, 'error')))
    for (const [name, gradient] of one) {
      if (name.startsWith('dense4/')) expect(two.get(name), name).not.toEqual(gradient)
      else expect(two.get(name), name).toEqual(gradient)
    }
  })

  it('is by hand column t of F, divided by the batch, with the sign of the source', () => {
    const f = fromRows([[1, 2, 3], [4, 5, 6]])
    const layer = network({ sizes: [1, 2, 3], activation: 'linear' })
    installRule(layer, directRandomTargetProjection({ matrices: [f] }))
    const { tap, points } = partsOf(layer)
    if (tap === undefined) throw new Error('no tap')
    tap.target = fromRows([[0, 0, 1], [1, 0, 0]])
    layer.forward(fromRows([[1], [1]]))
    layer.backward(fromRows([[9, 9, 9], [9, 9, 9]]), false)
    expect([...points[0].delivered?.data ?? []]).toEqual([1.5, 3, 0.5, 2])
  })

  it('is not divided under a summed loss: gradients are sums over the batch', () => {
    const gradients = (['sum', 'mean'] as const).map((reduction) => {
      const layer = network()
      const engine = trainer({ network: layer, rule: directRandomTargetProjection(), loss: squaredError(reduction),
        optimizer: sgd(0.1) })
      engine.step(normals(4, 5, 1, 'input'), target)
      return parametersOf(layer).map(({ gradient }) => [...gradient.data])
    })
    gradients[0].forEach((sum, index) => expect(sum).toEqual(gradients[1][index].map((x) => 4 * x)))
  })

  it('gets the target from the trainer: two losses move hidden layers alike in the first step', () => {
    const after = [crossEntropy('mean'), squaredError('mean')].map((loss) => {
      const engine = trainer({ network: network(), rule: directRandomTargetProjection(), loss, optimizer: sgd(0.1) })
      const before = valuesOf(engine.network)
      engine.step(normals(4, 5, 1, 'input'), target)
      expect(valuesOf(engine.network).get('dense1/weight')).not.toEqual(before.get('dense1/weight'))
      return valuesOf(engine.network)
    })
    expect(after[0].get('dense1/weight')).toEqual(after[1].get('dense1/weight'))
    expect(after[0].get('dense4/weight')).not.toEqual(after[1].get('dense4/weight'))
  })

  it('says so when no target was set', () => {
    const layer = network()
    installRule(layer, directRandomTargetProjection())
    layer.forward(normals(1, 5, 1, 'input'))
    expect(() => layer.backward(normals(1, 3, 1, 'error'), false)).toThrow(
      'directRandomTargetProjection: tap.target must be set before the backward pass, got undefined',
    )
  })
})
