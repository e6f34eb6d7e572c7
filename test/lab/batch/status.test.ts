import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { progressOf, statusCommand } from '../../../src/lab/batch/status.ts'
import type { Experiment } from '../../../src/lab/reproduce/experiment.ts'
import { runFile, writeFailure, writeRecord } from '../../../src/lab/reproduce/records.ts'
import { reproduceCommand } from '../../../src/lab/reproduce/reproduce.ts'
import { sweepCommand } from '../../../src/lab/sweep/sweep.ts'
import { fake } from '../reproduce/fake.ts'
import { say } from './captured.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'feedback-alignment-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const machine = { version: '0', runtime: 'test', tier: 'blocked' }
const six: Experiment = { ...fake(), plan: () => [0, 1, 2, 3, 4, 5].map((seed) => ({ seed })) }
const fileOf = (seed: number, what: 'running' | 'checkpoint'): string => runFile(folder, 'paper/square', { seed }, what)
const record = (seed: number, seconds: number): void =>
  writeRecord(folder, { experiment: 'paper/square', revision: 1, configuration: { seed }, result: { square: 0 },
    seconds, machine })

describe('progressOf', () => {
  it('counts by the files alone, by the clock of the disk', () => {
    const now = 1e12
    record(0, 10)
    record(1, 30)
    // Of another scale.
    record(1000, 9999)
    for (const [seed, what, age] of [[2, 'running', 10], [3, 'checkpoint', 20], [4, 'checkpoint', 1000]] as const) {
      writeFileSync(fileOf(seed, what), '{"fraction":0.5}')
      utimesSync(fileOf(seed, what), now / 1000 - age, now / 1000 - age)
    }
    writeFailure(folder, { experiment: 'paper/square', configuration: { seed: 5 }, message: 'no', machine })
    const progress = progressOf(six, { scale: 'quick', seed: 0 }, folder, now)
    // 20 s a run, 3.5 of them, by two that run.
    expect(progress).toEqual({ rounds: 1, planned: 6, done: 2, running: 2, interrupted: 1, failed: 1, left: 35 })
    // Nobody has written for an hour: what has a checkpoint is interrupted.
    expect(progressOf(six, { scale: 'quick', seed: 0 }, folder, now + 3_600_000)).toMatchObject({ running: 0,
      interrupted: 2 })
  })
})

describe('status', () => {
  it('shows every plan of a directory, of experiments and of sweeps', async () => {
    const command = statusCommand([six])
    await expect(say(command, folder)).rejects.toThrow(/must hold plans of reproduce or sweep, got none/)
    await say(reproduceCommand([six]), 'paper', '--part', '1/3', '--runs', folder)
    const file = join(folder, 'sweep.json')
    writeFileSync(file,
      JSON.stringify({ name: 'tiny', train: { hidden: [4], epochs: 1, 'training-samples': 64 }, seeds: 2 }))
    await say(sweepCommand, file, '--part', '1/2', '--runs', folder)
    const { status, out } = await say(command, folder)
    expect(status).toBe(3)
    expect(out).toMatch(/paper-default +paper\/square +1 +2 of 6 +0 +0 +0 +0\.0 s/)
    expect(out).toMatch(/tiny +trainings +1 +1 of 2 +0 +0 +0 /)
    // The file is not needed: the plan holds the sweep.
    rmSync(file)
    await say(reproduceCommand([six]), 'paper', '--part', '1/1', '--runs', folder)
    expect((await say(command, folder)).out).toMatch(/6 of 6 +0 +0 +0 +–/)
  })
  it('does not call done what this version does not know', async () => {
    await say(reproduceCommand([six]), 'paper', '--part', '1/1', '--runs', folder)
    expect((await say(statusCommand([six]), folder)).status).toBe(0)
    expect(await say(statusCommand([fake('other/one')]), folder)).toMatchObject({ status: 3,
      error: 'paper-default: this version has no experiment paper/square\n' })
  })
})
