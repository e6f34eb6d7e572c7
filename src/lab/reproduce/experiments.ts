// Every experiment by name: an experiment is one file and one line here.

import type { Experiment } from './experiment.ts'

/** All experiments, in the order of the list and of reports. */
export const EXPERIMENTS: readonly Experiment[] = []
