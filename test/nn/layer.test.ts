import { describe, expect, it } from 'vitest'
import { activation, attention, batchNorm, chain, concatenation, conv2d, dense, dropout, embedding, flatten, inMode,
  type Layer, layerNorm, parametersOf, pooling, positionalEncoding, residual, sparseProduct,
  walk } from '../../src/nn/index.ts'
import { tensor } from '../../src/tensor/index.ts'
import { expectFilledInput } from './layer-laws.ts'

const d = (name: string, bias = true) => dense({ name, inputs: 1, outputs: 1, bias })

describe('walk and parametersOf', () => {
  it('go through a tree in forward order, containers before their children', () => {
    const tree = chain('top', [d('a'), chain('inner', [d('b', false), chain('empty', [])]), d('c')])
    expect(walk(tree).map(({ name }) => name)).toEqual(['top', 'a', 'inner', 'b', 'empty', 'c'])
    expect(parametersOf(tree).map(({ name }) => name)).toEqual(['a/weight', 'a/bias', 'b/weight', 'c/weight', 'c/bias'])
  })

  it('take a single layer', () => {
    const layer = d('a')
    expect(walk(layer)).toEqual([layer])
    expect(parametersOf(layer)).toEqual(layer.parameters)
    expect(parametersOf(chain('empty', []))).toEqual([])
  })
})

describe('every layer', () => {
  const matrix = {
    rows: 1,
    columns: 2,
    rowStarts: Int32Array.of(0, 1),
    columnIndices: Int32Array.of(1),
    values: Float32Array.of(2),
  }
  const layers: readonly (readonly [Layer, readonly number[]])[] = [[dense({ name: 'dense', inputs: 3, outputs: 2 }), [
    2,
    3,
  ]], [activation({ name: 'activation', kind: 'tanh' }), [2, 3]], [
    conv2d({ name: 'conv2d', inputChannels: 1, outputChannels: 2, kernelSize: 2 }),
    [2, 1, 3, 3],
  ], [pooling({ name: 'max', kind: 'max', window: 2 }), [2, 1, 4, 4]], [
    pooling({ name: 'average', kind: 'average', window: 2 }),
    [2, 1, 4, 4],
  ], [flatten({ name: 'flatten' }), [2, 3, 2]], [layerNorm({ name: 'layerNorm', features: 3 }), [2, 3]], [
    batchNorm({ name: 'batchNorm', channels: 3 }),
    [2, 3],
  ], [dropout({ name: 'dropout', probability: 0.5, seed: 1 }), [2, 3]], [
    residual({ name: 'residual', inner: activation({ name: 'inner', kind: 'relu' }) }),
    [2, 3],
  ], [concatenation({ name: 'concatenation', branches: [activation({ name: 'branch', kind: 'relu' })] }), [2, 3]], [
    positionalEncoding({ name: 'waves', features: 3 }),
    [2, 4, 3],
  ], [positionalEncoding({ name: 'learned', kind: 'learned', length: 5, features: 3 }), [2, 4, 3]], [
    embedding({ name: 'embedding', vocabulary: 4, features: 3 }),
    [2, 5],
  ], [sparseProduct({ name: 'sparse', matrix }), [2, 3]], [attention({ name: 'attention', features: 4, heads: 2 }), [2,
    3, 4]]]

  it.each(layers.map(([layer, shape]) => [layer.name, layer, shape] as const))(
    '%s refuses an input whose data do not fill its shape, in training and in evaluation',
    (_name, layer, shape) => {
      expectFilledInput(layer, tensor(shape))
      inMode(layer, false, () => expectFilledInput(layer, tensor(shape)))
      const y = layer.forward(tensor(shape))
      expect(() => layer.backward({ shape: y.shape, data: y.data.subarray(1) }, true)).toThrow(
        `${layer.name}.backward: outputGradient must have ${y.data.length} elements for shape`,
      )
    },
  )
})
