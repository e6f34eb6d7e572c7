// The only place where files are read and written.

import { gunzipSync } from 'node:zlib'
import { accessSync, appendFileSync, closeSync, constants, existsSync, fstatSync, fsyncSync, ftruncateSync, lstatSync,
  mkdirSync, openSync, readdirSync, readFileSync, readlinkSync, readSync, realpathSync, renameSync, rmdirSync, rmSync,
  type Stats, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { HOST, temporaryName } from './machine.ts'
import { absolutePath, UsageError } from './options.ts'

/** Unpacked sizes above this are refused: a hostile gzip file must not exhaust memory. */
const LARGEST_UNPACKED = 1 << 30

/** So often is a file written again whose directory disappears meanwhile. */
const RETRIES = 3

/** Does what `action` does. Throws: UsageError saying what must be, and got what it throws. */
function attempt<T>(must: string, action: () => T): T {
  try {
    return action()
  } catch (cause) {
    throw new UsageError(`${must}, got ${(cause as Error).message}`)
  }
}

const stat = (path: string): Stats | undefined => statSync(path, { throwIfNoEntry: false })

/** Throws a UsageError unless `directory` exists and is a directory. */
export function requireDirectory(option: string, directory: string): void {
  const found = attempt(`${option}: directory must exist`, () => stat(directory))
  if (found === undefined) throw new UsageError(`${option}: directory must exist, got ${directory}`)
  if (!found.isDirectory()) throw new UsageError(`${option}: must be a directory, got the file ${directory}`)
}

/** The directory of data sets that is given, or else named by the environment; absolute. Throws: as `absolutePath`. */
export function dataDirectory(given: string | undefined): string | undefined {
  const named = process.env['FEEDBACK_ALIGNMENT_DATA'] ?? ''
  return given ?? (named === '' ? undefined : absolutePath('FEEDBACK_ALIGNMENT_DATA', named))
}

/** The bytes of `file`, undefined when there is none. Throws: UsageError when it cannot be read. */
export function readIfFile(file: string): Uint8Array | undefined {
  return attempt(`${file}: must be readable`, () => stat(file)?.isFile() === true ? readFileSync(file) : undefined)
}

/**
 * The text of `file` without a byte-order mark, undefined when there is none. UTF-8, or UTF-16 as its mark or, as in JSON,
 * an ASCII character at the beginning tells. Throws: UsageError for what is there and no file (a pipe would be waited for
 * without end), or cannot be read.
 */
export function readText(file: string): string | undefined {
  const found = attempt(`${file}: must be readable`, () => stat(file))
  if (found !== undefined && !found.isFile()) throw new UsageError(`${file}: must be a file, got a ${kindOf(found)}`)
  const bytes = readIfFile(file)
  if (bytes === undefined) return undefined
  const [first, second] = bytes
  const isLittle = (first === 0xff && second === 0xfe) || (first > 0 && second === 0)
  const isBig = (first === 0xfe && second === 0xff) || (first === 0 && second > 0)
  return new TextDecoder(isLittle ? 'utf-16le' : isBig ? 'utf-16be' : 'utf-8').decode(bytes)
}

/** The first bytes of `file`, at most `count`; none when it is no file. Throws: UsageError when it cannot be read. */
export function readStart(file: string, count: number): Uint8Array {
  const bytes = new Uint8Array(count)
  return attempt(`${file}: must be readable`,
    () => bytes.subarray(0, stat(file)?.isFile() === true ? opened(file, 'r', (handle) => readSync(handle, bytes)) : 0))
}

/**
 * Throws a UsageError when `file` cannot be replaced, or added to: it is there and neither a file nor a character device,
 * or writing a byte where and under the temporary name that it will be written fails. Leaves everything as it was. Called
 * before long work, so that no result is lost at its end.
 */
export function requireWritable(option: string, file: string, how: 'replace' | 'append' = 'replace'): void {
  const { path, isDevice } = destination(file, `${option}: ${file}`)
  const directory = dirname(path)
  let made: string | undefined
  try {
    if (isDevice) return accessSync(path, constants.W_OK)
    if (how === 'append' && existsSync(path)) return closeSync(openSync(path, 'a'))
    made = makeDirectories(directory)
    const temporary = join(directory, temporaryName(path, process.pid))
    try {
      writeThrough(temporary, 'w', (handle) => writeFileSync(handle, ' '))
    } finally {
      rmSync(temporary, { force: true })
    }
  } catch (cause) {
    throw new UsageError(`${option}: ${file} must be writable, got ${(cause as Error).message}`)
  } finally {
    removeDirectories(directory, made)
  }
}

/**
 * Makes `directory` and what is missing above it, and returns the topmost that was made. Why: the recursion of `mkdirSync`
 * never ends where nothing can be made below what is there, such as /proc or a directory that was removed.
 */
function makeDirectories(directory: string): string | undefined {
  const missing: string[] = []
  for (let at = resolve(directory); !existsSync(at); at = dirname(at)) missing.unshift(at)
  for (const one of missing) {
    try {
      mkdirSync(one)
    } catch (cause) {
      // Another process may have been faster.
      if ((cause as NodeJS.ErrnoException).code === 'EEXIST') continue
      removeDirectories(dirname(one), missing[0])
      throw cause
    }
  }
  return missing[0]
}

/** Makes a directory, and what is missing above it, unless it is there. Throws: UsageError. */
export function ensureDirectory(option: string, directory: string): void {
  attempt(`${option}: ${directory} must be a directory or nothing`, () => makeDirectories(directory))
}

/** Removes files of a directory whose name fits; what is not there need not be removed. Throws: UsageError. */
export function removeFiles(directory: string, fits: (name: string) => boolean): void {
  attempt(`${directory}: must be writable`, () => {
    if (!existsSync(directory)) return
    for (const name of readdirSync(directory)) if (fits(name)) rmSync(join(directory, name), { force: true })
  })
}

/** Removes the empty directories from `directory` up to `top`. */
function removeDirectories(directory: string, top: string | undefined): void {
  if (top === undefined) return
  try {
    for (let at = directory; at.startsWith(top); at = dirname(at)) rmdirSync(at)
  } catch { /* another process has begun to use it */ }
}

/**
 * Where writing `file` writes, links followed: a link goes on pointing where it did. Throws: UsageError for what is
 * there and must not be replaced by a file: directories, pipes, sockets, block devices.
 */
function destination(file: string, subject = `${file}:`): { readonly path: string; readonly isDevice: boolean } {
  const found = attempt(`${subject} must be writable`, () => stat(file))
  if (found === undefined || found.isFile()) {
    return { path: attempt(`${subject} must be writable`, () => resolve(withoutLinks(file))), isDevice: false }
  }
  // A pipe behind /dev/stdout has no path of its own: what is no file keeps the one that it was given.
  if (found.isCharacterDevice()) return { path: file, isDevice: true }
  throw new UsageError(`${subject} must be a file, got a ${kindOf(found)}`)
}

function kindOf(found: Stats): string {
  if (found.isDirectory()) return 'directory'
  if (found.isFIFO()) return 'pipe'
  return found.isSocket() ? 'socket' : 'device'
}

/** The path behind all links; the last may point to what is not there yet. Throws: what the file system throws. */
function withoutLinks(file: string): string {
  try {
    return realpathSync(file)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause
    const isLink = lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true
    // Ends: links in a circle are ELOOP, not ENOENT.
    return isLink ? withoutLinks(resolve(dirname(file), readlinkSync(file))) : file
  }
}

/** The bytes of `name` or `name.gz` in `directory`, unpacked. Throws: UsageError naming what was looked for. */
export function readData(directory: string, name: string): Uint8Array {
  for (const candidate of [name, `${name}.gz`]) {
    const file = join(directory, candidate)
    const bytes = readIfFile(file)
    if (bytes === undefined) continue
    // By content, not by name: browsers and tools like to unpack and keep the ending, or the reverse.
    if (!(bytes[0] === 0x1f && bytes[1] === 0x8b)) return bytes
    try {
      return gunzipSync(bytes, { maxOutputLength: LARGEST_UNPACKED })
    } catch (cause) {
      throw new UsageError(
        `${file}: must be a whole gzip file, got ${(cause as Error).message} (${bytes.length} bytes)`,
      )
    }
  }
  throw new UsageError(`data: file must exist, looked for ${name} and ${name}.gz in ${directory}`)
}

/** A file of a data directory as it is on the disk. */
export interface DataFile {
  readonly path: string
  readonly size: number
  /** Time of the last change of content, name or owner, in milliseconds by the clock of the disk; nobody can set it. */
  readonly changed: number
}

/** The file that `readData` would read; undefined when there is none. */
export function dataFile(directory: string, name: string): DataFile | undefined {
  for (const path of [name, `${name}.gz`].map((candidate) => join(directory, candidate))) {
    const found = stat(path)
    if (found?.isFile() === true) return { path, size: found.size, changed: found.ctimeMs }
  }
  return undefined
}

/**
 * The time that the disk of a directory gives to what is written now, in milliseconds: the one that times of its files
 * compare with, whatever the clock of this machine says. Of this machine where nothing can be written.
 */
export function diskTime(directory: string): number {
  const file = join(directory, temporaryName('.clock', process.pid))
  try {
    writeFileSync(file, '')
    return statSync(file).mtimeMs
  } catch {
    return Date.now()
  } finally {
    rmSync(file, { force: true })
  }
}

/** When a file was written, by the clock of its disk; undefined when there is none. */
export function writtenAt(file: string): number | undefined {
  return stat(file)?.mtimeMs
}

/** Makes an empty file; false where it is there already, for exactly one of several processes true. */
export function isFirst(file: string): boolean {
  try {
    makeDirectories(dirname(file))
    closeSync(openSync(file, 'wx'))
    return true
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw new UsageError(`${file}: must be writable, got ${(cause as Error).message}`)
  }
}

/**
 * Replaces `file`: writes under a temporary name beside it and renames, so that a reader sees the old file or the new one
 * and nothing between, even when this process is killed. Content and name are forced to the disk, in this order, so that a
 * loss of power leaves one of the two as well. Temporary files of processes that have ended are removed on the way.
 * Links are followed; character devices (/dev/null) are written to as they are.
 * Throws: UsageError when it cannot be written; the old file is then untouched.
 */
export function writeWhole(file: string, content: string | Uint8Array): void {
  const { path, isDevice } = destination(file)
  const directory = dirname(path)
  const temporary = join(directory, temporaryName(path, process.pid))
  const write = (triesLeft: number): void => {
    try {
      if (isDevice) return writeFileSync(path, content)
      makeDirectories(directory)
      removeStale(path)
      writeThrough(temporary, 'w', (handle) => writeFileSync(handle, content))
      renameSync(temporary, path)
    } catch (cause) {
      // Somebody may remove the directory between its making and the renaming: it is made once more.
      if (triesLeft > 0 && (cause as NodeJS.ErrnoException).code === 'ENOENT') return write(triesLeft - 1)
      try {
        rmSync(temporary, { force: true })
      } catch { /* what could not be written tells more than what cannot be removed */ }
      throw new UsageError(`${file}: must be writable, got ${(cause as Error).message}`)
    }
  }
  write(RETRIES)
  // Windows gives no handle of a directory. Whoever refuses elsewhere has the new file all the same: no error to report.
  try {
    writeThrough(directory, 'r', () => {})
  } catch { /* the rename is not yet durable, and that is all */ }
}

/**
 * Adds a line at the end of `file`, whole or not at all: what a full disk took of it is cut off again. After half a line,
 * which a kill may leave, a new one is begun. Throws: UsageError when it cannot be written.
 */
export function appendLine(file: string, line: string): void {
  attempt(`${file}: must be writable`, () => {
    makeDirectories(dirname(resolve(file)))
    opened(file, 'a+', (handle) => {
      const { size } = fstatSync(handle)
      const last = new Uint8Array([0x0a])
      if (size > 0) readSync(handle, last, 0, 1, size - 1)
      try {
        appendFileSync(handle, `${last[0] === 0x0a ? '' : '\n'}${line}\n`)
      } catch (cause) {
        ftruncateSync(handle, size)
        throw cause
      }
    })
  })
}

/** Adds bytes at the end of `file`. Throws: UsageError when it cannot be written. */
export function appendBytes(file: string, bytes: Uint8Array): void {
  attempt(`${file}: must be writable`, () => opened(file, 'a', (handle) => appendFileSync(handle, bytes)))
}

function opened<T>(path: string, flags: 'r' | 'w' | 'a' | 'a+', use: (handle: number) => T): T {
  const handle = openSync(path, flags)
  try {
    return use(handle)
  } finally {
    closeSync(handle)
  }
}

function writeThrough(path: string, flags: 'r' | 'w', write: (handle: number) => void): void {
  opened(path, flags, (handle) => {
    write(handle)
    fsyncSync(handle)
  })
}

/** Removes the temporary files of `file` whose process on this machine is gone; a killed process cannot do so itself. */
function removeStale(file: string): void {
  removeStaleIn(dirname(file), basename(file))
}

/** The same for all files of a directory, or those that become `only`. */
export function removeStaleIn(directory: string, only?: string): void {
  try {
    for (const name of readdirSync(directory)) {
      if (!name.startsWith('.') || !name.endsWith('.tmp')) continue
      const owner = Number(name.split('.').at(-2))
      const file = only ?? name.slice(1, -`.${HOST}.${owner}.tmp`.length)
      // The directory may hold anything: only exactly the names that are given here are removed.
      const isOurs = Number.isSafeInteger(owner) && owner > 0 && name === temporaryName(file, owner)
      if (isOurs && !isRunning(owner)) rmSync(join(directory, name), { force: true })
    }
  } catch { /* a directory that may not be listed, or another's file: no reason not to write */ }
}

function isRunning(id: number): boolean {
  try {
    return process.kill(id, 0)
  } catch (cause) {
    // Anything else, such as EPERM for a process of somebody else, does not say that there is none.
    return (cause as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}
