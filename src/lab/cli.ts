// The command line: finds the command, turns errors into one line and an exit status.

import { collectCommand } from './batch/collect.ts'
import { statusCommand } from './batch/status.ts'
import { check } from './check/check.ts'
import { checkOptions } from './check/configuration.ts'
import type { Command, Console } from './command.ts'
import { reportCommand } from './compare/report.ts'
import { exploreCommand } from './explore.ts'
import { wrapHelp } from './help.ts'
import { nearest, type Option, UsageError } from './options.ts'
import { EXPERIMENTS } from './reproduce/experiments.ts'
import { reproduceCommand } from './reproduce/reproduce.ts'
import { sweepCommand } from './sweep/sweep.ts'
import { oneLine } from './terminal.ts'
import { train } from './train/train.ts'
import { packageVersion } from './version.ts'

/** Built by the release, or in a checkout by `npm run page`. */
const PAGE = new URL('../page/', import.meta.url)

const COMMANDS: readonly Command[] = [check, reproduceCommand(EXPERIMENTS), train, reportCommand, sweepCommand,
  collectCommand(EXPERIMENTS), statusCommand(EXPERIMENTS), exploreCommand(PAGE)]

function overview(): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length))
  return ['feedback-alignment <command> [options]', '',
    'Direct feedback alignment: the engine, and the theory of why it works, put to the test.', '', 'Commands:',
    ...COMMANDS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`), '',
    'feedback-alignment <command> --help describes a command; --version prints the version.'].join('\n')
}

function commandOf(word: string): Command {
  const command = COMMANDS.find(({ name }) => name === word)
  if (command !== undefined) return command
  const near = nearest(word, COMMANDS.map(({ name }) => name))
  throw new UsageError(`unknown command "${word}"${near === undefined ? '' : `; did you mean ${near}?`} (see --help)`)
}

/** Throws: UsageError for options without a command that stand before one: they would be blamed on the main job. */
function refuseMisplaced(args: readonly string[]): void {
  const index = args.findIndex((word) => COMMANDS.some(({ name }) => name === word))
  const before = (args[index - 1] ?? '').slice(2)
  const options: Readonly<Record<string, Option<unknown>>> = checkOptions
  // "--report train": a directory of that name.
  const isValue = Object.hasOwn(options, before) && options[before].placeholder !== ''
  if (index > 0 && !isValue) throw new UsageError(`${args[0]}: options must come after the command ${args[index]}`)
}

/** Runs one command line and returns its exit status. 0 what it claims holds, 1 it does not, 2 bad usage or bad input. */
export async function runCommandLine(args: readonly string[], console: Console): Promise<number> {
  const [first, ...rest] = args
  const say = (text: string): number => {
    console.out(text)
    return 0
  }
  try {
    if (first === '--version' || first === '-v' || first === '-V') return say(packageVersion())
    if (first === '--help' || first === '-h' || first === 'help') {
      return say(wrapHelp(rest.length === 0 ? overview() : commandOf(rest[0]).help, console.width))
    }
    // Options alone, or nothing, mean the main job.
    const named = first !== undefined && !first.startsWith('-')
    if (!named) refuseMisplaced(args)
    const command = named ? commandOf(first) : check
    const options = named ? rest : args
    if (options.includes('--help') || options.includes('-h')) return say(wrapHelp(command.help, console.width))
    return await command.run(options, console)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    console.error(`feedback-alignment: ${oneLine(error.message)}`)
    return 2
  }
}
