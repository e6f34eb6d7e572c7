// The only place where files are read and written.

import { gunzipSync } from 'node:zlib'
import { accessSync, constants, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { UsageError } from './options.ts'

/** Unpacked sizes above this are refused: a hostile gzip file must not exhaust memory. */
const LARGEST_UNPACKED = 1 << 30

/** Throws a UsageError unless `directory` exists and is a directory. */
export function requireDirectory(option: string, directory: string): void {
  const found = statSync(directory, { throwIfNoEntry: false })
  if (found === undefined) throw new UsageError(`${option}: directory must exist, got ${directory}`)
  if (!found.isDirectory()) throw new UsageError(`${option}: must be a directory, got the file ${directory}`)
}

function readIfFile(file: string): Uint8Array | undefined {
  try {
    return statSync(file, { throwIfNoEntry: false })?.isFile() === true ? readFileSync(file) : undefined
  } catch (cause) {
    throw new UsageError(`${file}: must be readable, got ${(cause as Error).message}`)
  }
}

/**
 * Throws a UsageError when `file` cannot be written: its nearest existing ancestor is no directory or not writable, or it
 * is a directory itself. Called before long work, so that no result is lost at its end.
 */
export function requireWritable(option: string, file: string): void {
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory() === true) throw new UsageError(`${option}: must be a file, got the directory ${file}`)
  let parent = dirname(resolve(file))
  while (!existsSync(parent)) parent = dirname(parent)
  try {
    if (!statSync(parent).isDirectory()) throw new Error(`${parent} is not a directory`)
    accessSync(parent, constants.W_OK)
  } catch (cause) {
    throw new UsageError(`${option}: ${file} must be writable, got ${(cause as Error).message}`)
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
      throw new UsageError(`${file}: must be a whole gzip file, got ${(cause as Error).message} (${bytes.length} bytes)`)
    }
  }
  throw new UsageError(`data: file must exist, looked for ${name} and ${name}.gz in ${directory}`)
}

/** Writes under a temporary name and renames, so that a reader sees the old file or the new one and nothing between. */
export function writeWhole(file: string, content: string | Uint8Array): void {
  const temporary = join(dirname(file), `.${basename(file)}.${process.pid}.tmp`)
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(temporary, content)
    renameSync(temporary, file)
  } catch (cause) {
    // rmSync with force is silent where there is nothing to remove, but not where the parent is a file.
    if (existsSync(temporary)) rmSync(temporary, { force: true })
    throw new UsageError(`${file}: must be writable, got ${(cause as Error).message}`)
  }
}
