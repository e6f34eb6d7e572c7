import { describe, expect, it } from 'vitest'
import { isFeedbackPoint } from '../../../../src/dfa/feedback-point.ts'
import { CONV, FC, practiceNetwork } from '../../../../src/lab/reproduce/practices/networks.ts'
import { initialize, parametersOf, walk } from '../../../../src/nn/index.ts'
import { blockedKernels, tensor } from '../../../../src/tensor/index.ts'

const frame = (sample: readonly number[]) => ({ sample, classes: 10, seed: 0, kernels: blockedKernels })
const names = (spec: typeof FC, sample: readonly number[]): readonly string[] =>
  walk(practiceNetwork(spec, frame(sample))).slice(1).map(({ name }) => name)

describe('practiceNetwork', () => {
  it('has as many parameters as the authors’ networks', () => {
    const count = (spec: typeof FC): number =>
      parametersOf(practiceNetwork(spec, frame([3, 32, 32]))).reduce((sum, { value }) => sum + value.data.length, 0)
    expect([count(FC), count(CONV)]).toEqual([3_748_010, 231_306])
  })

  it('places points at the ends of blocks, behind activation, batch norm and pooling', () => {
    expect(names({ ...FC, widths: [4, 5], inputDropout: 0.1, dropout: 0.5, batchNorm: true }, [6])).toEqual(['dropout0',
      'dense1', 'dropout1', 'activation1', 'norm1', 'point1', 'dense2', 'dropout2', 'activation2', 'norm2', 'point2',
      'output', 'tap'])
    expect(names({ ...CONV, widths: [4, 6, 16] }, [1, 12, 12])).toEqual(['conv1', 'activation1', 'pool1', 'point1',
      'conv2', 'activation2', 'pool2', 'point2', 'flatten', 'dense3', 'activation3', 'point3', 'output', 'tap'])
    const points = walk(practiceNetwork(CONV, frame([3, 32, 32]))).filter(isFeedbackPoint)
    expect(points.map(({ width }) => width)).toEqual([7200, 3136, 576, 128])
  })

  it('takes 1 for the derivative of activations where it is told to', () => {
    const gradient = (derivative: 'own' | 'one'): number => {
      const network = practiceNetwork({ ...FC, widths: [1], activation: 'absolute', derivative }, frame([1]))
      initialize(network, 'uniform', 1)
      const [weight] = parametersOf(network)
      weight.value.data[0] = -1
      parametersOf(network)[1].value.data[0] = 0
      network.forward(tensor([1, 1], Float32Array.of(1)))
      network.backward(tensor([1, 10], new Float32Array(10).fill(1)), false)
      return weight.gradient.data[0]
    }
    expect(gradient('own')).toBeCloseTo(-gradient('one'), 6)
    expect(gradient('one')).not.toBe(0)
  })
})
