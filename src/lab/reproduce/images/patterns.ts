// Small generated images for the quick scale: shifted and noisy copies of one smooth pattern per class.

import { fitStandardization, standardizeInto } from '../../../data/index.ts'
import { normalInto, randomStream, tensor, uniform } from '../../../tensor/index.ts'
import type { Dataset, Split } from '../../training/datasets.ts'

/** Height and width of the images. */
export const PATTERN_SIDE = 12
const CLASSES = 10
const NOISE = 0.7

/** `count` training and test images [1, 12, 12] of ten classes; the same for any seed of a training. */
export function patternImages(count: number): Pick<Dataset, 'sample' | 'classes' | 'training' | 'test'> {
  const size = PATTERN_SIDE * PATTERN_SIDE
  const rough = normalInto(new Float64Array(CLASSES * size), randomStream(0, 'patterns/classes'))
  const at = (c: number, y: number, x: number): number =>
    rough[c * size + ((y + PATTERN_SIDE) % PATTERN_SIDE) * PATTERN_SIDE + ((x + PATTERN_SIDE) % PATTERN_SIDE)]
  // Sums over 2×2 squares: neighbors are alike, as in photographs.
  const smooth = (c: number, y: number, x: number): number =>
    (at(c, y, x) + at(c, y, x + 1) + at(c, y + 1, x) + at(c, y + 1, x + 1)) / 2
  const split = (name: string): Split => {
    const stream = randomStream(0, `patterns/${name}`)
    const inputs = tensor([count, size])
    normalInto(inputs.data, randomStream(0, `patterns/${name}/noise`), NOISE)
    const targets = tensor([count, CLASSES])
    for (let row = 0; row < count; row++) {
      const c = row % CLASSES
      const dy = Math.floor(3 * uniform(stream)) - 1, dx = Math.floor(3 * uniform(stream)) - 1
      for (let p = 0; p < size; p++) {
        inputs.data[row * size + p] += smooth(c, Math.floor(p / PATTERN_SIDE) + dy, (p % PATTERN_SIDE) + dx)
      }
      targets.data[row * CLASSES + c] = 1
    }
    return { inputs, targets }
  }
  const training = split('training'), test = split('test')
  const figures = fitStandardization(training.inputs, 1)
  for (const { inputs } of [training, test]) standardizeInto(inputs, inputs, figures)
  return { sample: [1, PATTERN_SIDE, PATTERN_SIDE], classes: CLASSES, training, test }
}
