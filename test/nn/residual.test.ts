import { describe, expect, it } from 'vitest'
import { activation, chain, type Dense, dense, parametersOf, residual, walk } from '../../src/nn/index.ts'
import { fromRows, tensor } from '../../src/tensor/index.ts'
import { expectEmptyBatch, expectNamedMisuse, expectPlannedBuffers, notingKernels, randomTensor } from './layer-laws.ts'

const inner = (features = 2): Dense => dense({ name: 'd', inputs: features, outputs: features })

describe('residual', () => {
  it('adds its input to what the layer inside makes of it, and both gradients', () => {
    const f = inner(), layer = residual({ name: 'r', inner: f })
    f.weight.value.data.set([1, 2, 3, 4])
    expect(layer.forward(fromRows([[10, 1]]))).toEqual(fromRows([[10 + 12, 1 + 34]]))
    expect(layer.backward(fromRows([[1, 1]]), true)).toEqual(fromRows([[1 + 4, 1 + 6]]))
    expect(f.weight.gradient).toEqual(fromRows([[10, 1], [10, 1]]))
  })

  it('shows the layer inside to whoever walks the tree', () => {
    const f = inner(), layer = residual({ name: 'r', inner: f })
    expect(walk(layer)).toEqual([layer, f])
    expect(parametersOf(layer)).toEqual([f.weight, f.bias])
  })

  it('asks the layer inside for no input gradient that nobody wants', () => {
    const { kernels, products } = notingKernels()
    const layer = residual({ name: 'r', inner: dense({ name: 'd', inputs: 2, outputs: 2, kernels }) })
    layer.forward(fromRows([[1, 2]]))
    expect(layer.backward(fromRows([[1, 2]]), false)).toBeUndefined()
    expect(products.length).toBe(2)
  })

  it('nests, and leaves the input and the upstream gradient as they were', () => {
    const inside = residual({ name: 's', inner: activation({ name: 'g', kind: 'linear' }) })
    const layer = residual({ name: 'r', inner: inside })
    const x = randomTensor(1, [2, 3]), dy = randomTensor(2, [2, 3])
    const [beforeX, beforeDy] = [x.data.slice(), dy.data.slice()]
    expect(layer.forward(x).data).toEqual(x.data.map((v) => 3 * v))
    expect(layer.backward(dy, true)?.data).toEqual(dy.data.map((v) => 3 * v))
    expect([x.data, dy.data]).toEqual([beforeX, beforeDy])
    const empty = residual({ name: 'r', inner: chain('c', []) })
    expect(empty.forward(x).data).toEqual(x.data.map((v) => 2 * v))
  })

  it('plans its buffers, takes an empty batch, names misuse and a shape that is not kept', () => {
    expectPlannedBuffers((kernels) => residual({ name: 'r', inner: inner(), kernels }), [2])
    expectPlannedBuffers(
      (kernels) => residual({ name: 'r', inner: activation({ name: 'g', kind: 'tanh', kernels }), kernels }),
      [2],
      [3],
      [2, 3],
    )
    expectEmptyBatch(residual({ name: 'r', inner: inner() }), [2])
    expectNamedMisuse(residual({ name: 'r', inner: inner() }), fromRows([[1, 2]]))
    const layer = residual({ name: 'r', inner: dense({ name: 'd', inputs: 2, outputs: 3 }) })
    const error = new RangeError('residual r: inner must keep the shape [5, 2], got [5, 3]')
    expect(() => layer.forward(tensor([5, 2]))).toThrow(error)
    expect(() => layer.outputShape([5, 2])).toThrow(error)
  })
})
