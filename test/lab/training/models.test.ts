import { describe, expect, it } from 'vitest'
import { buildModel, type LayerSpec, MODELS, namedModel, parseModel } from '../../../src/lab/training/models.ts'
import { parametersOf, walk } from '../../../src/nn/index.ts'

const OPTIONS = { sample: [1, 28, 28], classes: 10, activation: 'relu', bias: true, hidden: [500], seed: 0 } as const
const names = (layers: readonly LayerSpec[]): string[] =>
  walk(buildModel({ layers }, OPTIONS)).slice(1).map(({ name }) => name)

describe('buildModel', () => {
  it('builds the named models with the parameters of their papers', () => {
    const size = (name: (typeof MODELS)[number]): number =>
      parametersOf(buildModel(namedModel(name, OPTIONS), OPTIONS)).reduce((sum, { value }) => sum + value.data.length,
        0)
    expect(size('mlp')).toBe(784 * 500 + 500 + 500 * 10 + 10)
    expect(size('lenet')).toBe(61_706)
    expect(size('cnn')).toBe(16 * 26 + 32 * 401 + 1568 * 10 + 10)
  })

  it('places a point after every activation and what belongs to its block, vectors where needed, and the tap', () => {
    expect(names(namedModel('lenet', OPTIONS).layers)).toEqual(['conv2d1', 'activation1', 'pooling1', 'point1',
      'conv2d2', 'activation2', 'pooling2', 'point2', 'flatten1', 'dense1', 'activation3', 'point3', 'dense2',
      'activation4', 'point4', 'dense3', 'tap'])
  })

  it('leaves points to a model that has its own, and goes into residual blocks', () => {
    expect(names([{ type: 'dense', outputs: 6 }, { type: 'activation', kind: 'tanh' }, {
      type: 'residual',
      layers: [{ type: 'layer-norm' }, { type: 'dense', outputs: 6 }, { type: 'activation' }],
    }, { type: 'point' }, { type: 'dense', outputs: 10 }])).toEqual(['dense1', 'activation1', 'residual1',
      'residual1/inner', 'layer-norm1', 'dense2', 'activation2', 'point1', 'dense3', 'tap'])
  })

  it('names the layer that does not fit', () => {
    expect(() => names([{ type: 'dense', outputs: 3 }, { type: 'conv2d', channels: 2, kernel: 3 }])).toThrow(
      'layers[1] (conv2d): input must be feature maps [C, H, W], got [3]',
    )
    expect(() => names([{ type: 'conv2d', channels: 2, kernel: 30 }])).toThrow(/conv2d1/)
    expect(() => names([{ type: 'dense', outputs: 3 }])).toThrow(
      'model: output must be a vector of 10, one per class, got [3]',
    )
  })
})

describe('parseModel', () => {
  it.each<[string, string[]]>([['{', ['model: must be one of mlp, lenet, cnn, a JSON object or a file of it, got "{"']],
    ['[]', ['model: must be an object with the list "layers"']], ['null', [
    'model: must be an object with the list "layers"',
  ]], ['{"layers":[3,{"type":"toString"}]}', ['model.layers[0]: type must be one of',
    'model.layers[1]: type must be one of']], [
    '{"layers":[{"type":"dense"},{"type":"dense","outputs":1.5,"bias":1,"width":3}]}',
    ['model.layers[0] (dense): outputs must be given',
      'model.layers[1] (dense): outputs must be a whole number of at least 1, got 1.5',
      'model.layers[1] (dense): bias must be true or false, got 1',
      'model.layers[1] (dense): has no width; it may have outputs, bias'],
  ], [
    '{"layers":[{"type":"residual","layers":[{"type":"pooling","window":0,"kind":"min"}]},{"type":"dropout","probability":1}]}',
    ['model.layers[0].layers[0] (pooling): window must be a whole number of at least 1, got 0',
      'model.layers[0].layers[0] (pooling): kind must be one of max, average, got "min"',
      'model.layers[1] (dropout): probability must be at least 0 and below 1, got 1'],
  ]])('says all that is wrong with %s', (text, messages) => {
    const faults: string[] = []
    expect(parseModel(text, faults)).toBeUndefined()
    expect(faults).toHaveLength(messages.length)
    messages.forEach((message, index) => expect(faults[index]).toContain(message))
  })
})
