// The command line: finds the command, turns errors into one line and an exit status.

import { check } from './check/check.ts'
import type { Command, Console } from './command.ts'
import { nearest, UsageError } from './options.ts'
import { EXPERIMENTS } from './reproduce/experiments.ts'
import { reproduceCommand } from './reproduce/reproduce.ts'
import { train } from './train/train.ts'
import { packageVersion } from './version.ts'

const COMMANDS: readonly Command[] = [check, reproduceCommand(EXPERIMENTS), train]

function overview(): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length))
  return ['feedback-alignment <command> [options]', '',
    'Direct feedback alignment: the engine, and the theory of why it works, put to the test.', '', 'Commands:',
    ...COMMANDS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`), '',
    'feedback-alignment <command> --help describes a command; --version prints the version.'].join('\n')
}

/** Runs one command line and returns its exit status. 0 what it claims holds, 1 it does not, 2 bad usage or bad input. */
export async function runCommandLine(args: readonly string[], console: Console): Promise<number> {
  const [first, ...rest] = args
  if (first === '--help' || first === '-h' || first === 'help') {
    console.out(overview())
    return 0
  }
  if (first === '--version') {
    console.out(packageVersion())
    return 0
  }
  try {
    // Options alone, or nothing, mean the main job.
    const named = first !== undefined && !first.startsWith('-')
    const command = named ? COMMANDS.find(({ name }) => name === first) : check
    if (command === undefined) {
      const near = nearest(first, COMMANDS.map(({ name }) => name))
      throw new UsageError(
        `unknown command "${first}"${near === undefined ? '' : `; did you mean ${near}?`} (see --help)`,
      )
    }
    const options = named ? rest : args
    if (options.includes('--help') || options.includes('-h')) {
      console.out(command.help)
      return 0
    }
    return await command.run(options, console)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    console.error(`feedback-alignment: ${error.message}`)
    return 2
  }
}
