// Which part of the runs a process makes: its own share of a plan, whatever the others do.

import { type Option, UsageError } from '../options.ts'

/** Part `index` of `count`, from 1 on. */
export interface Part {
  readonly index: number
  readonly count: number
}

/** Where schedulers say which of its tasks this is, and the number that they give to the first. */
const SOURCES = [['SLURM_ARRAY_TASK_ID', 1], ['JOB_COMPLETION_INDEX', 0], ['PARALLEL_SEQ', 1]] as const

/** `I/N`, or `N` with the index that the scheduler gives. */
export function partOption(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Option<Part | undefined> {
  return {
    placeholder: 'I/N',
    help: 'make part I of N of the runs and judge nothing; with N alone, I is that of SLURM_ARRAY_TASK_ID, '
      + 'JOB_COMPLETION_INDEX or PARALLEL_SEQ',
    fallback: undefined,
    read(text, name) {
      const found = /^(?:(\d+)\/)?(\d+)$/.exec(text)
      const count = Number(found?.[2])
      if (found === null || !Number.isSafeInteger(count) || count < 1) {
        throw new UsageError(`--${name}: value must be I/N with whole numbers from 1 on, or N, got "${text}"`)
      }
      if (found[1] !== undefined) return checked(Number(found[1]), count, `--${name}`, text)
      for (const [variable, first] of SOURCES) {
        const value = environment[variable]
        if (value === undefined || value === '') continue
        const index = Number(value) - first + 1
        return checked(index, count, `--${name} ${text}`, `${variable}=${value}`, first)
      }
      throw new UsageError(
        `--${name}: value must be I/N where none of ${
          SOURCES.map(([variable]) => variable).join(', ')
        } is set, got "${text}"`,
      )
    },
  }
}

function checked(index: number, count: number, where: string, got: string, first = 1): Part {
  if (Number.isSafeInteger(index) && index >= 1 && index <= count) return { index, count }
  throw new UsageError(`${where}: index must be a whole number from ${first} to ${count + first - 1}, got ${got}`)
}

/** Whether the part makes the run at this position of the plan; parts take turns, so that each has runs of every kind. */
export function isOwn({ index, count }: Part, position: number): boolean {
  return position % count === index - 1
}
