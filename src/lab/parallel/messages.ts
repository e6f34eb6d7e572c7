// What main thread and owners say to each other; everything within a step goes over the board instead.

import type { SharedBoard } from './board.ts'
import type { ParallelConfiguration } from './configuration.ts'
import type { Assignment } from './owner.ts'

/** The values of a parameter, by name. */
export interface ParameterValues {
  readonly name: string
  readonly data: Float32Array
}

/** What an owner is started with. */
export interface OwnerStart {
  readonly configuration: ParallelConfiguration
  readonly starts: readonly number[]
  readonly index: number
  readonly shared: SharedBoard
  /** Whether a wait may keep a processor busy. */
  readonly spinning: boolean
}

/** Main thread to owner. */
export type Command = { readonly kind: 'train'; readonly assignment: Assignment } | { readonly kind: 'parameters' }

/** Owner to main thread; one answer to each command, and `ready` after the start. */
export type Answer =
  | { readonly kind: 'ready'; readonly tier: string }
  | { readonly kind: 'trained' }
  | { readonly kind: 'parameters'; readonly arrays: readonly ParameterValues[] }
  | { readonly kind: 'failed'; readonly message: string }
  /** It gave up because another owner failed. */
  | { readonly kind: 'stopped' }
