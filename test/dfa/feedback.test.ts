import { describe, expect, it } from 'vitest'
import { directFeedbackAlignment, type FeedbackKind, feedbackMatrices, type FeedbackNormalization, type FeedbackOptions,
  mlp, trainer } from '../../src/dfa/index.ts'
import { initialize, sgd, squaredError } from '../../src/nn/index.ts'
import { matrix, svd, type Tensor, tensor } from '../../src/tensor/index.ts'

const KINDS: readonly FeedbackKind[] = ['gaussian', 'uniform', 'unit-uniform', 'orthogonal']
const TARGETS = [{ name: 'point1', width: 60 }, { name: 'point2', width: 40 }, { name: 'point3', width: 60 }]
const OUTPUTS = 7

/** The largest |FᵀF − size·I| (tall F) or |FFᵀ − size·I| (wide F). */
function orthogonalityError({ shape: [rows, columns], data }: Tensor, size: number): number {
  const tall = rows >= columns
  const n = tall ? columns : rows
  let worst = 0
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0
      for (let p = 0; p < (tall ? rows : columns); p++) {
        sum += tall ? data[p * columns + i] * data[p * columns + j] : data[i * columns + p] * data[j * columns + p]
      }
      worst = Math.max(worst, Math.abs(sum - (i === j ? size : 0)))
    }
  }
  return worst
}

describe('feedbackMatrices', () => {
  it('gives entries of variance 1 (uniform 1/3) before normalization', () => {
    for (const kind of KINDS) {
      const [f] = feedbackMatrices([{ name: 'wide', width: 4000 }], 20, { kind, normalization: 'none', seed: 2 })
      const variance = f.data.reduce((total, x) => total + x * x, 0) / f.data.length
      expect(Math.abs(variance / (kind === 'uniform' ? 1 / 3 : 1) - 1), kind).toBeLessThan(0.02)
      if (kind === 'uniform') expect(f.data.every((x) => x >= -1 && x < 1)).toBe(true)
    }
  })

  it('scales by 1/√n, 1/√(nK), 1/√n_max, √(v(vγ)^(L−l−1)/n) or 1: the same draw every time', () => {
    const factors: Readonly<Record<FeedbackNormalization, (width: number, index: number) => number>> = {
      width: (n) => 1 / Math.sqrt(n),
      'width-outputs': (n) => 1 / Math.sqrt(n * OUTPUTS),
      widest: () => 1 / Math.sqrt(60),
      backward: (n, index) => Math.sqrt(1 / 3 * (1 / 6) ** (2 - index) / n),
      none: () => 1,
    }
    for (const kind of KINDS) {
      for (const sharing of ['independent', 'shared'] as const) {
        const plain = feedbackMatrices(TARGETS, OUTPUTS, { kind, sharing, normalization: 'none' })
        for (const [normalization, factor] of Object.entries(factors)) {
          const options: FeedbackOptions = { kind, sharing, normalization: normalization as FeedbackNormalization }
          feedbackMatrices(TARGETS, OUTPUTS, options).forEach((f, index) => {
            expect(f.shape).toEqual([TARGETS[index].width, OUTPUTS])
            // Both sides are rounded to float32 once: 2⁻²³ in all.
            f.data.forEach((x, at) =>
              expect(Math.abs(x - factor(TARGETS[index].width, index) * plain[index].data[at])).toBeLessThanOrEqual(
                1.2e-7 * Math.abs(x),
              )
            )
          })
        }
      }
    }
  })

  it('orthogonal: FᵀF = n·norm²·I for tall F, FFᵀ for wide F, so FᵀF = I under the default normalization', () => {
    for (const [normalization, size] of [['width', 1], ['width-outputs', 1 / OUTPUTS], ['none', 60]] as const) {
      const [f] = feedbackMatrices(TARGETS, OUTPUTS, { kind: 'orthogonal', normalization })
      expect(orthogonalityError(f, size), normalization).toBeLessThan(1e-6 * size)
    }
    const [wide] = feedbackMatrices([{ name: 'narrow', width: 3 }], OUTPUTS, {
      kind: 'orthogonal',
      normalization: 'none',
    })
    expect(orthogonalityError(wide, 3)).toBeLessThan(3e-6)
    // The tester: Gaussian matrices are not orthogonal.
    const [gaussian] = feedbackMatrices(TARGETS, OUTPUTS, { kind: 'gaussian' })
    expect(orthogonalityError(gaussian, 1)).toBeGreaterThan(0.05)
  })

  it('shared: equal widths get identical matrices, narrower points the first rows of the widest', () => {
    for (const kind of KINDS) {
      const [f1, f2, f3] = feedbackMatrices(TARGETS, OUTPUTS, { kind, sharing: 'shared', normalization: 'none' })
      expect(f3.data, kind).toEqual(f1.data)
      expect(f2.data, kind).toEqual(f1.data.slice(0, 40 * OUTPUTS))
    }
  })

  it('independent: points of equal width differ, and one point more changes no other', () => {
    const few = feedbackMatrices([TARGETS[0], TARGETS[2]], OUTPUTS)
    const all = feedbackMatrices(TARGETS, OUTPUTS)
    expect(few[0].data).toEqual(all[0].data)
    expect(few[1].data).toEqual(all[2].data)
    expect(all[0].data).not.toEqual(all[2].data)
  })

  it('is a function of its own seed: seed 0 unless given', () => {
    expect(feedbackMatrices(TARGETS, OUTPUTS)).toEqual(feedbackMatrices(TARGETS, OUTPUTS, { seed: 0 }))
    expect(feedbackMatrices(TARGETS, OUTPUTS, { seed: 1 })).not.toEqual(feedbackMatrices(TARGETS, OUTPUTS))
  })

  it('sparse: exactly k entries per row, at places and of sizes that average to variance 1', () => {
    for (const nonZero of [1, 3, 20]) {
      const [f] = feedbackMatrices([{ name: 'wide', width: 4000 }], 20, {
        kind: 'sparse',
        nonZero,
        normalization: 'none',
        seed: 2,
      })
      const columns = new Float64Array(20)
      for (let i = 0; i < 4000; i++) {
        const row = f.data.subarray(20 * i, 20 * i + 20)
        expect(row.filter((x) => x !== 0)).toHaveLength(nonZero)
        row.forEach((x, j) => {
          if (x !== 0) columns[j]++
        })
      }
      // 4000 k/20 entries per column, five standard deviations.
      for (const count of columns) {
        expect(Math.abs(count - 200 * nonZero)).toBeLessThanOrEqual(5 * Math.sqrt(200 * nonZero))
      }
      expect(Math.abs(f.data.reduce((sum, x) => sum + x * x, 0) / f.data.length - 1)).toBeLessThan(
        5 * Math.sqrt(2 / (4000 * nonZero)),
      )
    }
  })

  it('low rank: rows of a rank-r space, mean square 1 over draws', () => {
    for (const rank of [1, 2]) {
      let total = 0
      for (let seed = 0; seed < 200; seed++) {
        const [f] = feedbackMatrices([{ name: 'p', width: 30 }], 10, {
          kind: 'low-rank',
          rank,
          normalization: 'none',
          seed,
        })
        total += f.data.reduce((sum, x) => sum + x * x, 0) / f.data.length / 200
        const { s } = svd(matrix(30, 10, Float64Array.from(f.data)))
        expect(s[rank - 1] / s[0], `seed ${seed}`).toBeGreaterThan(0.05)
        expect(s[rank] / s[0], `seed ${seed}`).toBeLessThan(1e-6)
      }
      expect(Math.abs(total - 1)).toBeLessThan(0.25)
    }
  })

  it('sparse and low rank: narrower points share the first rows of the widest, as with the other kinds', () => {
    for (const kind of ['sparse', 'low-rank'] as const) {
      const [one, two, three] = feedbackMatrices(TARGETS, OUTPUTS, { kind, sharing: 'shared', normalization: 'none' })
      expect(three).toEqual(one)
      expect(two.data).toEqual(one.data.subarray(0, two.data.length))
    }
  })

  it('refuses k and r outside 1 … K', () => {
    const call = (options: FeedbackOptions) => () => feedbackMatrices(TARGETS, OUTPUTS, options)
    expect(call({ kind: 'sparse', nonZero: 8 })).toThrow(
      'feedbackMatrices: nonZero must be at most 7, the number of outputs, got 8',
    )
    expect(call({ kind: 'sparse', nonZero: 0 })).toThrow(
      'feedbackMatrices: nonZero must be a whole number of at least 1, got 0',
    )
    expect(call({ kind: 'low-rank', rank: 1.5 })).toThrow(
      'feedbackMatrices: rank must be a whole number of at least 1, got 1.5',
    )
    expect(call({ kind: 'gaussian', nonZero: 0 })).not.toThrow()
  })

  it('refuses unknown options and sizes below one', () => {
    const call = (options: object, outputs = OUTPUTS, width = 4) => () =>
      feedbackMatrices([{ name: 'p', width }], outputs, options)
    expect(call({ kind: 'cauchy' })).toThrow(
      'feedbackMatrices: kind must be one of gaussian, uniform, unit-uniform, orthogonal, sparse, low-rank, shaped, got "cauchy"',
    )
    expect(call({ normalization: 'best' })).toThrow(
      'feedbackMatrices: normalization must be one of width, width-outputs, widest, backward, none, got "best"',
    )
    expect(call({ sharing: 'partly' })).toThrow(
      'feedbackMatrices: sharing must be one of independent, shared, got "partly"',
    )
    expect(call({}, 0)).toThrow('feedbackMatrices: outputs must be a whole number of at least 1, got 0')
    expect(call({}, 2, 0)).toThrow('feedbackMatrices: width of p must be a whole number of at least 1, got 0')
    expect(call({ seed: -1 })).toThrow(RangeError)
  })
})

describe('one shared matrix, sliced and normalized, as launay2019 has it', () => {
  const points = [{ name: 'a', width: 800 }, { name: 'b', width: 800 }, { name: 'c', width: 200 }]
  const sliced = (normalization: FeedbackNormalization): readonly Tensor[] =>
    feedbackMatrices(points, 10, { sharing: 'shared', normalization, seed: 4 })
  const squared = ({ data }: Tensor): number => data.reduce((sum, x) => sum + x * x, 0)

  it('is the same for layers of one width; independent ones are not', () => {
    const [a, b] = sliced('width-outputs')
    expect(b.data).toEqual(a.data)
    const [first, second] = feedbackMatrices(points, 10, { normalization: 'width-outputs', seed: 4 })
    expect(second.data).not.toEqual(first.data)
  })

  it('has a norm of 1 in every layer, within five deviations of χ²; n·K without normalization', () => {
    for (const [index, f] of sliced('width-outputs').entries()) {
      expect(Math.abs(squared(f) - 1)).toBeLessThan(5 * Math.sqrt(2 / f.data.length))
      expect(squared(sliced('none')[index]) / f.data.length / squared(f)).toBeCloseTo(1, 5)
    }
  })

  it('of a narrow layer is the first rows of a wide one’s times the root of their widths’ ratio', () => {
    const [wide, , narrow] = sliced('width-outputs')
    narrow.data.forEach((x, i) => expect(x).toBeCloseTo(wide.data[i] * Math.sqrt(800 / 200), 7))
    const [raw, , cut] = sliced('none')
    expect(cut.data).toEqual(raw.data.slice(0, 2000))
  })

  it('stays as it is in training', () => {
    const layer = mlp({ sizes: [6, 8, 8, 3], activation: 'tanh' })
    initialize(layer, 'uniform', 1)
    const rule = directFeedbackAlignment({ sharing: 'shared', normalization: 'width-outputs' })
    const run = trainer({ network: layer, rule, loss: squaredError('mean'), optimizer: sgd(0.1) })
    const before = rule.feedback.map(({ data }) => data.slice())
    for (let i = 0; i < 5; i++) run.step(tensor([2, 6]), tensor([2, 3], Float32Array.of(1, 0, 0, 0, 1, 0)))
    expect(rule.feedback.map(({ data }) => data)).toEqual(before)
  })
})
