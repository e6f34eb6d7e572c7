import { describe, expect, it } from 'vitest'
import { errorTap, installDirect, mlp, RULES, segmentsOf } from '../../../src/dfa/index.ts'
import { partsOf } from '../../../src/dfa/rules/rule.ts'
import { cycleOf, partition, waitsForError, type Work, workOf } from '../../../src/lab/parallel/partition.ts'
import { blockedKernels, randomStream, tensor, uniform } from '../../../src/tensor/index.ts'
import { sampleParts } from '../../../src/lab/training/tasks/classification.ts'
import { configuration, DATA, start } from './runs.ts'

const even = (segments: number): readonly Work[] =>
  Array.from({ length: segments }, () => ({ forward: 1, backward: 1 }))

const sequential = (work: readonly Work[]): number => cycleOf(work, [0], true)

/** Every way to cut `segments` into `owners` stretches. */
function cuts(segments: number, owners: number, from = 0): readonly (readonly number[])[] {
  if (owners === 1) return [[from]]
  const found: number[][] = []
  for (let next = from + 1; next <= segments - owners + 1; next++) {
    for (const rest of cuts(segments, owners - 1, next)) found.push([from, ...rest])
  }
  return found
}

describe('partition', () => {
  it('is as short as the best of all partitions, for random work', () => {
    const seed = 11
    const stream = randomStream(seed, 'partition')
    for (let round = 0; round < 200; round++) {
      const segments = 1 + Math.floor(8 * uniform(stream))
      const work = Array.from({ length: segments }, () => ({ forward: uniform(stream), backward: uniform(stream) }))
      for (const waits of [true, false]) {
        for (let owners = 1; owners <= Math.min(4, segments); owners++) {
          const starts = partition(work, owners, waits)
          const least = Math.min(...cuts(segments, owners).map((cut) => cycleOf(work, cut, waits)))
          expect(starts, `seed ${seed}, round ${round}`).toHaveLength(owners)
          expect(cycleOf(work, starts, waits), `seed ${seed}, round ${round}`).toBe(least)
        }
      }
    }
  })

  it('gives the first of two owners a third of equal layers: its next forward pass comes first', () => {
    expect(partition(even(9), 2, true)).toEqual([0, 3])
    // Of 18 units: f₁ + max(b₀ + f₀, b₁) = 6 + 6.
    expect(cycleOf(even(9), [0, 3], true)).toBe(12)
    expect(sequential(even(9)) / cycleOf(even(9), [0, 3], true)).toBe(1.5)
    // Halves, as with a barrier after each step.
    expect(cycleOf(even(8), [0, 4], true)).toBe(12)
  })

  it('gains at most 1 + t − t·(t/(1 + t))^(P−1) where b = t·f: 1.5 with two owners for t = 1 alone', () => {
    for (const t of [1, 2, 2.08]) {
      const work = Array.from({ length: 150 }, () => ({ forward: 1, backward: t }))
      for (const owners of [2, 3, 4]) {
        const limit = 1 + t - t * (t / (1 + t)) ** (owners - 1)
        const gain = sequential(work) / cycleOf(work, partition(work, owners, true), true)
        expect(gain, `${t} ${owners}`).toBeLessThanOrEqual(limit + 1e-12)
        expect(gain, `${t} ${owners}`).toBeGreaterThan(0.98 * limit)
      }
    }
  })

  it('makes a pipeline of equal halves where nobody waits for the error', () => {
    expect(partition(even(8), 2, false)).toEqual([0, 4])
    expect(sequential(even(8)) / cycleOf(even(8), [0, 4], false)).toBe(2)
  })

  it('never gains more than the forward pass allows, however many owners', () => {
    for (const segments of [2, 4, 10, 40]) {
      const work = even(segments)
      const least = cycleOf(work, partition(work, segments, true), true)
      expect(least).toBe(segments + 1)
    }
  })
})

describe('workOf', () => {
  const work = (changes: Parameters<typeof configuration>[0], batch: number): readonly Work[] => {
    const c = configuration(changes)
    return workOf(segmentsOf(start(c).network).segments, sampleParts(c, DATA, blockedKernels).sample, batch, 10)
  }

  it('counts products, deliveries and updates', () => {
    const [first, second] = [2 * 5 * 20 * 8, 2 * 5 * 8 * 10]
    const [updates, topUpdates] = [32 * (20 * 8 + 8), 32 * (8 * 10 + 10)]
    expect(work({ hidden: [8] }, 5)).toEqual([{ forward: first, backward: first + 2 * 5 * 8 * 10 + updates }, {
      forward: second,
      backward: second + topUpdates,
    }])
    // Zeros need no product.
    expect(work({ hidden: [8], rule: 'frozen' }, 5)[0].backward).toBe(first + updates)
  })

  it('counts a weight at every position of its output, and dh within a segment', () => {
    const model = JSON.stringify({
      layers: [{ type: 'conv2d', channels: 3, kernel: 1 }, {
        type: 'residual',
        layers: [{ type: 'conv2d', channels: 3, kernel: 1 }],
      }, { type: 'point' }, { type: 'dense', outputs: 10 }],
    })
    const [below, above] = [2 * 3 * 20, 2 * 9 * 20]
    const [{ forward, backward }] = work({ model, 'no-bias': true }, 1)
    expect(forward).toBe(below + above)
    expect(backward).toBe(below + 2 * above + 2 * 60 * 10 + 32 * 12)
  })
})

describe('waitsForError', () => {
  it.each(['direct-feedback-alignment', 'error-sign-direct-feedback-alignment', 'sparse-direct-feedback-alignment',
    'direct-random-target-projection', 'frozen'])('is what the deliveries of %s do', (name) => {
      const network = mlp({ sizes: [6, 8, 4], activation: 'tanh' })
      let asked = false
      const tap = {
        ...errorTap('tap'),
        target: tensor([5, 4]),
        get error() {
          asked = true
          return tensor([5, 4])
        },
      }
      const parts = partsOf(network)
      installDirect({ ...parts, tap }, RULES[name]({}))
      parts.points[0].delivery.deliver(undefined, tensor([5, 8]))
      expect(waitsForError(segmentsOf(network).segments)).toBe(asked)
    })
})
