// Names of files of one process among many, on many machines.

import { createHash } from 'node:crypto'
import { hostname } from 'node:os'
import { basename } from 'node:path'

/**
 * A machine in names of files: machines that share a directory count their processes each by itself. Why a hash: names of
 * nodes differ anywhere, at the beginning of long ones or in dots and dashes alone.
 */
export function machineTag(host: string): string {
  return createHash('sha256').update(host).digest('hex').slice(0, 12)
}

/** This machine. */
export const HOST = machineTag(hostname())

/** The name under which the process `owner` of this machine writes what becomes `file`. */
export function temporaryName(file: string, owner: number): string {
  return `.${basename(file)}.${HOST}.${owner}.tmp`
}
