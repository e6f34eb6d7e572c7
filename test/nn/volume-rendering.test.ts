import { describe, expect, it } from 'vitest'
import { chain, dense, type Layer, parametersOf, stateOf, volumeRendering } from '../../src/nn/index.ts'
import type { VolumeRenderingOptions } from '../../src/nn/volume-rendering.ts'
import { tensor } from '../../src/tensor/index.ts'
import { expectEmptyBatch, expectFilledInput, expectNamedMisuse, expectPlannedBuffers,
  randomTensor } from './layer-laws.ts'

/** The same four numbers everywhere, by default red, green and blue of ½ in a dense fog. */
function even(bias: readonly number[] = [0, 0, 0, 50], weight: readonly number[] = []): Layer {
  const field = dense({ name: 'd', inputs: 3, outputs: 4 })
  field.weight.value.data.set(weight)
  field.bias?.value.data.set(bias)
  return field
}

const made = (options: Partial<VolumeRenderingOptions> = {}) =>
  volumeRendering({ name: 'v', field: even(), samples: 4, near: 1, far: 3, seed: 1, ...options })

const ray = tensor([1, 6], Float32Array.of(0, 0, 0, 0, 0, 1))
const asleep = (layer: ReturnType<typeof made>): ReturnType<typeof made> => Object.assign(layer, { training: false })
/** A fog of relu density a over 2 units of length lets e^(−2a) through. */
const HALF = Math.LN2 / 2

describe('volumeRendering', () => {
  it('mixes the color of an even fog with the background as its depth says', () => {
    const field = even([Math.log(3), 0, -Math.log(3), HALF])
    const fog = (
      options: Partial<VolumeRenderingOptions>,
    ): number[] => [...asleep(made({ field, density: 'relu', ...options })).forward(ray).data]
    const close = (got: readonly number[], want: readonly number[]): void =>
      got.forEach((v, i) => expect(v).toBeCloseTo(want[i], 6))
    close(fog({}), [0.875, 0.75, 0.625])
    close(fog({ background: [0, 1, 0.25] }), [0.375, 0.75, 0.25])
    close(fog({ samples: 1, background: [0, 0, 0] }), [0.375, 0.25, 0.125])
  })

  it('sees nothing but the background where density is zero, and of a softplus never quite', () => {
    const empty = even([0, 0, 0, -3])
    expect([...asleep(made({ field: empty, density: 'relu' })).forward(ray).data]).toEqual([1, 1, 1])
    const thin = 2 * Math.log(1 + Math.exp(-4))
    const [red] = asleep(made({ field: empty })).forward(ray).data
    expect(red).toBeCloseTo(0.5 * (1 - Math.exp(-thin)) + Math.exp(-thin), 6)
  })

  it('looks at the middle of every interval in evaluation, anywhere in it while training', () => {
    const seen: number[][] = []
    const field: Layer = { ...chain('c', [even()]) }
    const spy: Layer = {
      ...field,
      forward(x) {
        seen.push([...x.data])
        return field.forward(x)
      },
    }
    const layer = made({ field: spy })
    const from = tensor([1, 6], Float32Array.of(10, 20, 30, 1, 0, -1))
    layer.forward(from)
    layer.forward(from)
    asleep(layer).forward(from)
    const [first, second, middle] = seen.map((points) => points.filter((_, i) => i % 3 === 0).map((x) => x - 10))
    expect(middle).toEqual([1.25, 1.75, 2.25, 2.75])
    expect(seen[2].slice(3, 6)).toEqual([11.75, 20, 28.25])
    for (const t of [first, second]) t.forEach((at, i) => expect(Math.floor(2 * (at - 1)), `${at}`).toBe(i))
    expect(first).not.toEqual(second)
    expect(layer.steps.data[0]).toBe(2)
  })

  it('draws by seed, name and step, and resumes with the same bits', () => {
    // A density that grows along the ray, so that places show.
    const field = (): Layer => even([0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])
    const rays = tensor([3, 6], Float32Array.from({ length: 18 }, (_, i) => (i % 6 === 5 ? 1 : 0)))
    const drawn = (layer: ReturnType<typeof made>): number[] => [...layer.forward(rays).data]
    const layer = made({ field: field() })
    const colors = [0, 1, 2].map(() => drawn(layer))
    expect(new Set(colors.flatMap((three) => [three[0], three[3], three[6]])).size).toBe(9)
    expect(stateOf(layer)).toEqual([{ name: 'v/steps', data: Float64Array.of(3) }])
    const resumed = made({ field: field() })
    resumed.steps.data[0] = 1
    expect([drawn(resumed), drawn(resumed)]).toEqual(colors.slice(1))
    expect(drawn(made({ field: field(), seed: 2 }))).not.toEqual(colors[0])
    expect(drawn(made({ field: field(), name: 'w' }))).not.toEqual(colors[0])
    const regular = made({ field: field(), jitter: false })
    expect(drawn(regular)).toEqual(drawn(asleep(made({ field: field() }))))
    expect(regular.steps.data[0]).toBe(0)
  })

  it('gives the field no gradient of what a wall hides', () => {
    const wall = even([0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4000])
    const layer = asleep(made({ field: wall }))
    layer.forward(ray)
    const dx = layer.backward(tensor([1, 3], Float32Array.of(1, 1, 1)), true)
    expect([...(dx?.data ?? [])].map(Math.abs)).toEqual([0, 0, 0, 0, 0, 0])
    // dσ of a color of ½ before black: nothing left to absorb; the color itself takes everything.
    const [weight, bias] = parametersOf(wall).map(({ gradient }) => [...gradient.data])
    expect(bias).toEqual([0.25, 0.25, 0.25, 0])
    expect(weight.slice(0, 3)).toEqual([0, 0, 0.25 * 1.25])
  })

  it('plans its buffers, takes an empty batch, names misuse', () => {
    expectPlannedBuffers((kernels) =>
      volumeRendering({
        name: 'v',
        field: dense({ name: 'd', inputs: 3, outputs: 4, kernels }),
        samples: 2,
        near: 0,
        far: 1,
        seed: 1,
        kernels,
      }), [6])
    expectEmptyBatch(made(), [6])
    expectNamedMisuse(made(), randomTensor(1, [3, 6]))
    expectFilledInput(asleep(made()), randomTensor(1, [3, 6]))
    expect(() => made().forward(tensor([2, 5]))).toThrow(
      new RangeError('volumeRendering v: input must have shape [B, 6], got [2, 5]'),
    )
    expect(() => made({ field: dense({ name: 'd', inputs: 3, outputs: 3 }) }).outputShape([2, 6])).toThrow(
      new RangeError('volumeRendering v: field must give [N, 4] for [N, 3], got [8, 3]'),
    )
    expect(() => made({ far: 1 })).toThrow(
      new RangeError('volumeRendering v: far must be beyond near, and near at least 0, got 1 to 1'),
    )
    expect(() => made({ density: 'exp' as 'relu' })).toThrow(
      new RangeError('volumeRendering v: density must be one of softplus, relu, got "exp"'),
    )
    expect(() => made({ background: [0, NaN, 0] })).toThrow(RangeError)
    expect(() => made({ samples: 0 })).toThrow(RangeError)
    expect(() => made({ seed: -1 })).toThrow(RangeError)
  })
})
