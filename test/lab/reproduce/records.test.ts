import { execFileSync } from 'node:child_process'
import { appendFileSync, closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, statSync,
  truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { appendRecord, keyOf, readRecords, recordFile } from '../../../src/lab/reproduce/records.ts'
import { respell } from '../../../src/lab/spelling.ts'
import { fake } from './fake.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'feedback-alignment-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const machine = { version: '0', runtime: 'test', tier: 'blocked' }
const record = (seed: number, result: unknown, revision = 1, experiment = 'paper/square') => ({
  experiment,
  revision,
  configuration: { seed },
  result,
  seconds: 1,
  machine,
})

describe('records', () => {
  it('come back by configuration, whatever the order of its keys, the last of two alike', () => {
    appendRecord(folder, record(1, 5))
    appendRecord(folder, record(2, 6))
    appendRecord(folder, record(1, 7))
    const { runs, remarks } = readRecords(folder, fake())
    expect(remarks).toEqual([])
    expect([...runs.values()].map(({ configuration, result }) => [configuration, result])).toEqual([[{ seed: 1 }, 7], [{
      seed: 2,
    }, 6]])
    expect(keyOf({ a: 1, b: { d: 2, c: [3, { f: 4, e: 5 }] } })).toBe(
      keyOf({ b: { c: [3, { e: 5, f: 4 }], d: 2 }, a: 1 }),
    )
    expect(keyOf({ a: 1 })).not.toBe(keyOf({ a: 2 }))
  })

  it('of another revision, another experiment, or no record at all are named with file and line, and left out', () => {
    const file = recordFile(folder, 'paper/square')
    appendRecord(folder, record(1, 5, 2))
    appendRecord(folder, record(2, 6))
    appendFileSync(file, `${JSON.stringify(record(3, 7, 1, 'paper/cube'))}\nnull\n{"experiment":"paper/square"\n`)
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
    appendRecord(folder, named({ optimiser: 'sgd', seed: 1 }, 5, former))
    appendRecord(folder, named({ optimiser: 'sgd', seed: 2 }, 6, former))
    appendRecord(folder, named({ seed: 2, optimizer: 'sgd' }, 7, respell(former)))
    const { runs, remarks } = readRecords(folder, fake(respell(former)))
    expect(remarks).toEqual([])
    expect([1, 2].map((seed) => runs.get(keyOf({ optimizer: 'sgd', seed }))?.result)).toEqual([5, 7])
    expect([...runs.values()][0].configuration).toEqual({ optimizer: 'sgd', seed: 1 })
  })

  it('are read after a byte-order mark', () => {
    const file = recordFile(folder, 'paper/square')
    appendRecord(folder, record(1, 5))
    writeFileSync(file, `\ufeff${readFileSync(file, 'utf8')}`)
    const { runs, remarks } = readRecords(folder, fake())
    expect([remarks, [...runs.values()].map(({ result }) => result)]).toEqual([[], [5]])
  })

  it('are refused, not waited for, where a pipe stands in the place of the file', () => {
    mkdirSync(join(folder, 'paper'))
    execFileSync('mkfifo', [recordFile(folder, 'paper/square')])
    expect(() => readRecords(folder, fake())).toThrow(/square\.jsonl: must be a file, got a pipe$/)
  })

  it('survive a line that was cut off by a kill: the next record starts a new one', () => {
    const file = recordFile(folder, 'paper/square')
    appendRecord(folder, record(1, 5))
    appendFileSync(file, '{"experiment":"paper/sq')
    appendRecord(folder, record(2, 6))
    const { runs, remarks } = readRecords(folder, fake())
    expect([...runs.values()].map(({ result }) => result)).toEqual([5, 6])
    expect(remarks).toHaveLength(1)
  })

  it('are added to a file of any size', () => {
    const file = recordFile(folder, 'paper/square')
    appendRecord(folder, record(1, 5))
    // More than any buffer holds; a hole, so that it takes no place.
    const size = 2 ** 33
    truncateSync(file, size)
    appendRecord(folder, record(2, 6))
    const line = `\n${JSON.stringify(record(2, 6))}\n`
    expect(statSync(file).size).toBe(size + line.length)
    const end = new Uint8Array(line.length)
    const handle = openSync(file, 'r')
    readSync(handle, end, 0, end.length, size)
    closeSync(handle)
    expect(Buffer.from(end).toString()).toBe(line)
  })

  it('made from other data are named with the file that differs, and left out; without data they are taken', () => {
    const file = recordFile(folder, 'paper/square')
    const data = { images: 10, labels: 4 }
    appendRecord(folder, { ...record(1, 5), data: { labels: 4, images: 10 } })
    appendRecord(folder, { ...record(2, 6), data: { images: 11, labels: 4 } })
    appendRecord(folder, { ...record(3, 7), data: { images: 10 } })
    appendRecord(folder, { ...record(4, 8), data: { ...data, more: 1 } })
    appendRecord(folder, record(5, 9))
    const { runs, remarks } = readRecords(folder, fake(), data)
    expect([...runs.values()].map(({ result }) => result)).toEqual([5, 9])
    expect(remarks.map((remark) => remark.slice(file.length))).toEqual([
      ', line 2: made from other data (images 11 bytes, now 10 bytes); run again',
      ', line 3: made from other data (labels absent, now 4 bytes); run again',
      ', line 4: made from other data (more 1 bytes, now absent); run again',
    ])
    expect(readRecords(folder, fake()).remarks).toEqual([])
  })

  it('cannot be written where a file stands in the place of the directory', () => {
    writeFileSync(join(folder, 'paper'), '')
    expect(() => appendRecord(folder, record(1, 5))).toThrow(/square\.jsonl: must be writable, got /)
  })
})
