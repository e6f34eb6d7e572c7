// The loop of `train`: epochs with their records, checkpoints, and what ends a training before its time.

import { alignmentRecord, TrainingStopped } from '../../dfa/index.ts'
import { writeCheckpoint } from '../checkpoint-file.ts'
import { STANDARD_OUTPUT } from '../options.ts'
import { progressLine } from '../progress.ts'
import type { Results } from '../results.ts'
import { type EndingSignal, NO_READER_STATUS, onEndingSignal, SIGNAL_STATUS } from '../signals.ts'
import type { TrainingConfiguration } from '../training/configuration.ts'
import type { Session } from '../training/session.ts'
import type { Stepper } from '../training/stepper.ts'
import { taskOf } from '../training/tasks.ts'
import { exports } from './exports.ts'
import { bestEpoch, bestText, type Ending, epochLine, type EpochRecord, recordText } from './record.ts'
import { trainReport } from './report.ts'
import type { Files } from './request.ts'
import { sessionHash, takeSnapshot } from './snapshot.ts'
import { deadTraining, divergence, hasDiverged, smallerSteps, type Trouble, troubleText } from './trouble.ts'

/** What a training begins or goes on with. */
export interface Start {
  readonly lossSum: number
  readonly records: EpochRecord[]
  /** SHA-256 of the data. */
  readonly fingerprint: string
}

/** Epochs that are shorter share a checkpoint and a record on the disk, which takes longer to write than they do. */
const LEAST_MILLISECONDS = 1000

/** Trains to the end, and returns the exit status. Throws: UsageError for what cannot be written. */
export async function runTraining(c: TrainingConfiguration, session: Session, stepper: Stepper, start: Start,
  files: Files, { console, write: writeResult }: Results): Promise<number>
{
  const { trainer, perEpoch, kernels, sizes } = session
  const task = taskOf(c)
  const [measure] = task.measures
  const isPiped = files.json === STANDARD_OUTPUT
  const { records } = start
  const units = sizes.training
  let { lossSum } = start
  const total = c.epochs * perEpoch
  const progress = progressLine(process.stderr)
  let signal: EndingSignal | undefined
  const stopListening = onEndingSignal('on', (name) => {
    // Who asks to go on without a terminal does not end with it.
    if (name !== 'SIGHUP' || !files.keepGoing) signal = name
  })
  const hasNoReader = (): boolean => !files.keepGoing && console.isAbandoned?.() === true
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
  const write = (ending?: Ending): void => {
    if (files.json !== undefined) writeResult(files.json, recordText(c, kernels.tier, records, ending))
    exported(records)
  }
  const exported = exports(files, writeResult)
  let trouble: Trouble | undefined
  const stops = (): boolean => trouble !== undefined && !files.keepGoing
  const meet = (found: Trouble): void => {
    if (trouble !== undefined) return
    trouble = found
    progress.clear()
    console.error(troubleText(found, !stops()))
  }
  const perSecond = (): number => ((stepper.steps - stepsBefore) / (performance.now() - began)) * 1000
  const unitsPerSecond = (): number => perSecond() * session.unitsAfter(1)
  const endEpoch = async (): Promise<void> => {
    await stepper.gather()
    const epoch = stepper.steps / perEpoch
    const isStart = epoch === 0
    const trainingLoss = lossSum / session.unitsAfter(perEpoch)
    records.push({
      epoch,
      steps: stepper.steps,
      trainingLoss: isStart ? null : trainingLoss,
      rate: isStart ? null : session.rate(stepper.steps - 1),
      training: session.score('training', Math.min(units, sizes.test)),
      validation: sizes.validation > 0 ? session.score('validation') : null,
      test: session.score('test'),
      alignment: alignment(session, files.alignmentSamples),
    })
    if (!isStart) {
      session.epochLosses.push(trainingLoss)
      lossSum = 0
    }
    const isDue = performance.now() - saved > Math.min(LEAST_MILLISECONDS, 1000 * files.checkpointSeconds)
    if (isDue && !isStart) await save()
    // A pipe is not waited for.
    if (isDue || isStart || isPiped) write()
    progress.clear()
    console.out(epochLine(records[records.length - 1], task, c.epochs, unitsPerSecond()))
    const dead = isStart ? undefined : deadTraining(records, session.silent(), c)
    if (dead !== undefined) meet(dead)
  }
  /** Some steps of this epoch. */
  const advance = async (): Promise<void> => {
    const before = stepper.steps
    const [first] = records
    const atStart = first?.epoch === 0 ? first.training?.loss : undefined
    const losses = await stepper.advance(perEpoch - before % perEpoch)
    for (let i = 0; i < losses.length; i++) {
      lossSum += session.sumOf(before + i, losses[i])
      const inEpoch = (before + i) % perEpoch + 1
      const mean = lossSum / session.unitsAfter(inEpoch)
      if (hasDiverged(mean, atStart, inEpoch, perEpoch)) meet(divergence(before + i + 1, mean, atStart ?? NaN, c))
    }
  }
  const progressText = (): string => {
    const inEpoch = stepper.steps % perEpoch
    const score = records.length > 0 ? `test ${measure.text(records[records.length - 1].test[measure.name])}, ` : ''
    return `epoch ${Math.floor(stepper.steps / perEpoch) + 1}/${c.epochs}, step ${inEpoch}/${perEpoch}, loss ${
      inEpoch > 0 ? (lossSum / session.unitsAfter(inEpoch)).toFixed(4) : '–'
    }, ${score}${Math.round(unitsPerSecond())} ${task.units.short}/s, ${
      Math.ceil((total - stepper.steps) / perSecond())
    } s left`
  }
  const report = (facts: readonly (readonly [string, string])[]): void => {
    if (files.report === undefined) return
    console.out(`Report: ${trainReport(files.report, c, records, [...facts, ['Tier', kernels.tier]], trouble)}`)
  }
  /** In place of the end; the last checkpoint stays as it is. */
  const stop = ({ step, what }: Trouble): number => {
    write({ record: 'stopped', step, why: what })
    if (savedAt > 0) console.out(`checkpoint ${files.checkpoint} holds step ${savedAt}`)
    report([])
    return 1
  }
  try {
    console.out(
      `${c.rule}, ${task.subject(c)} (${units} ${task.units.all}), ${
        trainer.parameters.reduce((sum, { value }) => sum + value.data.length, 0)
      } parameters, ${total} steps, ${kernels.tier} ${c.accumulation}${
        files.owners > 1 ? `, ${files.owners} owners` : ''
      }`,
    )
    if (stepper.steps > 0) console.out(`resumed at step ${stepper.steps} of ${total}`)
    write()
    for (;;) {
      const isWhole = stepper.steps % perEpoch === 0
      if (isWhole && records[records.length - 1]?.epoch !== stepper.steps / perEpoch) await endEpoch()
      if (stepper.steps >= total || signal !== undefined || hasNoReader() || stops()) break
      await advance()
      if (stops()) break
      // At an epoch's end the record comes first: a checkpoint holds both or neither.
      if (performance.now() - saved > 1000 * files.checkpointSeconds && stepper.steps % perEpoch !== 0) await save()
      progress.update(progressText())
      // Lets signals in.
      await new Promise((resolve) => {
        setImmediate(resolve)
      })
    }
    progress.clear()
    if (trouble !== undefined && stops()) return stop(trouble)
    await save()
    if (stepper.steps < total) {
      write()
      const [by, status] = signal === undefined ? ['the loss of its reader (--keep-going)', NO_READER_STATUS]
        : [signal, SIGNAL_STATUS[signal]]
      console.error(
        `interrupted by ${by} at step ${stepper.steps} of ${total}; go on with: train --resume ${files.checkpoint}`,
      )
      return status
    }
  } catch (cause) {
    if (!(cause instanceof TrainingStopped)) throw cause
    // What is not finite cannot go on.
    const found = { step: cause.step, what: cause.place, advice: smallerSteps(c) }
    progress.clear()
    console.error(troubleText(found, false))
    trouble = found
    return stop(found)
  } finally {
    progress.clear()
    stopListening()
  }
  const hash = sessionHash(session)
  const best = bestEpoch(records, measure)
  write({ record: 'end', hash, ...(best === undefined ? {} : { best }) })
  if (best !== undefined) console.out(bestText(best, measure))
  console.out(`checkpoint ${files.checkpoint}\nstate sha256 ${hash}`)
  report([['State', `sha256 ${hash}`]])
  return trouble === undefined ? 0 : 1
}

function alignment(session: Session, samples: number): EpochRecord['alignment'] {
  const count = Math.min(samples, session.sizes.training)
  if (count === 0) return null
  const { error } = session.probe(count)
  const feedback = (session.rule as { readonly feedback?: unknown }).feedback
  return alignmentRecord({ network: session.network, step: session.trainer.steps, error },
    Array.isArray(feedback) && feedback.length > 0 ? feedback : undefined)
}
