// What job scripts of every engine have in common.

/** Whom work can be handed to. */
export const ENGINES = ['slurm', 'kubernetes', 'parallel', 'local'] as const
export type Engine = (typeof ENGINES)[number]

/** Parts of a work, as a scheduler is asked for them. */
export interface Job {
  /** Of letters, digits, dots and dashes. */
  readonly name: string
  /** `24 runs in 6 parts`. */
  readonly what: string
  readonly parts: number
  /** Expected minutes of a part on one processor. */
  readonly minutes: number
  /** Memory of a part. */
  readonly megabytes: number
  /** The program: words before the command. */
  readonly program: readonly string[]
  /** The words behind the program that make part N of all, without the part. */
  readonly make: readonly string[]
  /** The words behind the program that collect. */
  readonly collect: readonly string[]
  /** Where scripts and logs are. */
  readonly directory: string
  /** Where records and data are, for volumes. */
  readonly runs: string
  readonly data: string | undefined
  /** Of containers. */
  readonly image: string
}

/** Scripts of one engine. */
export interface Scripts {
  readonly files: readonly { readonly name: string; readonly text: string; readonly isExecutable?: boolean }[]
  /** A line of sh that submits them. */
  readonly submit: string
  /** What there is to know beside. */
  readonly notes: readonly string[]
}

/** Writes scripts. */
export type Writer = (job: Job) => Scripts

/** Words of a shell command, quoted where that is needed. */
export function shell(words: readonly string[]): string {
  return words.map((word) => /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`).join(' ')
}

/** A command over several lines of a script, an option or two on each. */
export function lines(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' \\\n  ')
}

/** Time limits are this many times what is expected: runs are not equally long, nor are machines. */
const SLACK = 3
/** The shortest time limit, in minutes. */
const SHORTEST = 10

/** A time limit in whole minutes. */
export function limitOf({ minutes }: Job): number {
  return Math.max(SHORTEST, Math.ceil(SLACK * minutes))
}
