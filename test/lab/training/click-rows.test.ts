import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { areaUnderCurve } from '../../../src/nn/index.ts'
import { CRITEO_FILES, readRows, scoreOf } from '../../../src/lab/training/click-rows.ts'
import { tensor } from '../../../src/tensor/index.ts'

/** The first number tells the label: tokens 2 and 21, their categories in the order of characters are 1 and 2; every token of the second field is rare. */
const line = (i: number): string =>
  [i % 2, i % 2 === 0 ? '5' : '100', String(1000 + 500 * i), ...Array.from({ length: 37 }, () => '')].join('\t')
let data = ''
beforeAll(() => {
  data = mkdtempSync(join(tmpdir(), 'recommenders-'))
  mkdirSync(join(data, 'criteo'))
  CRITEO_FILES.forEach((file, part) =>
    writeFileSync(join(data, file), Array.from({ length: 20 }, (_, i) => line(20 * part + i)).join('\n'))
  )
})
afterAll(() => rmSync(data, { recursive: true }))

describe('readRows', () => {
  it('cuts the rows of a teacher into three parts, and knows what the best score is', () => {
    const { training, validation, test, bayes, vocabularies } = readRows('clicks', '', [30, 10, 20], 1)
    expect([training, validation, test].map(({ input, target }) => [input.shape, target.shape])).toEqual([[[30, 10], [
      30,
      1,
    ]], [[10, 10], [10, 1]], [[20, 10], [20, 1]]])
    expect(vocabularies).toEqual(Array.from({ length: 10 }, () => 16))
    expect(bayes?.auc).toBeGreaterThan(0.7)
    expect(readRows('clicks', '', [30, 10, 20], 2).training.input).not.toEqual(training.input)
    expect(readRows('clicks', '', [30, 10, 20], 1).training.input).toEqual(training.input)
  })

  it('splits all files’ rows anew by each seed, each row once, categories of training rows alone', () => {
    const { training, validation, test, vocabularies, bayes } = readRows('criteo', data, [40, 10, 10], 1)
    expect(bayes).toBeNull()
    expect(vocabularies.slice(0, 3)).toEqual([3, 1, 1])
    const all = [training, validation, test].flatMap(({ target }) => [...target.data])
    expect(all.filter((t) => t === 1)).toHaveLength(30)
    for (const { input, target } of [training, validation, test]) {
      target.data.forEach((t, row) => expect(input.data[39 * row]).toBe(t === 1 ? 2 : 1))
    }
    expect(readRows('criteo', data, [40, 10, 10], 2).training.target).not.toEqual(training.target)
    expect(() => readRows('criteo', data, [60, 1, 1], 1)).toThrow(
      'readRows: parts must have at most 60 rows together, got 62',
    )
  })

  it('names the file and the line of what is wrong', () => {
    const other = mkdtempSync(join(tmpdir(), 'recommenders-'))
    mkdirSync(join(other, 'criteo'))
    CRITEO_FILES.forEach((file, part) => writeFileSync(join(other, file), part === 1 ? `${line(0)}\n0\t1` : line(part)))
    expect(() => readRows('criteo', other, [1, 1, 1], 1)).toThrow(
      /criteo8k\.dev\.tsv must have 40 columns at line 2, got 2/,
    )
    rmSync(other, { recursive: true })
  })
})

describe('scoreOf', () => {
  it('is the AUC and the mean log loss', () => {
    const part = { input: tensor([2, 1]), target: tensor([2, 1], Float32Array.of(0, 1)) }
    const { auc, logLoss } = scoreOf(Float32Array.of(0, 1), part)
    expect(auc).toBe(areaUnderCurve([0, 1], [0, 1]))
    expect(logLoss).toBeCloseTo((Math.log(2) + Math.log(1 + Math.exp(-1))) / 2, 7)
  })
})
