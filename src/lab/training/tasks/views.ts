// Pictures of a scene, from which its colors and densities are learnt: a ray is a sample.

import type { View } from '../../../data/index.ts'
import type { Trainer } from '../../../dfa/index.ts'
import { type Layer, psnr, squaredError } from '../../../nn/index.ts'
import { type Kernels, type Tensor, tensor } from '../../../tensor/index.ts'
import { mean } from '../../statistics.ts'
import type { Split } from '../datasets.ts'
import { nerfModel } from '../nerf-models.ts'
import type { TrainingConfiguration } from '../options.ts'
import { LEGO_FILES, readScene, renderView, type Scene, type SceneName } from '../scenes.ts'
import type { Score } from '../score.ts'
import { checkedRead, refuseShaped } from './checks.ts'
import { rowParts } from './rows.ts'
import type { Material, Measure, Task } from './task.ts'

/** Throws: RangeError for sizes that do not fit. */
function networkOf(c: TrainingConfiguration, { near, far }: Pick<Scene, 'near' | 'far'>, kernels?: Kernels): Layer {
  return nerfModel({
    depth: c.depth,
    width: c.width,
    frequencies: c.frequencies,
    samples: c['ray-samples'],
    activation: c.activation,
    near,
    far,
    seed: c.seed,
    ...(kernels === undefined ? {} : { kernels }),
  })
}

/** The rows of tensors of one width, one below the other. */
function stacked(parts: readonly Tensor[]): Tensor {
  const rows = parts.reduce((sum, { shape }) => sum + shape[0], 0)
  const all = tensor([rows, parts[0].shape[1]])
  let at = 0
  for (const { data } of parts) {
    all.data.set(data, at)
    at += data.length
  }
  return all
}

/** All rays of views with their colors. */
function raysOf(views: readonly View[]): Split {
  return { inputs: stacked(views.map(({ rays }) => rays)), targets: stacked(views.map(({ colors }) => colors)) }
}

/** Loss per ray and the mean over views of their PSNR, of the first views that have `count` rays. */
function scoreOf(run: Trainer, views: readonly View[], count: number): Score {
  const seen = views.slice(0, Math.ceil(count / views[0].colors.shape[0]))
  const rendered = seen.map((view) => renderView(run, view))
  const output = stacked(rendered), target = stacked(seen.map(({ colors }) => colors))
  return {
    loss: squaredError('mean').evaluateInto(tensor(target.shape), output, target),
    psnr: mean(rendered.map((image, index) => psnr(image, seen[index].colors))),
  }
}

/** A scene as the material of trainings. */
export function viewsOf(scene: Scene): Material {
  const splits = { training: raysOf(scene.training), validation: raysOf(scene.validation), test: raysOf(scene.test) }
  return {
    content: Object.values(splits).flatMap(({ inputs, targets }) => [inputs, targets]),
    compose(c, kernels) {
      return {
        ...rowParts(splits, c, kernels),
        network: networkOf(c, scene, kernels),
        loss: squaredError('mean'),
        score: (run, split, count) => scoreOf(run, scene[split], count),
      }
    },
  }
}

const PSNR: Measure = {
  name: 'psnr',
  word: 'PSNR',
  title: 'PSNR',
  label: 'PSNR (dB)',
  unit: 'dB',
  inUnit: (value) => value,
  text: (value) => `${value.toFixed(2)} dB`,
  best: 'highest',
}

/** Views of a scene. */
export const views: Task = {
  title: 'views of a scene',
  about: 'spheres (generated), lego with nerf: rays are samples, the loss is half the squared error of a color, scores '
    + 'are PSNR in dB, mean over views. Adam, rate 0.005, 3 layers of width 128, 128 rays of 20 samples in a step, 10 '
    + 'epochs; lego: 6 octaves, 32 samples, 1 epoch',
  datasets: { spheres: { files: [] }, lego: { files: LEGO_FILES } },
  models: ['nerf'],
  takesLayers: false,
  uses: ['initialization', 'initial-scale', 'activation', 'batch', 'width', 'depth', 'side', 'frequencies',
    'ray-samples'],
  reasons: {
    hidden: 'its layers have one --width, and their number is --depth',
    loss: 'the loss is the squared error of colors',
    reduction: 'the loss is the mean over rays',
    'hidden-reduction': 'the loss is the mean over rays',
    'training-samples': 'all training views train',
    'validation-samples': 'a scene has views to validate',
    standardize: 'places are encoded as they are',
  },
  defaultsFor: ({ dataset, rule }) => ({
    width: 128,
    batch: 128,
    optimizer: 'adam',
    'feedback-normalization': 'width',
    rate: rule === 'frozen' ? 0.02 : 0.005,
    epochs: 10,
    ...({ spheres: {}, lego: { frequencies: 6, 'ray-samples': 32, epochs: 1 } }[dataset as SceneName]),
  }),
  refuse(c, given, faults) {
    refuseShaped(c, 'rays', faults)
    if (given.has('side') && c.dataset !== 'spheres') faults.push(`--side: the views of ${c.dataset} have their own`)
  },
  sketch: (c) => networkOf(c, { near: 1, far: 2 }),
  read: (c, directory) => viewsOf(checkedRead(() => readScene(c.dataset as SceneName, directory ?? '', c.side))),
  subject: ({ model, dataset }) => `${model} on ${dataset}`,
  objective: () => 'squared error per ray',
  units: { all: 'rays', short: 'rays' },
  measures: [PSNR],
  aligned: 'signal',
}
