// Who does the steps of a training: its own trainer here, owners of its segments in src/lab/parallel.

import type { Session } from './session.ts'

/** Does the steps of a session. */
export interface Stepper {
  /** Steps done so far. */
  readonly steps: number
  /** One step or more, at most `most`, for about `TURN_MILLISECONDS`; their losses. Throws, rejects: as `Trainer.step`. */
  readonly advance: (most: number) => ArrayLike<number> | Promise<ArrayLike<number>>
  /** Brings what the steps changed into the session, for scores, measures and checkpoints. */
  readonly gather: () => Promise<void>
  readonly close: () => Promise<void>
}

/** Longest time without looking at signals. */
export const TURN_MILLISECONDS = 50

/** The session's own trainer. */
export function ownSteps({ trainer, step }: Session): Stepper {
  return {
    get steps(): number {
      return trainer.steps
    },
    advance(most) {
      const losses: number[] = []
      const end = performance.now() + TURN_MILLISECONDS
      do losses.push(step())
      while (losses.length < most && performance.now() < end)
      return losses
    },
    async gather() {},
    async close() {},
  }
}
