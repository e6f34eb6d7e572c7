import { describe, expect, it } from 'vitest'
import { erf, philox, randomStream, stepNormalsInto } from '../../src/tensor/index.ts'
import { hashOf } from '../theory/teacher-student/cases.ts'

const MASK = 0xffffffffn

/** xoshiro128++ by its published definition, in exact integers. */
function* words(state: readonly bigint[]): Generator<bigint> {
  const s = state.slice()
  const rotl = (x: bigint, k: bigint): bigint => (x << k | x >> 32n - k) & MASK
  for (;;) {
    yield rotl(s[0] + s[3] & MASK, 7n) + s[0] & MASK
    const t = s[1] << 9n & MASK
    s[2] ^= s[0]
    s[3] ^= s[1]
    s[1] ^= s[2]
    s[0] ^= s[3]
    s[2] ^= t
    s[3] = rotl(s[3], 11n)
  }
}

/** The ziggurat by its definition, with the host's functions. */
function* normals(state: readonly bigint[]): Generator<number> {
  const r = 3.6541528853610088
  const f = (x: number): number => Math.exp(-x * x / 2)
  const area = 0.0049286732339746554
  const edges = [area / f(r), r]
  while (edges.length < 256) {
    const x = edges[edges.length - 1]
    edges.push(Math.sqrt(-2 * Math.log(f(x) + area / x)))
  }
  edges.push(0)
  const source = words(state)
  const word = (): number => Number(source.next().value as bigint)
  const uniform = (): number => (word() + 0.5) / 2 ** 32
  for (;;) {
    const u = word()
    const layer = u % 256
    const x = (Math.floor(u / 256) - (u >= 2 ** 31 ? 2 ** 24 : 0) + 0.5) / 2 ** 23 * edges[layer]
    if (Math.abs(x) < edges[layer + 1]) yield x
    else if (layer === 0) {
      let a = 0
      do a = -Math.log(uniform()) / r
      while (-2 * Math.log(uniform()) <= a * a)
      yield Math.sign(x) * (r + a)
    } else if (f(edges[layer]) + uniform() * (f(edges[layer + 1]) - f(edges[layer])) < f(x)) yield x
  }
}

const stateOf = (seed: number, name: string, step: number): readonly bigint[] => {
  const { key, hash } = randomStream(seed, name)
  const high = Math.floor(step / 2 ** 32)
  const block = philox(new Uint32Array(4), step | 0, high, hash[0], hash[1] ^ 0x53746570, key[0], key[1])
  return Array.from(block, BigInt)
}

describe('the independent generator of these tests', () => {
  it('has the published words of xoshiro128++ from the state 1, 2, 3, 4', () => {
    const source = words([1n, 2n, 3n, 4n])
    const found = Array.from({ length: 10 }, () => Number(source.next().value as bigint))
    expect(found).toEqual([641, 1573767, 3222811527, 3517856514, 836907274, 4247214768, 3867114732, 1355841295,
      495546011, 621204420])
  })
})

describe('stepNormalsInto', () => {
  it('is the ziggurat on xoshiro128++ from the Philox block of the step, tails and wedges included', () => {
    for (const [seed, step] of [[1, 0], [2, 1], [3, 2 ** 32 + 7], [2 ** 40, 123456]]) {
      const source = normals(stateOf(seed, 'test', step))
      const out = stepNormalsInto(new Float64Array(40_000), randomStream(seed, 'test'), step)
      let worst = 0, beyond = 0
      for (const x of out) {
        worst = Math.max(worst, Math.abs(x - (source.next().value as number)))
        if (Math.abs(x) > 3.6541528853610088) beyond++
      }
      // The host's exp and log may differ in the last bit.
      expect(worst, `seed ${seed}, step ${step}`).toBeLessThan(1e-14)
      expect(beyond, `seed ${seed}, step ${step}`).toBeGreaterThan(0)
    }
  })

  it('has the same bits in every engine', () => {
    const out = stepNormalsInto(new Float64Array(1000), randomStream(7, 'bits'), 3)
    const bits = new BigUint64Array(out.buffer)
    expect(Array.from(bits.subarray(0, 3), (b) => b.toString(16))).toEqual(['3fe0311f8316bd0f', '3ff3c0c8cfe4c324',
      'bfe8d8ca722e845a'])
    expect(hashOf(bits)).toBe('bd7ccbb35a7c3568')
  })

  it('depends on seed, name and step alone, and not on how many numbers are asked for', () => {
    const stream = randomStream(5, 'a')
    const draw = (length: number, of = stream, step = 9): readonly number[] =>
      Array.from(stepNormalsInto(new Float64Array(length), of, step))
    const long = draw(3000)
    expect(draw(1234)).toEqual(long.slice(0, 1234))
    expect(stream.position).toBe(0)
    expect(() => draw(1, stream, 0.5)).toThrow('stepNormalsInto: step must be a whole number of at least 0, got 0.5')
    expect(draw(3000, stream, 10)).not.toEqual(long)
    expect(draw(3000, stream, 9 + 2 ** 32)).not.toEqual(long)
    expect(draw(3000, randomStream(6, 'a'))).not.toEqual(long)
    expect(draw(3000, randomStream(5, 'b'))).not.toEqual(long)
  })

  it('is normal: moments, the distribution over 64 intervals and beyond 3.65, within 5 standard errors', () => {
    const stream = randomStream(11, 'normal')
    const x = new Float64Array(1000)
    const steps = 3000
    const count = steps * x.length
    const sums = [0, 0, 0, 0]
    const bins = new Float64Array(66)
    for (let step = 0; step < steps; step++) {
      stepNormalsInto(x, stream, step)
      for (const value of x) {
        let power = 1
        for (let p = 0; p < 4; p++) sums[p] += power *= value
        bins[Math.max(0, Math.min(65, Math.floor(value * 8.75) + 33))]++
      }
    }
    const expected = [0, 1, 0, 3], variance = [1, 2, 15, 96]
    sums.forEach((sum, p) => {
      const error = Math.sqrt(variance[p] / count)
      expect(Math.abs(sum / count - expected[p]), `moment ${p + 1}`).toBeLessThan(5 * error)
    })
    const below = (value: number): number => (1 + erf(value / Math.SQRT2)) / 2
    let square = 0
    bins.forEach((found, i) => {
      const low = i === 0 ? 0 : below((i - 33) / 8.75), high = i === 65 ? 1 : below((i - 32) / 8.75)
      const wanted = (high - low) * count
      square += (found - wanted) ** 2 / wanted
    })
    expect(square).toBeLessThan(65 + 5 * Math.sqrt(130))
  })

  it('has no correlation within a step, between successive steps or between streams', () => {
    const a = randomStream(12, 'a'), b = randomStream(12, 'b')
    const x = new Float64Array(500), y = new Float64Array(500), z = new Float64Array(500)
    let neighbors = 0, steps = 0, streams = 0
    for (let step = 0; step < 4000; step++) {
      stepNormalsInto(x, a, step)
      stepNormalsInto(y, a, step + 1)
      stepNormalsInto(z, b, step)
      for (let i = 0; i < 499; i++) {
        neighbors += x[i] * x[i + 1]
        steps += x[i] * y[i]
        streams += x[i] * z[i]
      }
    }
    const bound = 5 * Math.sqrt(4000 * 499)
    for (const [name, sum] of Object.entries({ neighbors, steps, streams })) {
      expect(Math.abs(sum), name).toBeLessThan(bound)
    }
  })
})
