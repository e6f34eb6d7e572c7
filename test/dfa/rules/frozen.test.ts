import { describe, expect, it } from 'vitest'
import { frozen, trainer } from '../../../src/dfa/index.ts'
import { crossEntropy, sgd } from '../../../src/nn/index.ts'
import { fromRows } from '../../../src/tensor/index.ts'
import { network, normals, valuesOf } from '../networks.ts'

describe('frozen', () => {
  it('leaves every parameter below the last point bit-identical while the top layer learns', () => {
    const layer = network()
    const before = valuesOf(layer)
    const engine = trainer({ network: layer, rule: frozen(), loss: crossEntropy('mean'), optimizer: sgd(0.5) })
    const target = fromRows([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0]])
    const input = normals(4, 5, 1, 'input')
    const losses = Array.from({ length: 40 }, () => engine.step(input, target))
    for (const [name, values] of valuesOf(layer)) {
      const same =
        Buffer.compare(Buffer.from(values.buffer), Buffer.from(before.get(name)?.buffer ?? new ArrayBuffer(0))) === 0
      expect(same, name).toBe(!name.startsWith('dense4/'))
    }
    expect(losses[39]).toBeLessThan(0.8 * losses[0])
  })
})
