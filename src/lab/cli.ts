// The command line: finds the command, turns errors into one line and an exit status.

import type { Command, Console } from './command.ts'
import { wrapHelp } from './help.ts'
import { nearest, type Option, UsageError } from './options.ts'
import type { Experiment } from './reproduce/experiment.ts'
import { oneLine } from './terminal.ts'
import { packageVersion } from './version.ts'

/** Built by the release, or in a checkout by `npm run page`. */
const PAGE = new URL('../page/', import.meta.url)

/** Every command by name. Why not imported at once: what a command does not need is half of the time that it takes to start. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  check: async () => (await import('./check/check.ts')).check,
  reproduce: async () => (await import('./reproduce/reproduce.ts')).reproduceCommand(await experiments()),
  train: async () => (await import('./train/train.ts')).train,
  report: async () => (await import('./compare/report.ts')).reportCommand,
  sweep: async () => (await import('./sweep/sweep.ts')).sweepCommand,
  collect: async () => (await import('./batch/collect.ts')).collectCommand(await experiments()),
  status: async () => (await import('./batch/status.ts')).statusCommand(await experiments()),
  explore: async () => (await import('./explore.ts')).exploreCommand(PAGE),
}

async function experiments(): Promise<readonly Experiment[]> {
  return (await import('./reproduce/experiments.ts')).EXPERIMENTS
}

async function overview(): Promise<string> {
  const commands = await Promise.all(Object.values(COMMANDS).map((load) => load()))
  const width = Math.max(...commands.map(({ name }) => name.length))
  return ['feedback-alignment <command> [options]', '',
    'Direct feedback alignment: the engine, and the theory of why it works, put to the test.', '', 'Commands:',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`), '',
    'feedback-alignment <command> --help describes a command; --version prints the version.'].join('\n')
}

async function commandOf(word: string): Promise<Command> {
  if (Object.hasOwn(COMMANDS, word)) return COMMANDS[word]()
  const near = nearest(word, Object.keys(COMMANDS))
  throw new UsageError(`unknown command "${word}"${near === undefined ? '' : `; did you mean ${near}?`} (see --help)`)
}

/** Throws: UsageError for options without a command that stand before one: they would be blamed on the main job. */
async function refuseMisplaced(args: readonly string[]): Promise<void> {
  const index = args.findIndex((word) => Object.hasOwn(COMMANDS, word))
  const before = (args[index - 1] ?? '').slice(2)
  const options: Readonly<Record<string, Option<unknown>>> = (await import('./check/configuration.ts')).checkOptions
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
      return say(wrapHelp(rest.length === 0 ? await overview() : (await commandOf(rest[0])).help, console.width))
    }
    // Options alone, or nothing, mean the main job.
    const named = first !== undefined && !first.startsWith('-')
    if (!named) await refuseMisplaced(args)
    const command = await commandOf(named ? first : 'check')
    const options = named ? rest : args
    if (options.includes('--help') || options.includes('-h')) return say(wrapHelp(command.help, console.width))
    return await command.run(options, console)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    console.error(`feedback-alignment: ${oneLine(error.message)}`)
    return 2
  }
}
