import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { shell } from '../../../src/lab/batch/script.ts'
import type { Experiment } from '../../../src/lab/reproduce/experiment.ts'
import { writeRecord } from '../../../src/lab/reproduce/records.ts'
import { reproduceCommand } from '../../../src/lab/reproduce/reproduce.ts'
import { sweepCommand } from '../../../src/lab/sweep/sweep.ts'
import { fake } from '../reproduce/fake.ts'
import { type Said, say } from './captured.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'feedback alignment-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const many: Experiment = { ...fake(), plan: () => Array.from({ length: 100 }, (_, seed) => ({ seed })) }
const hand = (on: string, ...more: readonly string[]): Promise<Said> =>
  say(reproduceCommand([many]), 'paper', '--scale', 'paper', '--runs', join(folder, 'runs'), '--on', on, ...more)
const script = (name: string): string => readFileSync(join(folder, 'runs', 'jobs', 'paper-paper', name), 'utf8')

describe('--on', () => {
  it('divides expected time into parts of an hour, with the limits of its own figures', async () => {
    // 600 minutes of two processors are 20 hours of one.
    const { status, out } = await hand('slurm', '--report', join(folder, 'report'))
    expect(status).toBe(0)
    expect(out).toContain(
      'paper-paper: 100 runs in 20 parts; 1200 minutes on one processor (by what the experiments declare)',
    )
    expect(out).toContain(`submit with: bash '${folder}/runs/jobs/paper-paper/submit.sh'`)
    const text = script('array.slurm')
    for (const line of ['--array=1-20', '--time=03:00:00', '--mem=4096M', '--requeue', '--signal=B:USR1@120']) {
      expect(text).toContain(`#SBATCH ${line}\n`)
    }
    expect(text).toContain(`reproduce paper --scale paper --seed 0 --runs '${folder}/runs'`)
    expect(script('collect.slurm')).toContain(
      `collect paper --scale paper --seed 0 --runs '${folder}/runs' --rounds --report '${folder}/report'`,
    )
  })

  it('takes memory from what was recorded, and as many parts as are asked for', async () => {
    writeRecord(join(folder, 'runs'), { experiment: 'paper/square', revision: 1, configuration: { seed: 7 }, result: 1,
      seconds: 1, megabytes: 900, machine: { version: '0', runtime: 'test', tier: 'blocked' } })
    await hand('slurm', '--parts', '4')
    expect(script('array.slurm')).toContain('#SBATCH --mem=2048M\n')
    expect(script('array.slurm')).toContain('#SBATCH --array=1-4\n')
  })

  it.each([['slurm', ['array.slurm', 'collect.slurm', 'submit.sh']], ['parallel', ['parallel.sh']], ['local', [
    'local.sh',
  ]]])('%s: scripts that bash can read', async (on, files) => {
    await hand(on)
    for (const file of files) {
      const { status, stderr } = spawnSync('bash', ['-n'], { input: script(file), encoding: 'utf8' })
      expect([status, stderr], file).toEqual([0, ''])
      expect(script(file).split('\n').length, file).toBeLessThan(25)
    }
  })

  it('keeps a copy of a sweep: what becomes of its file does not matter', async () => {
    const file = join(folder, 'sweep.json')
    const content = JSON.stringify({ name: 'tiny', train: { hidden: [4] }, seeds: 3 })
    writeFileSync(file, content)
    const runs = join(folder, 'runs')
    const { out } = await say(sweepCommand, file, '--runs', runs, '--on', 'kubernetes', '--image', 'here/it:1')
    expect(out).toContain('tiny: 3 runs in 1 part; 30 minutes on one processor (taken as 10 minutes a run)')
    expect(readFileSync(join(runs, 'jobs', 'tiny', 'sweep.json'), 'utf8')).toBe(content)
    const parts = readFileSync(join(runs, 'jobs', 'tiny', 'parts.yaml'), 'utf8')
    expect(parts).toContain('args: ["sweep", "/shared/runs/jobs/tiny/sweep.json", "--runs", "/shared/runs"')
    expect(parts).toContain('image: "here/it:1"')
  })

  it.each(['slurm', 'parallel', 'local', 'kubernetes'])('%s: prints a line that sh can read', async (on) => {
    const line = /^submit with: (.*)$/m.exec((await hand(on)).out)?.[1] ?? ''
    // Every word of it with a slash is a file that was written.
    const { stdout } = spawnSync('sh', ['-c', `for word in ${line.replaceAll('&&', '')}; do echo "$word"; done`], {
      encoding: 'utf8',
    })
    const files = stdout.trim().split('\n').filter((word) => word.startsWith(folder))
    expect(files.length).toBeGreaterThan(0)
    expect(files.filter((file) => !existsSync(file))).toEqual([])
  })

  it('is what other options need, or cannot be combined with', async () => {
    for (const [option, ...value] of [['--submit'], ['--parts', '3'], ['--image', 'here/it:1']]) {
      await expect(say(reproduceCommand([many]), 'paper', option, ...value)).rejects.toThrow(
        `${option}: must come with --on`,
      )
    }
    await expect(hand('slurm', '--image', 'here/it:1')).rejects.toThrow('--image: must come with --on kubernetes')
    for (const [option, ...value] of [['--fresh'], ['--jobs', String(availableParallelism() + 1)]]) {
      await expect(hand('slurm', option, ...value)).rejects.toThrow(`${option}: cannot be combined with --on`)
    }
  })
})

describe('shell', () => {
  it('quotes what sh would not take as one word', () => {
    const words = ['plain', 'with space', "it's", '$HOME', '*', '']
    const { stdout } = spawnSync('sh', ['-c', `printf '%s\\n' ${shell(words)}`], { encoding: 'utf8' })
    expect(stdout).toBe(`${words.join('\n')}\n`)
  })
})
