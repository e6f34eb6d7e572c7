import { describe, expect, it } from 'vitest'
import { dense, sparseDense } from '../../src/nn/index.ts'
import { linear } from '../../src/nn/sparse-dense.ts'
import { type SparsePattern, tensor } from '../../src/tensor/index.ts'
import { firstDifference, xorshift } from '../tensor/bits.ts'
import { neighbors } from './graph-rows.ts'
import { expectFilledInput, expectNamedMisuse, expectSteadyBuffers, randomTensor } from './layer-laws.ts'

const ROWS = 9, INPUTS = 7, OUTPUTS = 5

function draw(seed: number): { pattern: SparsePattern; whole: Float32Array; entries: Float32Array } {
  const random = xorshift(seed)
  const lists = Array.from({ length: ROWS },
    () => Array.from({ length: INPUTS }, (_, i) => i).filter(() => random() > 0.3))
  const whole = new Float32Array(ROWS * INPUTS)
  const entries = lists.flatMap((row, i) => row.map((j) => (whole[i * INPUTS + j] = random())))
  return { pattern: neighbors(lists, INPUTS), whole, entries: Float32Array.from(entries) }
}

describe('sparse dense', () => {
  it('has the bits of the dense layer without a bias, its own weight or a transport carrying', () => {
    for (const transport of [undefined, randomTensor(50, [OUTPUTS, INPUTS])]) {
      for (let seed = 1; seed <= 10; seed++) {
        const { pattern, whole, entries } = draw(seed)
        const sparse = sparseDense({ name: 's', pattern, outputs: OUTPUTS })
        const full = dense({ name: 'd', inputs: INPUTS, outputs: OUTPUTS, bias: false })
        for (const layer of [sparse, full]) {
          layer.weight.value.data.set(randomTensor(seed, [OUTPUTS, INPUTS]).data)
          layer.transport = transport
        }
        const y = sparse.forward(tensor([entries.length], entries)), want = full.forward(tensor([ROWS, INPUTS], whole))
        expect(firstDifference(y.data, want.data)).toBe('')
        const dy = randomTensor(seed + 100, [ROWS, OUTPUTS])
        const dx = sparse.backward(dy, true), all = full.backward(dy, true)
        expect(sparse.outputGradient).toBe(dy)
        expect(firstDifference(sparse.weight.gradient.data, full.weight.gradient.data)).toBe('')
        let at = 0
        pattern.columnIndices.forEach((j, e) => {
          while (pattern.rowStarts[at + 1] <= e) at++
          expect(dx?.data[e]).toBe(all?.data[at * INPUTS + j])
        })
      }
    }
  })

  it('plans its buffers and names misuse', () => {
    const { pattern, entries } = draw(1)
    const build = () => sparseDense({ name: 's', pattern, outputs: OUTPUTS })
    expectSteadyBuffers((kernels) => sparseDense({ name: 's', pattern, outputs: OUTPUTS, kernels }), [entries.length])
    expectNamedMisuse(build(), tensor([entries.length], entries))
    expectFilledInput(build(), tensor([entries.length], entries))
    expect(() => build().forward(tensor([3]))).toThrow(
      new RangeError(`sparseDense s: input must have shape [${entries.length}], got [3]`),
    )
    const layer = build()
    layer.forward(tensor([entries.length], entries))
    layer.transport = tensor([INPUTS, OUTPUTS])
    expect(() => layer.backward(tensor([ROWS, OUTPUTS]), true)).toThrow(
      new RangeError(`sparseDense s: transport must have shape [${OUTPUTS}, ${INPUTS}], got [${INPUTS}, ${OUTPUTS}]`),
    )
    expect(() => linear({ name: 'l', inputs: 4, outputs: 2, pattern })).toThrow(
      new RangeError('linear l: pattern.columns must be inputs = 4, got 7'),
    )
    expect(() => sparseDense({ name: 's', pattern: { ...pattern, columns: 1 }, outputs: 2 })).toThrow(RangeError)
  })
})
