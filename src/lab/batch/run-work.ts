// Makes work, here or in parts, or hands it to a scheduler; judges and publishes what came out.

import { join } from 'node:path'
import { claimJson, jsonText } from '../claims/table.ts'
import type { Console } from '../command.ts'
import { ensureDirectory, readText, requireWritable } from '../files.ts'
import { absolutePath, STANDARD_OUTPUT, UsageError } from '../options.ts'
import { count } from '../report/format.ts'
import { reproduceMarkdown } from '../reproduce/markdown.ts'
import { printOutcomes } from '../reproduce/print.ts'
import { runFile } from '../reproduce/records.ts'
import { type Outcome, reproduceReport } from '../reproduce/report.ts'
import { openRound } from '../reproduce/rounds.ts'
import { attempt, begin, finish, runsOf, type State, thisMachine } from '../reproduce/runner.ts'
import { openResults, type Results } from '../results.ts'
import { SIGNAL_STATUS } from '../signals.ts'
import { untilSignal } from '../until-signal.ts'
import { handOver } from './jobs.ts'
import type { Part } from './part.ts'
import { changesSince, planOf, readPlan, writePlan } from './plan-file.ts'
import { MAKING, type Making, type Publishing, type Work } from './work.ts'

/** What `collect` and whoever judges at the end has to open. */
export function openPublished(console: Console, options: Publishing): Results {
  return openResults(console, options.overwrite, { '--json': options.json, '--markdown': options.markdown,
    '--report': options.report === undefined ? undefined : join(options.report, 'index.html') })
}

/** Makes, or hands over, what options ask for. Returns the exit status. Throws: UsageError. */
export async function runWork(work: Work, making: Omit<Making, 'runs'> & { readonly runs: string | undefined },
  publishing: Publishing, console: Console): Promise<number>
{
  const options: Making = { ...making, runs: absolutePath('--runs', making.runs ?? 'runs') }
  const { on, runs, fresh, part } = options
  refuseUnused(options, publishing)
  for (const { name } of work.experiments) {
    // It stays: other parts that begin at the same moment find it.
    ensureDirectory('--runs', join(runs, name))
    requireWritable('--runs', runFile(runs, name, {}, 'json'))
  }
  // A part publishes nothing: what is asked for the end is the collector's.
  const results = part === undefined && on === 'here' ? openPublished(console, publishing) : { console, write() {} }
  if (on !== 'here') {
    writePlan(runs, work)
    return handOver(on, work, options, publishing, console)
  }
  const states = work.experiments.map((experiment) =>
    begin(experiment, runs, options.data, fresh, results.console.error)
  )
  // After records were read: what is refused leaves nothing.
  const submitted = part === undefined ? undefined : readPlan(runs, work.name)
  if (submitted !== undefined) changesSince(submitted, planOf(work)).forEach(console.error)
  else writePlan(runs, work)
  const { scale, seed } = work
  const ended = await untilSignal((signal, progress) =>
    finish(states, { scale, seed, jobs: options.jobs, data: options.data, directory: runs, fresh,
      ...(part === undefined ? {} : { part }), signal, progress })
  )
  if (ended !== undefined) {
    console.error(`interrupted; finished runs are in ${runs}, the same command goes on from there`)
    return SIGNAL_STATUS[ended]
  }
  return part === undefined ? publish(work, states, publishing, results) : sayPart(part, states, console)
}

/** Throws: UsageError for options that would do nothing beside the others. */
function refuseUnused({ part, on, submit, fresh, parts, image, jobs }: Making, publishing: Publishing): void {
  const isHere = on === 'here'
  const refuse = (isUnused: boolean, why: string): void => {
    if (isUnused) throw new UsageError(why)
  }
  refuse(part !== undefined && !isHere, '--part: cannot be combined with --on')
  refuse(fresh && part !== undefined, '--fresh: cannot be combined with --part, whose runs others have made')
  refuse(fresh && !isHere, '--fresh: cannot be combined with --on, whose parts make what is not recorded')
  refuse(submit && isHere, '--submit: must come with --on')
  refuse(parts > 0 && isHere, '--parts: must come with --on')
  refuse(image !== MAKING.image.fallback && on !== 'kubernetes', '--image: must come with --on kubernetes')
  refuse(jobs !== MAKING.jobs.fallback && !isHere,
    '--jobs: cannot be combined with --on, where a part takes the processors that it is given')
  for (const name of ['report', 'json', 'markdown'] as const) {
    refuse(part !== undefined && publishing[name] !== undefined,
      `--${name}: cannot be combined with --part, which judges nothing; collect takes it`)
  }
}

/** What a part has done, and whom others wait for. */
function sayPart({ index, count: parts }: Part, states: readonly State[], console: Console): number {
  for (const { experiment: { name }, faults, rounds } of states) {
    for (const fault of faults) console.error(`${name}: ${fault}`)
    const open = openRound(rounds)
    const runs = rounds.reduce((sum, { configurations }) => sum + configurations.length, 0)
    console.out(`${name}: part ${index} of ${parts} has ended; ${open ?? `${runs} of ${count(runs, 'run')} there`}`)
  }
  return states.some(({ faults }) => faults.length > 0) ? 1 : 0
}

/** Judges finished runs, prints, and writes what is asked for. Returns the exit status. */
export function publish(work: Work, states: readonly State[], options: Publishing,
  { console, write }: Results): number
{
  const { scale, seed, order } = work
  const outcomes: Outcome[] = []
  for (const state of states) {
    const { experiment, faults } = state
    // The plan of an experiment without faults names nothing that is missing.
    if (faults.length === 0) {
      attempt(state, 'judge', () => {
        const runs = runsOf(state)
        outcomes.push({ experiment, runs, judgment: experiment.judge(runs, scale) })
      })
    }
    for (const fault of faults) console.error(`${experiment.name}: ${fault}`)
  }
  printOutcomes(outcomes, options.verbose, console)
  if (options.json !== undefined) {
    const content = outcomes.map(({ experiment, runs, judgment: { claims } }) => ({ experiment: experiment.name, scale,
      claims: claims.map(claimJson), runs })
    )
    write(options.json, jsonText(content))
  }
  if (options.markdown !== undefined) {
    const { version, runtime } = thisMachine()
    const day = new Date().toISOString().slice(0, 10)
    const how = `scale ${scale}, seed ${seed}, judged by feedback-alignment ${version} on ${runtime}, ${day}`
    const before = options.markdown === STANDARD_OUTPUT ? undefined : readText(options.markdown)
    write(options.markdown,
      reproduceMarkdown(outcomes, how, order, before?.startsWith('# Results\n') === true ? before : ''))
  }
  if (options.report !== undefined) console.out(`Report: ${reproduceReport(options.report, outcomes, scale, seed)}`)
  const fails = outcomes.some(({ judgment }) => judgment.claims.some(({ verdict }) => verdict === 'fails'))
  return outcomes.length < states.length || fails ? 1 : 0
}
