import { describe, expect, it } from 'vitest'
import { deliverNothing, feedbackPoint } from '../../src/dfa/index.ts'
import { chain, dense, flatten, history, type Layer } from '../../src/nn/index.ts'
import { tensor } from '../../src/tensor/index.ts'
import { expectNamedMisuse, expectPlannedBuffers, randomTensor } from './layer-laws.ts'

/** Takes the whole stack [N, l, 2] to [N, 2]. */
const step = (l: number, end?: Layer): Layer =>
  chain(`f${l}`, [flatten({ name: `flat${l}` }), dense({ name: `d${l}`, inputs: 2 * l, outputs: 2 }),
    ...(end === undefined ? [] : [end])])

describe('history', () => {
  it('is nothing without layers', () => {
    const layer = history({ name: 'h', layers: [] })
    const x = randomTensor(1, [3, 2])
    expect(layer.forward(x).data).toEqual(x.data)
    expect(layer.backward(x, true)).toBe(x)
  })

  it('computes no gradient that a point below ignores', () => {
    const points = [1, 2, 3].map((l) => feedbackPoint(`p${l}`, 2))
    for (const point of points) point.delivery = deliverNothing
    const layer = history({ name: 'h', layers: points.map((point, i) => step(i + 1, point)) })
    expect(layer.usesOutputGradient).toBe(false)
    layer.forward(randomTensor(1, [3, 2]))
    const wanted: boolean[] = []
    for (const child of layer.children) {
      const { backward } = child
      Object.assign(child, {
        backward: (dy: undefined, wantInput: boolean) => {
          wanted.push(wantInput)
          expect(dy).toBeUndefined()
          return backward(dy, wantInput)
        },
      })
    }
    expect(layer.backward(undefined, false)).toBeUndefined()
    expect(wanted).toEqual([false, false, false])
  })

  it('plans its buffers and names misuse', () => {
    expectPlannedBuffers((kernels) =>
      history({
        name: 'h',
        kernels,
        layers: [1, 2].map((l) =>
          chain(`f${l}`, [flatten({ name: `flat${l}` }), dense({ name: `d${l}`, inputs: 2 * l, outputs: 2, kernels })])
        ),
      }), [2])
    expectNamedMisuse(history({ name: 'h', layers: [step(1)] }), randomTensor(1, [3, 2]))
    expect(() => history({ name: 'h', layers: [step(1), step(1)] }).forward(tensor([3, 2]))).toThrow(RangeError)
    const wide = chain('wide', [flatten({ name: 'f' }), dense({ name: 'd', inputs: 2, outputs: 3 })])
    expect(() => history({ name: 'h', layers: [wide] }).forward(tensor([3, 2]))).toThrow(
      new RangeError('history h: wide must keep the shape [3, 2], got [3, 3]'),
    )
  })
})
