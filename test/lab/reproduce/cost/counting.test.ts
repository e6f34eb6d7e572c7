import { describe, expect, it } from 'vitest'
import { countingKernels } from '../../../../src/lab/reproduce/cost/counting.ts'
import { denseBackward, feedbackBytes } from '../../../../src/lab/reproduce/cost/formulas.ts'
import { countSteps } from '../../../../src/lab/reproduce/cost/training.ts'
import { dense } from '../../../../src/nn/index.ts'
import { blockedKernels, tensor } from '../../../../src/tensor/index.ts'
import { TOOLS } from '../rounds.ts'

describe('countingKernels', () => {
  it('counts operations of products and bytes of arrays, and changes no result', () => {
    const { kernels, counts, clear } = countingKernels(blockedKernels)
    const build = (k: typeof kernels) => dense({ name: 'd', inputs: 3, outputs: 2, kernels: k })
    const [counted, plain] = [build(kernels), build(blockedKernels)]
    for (const layer of [counted, plain]) layer.weight.value.data.set([1, 2, 3, 4, 5, 6])
    // Weights and biases with their gradients.
    expect(counts()).toEqual({ operations: 0, bytes: 4 * 2 * (6 + 2) })
    const x = tensor([4, 3], Float32Array.from({ length: 12 }, (_, i) => i))
    expect(counted.forward(x).data).toEqual(plain.forward(x).data)
    expect(counts()).toEqual({ operations: 2 * 4 * 3 * 2, bytes: 4 * (16 + 4 * 2 + 4 * 3) })
    clear()
    counted.backward(tensor([4, 2]), true)
    expect(counts().operations).toBe(2 * 2 * 4 * 3 * 2)
    clear()
    counted.backward(tensor([4, 2]), false)
    expect(counts().operations).toBe(2 * 4 * 3 * 2)
  })
})

describe('denseBackward', () => {
  it('leaves out, under DFA, the products that carry errors down, and adds those with K columns', () => {
    // 5-4-3-2 on 10 rows: dW of 20 + 12 + 6, dh of 12 + 6; F of 4·2 + 3·2.
    expect(denseBackward(10, [5, 4, 3, 2])).toEqual({ BP: 20 * (38 + 18), DFA: 20 * (38 + 14) })
    expect(denseBackward(10, [5, 4, 3, 2], true)).toEqual({ BP: 20 * (38 + 38), DFA: 20 * (58 + 14) })
  })
})

describe('feedbackBytes', () => {
  it('is that of all points, or of the widest', () => {
    expect(feedbackBytes([512, 2048, 512], 512)).toEqual({ independent: 4 * 512 * 3072, shared: 4 * 1048576 })
  })
})

describe('countSteps', () => {
  it('counts the same whatever the steps, and nothing of the other rule', () => {
    const deepfm = (rule: 'BP' | 'independent' | 'shared', steps: number) =>
      countSteps({ network: 'deepfm', rule, steps, repeat: 0 }, TOOLS)
    expect(deepfm('independent', 0)).toEqual(deepfm('independent', 2))
    const [bp, own, one] = [deepfm('BP', 0), deepfm('independent', 0), deepfm('shared', 0)]
    expect([bp.widths, bp.outputs, bp.rows, bp.feedbackBytes]).toEqual([[64, 64, 64], 1, 256, 0])
    expect(own).toEqual(one)
    expect(own.forward).toBe(bp.forward)
    expect(own.backward).toBeLessThan(bp.backward)
    expect([bp.owners, own.owners]).toEqual([[], []])
  })
})
