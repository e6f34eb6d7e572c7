import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { UsageError } from '../../../src/lab/options.ts'
import type { Experiment } from '../../../src/lab/reproduce/experiment.ts'
import { EXPERIMENTS } from '../../../src/lab/reproduce/experiments.ts'
import { linesFile, runFile } from '../../../src/lab/reproduce/records.ts'
import { reproduceCommand } from '../../../src/lab/reproduce/reproduce.ts'
import { fake } from './fake.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'feedback-alignment-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

async function run(experiments: readonly Experiment[],
  ...args: readonly string[]): Promise<{ status: number; out: string; error: string }>
{
  let out = ''
  let error = ''
  const console = {
    out: (text: string) => {
      out += `${text}\n`
    },
    error: (text: string) => {
      error += `${text}\n`
    },
    width: 120,
  }
  const status = await reproduceCommand(experiments).run([...args, '--runs', join(folder, 'runs')], console)
  return { status, out, error }
}

describe('reproduce', () => {
  it('lists experiments with size and time when no name is given', async () => {
    const { status, out } = await run([fake(), fake('other/cube', [], ['mnist/images'])])
    expect(status).toBe(0)
    expect(out).toMatch(/paper\/square +Squares +R21 section 9 +1 s +2 min +10 h +generated/)
    expect(out).toMatch(/other\/cube .* mnist \(--data\)/)
  })

  it('runs what is not recorded, round after round, and nothing twice', async () => {
    const made: number[] = []
    const first = await run([fake('paper/square', made)], 'paper', '--seed', '2')
    expect(first).toMatchObject({ status: 0, error: '' })
    expect(first.out).toContain('1 claim holds, 0 fail, 0 undecided, 0 outside the theory')
    expect(made).toEqual([2, 3, 19])
    const second = await run([fake('paper/square', made)], 'paper/square', '--seed', '2')
    expect(made).toEqual([2, 3, 19])
    // the same text, times of the recorded runs included.
    expect(second.out).toBe(first.out)
    await run([fake('paper/square', made)], 'paper/square', '--seed', '3')
    expect(made).toEqual([2, 3, 19, 4, 26])
    await run([fake('paper/square', made)], 'paper/square', '--seed', '2', '--fresh')
    expect(made.slice(5)).toEqual([2, 3, 19])
  })

  it('makes recorded runs again with --verify, and says which differ', async () => {
    const { out: none, status: empty } = await run([fake()], 'paper', '--verify', '2').catch((error: UsageError) => ({
      out: error.message,
      status: 2,
    }))
    expect([empty, none]).toEqual([2, expect.stringMatching(/must hold recorded runs of paper\/square, got none/)])
    await run([fake()], 'paper')
    const made: number[] = []
    const same = await run([fake('paper/square', made)], 'paper', '--verify', '2')
    expect([same.status, made.length]).toEqual([0, 2])
    expect(same.out).toBe('2 recorded runs made again, 0 differ\n')
    const other = await run([fake('paper/square', [], [], 1)], 'paper', '--verify', '9')
    expect(other.status).toBe(1)
    expect(other.out).toMatch(
      /DIFFERS {2}paper\/square: recorded [0-9a-f]{32}, now [0-9a-f]{32} \(configuration \{"seed":\d+\}\)/,
    )
    expect(other.out).toContain('3 recorded runs made again, 3 differ')
  })

  it('does not use a result that is not the recorded one', async () => {
    await run([fake()], 'paper')
    const file = runFile(join(folder, 'runs'), 'paper/square', { seed: 1 }, 'json')
    writeFileSync(file, readFileSync(file, 'utf8').replace('"square":1}', '"square":4}'))
    const made: number[] = []
    const { error } = await run([fake('paper/square', made)], 'paper')
    expect(made).toEqual([1])
    expect(error).toContain(`${file}: its result is not the one that was recorded; run again`)
  })

  it('says which recorded lines it cannot use and makes those runs again', async () => {
    const made: number[] = []
    await run([fake('paper/square', made)], 'paper')
    appendFileSync(linesFile(join(folder, 'runs'), 'paper/square'), '{broken\n')
    const { status, error } = await run([fake('paper/square', made)], 'paper')
    expect([status, made]).toEqual([0, [0, 1, 11]])
    expect(error).toMatch(/square\.jsonl, line 1: no JSON/)
  })

  it('exits with 1 when a claim fails or a run cannot be finished, and shows the other experiments', async () => {
    const failing = await run([fake('paper/square', [], [], 1)], 'paper')
    expect(failing.status).toBe(1)
    expect(failing.out).toContain('FAILS  square: s·s = s²')
    const broken = await run([fake(), fake('other/cube')], 'paper', 'other', '--seed', '12')
    expect(broken.status).toBe(1)
    expect(broken.error).toContain('paper/square: thirteen (configuration {"seed":13})')
    expect(existsSync(runFile(join(folder, 'runs'), 'paper/square', { seed: 12 }, 'json'))).toBe(true)
  })

  it('says once what fails in several runs', async () => {
    const failing: Experiment = {
      ...fake('paper/broken'),
      run() {
        throw new Error('no')
      },
    }
    const { status, error } = await run([failing], 'paper')
    expect(status).toBe(1)
    expect(error).toBe('paper/broken: no (2 configurations, the first {"seed":0})\n')
  })

  it('goes on to the last round of the others when a run of one experiment fails', async () => {
    const made: number[] = []
    const failing: Experiment = {
      ...fake('paper/broken'),
      run: (configuration, tools) => {
        if ((configuration as { seed: number }).seed === 1) throw new Error('no')
        return fake().run(configuration, tools)
      },
    }
    const { status, out, error } = await run([failing, fake('paper/square', made)], 'paper')
    expect(status).toBe(1)
    expect(made).toEqual([0, 1, 11])
    expect(error).toBe('paper/broken: no (configuration {"seed":1})\n')
    expect(out).toContain('paper/square: Squares (3 runs')
    expect(out).not.toContain('paper/broken')
    expect(out).toContain('1 claim holds, 0 fail, 0 undecided, 0 outside the theory')
  })

  it('reports a judgment or a plan that throws, and shows and writes the others', async () => {
    const json = join(folder, 'out.json')
    const judge: Experiment = {
      ...fake('paper/judge'),
      judge() {
        throw new Error('cannot judge')
      },
    }
    const plan: Experiment = {
      ...fake('paper/plan'),
      plan(scale, seed, done) {
        if (done.length > 0) throw new Error('cannot plan')
        return fake().plan(scale, seed, done)
      },
    }
    const { status, out, error } = await run([judge, plan, fake()], 'paper', '--json', json)
    expect(status).toBe(1)
    expect(error).toBe('paper/judge: judge: cannot judge\npaper/plan: plan: cannot plan\n')
    expect(out).toContain('paper/square: Squares (3 runs')
    expect((JSON.parse(readFileSync(json, 'utf8')) as { experiment: string }[]).map(({ experiment }) => experiment))
      .toEqual(['paper/square'])
  })

  it('takes beginnings of names, but a whole name for itself alone', async () => {
    const made: number[][] = [[], [], []]
    const experiments = ['paper/square', 'paper/square-root', 'other'].map((name, k) => fake(name, made[k]))
    const counts = async (...names: readonly string[]): Promise<number[]> => {
      await run(experiments, ...names, '--fresh')
      return made.map((seeds) => seeds.splice(0).length)
    }
    expect(await counts('pap')).toEqual([3, 3, 0])
    expect(await counts('paper/')).toEqual([3, 3, 0])
    expect(await counts('paper/square')).toEqual([3, 0, 0])
    expect(await counts('paper/square-', 'oth')).toEqual([0, 3, 3])
    await expect(run(experiments, '')).rejects.toThrow('there is no experiment ""')
  })

  it.each([['SIGHUP', 129], ['SIGINT', 130], ['SIGTERM', 143]] as const)('is interrupted by %s within the last run',
    async (signal, expected) => {
      const stopped: Experiment = {
        ...fake('paper/square'),
        plan: () => [{ seed: 1 }],
        run() {
          process.kill(process.pid, signal)
          return { square: 1 }
        },
      }
      const { status, out, error } = await run([stopped], 'paper')
      expect([status, out]).toEqual([expected, ''])
      expect(error).toMatch(/^interrupted; finished runs are in /)
    })

  it('makes no run from data that have changed since the first one: which of them it had could not be told', async () => {
    const made: number[] = []
    const data = join(folder, 'data')
    mkdirSync(join(data, 'mnist'), { recursive: true })
    writeFileSync(join(data, 'mnist', 'images'), 'before')
    const calm = fake('paper/square', made, ['mnist/images'])
    const changing: Experiment = { ...calm, run(configuration, tools) {
      writeFileSync(join(data, 'mnist', 'images'), 'afterwards')
      return calm.run(configuration, tools)
    } }
    const { status, error } = await run([changing], 'paper', '--data', data)
    expect([status, made]).toEqual([1, [0]])
    expect(error).toContain('data: mnist/images must stay as it is while runs are made, got other content; start again')
    // Nothing that was recorded counts for the new content.
    expect((await run([calm], 'paper', '--data', data)).status).toBe(0)
    expect(made).toEqual([0, 0, 1, 11])
  })

  it('makes all again where that is asked for, also what was kept of runs half way', async () => {
    const seen: boolean[] = []
    const half: Experiment = { ...fake(), resumes: true, run(configuration, tools) {
      seen.push(existsSync(tools.checkpoint ?? ''))
      return fake().run(configuration, tools)
    } }
    const kept = runFile(join(folder, 'runs'), 'paper/square', { seed: 0 }, 'checkpoint')
    for (const fresh of [[], ['--fresh']]) {
      rmSync(join(folder, 'runs'), { recursive: true, force: true })
      mkdirSync(join(kept, '..'), { recursive: true })
      writeFileSync(kept, '')
      await run([half], 'paper', '--jobs', '1', ...fresh)
    }
    expect(seen).toEqual([true, false, false, false, false, false])
  })

  it('records what its data hold, and makes runs again when that changes, the size unchanged', async () => {
    const made: number[] = []
    const data = join(folder, 'data')
    mkdirSync(join(data, 'mnist'), { recursive: true })
    writeFileSync(join(data, 'mnist', 'images'), 'twelve bytes')
    const experiment: Experiment = { ...fake('paper/square', made, ['mnist/images']), dataIfPresent: ['mnist/more'] }
    const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32)
    const stampOf = (seed: number): unknown =>
      (JSON.parse(readFileSync(runFile(join(folder, 'runs'), 'paper/square', { seed }, 'json'), 'utf8')) as {
        data: unknown
      }).data
    await run([experiment], 'paper', '--data', data)
    expect(stampOf(11)).toEqual({ 'mnist/images': hash('twelve bytes') })
    // The same content, packed.
    rmSync(join(data, 'mnist', 'images'))
    writeFileSync(join(data, 'mnist', 'images.gz'), gzipSync('twelve bytes'))
    expect((await run([experiment], 'paper', '--data', data)).error).toBe('')
    expect(made).toEqual([0, 1, 11])
    writeFileSync(join(data, 'mnist', 'images.gz'), gzipSync('twelve bites'))
    const { status, error } = await run([experiment], 'paper', '--data', data)
    expect([status, made.slice(3)]).toEqual([0, [0, 1, 11]])
    expect(error.trimEnd().split('\n')).toEqual(
      Array.from({ length: 3 }, () =>
        expect.stringMatching(
          /square\/[0-9a-f]{32}\.json: made from other data \(mnist\/images SHA-256 .{12}…, now SHA-256 .{12}…\); run again$/,
        )),
    )
    expect(stampOf(11)).toEqual({ 'mnist/images': hash('twelve bites') })
  })

  it('writes JSON, Markdown and a report', async () => {
    const markdown = join(folder, 'out.md')
    const json = join(folder, 'out.json')
    // Twice: its own results may be replaced.
    for (let time = 0; time < 2; time++) {
      const { status } = await run([fake()], 'paper', '--json', json, '--markdown', markdown, '--report',
        join(folder, 'report'))
      expect(status).toBe(0)
    }
    const [entry] = JSON.parse(readFileSync(json, 'utf8')) as { experiment: string; claims: { verdict: string }[];
      runs: { result: object }[] }[]
    expect(entry.claims.map(({ verdict }) => verdict)).toEqual(['holds'])
    expect(entry.runs.map(({ result }) => result)).toEqual([{ square: 0 }, { square: 1 }, { square: 121 }])
    const text = readFileSync(markdown, 'utf8')
    expect(text).toContain(
      '## Squares\n\n`reproduce paper/square`; refinetti2021 section 9; 3 runs, 0.0 s in all; scale ',
    )
    expect(text).toMatch(/\| s·s = s² +\| 0, 1, 121 +\| 0, 1, 121 +\| 0, 1, 11 +\| ✓ holds +\|/)
    const page = readFileSync(join(folder, 'report', 'index.html'), 'utf8')
    expect(page).toContain('<h1>Squares</h1>')
    expect(page).toContain('<h2>Squares</h2>')
    expect(page).toContain('seed 0, 1, 11')
  })

  it.each([['an unknown name, nearest first', ['sqare'],
    /there is no experiment "sqare"; there are, nearest first: paper\/square, other\/cube/], [
    'missing data, what runs without',
    ['other'],
    /mnist\/images\(\.gz\) must exist, no directory was given .*; these run without: paper\/square/,
  ], ['an unknown scale', ['paper', '--scale', 'qick'],
    /--scale: value must be one of quick, default, paper, got "qick"; did you mean quick\?/]])('refuses %s',
      async (_what, args, message) => {
        const attempt = run([fake(), fake('other/cube', [], ['mnist/images'])], ...args)
        await expect(attempt).rejects.toThrow(UsageError)
        await expect(attempt).rejects.toThrow(message)
      })
})

describe('EXPERIMENTS', () => {
  it('have names of their own, texts, times, and configurations that survive JSON', () => {
    expect(new Set(EXPERIMENTS.map(({ name }) => name)).size).toBe(EXPERIMENTS.length)
    for (const e of EXPERIMENTS) {
      expect(e.about.length, e.name).toBeGreaterThan(40)
      expect(e.minutes.quick, e.name).toBeLessThanOrEqual(e.minutes.default)
      for (const scale of ['quick', 'default', 'paper'] as const) {
        const plan = e.plan(scale, 0, [])
        expect(plan.length, `${e.name} ${scale}`).toBeGreaterThan(0)
        expect(JSON.parse(JSON.stringify(plan)), `${e.name} ${scale}`).toEqual(plan)
      }
    }
  })
})
