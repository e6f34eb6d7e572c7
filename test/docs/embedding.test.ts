import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { backpropagation, directFeedbackAlignment, mlp, trainer } from '../../src/dfa/index.ts'
import { adam, crossEntropy, initialize, sgd } from '../../src/nn/index.ts'
import { blockedKernels, type Kernels, tensor } from '../../src/tensor/index.ts'

const PAGE = readFileSync(new URL('../../docs/embedding.md', import.meta.url), 'utf8')
const ROWS = [...PAGE.matchAll(/^\| ([\d-]+) \| (\d+) \| (sgd|adam) \| (BP|DFA) \| ([\d,]+) \|$/gm)]

/** Bytes that layers, trainer and optimizer ask the kernels for, and those of the feedback matrices. */
function bytesOf(sizes: readonly number[], batch: number, optimizer: string, rule: string): number {
  let bytes = 0
  const kernels: Kernels = { ...blockedKernels, allocate(length) {
    bytes += 4 * length
    return blockedKernels.allocate(length)
  } }
  const direct = directFeedbackAlignment({ kernels })
  const network = mlp({ sizes, activation: 'relu', kernels })
  initialize(network, 'uniform', 1)
  const { step } = trainer({ network, rule: rule === 'DFA' ? direct : backpropagation(), kernels,
    loss: crossEntropy('mean', kernels), optimizer: optimizer === 'sgd' ? sgd(0.1, kernels) : adam({ kernels }) })
  step(tensor([batch, sizes[0]]), tensor([batch, sizes[sizes.length - 1]]))
  return bytes + (rule === 'DFA' ? direct.feedback.reduce((sum, { data }) => sum + data.byteLength, 0) : 0)
}

describe('docs/embedding.md', () => {
  it('has a table of networks', () => expect(ROWS.length).toBeGreaterThan(5))

  it.each(ROWS.map((row) => row.slice(1)))('says what %s takes in batches of %s with %s under %s',
    (sizes, batch, optimizer, rule, bytes) => {
      const n = sizes.split('-').map(Number), b = Number(batch)
      const said = Number(bytes.replaceAll(',', ''))
      expect(bytesOf(n, b, optimizer, rule)).toBe(said)
      const parameters = n.slice(1).reduce((sum, size, l) => sum + size * n[l] + size, 0)
      const hidden = n.slice(1, -1).reduce((sum, size) => sum + size, 0), outputs = n[n.length - 1]
      const formula = 4 * (optimizer === 'sgd' ? 2 : 4) * parameters + 4 * b * (n[0] + 5 * hidden + 2 * outputs)
        + (rule === 'DFA' ? 4 * hidden * outputs : 0)
      expect(formula).toBe(said)
    })
})
