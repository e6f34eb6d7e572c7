import { describe, expect, it } from 'vitest'
import { mlp } from '../../src/dfa/index.ts'
import { initialize, parametersOf, walk } from '../../src/nn/index.ts'
import { tanh } from '../../src/tensor/index.ts'
import { denseOf, normals } from './networks.ts'

describe('mlp', () => {
  it('puts a point after every hidden activation and the tap at the end', () => {
    expect(walk(mlp({ sizes: [5, 7, 6, 3], activation: 'tanh' })).map(({ name }) => name)).toEqual(['mlp', 'dense1',
      'activation1', 'point1', 'dense2', 'activation2', 'point2', 'dense3', 'tap'])
    expect(walk(mlp({ sizes: [5, 7, 3], activation: 'linear', bias: false })).map(({ name }) => name)).toEqual(['mlp',
      'dense1', 'point1', 'dense2', 'tap'])
    expect(parametersOf(mlp({ sizes: [5, 3], activation: 'tanh', bias: false })).map(({ name }) => name)).toEqual([
      'dense1/weight',
    ])
  })

  it('starts at zero and computes a_L = W_L g(W_{L−1} … ) + b, checked against float64 loops', () => {
    const layer = mlp({ sizes: [4, 6, 5, 3], activation: 'tanh' })
    const input = normals(3, 4, 1, 'input')
    expect(layer.forward(input).data.every((x) => x === 0)).toBe(true)
    initialize(layer, 'uniform', 2)
    const output = layer.forward(input)
    for (let row = 0; row < 3; row++) {
      let h = [...input.data.subarray(4 * row, 4 * row + 4)]
      denseOf(layer).forEach(({ weight, bias, inputs, outputs }, index) => {
        const a = Array.from({ length: outputs }, (_, o) =>
          h.reduce((sum, x, i) => sum + weight.value.data[o * inputs + i] * x, bias?.value.data[o] ?? NaN))
        h = index < 2 ? a.map(tanh) : a
      })
      h.forEach((x, k) => expect(Math.abs(output.data[3 * row + k] - x)).toBeLessThan(1e-6))
    }
  })

  it('refuses fewer than two sizes and sizes below one', () => {
    expect(() => mlp({ sizes: [4], activation: 'tanh' })).toThrow(
      'mlp: sizes must hold at least inputs and outputs, got [4]',
    )
    expect(() => mlp({ sizes: [4, 0, 3], activation: 'tanh' })).toThrow(
      'mlp: sizes[1] must be a whole number of at least 1, got 0',
    )
  })
})
