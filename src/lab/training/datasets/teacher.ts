// A generated task: no files, any machine.

import type { LabeledImages } from '../../../data/index.ts'
import { normalInto, randomStream, tanh, tensor } from '../../../tensor/index.ts'
import type { DatasetSource } from './source.ts'

/** Twenty Gaussian inputs, ten classes. */
export const teacher: DatasetSource = {
  sample: [1, 1, 20],
  classes: 10,
  files: [],
  read: () => ({ training: teacherSplit('training', 4000), test: teacherSplit('test', 1000) }),
}

/** Labels argmax V·tanh(W x), x ~ N(0, 1): a task that a hidden layer is needed for. */
function teacherSplit(name: string, count: number): LabeledImages {
  const inputs = 20, hidden = 30, classes = 10
  const images = tensor([count, inputs],
    normalInto(new Float32Array(count * inputs), randomStream(0, `teacher/${name}`)))
  const w = normalInto(new Float64Array(hidden * inputs), randomStream(0, 'teacher/w'), 1 / Math.sqrt(inputs))
  const v = normalInto(new Float64Array(classes * hidden), randomStream(0, 'teacher/v'))
  const labels = Uint8Array.from({ length: count }, (_, row) => {
    const h = Array.from({ length: hidden }, (__, j) => {
      let sum = 0
      for (let i = 0; i < inputs; i++) sum += w[j * inputs + i] * images.data[row * inputs + i]
      return tanh(2 * sum)
    })
    const scores = Array.from({ length: classes },
      (__, k) => h.reduce((sum, value, j) => sum + v[k * hidden + j] * value, 0))
    return scores.indexOf(Math.max(...scores))
  })
  return { images, labels, channels: 1, height: 1, width: inputs }
}
