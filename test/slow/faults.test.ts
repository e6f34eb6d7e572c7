// The built command where files and streams fail: one line, the documented status, nothing lost, no wait without end.

import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync,
  writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readCheckpoint } from '../../src/lab/checkpoint-file.ts'

const MAIN = fileURLToPath(new URL('../../dist/lab/main.js', import.meta.url))
/** Nothing here takes a tenth of it; what waits without end is ended, and fails. */
const LIMIT = 60_000
const SMALL = ['--hidden', '8', '--training-samples', '200', '--epochs', '3', '--alignment-samples', '8']
/** A training that would take hours. */
const LONG = ['--hidden', '8', '--training-samples', '200', '--epochs', '1000000', '--alignment-samples', '0']
const CHECK = ['check', '--quick', '--depth', '2', '--inputs', '6', '--outputs', '3', '--width', '12',
  '--target-condition', '1']
const ONE_LINE = /^feedback-alignment: [^\n]+\n$/

let folder = ''
const mounted: string[] = []
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'feedback-alignment-faults-'))
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

/** Quotes for sh. */
const quoted = (...words: readonly string[]): string => words.map((word) => `'${word}'`).join(' ')
const command = (...args: readonly string[]): string => quoted(process.execPath, MAIN, ...args)

/** Runs a line of sh to its end. */
function shell(line: string, cwd = folder): Ended {
  const { status, signal, stdout, stderr } = spawnSync('sh', ['-c', line], { cwd, encoding: 'utf8', timeout: LIMIT })
  expect(signal, `${line} must end by itself`).toBeNull()
  return { status, out: stdout, error: stderr }
}

const run = (...args: readonly string[]): Ended => shell(`exec ${command(...args)}`)

/** Starts a command in `cwd`, calls `act` when `until` is there, and waits for the end. */
/** Removes a directory; false where something was written into it meanwhile. */
function isRemoved(place: string): boolean {
  try {
    rmSync(place, { recursive: true, force: true })
    return true
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw cause
    return false
  }
}

async function during(args: readonly string[], until: string,
  act: (
    child: { readonly pid?: number | undefined; kill: (signal: NodeJS.Signals) => boolean },
  ) => Promise<void> | void, cwd = folder): Promise<Ended & { readonly signal: NodeJS.Signals | null }>
{
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LIMIT,
    killSignal: 'SIGKILL',
  })
  let out = '', error = ''
  child.stdout.on('data', (text) => {
    out += text
  })
  child.stderr.on('data', (text) => {
    error += text
  })
  const ended = new Promise<{ status: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.on('close', (status, signal) => resolve({ status, signal }))
  })
  while (!existsSync(until) && child.exitCode === null) await pause(5)
  try {
    await act(child)
  } catch (cause) {
    child.kill('SIGKILL')
    throw cause
  }
  return { ...(await ended), out, error }
}

const fresh = (name: string): string => {
  const place = join(folder, name)
  mkdirSync(place)
  return place
}
const kinds = (record: string): unknown[] =>
  readFileSync(record, 'utf8').trimEnd().split('\n').map((line) => (JSON.parse(line) as { record: string }).record)
const ALL = ['training', 'epoch', 'epoch', 'epoch', 'epoch', 'end']

/** A small file system of its own, undefined where this process may not mount one. */
function disk(name: string): string | undefined {
  const place = fresh(name)
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', place]).status !== 0) return undefined
  mounted.push(place)
  return place
}
const fill = (place: string): void => {
  spawnSync('dd', ['if=/dev/zero', `of=${join(place, 'ballast')}`, 'bs=1k'])
}

describe('standard output', () => {
  it.skipIf(!existsSync('/dev/full'))('that is full: the work is done, one line, status 2', () => {
    const place = fresh('full')
    const record = join(place, 'record')
    const { status, error } = shell(
      `exec ${command('train', ...SMALL, '--checkpoint', join(place, 'c'), '--json', record)} > /dev/full`,
    )
    expect(error).toMatch(/^feedback-alignment: standard output: must be writable, got ENOSPC[^\n]*\n$/)
    expect([status, kinds(record)]).toEqual([2, ALL])
    for (const args of [['reproduce'], ['--help'], CHECK]) {
      const ended = shell(`exec ${command(...args)} > /dev/full`)
      expect([ended.status, ended.error.split('\n').length], args[0]).toEqual([2, 2])
    }
    // Nothing can be said, but the status.
    expect(shell(`exec ${command('train', '--rate', '0')} 2> /dev/full`).status).toBe(2)
    expect(shell(`exec ${command('--version')} > /dev/full 2> /dev/full`).status).toBe(2)
  })

  it('that is closed, or has no reader and is to go on: the work is done, silently, status 0', () => {
    const place = fresh('closed')
    for (const [name, to, ...more] of [['closed', '>&-'], ['both', '>&- 2>&-'], ['pipe', '| true', '--keep-going']]) {
      const record = join(place, name)
      const status = join(place, `${name} status`)
      const line = command('train', ...SMALL, '--checkpoint', join(place, `${name} c`), '--json', record, ...more)
      const { error } = shell(`{ ${line}; echo $? > ${quoted(status)}; } ${to}`)
      expect([readFileSync(status, 'utf8'), error, kinds(record)], name).toEqual(['0\n', '', ALL])
    }
  })

  /** Does `line` on a terminal that goes away when `until` is there, in a session of its own or not; returns its status. */
  async function onLostTerminal(place: string, line: string, until: string, own: boolean): Promise<number> {
    const work = join(place, 'work'),
      start = join(place, 'start'),
      status = join(place, 'status')
    // The shell that asks for the status must survive the signal of the terminal.
    writeFileSync(work, `trap '' HUP\n${line}\necho $? > ${quoted(status)}\n`)
    writeFileSync(start,
      `${own ? 'setsid ' : ''}sh ${quoted(work)} &\nuntil test -e ${quoted(until)}; do sleep 0.05; done\n`)
    shell(`script -qec ${quoted(`sh ${start}`)} /dev/null < /dev/null`)
    for (let waited = 0; !existsSync(status) && waited < LIMIT; waited += 20) await pause(20)
    await pause(50)
    return Number(readFileSync(status, 'utf8'))
  }
  const hasScript = spawnSync('script', ['--version']).status === 0

  it.skipIf(!hasScript).each(
    [['a checkpoint, status 141', 141, []], ['the work is done where it is to go on', 0, ['--keep-going']]] as const,
  )('that is a terminal which goes away without a signal: %s', async (_, expected, more) => {
    const place = fresh(`terminal${expected}`)
    const file = join(place, 'c')
    // What is to be stopped must not be done before the terminal goes, however fast the machine.
    const what = expected === 0 ? [...SMALL, '--epochs', '150', '--alignment-samples', '0'] : LONG
    const line = command('train', ...what, '--checkpoint', file, ...more)
    expect([expected, 134]).toContain(await onLostTerminal(place, line, file, true))
    const { length } = (readCheckpoint(file).metadata as { records: unknown[] }).records
    if (expected === 0) expect(length).toBe(151)
    else expect(length).toBeLessThan(1_000_001)
  })

  it.skipIf(!hasScript)('that is a terminal which goes away with SIGHUP: a checkpoint, status 129', async () => {
    const place = fresh('hang-up')
    const file = join(place, 'c')
    const line = command('train', ...LONG, '--checkpoint', file)
    // 134: Node itself aborts now and then when it finds the terminal gone at its own end; nothing is lost by then.
    expect([129, 134]).toContain(await onLostTerminal(place, line, file, false))
    expect((readCheckpoint(file).metadata as { steps: number }).steps).toBeGreaterThan(0)
  })
})

describe('signals', () => {
  it.each([['SIGHUP', 129], ['SIGINT', 130], ['SIGTERM', 143]] as const)('%s ends a training with a checkpoint',
    async (signal, expected) => {
      const place = fresh(signal)
      const file = join(place, 'c')
      const { status, error } = await during(['train', ...LONG, '--checkpoint', file], file, (child) => {
        child.kill(signal)
      })
      expect(status).toBe(expected)
      expect(error).toMatch(new RegExp(`^interrupted by ${signal} at step \\d+ [^\\n]*\\n$`))
      const at = Number(/at step (\d+)/.exec(error)?.[1])
      expect((readCheckpoint(file).metadata as { steps: number }).steps).toBe(at)
      expect(readdirSync(place)).toEqual(['c'])
    })

  it('SIGKILL in the middle of an experiment loses no finished run', async () => {
    const whole = fresh('killed-not')
    const args = ['reproduce', 'refinetti2021/relu-recovery', '--scale', 'quick', '--jobs', '2', '--runs']
    run(...args, whole)
    const records = (runs: string): readonly string[] =>
      readdirSync(join(runs, 'refinetti2021', 'relu-recovery')).filter((name) => name.endsWith('.json'))
    const ages = records(whole).map((name) =>
      [statSync(join(whole, 'refinetti2021', 'relu-recovery', name)).mtimeMs, name] as const
    )
    const [[, first]] = ages.sort(([a], [b]) => a - b)
    const runs = fresh('killed')
    const { signal } = await during([...args, runs], join(runs, 'refinetti2021', 'relu-recovery', first), (child) => {
      child.kill('SIGKILL')
    })
    expect(signal).toBe('SIGKILL')
    const before = new Map(records(runs).map((name) => {
      const file = join(runs, 'refinetti2021', 'relu-recovery', name)
      return [file, readFileSync(file, 'utf8')] as const
    }))
    expect(before.size).toBeGreaterThan(0)
    const { status, error } = run(...args, runs)
    expect([status === 0 || status === 1, error]).toEqual([true, ''])
    for (const [file, text] of before) expect(readFileSync(file, 'utf8')).toBe(text)
    expect(records(runs)).toEqual(records(whole))
    expect(readdirSync(join(runs, 'refinetti2021', 'relu-recovery'))).toEqual(records(runs))
  })
})

describe('files that may not grow', () => {
  // ulimit counts blocks of 512 or 1024 bytes; Node ignores the signal that would say so.
  const limited = (blocks: number, ...args: readonly string[]): Ended =>
    shell(`ulimit -f ${blocks}; exec ${command(...args)}`)

  it('leave the checkpoint that was there', () => {
    const place = fresh('limit-checkpoint')
    const file = join(place, 'c')
    expect(run('train', ...SMALL, '--checkpoint', file).status).toBe(0)
    const before = readFileSync(file)
    const { status, error } = limited(2, 'train', ...SMALL, '--seed', '1', '--checkpoint', file, '--overwrite')
    expect(error).toMatch(/^feedback-alignment: .*c: must be writable, got EFBIG[^\n]*\n$/)
    expect([status, readFileSync(file).equals(before), readdirSync(place)]).toEqual([2, true, ['c']])
  })

  it('leave the result that was there, after the table was shown', () => {
    const place = fresh('limit-json')
    const json = join(place, 'j')
    writeFileSync(json, '{"claims":[]}')
    const { status, out, error } = limited(1, ...CHECK, '--json', json)
    expect(error).toMatch(ONE_LINE)
    expect(out).toContain('claims hold')
    expect([status, readFileSync(json, 'utf8'), readdirSync(place)]).toEqual([2, '{"claims":[]}', ['j']])
  })

  it('hold whole records only, and the runs are taken up again', () => {
    const runs = fresh('limit-records')
    const args = ['reproduce', 'refinetti2021/degeneracy', '--scale', 'quick', '--runs', runs, '--jobs', '1']
    const place = join(runs, 'refinetti2021', 'degeneracy')
    expect([0, 1]).toContain(run(...args).status)
    const names = readdirSync(place)
    const sizes = names.map((name) => statSync(join(place, name)).size)
    // Too small for the largest record.
    const room = Math.floor((Math.max(...sizes) - 1) / 1024)
    rmSync(place, { recursive: true })
    const { status, error } = limited(Math.max(1, room), ...args)
    expect(error).toMatch(/^feedback-alignment: .*degeneracy\/[0-9a-f]{32}\.json: must be writable, got EFBIG[^\n]*\n$/)
    expect(status).toBe(2)
    for (const name of readdirSync(place)) {
      expect(JSON.parse(readFileSync(join(place, name), 'utf8'))).toHaveProperty('result')
    }
    const again = run(...args)
    expect([again.error, readdirSync(place)]).toEqual(['', names])
  })
})

describe('a disk', () => {
  it('that is full refuses before the first step, and keeps what it holds', (context) => {
    const place = disk('disk')
    if (place === undefined) return context.skip()
    const file = join(place, 'c')
    expect(run('train', ...SMALL, '--checkpoint', file).status).toBe(0)
    const before = readFileSync(file)
    fill(place)
    for (const args of [['train', ...SMALL, '--checkpoint', file, '--overwrite'], [...CHECK, '--json',
      join(place, 'j')], ['train', '--resume', file], ['reproduce', 'refinetti2021/degeneracy', '--scale', 'quick',
      '--runs', place]])
    {
      const { status, out, error } = run(...args)
      expect(error, args.join(' ')).toMatch(/^feedback-alignment: [^\n]*ENOSPC[^\n]*\n$/)
      expect([status, out]).toEqual([2, ''])
    }
    expect(readFileSync(file).equals(before)).toBe(true)
    const files = readdirSync(place, { withFileTypes: true, recursive: true }).filter((one) => one.isFile())
    expect(files.map(({ name }) => name).sort()).toEqual(['ballast', 'c'])
  })

  it('that fills while a training runs ends it with the last checkpoint', async (context) => {
    const place = disk('filling')
    if (place === undefined) return context.skip()
    const file = join(place, 'c')
    const { status, error } = await during(['train', ...LONG, '--hidden', '60', '--checkpoint', file,
      '--checkpoint-seconds', '0.01'], file, async () => {
      // A file is tried and taken away again before the first checkpoint is there.
      const isEmpty = (): boolean => (statSync(file, { throwIfNoEntry: false })?.size ?? 0) === 0
      for (let waited = 0; isEmpty() && waited < LIMIT / 4; waited += 5) await pause(5)
      fill(place)
    })
    expect(error).toMatch(/^feedback-alignment: [^\n]*c: must be writable, got ENOSPC[^\n]*\n$/)
    expect([status, readdirSync(place).sort()]).toEqual([2, ['ballast', 'c']])
    expect((readCheckpoint(file).metadata as { steps: number }).steps).toBeGreaterThan(0)
  })

  it('or directory that may only be read refuses before the first step', (context) => {
    let place: string | undefined
    if (process.getuid?.() === 0) {
      place = disk('read-only')
      if (place === undefined || spawnSync('mount', ['-o', 'remount,ro', place]).status !== 0) return context.skip()
    } else {
      place = fresh('read-only')
      chmodSync(place, 0o500)
    }
    for (const args of [['train', ...LONG, '--checkpoint', join(place, 'c')], [...CHECK, '--report', place], [
      'reproduce',
      'refinetti2021/degeneracy',
      '--scale',
      'quick',
      '--runs',
      place,
    ]]) {
      const { status, out, error } = run(...args)
      expect(error, args.join(' ')).toMatch(/^feedback-alignment: [^\n]*(EROFS|EACCES)[^\n]*\n$/)
      expect([status, out]).toEqual([2, ''])
    }
    if (process.getuid?.() !== 0) chmodSync(place, 0o700)
  })
})

describe('the current directory', () => {
  it('that is removed while a training runs: the checkpoint comes back where it was, signals are heard', async () => {
    const place = join(folder, 'vanishing')
    mkdirSync(place)
    const file = join(place, 'below', 'c')
    const { status } = await during(['train', ...LONG, '--checkpoint', join('below', 'c')], file, async (child) => {
      // The training may write in between, and then the directory is not empty.
      for (let tries = 0; tries < 1000 && !isRemoved(place); tries++) await pause(1)
      for (let waited = 0; !existsSync(file) && waited < LIMIT / 4; waited += 20) await pause(20)
      child.kill('SIGTERM')
    }, place)
    expect(status).toBe(143)
    expect((readCheckpoint(file).metadata as { steps: number }).steps).toBeGreaterThan(0)
  })

  it('that is gone from the beginning: a clear line, or no need of it', () => {
    const gone = (...args: readonly string[]): Ended => {
      const place = fresh('gone')
      return shell(`rmdir ${quoted(place)}; exec ${command(...args)}`, place)
    }
    const { status, out, error } = gone('train', ...SMALL)
    expect(error).toMatch(
      /^feedback-alignment: --checkpoint: runs[^\n]* must be absolute, got a relative path in a directory that is gone\n$/,
    )
    expect([status, out]).toEqual([2, ''])
    expect(gone('reproduce', 'refinetti2021/degeneracy', '--scale', 'quick').error).toMatch(
      /--runs: runs must be absolute/,
    )
    expect(gone(...CHECK, '--json', 'x').error).toMatch(/--json: x must be absolute/)
    expect(gone('--version').status).toBe(0)
    expect(gone(...CHECK).status).toBe(0)
    expect(gone('train', ...SMALL, '--checkpoint', join(folder, 'elsewhere')).status).toBe(0)
  })
})

describe('pipes and impossible places', () => {
  it('are refused at once, wherever a file is read or written', () => {
    const place = fresh('pipes')
    const pipe = join(place, 'pipe')
    execFileSync('mkfifo', [pipe])
    mkdirSync(join(place, 'refinetti2021'))
    execFileSync('mkfifo', [join(place, 'refinetti2021', 'degeneracy.jsonl')])
    const train = ['train', ...SMALL, '--checkpoint']
    const to = join(place, 'c')
    for (const args of [[...train, to, '--config', pipe], [...train, to, '--model', pipe], ['train', '--resume', pipe],
      [...train, pipe], [...train, to, '--json', pipe], [...CHECK, '--json', pipe], ['reproduce',
      'refinetti2021/degeneracy', '--scale', 'quick', '--runs', place], [...train, `${to}/`], [...train,
      join(place, 'x'.repeat(250))], [...train, '/proc/nowhere/c'], [...train, '/sys/c'], [...train, join(pipe, 'c')]])
    {
      const { status, out, error } = run(...args)
      expect(error, args.join(' ')).toMatch(ONE_LINE)
      expect([status, out], args.join(' ')).toEqual([2, ''])
    }
    expect(readdirSync(place).sort()).toEqual(['pipe', 'refinetti2021'])
    expect(statSync(pipe).isFIFO()).toBe(true)
  })
})
