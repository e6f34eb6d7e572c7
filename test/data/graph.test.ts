import { describe, expect, it } from 'vitest'
import { graphOfPairs, nodeTargets, pairsOf, sampleNonEdges, splitEdges,
  stratifiedNodes } from '../../src/data/index.ts'
import { crossEntropy } from '../../src/nn/index.ts'
import { randomStream, tensor } from '../../src/tensor/index.ts'

const pairs = (...list: number[]): Int32Array => Int32Array.from(list)
const keys = (list: Int32Array): string[] =>
  Array.from({ length: list.length / 2 }, (_, i) => `${list[2 * i]}–${list[2 * i + 1]}`)
/** A ring of n nodes. */
const ring = (n: number) => graphOfPairs(n, pairs(...Array.from({ length: n }, (_, i) => [i, (i + 1) % n]).flat()))

describe('graphOfPairs and pairsOf', () => {
  it('are inverse, both directions ascending', () => {
    const graph = graphOfPairs(5, pairs(3, 1, 0, 1, 1, 4))
    expect([...graph.rowStarts]).toEqual([0, 1, 4, 4, 5, 6])
    expect([...graph.columnIndices]).toEqual([1, 0, 3, 4, 1, 1])
    expect([...pairsOf(graph)]).toEqual([0, 1, 1, 3, 1, 4])
    expect(graphOfPairs(5, pairsOf(graph))).toEqual(graph)
    expect(pairsOf(graphOfPairs(3, pairs()))).toHaveLength(0)
  })

  it('refuse nodes that are not there, loops and repetitions', () => {
    expect(() => graphOfPairs(3, Int32Array.of(0, 1, 2))).toThrow(
      new RangeError('graphOfPairs: pairs must hold two nodes each, got 3 in all'),
    )
    expect(() => graphOfPairs(3, pairs(0, 3))).toThrow(
      new RangeError('graphOfPairs: pairs[1] must be at least 0 and below 3, got 3'),
    )
    expect(() => graphOfPairs(3, pairs(2, 2))).toThrow(
      new RangeError('graphOfPairs: pairs[1] must be another node than the one before, got 2 twice'),
    )
    for (const again of [[0, 1], [1, 0]]) {
      expect(() => graphOfPairs(3, pairs(0, 1, ...again))).toThrow(
        new RangeError('graphOfPairs: pairs must hold each edge once, got 0 and 1 twice'),
      )
    }
  })
})

describe('sampleNonEdges', () => {
  it('draws different pairs without an edge, uniformly, few or all', () => {
    const graph = ring(7)
    const all = 7 * 6 / 2 - 7
    const edges = new Set(keys(pairsOf(graph)))
    const counts = new Map<string, number>()
    for (let seed = 0; seed < 700; seed++) {
      for (const key of keys(sampleNonEdges(graph, 5, randomStream(seed, 'x')))) {
        expect(edges.has(key)).toBe(false)
        counts.set(key, (counts.get(key) ?? 0) + 1)
      }
    }
    expect(counts.size).toBe(all)
    // 250 of each, deviation below 16.
    for (const count of counts.values()) expect(Math.abs(count - 250)).toBeLessThan(64)
    for (const count of [0, 1, 8, all]) {
      expect(new Set(keys(sampleNonEdges(graph, count, randomStream(1, 'x')))).size).toBe(count)
    }
    expect(() => sampleNonEdges(graph, all + 1, randomStream(1, 'x'))).toThrow(
      new RangeError('sampleNonEdges: count must be at most the 14 pairs without an edge, got 15'),
    )
  })
})

describe('splitEdges', () => {
  it('parts the edges, and is a function of the seed', () => {
    const graph = ring(40)
    const split = splitEdges(graph, { validation: 0.05, test: 0.1 }, 3)
    expect([split.validation.edges.length, split.test.edges.length]).toEqual([4, 8])
    const held = [...keys(split.validation.edges), ...keys(split.test.edges)]
    expect([...keys(pairsOf(split.training)), ...held].sort()).toEqual(keys(pairsOf(graph)).sort())
    for (const { edges, nonEdges } of [split.validation, split.test]) {
      expect(nonEdges).toHaveLength(edges.length)
      for (const key of keys(nonEdges)) expect(keys(pairsOf(graph))).not.toContain(key)
    }
    expect(splitEdges(graph, { validation: 0.05, test: 0.1 }, 3)).toEqual(split)
    expect(splitEdges(graph, { validation: 0.05, test: 0.1 }, 4).test.edges).not.toEqual(split.test.edges)
    expect(() => splitEdges(ring(10), { validation: 0.05, test: 0.1 }, 3)).toThrow(
      new RangeError(
        'splitEdges: shares must leave at least one of the 10 edges to each part, got 9 to train, '
          + '0 and 1 held out',
      ),
    )
  })
})

describe('stratifiedNodes and nodeTargets', () => {
  it('part each class alike and leave out nodes without a label', () => {
    const labels = Int32Array.from({ length: 65 }, (_, i) => (i < 50 ? i % 2 : i < 60 ? 2 : -1))
    const { training, validation, test } = stratifiedNodes(labels, 0.2, 1)
    expect([...training, ...validation, ...test].sort((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, i) => i))
    const count = (part: Uint32Array): number[] => [0, 1, 2].map((c) => part.filter((i) => labels[i] === c).length)
    expect([training, validation, test].map(count)).toEqual([[5, 5, 2], [5, 5, 2], [15, 15, 6]])
    expect(stratifiedNodes(labels, 0.2, 2).training).not.toEqual(training)
    expect(() => stratifiedNodes(Int32Array.of(0, 0), 0.5, 1)).toThrow(
      new RangeError('stratifiedNodes: share must leave nodes to each part, got 1, 1 and 0 at 0.5'),
    )
    for (const share of [0, -1, NaN]) {
      expect(() => stratifiedNodes(labels, share, 1)).toThrow(
        new RangeError(`stratifiedNodes: share must be above 0, got ${share}`),
      )
    }
  })

  it('weigh the nodes that count alike and no other', () => {
    const targets = nodeTargets(Int32Array.of(1, -1, 0, 1), [0, 3], 2)
    expect([...targets.data]).toEqual([0, 2, 0, 0, 0, 0, 0, 2])
    // The error of the mean over nodes is (p − t)/2 at the two that count, and 0 at the others.
    const error = tensor([4, 2])
    const output = tensor([4, 2], Float32Array.of(1, 1, 3, 4, 5, 6, 2, 2))
    expect(crossEntropy('mean').evaluateInto(error, output, targets)).toBeCloseTo(Math.log(2), 12)
    expect([...error.data]).toEqual([0.25, -0.25, 0, 0, 0, 0, 0.25, -0.25])
    expect(() => nodeTargets(Int32Array.of(1, -1), [1], 2)).toThrow(
      new RangeError('nodeTargets: nodes[0] must have a label below 2, got -1'),
    )
    expect(() => nodeTargets(Int32Array.of(1, 0), [2], 2)).toThrow(
      new RangeError('nodeTargets: nodes[0] must have a label below 2, got undefined'),
    )
  })
})
