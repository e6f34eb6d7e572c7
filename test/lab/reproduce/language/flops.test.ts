import { describe, expect, it } from 'vitest'
import { directFeedbackAlignment, trainer } from '../../../../src/dfa/index.ts'
import { frozen } from '../../../../src/dfa/rules/frozen.ts'
import { backpropagation } from '../../../../src/dfa/index.ts'
import { flopsOfStep } from '../../../../src/lab/reproduce/language/flops.ts'
import { initializeTransformer, transformerModel } from '../../../../src/lab/training/transformer-models.ts'
import { crossEntropy, sgd } from '../../../../src/nn/index.ts'
import { tensor } from '../../../../src/tensor/index.ts'
import { notingKernels } from '../../../nn/layer-laws.ts'

describe('flopsOfStep', () => {
  it('counts the products of a step', () => {
    const sizes = { features: 8, blocks: 3, context: 5, batch: 2 }
    for (const rule of ['BP', 'DFA', 'shallow'] as const) {
      const { kernels, products } = notingKernels()
      const network = transformerModel({ vocabulary: 7, heads: 2, ...sizes, kernels })
      initializeTransformer(network, 1)
      const make = { BP: () => backpropagation(), DFA: () => directFeedbackAlignment({ kernels }), shallow: () =>
        frozen() }
      const loss = crossEntropy('mean')
      const run = trainer({ network, rule: make[rule](), loss, optimizer: sgd(0.1), kernels })
      const target = tensor([10, 7])
      for (let row = 0; row < 10; row++) target.data[7 * row + row % 7] = 1
      products.length = 0
      run.step(tensor([2, 5]), target)
      const counted = products.reduce((sum, product) => sum + 2 * product.split('×').reduce((a, b) => a * Number(b), 1),
        0)
      if (rule === 'shallow') {
        // Frozen parts still compute gradients of zero signals: what is counted is what is needed.
        expect(flopsOfStep({ rule, ...sizes }, 7)).toBeLessThan(counted)
      } else expect(flopsOfStep({ rule, ...sizes }, 7), rule).toBe(counted)
    }
  })
})
