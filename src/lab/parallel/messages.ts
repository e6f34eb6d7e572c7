// What main thread and owners say to each other; everything within a step goes over the board instead.

import type { NamedArray } from '../../nn/index.ts'
import type { TrainingConfiguration } from '../training/configuration.ts'
import type { Material } from '../training/plan.ts'
import type { SharedBoard } from './board.ts'

/** Steps to be done. */
export interface Assignment {
  /** Steps done before. */
  readonly first: number
  readonly steps: number
  /** Losses of the epochs so far, for schedules that look at them. */
  readonly epochLosses: readonly number[]
}

/** What all owners of one training are made from. */
export interface TeamStart {
  readonly configuration: TrainingConfiguration
  readonly data: Material
  /** First segment of each owner. */
  readonly starts: readonly number[]
  /** What each is called in messages. */
  readonly names: readonly string[]
  readonly shared: SharedBoard
  /** The moment from which they go on: steps done, and all arrays of a checkpoint. */
  readonly steps: number
  readonly arrays: readonly NamedArray[]
}

/** Main thread to owner: steps to be done, or undefined for the arrays. */
export type Command = Assignment | undefined

/** Owner to main thread, one answer to each command and one to the start. */
export interface Answer {
  /** Of the steps done, from the owner of the last segment. */
  readonly losses?: readonly number[]
  /** Copies. */
  readonly arrays?: readonly NamedArray[]
  /** Why nothing further comes from it; `step` where a value that is not finite ended the training. */
  readonly failure?: { readonly message: string; readonly step?: number }
  /** It gave up because another owner failed. */
  readonly stopped?: true
}
