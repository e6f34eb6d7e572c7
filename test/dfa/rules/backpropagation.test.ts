import { describe, expect, it } from 'vitest'
import { backpropagation, installRule } from '../../../src/dfa/index.ts'
import { squaredError } from '../../../src/nn/index.ts'
import { tensor } from '../../../src/tensor/index.ts'
import { denseOf, gradientsOf, network, normals } from '../networks.ts'

describe('backpropagation', () => {
  it('gives the slope of the loss, by central differences, through points and tap', () => {
    const layer = network({ sizes: [4, 5, 5, 3] })
    installRule(layer, backpropagation())
    const input = normals(3, 4, 1, 'input')
    const target = normals(3, 3, 1, 'target')
    const loss = squaredError('mean')
    const error = tensor([3, 3])
    const value = (): number => loss.evaluateInto(error, layer.forward(input), target)
    value()
    const gradients = gradientsOf(layer, input, tensor([3, 3], error.data.slice()))
    for (const { weight } of denseOf(layer)) {
      const gradient = gradients.get(weight.name) ?? new Float32Array(0)
      for (let i = 0; i < weight.value.data.length; i += 3) {
        const before = weight.value.data[i]
        // A step of 2⁻⁷: truncation 1e-4 of the third derivative, rounding of float32 outputs 1e-5.
        weight.value.data[i] = before + 0.0078125
        const above = value()
        weight.value.data[i] = before - 0.0078125
        const below = value()
        weight.value.data[i] = before
        expect(Math.abs((above - below) / 0.015625 - gradient[i]), `${weight.name}[${i}]`).toBeLessThan(3e-4)
      }
    }
  })
})
