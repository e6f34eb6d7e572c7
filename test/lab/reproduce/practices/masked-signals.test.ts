import { describe, expect, it } from 'vitest'
import { directFeedbackAlignment, measureAlignment, trainer } from '../../../../src/dfa/index.ts'
import { rowCosines } from '../../../../src/dfa/alignment.ts'
import { crossEntropy, sgd } from '../../../../src/nn/index.ts'
import { masked, maskedSignals } from '../../../../src/lab/reproduce/practices/masked-signals.ts'
import { addScaledInto, tensor } from '../../../../src/tensor/index.ts'
import { network, normals } from '../../../dfa/networks.ts'

describe('masked signals', () => {
  it('have p times the cosine under two masks, and the cosine itself under one', () => {
    const u = normals(200, 2000, 1, 'u'), noise = normals(200, 2000, 2, 'noise')
    const v = tensor(u.shape, addScaledInto(new Float32Array(u.data.length), u.data, 0.75, noise.data))
    const { mean } = rowCosines(u, v)
    expect(mean).toBeCloseTo(0.8, 2)
    for (const p of [0.1, 0.3, 0.7]) {
      const two = rowCosines(masked(u, p, 3, 'a'), masked(v, p, 3, 'b'))
      const one = rowCosines(masked(u, p, 3, 'a'), masked(v, p, 3, 'a'))
      expect(two.mean / mean, String(p)).toBeCloseTo(p, 2)
      expect(one.mean / mean, String(p)).toBeCloseTo(1, 1)
    }
  })

  it('of a network are those of its points, and leave rule and gradients as they were', () => {
    const layer = network({ sizes: [5, 200, 200, 3] })
    const run = trainer({
      network: layer,
      rule: directFeedbackAlignment(),
      loss: crossEntropy('mean'),
      optimizer: sgd(0.1),
    })
    const input = normals(30, 5, 1, 'x'), target = tensor([30, 3])
    for (let i = 0; i < 30; i++) target.data[3 * i + i % 3] = 1
    for (let i = 0; i < 200; i++) run.step(input, target)
    const { output } = run.evaluate(input, target)
    const error = tensor(output.shape)
    crossEntropy('mean').evaluateInto(error, output, target)
    const plain = measureAlignment(layer, error).signal.map(({ cosines }) => cosines.mean)
    expect(maskedSignals(layer, error, 1, 0).map(({ mean }) => mean)).toEqual(plain)
    maskedSignals(layer, error, 0.5, 0).forEach(({ mean }, l) =>
      expect(Math.abs(mean - 0.5 * plain[l])).toBeLessThan(0.1)
    )
    expect(measureAlignment(layer, error).signal.map(({ cosines }) => cosines.mean)).toEqual(plain)
  })
})
