// Commands over experiments of tests, with what they said.

import type { Command } from '../../../src/lab/command.ts'

/** What a command said. */
export interface Said {
  readonly status: number
  readonly out: string
  readonly error: string
}

/** Runs a command. */
export async function say(command: Command, ...args: readonly string[]): Promise<Said> {
  let out = ''
  let error = ''
  const status = await command.run(args, {
    out: (text) => {
      out += `${text}\n`
    },
    error: (text) => {
      error += `${text}\n`
    },
    width: 120,
  })
  return { status, out, error }
}
