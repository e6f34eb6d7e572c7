import { execFileSync } from 'node:child_process'
import { appendFileSync, chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync,
  readlinkSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { appendLine, dataFile, diskTime, isFirst, readData, readText, requireDirectory, requireWritable,
  writeWhole } from '../../src/lab/files.ts'
import { UsageError } from '../../src/lab/options.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'feedback-alignment-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const CONTENT = Uint8Array.from({ length: 5000 }, (_, i) => (i * i) % 251)

describe('readData', () => {
  it('reads a plain file, a packed file and a packed file under a plain name', () => {
    writeFileSync(join(folder, 'plain'), CONTENT)
    writeFileSync(join(folder, 'packed.gz'), gzipSync(CONTENT))
    writeFileSync(join(folder, 'disguised'), gzipSync(CONTENT))
    for (const name of ['plain', 'packed', 'disguised']) {
      expect(Buffer.compare(readData(folder, name), CONTENT), name).toBe(0)
    }
  })

  it('says what it looked for when a file is missing', () => {
    expect(() => readData(folder, 'absent')).toThrow(UsageError)
    expect(() => readData(folder, 'absent')).toThrow(
      `data: file must exist, looked for absent and absent.gz in ${folder}`,
    )
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
    expect(() => requireDirectory('--data', join(folder, 'none'))).toThrow(
      `--data: directory must exist, got ${join(folder, 'none')}`,
    )
    writeFileSync(join(folder, 'file'), 'x')
    expect(() => requireDirectory('--data', join(folder, 'file'))).toThrow(
      `--data: must be a directory, got the file ${join(folder, 'file')}`,
    )
    expect(() => requireDirectory('--data', join(folder, 'file', 'below'))).toThrow(UsageError)
  })
})

describe('dataFile', () => {
  it('is the file that readData reads, plain before packed, and none where it is absent', () => {
    const data = join(folder, 'sizes')
    mkdirSync(join(data, 'c'), { recursive: true })
    writeFileSync(join(data, 'a'), 'abc')
    writeFileSync(join(data, 'a.gz'), 'abcdef')
    writeFileSync(join(data, 'b.gz'), 'abcd')
    expect(['a', 'b', 'c', 'd'].map((name) => dataFile(data, name)?.size)).toEqual([3, 4, undefined, undefined])
    expect(dataFile(data, 'b')).toMatchObject({ path: join(data, 'b.gz'),
      changed: statSync(join(data, 'b.gz')).ctimeMs })
  })
})

describe('diskTime', () => {
  it('is the time of what is written now, and leaves nothing', () => {
    const place = join(folder, 'clock')
    mkdirSync(place)
    writeFileSync(join(place, 'before'), '')
    const now = diskTime(place)
    writeFileSync(join(place, 'after'), '')
    expect(now).toBeGreaterThanOrEqual(statSync(join(place, 'before')).mtimeMs)
    expect(now).toBeLessThanOrEqual(statSync(join(place, 'after')).mtimeMs)
    expect(readdirSync(place).sort()).toEqual(['after', 'before'])
    expect(Math.abs(diskTime(join(place, 'none')) - Date.now())).toBeLessThan(60_000)
  })
})

describe('isFirst', () => {
  it('is true once', () => {
    const file = join(folder, 'first', 'mark')
    expect([isFirst(file), isFirst(file)]).toEqual([true, false])
    expect(() => isFirst('/proc/nowhere/mark')).toThrow(UsageError)
  })
})

describe('readText', () => {
  it('reads UTF-8 and UTF-16, with and without a mark, and nothing where there is nothing', () => {
    const file = join(folder, 'text')
    const text = '{"a":"é√"}'
    const little = Buffer.from(text, 'utf16le')
    const big = Buffer.from(little).swap16()
    const encodings = [Buffer.from(text), Buffer.from(`\ufeff${text}`), little, Buffer.from(`\ufeff${text}`, 'utf16le'),
      big, Buffer.from(`\ufeff${text}`, 'utf16le').swap16()]
    for (const bytes of encodings) {
      writeFileSync(file, bytes)
      expect(readText(file)).toBe(text)
    }
    writeFileSync(file, '')
    expect(readText(file)).toBe('')
    expect(readText(join(folder, 'no text'))).toBeUndefined()
  })

  it('refuses what would be waited for, and directories', () => {
    const pipe = join(folder, 'text pipe')
    execFileSync('mkfifo', [pipe])
    expect(() => readText(pipe)).toThrow(`${pipe}: must be a file, got a pipe`)
    expect(() => readText('/dev/zero')).toThrow('/dev/zero: must be a file, got a device')
    expect(() => readText(folder)).toThrow(`${folder}: must be a file, got a directory`)
  })
})

describe('appendLine', () => {
  it('adds lines, and begins a new one after half a line', () => {
    const file = join(folder, 'lines', 'a')
    for (const line of ['1', '2']) appendLine(file, line)
    appendFileSync(file, 'hal')
    appendLine(file, '3')
    expect(readFileSync(file, 'utf8')).toBe('1\n2\nhal\n3\n')
  })
})

describe('requireWritable', () => {
  it('tries the temporary name where it will be, and leaves nothing', () => {
    const place = join(folder, 'tried')
    mkdirSync(place)
    expect(() => requireWritable('--checkpoint', join(place, 'x'.repeat(250)))).toThrow(
      /^--checkpoint: .* must be writable, got ENAMETOOLONG/,
    )
    requireWritable('--checkpoint', join(place, 'a', 'b', 'c'))
    expect(readdirSync(place)).toEqual([])
    mkdirSync(join(place, 'kept'))
    requireWritable('--checkpoint', join(place, 'kept', 'c'))
    expect(readdirSync(place)).toEqual(['kept'])
  })

  // Node's own recursive making of directories never ends there.
  it.skipIf(!existsSync('/proc/self'))('and writeWhole and appendLine end where nothing can be made', () => {
    for (const file of ['/proc/nowhere/a/b', '/proc/b', '/sys/x']) {
      expect(() => requireWritable('--json', file), file).toThrow(/^--json: .* must be writable, got E/)
      expect(() => writeWhole(file, 'x'), file).toThrow(/must be writable, got E/)
      expect(() => appendLine(file, 'x'), file).toThrow(/must be writable, got E/)
    }
  })

  it('tries the file itself where it is added to', () => {
    const place = join(folder, 'added')
    mkdirSync(place)
    writeFileSync(join(place, 'a'), 'kept')
    requireWritable('--runs', join(place, 'a'), 'append')
    requireWritable('--runs', join(place, 'new', 'b'), 'append')
    expect([readFileSync(join(place, 'a'), 'utf8'), readdirSync(place)]).toEqual(['kept', ['a']])
  })

  it('accepts what is a file or nothing yet, also through links, and /dev/null', () => {
    const place = join(folder, 'writable')
    mkdirSync(place)
    writeFileSync(join(place, 'file'), '')
    symlinkSync('file', join(place, 'link'))
    symlinkSync('nothing', join(place, 'open'))
    for (const file of [...['file', 'link', 'open', join('new', 'deep')].map((name) => join(place, name)),
      '/dev/null'])
    {
      expect(() => requireWritable('--json', file), file).not.toThrow()
    }
    expect(readdirSync(place).sort()).toEqual(['file', 'link', 'open'])
  })

  it('refuses directories, pipes, links in a circle and names below a file, in words', () => {
    const place = join(folder, 'refused')
    mkdirSync(join(place, 'directory'), { recursive: true })
    writeFileSync(join(place, 'file'), '')
    execFileSync('mkfifo', [join(place, 'pipe')])
    symlinkSync('pipe', join(place, 'link'))
    symlinkSync('circle', join(place, 'circle'))
    const message = (name: string): string => {
      try {
        requireWritable('--json', join(place, name))
      } catch (error) {
        expect(error, name).toBeInstanceOf(UsageError)
        return (error as Error).message.replace(place, '')
      }
      return 'accepted'
    }
    expect(message('directory')).toBe('--json: /directory must be a file, got a directory')
    expect(message('pipe')).toBe('--json: /pipe must be a file, got a pipe')
    expect(message('link')).toBe('--json: /link must be a file, got a pipe')
    expect(message('circle')).toMatch(/^--json: \/circle must be writable, got ELOOP/)
    expect(message('file/x.json')).toMatch(/^--json: \/file\/x\.json must be writable, got /)
  })
})

describe('writeWhole', () => {
  it('replaces what a link points to, not the link, and makes it where it is missing', () => {
    const place = join(folder, 'links')
    mkdirSync(join(place, 'elsewhere'), { recursive: true })
    writeFileSync(join(place, 'elsewhere', 'target'), 'old')
    symlinkSync(join('elsewhere', 'target'), join(place, 'link'))
    symlinkSync(join('elsewhere', 'later'), join(place, 'open'))
    writeWhole(join(place, 'link'), 'new')
    writeWhole(join(place, 'open'), 'first')
    expect(readlinkSync(join(place, 'link'))).toBe(join('elsewhere', 'target'))
    expect(readlinkSync(join(place, 'open'))).toBe(join('elsewhere', 'later'))
    expect(readFileSync(join(place, 'elsewhere', 'target'), 'utf8')).toBe('new')
    expect(readFileSync(join(place, 'elsewhere', 'later'), 'utf8')).toBe('first')
    expect(readdirSync(place).sort()).toEqual(['elsewhere', 'link', 'open'])
    expect(readdirSync(join(place, 'elsewhere')).sort()).toEqual(['later', 'target'])
  })

  it('leaves a pipe a pipe, and writes into a device without replacing it', () => {
    const pipe = join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    expect(() => writeWhole(pipe, 'x')).toThrow(UsageError)
    expect(() => writeWhole(pipe, 'x')).toThrow(/pipe: must be a file, got a pipe$/)
    expect(statSync(pipe).isFIFO()).toBe(true)
    // By a link, which is what is lost should the device be replaced after all.
    const device = join(folder, 'null')
    symlinkSync('/dev/null', device)
    writeWhole(device, 'x')
    expect([lstatSync(device).isSymbolicLink(), statSync(device).isCharacterDevice()]).toEqual([true, true])
    // Only Linux has a device that is always full.
    if (!existsSync('/dev/full')) return
    symlinkSync('/dev/full', join(folder, 'full'))
    expect(() => writeWhole(join(folder, 'full'), 'x')).toThrow(/full: must be writable, got ENOSPC/)
  })

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
    expect(() => writeWhole(join(parent, 'target'), 'x')).toThrow(/target: must be a file, got a directory$/)
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
