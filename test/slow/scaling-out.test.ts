// The built command in parts that are killed, told to end, or run out of disk: what is collected is what one process makes.

import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { recordsIn } from '../clusters/command.ts'
import { xorshift } from '../tensor/bits.ts'

const MAIN = fileURLToPath(new URL('../../dist/lab/main.js', import.meta.url))
const KILLS = 50

let folder = ''
let sweep = ''
const mounted: string[] = []
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'feedback-alignment-'))
  sweep = join(folder, 'sweep.json')
})
afterAll(() => {
  for (const place of mounted) spawnSync('umount', [place])
  rmSync(folder, { recursive: true, force: true })
})

interface Ended {
  readonly status: number | null
  readonly out: string
  readonly error: string
}

/** Runs the command; with `signal`, sends it after `delay` milliseconds, or when `when` holds. */
function start(args: readonly string[], signal?: NodeJS.Signals,
  when?: (milliseconds: number) => boolean): Promise<Ended>
{
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    const began = performance.now()
    const watch = signal === undefined || when === undefined ? undefined : setInterval(() => {
      if (!when(performance.now() - began)) return
      clearInterval(watch)
      child.kill(signal)
    }, 20)
    let out = ''
    let error = ''
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

const declare = (epochs: number, samples: number, seeds = 2): void =>
  writeFileSync(sweep,
    JSON.stringify({ name: 'sweep', train: { hidden: [32, 32], epochs, 'training-samples': samples },
      axes: [{ rule: ['bp', 'dfa'] }], seeds }))
const local = async (name: string): Promise<Readonly<Record<string, unknown>>> => {
  const runs = join(folder, name)
  expect((await start(['sweep', sweep, '--runs', runs])).status).toBe(0)
  return recordsIn(runs)
}
const namesIn = (place: string): readonly string[] => existsSync(place) ? readdirSync(place) : []

describe('parts', () => {
  it(`killed ${KILLS} times at random moments and begun again each time: the same records, nothing beside them`, async () => {
    declare(150, 1000)
    const expected = await local('killed-local')
    const runs = join(folder, 'killed')
    const random = xorshift(7)
    const args = ['sweep', sweep, '--runs', runs, '--part', '1/1', '--jobs', '2']
    for (let kills = 0; kills < KILLS;) {
      const delay = 1300 + 1200 * random()
      const { status } = await start(args, 'SIGKILL', (time) => time > delay)
      if (status === null) kills++
      // Done before the kill: the next ones meet it half done again.
      else rmSync(runs, { recursive: true, force: true })
    }
    expect(await start(args)).toMatchObject({ status: 0, error: '' })
    expect(recordsIn(runs)).toEqual(expected)
    expect(namesIn(join(runs, 'trainings')).filter((name) => !name.endsWith('.json'))).toEqual([])
  })

  it.each([['SIGTERM', 143], ['SIGUSR1', 0]] as const)('%s keeps what is under way, in a worker and without one',
    async (signal, expected) => {
      // Long enough not to be done when the first checkpoint is there, after a second.
      declare(2500, 1000, 1)
      const whole = await local(`${signal}-local`)
      for (const jobs of ['1', '2']) {
        const runs = join(folder, `${signal}-${jobs}`)
        const args = ['sweep', sweep, '--runs', runs, '--part', '1/1', '--jobs', jobs]
        const kept = (): readonly string[] =>
          namesIn(join(runs, 'trainings')).filter((name) => name.endsWith('.checkpoint'))
        const { status, error } = await start(args, signal, () => kept().length > 0)
        expect([status, error]).toEqual([expected,
          `interrupted; finished runs are in ${runs}, the same command goes on from ` + 'there\n'])
        expect(kept().length).toBeGreaterThan(0)
        expect((await start(args)).status).toBe(0)
        expect(recordsIn(runs)).toEqual(whole)
      }
    })

  it.each([['SIGTERM', 143], ['SIGUSR1', 0]] as const)('of an experiment keep a run that is under way on %s, and go on',
    async (signal, expected) => {
      // One run of some seconds, made by no more than one worker.
      const asked = ['reproduce', 'refinetti2021/target-covariance', '--part', '1/2000', '--jobs', '1', '--runs']
      const whole = join(folder, `experiment-${signal}-whole`), runs = join(folder, `experiment-${signal}`)
      expect((await start([...asked, whole])).status).toBe(0)
      const kept = (): boolean =>
        namesIn(join(runs, 'refinetti2021/target-covariance')).some((name) => name.endsWith('.checkpoint'))
      // A busy machine may be asked before it has begun.
      for (let delay = 1200; !kept() && delay < 20_000; delay *= 2) {
        const { status, error } = await start([...asked, runs], signal, (time) => time > delay)
        expect([status, error]).toEqual([expected,
          `interrupted; finished runs are in ${runs}, the same command goes on from there\n`])
        // A run that does not hear the signal ends, and leaves its record.
        expect(Object.keys(recordsIn(runs))).toEqual([])
      }
      expect(kept()).toBe(true)
      expect((await start([...asked, runs])).status).toBe(0)
      expect(recordsIn(runs)).toEqual(recordsIn(whole))
      expect(kept()).toBe(false)
    })

  it('whose disk is full end with one line, and go on when there is room', async () => {
    const place = join(folder, 'small')
    mkdirSync(place)
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=96k', 'none', place]).status !== 0) return
    mounted.push(place)
    declare(60, 100, 8)
    const args = ['sweep', sweep, '--runs', join(place, 'runs'), '--part', '1/1', '--jobs', '2']
    const full = await start(args)
    expect([1, 2]).toContain(full.status)
    expect(full.error).toMatch(/must be writable, got ENOSPC/)
    expect(full.error).not.toMatch(/\.js:\d/)
    expect(spawnSync('mount', ['-o', 'remount,size=8m', place]).status).toBe(0)
    expect(await start(args)).toMatchObject({ status: 0, error: '' })
    expect(recordsIn(join(place, 'runs'))).toEqual(await local('full-local'))
  })
})

describe('collectors', () => {
  it('two at once bring the same together', async () => {
    declare(2, 200, 8)
    const parts = ['a', 'b', 'c'].map((name) => join(folder, name))
    await Promise.all(parts.map((runs, index) => start(['sweep', sweep, '--runs', runs, '--part', `${index + 1}/3`])))
    const runs = join(folder, 'together')
    const both = await Promise.all(
      [1, 2].map((which) =>
        start(['collect', sweep, '--runs', runs, '--from', parts.join(), '--report', join(folder, `report${which}`)])
      ),
    )
    for (const { status } of both) expect(status).toBe(0)
    expect(both[0].out.replace('report1', 'report2')).toBe(both[1].out)
    expect(recordsIn(runs)).toEqual(await local('together-local'))
    expect(namesIn(join(runs, 'trainings'))).toHaveLength(16)
  })
})
