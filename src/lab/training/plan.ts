// What a configuration makes of the steps of a training, whatever its data: rates, optimizer, clipping.

import { clipByNorm, clipByValue, type Clipping, cosineRate, inverseRootRate, type Optimizer, plateauRate, type Rate,
  stepRate } from '../../nn/index.ts'
import { choose, type Kernels } from '../../tensor/index.ts'
import { OPTIMIZERS } from './optimizers.ts'
import type { TrainingConfiguration } from './options.ts'
import type { Prepared } from './tasks/task.ts'

type MakeRate = (c: TrainingConfiguration, perEpoch: number, losses: readonly number[]) => Rate

const RATES: Readonly<Record<TrainingConfiguration['schedule'], MakeRate>> = {
  constant: ({ rate }) => rate,
  step: ({ rate, milestones }, perEpoch) => stepRate({ rate, milestones: milestones.map((epoch) => epoch * perEpoch) }),
  cosine: ({ rate, epochs }, perEpoch) => cosineRate({ rate, steps: epochs * perEpoch }),
  'inverse-root': ({ rate, 'warm-up': warmUp }) => inverseRootRate({ rate, warmUp }),
  plateau: ({ rate }, _perEpoch, losses) => {
    const after = plateauRate({ rate, patience: 2 })
    return () => after(losses)
  },
}

/** How the steps of a training change its parameters. */
export interface TrainingPlan {
  readonly clip: Clipping | undefined
  /** η of every step, by `epochLosses` where the schedule looks at them. */
  readonly rate: Rate
  /** What an epoch's loss was. */
  readonly epochLosses: number[]
  /** A new optimizer. */
  readonly optimizer: () => Optimizer
}

/** Nothing is drawn. */
export function planTraining(c: TrainingConfiguration, perEpoch: number, kernels: Kernels,
  decays?: Prepared['decays']): TrainingPlan
{
  const where = 'planTraining'
  const epochLosses: number[] = []
  const rate = choose(where, 'schedule', c.schedule, RATES)(c, perEpoch, epochLosses)
  const { make } = choose(where, 'optimizer', c.optimizer, OPTIMIZERS)
  const options = decays === undefined ? c : { ...c, decays }
  return {
    clip: c['clip-norm'] > 0 ? clipByNorm(c['clip-norm'], kernels)
      : c['clip-value'] > 0 ? clipByValue(c['clip-value']) : undefined,
    rate,
    epochLosses,
    optimizer: () => make(options, rate, kernels),
  }
}
