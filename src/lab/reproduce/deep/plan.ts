// What several experiments on deep networks plan alike: rows of their tables of scales, and trainings of such a row.

import { SHAPES } from '../../training/datasets.ts'
import type { Scale } from '../experiment.ts'
import type { ImageSpec } from './data.ts'
import type { DeepSetting } from './training.ts'

export type ImageName = ImageSpec['dataset']

/** Sizes of a scale. */
export interface DeepSizes {
  /** Training samples; 0 for all at hand. */
  readonly samples: number
  readonly hidden: readonly number[]
  readonly rate: number
  readonly epochs: number
  readonly records: number
  readonly probe: number
}

/** Sizes of a scale and images to train on. */
export interface DeepScale extends DeepSizes {
  readonly datasets: readonly ImageName[]
  /** Height and width of the pictures; 0 for those of the files. */
  readonly side: number
}

const QUICK = { datasets: ['clusters'], side: 6, samples: 200, rate: 4e-3, probe: 100 } as const
const IMAGES = { datasets: ['mnist', 'cifar10'] } as const

/** Two hidden layers, pictures of 14×14; samples and epochs vary by experiment. */
export const TWO_HIDDEN: Readonly<Record<Scale, DeepScale>> = {
  quick: { ...QUICK, hidden: [32, 32], epochs: 40, records: 16 },
  default: { ...IMAGES, side: 14, samples: 2000, hidden: [64, 64], rate: 1e-3, epochs: 250, records: 32, probe: 500 },
  paper: { ...IMAGES, side: 14, samples: 0, hidden: [64, 64], rate: 1e-3, epochs: 1000, records: 40, probe: 1000 },
}

const THREE = [100, 100, 100]

/** Three hidden layers. */
export const THREE_HIDDEN: Readonly<Record<Scale, DeepScale>> = {
  quick: { ...QUICK, hidden: [32, 32, 32], epochs: 60, records: 24 },
  default: { ...IMAGES, side: 14, samples: 5000, hidden: THREE, rate: 3e-3, epochs: 300, records: 40, probe: 500 },
  paper: { ...IMAGES, side: 0, samples: 0, hidden: THREE, rate: 1e-4, epochs: 1000, records: 60, probe: 1000 },
}

/** All that the part at hand holds: MNIST is whole, of CIFAR-10 the first batch of training samples. */
const WHOLE: Readonly<Record<ImageName, number>> = { mnist: 60000, cifar10: 10000, clusters: 1000 }

/** Image data of a scale. */
export function images({ side, samples }: DeepScale, dataset: ImageName, noise = 0): ImageSpec {
  return { dataset, side: side === 0 && dataset !== 'clusters' ? SHAPES[dataset].sample[1] : side,
    samples: samples === 0 ? WHOLE[dataset] : Math.min(samples, WHOLE[dataset]), testSamples: 1000, noise }
}

/** A training on images of a scale, in batches of 32; `noise` is the share of labels drawn anew. */
export function settingOf(scale: DeepScale, dataset: ImageName, activation: DeepSetting['activation'],
  rule: DeepSetting['rule'], noise = 0): DeepSetting
{
  const { hidden, rate, epochs, records, probe } = scale
  return { data: images(scale, dataset, noise), hidden, activation, rule, rate, batch: 32, epochs, records, probe }
}
