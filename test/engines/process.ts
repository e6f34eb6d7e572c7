// Processes with a time limit. Each is the leader of its own group, and only that group is ever ended.

import { type ChildProcess, spawn } from 'node:child_process'

/** How a process is started. */
export interface StartOptions {
  readonly cwd?: string
  readonly environment?: Readonly<Record<string, string>>
  /** Shows the output as it comes instead of keeping it. */
  readonly inherit?: boolean
}

/** A process under way. */
export interface Running {
  /** What it has written so far. */
  readonly output: () => string
  readonly errors: () => string
  /** Exit status, or the signal or the reason it could not be started. */
  readonly ended: Promise<string>
  /** Ends it and whatever it started; does nothing afterwards. */
  readonly stop: () => void
}

const running = new Set<() => void>()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    for (const stop of running) stop()
    process.exit(1)
  })
}

/** Starts a program. Never throws: a program that cannot be started has `ended` with the reason. */
export function start(program: string, args: readonly string[], options: StartOptions = {}): Running {
  const { cwd, environment, inherit = false } = options
  const child: ChildProcess = spawn(program, args, {
    cwd,
    env: { ...process.env, ...environment },
    detached: true,
    stdio: inherit ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  let errors = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  const stop = (): void => {
    running.delete(stop)
    if (child.pid === undefined) return
    try {
      // The group outlives its leader as long as a child of it runs; when nothing is left, this throws.
      process.kill(-child.pid, 'SIGKILL')
    } catch {}
  }
  running.add(stop)
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(String(error)))
    // close, not exit: only then is all output here.
    child.once('close', (status, signal) => resolve(signal === null ? `status ${status}` : `signal ${signal}`))
  })
  return { output: () => output, errors: () => errors, ended, stop }
}

/** The promise's value, or an Error after `milliseconds`. */
export async function within<T>(milliseconds: number, what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: no result within ${milliseconds / 1000} s`)), milliseconds)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Runs a program to its end and returns what it wrote. Throws: Error for another exit status than 0 or a late end. */
export async function outputOf(program: string, args: readonly string[], milliseconds: number,
  options: StartOptions = {}): Promise<string>
{
  const child = start(program, args, options)
  try {
    const status = await within(milliseconds, program, child.ended)
    if (status === 'status 0') return child.output()
    throw new Error(`${program}: ${status}${lastLines(child.errors() || child.output())}`)
  } finally {
    child.stop()
  }
}

/** The end of a program's complaints, for a message. */
export function lastLines(text: string): string {
  const trimmed = text.trim()
  return trimmed === '' ? '' : `: ${trimmed.split('\n').slice(-4).join(' / ').slice(-400)}`
}
