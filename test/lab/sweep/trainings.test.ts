import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readCheckpoint } from '../../../src/lab/checkpoint-file.ts'
import { lengthened } from '../../../src/lab/training/short-form.ts'
import { readSnapshot } from '../../../src/lab/train/snapshot.ts'
import { freshKernels } from '../../../src/lab/kernels.ts'
import { RunInterrupted } from '../../../src/lab/reproduce/experiment.ts'
import { parseSweep } from '../../../src/lab/sweep/sweep-file.ts'
import { type TrainingResult, trainings } from '../../../src/lab/sweep/trainings.ts'
import { run as commandLine } from '../captured.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'feedback-alignment-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const TRAIN = { hidden: [8], epochs: 4, 'training-samples': 100, batch: 10, rule: 'kp', decay: 0.01, 'no-bias': true,
  schedule: 'step', milestones: [1, 2] }
const [CONFIGURATION] = parseSweep(JSON.stringify({ name: 'a', train: TRAIN, 'alignment-samples': 4 }), 'a').runs
const make = (checkpoint?: string, isAsked = (): boolean => false,
  configuration = CONFIGURATION): Promise<TrainingResult> =>
  Promise.resolve(
    trainings.run(configuration, { data: undefined, kernels: freshKernels, progress() {}, isAsked,
      ...(checkpoint === undefined ? {} : { checkpoint }) }),
  ) as Promise<TrainingResult>

/** True from the call `n` on. */
function after(n: number): () => boolean {
  let calls = 0
  return () => ++calls > n
}

describe('a training as a run', () => {
  it('is that of train: epochs and the hash of the final state', async () => {
    const config = join(folder, 'config.json')
    const json = join(folder, 'record.jsonl')
    writeFileSync(config, JSON.stringify(TRAIN))
    await commandLine('train', '--config', config, '--alignment-samples', '4', '--json', json, '--checkpoint',
      join(folder, 'checkpoint'))
    const lines = readFileSync(json, 'utf8').trim().split('\n').map((line) =>
      JSON.parse(line) as Record<string, unknown>
    )
    const { epochs, ending } = await make()
    expect(ending).toEqual(lines.at(-1))
    expect(epochs.map((epoch) => ({ record: 'epoch', ...epoch }))).toEqual(lines.slice(1, -1))
  })

  it('keeps itself when it is asked to end, at any moment, and goes on to the same record', async () => {
    const whole = await make()
    const file = join(folder, 'kept')
    let breaks = 0
    for (;;) {
      try {
        expect(await make(file, after(1))).toEqual(whole)
        break
      } catch (error) {
        expect(error).toBeInstanceOf(RunInterrupted)
        expect(existsSync(file)).toBe(true)
        breaks++
      }
    }
    expect(breaks).toBeGreaterThan(1)
  })

  it('begins anew where its checkpoint is damaged', async () => {
    const whole = await make()
    const file = join(folder, 'kept')
    await expect(make(file, after(1))).rejects.toThrow(RunInterrupted)
    writeFileSync(file, readFileSync(file).subarray(0, 500))
    expect(await make(file)).toEqual(whole)
  })

  it('has a result when it is stopped because it diverges', async () => {
    const [configuration] =
      parseSweep(JSON.stringify({ name: 'a', train: { hidden: [8], 'training-samples': 100, rate: 1e6 } }), 'a').runs
    const { ending, epochs } = await make(undefined, undefined, configuration)
    expect(ending).toMatchObject({ record: 'stopped' })
    expect(epochs).toHaveLength(1)
  })
})

describe('a sweep’s file', () => {
  it('asks train for every option that its trainings name', async () => {
    const train = { hidden: [6, 5], activation: 'tanh', rule: 'dfa', feedback: 'low-rank', 'feedback-rank': 2,
      optimizer: 'adam', rate: 0.02, 'weight-decay': 0, batch: 20, epochs: 1, 'training-samples': 60,
      'validation-samples': 20, 'no-bias': true, 'frozen-layers': 'dense1', reduction: 'sum', seed: 3,
      accumulation: 'float64', standardize: 'none' }
    const [configuration] = parseSweep(JSON.stringify({ name: 'a', train }), 'a').runs
    // The checkpoint of a training says what it was asked for.
    const kept = join(folder, 'kept')
    await expect(make(kept, () => true, configuration)).rejects.toThrow(RunInterrupted)
    expect(readSnapshot(kept, readCheckpoint(kept)).configuration).toEqual(lengthened(configuration.training))
  })
})
