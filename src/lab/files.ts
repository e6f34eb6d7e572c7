// The only place where files are read and written.

import { gunzipSync } from 'node:zlib'
import { accessSync, closeSync, constants, existsSync, fsyncSync, lstatSync, mkdirSync, openSync, readdirSync,
  readFileSync, readlinkSync, realpathSync, renameSync, rmSync, type Stats, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { UsageError } from './options.ts'

/** Unpacked sizes above this are refused: a hostile gzip file must not exhaust memory. */
const LARGEST_UNPACKED = 1 << 30

/** Throws a UsageError unless `directory` exists and is a directory. */
export function requireDirectory(option: string, directory: string): void {
  let found: Stats | undefined
  try {
    found = statSync(directory, { throwIfNoEntry: false })
  } catch (cause) {
    throw new UsageError(`${option}: directory must exist, got ${(cause as Error).message}`)
  }
  if (found === undefined) throw new UsageError(`${option}: directory must exist, got ${directory}`)
  if (!found.isDirectory()) throw new UsageError(`${option}: must be a directory, got the file ${directory}`)
}

/** The bytes of `file`, undefined when there is none. Throws: UsageError when it cannot be read. */
export function readIfFile(file: string): Uint8Array | undefined {
  try {
    return statSync(file, { throwIfNoEntry: false })?.isFile() === true ? readFileSync(file) : undefined
  } catch (cause) {
    throw new UsageError(`${file}: must be readable, got ${(cause as Error).message}`)
  }
}

/**
 * Throws a UsageError when `file` cannot be written: its nearest existing ancestor is no directory or not writable, or it
 * is there and neither a file nor a character device. Called before long work, so that no result is lost at its end.
 */
export function requireWritable(option: string, file: string): void {
  const { path, isDevice } = destination(file, `${option}: ${file}`)
  let parent = isDevice ? path : dirname(resolve(path))
  while (!existsSync(parent)) parent = dirname(parent)
  try {
    if (!isDevice && !statSync(parent).isDirectory()) throw new Error(`${parent} is not a directory`)
    accessSync(parent, constants.W_OK)
  } catch (cause) {
    throw new UsageError(`${option}: ${file} must be writable, got ${(cause as Error).message}`)
  }
}

/**
 * Where writing `file` writes, links followed: a link goes on pointing where it did. Throws: UsageError for what is
 * there and must not be replaced by a file: directories, pipes, sockets, block devices.
 */
function destination(file: string, subject = `${file}:`): { readonly path: string; readonly isDevice: boolean } {
  let found: Stats | undefined
  let path: string
  try {
    found = statSync(file, { throwIfNoEntry: false })
    // A pipe behind /dev/stdout has no path of its own; it is refused below, and must not fail here.
    path = found === undefined || found.isFile() ? withoutLinks(file) : file
  } catch (cause) {
    throw new UsageError(`${subject} must be writable, got ${(cause as Error).message}`)
  }
  if (found === undefined || found.isFile()) return { path, isDevice: false }
  if (found.isCharacterDevice()) return { path, isDevice: true }
  const kind = found.isDirectory()
    ? 'directory'
    : found.isFIFO()
    ? 'pipe'
    : found.isSocket()
    ? 'socket'
    : 'block device'
  throw new UsageError(`${subject} must be a file, got a ${kind}`)
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

/** Bytes of the files that `readData` would read, as they are on the disk, by name; what is not there is left out. */
export function dataSizes(directory: string, names: readonly string[]): { readonly [name: string]: number } {
  const sizes: { [name: string]: number } = {}
  for (const name of names) {
    for (const candidate of [name, `${name}.gz`]) {
      const found = statSync(join(directory, candidate), { throwIfNoEntry: false })
      if (found?.isFile() !== true) continue
      sizes[name] = found.size
      break
    }
  }
  return sizes
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
  try {
    if (isDevice) return writeFileSync(path, content)
    mkdirSync(directory, { recursive: true })
    removeStale(path)
    writeThrough(temporary, 'w', (handle) => writeFileSync(handle, content))
    renameSync(temporary, path)
  } catch (cause) {
    try {
      rmSync(temporary, { force: true })
    } catch { /* what could not be written tells more than what cannot be removed */ }
    throw new UsageError(`${file}: must be writable, got ${(cause as Error).message}`)
  }
  // Windows gives no handle of a directory. Whoever refuses elsewhere has the new file all the same: no error to report.
  try {
    writeThrough(directory, 'r', () => {})
  } catch { /* the rename is not yet durable, and that is all */ }
}

function writeThrough(path: string, flags: 'r' | 'w', write: (handle: number) => void): void {
  const handle = openSync(path, flags)
  try {
    write(handle)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

function temporaryName(file: string, owner: number): string {
  return `.${basename(file)}.${owner}.tmp`
}

/** Removes the temporary files of `file` whose process is gone; a killed process cannot do so itself. */
function removeStale(file: string): void {
  const directory = dirname(file)
  try {
    for (const name of readdirSync(directory)) {
      const owner = Number(name.split('.').at(-2))
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
