// How curved the loss is where a training stands: what decides whether steps of the gradient are too long.

import { type Layer, type Loss, parametersOf, planned } from '../../../nn/index.ts'
import { partsOf } from '../../../dfa/rules/rule.ts'
import { cosine, dot, type Kernels, normalInto, randomStream } from '../../../tensor/index.ts'
import type { Split } from '../../training/datasets.ts'

/**
 * Largest |λ| of the Hessian of the mean loss over the samples, by power iteration on differences of exact gradients,
 * whatever rule is installed; at 2/η steps of length η no longer come back along its direction. Parameters, points and
 * transports are as before.
 * Accuracy: differences over 10⁻² in float32, some per cent; the iteration ends when the direction turns by less than 10⁻³.
 */
export function sharpness(network: Layer, loss: Loss, { inputs, targets }: Split, kernels: Kernels): number {
  const parameters = parametersOf(network)
  const { points, carriers } = partsOf(network)
  const transports = carriers.map(({ transport }) => transport)
  const transparent = points.map((point) => point.transparent)
  const kept = parameters.map(({ value }) => value.data.slice())
  const size = kept.reduce((total, { length }) => total + length, 0)
  const errors = planned('sharpness', kernels, (shape, space) => space.tensor(shape))
  const gradientAt = (direction: Float32Array, step: number): Float32Array => {
    let from = 0
    parameters.forEach(({ value: { data } }, index) => {
      for (let i = 0; i < data.length; i++) data[i] = kept[index][i] + step * direction[from++]
    })
    const error = errors(targets)
    loss.evaluateInto(error, network.forward(inputs), targets)
    network.backward(error, false)
    const out = new Float32Array(size)
    from = 0
    for (const { gradient: { data } } of parameters) {
      out.set(data, from)
      from += data.length
    }
    return out
  }
  let direction = normalInto(new Float32Array(size), randomStream(0, 'sharpness'))
  let found = 0
  try {
    for (const point of points) point.transparent = true
    for (const layer of carriers) layer.transport = undefined
    for (let turn = 0, turned = 1; turn < 100 && turned > 1e-6; turn++) {
      const length = Math.sqrt(dot(direction, direction))
      const unit = direction.map((x) => x / length)
      const above = gradientAt(unit, STEP), below = gradientAt(unit, -STEP)
      direction = above.map((x, i) => (x - below[i]) / (2 * STEP))
      found = Math.sqrt(dot(direction, direction))
      turned = 1 - Math.abs(cosine(direction, unit))
    }
  } finally {
    points.forEach((point, index) => {
      point.transparent = transparent[index]
    })
    carriers.forEach((layer, index) => {
      layer.transport = transports[index]
    })
    parameters.forEach(({ value }, index) => value.data.set(kept[index]))
  }
  return found
}

const STEP = 1e-2
