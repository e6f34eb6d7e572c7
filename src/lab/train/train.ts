// The command `train`: one network, one rule, one data set.

import { RuleRefused } from '../../dfa/index.ts'
import type { Command } from '../command.ts'
import { labKernels } from '../kernels.ts'
import { describeOptions, UsageError } from '../options.ts'
import { startOwners } from '../parallel/owners.ts'
import { TRAINING_OPTIONS, type TrainingConfiguration } from '../training/configuration.ts'
import { type Dataset, inSharedMemory } from '../training/datasets.ts'
import { type Session, startSession } from '../training/session.ts'
import { ownSteps, type Stepper } from '../training/stepper.ts'
import { TASK_HELP, taskOf } from '../training/tasks.ts'
import { samplesOf } from '../training/tasks/classification.ts'
import type { Material } from '../training/tasks/task.ts'
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

What there is to learn; --dataset and --model bring each other:
${TASK_HELP}

Training [default]:
${describeOptions(TRAINING_OPTIONS)}

Models as JSON: {"layers": [{"type": "conv2d", "channels": 16, "kernel": 5, "padding": 2}, {"type": "activation"},
{"type": "pooling", "window": 2}, {"type": "dense", "outputs": 10}]}; further types: batch-norm, layer-norm, dropout
(probability), residual (layers), flatten, point (a feedback point; after every activation where none is placed).

Files [default]:
${describeOptions(COMMAND_OPTIONS)}
  --help                          this text

Examples: train --dataset mnist --data DIR --rule dfa --hidden 500 --epochs 10 --report report
          train --model gcn --data DIR --rule dfa

Exit status: 0 done, 1 the training diverged or is dead, 2 bad usage or bad input, 129, 130 or 143 interrupted by SIGHUP,
SIGINT or SIGTERM, 141 nobody reads standard output any more (a checkpoint is written).`

/** The `train` command. */
export const train: Command = {
  name: 'train',
  summary: 'train one network under one rule on one data set; checkpoints, resumes',
  help: HELP,
  async run(args, console) {
    const { configuration, files, results, resume } = readRequest(args, console)
    const material = taskOf(configuration).read(configuration, files.data)
    const shared = files.owners > 1 ? sharedRows(configuration, material) : undefined
    const { kernels } = labKernels(process.env, configuration.accumulation)
    let session: Session
    try {
      session = startSession(configuration, shared === undefined ? material : samplesOf(shared), kernels)
    } catch (error) {
      // Sizes that only the data tell may not fit the rule.
      if (!(error instanceof UsageError || error instanceof RuleRefused || error instanceof RangeError)) throw error
      throw new UsageError(`train: ${error.message}`)
    }
    const fingerprint = dataHash(material.content)
    let lossSum = 0
    const records: EpochRecord[] = []
    if (resume !== undefined) {
      restoreSnapshot(resume.file, session, resume.checkpoint, resume.snapshot, fingerprint)
      lossSum = resume.snapshot.lossSum
      records.push(...resume.snapshot.records)
    }
    const stepper: Stepper = shared === undefined ? ownSteps(session)
      : await startOwners(session, configuration, shared, files.owners)
    try {
      return await runTraining(configuration, session, stepper, { lossSum, records, fingerprint }, files, results)
    } finally {
      await stepper.close()
    }
  },
}

/** Samples that all owners look into. Throws: UsageError for data that are no samples. */
function sharedRows(c: TrainingConfiguration, { rows }: Material): Dataset {
  if (rows !== undefined) return inSharedMemory(rows)
  throw new UsageError(`train: --owners: must be 1 for ${taskOf(c).subject(c)}, whose layers are not trained apart`)
}
