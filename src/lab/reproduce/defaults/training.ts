// One training as `train` does it, scored as it goes: the run of every cell.

import { RuleRefused, TrainingStopped } from '../../../dfa/index.ts'
import type { TrainingConfiguration } from '../../training/configuration.ts'
import { type DatasetName, readDataset } from '../../training/datasets.ts'
import { startSession } from '../../training/session.ts'
import { samplesOf } from '../../training/tasks/classification.ts'
import type { RunTools } from '../experiment.ts'
import { runLoop } from '../resumable.ts'
import { keepingLast } from '../../kept.ts'

/** A training: of the sweep, which sees validation samples alone, or of the table. */
export interface CellConfiguration {
  readonly stage: 'rate' | 'table'
  /** Whole: a default that changes makes another cell. */
  readonly training: TrainingConfiguration
}

/** At the start and after each epoch, of validation samples (`rate`) or test samples (`table`). */
export interface CellResult {
  readonly losses: readonly number[]
  readonly accuracies: readonly number[]
  /** Why the rule does not train the model. */
  readonly refused?: string
  /** The step at which a value was not finite. */
  readonly stopped?: number
}

const dataOf = keepingLast(readDataset)

/** Trains epoch by epoch. What the rule refuses, and values that are not finite, are results. */
export function trainCell({ stage, training: c }: CellConfiguration, tools: RunTools): CellResult {
  const { data, kernels } = tools
  const material = dataOf(c.dataset as DatasetName, data, { trainingSamples: c['training-samples'],
    validationSamples: c['validation-samples'], standardize: c.standardize })
  const split = stage === 'rate' ? 'validation' : 'test'
  const state = { losses: [] as number[], accuracies: [] as number[] }
  try {
    const samples = samplesOf(material)
    const session = startSession(c, samples, kernels(c.accumulation))
    const score = (): void => {
      const { loss, accuracy } = session.score(split)
      state.losses.push(loss)
      state.accuracies.push(accuracy)
    }
    runLoop({ trainer: session.trainer, steps: c.epochs * session.perEpoch, state, content: () => samples.content,
      begin: score, step(index) {
      session.step()
      if ((index + 1) % session.perEpoch === 0) score()
    } }, tools)
  } catch (error) {
    if (error instanceof RuleRefused) return { ...state, refused: error.why }
    if (error instanceof TrainingStopped) return { ...state, stopped: error.step }
    throw error
  }
  return state
}
