// Sizes that the experiments on trained networks share.

import type { Experiment, Scale } from '../experiment.ts'
import { FILES } from '../../training/datasets.ts'
import type { DataSetting } from './training.ts'

/** Data, width of a hidden layer, and the rate at which all rules train there. */
export interface Sizes extends DataSetting {
  readonly width: number
  readonly rate: number
}

/** Optical digits at a desk, MNIST for the paper's scale, generated samples in seconds. */
export const SIZES: Readonly<Record<Scale, Sizes>> = {
  quick: { dataset: 'teacher', trainingSamples: 500, epochs: 6, batch: 50, width: 20, rate: 0.1 },
  default: { dataset: 'optdigits', trainingSamples: 0, epochs: 15, batch: 50, width: 100, rate: 0.1 },
  paper: { dataset: 'mnist', trainingSamples: 0, epochs: 10, batch: 50, width: 500, rate: 0.1 },
}

/** Files of the default scale, and of the paper's; the quick scale reads none. */
export const READS: Pick<Experiment, 'data' | 'quickData' | 'dataIfPresent'> = {
  data: FILES.optdigits,
  quickData: [],
  dataIfPresent: FILES.mnist,
}

/** Data sets as people write them. */
export const DATA_NAMES: Readonly<Record<DataSetting['dataset'], string>> = {
  optdigits: 'optical digits',
  mnist: 'MNIST',
  teacher: 'generated samples',
}

/** What is common to the trainings, in words. */
export function trainingText({ dataset, trainingSamples, epochs, batch }: DataSetting): string {
  return `${DATA_NAMES[dataset]}, ${
    trainingSamples === 0 ? 'all' : trainingSamples
  } training samples, ${epochs} epochs, `
    + `batch ${batch}, SGD without momentum; W_l ~ scale·N(0, 1/I), biases zero; F and R of mean square 1/K and 1/n_l.`
}

/** Which alignment is shown, in words. */
export const SIGNAL_TEXT = 'Alignment: cosine per sample at the hidden activations, mean over 128 test samples. FA: '
  + 'local, Wᵀδ against Rδ with the same δ from above. DFA: F e against the exact gradient from end to end.'
