import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { dataStamps, stampMemory } from '../../../src/lab/reproduce/data-stamps.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'feedback-alignment-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))
const write = (name: string, content: string | Uint8Array): void => writeFileSync(join(folder, name), content)

describe('dataStamps', () => {
  it('are those of the content, packed or not, and none of what is absent', () => {
    write('a', 'same')
    const plain = dataStamps(folder).of(['a', 'b'])
    expect(plain).toEqual({ a: '0967115f2813a3541eaef77de9d9d577' })
    rmSync(join(folder, 'a'))
    write('a.gz', gzipSync('same'))
    expect(dataStamps(folder).of(['a'])).toEqual(plain)
  })

  it('tell files of one size and one time of modification apart, within one process and over two', () => {
    const memory = stampMemory(join(folder, 'runs'))
    mkdirSync(join(folder, 'runs'))
    const stamps = dataStamps(folder, memory)
    const time = new Date(1e12)
    const put = (content: string): void => {
      write('a', content)
      utimesSync(join(folder, 'a'), time, time)
    }
    put('this')
    const before = stamps.of(['a'])
    put('that')
    expect(stamps.difference(before, ['a'])).toMatch(/^a SHA-256 .{12}…, now SHA-256 .{12}…$/)
    expect(dataStamps(folder, memory).of(['a'])).not.toEqual(before)
  })

  it('are read once: a remembered hash stands for a file that has not changed, and a damaged memory for nothing', () => {
    write('a', 'content')
    const memory = join(folder, 'memory')
    const changed = dataStamps(folder).of(['a'])
    // As if the file had lain there for long: only the memory can say so.
    const known = (hash: string): void => {
      const stamps = JSON.parse(readFileSync(memory, 'utf8')) as Record<string, { hash: string }>
      stamps[join(folder, 'a')].hash = hash
      writeFileSync(memory, JSON.stringify(stamps))
    }
    const realNow = Date.now
    Date.now = () => realNow() + 60_000
    try {
      dataStamps(folder, memory).of(['a'])
    } finally {
      Date.now = realNow
    }
    known('remembered')
    expect(dataStamps(folder, memory).of(['a'])).toEqual({ a: 'remembered' })
    writeFileSync(memory, '{"half')
    expect(dataStamps(folder, memory).of(['a'])).toEqual(changed)
  })
})
