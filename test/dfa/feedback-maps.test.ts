import { describe, expect, it } from 'vitest'
import { directFeedbackAlignment, errorTap, type FeedbackKind, feedbackMatrices, type FeedbackOptions, feedbackPoint,
  installRule, RULES } from '../../src/dfa/index.ts'
import { partsOf } from '../../src/dfa/rules/rule.ts'
import { chain, conv2d, dense, flatten, initialize, type Layer } from '../../src/nn/index.ts'
import { normalInto, randomStream, tensor } from '../../src/tensor/index.ts'
import { gradientsOf, normals } from './networks.ts'

const [C, H, W, K] = [3, 4, 5, 6]
const MAP = { name: 'map', width: C * H * W, shape: [C, H, W] }
const FLAT = { name: 'flat', width: 40, shape: [40] }
const KINDS: readonly FeedbackKind[] = ['gaussian', 'uniform', 'orthogonal', 'sparse', 'low-rank']

/** F[(c, y, x), k] of the only target. */
function entries(options: FeedbackOptions, target = MAP): (c: number, y: number, x: number, k: number) => number {
  const [{ shape, data }] = feedbackMatrices([target], K, { normalization: 'none', ...options })
  expect(shape).toEqual([target.width, K])
  const [, height, width] = target.shape
  return (c, y, x, k) => data[((c * height + y) * width + x) * K + k]
}

function forEachEntry(visit: (c: number, y: number, x: number, k: number) => void): void {
  for (let at = 0; at < C * H * W * K; at++) {
    visit(Math.floor(at / (H * W * K)), Math.floor(at / (W * K)) % H, Math.floor(at / K) % W, at % K)
  }
}

describe('feedback for maps', () => {
  it('channel-shared: one row of F′ for all positions of a channel, F′ drawn as a matrix [C, K] of the kind', () => {
    for (const kind of KINDS) {
      const f = entries({ kind, maps: 'channel-shared', seed: 2 })
      const flat = { name: 'map', width: C }
      const [{ data: drawn }] = feedbackMatrices([flat], K, { kind, seed: 2, normalization: 'none' })
      forEachEntry((c, y, x, k) => expect(f(c, y, x, k), `${kind} ${c} ${y} ${x} ${k}`).toBe(drawn[c * K + k]))
    }
  })

  it('kernel-shaped: the sum of the taps inside the map, from R of the point’s own stream', () => {
    const kernels = [[3, 3, 3, 1, 1], [[1, 4], 1, 4, 0, 1], [[7, 2], 7, 2, 3, 0]] as const
    for (const [mapKernel, kH, kW, top, left] of kernels) {
      const f = entries({ maps: 'kernel-shaped', mapKernel, seed: 5 })
      const r = normalInto(new Float64Array(C * kH * kW * K), randomStream(5, 'feedback/map'))
      const inside = (y: number, x: number): readonly number[] =>
        Array.from({ length: kH * kW }, (_, tap) => tap).filter((tap) => {
          const [i, j] = [y + Math.floor(tap / kW) - top, x + tap % kW - left]
          return i >= 0 && i < H && j >= 0 && j < W
        })
      let taps = 0
      for (let y = 0; y < H; y++) for (let x = 0; x < W; x++) taps += inside(y, x).length
      forEachEntry((c, y, x, k) => {
        const sum = inside(y, x).reduce((total, tap) => total + r[(c * kH * kW + tap) * K + k], 0)
        expect(f(c, y, x, k)).toBeCloseTo(sum / Math.sqrt(taps / (H * W)), 5)
      })
      // Positions whose taps are all inside cannot be told apart; borders can.
      if (kH === 3) expect(f(1, 1, 1, 2)).toBe(f(1, 2, 3, 2))
      if (kH === 3) expect(f(1, 0, 0, 2)).not.toBe(f(1, 1, 1, 2))
    }
  })

  it('a kernel of one tap is channel-shared', () => {
    expect(feedbackMatrices([MAP], K, { maps: 'kernel-shaped', mapKernel: 1 })).toEqual(
      feedbackMatrices([MAP], K, { maps: 'channel-shared' }),
    )
  })

  it('has the mean square of dense feedback, over draws', () => {
    const squares = (options: FeedbackOptions): number => {
      let total = 0
      for (let seed = 0; seed < 400; seed++) {
        const [{ data }] = feedbackMatrices([MAP], K, { ...options, seed })
        total += data.reduce((sum, x) => sum + x * x, 0) / K / 400
      }
      return total
    }
    // Σ F² / K under `width` is the mean square of unit entries: 1, over 400·C·K draws or more (±0.017 for one tap).
    for (const maps of ['dense', 'channel-shared', 'kernel-shaped'] as const) {
      for (const kind of ['gaussian', 'orthogonal', 'sparse'] as const) {
        // Three orthonormal rows of six columns, times √3, have entries of mean square 1/2.
        const wanted = kind === 'orthogonal' && maps === 'channel-shared' ? 0.5 : 1
        expect(Math.abs(squares({ maps, kind }) / wanted - 1), `${maps} ${kind}`).toBeLessThan(0.08)
      }
    }
  })

  it('leaves flat points as they are, bit for bit', () => {
    const dense = feedbackMatrices([MAP, FLAT], K)
    for (const maps of ['channel-shared', 'kernel-shaped'] as const) {
      const found = feedbackMatrices([MAP, FLAT], K, { maps })
      expect(found[1], maps).toEqual(dense[1])
      expect(found[0], maps).not.toEqual(dense[0])
      expect(feedbackMatrices([{ name: 'map', width: MAP.width }], K, { maps })[0], maps).toEqual(dense[0])
    }
  })

  it('draws each point from its own stream: others change nothing', () => {
    for (const maps of ['channel-shared', 'kernel-shaped'] as const) {
      const other = { name: 'other', width: 50, shape: [2, 5, 5] }
      const [alone] = feedbackMatrices([MAP], K, { maps })
      expect(feedbackMatrices([other, FLAT, MAP], K, { maps })[2]).toEqual(alone)
      expect(feedbackMatrices([MAP], K, { maps, seed: 1 })[0]).not.toEqual(alone)
      expect(feedbackMatrices([{ ...MAP, name: 'again' }], K, { maps })[0]).not.toEqual(alone)
    }
  })

  it('shared: points with as many channels get the same rows at every position', () => {
    const small = { name: 'small', width: 2 * 2 * 3, shape: [2, 2, 3] }
    const options = { maps: 'channel-shared', sharing: 'shared', normalization: 'none' } as const
    const [large, little] = feedbackMatrices([MAP, small], K, options)
    for (let c = 0; c < 2; c++) {
      expect(little.data.slice(c * 6 * K, c * 6 * K + K)).toEqual(large.data.slice(c * H * W * K, c * H * W * K + K))
    }
  })

  it('refuses unknown ways and kernels', () => {
    expect(() => feedbackMatrices([FLAT], K, { maps: 'tiled' as 'dense' })).toThrow(
      'feedbackMatrices: maps must be one of dense, channel-shared, kernel-shaped, got "tiled"',
    )
    expect(() => feedbackMatrices([MAP], K, { maps: 'kernel-shaped', mapKernel: 0 })).toThrow(
      'feedbackMatrices: mapKernel must be a whole number of at least 1, got 0',
    )
  })
})

describe('a network with maps', () => {
  function net(shaped: boolean): Layer {
    const made = chain('net', [conv2d({ name: 'c', inputChannels: 1, outputChannels: 3, kernelSize: 2 }),
      feedbackPoint('map', shaped ? [3, 4, 5] : 60), flatten({ name: 'f' }),
      dense({ name: 'd', inputs: 60, outputs: 7 }), feedbackPoint('flat', 7),
      dense({ name: 'e', inputs: 7, outputs: 4 }), errorTap('tap')])
    initialize(made, 'uniform', 1)
    return made
  }
  const input = tensor([2, 1, 5, 6], normals(2, 30, 1, 'input').data)
  const error = normals(2, 4, 1, 'error')

  it('is delivered F e as maps that are constant within a channel', () => {
    const layer = net(true)
    const rule = directFeedbackAlignment({ maps: 'channel-shared', seed: 3 })
    installRule(layer, rule)
    gradientsOf(layer, input, error)
    const { delivered } = partsOf(layer).points[0]
    const f = rule.feedback[0].data
    expect(delivered?.shape).toEqual([2, 3, 4, 5])
    delivered?.data.forEach((d, at) => {
      const [b, c] = [Math.floor(at / 60), Math.floor(at / 20) % 3]
      let sum = 0
      for (let k = 0; k < 4; k++) sum += error.data[4 * b + k] * f[80 * c + k]
      expect(d).toBe(Math.fround(sum))
    })
  })

  it('without the shape, or with dense maps, is as before, under every rule', () => {
    for (const [name, rule] of Object.entries(RULES)) {
      if (name === 'indirect-feedback-alignment') continue
      const gradients = (shaped: boolean, options: FeedbackOptions): ReadonlyMap<string, Float32Array> => {
        const layer = net(shaped)
        installRule(layer, rule(options))
        const { tap } = partsOf(layer)
        if (tap !== undefined) tap.target = tensor([2, 4], Float32Array.of(1, 0, 0, 0, 0, 1, 0, 0))
        return gradientsOf(layer, input, error)
      }
      const plain = gradients(false, {})
      expect(gradients(true, {}), name).toEqual(plain)
      expect(gradients(false, { maps: 'channel-shared' }), name).toEqual(plain)
      const follows = gradients(true, { maps: 'kernel-shaped' }).get('c/weight')
      if (name.includes('direct') && !name.startsWith('in')) expect(follows, name).not.toEqual(plain.get('c/weight'))
      else expect(follows, name).toEqual(plain.get('c/weight'))
    }
  })
})
