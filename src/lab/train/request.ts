// What `train` is asked: options, a configuration file, a checkpoint to go on from; all faults at once.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Checkpoint } from '../../nn/index.ts'
import { freeCheckpoint, readCheckpoint } from '../checkpoint-file.ts'
import type { Console } from '../command.ts'
import { EVENT_FILE } from '../compare/tensorboard.ts'
import { dataDirectory, readText, requireDirectory, requireWritable } from '../files.ts'
import { amount, flag, integer, type Option, optionTexts, output, path, UsageError } from '../options.ts'
import { openResults, overwriteResults, type Results } from '../results.ts'
import { configure, TRAINING_OPTIONS, type TrainingConfiguration } from '../training/configuration.ts'
import { filesOf } from '../training/tasks.ts'
import { runName } from './exports.ts'
import { readSnapshot, type Snapshot } from './snapshot.ts'

/** Options of the command beside those of a training. */
export const COMMAND_OPTIONS = {
  config: path('FILE', 'JSON object of the training options above, by their names; options given here come first'),
  data: path('DIR', 'directory of the data sets (or FEEDBACK_ALIGNMENT_DATA)'),
  checkpoint: path('FILE',
    'where the training is kept [the first that is free of <dataset>-<rule>-seed<seed>[-N].checkpoint below runs/train]'),
  'checkpoint-seconds': amount(60,
    'time between checkpoints; one is also written after an epoch, at most once a second, and when interrupted'),
  resume: path('FILE', 'go on from a checkpoint, with its own configuration; --epochs alone may be raised'),
  'keep-going': flag('neither divergence nor the loss of reader and terminal ends the training'),
  overwrite: { ...overwriteResults, help: 'replace a checkpoint that is there, and files that are no results' },
  'alignment-samples': integer(256, 'samples whose alignment is measured after every epoch; 0 for none', 0),
  json: output('write the record as JSON lines'),
  csv: output('write one row per epoch, comma-separated'),
  tensorboard: path('DIR', 'write a TensorBoard event file into a directory of its own below DIR, epoch by epoch'),
  report: path('DIR', 'write an HTML report with figures'),
  owners: integer(1, 'threads that each train a part of the layers at the same time, under direct rules; same bits', 1),
} as const

const ALL_OPTIONS = { ...TRAINING_OPTIONS, ...COMMAND_OPTIONS }

/** Read command options, defaults filled in. */
export interface Files {
  readonly data: string | undefined
  readonly checkpoint: string
  readonly checkpointSeconds: number
  readonly alignmentSamples: number
  readonly json: string | undefined
  readonly csv: string | undefined
  /** The event file. */
  readonly tensorboard: string | undefined
  readonly report: string | undefined
  /** Whether it goes on in trouble, and without a reader. */
  readonly keepGoing: boolean
  /** Who does the steps; no result depends on it. */
  readonly owners: number
}

/** A training that can be begun, or gone on with. */
export interface Request {
  readonly configuration: TrainingConfiguration
  readonly files: Files
  readonly results: Results
  /** What the training goes on from. */
  readonly resume: { readonly file: string; readonly checkpoint: Checkpoint; readonly snapshot: Snapshot } | undefined
}

/** Reads arguments and tries every file that will be written. Throws: UsageError naming all that is wrong. */
export function readRequest(args: readonly string[], console: Console): Request {
  const texts = optionTexts('train', ALL_OPTIONS, args)
  const faults: string[] = []
  const option = <T>(name: keyof typeof COMMAND_OPTIONS): T => {
    const declared = COMMAND_OPTIONS[name] as unknown as Option<T>
    const text = texts.get(name)
    if (text === undefined) return declared.fallback
    try {
      return declared.read(text, name)
    } catch (error) {
      faults.push((error as Error).message)
      return declared.fallback
    }
  }
  const resume = option<string | undefined>('resume')
  const checkpoint = resume === undefined ? undefined : readCheckpoint(resume)
  const snapshot = resume === undefined || checkpoint === undefined ? undefined : readSnapshot(resume, checkpoint)
  let configuration: TrainingConfiguration
  if (snapshot === undefined) {
    const asked = configure(texts, readConfiguration(option<string | undefined>('config'), faults))
    faults.push(...asked.faults)
    configuration = asked.configuration
  } else {
    const extended = extend(snapshot, texts)
    faults.push(...extended.faults)
    configuration = extended.configuration
    for (const name of texts.keys()) {
      if ((Object.hasOwn(TRAINING_OPTIONS, name) && name !== 'epochs')
        || name === 'config'
        || name === 'alignment-samples'
        || name === 'checkpoint')
      {
        faults.push(`--${name}: a resumed training keeps its own, got one beside --resume`)
      }
    }
  }
  const checkpointFile = resume
    ?? option<string | undefined>('checkpoint')
    ?? freeCheckpoint(configuration, texts.has('overwrite'))
  const events = option<string | undefined>('tensorboard')
  const files: Files = {
    data: dataDirectory(option<string | undefined>('data')),
    checkpoint: checkpointFile,
    checkpointSeconds: option<number>('checkpoint-seconds'),
    alignmentSamples: snapshot?.alignmentSamples ?? option<number>('alignment-samples'),
    json: option<string | undefined>('json'),
    csv: option<string | undefined>('csv'),
    tensorboard: events === undefined ? undefined : join(events, runName(checkpointFile), EVENT_FILE),
    report: option<string | undefined>('report'),
    keepGoing: texts.has('keep-going'),
    owners: option<number>('owners'),
  }
  const attempt = (check: () => void): void => {
    try {
      check()
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      faults.push(error.message)
    }
  }
  if (files.data === undefined && filesOf(configuration).files.length > 0) {
    faults.push(`--data: ${configuration.dataset} needs a data directory (or FEEDBACK_ALIGNMENT_DATA), got none`)
  }
  if (files.data !== undefined) attempt(() => requireDirectory('--data', files.data ?? ''))
  // One fault of one path: a text that is no path, what cannot be written, what is there.
  const before = faults.length
  if (!faults.some((fault) => fault.startsWith('--checkpoint'))) {
    attempt(() => requireWritable('--checkpoint', files.checkpoint))
    if (faults.length === before && resume === undefined && existsSync(files.checkpoint) && !texts.has('overwrite')) {
      faults.push(
        `--checkpoint: ${files.checkpoint} is there already; go on with --resume, replace it with --overwrite, or name another`,
      )
    }
  }
  if (files.json === files.checkpoint) {
    faults.push(`--json: must be another file than the checkpoint, got ${files.json}`)
  }
  let results: Results = { console, write() {} }
  attempt(() => {
    results = openResults(console, texts.has('overwrite'), {
      '--json': files.json,
      '--csv': files.csv,
      '--tensorboard': files.tensorboard,
      '--report': files.report === undefined ? undefined : join(files.report, 'index.html'),
    })
  })
  refuse(faults)
  return {
    configuration,
    files,
    results,
    resume: resume === undefined || checkpoint === undefined || snapshot === undefined ? undefined
      : { file: resume, checkpoint, snapshot },
  }
}

/** The configuration of a checkpoint, with more epochs where they are asked for. */
function extend({ configuration, steps }: Snapshot,
  texts: ReadonlyMap<string, string>
): { readonly configuration: TrainingConfiguration; readonly faults: readonly string[] } {
  const text = texts.get('epochs')
  if (text === undefined) return { configuration, faults: [] }
  const refused = (why: string) => ({ configuration, faults: [`--epochs: ${why}`] })
  let epochs: number
  try {
    epochs = TRAINING_OPTIONS.epochs.read(text, 'epochs')
  } catch (error) {
    return { configuration, faults: [(error as Error).message] }
  }
  if (epochs === configuration.epochs) return { configuration, faults: [] }
  if (epochs < configuration.epochs) {
    return refused(`a resumed training must have at least its own ${configuration.epochs}, got ${epochs}`)
  }
  if (configuration.schedule === 'cosine' && steps > 0) {
    return refused(`the cosine schedule has gone by its ${configuration.epochs} epochs, got ${epochs}`)
  }
  return { configuration: { ...configuration, epochs }, faults: [] }
}

function refuse(faults: readonly string[]): void {
  if (faults.length === 1) throw new UsageError(`train: ${faults[0]}`)
  if (faults.length > 1) {
    throw new UsageError(
      `train: ${faults.length} faults: ${faults.map((fault, index) => `(${index + 1}) ${fault}`).join('; ')}`,
    )
  }
}

function readConfiguration(file: string | undefined, faults: string[]): Readonly<Record<string, unknown>> {
  if (file === undefined) return {}
  let content: unknown
  try {
    const text = readText(file)
    if (text === undefined) throw new UsageError(`${file}: must exist, got no file`)
    content = JSON.parse(text)
  } catch (cause) {
    const { message } = cause as Error
    faults.push(`--config: ${cause instanceof UsageError ? message : `${file} must be a JSON file, got ${message}`}`)
    return {}
  }
  if (typeof content === 'object' && content !== null && !Array.isArray(content)) {
    return content as Record<string, unknown>
  }
  faults.push(`--config: ${file} must hold a JSON object, got ${JSON.stringify(content).slice(0, 40)}`)
  return {}
}
