import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readData, requireDirectory, writeWhole } from '../../src/lab/files.ts'
import { UsageError } from '../../src/lab/options.ts'

let folder = ''
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'feedback-alignment-')) })
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const CONTENT = Uint8Array.from({ length: 5000 }, (_, i) => (i * i) % 251)

describe('readData', () => {
  it('reads a plain file, a packed file and a packed file under a plain name', () => {
    writeFileSync(join(folder, 'plain'), CONTENT)
    writeFileSync(join(folder, 'packed.gz'), gzipSync(CONTENT))
    writeFileSync(join(folder, 'disguised'), gzipSync(CONTENT))
    for (const name of ['plain', 'packed', 'disguised']) expect(Buffer.compare(readData(folder, name), CONTENT), name).toBe(0)
  })

  it('says what it looked for when a file is missing', () => {
    expect(() => readData(folder, 'absent')).toThrow(UsageError)
    expect(() => readData(folder, 'absent')).toThrow(`data: file must exist, looked for absent and absent.gz in ${folder}`)
    mkdirSync(join(folder, 'directory'))
    expect(() => readData(folder, 'directory')).toThrow('data: file must exist')
  })

  it('refuses truncated and corrupted gzip files by name', () => {
    const packed = gzipSync(CONTENT)
    writeFileSync(join(folder, 'short.gz'), packed.subarray(0, packed.length - 20))
    const corrupted = Buffer.from(packed)
    for (let i = 40; i < 80; i++) corrupted[i] ^= 0xff
    writeFileSync(join(folder, 'corrupted.gz'), corrupted)
    const wrongSum = Buffer.from(packed)
    wrongSum[wrongSum.length - 8] ^= 1
    writeFileSync(join(folder, 'sum.gz'), wrongSum)
    writeFileSync(join(folder, 'stub.gz'), packed.subarray(0, 3))
    for (const name of ['short', 'corrupted', 'sum', 'stub']) {
      expect(() => readData(folder, name), name).toThrow(UsageError)
      expect(() => readData(folder, name), name).toThrow(`${name}.gz: must be a whole gzip file, got `)
    }
  })
})

describe('requireDirectory', () => {
  it('accepts a directory, and names what is missing or a file', () => {
    expect(() => requireDirectory('--data', folder)).not.toThrow()
    expect(() => requireDirectory('--data', join(folder, 'none'))).toThrow(`--data: directory must exist, got ${join(folder, 'none')}`)
    writeFileSync(join(folder, 'file'), 'x')
    expect(() => requireDirectory('--data', join(folder, 'file'))).toThrow(`--data: must be a directory, got the file ${join(folder, 'file')}`)
  })
})

describe('writeWhole', () => {
  it('makes the directory, replaces the old content and leaves one file', () => {
    const file = join(folder, 'new', 'deep', 'out.json')
    writeWhole(file, 'first')
    writeWhole(file, CONTENT)
    expect(Buffer.compare(readFileSync(file), CONTENT)).toBe(0)
    expect(readdirSync(join(folder, 'new', 'deep'))).toEqual(['out.json'])
  })

  it('leaves nothing behind when it fails, whether the target is a directory or its parent a file', () => {
    const parent = join(folder, 'occupied')
    mkdirSync(join(parent, 'target', 'inside'), { recursive: true })
    expect(() => writeWhole(join(parent, 'target'), 'x')).toThrow(UsageError)
    expect(() => writeWhole(join(parent, 'target'), 'x')).toThrow(/target: must be writable, got /)
    expect(readdirSync(parent)).toEqual(['target'])
    writeFileSync(join(parent, 'file'), 'kept')
    expect(() => writeWhole(join(parent, 'file', 'below'), 'x')).toThrow(UsageError)
    expect(readFileSync(join(parent, 'file'), 'utf8')).toBe('kept')
  })

  it.skipIf(process.getuid?.() === 0)('refuses a directory without write permission', () => {
    const locked = join(folder, 'locked')
    mkdirSync(locked)
    chmodSync(locked, 0o500)
    expect(() => writeWhole(join(locked, 'out'), 'x')).toThrow(UsageError)
    chmodSync(locked, 0o700)
    expect(readdirSync(locked)).toEqual([])
  })
})
