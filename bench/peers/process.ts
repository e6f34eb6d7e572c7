// The bench's end of one entrant's process.

import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Entrant } from './entrants.ts'
import { HERE } from './load.ts'
import type { Refused, Request } from './messages.ts'

/** Sends requests one at a time; a process that has died answers with the reason. */
export interface EntrantProcess {
  readonly ask: <T>(request: Request) => Promise<T | Refused>
  readonly end: () => void
}

/** Every request must be answered within so many ms; the slowest, preparing 512³ for ml-matrix, takes some 3 s. */
const PATIENCE = 45_000
/** But the convolutional step takes tfjs-cpu some 20 s on a machine that does nothing else. */
const CONVOLUTION_PATIENCE = 180_000

/** The python3 of the path, or the system's, where Debian's packages are, when the first has no such module. */
function pythonWith(module: string): string {
  const has = (python: string): boolean =>
    spawnSync(python, ['-c', `import ${module}`], { timeout: 20_000 }).status === 0
  return !has('python3') && has('/usr/bin/python3') ? '/usr/bin/python3' : 'python3'
}

/** Starts the process that holds one library. */
export function start({ name, python, threads }: Entrant): EntrantProcess {
  const [command, args] = python === undefined
    ? [process.execPath, [fileURLToPath(new URL('./child.js', import.meta.url)), name]]
    : [pythonWith(python), [join(HERE, 'peer.py'), python, String(threads)]]
  const count = String(threads)
  const child = spawn(command, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, OPENBLAS_NUM_THREADS: count, OMP_NUM_THREADS: count, MKL_NUM_THREADS: count },
  })
  let complaints = ''
  let ended: string | undefined
  let waiting: ((answer: object) => void) | undefined
  const settle = (answer: object): void => {
    const settled = waiting
    waiting = undefined
    settled?.(answer)
  }
  const die = (how: string): void => {
    const said = complaints.trim().split('\n')
    const last = (said.filter((line) => /error/i.test(line)).pop() ?? said[said.length - 1]).trim()
    ended ??= last === '' ? how : `${how}: ${last}`
    settle({ reason: ended })
  }
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints = (complaints + text).slice(-4000)
  })
  child.on('error', (cause) => die(cause.message))
  // A request written to a process that has just died; its exit gives the reason.
  child.stdin.on('error', () => {})
  child.on('close', (code, signal) => die(`its process ended with ${signal ?? `status ${code}`}`))
  createInterface({ input: child.stdout }).on('line', (line) => {
    // Whatever else a library prints is not an answer.
    if (line.startsWith('{')) settle(JSON.parse(line) as object)
  })
  return {
    ask<T>(request: Request): Promise<T | Refused> {
      if (ended !== undefined) return Promise.resolve({ reason: ended })
      const convolution = request.operation === 'prepare' && request.work.kind === 'convolution'
      const patience = convolution ? CONVOLUTION_PATIENCE : PATIENCE
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          ended = `gave no answer to "${request.operation}" within ${patience / 1000} s`
          child.kill('SIGKILL')
          settle({ reason: ended })
        }, patience)
        waiting = (answer) => {
          clearTimeout(timer)
          resolve(answer as T | Refused)
        }
        child.stdin.write(`${JSON.stringify(request)}\n`)
      })
    },
    end() {
      child.stdin.end()
    },
  }
}
