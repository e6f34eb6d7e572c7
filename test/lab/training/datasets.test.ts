import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { UsageError } from '../../../src/lab/options.ts'
import { readDataset, SHAPES } from '../../../src/lab/training/datasets.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'feedback-alignment-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const OPTIONS = { trainingSamples: 0, validationSamples: 0, standardize: 'none' } as const

function cifar(count: number, label: number): Uint8Array {
  const bytes = new Uint8Array(3073 * count)
  for (let i = 0; i < count; i++) {
    bytes.fill(50 * i + label, 3073 * i + 1, 3073 * (i + 1)).fill(label, 3073 * i, 3073 * i + 1)
  }
  return bytes
}

describe('readDataset', () => {
  it('takes the parts of CIFAR-10 that are there, and tests on what is not trained on', () => {
    const directory = join(folder, 'part')
    mkdirSync(join(directory, 'cifar10'), { recursive: true })
    writeFileSync(join(directory, 'cifar10', 'data_batch_1.bin'), cifar(4, 1))
    writeFileSync(join(directory, 'cifar10', 'test_batch_first1000.bin'), cifar(2, 2))
    writeFileSync(join(directory, 'cifar10', 'data_batch_5_last1000.bin'), cifar(3, 3))
    const part = readDataset('cifar10', directory, OPTIONS)
    expect([part.training.inputs.shape, part.test.inputs.shape]).toEqual([[4, 3072], [5, 3072]])
    writeFileSync(join(directory, 'cifar10', 'data_batch_5.bin'), cifar(3, 3))
    expect(readDataset('cifar10', directory, OPTIONS).test.inputs.shape).toEqual([2, 3072])
    writeFileSync(join(directory, 'cifar10', 'test_batch.bin'), cifar(3, 2))
    expect(readDataset('cifar10', directory, OPTIONS).test.inputs.shape).toEqual([3, 3072])
  })

  it('standardizes by the training samples that are used, and holds validation samples out of them', () => {
    const { training, validation, test, classes } = readDataset('teacher', undefined, {
      trainingSamples: 300,
      validationSamples: 100,
      standardize: 'global',
    })
    expect([training.inputs.shape[0], validation.inputs.shape[0], test.inputs.shape[0], classes]).toEqual([300, 100,
      1000, 10])
    const mean = (x: Float32Array): number => x.reduce((sum, value) => sum + value, 0) / x.length
    expect(Math.abs(mean(training.inputs.data))).toBeLessThan(1e-6)
    expect(mean(training.inputs.data.map((x) => x * x))).toBeCloseTo(1, 5)
    expect(Math.abs(mean(test.inputs.data))).toBeGreaterThan(1e-6)
    const rows = (x: Float32Array): Set<string> =>
      new Set(Array.from({ length: x.length / 20 }, (_, i) => x.slice(20 * i, 20 * i + 20).join()))
    const seen = rows(training.inputs.data)
    expect([...rows(validation.inputs.data)].filter((row) => seen.has(row))).toEqual([])
  })

  it('has a generated task in which every class occurs', () => {
    const { training } = readDataset('teacher', undefined, OPTIONS)
    const counts = Array.from({ length: 10 },
      (_, k) => training.targets.data.reduce((sum, t, i) => sum + (i % 10 === k ? t : 0), 0))
    expect(Math.min(...counts)).toBeGreaterThan(40)
    expect(SHAPES.teacher.classes).toBe(10)
  })

  it('refuses missing data, damaged data and more samples than there are', () => {
    expect(() => readDataset('mnist', undefined, OPTIONS)).toThrow('--data: directory with mnist/ must be given')
    expect(() => readDataset('optdigits', folder, OPTIONS)).toThrow(/looked for optdigits\.tra\.csv/)
    const directory = join(folder, 'damaged')
    mkdirSync(join(directory, 'cifar10'), { recursive: true })
    writeFileSync(join(directory, 'cifar10', 'data_batch_1.bin'), cifar(2, 1).subarray(0, 4000))
    expect(() => readDataset('cifar10', directory, OPTIONS)).toThrow(UsageError)
    expect(() => readDataset('teacher', undefined, { ...OPTIONS, trainingSamples: 3950, validationSamples: 100 }))
      .toThrow('must be at most 4000 together, got 3950 and 100')
  })
})
