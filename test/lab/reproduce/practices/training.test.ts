import { describe, expect, it } from 'vitest'
import { CONV, FC } from '../../../../src/lab/reproduce/practices/networks.ts'
import { type Practice, trainPractice } from '../../../../src/lab/reproduce/practices/training.ts'
import { TOOLS } from '../rounds.ts'

const PRACTICE: Practice = {
  part: 'training',
  dataset: 'patterns',
  trainingSamples: 200,
  network: { ...FC, widths: [60, 60, 60] },
  method: 'DFA',
  normalization: 'width-outputs',
  maps: 'dense',
  hiddenReduction: 'mean',
  keep: 1,
  initial: 'drawn',
  rate: 0.5,
  batch: 20,
  epochs: 8,
  seed: 0,
}
const run = (changes: Partial<Practice> = {}) => trainPractice({ ...PRACTICE, ...changes }, TOOLS)
const end = ({ alignment }: ReturnType<typeof run>): readonly number[] =>
  alignment[alignment.length - 1].map(({ mean }) => mean ?? NaN)

describe('trainPractice', () => {
  const plain = run()

  it('learns and aligns, and is a function of its configuration', () => {
    expect(plain.trainingAccuracy).toBeGreaterThan(0.9)
    expect(plain.alignment).toHaveLength(9)
    for (const cosine of end(plain)) expect(cosine).toBeGreaterThan(0.2)
    expect(plain.masked).toEqual([])
    expect(run()).toEqual(plain)
  })

  it('measures backpropagation as aligned with itself', () => {
    for (const cosine of end(run({ method: 'BP', epochs: 1 }))) expect(cosine).toBeCloseTo(1, 6)
  })

  it('masks the second layer: it aligns less, and masked signals have p times the cosine', () => {
    const masked = run({ keep: 0.1 })
    expect(end(masked)[1]).toBeLessThan(end(plain)[1] - 0.1)
    masked.masked.forEach(({ mean }, l) => expect(Math.abs((mean ?? NaN) - 0.1 * end(masked)[l])).toBeLessThan(0.06))
  })

  it('begins aligned where it is told to', () => {
    for (const { mean } of run({ initial: 'pre-aligned', epochs: 1 }).alignment[0]) expect(mean).toBeGreaterThan(0.999)
  })

  it('says what ran away by null', () => {
    const lost = run({ network: { ...PRACTICE.network, activation: 'relu' }, rate: 1e20, epochs: 2 })
    expect([lost.trainingLoss[1], lost.testAccuracy]).toEqual([null, null])
  })

  it('trains convolutions, with either feedback, or leaves them as they were', () => {
    const conv = { network: { ...CONV, widths: [4, 6, 16] }, epochs: 1 } as const
    const losses = [run(conv), run({ ...conv, maps: 'channel-shared' }),
      run({ ...conv, method: 'frozen convolutions' })].map(({ trainingLoss }) => trainingLoss[0])
    expect(new Set(losses).size).toBe(3)
  })
})
