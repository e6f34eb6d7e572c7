// The built command on several workers: the same results as on one, recorded, interrupted and gone on with.

import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const MAIN = fileURLToPath(new URL('../../dist/lab/main.js', import.meta.url))
const NAMES = ['refinetti2021/degeneracy', 'refinetti2021/overparameterized', 'refinetti2021/relu-recovery',
  'refinetti2021/ode-vs-simulation']

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'feedback-alignment-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Ended {
  readonly status: number | null
  readonly out: string
  readonly error: string
}

/** Runs the command; with `signal`, sends it as soon as `when` holds. */
function start(args: readonly string[], signal?: NodeJS.Signals, when: () => boolean = () => true): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [MAIN, 'reproduce', ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    let out = ''
    let error = ''
    const watch = signal === undefined ? undefined : setInterval(() => {
      if (!when()) return
      clearInterval(watch)
      child.kill(signal)
    }, 100)
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      error += chunk.toString()
    })
    child.on('error', reject)
    child.on('close', (status) => {
      clearInterval(watch)
      resolve({ status, out, error })
    })
  })
}

/** Configurations and results of the records of an experiment, without times and machine, in one order. */
function recorded(runs: string, name: string): string[] {
  const place = join(runs, name)
  if (!existsSync(place)) return []
  return readdirSync(place).filter((file) => /^[0-9a-f]{32}\.json$/.test(file)).map((file) => {
    const { configuration, result } = JSON.parse(readFileSync(join(place, file), 'utf8')) as { configuration: object;
      result: object }
    return JSON.stringify({ configuration, result })
  }).sort()
}

describe('reproduce on workers', () => {
  it('gives the results of one worker, whatever their number', async () => {
    for (const jobs of [1, 2, 3]) {
      const { status, error } = await start([...NAMES, '--scale', 'quick', '--jobs', String(jobs), '--runs',
        join(folder, `jobs${jobs}`)])
      expect([status, error]).toEqual([0, ''])
    }
    for (const name of NAMES) {
      const one = recorded(join(folder, 'jobs1'), name)
      expect(one.length).toBeGreaterThan(2)
      expect(recorded(join(folder, 'jobs2'), name)).toEqual(one)
      expect(recorded(join(folder, 'jobs3'), name)).toEqual(one)
    }
  })

  it('stops at a signal, keeps what is finished, and ends with the same records', async () => {
    const runs = join(folder, 'stopped')
    const name = 'refinetti2021/relu-recovery'
    const options = [name, '--scale', 'default', '--jobs', '2', '--runs', runs]
    const stopped = await start(options, 'SIGINT', () => recorded(runs, name).length > 0)
    expect([stopped.status, stopped.error]).toEqual([130,
      `interrupted; finished runs are in ${runs}, the same command goes on from there\n`])
    const first = recorded(runs, name)
    expect(first.length).toBeGreaterThan(0)
    await start(options, 'SIGTERM', () => recorded(runs, name).length > first.length)
    const second = recorded(runs, name)
    expect(second.length).toBeGreaterThan(first.length)
    expect(first.every((line) => second.includes(line))).toBe(true)
    expect(new Set(second).size).toBe(second.length)
  })

  it('stops a single run of half a minute at once', async () => {
    const runs = join(folder, 'single')
    const began = performance.now()
    const args = ['refinetti2021/degeneracy', '--jobs', '1', '--runs', runs]
    const { status, error } = await start(args, 'SIGINT', () => performance.now() - began > 1500)
    expect([status, error]).toEqual([130,
      `interrupted; finished runs are in ${runs}, the same command goes on from there\n`])
    // Slack for a busy machine; waiting for the first run would take 27 s on an idle one.
    expect(performance.now() - began).toBeLessThan(10_000)
  })

  it('lists every experiment, and answers a slip with the nearest names', async () => {
    const { status, out } = await start([])
    expect(status).toBe(0)
    for (const name of NAMES) expect(out).toContain(name)
    const slip = await start(['refinetti2021/degenracy'])
    expect([slip.status, slip.out]).toEqual([2, ''])
    expect(slip.error).toMatch(
      /there is no experiment "refinetti2021\/degenracy"; there are, nearest first: refinetti2021\/degeneracy,/,
    )
  })
})
