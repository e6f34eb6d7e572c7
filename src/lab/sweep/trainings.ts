// Trainings as runs: what `train` does with a configuration, its record as the result.

import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Console } from '../command.ts'
import { UsageError } from '../options.ts'
import { type Experiment, experiment, RunInterrupted, type RunTools } from '../reproduce/experiment.ts'
import { configurationOf } from '../training/configuration.ts'
import { lengthened, type ShortConfiguration } from '../training/short-form.ts'
import { DATASET_NAMES, filesOf } from '../training/tasks.ts'
import type { Ending, EpochRecord } from '../train/record.ts'
import { train } from '../train/train.ts'
import { TRAININGS_NAME } from './name.ts'

/** All that the record of a training depends on. */
export interface TrainingRun {
  readonly training: ShortConfiguration
  /** As of `train --alignment-samples`. */
  readonly alignmentSamples: number
}

/** The record of a training without what depends on the machine. */
export interface TrainingResult {
  readonly epochs: readonly EpochRecord[]
  readonly ending: Ending
}

/**
 * The words of the command line that ask for a training: what differs from what `train` takes where it is told nothing.
 * Why step by step: what it takes may depend on what it was told, a rate on the rule.
 */
function wordsFor({ training, alignmentSamples }: TrainingRun): readonly string[] {
  const asked: Readonly<Record<string, unknown>> = lengthened(training)
  const names = ['dataset', 'model', 'rule', ...Object.keys(asked)]
  const told = new Map<string, string>()
  for (;;) {
    const taken: Readonly<Record<string, unknown>> = configurationOf(told).configuration
    const other = names.find((name) => !told.has(name) && JSON.stringify(asked[name]) !== JSON.stringify(taken[name]))
    if (other === undefined) break
    told.set(other, asked[other] === true ? '' : String(asked[other]))
  }
  return [...[...told].map(([name, text]) => asked[name] === true ? `--${name}` : `--${name}=${text}`),
    '--alignment-samples', String(alignmentSamples)]
}

/**
 * Trains, from the checkpoint where there is one that fits, and returns the record of the whole training. A training that
 * diverges or dies has a result as well. Rejects: RunInterrupted when it was asked to end, with the checkpoint written;
 * Error when it cannot be made.
 */
async function runTraining(configuration: TrainingRun, tools: RunTools): Promise<TrainingResult> {
  if (tools.checkpoint !== undefined) return trained(configuration, tools, tools.checkpoint)
  const folder = mkdtempSync(join(tmpdir(), 'feedback-alignment-'))
  try {
    return await trained(configuration, tools, join(folder, 'checkpoint'))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function trained(configuration: TrainingRun, { data, progress, isAsked = () => false }: RunTools,
  checkpoint: string): Promise<TrainingResult>
{
  const { epochs } = configuration.training
  const attempt = async (words: readonly string[]): Promise<string> => {
    let record = ''
    const console: Console = {
      out(text) {
        record += `${text}\n`
        progress((record.match(/^\{"record":"epoch"/gm)?.length ?? 0) / (epochs + 1))
      },
      error() {},
      width: 160,
      // Nobody reads any more: `train` keeps itself and ends.
      isAbandoned: isAsked,
    }
    const files = ['--json', '-', ...(data === undefined ? [] : ['--data', data])]
    await train.run([...words, ...files], console)
    return record
  }
  let record: string | undefined
  if (existsSync(checkpoint)) {
    try {
      record = await attempt(['--resume', checkpoint])
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      // Damaged, of another form, or of other data: the training begins anew, and replaces it.
    }
  }
  return resultOf(record ?? await attempt([...wordsFor(configuration), '--checkpoint', checkpoint, '--overwrite']))
}

/** What `train --json` wrote, without its first line. Throws: RunInterrupted for a record that has no end yet. */
function resultOf(record: string): TrainingResult {
  const lines = record.split('\n').filter((line) => line.startsWith('{"record":')).map((line) =>
    JSON.parse(line) as { readonly record: string }
  )
  const ending = lines.at(-1)
  if (ending === undefined || (ending.record !== 'end' && ending.record !== 'stopped')) {
    throw new RunInterrupted('the training has not ended')
  }
  const epochs = lines.filter((line) => line.record === 'epoch').map(({ record: _, ...epoch }) => epoch)
  return { epochs: epochs as unknown as EpochRecord[], ending: ending as Ending }
}

/** Trainings as `sweep` runs them; plans and judgments are those of sweeps. */
export const trainings: Experiment = experiment<TrainingRun, TrainingResult>({
  name: TRAININGS_NAME,
  title: 'Trainings',
  source: 'the command line',
  about: 'Trainings by the command train, each with its record.',
  data: [...new Set(DATASET_NAMES.flatMap((dataset) => filesOf({ dataset }).files))],
  dataIfPresent: [...new Set(DATASET_NAMES.flatMap((dataset) => filesOf({ dataset }).filesIfPresent ?? []))],
  dataOf({ training }) {
    const { files, filesIfPresent = [] } = filesOf(training)
    return [...files, ...filesIfPresent]
  },
  minutes: { quick: 0, default: 0, paper: 0 },
  revision: 1,
  resumes: true,
  yields: true,
  plan: () => [],
  run: runTraining,
  judge: () => ({ claims: [], figures: [] }),
})
