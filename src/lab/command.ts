// What a command of the command line is.

/** Where a command writes. */
export interface Console {
  readonly out: (text: string) => void
  readonly error: (text: string) => void
  /** Columns of the terminal, or a default for files and pipes. */
  readonly width: number
  /** True once nobody reads standard output any more: the reader closed the pipe, the terminal went away. */
  readonly isAbandoned?: () => boolean
  /** Verdicts are colored: a terminal, and no NO_COLOR in the environment. */
  readonly color?: boolean
}

/** One command: `feedback-alignment <name> [options]`. */
export interface Command {
  readonly name: string
  readonly summary: string
  readonly help: string
  /** Does the work and returns the exit status. Throws: UsageError for bad usage or input. */
  readonly run: (args: readonly string[], console: Console) => number | Promise<number>
}
