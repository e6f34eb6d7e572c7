// The command `train`: one network, one rule, one data set.

import { alignmentRecord } from '../../dfa/index.ts'
import type { Command } from '../command.ts'
import { writeCheckpoint } from '../checkpoint-file.ts'
import { labKernels } from '../kernels.ts'
import { describeOptions, UsageError } from '../options.ts'
import { startOwners } from '../parallel/owners.ts'
import { progressLine } from '../progress.ts'
import type { Results } from '../results.ts'
import { type EndingSignal, onEndingSignal, SIGNAL_STATUS } from '../signals.ts'
import { TRAINING_OPTIONS, type TrainingConfiguration } from '../training/configuration.ts'
import { type Dataset, inSharedMemory, readDataset } from '../training/datasets.ts'
import { type Session, startSession } from '../training/session.ts'
import { ownSteps, type Stepper } from '../training/stepper.ts'
import { type EpochRecord, epochRecord, recordText } from './record.ts'
import { trainReport } from './report.ts'
import { COMMAND_OPTIONS, type Files, readRequest } from './request.ts'
import { dataHash, restoreSnapshot, sessionHash, takeSnapshot } from './snapshot.ts'

const HELP = `feedback-alignment train [options]

Trains one network under one learning rule, measures its alignment with backpropagation after every epoch, and keeps
checkpoints: a training that was stopped goes on with --resume to the same bits as one that was not.

Training [default]:
${describeOptions(TRAINING_OPTIONS)}

Models as JSON: {"layers": [{"type": "conv2d", "channels": 16, "kernel": 5, "padding": 2}, {"type": "activation"},
{"type": "pooling", "window": 2}, {"type": "dense", "outputs": 10}]}; further types: batch-norm, layer-norm, dropout
(probability), residual (layers), flatten, point (a feedback point; after every activation where none is placed).

Files [default]:
${describeOptions(COMMAND_OPTIONS)}
  --help                          this text

Example: train --dataset mnist --data DIR --rule dfa --hidden 500 --epochs 10 --report report

Exit status: 0 done, 1 the training diverged, 2 bad usage or bad input, 129, 130 or 143
interrupted by SIGHUP, SIGINT or SIGTERM (a checkpoint is written).`

/** The `train` command. */
export const train: Command = {
  name: 'train',
  summary: 'train one network under one rule on one data set; checkpoints, resumes',
  help: HELP,
  async run(args, console) {
    const { configuration, files, results, resume } = readRequest(args, console)
    const read = readDataset(configuration.dataset, files.data, {
      trainingSamples: configuration['training-samples'],
      validationSamples: configuration['validation-samples'],
      standardize: configuration.standardize,
    })
    const data = files.owners > 1 ? inSharedMemory(read) : read
    const { kernels } = labKernels(process.env, configuration.accumulation)
    let session: Session
    try {
      session = startSession(configuration, data, kernels)
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      throw new UsageError(`train: ${error.message}`)
    }
    const fingerprint = dataHash(data)
    let lossSum = 0
    const records: EpochRecord[] = []
    if (resume !== undefined) {
      restoreSnapshot(resume.file, session, resume.checkpoint, resume.snapshot, fingerprint)
      lossSum = resume.snapshot.lossSum
      records.push(...resume.snapshot.records)
    }
    const stepper = files.owners > 1 ? await startOwners(session, configuration, data, files.owners) : ownSteps(session)
    try {
      return await runTraining(configuration, data, session, stepper, { lossSum, records, fingerprint }, files, results)
    } finally {
      await stepper.close()
    }
  },
}

async function runTraining(c: TrainingConfiguration, data: Dataset, session: Session, stepper: Stepper,
  start: { lossSum: number; records: EpochRecord[]; fingerprint: string }, files: Files,
  { console, write: writeResult }: Results): Promise<number>
{
  const { trainer, perEpoch, kernels } = session
  const { records } = start
  let { lossSum } = start
  const total = c.epochs * perEpoch
  const progress = progressLine(process.stderr)
  let signal: EndingSignal | undefined
  const stopListening = onEndingSignal('on', (name) => {
    signal = name
  })
  const began = performance.now()
  const stepsBefore = stepper.steps
  let saved = began
  let savedAt = -1
  const save = async (): Promise<void> => {
    if (savedAt === stepper.steps) return
    await stepper.gather()
    writeCheckpoint(files.checkpoint, takeSnapshot(session, {
      configuration: c,
      steps: stepper.steps,
      lossSum,
      epochLosses: session.epochLosses,
      records,
      alignmentSamples: files.alignmentSamples,
      data: start.fingerprint,
    }))
    saved = performance.now()
    savedAt = stepper.steps
  }
  const write = (hash?: string): void => {
    if (files.json !== undefined) writeResult(files.json, recordText(c, kernels.tier, records, hash))
  }
  const progressText = (now: number): string => {
    const inEpoch = stepper.steps % perEpoch
    const perSecond = ((stepper.steps - stepsBefore) / (now - began)) * 1000
    const score = records.length > 0 ? `test ${(100 * records[records.length - 1].test.accuracy).toFixed(2)} %, ` : ''
    return (`epoch ${Math.floor(stepper.steps / perEpoch) + 1}/${c.epochs}, step ${inEpoch}/${perEpoch}, loss ${
      inEpoch > 0 ? (lossSum / inEpoch).toFixed(4) : '–'
    }, `
      + `${score}${Math.round(perSecond * c.batch)} samples/s, ${
        Math.ceil((total - stepper.steps) / perSecond)
      } s left`)
  }
  try {
    console.out(
      `${c.rule}, ${c.dataset} (${data.training.inputs.shape[0]} training samples), ${
        trainer.parameters.reduce((sum, { value }) => sum + value.data.length, 0)
      } parameters, ${total} steps, ${kernels.tier} ${c.accumulation}${
        files.owners > 1 ? `, ${files.owners} owners` : ''
      }`,
    )
    if (stepper.steps > 0) console.out(`resumed at step ${stepper.steps} of ${total}`)
    write()
    for (;;) {
      const inEpoch = stepper.steps % perEpoch
      if (inEpoch === 0 && records.length < stepper.steps / perEpoch) {
        await stepper.gather()
        const trainingLoss = lossSum / perEpoch
        const measured = alignment(session, data, files.alignmentSamples)
        const lastRate = session.rate(stepper.steps - 1)
        records.push(
          epochRecord(session, records.length, trainingLoss, lastRate, data.validation.inputs.shape[0] > 0, measured),
        )
        session.epochLosses.push(trainingLoss)
        lossSum = 0
        await save()
        write()
        progress.clear()
        console.out(
          epochLine(records[records.length - 1], c.epochs,
            (((stepper.steps - stepsBefore) * c.batch) / (performance.now() - began)) * 1000),
        )
      }
      if (stepper.steps >= total || signal !== undefined) break
      const losses = await stepper.advance(perEpoch - inEpoch)
      for (let i = 0; i < losses.length; i++) lossSum += losses[i]
      const now = performance.now()
      // At an epoch's end the record comes first: a checkpoint holds both or neither.
      if (now - saved > 1000 * files.checkpointSeconds && stepper.steps % perEpoch !== 0) await save()
      progress.update(progressText(now))
      // Lets signals in.
      await new Promise((resolve) => {
        setImmediate(resolve)
      })
    }
    progress.clear()
    await save()
    if (stepper.steps < total) {
      write()
      console.error(
        `interrupted by ${
          String(signal)
        } at step ${stepper.steps} of ${total}; go on with: train --resume ${files.checkpoint}`,
      )
      return SIGNAL_STATUS[signal ?? 'SIGINT']
    }
  } finally {
    progress.clear()
    stopListening()
  }
  const hash = sessionHash(session)
  write(hash)
  console.out(`checkpoint ${files.checkpoint}\nstate sha256 ${hash}`)
  if (files.report !== undefined) {
    console.out(
      `Report: ${trainReport(files.report, c, records, [['State', `sha256 ${hash}`], ['Tier', kernels.tier]])}`,
    )
  }
  return 0
}

function alignment(session: Session, data: Dataset, samples: number): EpochRecord['alignment'] {
  const count = Math.min(samples, data.training.inputs.shape[0])
  if (count === 0) return null
  const { error } = session.probe(count)
  const feedback = (session.rule as { readonly feedback?: unknown }).feedback
  return alignmentRecord({ network: session.network, step: session.trainer.steps, error },
    Array.isArray(feedback) && feedback.length > 0 ? feedback : undefined)
}

function epochLine({ epoch, trainingLoss, validation, test, alignment: measured }: EpochRecord, epochs: number,
  perSecond: number): string
{
  const percent = (accuracy: number): string => `${(100 * accuracy).toFixed(2)} %`
  const cosines = measured === null ? ''
    : `, alignment ${
      Object.values(measured.layerGradient).map(({ mean }) => (mean === null ? '–' : mean.toFixed(3))).join(' ')
    } (whole ${measured.wholeGradient?.toFixed(3) ?? '–'})`
  return (`epoch ${epoch + 1}/${epochs}: training loss ${trainingLoss.toFixed(4)}, ${
    validation === null ? '' : `validation ${percent(validation.accuracy)}, `
  }` + `test ${percent(test.accuracy)} (loss ${test.loss.toFixed(4)})${cosines}, ${Math.round(perSecond)} samples/s`)
}
