// The loop of a run that can be stopped and go on, on any machine, to the same bits.

import { existsSync, readFileSync } from 'node:fs'
import { decodeCheckpoint } from '../../nn/index.ts'
import { loadTrainer, saveTrainer, type Trainer } from '../../dfa/index.ts'
import { writeWhole } from '../files.ts'
import { UsageError } from '../options.ts'
import { dataHash } from '../train/snapshot.ts'
import type { Content } from '../training/tasks/task.ts'
import { RunInterrupted, type RunTools } from './experiment.ts'

/** A loop of training steps. */
export interface Loop<S extends object> {
  readonly trainer: Trainer
  /** Of the whole run. */
  readonly steps: number
  /** All that later steps and the result depend on beside the trainer. It survives JSON, and `step` changes its fields. */
  readonly state: S
  /** Does step `index`, from 0. Data, rates and random numbers are functions of the index, the trainer and the state. */
  readonly step: (index: number) => void
  /** What is trained on: a file that was written with other data is no file. */
  readonly content: () => readonly Content[]
}

/** What a file says beside the trainer. */
interface Kept {
  readonly next: number
  readonly steps: number
  readonly data: string
  readonly state: object
}

/** Milliseconds between two times that a run keeps itself. */
const EVERY = 30_000

/**
 * Does all steps, from where the file `tools.checkpoint` stands. That is written every half a minute and when the run is
 * asked to end; one that is damaged, or of other data or another training, is no file.
 * Throws: RunInterrupted when the run was asked to end, what it could keep being kept; what a step throws.
 */
export function runLoop<S extends object>(loop: Loop<S>,
  { checkpoint, isAsked, progress }: Pick<RunTools, 'checkpoint' | 'isAsked' | 'progress'>, every: number = EVERY): void
{
  const { trainer, steps, state, step } = loop
  let hash: string | undefined
  const data = (): string => hash ??= dataHash(loop.content())
  let index = checkpoint === undefined ? 0 : goOn(checkpoint, loop, data)
  let written = performance.now()
  while (index < steps) {
    step(index++)
    progress(index / steps)
    if (checkpoint === undefined || index === steps) continue
    const isLast = isAsked?.() === true
    if (!isLast && performance.now() - written < every) continue
    const kept: Kept = { next: index, steps, data: data(), state }
    try {
      writeWhole(checkpoint, saveTrainer(trainer, kept))
    } catch (error) {
      // A disk that is full is no reason to stop.
      if (!(error instanceof UsageError)) throw error
    }
    written = performance.now()
    if (isLast) throw new RunInterrupted(`asked to end after ${index} of ${steps} steps`)
  }
}

/** The next step of a file, 0 without one that fits. Trainer and state are those of the file then, or as they were. */
function goOn<S extends object>(file: string, { trainer, steps, state }: Loop<S>, data: () => string): number {
  if (!existsSync(file)) return 0
  try {
    const bytes = readFileSync(file)
    const { metadata } = decodeCheckpoint(bytes).metadata as { readonly metadata: Kept }
    const { next, state: kept } = metadata
    if (metadata.steps !== steps || metadata.data !== data() || !(Number.isInteger(next) && next > 0 && next < steps)) {
      return 0
    }
    loadTrainer(trainer, bytes)
    Object.assign(state, kept)
    return next
  } catch {
    // Half a file, or one of another form. A run that begins anew costs time and no bits.
    return 0
  }
}
