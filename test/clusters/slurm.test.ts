// Real servers of Slurm: what arrays make is what one process makes, bit for bit, whatever happens to their tasks.

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EXPERIMENTS } from '../../src/lab/reproduce/experiments.ts'
import { command, recordsIn, SWEEP } from './command.ts'
import { type Cluster, startCluster, until, withoutSlurm } from './servers.ts'

const DATA = process.env['FEEDBACK_ALIGNMENT_DATA'] ?? fileURLToPath(new URL('../../../shared/data', import.meta.url))
const hasData = existsSync(join(DATA, 'mnist'))
/** Without data sets, those experiments that need none. */
const NAMES = hasData ? ['refinetti2021']
  : EXPERIMENTS.filter(({ name, data, quickData = data }) =>
    name.startsWith('refinetti2021/') && quickData.length === 0
  ).map(({ name }) => name)
const reason = withoutSlurm()

describe.skipIf(reason !== undefined)(reason === undefined ? 'Slurm' : `skipped: ${reason}`, () => {
  let folder = ''
  let cluster: Cluster
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'feedback-alignment-slurm-'))
    cluster = await startCluster(join(folder, 'slurm'))
  })
  afterAll(async () => {
    await cluster.stop()
    rmSync(folder, { recursive: true, force: true })
  })
  const isEmpty = (): boolean => cluster.queue().length === 0
  const seen = (): string => JSON.stringify(cluster.queue())

  it('makes an experiment of a paper as an array: the records of one process, and its verdicts', async () => {
    const asked = ['reproduce', ...NAMES, '--scale', 'quick', ...(hasData ? ['--data', DATA] : [])]
    const runs = join(folder, 'an array')
    const report = join(folder, 'report')
    const submitted = command([...asked, '--runs', runs, '--on', 'slurm', '--parts', '4', '--submit', '--report',
      report], cluster.environment)
    expect([submitted.status, submitted.error]).toEqual([0, ''])
    expect(submitted.out).toMatch(/Submitted batch job \d+/)
    await until('the array and its collector', isEmpty, 600, seen)
    const local = command([...asked, '--runs', join(folder, 'local')])
    const jobs = /written: (.*)array\.slurm/.exec(submitted.out)?.[1] ?? ''
    // What the collector says once all rounds are whole is what the local command says, but for times.
    const text = (said: string): string => said.replaceAll(/[\d.]+ (s|min|h) in all/g, '').trim()
    const collected = text(readFileSync(join(jobs, 'collect.log'), 'utf8').replaceAll(/^Report: .*$/gm, ''))
    expect(collected.slice(-text(local.out).length)).toBe(text(local.out))
    expect(existsSync(join(report, 'index.html'))).toBe(true)
    const records = recordsIn(runs)
    expect(Object.keys(records).length).toBeGreaterThan(20)
    expect(records).toEqual(recordsIn(join(folder, 'local')))
  })

  it('makes a sweep as an array, with tasks requeued by hand and by signal, and a node drained and resumed', async () => {
    const file = join(folder, 'sweep.json')
    writeFileSync(file, JSON.stringify(SWEEP))
    const runs = join(folder, 'a sweep')
    const submitted = command(['sweep', file, '--runs', runs, '--on', 'slurm', '--parts', '6', '--submit', '--report',
      join(folder, 'sweep-report')], cluster.environment)
    expect([submitted.status, submitted.error]).toEqual([0, ''])
    const log = (name: string): string => {
      const path = join(runs, 'jobs', 'rates', name)
      return existsSync(path) ? readFileSync(path, 'utf8') : ''
    }
    const running = (): readonly string[] =>
      cluster.queue().filter(({ state }) => state === 'RUNNING').map(({ id }) => id)
    const done = (): number => existsSync(join(runs, 'trainings')) ? Object.keys(recordsIn(runs)).length : 0
    // In the middle of the work of the first two tasks.
    let under: readonly string[] = []
    await until('two tasks with records', () => {
      under = running()
      return under.length === 2 && done() >= 2
    }, 120, seen)
    const [killed, told] = under
    // Whatever the speed of this machine, work is left when the node has been seen to be alone.
    const last = `${told.split('_')[0]}_[4-6]`
    cluster.call('scontrol', 'hold', last)
    cluster.call('scancel', '--batch', '--signal=USR1', told)
    cluster.call('scontrol', 'update', 'nodename=two', 'state=drain', 'reason=test')
    cluster.call('scontrol', 'requeue', killed)
    const status = command(['status', runs])
    expect([status.status, status.out]).toEqual([3, expect.stringMatching(/rates {2}trainings +1 +\d+ of 24/)])
    const restarts = (id: string): number =>
      Number(/Restarts=(\d+)/.exec(cluster.call('scontrol', 'show', 'job', id))?.[1] ?? 0)
    await until('both in the queue again', () => restarts(killed) >= 1 && restarts(told) >= 1, 120,
      () => `${restarts(killed)}, ${restarts(told)}; ${seen()}`)
    await until('work on the node that is left alone', () => {
      const nodes = cluster.queue().filter(({ state }) => state === 'RUNNING').map(({ node }) => node)
      return nodes.join() === 'one'
    }, 120, seen)
    expect(done()).toBeLessThan(24)
    cluster.call('scontrol', 'update', 'nodename=two', 'state=resume')
    cluster.call('scontrol', 'release', last)
    await until('all tasks and the collector', isEmpty, 300, seen)
    expect(log('part-1.log') + log('part-2.log')).toContain('interrupted; finished runs are in')
    expect(log('collect.log')).toContain('trainings: Sweep rates (24 runs')
    expect(existsSync(join(folder, 'sweep-report', 'index.html'))).toBe(true)
    expect(command(['status', runs]).out).toContain('24 of 24')
    const local = command(['sweep', file, '--runs', join(folder, 'sweep-local')])
    expect(local.status).toBe(0)
    expect(recordsIn(runs)).toEqual(recordsIn(join(folder, 'sweep-local')))
    expect(Object.keys(recordsIn(runs))).toHaveLength(24)
  })
})
