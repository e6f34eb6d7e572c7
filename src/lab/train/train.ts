// The command `train`: one network, one rule, one data set.

import type { Command } from '../command.ts'
import { labKernels } from '../kernels.ts'
import { describeOptions, UsageError } from '../options.ts'
import { startOwners } from '../parallel/owners.ts'
import { TRAINING_OPTIONS } from '../training/configuration.ts'
import { inSharedMemory, readDataset } from '../training/datasets.ts'
import { type Session, startSession } from '../training/session.ts'
import { ownSteps } from '../training/stepper.ts'
import type { EpochRecord } from './record.ts'
import { COMMAND_OPTIONS, readRequest } from './request.ts'
import { runTraining } from './run.ts'
import { dataHash, restoreSnapshot } from './snapshot.ts'

const HELP = `feedback-alignment train [options]

Trains one network under one learning rule, measures its alignment with backpropagation before the first step and after
every epoch, and keeps checkpoints: a training that was stopped goes on with --resume to the same bits as one that was
not, and with --resume FILE --epochs N one that has ended goes on to N epochs. It stops, and says what to try, when the
mean loss of an epoch is above ten times that of the start, when the units of a layer are all 0, and when hidden layers
have no gradient any more; and when nobody reads its output any more.

Training [default]:
${describeOptions(TRAINING_OPTIONS)}

Models as JSON: {"layers": [{"type": "conv2d", "channels": 16, "kernel": 5, "padding": 2}, {"type": "activation"},
{"type": "pooling", "window": 2}, {"type": "dense", "outputs": 10}]}; further types: batch-norm, layer-norm, dropout
(probability), residual (layers), flatten, point (a feedback point; after every activation where none is placed).

Files [default]:
${describeOptions(COMMAND_OPTIONS)}
  --help                          this text

Example: train --dataset mnist --data DIR --rule dfa --hidden 500 --epochs 10 --report report

Exit status: 0 done, 1 the training diverged or is dead, 2 bad usage or bad input, 129, 130 or 143 interrupted by SIGHUP,
SIGINT or SIGTERM, 141 nobody reads standard output any more (a checkpoint is written).`

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
