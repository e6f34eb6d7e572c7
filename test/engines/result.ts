// What the vectors are asked and what they answer: plain data, shared by both sides of a run.

import type { Features } from './features.ts'

/** Where the groups stand that no tier changes. */
export const EVERY_TIER = 'every tier'

/** One group of one tier, as `matmul` of `blocked`. */
export interface Place {
  readonly tier: string
  readonly group: string
}

/** Options of `run`; all plain data, so that they can be written into a script. */
export interface RunOptions {
  /** Flips one bit of this group in every tier that has it. */
  readonly plant?: string
  /** Computes this group only and returns its numbers one by one. */
  readonly trace?: Place
}

/** What one engine found. */
export interface RunResult {
  readonly features: Features
  /** Tier → how its product-sums are rounded; tiers of one accumulation must agree. */
  readonly accumulations: Readonly<Record<string, string>>
  /** Tier → why it does not run here. */
  readonly refused: Readonly<Record<string, string>>
  /** Tier (or `every tier`) → group → hash, or what the group threw. */
  readonly hashes: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Rule → ten losses, from the first tier. */
  readonly trajectories: Readonly<Record<string, readonly string[]>>
  readonly trace: readonly string[]
}
