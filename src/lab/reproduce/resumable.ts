// The loop of a run that can be stopped and go on, on any machine, to the same bits.

import { existsSync, readFileSync } from 'node:fs'
import { decodeCheckpoint } from '../../nn/index.ts'
import { loadTrainer, saveTrainer, type Trainer } from '../../dfa/index.ts'
import { writeWhole } from '../files.ts'
import { UsageError } from '../options.ts'
import { dataHash } from '../train/snapshot.ts'
import type { Content } from '../training/tasks/task.ts'
import { packageVersion } from '../version.ts'
import { RunInterrupted, type RunTools } from './experiment.ts'

/** A loop of training steps: a step of it is one of the trainer. */
export interface Loop<S extends object> {
  readonly trainer: Trainer
  /** Of the whole run. */
  readonly steps: number
  /**
   * All that later steps and the result depend on beside the trainer. It survives JSON; its fields and the elements of
   * its arrays change, the arrays themselves stay.
   */
  readonly state: S
  /** Before the first step, and not where the run goes on; true ends it. */
  readonly begin?: () => boolean | void
  /** Does step `index`, from 0; true ends the run. Data, rates and random numbers follow from index, trainer and state. */
  readonly step: (index: number) => boolean | void
  /** What is trained on: a file that was written with other data is no file. */
  readonly content: () => readonly Content[]
}

/** What of `RunTools` a loop uses. */
export type LoopTools = Pick<RunTools, 'checkpoint' | 'isAsked' | 'progress'>

/** What a file says beside the trainer. */
interface Kept {
  readonly version: string
  readonly steps: number
  readonly data: string
  readonly state: object
}

/** Milliseconds between two times that a run keeps itself. */
const EVERY = 30_000

/**
 * Does all steps, from where the file `tools.checkpoint` stands. That is written every half a minute and when the run is
 * asked to end; one that is damaged, or of other data, another training or another version, is no file. A trainer that has
 * done steps goes on from these.
 * Throws: RunInterrupted when the run was asked to end, what it could keep being kept; what a step throws.
 */
export function runLoop<S extends object>(loop: Loop<S>, { checkpoint, isAsked, progress }: LoopTools,
  every: number = EVERY): void
{
  const { trainer, steps, state, step } = loop
  let hash: string | undefined
  const data = (): string => hash ??= dataHash(loop.content())
  const isKept = checkpoint !== undefined && trainer.steps === 0 && goOn(checkpoint, loop, data)
  if (!isKept && loop.begin?.() === true) return
  let written = performance.now()
  while (trainer.steps < steps) {
    if (step(trainer.steps) === true) return
    progress(trainer.steps / steps)
    if (checkpoint === undefined || trainer.steps === steps) continue
    const isLast = isAsked?.() === true
    if (!isLast && performance.now() - written < every) continue
    const kept: Kept = { version: packageVersion(), steps, data: data(), state }
    try {
      writeWhole(checkpoint, saveTrainer(trainer, kept))
    } catch (error) {
      // A disk that is full is no reason to stop.
      if (!(error instanceof UsageError)) throw error
    }
    written = performance.now()
    if (isLast) throw new RunInterrupted(`asked to end after ${trainer.steps} of ${steps} steps`)
  }
}

/** Whether there was a file that fits. Trainer and state are those of the file then, or as they were. */
function goOn<S extends object>(file: string, { trainer, steps, state }: Loop<S>, data: () => string): boolean {
  if (!existsSync(file)) return false
  try {
    const bytes = readFileSync(file)
    const { metadata } = decodeCheckpoint(bytes).metadata as { readonly metadata: Kept }
    const { version, steps: all, data: seen } = metadata
    if (version !== packageVersion() || all !== steps || seen !== data()) return false
    loadTrainer(trainer, bytes)
    refill(state, metadata.state)
    return true
  } catch {
    // Half a file, or one of another form. A run that begins anew costs time and no bits.
    return false
  }
}

/** Gives `target` the values of `source`, into the arrays and objects that are there. */
function refill(target: object, source: object): void {
  const to = target as Record<string, unknown>
  if (Array.isArray(target)) target.length = (source as unknown[]).length
  for (const [key, value] of Object.entries(source)) {
    const there = to[key]
    const areParts = typeof there === 'object' && there !== null && typeof value === 'object' && value !== null
    if (areParts) refill(there, value as object)
    else to[key] = value
  }
}
