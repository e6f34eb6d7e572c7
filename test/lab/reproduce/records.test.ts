import { execFileSync, spawnSync } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync,
  writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { temporaryName } from '../../../src/lab/machine.ts'
import { dataStamps } from '../../../src/lab/reproduce/data-stamps.ts'
import { configurationHash, keyOf, linesFile, readFailure, readRecord, readRecords, type Record, resultHash, runFile,
  tidyRuns, writeFailure, writeRecord } from '../../../src/lab/reproduce/records.ts'
import { respell } from '../../../src/lab/spelling.ts'
import { fake } from './fake.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'feedback-alignment-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const machine = { version: '0', runtime: 'test', tier: 'blocked' }
const record = (seed: number, result: unknown, revision = 1, experiment = 'paper/square'): Record => ({
  experiment,
  revision,
  configuration: { seed },
  result,
  seconds: 1,
  machine,
})
const fileOf = (seed: number): string => runFile(folder, 'paper/square', { seed }, 'json')
/** Adds a line as older versions did. */
function addLine(line: object | string, experiment = 'paper/square'): string {
  const file = linesFile(folder, experiment)
  mkdirSync(dirname(file), { recursive: true })
  appendFileSync(file, typeof line === 'string' ? line : `${JSON.stringify(line)}\n`)
  return file
}
const results = (): unknown[] => [...readRecords(folder, fake()).runs.values()].map(({ result }) => result)

describe('keyOf', () => {
  it('is equal for equal configurations whatever the order of their keys, and so is the hash', () => {
    const [a, b] = [{ a: 1, b: { d: 2, c: [3, { f: 4, e: 5 }] } }, { b: { c: [3, { e: 5, f: 4 }], d: 2 }, a: 1 }]
    expect(keyOf(a)).toBe(keyOf(b))
    expect(configurationHash(a)).toBe(configurationHash(b))
    expect(configurationHash({ a: 1 })).not.toBe(configurationHash({ a: 2 }))
  })
})

describe('record files', () => {
  it('are one per configuration, the last of two alike, and found alone or all together', () => {
    for (const [seed, result] of [[1, 5], [2, 6], [1, 7]]) writeRecord(folder, record(seed, result))
    expect(readdirSync(join(folder, 'paper', 'square'))).toHaveLength(2)
    expect(results().sort()).toEqual([6, 7])
    expect(readRecord(folder, fake(), { seed: 1 })).toEqual({ configuration: { seed: 1 }, result: 7, seconds: 1 })
    expect(readRecord(folder, fake(), { seed: 3 })).toBeUndefined()
  })

  it('are named and left out when edited, renamed, cut off or of another experiment or revision', () => {
    for (const seed of [1, 2, 3, 4, 5, 6]) writeRecord(folder, { ...record(seed, seed), hash: resultHash(seed) })
    const edit = (seed: number, from: string, to: string): void =>
      writeFileSync(fileOf(seed), readFileSync(fileOf(seed), 'utf8').replace(from, to))
    edit(1, '"result":1', '"result":8')
    edit(2, '{"seed":2}', '{"seed":9}')
    renameSync(fileOf(3), fileOf(30))
    writeFileSync(fileOf(4), readFileSync(fileOf(4), 'utf8').slice(0, 60))
    edit(5, '"revision":1', '"revision":2')
    const { runs, remarks } = readRecords(folder, fake())
    expect([...runs.values()].map(({ result }) => result)).toEqual([6])
    const said = (seed: number): string | undefined =>
      remarks.find((remark) => remark.startsWith(fileOf(seed)))?.slice(fileOf(seed).length)
    expect(said(1)).toBe(': its result is not the one that was recorded; run again')
    expect(said(2)).toBe(': its configuration is not the one that was recorded; run again')
    expect(said(30)).toBe(': its configuration is not the one that was recorded; run again')
    expect(said(4)).toMatch(/^: no JSON \(.*\); run again$/)
    expect(said(5)).toBe(': made by revision 2 of the experiment, now 1; run again')
    expect(readRecord(folder, fake(), { seed: 1 })).toBeUndefined()
  })

  it('remove what was kept of the run, and why it failed', () => {
    const failure = { experiment: 'paper/square', configuration: { seed: 1 }, message: 'no', machine }
    writeFailure(folder, failure)
    writeFileSync(runFile(folder, 'paper/square', { seed: 1 }, 'checkpoint'), 'kept')
    expect(readFailure(folder, 'paper/square', { seed: 1 })).toBe('no')
    writeRecord(folder, record(1, 5))
    expect(readFailure(folder, 'paper/square', { seed: 1 })).toBeUndefined()
    expect(existsSync(runFile(folder, 'paper/square', { seed: 1 }, 'checkpoint'))).toBe(false)
  })

  it('are tidied: what a kill left of runs that are done, and temporary files of processes that are gone', () => {
    const { pid } = spawnSync(process.execPath, ['-e', ''])
    writeRecord(folder, record(1, 5))
    const place = dirname(fileOf(1))
    const left = (seed: number): string => runFile(folder, 'paper/square', { seed }, 'checkpoint')
    const names = [left(1), left(2), join(place, temporaryName('a.json', pid)),
      join(place, temporaryName('a', process.ppid))]
    for (const name of names) writeFileSync(name, '')
    tidyRuns(folder, 'paper/square', readRecords(folder, fake()).runs.values())
    expect(names.map((name) => existsSync(name))).toEqual([false, true, false, true])
    expect(existsSync(fileOf(1))).toBe(true)
  })

  it('are a thousand as well', () => {
    for (let seed = 0; seed < 1000; seed++) {
      const file = fileOf(seed)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, JSON.stringify({ ...record(seed, seed), hash: resultHash(seed) }))
    }
    const { runs, remarks } = readRecords(folder, fake())
    expect([runs.size, remarks]).toEqual([1000, []])
    expect(runs.get(keyOf({ seed: 777 }))?.result).toBe(777)
  })

  it('cannot be written where a file stands in the place of the directory', () => {
    writeFileSync(join(folder, 'paper'), '')
    expect(() => writeRecord(folder, record(1, 5))).toThrow(/\.json: must be writable, got /)
  })
})

describe('lines of older versions', () => {
  it('come back, the last of two alike, and files before them', () => {
    for (const [seed, result] of [[1, 5], [2, 6], [1, 7]]) addLine(record(seed, result))
    expect(results()).toEqual([7, 6])
    writeRecord(folder, record(2, 8))
    expect(results()).toEqual([7, 8])
  })

  it('of another revision, another experiment, or no record at all are named with file and line, and left out', () => {
    const file = addLine(record(1, 5, 2))
    addLine(record(2, 6))
    addLine(`${JSON.stringify(record(3, 7, 1, 'paper/cube'))}\nnull\n{"experiment":"paper/square"\n`)
    const { runs, remarks } = readRecords(folder, fake())
    expect([...runs.values()].map(({ result }) => result)).toEqual([6])
    expect(remarks.map((remark) => remark.slice(file.length))).toEqual([
      ', line 1: made by revision 2 of the experiment, now 1; run again',
      ', line 3: belongs to paper/cube, not paper/square; run again',
      ', line 4: not the record of a run; run again',
      expect.stringMatching(/^, line 5: no JSON \(.*\); run again$/),
    ])
  })

  it('under former names of experiment and keys come back, today’s before them', () => {
    const former = 'refinetti2021/overparameterised'
    const named = (configuration: object, result: number, experiment: string) => ({
      ...record(0, result, 1, experiment),
      configuration,
    })
    addLine(named({ optimiser: 'sgd', seed: 1 }, 5, former), former)
    addLine(named({ optimiser: 'sgd', seed: 2 }, 6, former), former)
    addLine(named({ seed: 2, optimizer: 'sgd' }, 7, respell(former)), respell(former))
    const { runs, remarks } = readRecords(folder, fake(respell(former)))
    expect(remarks).toEqual([])
    expect([1, 2].map((seed) => runs.get(keyOf({ optimizer: 'sgd', seed }))?.result)).toEqual([5, 7])
    expect([...runs.values()][0].configuration).toEqual({ optimizer: 'sgd', seed: 1 })
  })

  it('are read after a byte-order mark, and after one that a kill cut off', () => {
    const file = addLine(record(1, 5))
    writeFileSync(file, `\ufeff${readFileSync(file, 'utf8')}`)
    expect(results()).toEqual([5])
    addLine('{"experiment":"paper/sq\n')
    addLine(record(2, 6))
    expect(results()).toEqual([5, 6])
  })

  it('are refused, not waited for, where a pipe stands in the place of the file', () => {
    mkdirSync(join(folder, 'paper'))
    execFileSync('mkfifo', [linesFile(folder, 'paper/square')])
    expect(() => readRecords(folder, fake())).toThrow(/square\.jsonl: must be a file, got a pipe$/)
  })

  it('made from other data are named with the file that differs, by size; without data they are taken', () => {
    mkdirSync(join(folder, 'data'))
    writeFileSync(join(folder, 'data', 'images'), '0123456789')
    writeFileSync(join(folder, 'data', 'labels'), '0123')
    const data = { images: 10, labels: 4 }
    const file = addLine({ ...record(1, 5), data: { labels: 4, images: 10 } })
    addLine({ ...record(2, 6), data: { images: 11, labels: 4 } })
    addLine({ ...record(3, 7), data: { images: 10 } })
    addLine({ ...record(4, 8), data: { ...data, more: 1 } })
    addLine(record(5, 9))
    const experiment = { ...fake(), data: ['images', 'labels'], dataIfPresent: ['more'] }
    const { runs, remarks } = readRecords(folder, experiment, dataStamps(join(folder, 'data')))
    expect([...runs.values()].map(({ result }) => result)).toEqual([5, 9])
    expect(remarks.map((remark) => remark.slice(file.length).replace(/SHA-256 \w+…/, 'SHA-256 …'))).toEqual([
      ', line 2: made from other data (images 11 bytes, now 10 bytes); run again',
      ', line 3: made from other data (labels absent, now SHA-256 …); run again',
      ', line 4: made from other data (more 1 bytes, now absent); run again',
    ])
    expect(readRecords(folder, fake()).remarks).toEqual([])
  })
})
