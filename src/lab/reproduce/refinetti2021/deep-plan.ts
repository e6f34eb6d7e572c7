// Trainings that several experiments on deep networks plan alike.

import type { Scale } from '../experiment.ts'
import type { ImageSpec } from './deep-data.ts'
import type { DeepSetting } from './deep-run.ts'

/** Image data sets of a scale. */
export type ImageName = ImageSpec['dataset']

/** The data sets that a scale runs on. */
export function imageSets(scale: Scale): readonly ImageName[] {
  return scale === 'quick' ? ['clusters'] : ['mnist', 'cifar10']
}

/** All that the part at hand holds: MNIST is whole, of CIFAR-10 the first batch of training samples. */
const WHOLE: Readonly<Record<ImageName, number>> = { mnist: 60000, cifar10: 10000, clusters: 1000 }

/** Image data; 0 samples for all. */
export function images(dataset: ImageName, side: number, samples: number, noise = 0): ImageSpec {
  return {
    dataset,
    side,
    samples: samples === 0 ? WHOLE[dataset] : Math.min(samples, WHOLE[dataset]),
    testSamples: 1000,
    noise,
  }
}

/** Networks, rate and batches of sections 4.3, 4.5 and 4.6: two hidden layers, pictures of 14×14. */
export function shallowSetting(
  scale: Scale,
  dataset: ImageName,
  activation: DeepSetting['activation'],
  rule: DeepSetting['rule'],
  options: { readonly samples: number; readonly epochs: number; readonly noise?: number; readonly width?: number;
    readonly rate?: number },
): DeepSetting {
  const { noise = 0, width = 64, rate = 1e-3 } = options
  if (scale === 'quick') {
    return {
      data: images('clusters', 6, 200, noise),
      hidden: [Math.min(width, 32), Math.min(width, 32)],
      activation,
      rule,
      rate: 4e-3,
      batch: 32,
      epochs: Math.min(options.epochs, 40),
      records: 16,
      probe: 100,
    }
  }
  return scale === 'default'
    ? {
      data: images(dataset, 14, options.samples, noise),
      hidden: [width, width],
      activation,
      rule,
      rate,
      batch: 32,
      epochs: options.epochs,
      records: 32,
      probe: 500,
    }
    : {
      data: images(dataset, 14, 0, noise),
      hidden: [width, width],
      activation,
      rule,
      rate: 1e-3,
      batch: 32,
      epochs: 1000,
      records: 40,
      probe: 1000,
    }
}

/** Networks of sections 4.1 and 4.2: three hidden layers of 100 units. */
export function alignmentSetting(scale: Scale, dataset: ImageName, noise: number): DeepSetting {
  const common = { activation: 'tanh', rule: 'DFA', batch: 32 } as const
  if (scale === 'quick') {
    return {
      ...common,
      data: images('clusters', 6, 200, noise),
      hidden: [32, 32, 32],
      rate: 4e-3,
      epochs: 60,
      records: 24,
      probe: 100,
    }
  }
  if (scale === 'paper') {
    const side = dataset === 'mnist' ? 28 : 32
    return {
      ...common,
      data: images(dataset, side, 0, noise),
      hidden: [100, 100, 100],
      rate: 1e-4,
      epochs: 1000,
      records: 60,
      probe: 1000,
    }
  }
  return {
    ...common,
    data: images(dataset, 14, 5000, noise),
    hidden: [100, 100, 100],
    rate: 3e-3,
    epochs: 300,
    records: 40,
    probe: 500,
  }
}
