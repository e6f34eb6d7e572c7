import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { collectCommand } from '../../../src/lab/batch/collect.ts'
import { UsageError } from '../../../src/lab/options.ts'
import type { Experiment } from '../../../src/lab/reproduce/experiment.ts'
import { resultHash, runFile, writeRecord } from '../../../src/lab/reproduce/records.ts'
import { reproduceCommand } from '../../../src/lab/reproduce/reproduce.ts'
import { fake } from '../reproduce/fake.ts'
import { type Said, say } from './captured.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'feedback-alignment-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const runs = (): string => join(folder, 'runs')
const fileOf = (seed: number, directory = runs()): string => runFile(directory, 'paper/square', { seed }, 'json')
/** Three runs in the first round, each 0 … 2, and one in the second. */
const wide = (made: number[] = []): Experiment => ({
  ...fake('paper/square', made),
  plan: (_scale, seed, done) =>
    [0, 1, 2].map((k) => ({ seed: seed + k })).concat(done.length < 3 ? [] : [{ seed: 99 }]),
})
const part = (text: string, experiment = wide(), directory = runs()): Promise<Said> =>
  say(reproduceCommand([experiment]), 'paper', '--part', text, '--runs', directory)
const collect = (...args: readonly string[]): Promise<Said> =>
  say(collectCommand([wide()]), 'paper', '--runs', runs(), ...args)

describe('parts', () => {
  it('make each run once, wait for rounds that are not whole, and come to what one process makes', async () => {
    const made: number[] = []
    const first = await part('1/2', wide(made))
    expect(first).toEqual({ status: 0, error: '',
      out: 'paper/square: part 1 of 2 has ended; round 1 has 1 of 3 runs missing\n' })
    expect(made).toEqual([0, 2])
    const second = await part('2/2', wide(made))
    expect(second.out).toBe('paper/square: part 2 of 2 has ended; 4 of 4 runs there\n')
    // Positions go on: the run of the second round is the fourth.
    expect(made).toEqual([0, 2, 1, 99])
    await part('1/2', wide(made))
    expect(made).toHaveLength(4)
    const local = await say(reproduceCommand([wide()]), 'paper', '--runs', join(folder, 'local'))
    const withoutTime = ({ out }: Said): string => out.replace(/[\d.]+ s in all/, '')
    expect(withoutTime(await collect())).toBe(withoutTime(local))
  })

  it('do not make what another has made meanwhile', async () => {
    const made: number[] = []
    const slow = wide(made)
    const racing: Experiment = { ...slow, run(configuration, tools) {
      // While the first run is under way, another process makes the third.
      if ((configuration as { seed: number }).seed === 0) {
        writeRecord(runs(), { experiment: 'paper/square', revision: 1, configuration: { seed: 2 },
          result: { square: 4 }, hash: resultHash({ square: 4 }), seconds: 1,
          machine: { version: '0', runtime: 'test', tier: 'blocked' } })
      }
      return slow.run(configuration, tools)
    } }
    await part('1/2', racing)
    expect(made).toEqual([0])
  })

  it('write no record, and say so, where it cannot be written; the others are there', async () => {
    await part('2/2')
    rmSync(fileOf(1), { force: true })
    await part('2/3')
    writeFileSync(join(folder, 'file'), '')
    await expect(part('1/1', wide(), join(folder, 'file'))).rejects.toThrow(UsageError)
    expect(existsSync(fileOf(1))).toBe(true)
  })

  it('cannot be combined with what is for the whole', async () => {
    for (const more of [['--on', 'slurm'], ['--fresh'], ['--report', folder], ['--json', '-'], ['--markdown', '-']]) {
      await expect(say(reproduceCommand([wide()]), 'paper', '--part', '1/2', '--runs', runs(), ...more)).rejects
        .toThrow(/cannot be combined with/)
    }
  })
})

describe('collect', () => {
  it('says what is missing, and why', async () => {
    expect(await collect()).toEqual({ status: 3, out: '', error: 'paper/square: round 1 has 3 of 3 runs missing\n' })
    const failing: Experiment = { ...wide(), run: () => {
      throw new Error('no memory')
    } }
    expect((await part('1/2', failing)).status).toBe(1)
    await part('2/2')
    expect(await collect()).toEqual({ status: 1, out: '',
      error: 'paper/square: round 1 has 2 of 3 runs missing\n'
        + 'paper/square: 2 runs failed: no memory (the first {"seed":0})\n' })
    // A record is stronger than an old failure.
    await part('1/1')
    expect((await collect()).error).toBe('')
  })

  it('leaves out what was edited or is half there, and names it', async () => {
    await part('1/1')
    writeFileSync(fileOf(0), readFileSync(fileOf(0), 'utf8').replace('"square":0', '"square":7'))
    writeFileSync(fileOf(1), readFileSync(fileOf(1), 'utf8').slice(0, 50))
    const { status, error } = await collect()
    expect(status).toBe(3)
    expect(error).toContain(`${fileOf(0)}: its result is not the one that was recorded; run again`)
    expect(error).toContain(`${fileOf(1)}: no JSON`)
    expect(error).toContain('round 1 has 2 of 3 runs missing')
    // Who makes them again puts them right.
    await part('1/1')
    expect(await collect()).toMatchObject({ status: 0, error: '' })
  })

  it('brings directories together, and counts what is there twice', async () => {
    const [a, b] = ['a', 'b'].map((name) => join(folder, name))
    await part('1/2', wide(), a)
    await part('2/2', wide(), b)
    cpSync(fileOf(0, a), fileOf(0, b))
    const first = await collect('--from', `${a},${b}`)
    expect(first.status).toBe(3)
    expect(first.error).toContain('3 records taken from')
    expect(first.error).toContain('1 run recorded more than once, with equal results')
    expect(first.error).toContain('round 2 has 1 of 1 run missing')
    await part('1/1')
    expect((await collect()).status).toBe(0)
    expect(readdirSync(join(runs(), 'paper', 'square'))).toHaveLength(4)
  })

  it('does not judge where two results of one run differ', async () => {
    await part('1/1')
    const other = join(folder, 'other')
    await say(reproduceCommand([{ ...wide(), run: () => ({ square: 5 }) }]), 'paper', '--part', '1/3', '--runs', other)
    const { status, out, error } = await collect('--from', other)
    expect(status).toBe(1)
    expect(error).toContain(`two results of one run: ${fileOf(0)} and ${fileOf(0, other)}`)
    expect(out).not.toContain('Squares')
  })

  it('says which records another version has made, and that the plan is another than was submitted', async () => {
    await part('1/1')
    writeFileSync(fileOf(2), readFileSync(fileOf(2), 'utf8').replace(/"version":"[^"]*"/, '"version":"0.1.9"'))
    expect((await collect()).error).toBe('paper/square: 1 record made by version 0.1.9\n')
    const later = { ...wide(), plan: () => [{ seed: 1 }, { seed: 5 }] }
    const { status, error } = await say(collectCommand([later]), 'paper', '--runs', runs())
    expect(status).toBe(3)
    expect(error).toMatch(
      /the plan has changed since it was submitted \(its first round had 3 runs by version [\d.]+, now 2\)/,
    )
    expect(error).toContain('round 1 has 1 of 2 runs missing')
  })

  it('tells scripts once that a further round has opened, also where parts have begun it', async () => {
    await part('1/3')
    expect((await collect('--rounds')).status).toBe(3)
    await part('2/3')
    await part('3/3')
    expect((await collect('--rounds')).status).toBe(4)
    expect((await collect('--rounds')).status).toBe(3)
    await part('1/3')
    expect((await collect('--rounds')).status).toBe(0)
  })

  it('refuses no name, an unknown one, and more than a file', async () => {
    const command = collectCommand([wide()])
    await expect(say(command, '--runs', runs())).rejects.toThrow(/must be given NAME… or FILE\.json, got neither/)
    await expect(say(command, 'papre')).rejects.toThrow(/collect: there is no experiment "papre"/)
    await expect(say(command, 'a.json', 'b')).rejects.toThrow(/must be given one FILE\.json/)
    await expect(say(command, 'a.json', '--seed', '3')).rejects.toThrow(/--seed: must come with NAME…, got 3 beside/)
    await expect(say(command, 'a.json', '--scale', 'quick')).rejects.toThrow(/--scale: must come with NAME…, got quick/)
    await expect(say(command, 'a.json')).rejects.toThrow(/a\.json: must exist, got no file/)
  })
})
