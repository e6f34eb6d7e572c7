// What convolutions on graphs by fixed matrices have in common: features times weights, then sums over neighborhoods.

import { addSparseRow, blockedKernels, checkPattern, type Kernels, show, type SparseMatrix, type SparsePattern,
  sparseTimesInto, type Tensor, transposeSparse } from '../tensor/index.ts'
import type { Layer, Parameter } from './layer.ts'
import { allocateTensor, planned, required } from './planned.ts'
import { type Linear, linear } from './sparse-dense.ts'

/** Sizes of a convolution on a graph. */
export interface GraphLayerOptions {
  readonly name: string
  /** Square, its rows the nodes that gather; row i holds the neighbors of i, not i itself. */
  readonly graph: SparsePattern
  /** Features per node, before and after. */
  readonly inputs: number
  readonly outputs: number
  /** Where the features are sparse: the input is then their entries, as to `sparseDense`. */
  readonly pattern?: SparsePattern | undefined
  readonly kernels?: Kernels
}

/** A convolution with a fixed matrix per term. */
export interface GraphFilter extends Layer {
  readonly kind: 'graph-filter'
  readonly inputs: number
  /** W_k of each term, in order; their layers are the children. */
  readonly terms: readonly Linear[]
  readonly bias: Parameter
}

/** One term: A_k, or the identity where it is left out. */
export interface FilterTerm {
  readonly name: string
  readonly matrix?: SparseMatrix
}

/**
 * y = Σ_k A_k (x W_kᵀ) + b. Shapes: x [N, I] (or the entries of a sparse one), A_k [N, N], W_k [O, I], b [O], y [N, O].
 * Gradients: db = Σ_N dy, dW_k = (A_kᵀ dy)ᵀ x, dx = Σ_k A_kᵀ dy W_k in float32, terms ascending.
 * Order: products as `dense` or `sparseDense`; y from the bias over terms, then a row's entries, in float64, rounded once.
 */
export function graphFilter(where: string,
  { name, graph, inputs, outputs, pattern, kernels = blockedKernels }: GraphLayerOptions,
  terms: readonly FilterTerm[]): GraphFilter
{
  const nodes = checkGraph(`${where} ${name}`, graph, pattern)
  const linears = terms.map((term) => linear({ name: `${name}/${term.name}`, inputs, outputs, pattern, kernels }))
  const matrices = terms.map(({ matrix }) => matrix)
  const transposed = matrices.map((matrix) => (matrix === undefined ? undefined : transposeSparse(matrix)))
  const bias: Parameter = {
    name: `${name}/bias`,
    value: allocateTensor(kernels, [outputs]),
    gradient: allocateTensor(kernels, [outputs]),
  }
  const buffers = planned(`${where} ${name}`, kernels, (shape, space) => ({
    output: space.tensor([nodes, outputs]),
    down: matrices.map(() => space.tensor([nodes, outputs])),
    inputGradient: space.tensor(shape),
    sums: space.float64(outputs),
  }))
  const parts: Float32Array[] = []
  let input: Tensor | undefined
  const outputShape = (shape: readonly number[]): readonly number[] => {
    const [rows, width] = linears[0].outputShape(shape)
    if (rows === nodes) return [rows, width]
    throw new RangeError(`${where} ${name}: input must have ${nodes} rows, one per node, got ${show(shape)}`)
  }
  return {
    kind: 'graph-filter',
    name,
    inputs,
    terms: linears,
    bias,
    parameters: [bias],
    children: linears,
    usesOutputGradient: true,
    outputShape,
    forward(x) {
      outputShape(x.shape)
      const { output, sums } = buffers(x)
      input = x
      for (let k = 0; k < linears.length; k++) parts[k] = linears[k].forward(x).data
      for (let i = 0; i < nodes; i++) {
        const row = i * outputs
        for (let o = 0; o < outputs; o++) sums[o] = bias.value.data[o]
        for (let k = 0; k < parts.length; k++) {
          const matrix = matrices[k]
          if (matrix !== undefined) addSparseRow(sums, matrix, matrix.values, i, parts[k], outputs, false)
          else for (let o = 0; o < outputs; o++) sums[o] += parts[k][row + o]
        }
        for (let o = 0; o < outputs; o++) output.data[row + o] = sums[o]
      }
      return output
    },
    backward(outputGradient, wantInput) {
      if (input === undefined) throw new Error(`${name}.backward: forward must come first`)
      const { output, down, inputGradient, sums } = buffers(input)
      const dy = required(name, outputGradient, output.shape)
      kernels.elementwise.sumRowsInto(bias.gradient.data, dy.data, nodes, outputs)
      for (let k = 0; k < linears.length; k++) {
        const matrix = transposed[k]
        let part = dy
        if (matrix !== undefined) {
          part = down[k]
          sparseTimesInto(part.data, matrix, matrix.values, dy.data, outputs, sums)
        }
        const gradient = linears[k].backward(part, wantInput)
        if (!wantInput) continue
        const term = required(linears[k].name, gradient, input.shape).data
        if (k === 0) kernels.elementwise.copyInto(inputGradient.data, term)
        else kernels.elementwise.addInto(inputGradient.data, inputGradient.data, term)
      }
      return wantInput ? inputGradient : undefined
    },
  }
}

/** True for layers made by `graphFilter`. */
export function isGraphFilter(layer: Layer): layer is GraphFilter {
  return (layer as Partial<GraphFilter>).kind === 'graph-filter'
}

/** The number of nodes. Throws: RangeError for a graph that is not square, has loops, or has not a row per sample. */
export function checkGraph(where: string, graph: SparsePattern, pattern?: SparsePattern): number {
  checkPattern(where, 'graph', graph)
  const { rows, columns, rowStarts, columnIndices } = graph
  if (rows !== columns) throw new RangeError(`${where}: graph must be square, got ${rows} by ${columns}`)
  for (let i = 0; i < rows; i++) {
    for (let at = rowStarts[i]; at < rowStarts[i + 1]; at++) {
      if (columnIndices[at] === i) throw new RangeError(`${where}: graph must have no loops, got one at node ${i}`)
    }
  }
  if (pattern !== undefined && pattern.rows !== rows) {
    throw new RangeError(`${where}: pattern must have ${rows} rows, one per node, got ${pattern.rows}`)
  }
  return rows
}

/** A matrix on a graph's edges: value(i, j, e) for edge e from neighbor j to node i. */
export function onEdges(graph: SparsePattern,
  value: (node: number, neighbor: number, edge: number) => number): SparseMatrix
{
  const values = new Float32Array(graph.columnIndices.length)
  for (let i = 0; i < graph.rows; i++) {
    for (let e = graph.rowStarts[i]; e < graph.rowStarts[i + 1]; e++) values[e] = value(i, graph.columnIndices[e], e)
  }
  return { ...graph, values }
}

/** Number of neighbors of a node. */
export function degree({ rowStarts }: SparsePattern, node: number): number {
  return rowStarts[node + 1] - rowStarts[node]
}

/** The graph with an edge from each node to itself, among its neighbors in ascending place. */
export function withLoops({ rows, rowStarts, columnIndices }: SparsePattern): SparsePattern {
  const starts = rowStarts.map((start, i) => start + i)
  const indices = new Int32Array(columnIndices.length + rows)
  for (let i = 0; i < rows; i++) {
    const row = indices.subarray(starts[i], starts[i + 1])
    row.set(columnIndices.subarray(rowStarts[i], rowStarts[i + 1]))
    row[row.length - 1] = i
    row.sort()
  }
  return { rows, columns: rows, rowStarts: starts, columnIndices: indices }
}
