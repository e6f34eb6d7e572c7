import { expect, it } from 'vitest'
import { argmax, batchNorm, chain, dense, dropout, encodeCheckpoint, initialize, type Layer, loadNetwork, networkArrays,
  predict } from '../../src/nn/index.ts'
import { fromRows, tensor } from '../../src/tensor/index.ts'

function model(inputs = 3): Layer {
  return chain('model', [dense({ name: 'dense1', inputs, outputs: 4 }), batchNorm({ name: 'norm1', channels: 4 }),
    dropout({ name: 'dropout1', probability: 0.5, seed: 1 }), dense({ name: 'dense2', inputs: 4, outputs: 2 })])
}

const input = fromRows([[1, -2, 0.5], [0, 1, 2], [-1, 1, 0]])

it('predict is the forward pass in evaluation mode, a copy that later passes leave alone', () => {
  const network = model()
  initialize(network, 'uniform', 1)
  const first = predict(network, input)
  const kept = first.data.slice()
  // Training mode draws masks and moves running statistics.
  expect(network.forward(input).data).not.toEqual(kept)
  network.forward(input)
  expect(first.data).toEqual(kept)
})

it('argmax takes the first of equals, and the first NaN', () => {
  expect([...argmax(fromRows([[1, 3, 3], [-1, -2, -1], [2, NaN, 5], [NaN, NaN, 1], [0, 1, NaN]]))]).toEqual([1, 0, 1, 0,
    2])
  expect(() => argmax(tensor([3]))).toThrow('argmax: x must have shape [rows, columns] with columns, got [3]')
  expect(() => argmax(tensor([3, 0]))).toThrow(RangeError)
})

it('loadNetwork restores parameters and running statistics, and leaves the rest of a checkpoint aside', () => {
  const network = model()
  initialize(network, 'uniform', 1)
  for (let i = 0; i < 3; i++) network.forward(input)
  const file = encodeCheckpoint({
    metadata: null,
    arrays: [...networkArrays(network), { name: 'optimizer/x', data: new Float32Array(2) }],
  })
  const other = model()
  loadNetwork(other, file)
  expect(predict(other, input).data).toEqual(predict(network, input).data)
})

it('loadNetwork changes nothing when the file is of another network', () => {
  const network = model()
  initialize(network, 'uniform', 1)
  const before = predict(network, input).data
  const file = encodeCheckpoint({ metadata: null, arrays: networkArrays(model(5)) })
  expect(() => loadNetwork(network, file)).toThrow('loadNetwork: parameter/dense1/weight must have 12 elements, got 20')
  expect(predict(network, input).data).toEqual(before)
})
