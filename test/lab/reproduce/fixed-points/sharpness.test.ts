import { describe, expect, it } from 'vitest'
import { directFeedbackAlignment, feedbackAlignment, installRule, measureAlignment,
  mlp } from '../../../../src/dfa/index.ts'
import { partsOf } from '../../../../src/dfa/rules/rule.ts'
import { sharpness } from '../../../../src/lab/reproduce/fixed-points/sharpness.ts'
import { initialize, squaredError } from '../../../../src/nn/index.ts'
import { blockedKernels, matrix, symmetricEigen, tensor } from '../../../../src/tensor/index.ts'
import { denseOf, network, normals, valuesOf } from '../../../dfa/networks.ts'

describe('sharpness', () => {
  it('is the largest eigenvalue of ⟨x xᵀ⟩ for one layer under squared error', () => {
    const net = mlp({ sizes: [4, 3], activation: 'tanh', bias: false })
    initialize(net, 'gaussian', 1)
    const inputs = normals(20, 4, 1, 'x')
    const moment = matrix(4, 4)
    for (let m = 0; m < 20; m++) {
      for (let i = 0; i < 4; i++) {
        for (let j = 0; j < 4; j++) moment.data[4 * i + j] += inputs.data[4 * m + i] * inputs.data[4 * m + j] / 20
      }
    }
    const found = sharpness(net, squaredError('mean'), { inputs, targets: normals(20, 3, 1, 't') }, blockedKernels)
    expect(Math.abs(found / symmetricEigen(moment).values[0] - 1)).toBeLessThan(1e-3)
  })

  it('asks the exact gradient whatever the rule, and leaves everything as it was', () => {
    const split = { inputs: normals(6, 5, 2, 'x'), targets: normals(6, 3, 2, 't') }
    const net = network()
    const exact = sharpness(net, squaredError('mean'), split, blockedKernels)
    installRule(net, feedbackAlignment({ seed: 3 }))
    const before = valuesOf(net)
    const transports = denseOf(net).map(({ transport }) => transport)
    expect(sharpness(net, squaredError('mean'), split, blockedKernels)).toBe(exact)
    expect(valuesOf(net)).toEqual(before)
    expect(denseOf(net).map(({ transport }) => transport)).toEqual(transports)
    installRule(net, directFeedbackAlignment({ seed: 3 }))
    const deliveries = partsOf(net).points.map(({ delivery, transparent }) => ({ delivery, transparent }))
    expect(sharpness(net, squaredError('mean'), split, blockedKernels)).toBe(exact)
    expect(partsOf(net).points.map(({ delivery, transparent }) => ({ delivery, transparent }))).toEqual(deliveries)
    installRule(net, feedbackAlignment({ seed: 3 }))
    net.forward(split.inputs)
    expect(measureAlignment(net, tensor([6, 3], split.targets.data)).wholeGradient).toBeLessThan(0.999)
    expect(sharpness(net, squaredError('sum'), split, blockedKernels) / exact).toBeCloseTo(6, 2)
  })

  it('is no number where weights are none', () => {
    const net = network()
    denseOf(net)[0].weight.value.data.fill(NaN)
    expect(
      sharpness(net, squaredError('mean'), { inputs: normals(2, 5, 1, 'x'), targets: normals(2, 3, 1, 't') },
        blockedKernels),
    ).toBeNaN()
  })
})
