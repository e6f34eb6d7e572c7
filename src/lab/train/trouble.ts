// Trainings that lead nowhere: how one is recognized, and what to try.

import type { AlignmentRecord } from '../../dfa/index.ts'
import type { TrainingConfiguration } from '../training/configuration.ts'
import { taskOf } from '../training/tasks.ts'
import type { EpochRecord } from './record.ts'

/** A training has diverged when the mean loss of an epoch so far is so many times that of its start. */
const DIVERGED = 10
/** Steps of an epoch whose mean is looked at; fewer may be one unlucky batch. */
const LEAST_STEPS = 10

/** What is wrong since which step, and what to try. */
export interface Trouble {
  readonly step: number
  /** `loss 34.2 is above ten times that of the start, 2.31`. */
  readonly what: string
  readonly advice: string
}

/** One line; a training that goes on in spite of it is told to. */
export function troubleText({ step, what, advice }: Trouble, goesOn: boolean): string {
  return `training ${goesOn ? 'continues at' : 'stopped at'} step ${step}: ${what}; try ${advice}`
}

/** Advice against steps that are too large, without what is in use already; what keeps most of the speed first. */
export function smallerSteps(c: TrainingConfiguration): string {
  const clips = c['clip-norm'] > 0 || c['clip-value'] > 0
  const hasChoice = taskOf(c).uses.includes('activation')
  const tries = [...(hasChoice && c.activation === 'relu' ? ['--activation tanh'] : []),
    ...(clips ? [] : ['--clip-norm 1']), `--rate ${Number((c.rate / 10).toPrecision(2))}`]
  return `${tries.slice(0, -1).join(', ')}${tries.length > 1 ? ' or ' : ''}${tries[tries.length - 1]}`
}

/** Whether the mean loss per sample over `inEpoch` steps is above ten times the start; undefined where that is unknown. */
export function hasDiverged(mean: number, start: number | undefined, inEpoch: number, perEpoch: number): boolean {
  return start !== undefined && inEpoch >= Math.min(LEAST_STEPS, perEpoch) && mean > DIVERGED * start
}

/** The trouble of a mean loss. */
export function divergence(step: number, mean: number, start: number, c: TrainingConfiguration): Trouble {
  return {
    step,
    what: `training loss ${mean.toPrecision(3)} is above ten times that of the start, ${start.toPrecision(3)}`,
    advice: smallerSteps(c),
  }
}

/** Layers below the last with a finite cosine between the rule's errors and the exact ones. */
function alive({ layerGradient }: AlignmentRecord): number {
  return Object.values(layerGradient).slice(0, -1).filter(({ mean }) => mean !== null).length
}

/** What the records of a training say against going on; `silent` is a layer whose units are 0 on all training samples. */
export function deadTraining(records: readonly EpochRecord[], silent: string | undefined, c: TrainingConfiguration):
  | Trouble
  | undefined
{
  const { epoch, steps, training, alignment } = records[records.length - 1]
  if (epoch === 0) return undefined
  if (silent !== undefined) {
    return { step: steps, what: `all units of ${silent} are 0 on every training sample`, advice: smallerSteps(c) }
  }
  // Without errors there is no direction either.
  const [{ name, perfect }] = taskOf(c).measures
  if (alignment === null || training === null || training[name] === perfect) return undefined
  const wasAlive = records.some((record) => record.alignment !== null && alive(record.alignment) > 0)
  const layers = Object.values(alignment.layerGradient)
  const isDead = layers.length > 0 && layers.every(({ mean }) => mean === null)
  if (isDead || (wasAlive && alive(alignment) === 0)) {
    return {
      step: steps,
      what: `the alignment of no ${isDead ? '' : 'hidden '}layer is finite: its errors are 0 on all samples measured`,
      advice: smallerSteps(c),
    }
  }
  return undefined
}
