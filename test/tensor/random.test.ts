import { describe, expect, it } from 'vitest'
import { erf } from '../../src/tensor/functions/index.ts'
import { normal, normalAt, normalInto, permutation, philox, randomOrthogonal, type RandomStream, randomStream, uniform,
  uniformAt, uniformInto } from '../../src/tensor/random.ts'

const hex = (x: Uint32Array): string => [...x].map((v) => v.toString(16).padStart(8, '0')).join(' ')
const word = (x: number): number => x >>> 0

/** Philox 4×32-10 in BigInt, straight from section 3.3 of Salmon et al. 2011. */
function philoxBig(counter: readonly number[], key: readonly number[]): number[] {
  let [c0, c1, c2, c3] = counter.map(BigInt)
  let [k0, k1] = key.map(BigInt)
  const low = 0xffffffffn
  for (let round = 0; round < 10; round++) {
    const p0 = 0xd2511f53n * c0, p1 = 0xcd9e8d57n * c2
    ;[c0, c1, c2, c3] = [(p1 >> 32n) ^ c1 ^ k0, p1 & low, (p0 >> 32n) ^ c3 ^ k1, p0 & low]
    k0 = k0 + 0x9e3779b9n & low
    k1 = k1 + 0xbb67ae85n & low
  }
  return [c0, c1, c2, c3].map(Number)
}

/** 64-bit FNV-1a of UTF-16 code units in BigInt. */
function fnv(name: string): bigint {
  let hash = 0xcbf29ce484222325n
  for (let i = 0; i < name.length; i++) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(name.charCodeAt(i))) * 0x100000001b3n)
  }
  return hash
}

/** The i-th uniform draw from the definition: 53 bits of half a block whose counter holds i/2 and the name. */
function uniformBig(seed: number, name: string, i: number, half = 0): number {
  const block = Math.floor(i / 2), hash = fnv(name)
  const counter = [block % 2 ** 32, Math.floor(block / 2 ** 32), Number(hash & 0xffffffffn),
    word(Number(hash >> 32n) ^ half)]
  const words = philoxBig(counter, [seed % 2 ** 32, Math.floor(seed / 2 ** 32)])
  const [high, low] = i % 2 === 0 ? [words[0], words[1]] : [words[2], words[3]]
  return Number((BigInt(high) << 21n) | BigInt(low >>> 11)) / 2 ** 53
}

const NORMAL_HALF = 0x4e6f726d

// Seed 42, stream `golden`: the first four uniform and normal draws as float64 bits, and a permutation of ten.
const GOLDEN_UNIFORM = ['3fe07d54c571831e', '3feb51fabcc6dd7f', '3fe835e43976dbd8', '3fd31dcc165969c6']
const GOLDEN_NORMAL = ['3ff243e36eb58739', 'bfc487d6a0cd7c1c', '3fb1b53b992cafa5', '3fea1fff59a11de5']
const GOLDEN_PERMUTATION = [0, 1, 9, 8, 3, 4, 2, 6, 7, 5]

describe('philox', () => {
  it('gives the three published vectors of Philox 4×32-10', () => {
    const out = new Uint32Array(4)
    const ones = 0xffffffff
    expect(philox(out, 0, 0, 0, 0, 0, 0)).toBe(out)
    expect(hex(out)).toBe('6627e8d5 e169c58d bc57ac4c 9b00dbd8')
    expect(hex(philox(out, ones, ones, ones, ones, ones, ones))).toBe('408f276d 41c83b0e a20bc7c6 6d5451fd')
    expect(hex(philox(out, 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0))).toBe(
      'd16cfe09 94fdcceb 5001e420 24126ea1',
    )
  })

  it('equals its BigInt twin on 500 counters and keys, given signed or unsigned', () => {
    let state: number[] = [1, 2, 3, 4]
    for (let i = 0; i < 500; i++) {
      const key = [word(state[0] * 7 + i), word(state[1] ^ i)]
      const want = philoxBig(state, key)
      const [c0, c1, c2, c3] = state
      const out = new Uint32Array(4)
      philox(out, c0, c1, c2, c3, key[0], key[1])
      expect([...out], `counter ${state} key ${key}`).toEqual(want)
      philox(out, c0 | 0, c1 | 0, c2 | 0, c3 | 0, key[0] | 0, key[1] | 0)
      expect([...out], `counter ${state} key ${key}, signed`).toEqual(want)
      state = want
    }
  })
})

describe('randomStream', () => {
  it('hashes its name by 64-bit FNV-1a over UTF-16 code units', () => {
    for (const name of ['', 'a', 'foobar', 'init/dense1/weight', 'κ≥1 — Σ', '\u{1f600}', '\uffff\uffff',
      'x'.repeat(1000)])
    {
      const { hash } = randomStream(1, name)
      expect((BigInt(word(hash[1])) << 32n) | BigInt(word(hash[0])), name).toBe(fnv(name))
    }
    // The two published vectors whose text is ASCII, so that bytes and code units agree.
    expect(fnv('a')).toBe(0xaf63dc4c8601ec8cn)
    expect(fnv('foobar')).toBe(0x85944171f73967e8n)
  })

  it('starts at position 0 and carries all 53 bits of the seed', () => {
    const top = 2 ** 53 - 1
    expect(randomStream(top, 's')).toMatchObject({ seed: top, name: 's', position: 0 })
    for (const seed of [0, 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, 2 ** 52, top]) {
      const stream = randomStream(seed, 's')
      for (const i of [0, 1, 2, 3, 99]) {
        expect(uniformAt(stream, i), `seed ${seed} draw ${i}`).toBe(uniformBig(seed, 's', i))
      }
    }
  })

  it('refuses seeds that are not whole numbers below 2⁵³', () => {
    for (const seed of [-1, 0.5, NaN, Infinity, 2 ** 53]) {
      expect(() => randomStream(seed, 's')).toThrow(
        new RangeError(`randomStream: seed must be a whole number of at least 0, got ${seed}`),
      )
    }
    for (const seed of ['1', 1n, undefined, null]) expect(() => randomStream(seed as never, 's')).toThrow(TypeError)
  })
})

describe('draws', () => {
  it('are a function of seed, name and place: random access equals the sequence', () => {
    const stream = randomStream(5, 'order')
    const one = Array.from({ length: 100 }, () => uniform(stream))
    expect(stream.position).toBe(100)
    const fresh = randomStream(5, 'order')
    for (let i = 99; i >= 0; i--) expect(uniformAt(fresh, i)).toBe(one[i])
    expect(fresh.position).toBe(0)
    const gaussian = Array.from({ length: 100 }, () => normal(stream))
    for (let i = 99; i >= 0; i--) expect(normalAt(fresh, 100 + i)).toBe(gaussian[i])
  })

  // Known defect: i is not checked and the answer is undefined. Turn into `it` with the repair.
  it('refuse a place that is not a whole number ≥ 0', () => {
    for (const at of [uniformAt, normalAt]) {
      for (const i of [-1, 0.5, NaN]) expect(() => at(randomStream(1, 's'), i)).toThrow(RangeError)
    }
  })

  it('reach far places: beyond 2³² blocks the second counter word counts on', () => {
    const stream = randomStream(3, 'far')
    for (const i of [2 ** 32 - 1, 2 ** 32, 2 ** 33 - 1, 2 ** 33, 2 ** 33 + 1, 2 ** 40 + 7]) {
      expect(uniformAt(stream, i), String(i)).toBe(uniformBig(3, 'far', i))
    }
    expect(uniformAt(stream, 2 ** 33)).not.toBe(uniformAt(stream, 0))
  })

  it('of different names, seeds and kinds have nothing in common, in whatever order they are read', () => {
    const read = (stream: RandomStream): number[] => Array.from({ length: 50 }, () => uniform(stream))
    const a = randomStream(1, 'a'), b = randomStream(1, 'b')
    const alternating: number[] = []
    for (let i = 0; i < 50; i++) {
      alternating.push(uniform(a))
      normal(b)
    }
    expect(alternating).toEqual(read(randomStream(1, 'a')))
    const all = [['a', 1], ['b', 1], ['a', 2], ['ab', 1], ['ba', 1], ['a', 2 ** 32 + 1]].flatMap(([name, seed]) =>
      read(randomStream(seed as number, name as string))
    )
    expect(new Set(all).size).toBe(all.length)
  })

  it('are uncorrelated between neighbors and between streams', () => {
    const n = 50_000
    const x = normalInto(new Float64Array(n), randomStream(1, 'x')),
      y = normalInto(new Float64Array(n), randomStream(1, 'y'))
    const correlation = (u: Float64Array, v: Float64Array, lag: number): number => {
      let total = 0
      for (let i = 0; i + lag < n; i++) total += u[i] * v[i + lag]
      return total / n
    }
    for (const lag of [0, 1, 2]) {
      expect(Math.abs(correlation(x, y, lag)), `x y lag ${lag}`).toBeLessThan(4 / Math.sqrt(n))
    }
    for (const lag of [1, 2, 3, 4]) {
      expect(Math.abs(correlation(x, x, lag)), `lag ${lag}`).toBeLessThan(4 / Math.sqrt(n))
    }
  })

  it('of the normal kind are Box–Muller of the other half of the stream', () => {
    const stream = randomStream(11, 'normal')
    for (let i = 0; i < 200; i += 2) {
      const u0 = uniformBig(11, 'normal', i, NORMAL_HALF), u1 = uniformBig(11, 'normal', i + 1, NORMAL_HALF)
      const radius = Math.sqrt(-2 * Math.log(1 - u0))
      expect(normalAt(stream, i)).toBeCloseTo(radius * Math.cos(2 * Math.PI * u1), 13)
      expect(normalAt(stream, i + 1)).toBeCloseTo(radius * Math.sin(2 * Math.PI * u1), 13)
    }
  })

  it('keep their golden bits', () => {
    const bits = (x: Float64Array): string[] =>
      [...new BigUint64Array(x.buffer)].map((v) => v.toString(16).padStart(16, '0'))
    const stream = randomStream(42, 'golden')
    expect(bits(uniformInto(new Float64Array(4), stream))).toEqual(GOLDEN_UNIFORM)
    expect(bits(normalInto(new Float64Array(4), randomStream(42, 'golden')))).toEqual(GOLDEN_NORMAL)
    expect([...permutation(randomStream(42, 'golden'), 10)]).toEqual(GOLDEN_PERMUTATION)
    // The first is checked against the definition, so that the golden values are not only the code's own word.
    expect(uniformAt(stream, 0)).toBe(uniformBig(42, 'golden', 0))
  })
})

/** Kolmogorov–Smirnov: √n·max |F_n − F|; above 1.95 with probability 0.001. */
function kolmogorov(x: Float64Array, cdf: (v: number) => number): number {
  const sorted = x.slice().sort()
  let most = 0
  for (let i = 0; i < sorted.length; i++) {
    const f = cdf(sorted[i])
    most = Math.max(most, f - i / sorted.length, (i + 1) / sorted.length - f)
  }
  return most * Math.sqrt(sorted.length)
}

function moments(x: Float64Array): { mean: number; variance: number; kurtosis: number } {
  const mean = x.reduce((t, v) => t + v, 0) / x.length
  const central = (power: number): number => x.reduce((t, v) => t + (v - mean) ** power, 0) / x.length
  return { mean, variance: central(2), kurtosis: central(4) / central(2) ** 2 }
}

/** Σ (observed − expected)² / expected. */
function chiSquare(counts: readonly number[], expected: number): number {
  return counts.reduce((total, count) => total + (count - expected) ** 2 / expected, 0)
}

describe('the distributions over 100,000 draws', () => {
  const n = 100_000

  it('are uniform: moments and 100 bins', () => {
    for (const seed of [1, 2, 3]) {
      const x = uniformInto(new Float64Array(n), randomStream(seed, 'uniform'))
      const { mean, variance, kurtosis } = moments(x)
      // Standard errors: 0.2887/√n, 0.0745/√n; four of them.
      expect(Math.abs(mean - 0.5), `seed ${seed}`).toBeLessThan(4 * 0.2887 / Math.sqrt(n))
      expect(Math.abs(variance - 1 / 12), `seed ${seed}`).toBeLessThan(4 * 0.0745 / Math.sqrt(n))
      expect(Math.abs(kurtosis - 1.8), `seed ${seed}`).toBeLessThan(0.02)
      expect(x.every((v) => v >= 0 && v < 1), `seed ${seed}`).toBe(true)
      const bins = new Array<number>(100).fill(0)
      for (const v of x) bins[Math.floor(100 * v)]++
      // 99 degrees of freedom: 0.001 of the mass lies above 148.2, 0.001 below 60.
      expect(chiSquare(bins, n / 100), `seed ${seed}`).toBeLessThan(148.2)
      expect(chiSquare(bins, n / 100), `seed ${seed}`).toBeGreaterThan(60)
    }
  })

  // One threshold for one stream would be a question of luck: seed 1 is the worst of seeds 0 … 399 with 2.34 (4·10⁻⁵
  // of the mass lies above), while its first 4·10⁶ draws give 0.73. So the statistic's own distribution is tested.
  // Measured over the 400: median 0.827, 99th percentile 1.87; another name 0.832 and 1.63; expected 0.828 and 1.628.
  it('are uniform: the Kolmogorov–Smirnov statistics of 20 streams are distributed as they should be', () => {
    const x = new Float64Array(n)
    const found = Array.from({ length: 20 },
      (_, seed) => kolmogorov(uniformInto(x, randomStream(seed, 'uniform')), (v) => v))
    const sorted = found.slice().sort((p, q) => p - q)
    // The median of 20 has a standard error of about 0.07.
    expect(Math.abs((sorted[9] + sorted[10]) / 2 - 0.828)).toBeLessThan(0.2)
    // Above 1.224 lies a tenth of the mass: 2 of 20 expected, 7 or more with probability 0.002.
    expect(found.filter((d) => d > 1.224).length).toBeLessThan(7)
    // Above 2.5 in any of the 20: probability 1.5·10⁻⁴.
    expect(sorted[19]).toBeLessThan(2.5)
  })

  it('are normal: moments, tails and the distribution function', () => {
    for (const seed of [1, 2, 3]) {
      const x = normalInto(new Float64Array(n), randomStream(seed, 'normal'))
      const { mean, variance, kurtosis } = moments(x)
      expect(Math.abs(mean), `seed ${seed}`).toBeLessThan(4 / Math.sqrt(n))
      expect(Math.abs(variance - 1), `seed ${seed}`).toBeLessThan(4 * Math.sqrt(2 / n))
      expect(Math.abs(kurtosis - 3), `seed ${seed}`).toBeLessThan(4 * Math.sqrt(24 / n))
      expect(kolmogorov(x, (v) => 0.5 * (1 + erf(v * Math.SQRT1_2))), `seed ${seed}`).toBeLessThan(1.95)
      const beyond3 = x.filter((v) => Math.abs(v) > 3).length
      expect(Math.abs(beyond3 - 0.0026998 * n), `seed ${seed}`).toBeLessThan(4 * Math.sqrt(0.0026998 * n))
    }
  })

  it('differ from one that is not uniform: the statistic can fail', () => {
    const skewed = Float64Array.from({ length: n }, (_, i) => ((i + 0.5) / n) ** 1.03)
    expect(kolmogorov(skewed, (v) => v)).toBeGreaterThan(2.5)
  })
})

describe('uniformInto and normalInto', () => {
  it('scale the draws of the stream, round once and move it on', () => {
    const stream = randomStream(8, 'into')
    const x = uniformInto(new Float32Array(5), stream, -2, 3)
    expect(stream.position).toBe(5)
    const y = normalInto(new Float32Array(5), stream, 0.25)
    expect(stream.position).toBe(10)
    const fresh = randomStream(8, 'into')
    for (let i = 0; i < 5; i++) {
      expect(x[i]).toBe(Math.fround(-2 + 5 * uniformAt(fresh, i)))
      expect(y[i]).toBe(Math.fround(0.25 * normalAt(fresh, 5 + i)))
    }
    expect([...normalInto(new Float64Array(3), stream, 0)].map(Math.abs)).toEqual([0, 0, 0])
  })

  it('refuse bounds that are not finite, and leave stream and array alone', () => {
    const stream = randomStream(8, 'into'), x = Float32Array.of(7)
    expect(() => uniformInto(x, stream, NaN, 1)).toThrow(
      new RangeError('uniformInto: low must be a finite number, got NaN'),
    )
    expect(() => uniformInto(x, stream, 0, Infinity)).toThrow(
      new RangeError('uniformInto: high must be a finite number, got Infinity'),
    )
    expect(() => normalInto(x, stream, NaN)).toThrow(
      new RangeError('normalInto: deviation must be a finite number, got NaN'),
    )
    expect(() => normalInto(x, stream, '1' as never)).toThrow(TypeError)
    expect(() => normalInto(x, stream, -0.5)).toThrow(
      new RangeError('normalInto: deviation must be at least 0, got -0.5'),
    )
    expect(() => uniformInto(x, stream, 2, 1)).toThrow(
      new RangeError('uniformInto: high must be at least low = 2, got 1'),
    )
    expect(() => uniformInto(x, stream, -1e308, 1e308)).toThrow(
      new RangeError('uniformInto: high − low must be finite, got 1e+308 − -1e+308'),
    )
    expect([stream.position, x[0]]).toEqual([0, 7])
  })
})

describe('permutation', () => {
  it('holds every index once', () => {
    for (const n of [0, 1, 2, 3, 10, 1000]) {
      const order = permutation(randomStream(n, 'permutation'), n)
      expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i))
    }
    expect([...permutation(randomStream(1, 'p'), 20)]).not.toEqual([...permutation(randomStream(2, 'p'), 20)])
  })

  it('is uniform over all 24 orders of four, hence in every position', () => {
    const stream = randomStream(1, 'orders')
    const counts = new Map<string, number>()
    for (let i = 0; i < 24_000; i++) {
      const order = permutation(stream, 4).join('')
      counts.set(order, (counts.get(order) ?? 0) + 1)
    }
    expect(counts.size).toBe(24)
    // 23 degrees of freedom: 0.001 of the mass lies above 49.7.
    expect(chiSquare([...counts.values()], 1000)).toBeLessThan(49.7)
  })

  it('puts every element of eight in every position equally often', () => {
    const stream = randomStream(2, 'positions')
    const counts = new Array<number>(64).fill(0)
    for (let i = 0; i < 16_000; i++) permutation(stream, 8).forEach((value, at) => counts[8 * at + value]++)
    // 49 degrees of freedom: 0.001 of the mass lies above 85.4.
    expect(chiSquare(counts, 2000)).toBeLessThan(85.4)
  })

  it('uses n − 1 draws and refuses sizes that are none', () => {
    const stream = randomStream(1, 'p')
    permutation(stream, 10)
    expect(stream.position).toBe(9)
    expect(() => permutation(stream, -1)).toThrow(
      new RangeError('permutation: n must be a whole number of at least 0, got -1'),
    )
    expect(() => permutation(stream, 2.5)).toThrow(RangeError)
  })
})

describe('randomOrthogonal', () => {
  it('has orthonormal columns when tall and orthonormal rows when wide', () => {
    for (const [rows, columns] of [[1, 1], [5, 5], [40, 7], [7, 40], [1, 9], [9, 1], [60, 60], [0, 3]]) {
      const q = randomOrthogonal(randomStream(rows * 100 + columns, 'q'), rows, columns)
      expect([q.rows, q.columns]).toEqual([rows, columns])
      const narrow = Math.min(rows, columns), tall = Math.max(rows, columns)
      const at = (i: number, j: number): number => (rows >= columns ? q.data[i * columns + j] : q.data[j * columns + i])
      for (let i = 0; i < narrow; i++) {
        for (let j = 0; j < narrow; j++) {
          let product = 0
          for (let p = 0; p < tall; p++) product += at(p, i) * at(p, j)
          expect(Math.abs(product - (i === j ? 1 : 0)), `[${rows}, ${columns}] ${i} ${j}`).toBeLessThan(1e-13)
        }
      }
    }
  })

  it('is Haar-distributed: both signs and orientations, elements of mean 0 and variance 1/n', () => {
    const trials = 4000, n = 3
    let mean = 0, square = 0, trace = 0, reflections = 0
    const stream = randomStream(4, 'haar')
    for (let t = 0; t < trials; t++) {
      const [a, b, c, d, e, f, g, h, i] = randomOrthogonal(stream, n, n).data
      mean += a
      square += a * a
      trace += (a + e + i) ** 2
      if (a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g) < 0) reflections++
    }
    expect(Math.abs(mean / trials)).toBeLessThan(4 / Math.sqrt(3 * trials))
    expect(Math.abs(square / trials - 1 / n)).toBeLessThan(4 * 0.3 / Math.sqrt(trials))
    // E (tr Q)² = 1 over O(n): a QR with arbitrary signs of R's diagonal misses this.
    expect(Math.abs(trace / trials - 1)).toBeLessThan(4 * 1.42 / Math.sqrt(trials))
    expect(Math.abs(reflections / trials - 0.5)).toBeLessThan(4 * 0.5 / Math.sqrt(trials))
  })

  it('refuses sizes that are not whole', () => {
    expect(() => randomOrthogonal(randomStream(1, 'q'), -1, 2)).toThrow(
      new RangeError('randomOrthogonal: rows must be a whole number of at least 0, got -1'),
    )
    expect(() => randomOrthogonal(randomStream(1, 'q'), 2, 0.5)).toThrow(RangeError)
  })
})
