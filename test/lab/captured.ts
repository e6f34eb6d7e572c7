// A console that remembers.

import { expect } from 'vitest'
import { runCommandLine } from '../../src/lab/cli.ts'

export interface Captured {
  readonly status: number
  readonly out: string
  readonly error: string
}

/** Runs one command line in this process. */
export async function run(...args: readonly string[]): Promise<Captured> {
  let out = ''
  let error = ''
  const status = await runCommandLine(args, {
    out: (text) => {
      out += `${text}\n`
    },
    error: (text) => {
      error += `${text}\n`
    },
    width: 160,
  })
  return { status, out, error }
}

/** Status 2, nothing on standard output, exactly one line on standard error that matches, no stack trace. */
export async function expectRefusal(args: readonly string[], message: string | RegExp): Promise<void> {
  const { status, out, error } = await run(...args)
  expect(error).toMatch(message)
  expect(error).toMatch(/^feedback-alignment: [^\n]+\n$/)
  expect(error).not.toMatch(/\.[jt]s:\d/)
  expect([status, out]).toEqual([2, ''])
}
