// Rows of the gradient table for layers along rays. The twins multiply transmittances, where the source adds depths.

import { chain, dense, type DensityKind, frequencyEncoding, volumeRendering } from '../../src/nn/index.ts'
import { type Color, philox, randomStream } from '../../src/tensor/index.ts'
import type { Row } from './gradient-rows.ts'

const steps = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i)

/** All waves of one point: by octaves, in each the sines of all coordinates and then their cosines. */
export function waves(point: readonly number[], frequencies: number): readonly number[] {
  return [...point,
    ...steps(frequencies).flatMap((k) => [Math.sin, Math.cos].flatMap((wave) => point.map((x) => wave(2 ** k * x))))]
}

const rowsOf = (x: ArrayLike<number>, width: number): readonly (readonly number[])[] =>
  steps(x.length / width).map((i) => steps(width).map((f) => x[i * width + f]))

const ENCODINGS: readonly (readonly [batch: number, inputs: number, frequencies: number])[] = [[1, 1, 0], [4, 3, 5], [3,
  2, 1], [2, 1, 6]]

const SIGMA: Readonly<Record<DensityKind, (a: number) => number>> = {
  softplus: (a) => Math.log(1 + Math.exp(a - 1)),
  relu: (a) => (a > 0 ? a : 0),
}

interface Setting {
  readonly samples: number
  readonly density: DensityKind
  readonly background: Color
  readonly jitter: boolean
}

const NEAR = 1,
  FAR = 3,
  RAYS = 3,
  SEED = 5

/** Distances of the first training step. */
function distances({ samples, jitter }: Setting, ray: number): readonly number[] {
  const { key, hash } = randomStream(SEED, 'rays/v')
  return steps(samples).map((s) => {
    const i = ray * samples + s
    const word = philox(new Uint32Array(4), Math.floor(i / 4), 0, hash[0], hash[1] ^ 0x4a697474, key[0], key[1])[i % 4]
    return Math.fround(NEAR + (s + (jitter ? word / 2 ** 32 : 0.5)) * (FAR - NEAR) / samples)
  })
}

/** Colors of rays through a field. */
function rendered(x: Float64Array, setting: Setting,
  field: (point: readonly number[]) => readonly number[]): Float64Array
{
  const { samples, density, background } = setting
  return Float64Array.from(rowsOf(x, 6).flatMap((ray, index) => {
    const t = distances(setting, index)
    const color = [0, 0, 0]
    let light = 1
    t.forEach((at, s) => {
      const a = field([0, 1, 2].map((c) => ray[c] + at * ray[3 + c]))
      const kept = Math.exp(-SIGMA[density](a[3]) * ((t[s + 1] ?? at + (FAR - NEAR) / samples) - at))
      for (const c of [0, 1, 2]) color[c] += light * (1 - kept) / (1 + Math.exp(-a[c]))
      light *= kept
    })
    return color.map((value, c) => value + light * background[c])
  }))
}

const SETTINGS: readonly Setting[] = [{ samples: 1, density: 'softplus', background: [1, 1, 1], jitter: false }, {
  samples: 5,
  density: 'softplus',
  background: [1, 1, 1],
  jitter: true,
}, { samples: 4, density: 'relu', background: [0.25, 0, 1], jitter: false }]

/** The rows of coordinates in waves and of colors along rays. */
export const RAY_ROWS: readonly Row[] = [...ENCODINGS.map(([batch, inputs, frequencies]): Row => ({
  name: `${frequencies} octaves of [${batch}, ${inputs}]`,
  shape: [batch, inputs],
  build: (kernels) => frequencyEncoding({ name: 'f', inputs, frequencies, kernels }),
  twin: (x) => Float64Array.from(rowsOf(x, inputs).flatMap((point) => waves(point, frequencies))),
  ulps: 0.5001,
})), ...SETTINGS.map((setting): Row => ({
  name: `colors along rays of ${setting.samples} samples, ${setting.density}, ${setting.jitter ? 'drawn' : 'regular'}`,
  shape: [RAYS, 6],
  build: (kernels) =>
    volumeRendering({
      ...setting,
      name: 'v',
      near: NEAR,
      far: FAR,
      seed: SEED,
      field: chain('field', [frequencyEncoding({ name: 'f', inputs: 3, frequencies: 1, kernels }),
        dense({ name: 'd', inputs: 9, outputs: 4, kernels })]),
      kernels,
    }),
  twin: (x, [weight, bias]) =>
    rendered(x, setting, (point) => {
      const inputs = waves(point, 1)
      return [0, 1, 2, 3].map((o) => inputs.reduce((total, v, i) => total + v * weight[9 * o + i], bias[o]))
    }),
  ulps: 8,
}))]
