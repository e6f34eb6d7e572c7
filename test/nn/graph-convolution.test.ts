import { describe, expect, it } from 'vitest'
import { chebyshevConvolution, graphConvolution, isDense, normalizedAdjacency, scaledLaplacian, splineConvolution,
  walk } from '../../src/nn/index.ts'
import { degreeCoordinates } from '../../src/nn/spline-convolution.ts'
import { tensor } from '../../src/tensor/index.ts'
import { neighbors, UNDIRECTED } from './graph-rows.ts'
import { expectFilledInput, expectNamedMisuse, expectSteadyBuffers, randomTensor } from './layer-laws.ts'

const graph = neighbors(UNDIRECTED)
const SIZES = { graph, inputs: 3, outputs: 2 }
const coordinates = degreeCoordinates(graph)

describe('normalizedAdjacency, scaledLaplacian, degreeCoordinates', () => {
  it('have the values of their definitions; a node alone keeps itself, or nothing', () => {
    const a = normalizedAdjacency(graph)
    expect([...a.rowStarts]).toEqual([0, 3, 6, 10, 12, 13])
    expect([...a.columnIndices]).toEqual([0, 1, 2, 0, 1, 2, 0, 1, 2, 3, 2, 3, 4])
    const r12 = Math.fround(1 / Math.sqrt(12)), r8 = Math.fround(1 / Math.sqrt(8)), third = Math.fround(1 / 3)
    expect([...a.values]).toEqual([third, third, r12, third, third, r12, r12, r12, 0.25, r8, r8, 0.5, 1])
    const r6 = -Math.fround(1 / Math.sqrt(6)), r3 = -Math.fround(1 / Math.sqrt(3))
    expect([...scaledLaplacian(graph).values]).toEqual([-0.5, r6, -0.5, r6, r6, r6, r3, r3])
    expect([...coordinates]).toEqual([2, 2, 2, 2, 3, 3, 3, 1].map((degree) => Math.fround(degree / 3)))
    expect(degreeCoordinates(neighbors([[], []]))).toHaveLength(0)
  })

  it('refuse graphs that are not square or have loops', () => {
    for (const make of [normalizedAdjacency, scaledLaplacian, degreeCoordinates]) {
      expect(() => make(neighbors([[0, 1], [0]]))).toThrow(
        new RangeError(`${make.name}: graph must have no loops, got one at node 0`),
      )
      expect(() => make(neighbors([[1], [0]], 3))).toThrow(
        new RangeError(`${make.name}: graph must be square, got 2 by 3`),
      )
    }
  })
})

describe.each(
  [['graphConvolution', graphConvolution, 1], ['chebyshevConvolution', chebyshevConvolution, 2], ['splineConvolution',
    (options: Parameters<typeof graphConvolution>[0]) => splineConvolution({ ...options, coordinates }), 3]] as const,
)('%s', (where, make, terms) => {
  it('shows its weights to learning rules, plans its buffers and names misuse', () => {
    const layer = make({ name: 'g', ...SIZES })
    expect(walk(layer).filter(isDense)).toEqual(layer.terms)
    expect(layer.terms).toHaveLength(terms)
    expectSteadyBuffers((kernels) => make({ name: 'g', ...SIZES, kernels }), [5, 3])
    expectNamedMisuse(make({ name: 'g', ...SIZES }), randomTensor(1, [5, 3]))
    expectFilledInput(make({ name: 'g', ...SIZES }), randomTensor(1, [5, 3]))
    expect(() => layer.forward(tensor([4, 3]))).toThrow(
      new RangeError(`${where} g: input must have 5 rows, one per node, got [4, 3]`),
    )
    expect(() => make({ name: 'g', ...SIZES, graph: neighbors([[0]]) })).toThrow('graph must have no loops')
    expect(() => make({ name: 'g', ...SIZES, pattern: neighbors([[0], [1], [2]]) })).toThrow(
      new RangeError(`${where} g: pattern must have 5 rows, one per node, got 3`),
    )
  })
})

describe('splineConvolution', () => {
  it('refuses coordinates outside of the spline', () => {
    const at = (list: readonly number[]) => (): unknown =>
      splineConvolution({ name: 's', ...SIZES, coordinates: Float32Array.from(list) })
    expect(at([1, 2])).toThrow(new RangeError('splineConvolution s: coordinates must have 8 elements, got 2'))
    expect(at([0, 0, 0, 0, 0, 0, 1, 1.5])).toThrow(
      new RangeError('splineConvolution s: coordinates[7] must be at least 0 and at most 1, got 1.5'),
    )
  })
})
