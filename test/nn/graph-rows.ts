// Rows of the gradient table for layers on graphs, their twins with the whole matrices of the definitions.

import { chain, chebyshevConvolution, degreeCoordinates, dnaConvolution, graphAttention, graphConvolution, history,
  sparseDense, splineConvolution } from '../../src/nn/index.ts'
import type { SparsePattern } from '../../src/tensor/index.ts'
import type { Row } from './gradient-rows.ts'

const steps = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i)

/** The pattern of a list of neighbors per node. */
export function neighbors(lists: readonly (readonly number[])[], columns = lists.length): SparsePattern {
  return {
    rows: lists.length,
    columns,
    rowStarts: Int32Array.from([0, ...lists].keys(), (i) => lists.slice(0, i).flat().length),
    columnIndices: Int32Array.from(lists.flat()),
  }
}

/** A triangle with a tail, and a node alone. */
export const UNDIRECTED = [[1, 2], [0, 2], [0, 1, 3], [2], []]
/** Some edges go one way. */
const DIRECTED = [[1], [0, 2], [0, 3], [2, 1], []]

/** All with all: the scores of a node are then of both signs, without which `target` has a gradient of zero. */
const COMPLETE = [0, 1, 2, 3, 4, 5].map((i) => [0, 1, 2, 3, 4, 5].filter((j) => j !== i))

type Matrix = readonly (readonly number[])[]

const dense = (lists: Matrix, value: (i: number, j: number) => number): Matrix =>
  lists.map((row, i) => lists.map((_, j) => (row.includes(j) ? value(i, j) : 0)))

const adjacency = (lists: Matrix): Matrix => {
  const own = lists.map((row, i) => [...row, i])
  return dense(own, (i, j) => Math.fround(1 / Math.sqrt(own[i].length * own[j].length)))
}

/** Rows of N × width numbers. */
const rowsOf = (x: ArrayLike<number>, width: number): Matrix =>
  steps(x.length / width).map((i) => steps(width).map((f) => x[i * width + f]))
const times = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => b[0].map((_, j) => row.reduce((total, v, k) => total + v * b[k][j], 0)))
const turn = (a: Matrix): Matrix => a[0].map((_, j) => a.map((row) => row[j]))
const plus = (...terms: readonly Matrix[]): Matrix =>
  terms[0].map((row, i) => row.map((_, j) => terms.reduce((total, term) => total + term[i][j], 0)))
const flat = (a: Matrix): Float64Array => Float64Array.from(a.flat())

/** Σ_k A_k x W_kᵀ + b */
function filterTwin(x: Float64Array, inputs: number, matrices: readonly Matrix[],
  [bias, ...weights]: readonly Float64Array[]): Float64Array
{
  const h = rowsOf(x, inputs)
  const terms = matrices.map((a, k) => times(a, times(h, turn(rowsOf(weights[k], inputs)))))
  return flat(plus(...terms, h.map(() => [...bias])))
}

const identity = (size: number): Matrix => steps(size).map((i) => steps(size).map((j) => (i === j ? 1 : 0)))

/** [3, 4] with the last column never used. */
const WORDS = neighbors([[0, 2], [], [1, 2]], 4)
/** [5, 4], for the graphs above. */
const DOCUMENTS = neighbors([[0, 3], [1], [], [0, 1, 2], [2]], 4)

/** The matrix whose entries are x at the places of a pattern. */
const filled = ({ rows, columns, rowStarts, columnIndices }: SparsePattern, x: Float64Array): Float64Array =>
  flat(steps(rows).map((i) =>
    steps(columns).map((j) => {
      const at = columnIndices.indexOf(j, rowStarts[i])
      return at >= 0 && at < rowStarts[i + 1] ? x[at] : 0
    })
  ))

const SPARSE: Row[] = [{
  name: 'sparse dense of 4 entries, 4 → 3',
  shape: [4],
  build: (kernels) => sparseDense({ name: 's', pattern: WORDS, outputs: 3, kernels }),
  twin: (x, [weight]) => flat(times(rowsOf(filled(WORDS, x), 4), turn(rowsOf(weight, 4)))),
  ulps: 0.5001,
}]

const FILTERS: Row[] = ([['undirected', UNDIRECTED], ['directed', DIRECTED]] as const).flatMap(([kind, lists]) => {
  const graph = neighbors(lists)
  const most = Math.max(...lists.map((row) => row.length))
  const scaled = dense(lists, (i, j) => {
    const product = lists[i].length * lists[j].length
    return product > 0 ? -Math.fround(1 / Math.sqrt(product)) : 0
  })
  const coordinates = degreeCoordinates(graph)
  const u = (i: number): number => Math.fround(lists[i].length / most)
  const knot = (basis: (i: number) => number): Matrix => dense(lists, (i) => Math.fround(basis(i) / lists[i].length))
  const sizes = { graph, inputs: 3, outputs: 2 }
  return [{
    name: `graph convolution of [5, 3], ${kind}`,
    shape: [5, 3],
    build: (kernels): ReturnType<Row['build']> => graphConvolution({ name: 'g', ...sizes, kernels }),
    twin: (x: Float64Array, parameters: readonly Float64Array[]) => filterTwin(x, 3, [adjacency(lists)], parameters),
    ulps: 4,
  }, {
    name: `Chebyshev convolution of [5, 3], ${kind}`,
    shape: [5, 3],
    build: (kernels): ReturnType<Row['build']> => chebyshevConvolution({ name: 'c', ...sizes, kernels }),
    twin: (x: Float64Array, parameters: readonly Float64Array[]) => filterTwin(x, 3, [identity(5), scaled], parameters),
    ulps: 4,
  }, {
    name: `spline convolution of [5, 3], ${kind}`,
    shape: [5, 3],
    build: (kernels): ReturnType<Row['build']> => splineConvolution({ name: 's', ...sizes, coordinates, kernels }),
    twin: (x: Float64Array, parameters: readonly Float64Array[]) =>
      filterTwin(x, 3, [knot((i) => 1 - u(i)), knot(u), identity(5)], parameters),
    ulps: 4,
  }]
})

const SPARSE_FILTER: Row[] = [{
  name: 'graph convolution of 7 entries',
  shape: [7],
  build: (kernels) =>
    graphConvolution({ name: 'g', graph: neighbors(UNDIRECTED), inputs: 4, outputs: 2, pattern: DOCUMENTS, kernels }),
  twin: (x, parameters) => filterTwin(filled(DOCUMENTS, x), 4, [adjacency(UNDIRECTED)], parameters),
  ulps: 4,
}, {
  name: 'Chebyshev convolution of 7 entries',
  shape: [7],
  build: (kernels) =>
    chebyshevConvolution({
      name: 'g',
      graph: neighbors(UNDIRECTED),
      inputs: 4,
      outputs: 2,
      pattern: DOCUMENTS,
      kernels,
    }),
  twin: (x, parameters) =>
    filterTwin(filled(DOCUMENTS, x), 4, [identity(5), dense(UNDIRECTED, (i, j) =>
      -Math.fround(1 / Math.sqrt(UNDIRECTED[i].length * UNDIRECTED[j].length)))], parameters),
  ulps: 4,
}]

/** Every output by itself: the softmax over the neighbors of a node, then the sum. */
function graphAttentionTwin(x: Float64Array, lists: Matrix, inputs: number, heads: number,
  [source, target, bias, weight]: readonly Float64Array[]): Float64Array
{
  const z = times(rowsOf(x, inputs), turn(rowsOf(weight, inputs)))
  const width = bias.length / heads
  return flat(lists.map((row, i) =>
    [...bias].map((b, o) => {
      const head = steps(width).map((f) => o - o % width + f)
      const seen = [...row, i]
      const weights = seen.map((j) => {
        const score = head.reduce((total, at) => total + target[at] * z[i][at] + source[at] * z[j][at], 0)
        return Math.exp(score > 0 ? score : 0.2 * score)
      })
      const whole = weights.reduce((total, w) => total + w)
      return seen.reduce((total, j, e) => total + weights[e] / whole * z[j][o], b)
    })
  ))
}

const ATTENTION: Row[] =
  ([['complete', COMPLETE, 1, 3, 3], ['complete', COMPLETE, 2, 3, 4], ['directed', DIRECTED, 6, 3, 12]] as const).map((
    [kind, lists, heads, inputs, outputs],
  ): Row => ({
    name: `graph attention of [${lists.length}, ${inputs}] with ${heads} heads, ${kind}`,
    shape: [lists.length, inputs],
    build: (kernels) => graphAttention({ name: 'a', graph: neighbors(lists), inputs, outputs, heads, kernels }),
    twin: (x, parameters) => graphAttentionTwin(x, lists, inputs, heads, parameters),
    ulps: 16,
  }))

/** Every channel by itself. Parameters: weight and bias of query, key and value. */
function dnaTwin(x: Float64Array, lists: Matrix, [length, channels]: readonly number[], heads: number, groups: number,
  [wq, bq, wk, bk, wv, bv]: readonly Float64Array[]): Float64Array
{
  const size = channels / groups, width = channels / heads
  const project = (i: number, l: number, weight: Float64Array, bias: Float64Array): readonly number[] =>
    [...bias].map((b, c) =>
      steps(size).reduce((total, f) => total + weight[c * size + f] * x[(i * length + l) * channels + c - c % size + f],
        b)
    )
  const a = adjacency(lists)
  return flat(lists.map((row, i) => {
    const q = project(i, length - 1, wq, bq)
    return steps(channels).map((c) => {
      const head = steps(width).map((f) => c - c % width + f)
      return [...row, i].reduce((total, j) => {
        const keys = steps(length).map((l) => project(j, l, wk, bk)),
          values = steps(length).map((l) => project(j, l, wv, bv))
        const scores = keys.map((k) => Math.exp(head.reduce((sum, f) => sum + q[f] * k[f], 0) / Math.sqrt(width)))
        const whole = scores.reduce((sum, s) => sum + s, 1)
        return total + a[i][j] * values.reduce((sum, v, l) => sum + scores[l] / whole * v[c], 0)
      }, 0)
    })
  }))
}

const DNA: Row[] = ([[UNDIRECTED, 1, 2, 1, 1], [UNDIRECTED, 3, 4, 2, 1], [DIRECTED, 2, 4, 1, 2]] as const).map((
  [lists, length, channels, heads, groups],
): Row => ({
  name: `DNA convolution of [5, ${length}, ${channels}], ${heads} heads, ${groups} groups`,
  shape: [5, length, channels],
  build: (kernels) => dnaConvolution({ name: 'd', graph: neighbors(lists), channels, heads, groups, kernels }),
  twin: (x, parameters) => dnaTwin(x, lists, [length, channels], heads, groups, parameters),
  ulps: 16,
}))

/** The stack [N, l, C] of matrices [N, C]. */
const stacked = (parts: readonly Float64Array[], channels: number): Float64Array =>
  Float64Array.from(
    steps(parts[0].length / channels).flatMap((i) =>
      parts.flatMap((part) => [...part.slice(i * channels, (i + 1) * channels)])
    ),
  )

const HISTORY: Row[] = [{
  name: 'history of three DNA convolutions',
  shape: [5, 2],
  build: (kernels) =>
    history({
      name: 'h',
      kernels,
      layers: steps(3).map((l) =>
        chain(`step${l}`, [
          dnaConvolution({ name: `d${l}`, graph: neighbors(UNDIRECTED), channels: 2, heads: 1, kernels }),
        ])
      ),
    }),
  twin: (x, parameters) => {
    const all = [x]
    for (const l of steps(3)) {
      all.push(dnaTwin(stacked(all, 2), UNDIRECTED, [l + 1, 2], 1, 1, parameters.slice(6 * l, 6 * l + 6)))
    }
    return all[3]
  },
  ulps: 32,
}]

export const GRAPH_ROWS: readonly Row[] = [...SPARSE, ...FILTERS, ...SPARSE_FILTER, ...ATTENTION, ...DNA, ...HISTORY]
