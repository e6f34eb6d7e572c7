// What the main thread and an owner's thread say to each other.

import type { NamedArray } from '../../nn/index.ts'
import type { Assignment, TeamStart } from './owner.ts'

/** What the thread of one owner is started with; `spins` as `board`, the usual number unless given. */
export interface OwnerStart {
  readonly team: TeamStart
  readonly index: number
  readonly spins: number | undefined
}

/** Main thread to owner: steps to be done, or undefined for the arrays. */
export type Command = Assignment | undefined

/** Owner to main thread: one to each command and one to the start, none when it gives up because another has failed. */
export interface Answer {
  /** Of the steps done, from the last owner. */
  readonly losses?: readonly number[]
  /** Copies. */
  readonly arrays?: readonly NamedArray[]
  /** A value that is not finite has ended the training. */
  readonly stop?: { readonly step: number; readonly place: string }
}
