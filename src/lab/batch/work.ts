// Work that consists of runs, and the options of who makes them, where, and what is written at the end.

import { availableParallelism } from 'node:os'
import { flag, integer, output, path, text, type Values, word } from '../options.ts'
import type { Experiment, Scale } from '../reproduce/experiment.ts'
import { overwriteResults } from '../results.ts'
import { partOption } from './part.ts'
import { type Engine, ENGINES } from './script.ts'

/** Experiments, or a sweep, at one scale from one seed on. */
export interface Work {
  /** What it is called in the names of files. */
  readonly name: string
  /** The command and the words behind it that ask for this work. */
  readonly words: readonly string[]
  /** The text of the sweep, where it is one. */
  readonly sweep?: string
  readonly experiments: readonly Experiment[]
  readonly scale: Scale
  readonly seed: number
  /** All names in the order of a page of results. */
  readonly order: readonly string[]
}

/** Options of what is written at the end. */
export const PUBLISHING = {
  verbose: flag('show where each tolerance comes from'),
  report: path('DIR', 'write an HTML report with figures'),
  json: output('write claims and runs as JSON'),
  markdown: output('write claims and tables as Markdown; sections of other experiments that are there stay'),
  overwrite: overwriteResults,
} as const

/** Options of who makes the runs, and where. */
export const MAKING = {
  data: path('DIR', 'directory of the data sets (or FEEDBACK_ALIGNMENT_DATA)'),
  runs: path('DIR', 'where finished runs are recorded and found again', 'runs'),
  fresh: flag('make all runs again, whatever is recorded'),
  jobs: integer(availableParallelism(), 'runs at the same time'),
  part: partOption(),
  on: word<Engine | 'here'>([...ENGINES, 'here'], 'here',
    'write scripts for Slurm, Kubernetes, GNU parallel or the processes of this machine, and say how to submit them'),
  submit: flag('submit what --on has written'),
  parts: integer(0, 'parts of --on; 0 for as many as give an hour each', 0),
  image: text('IMAGE', 'feedback-alignment:latest', 'container image of --on kubernetes'),
} as const

export type Making = Omit<Values<typeof MAKING>, 'runs'> & { readonly runs: string }
export type Publishing = Values<typeof PUBLISHING>
