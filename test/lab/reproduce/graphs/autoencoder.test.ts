import { describe, expect, it } from 'vitest'
import { graphOfPairs, pairsOf } from '../../../../src/data/index.ts'
import { linkScore, linkTarget } from '../../../../src/lab/reproduce/graphs/autoencoder.ts'
import { tensor } from '../../../../src/tensor/index.ts'

const RING = graphOfPairs(8, Int32Array.from(Array.from({ length: 8 }, (_, i) => [i, (i + 1) % 8]).flat()))

describe('linkTarget', () => {
  it('has all edges and as many other pairs, drawn anew in each epoch', () => {
    const edges = pairsOf(RING)
    const { shape, data } = linkTarget(RING, edges, 1, 0)
    expect(shape).toEqual([16, 3])
    const rows = Array.from({ length: 16 }, (_, p) => [...data.subarray(3 * p, 3 * p + 3)])
    expect(rows.slice(0, 8).flatMap(([u, v]) => [u, v])).toEqual([...edges])
    expect(rows.map(([, , mark]) => mark)).toEqual([...new Array<number>(8).fill(1), ...new Array<number>(8).fill(0)])
    for (const [u, v] of rows.slice(8)) expect([1, 7]).not.toContain(v - u)
    expect(linkTarget(RING, edges, 1, 0).data).toEqual(data)
    expect(linkTarget(RING, edges, 1, 1).data).not.toEqual(data)
    expect(linkTarget(RING, edges, 2, 0).data).not.toEqual(data)
  })
})

describe('linkScore', () => {
  it('ranks pairs by inner products', () => {
    const z = tensor([4, 1], Float32Array.of(1, 2, -1, 3))
    const pairs = (...list: number[]) => Int32Array.from(list)
    expect(linkScore(z, { edges: pairs(1, 3, 0, 1), nonEdges: pairs(0, 2, 2, 3) })).toEqual({ auc: 1, precision: 1 })
    expect(linkScore(z, { edges: pairs(0, 2), nonEdges: pairs(0, 1) })).toEqual({ auc: 0, precision: 0.5 })
  })
})
