// GNU parallel itself: a sweep in parts, killed with all its processes, and gone on with.

import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { command, recordsIn, SWEEP } from './command.ts'
import { until } from './servers.ts'

const isThere = spawnSync('parallel', ['--version']).status === 0

describe.skipIf(!isThere)(isThere ? 'GNU parallel' : 'skipped: parallel not found (apt-get install parallel)', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'feedback-alignment-parallel-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('makes a sweep in parts; killed and started again, it starts what its log does not call done', async () => {
    const file = join(folder, 'sweep.json')
    writeFileSync(file, JSON.stringify(SWEEP))
    const runs = join(folder, 'runs')
    const { status, out } = command(['sweep', file, '--runs', runs, '--on', 'parallel', '--parts', '6'])
    expect(status).toBe(0)
    const script = /submit with: bash (.*)/.exec(out)?.[1] ?? ''
    const log = join(runs, 'jobs', 'rates', 'round-0.log')
    const done = (): readonly string[] =>
      existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').slice(1).map((line) => line.split('\t')[0]) : []
    const environment = { ...process.env, JOBS: '2' }
    // A group of its own, so that the kill reaches every process of it.
    const first = spawn('bash', [script], { env: environment, stdio: 'ignore', detached: true })
    const ended = new Promise((resolve) => first.on('exit', resolve))
    await until('two parts that have ended', () => done().length >= 2, 180)
    process.kill(-(first.pid ?? NaN), 'SIGKILL')
    await ended
    const before = done()
    expect(before.length).toBeLessThan(6)
    const place = join(runs, 'trainings')
    const times = new Map(readdirSync(place).map((name) => [name, statSync(join(place, name)).mtimeMs] as const))
    const second = spawnSync('bash', [script], { env: environment, encoding: 'utf8' })
    expect(second.status).toBe(0)
    expect(second.stdout).toContain('trainings: Sweep rates (24 runs')
    expect(done().filter((part) => before.includes(part))).toEqual(before)
    expect(new Set(done()).size).toBe(6)
    // No record was written twice.
    for (const [name, time] of times) if (name.endsWith('.json')) expect(statSync(join(place, name)).mtimeMs).toBe(time)
    const local = command(['sweep', file, '--runs', join(folder, 'local')])
    expect(local.status).toBe(0)
    expect(recordsIn(runs)).toEqual(recordsIn(join(folder, 'local')))
  })
})
