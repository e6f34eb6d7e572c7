// Data of the experiments on deep networks: images with labels that may be wrong, Gaussian inputs with random targets.

import { fitStandardization, gatherRows, splitRows, standardizeInto } from '../../../data/index.ts'
import { normalAt, normalInto, randomStream, type Tensor, tensor, uniformAt } from '../../../tensor/index.ts'
import { readDataset, SHAPES, type Split } from '../../training/datasets.ts'
import { areaAverage } from '../images/area-average.ts'
import { keepingLast } from '../../kept.ts'

/** Labeled images. */
export interface ImageSpec {
  /** `clusters` is generated: it stands for images where there are no files. */
  readonly dataset: 'mnist' | 'cifar10' | 'clusters'
  /** Height and width after area averaging. */
  readonly side: number
  /** Training samples, the first of the files. */
  readonly samples: number
  readonly testSamples: number
  /** p: share of labels, training and test, that are drawn anew from all classes. */
  readonly noise: number
}

/** Inputs N(0, I), targets N(0, [[1, α(1−β)], [α(1−β), α²]]) independent of them. */
export interface GaussianSpec {
  readonly dataset: 'gaussian'
  readonly samples: number
  readonly inputs: number
  readonly alpha: number
  readonly beta: number
}

export type DataSpec = ImageSpec | GaussianSpec

/** Training and test samples; a test without samples has none. */
export interface DeepData {
  readonly training: Split
  readonly test: Split
  readonly classification: boolean
}

// Runs of one experiment differ in seeds and labels more often than in images.
const imagesOf = keepingLast((spec: Omit<ImageSpec, 'noise'>, directory: string | undefined) =>
  spec.dataset === 'clusters' ? clusters(spec) : readImages(spec, spec.dataset, directory)
)

/** The data of a specification; `seed` draws the wrong labels, the Gaussian inputs and their targets. */
export function deepData(spec: DataSpec, seed: number, directory: string | undefined): DeepData {
  if (spec.dataset === 'gaussian') {
    const none = { inputs: tensor([0, spec.inputs]), targets: tensor([0, 2]) }
    return { training: gaussianSplit(spec, seed), test: none, classification: false }
  }
  const { noise, ...images } = spec
  const { training, test } = imagesOf(images, directory)
  const wrong = (split: Split, name: string): Split =>
    noise === 0 ? split : { inputs: split.inputs, targets: corrupted(split.targets, noise, seed, name) }
  return { training: wrong(training, 'training'), test: wrong(test, 'test'), classification: true }
}

/**
 * Each label with probability p replaced by a uniform class, the right one included.
 * Why: sample i is replaced when its own draw u_i < p, so that of two levels the higher one keeps the wrong labels of
 * the lower, and levels differ by what is added.
 */
export function corrupted(targets: Tensor, p: number, seed: number, name: string): Tensor {
  const [rows, classes] = targets.shape
  const stream = randomStream(seed, `label-noise/${name}`)
  const out = tensor(targets.shape, targets.data.slice())
  for (let i = 0; i < rows; i++) {
    if (uniformAt(stream, 2 * i) >= p) continue
    out.data.fill(0, i * classes, (i + 1) * classes)
    out.data[i * classes + Math.floor(classes * uniformAt(stream, 2 * i + 1))] = 1
  }
  return out
}

/** Samples with the same draws for all (α, β): y₁ = z₁, y₂ = α((1−β) z₁ + √(1 − (1−β)²) z₂). */
export function gaussianSplit({ samples, inputs, alpha, beta }: GaussianSpec, seed: number): Split {
  const x = tensor([samples, inputs],
    normalInto(new Float32Array(samples * inputs), randomStream(seed, 'gaussian/inputs')))
  const z = randomStream(seed, 'gaussian/targets')
  const correlation = 1 - beta
  const y = tensor([samples, 2])
  for (let i = 0; i < samples; i++) {
    const first = normalAt(z, 2 * i)
    y.data[2 * i] = first
    y.data[2 * i + 1] = alpha
      * (correlation * first + Math.sqrt(1 - correlation * correlation) * normalAt(z, 2 * i + 1))
  }
  return { inputs: x, targets: y }
}

function readImages({ side, samples, testSamples }: Omit<ImageSpec, 'noise'>, dataset: 'mnist' | 'cifar10',
  directory: string | undefined): { training: Split; test: Split }
{
  const { training, test } = readDataset(dataset, directory, { trainingSamples: samples, validationSamples: 0,
    standardize: 'none' })
  const [channels, from] = SHAPES[dataset].sample
  const first = ({ inputs, targets }: Split, count: number): Split => {
    const rows = Uint32Array.from({ length: Math.min(count, inputs.shape[0]) }, (_, i) => i)
    const images = gatherRows(inputs, rows)
    return { inputs: side === from ? images : areaAverage(images, channels, from, side),
      targets: gatherRows(targets, rows) }
  }
  return standardized({ training: first(training, samples), test: first(test, testSamples) })
}

/** Ten Gaussian classes around centers of length √10, in side² dimensions. */
function clusters({ side, samples, testSamples }: Omit<ImageSpec, 'noise'>): { training: Split; test: Split } {
  const classes = 10
  const size = side * side
  const centers = normalInto(new Float64Array(classes * size), randomStream(0, 'clusters/centers'),
    Math.sqrt(10 / size))
  const part = (name: string, count: number): Split => {
    const inputs = tensor([count, size],
      normalInto(new Float32Array(count * size), randomStream(0, `clusters/${name}`)))
    const targets = tensor([count, classes])
    for (let i = 0; i < count; i++) {
      const label = i % classes
      targets.data[i * classes + label] = 1
      for (let j = 0; j < size; j++) inputs.data[i * size + j] += centers[label * size + j]
    }
    return { inputs, targets }
  }
  return standardized({ training: part('training', samples), test: part('test', testSamples) })
}

/** One mean and one deviation over all pixels of the training samples, as the authors' code has it. */
function standardized({ training, test }: { training: Split; test: Split }): { training: Split; test: Split } {
  const figures = fitStandardization(training.inputs)
  for (const { inputs } of [training, test]) if (inputs.data.length > 0) standardizeInto(inputs, inputs, figures)
  return { training, test }
}

/** Rows drawn for the measures of alignment: the same for all seeds. */
export function probeRows(samples: number, count: number): Uint32Array {
  return count >= samples ? Uint32Array.from({ length: samples }, (_, i) => i) : splitRows(samples, count, 0).validation
}
