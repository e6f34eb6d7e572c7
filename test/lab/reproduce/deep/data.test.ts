import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { corrupted, deepData, gaussianSplit, probeRows } from '../../../../src/lab/reproduce/deep/data.ts'
import { tensor } from '../../../../src/tensor/index.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'feedback-alignment-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const labelsOf = ({ shape: [rows, classes], data }: { shape: readonly number[]; data: Float32Array }): number[] =>
  Array.from({ length: rows }, (_, i) => data.subarray(i * classes, (i + 1) * classes).indexOf(1))

describe('corrupted labels', () => {
  const rows = 20_000
  const right = tensor([rows, 10])
  for (let i = 0; i < rows; i++) right.data[i * 10 + (i % 10)] = 1
  const wrong = (p: number, seed = 1): boolean[] =>
    labelsOf(corrupted(right, p, seed, 'training')).map((label, i) => label !== i % 10)

  it('are wrong in 0.9·p of the samples, one-hot, and none at p = 0', () => {
    expect(wrong(0).some(Boolean)).toBe(false)
    for (const p of [0.2, 0.9]) {
      const share = wrong(p).filter(Boolean).length / rows
      // Five standard errors of a binomial share.
      expect(Math.abs(share - 0.9 * p), `p ${p}`).toBeLessThan(5 * Math.sqrt((0.9 * p * (1 - 0.9 * p)) / rows))
    }
    expect(corrupted(right, 0.9, 1, 'training').data.reduce((sum, x) => sum + x, 0)).toBe(rows)
  })

  it('stay wrong at higher levels and differ between seeds', () => {
    const [low, high, other] = [wrong(0.2), wrong(0.5), wrong(0.2, 2)]
    expect(low.every((bad, i) => !bad || high[i])).toBe(true)
    expect(low).not.toEqual(other)
  })
})

describe('Gaussian targets', () => {
  it('have the covariance [[1, α(1−β)], [α(1−β), α²]] and the same inputs for all α and β', () => {
    for (const [alpha, beta] of [[0.2, 0.4], [1, 1], [0.6, 0.2]]) {
      const { inputs, targets } = gaussianSplit({ dataset: 'gaussian', samples: 20_000, inputs: 2, alpha, beta }, 3)
      const moment = (j: number, k: number): number => {
        let sum = 0
        for (let i = 0; i < 20_000; i++) sum += targets.data[2 * i + j] * targets.data[2 * i + k]
        return sum / 20_000
      }
      expect(moment(0, 0)).toBeCloseTo(1, 1)
      expect(moment(0, 1) / alpha).toBeCloseTo(1 - beta, 1)
      expect(moment(1, 1) / (alpha * alpha)).toBeCloseTo(1, 1)
      expect(inputs.data).toEqual(
        gaussianSplit({ dataset: 'gaussian', samples: 20_000, inputs: 2, alpha: 1, beta: 1 }, 3).inputs.data,
      )
    }
  })
})

describe('images', () => {
  it('are read, made smaller, and standardized by one mean and deviation of the training samples', () => {
    mkdirSync(join(folder, 'mnist'), { recursive: true })
    const header = (...numbers: readonly number[]): Buffer => {
      const out = Buffer.alloc(4 * numbers.length)
      numbers.forEach((n, i) => out.writeUInt32BE(n, 4 * i))
      return out
    }
    for (const [prefix, count] of [['train', 12], ['t10k', 5]] as const) {
      const pixels = Buffer.from(
        Array.from({ length: count * 784 }, (_, i) => (7 * i + Math.floor(i / 784) * 13) % 256),
      )
      writeFileSync(join(folder, 'mnist', `${prefix}-images-idx3-ubyte`),
        Buffer.concat([header(0x803, count, 28, 28), pixels]))
      writeFileSync(join(folder, 'mnist', `${prefix}-labels-idx1-ubyte`),
        Buffer.concat([header(0x801, count), Buffer.from(Array.from({ length: count }, (_, i) => i % 10))]))
    }
    const spec = { dataset: 'mnist', side: 14, samples: 8, testSamples: 3, noise: 0 } as const
    const { training, test, classification } = deepData(spec, 0, folder)
    expect([training.inputs.shape, test.inputs.shape, training.targets.shape, classification]).toEqual([[8, 196], [3,
      196], [8, 10], true])
    const values = [...training.inputs.data]
    const mean = values.reduce((sum, x) => sum + x, 0) / values.length
    expect(mean).toBeCloseTo(0, 6)
    expect(values.reduce((sum, x) => sum + (x - mean) * (x - mean), 0) / values.length).toBeCloseTo(1, 5)
    // Images are kept between runs; wrong labels must not stay in them.
    expect(labelsOf(deepData({ ...spec, noise: 1 }, 1, folder).training.targets)).not.toEqual(
      labelsOf(training.targets),
    )
    expect(labelsOf(deepData(spec, 1, folder).training.targets)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    expect(deepData({ ...spec, samples: 4 }, 0, folder).training.inputs.shape).toEqual([4, 196])
  })
})

describe('probeRows', () => {
  it('are different rows, the same at every call, and all of them when there are no more', () => {
    const rows = [...probeRows(100, 10)]
    expect(new Set(rows).size).toBe(10)
    expect([...probeRows(100, 10)]).toEqual(rows)
    expect([...probeRows(3, 10)]).toEqual([0, 1, 2])
  })
})
