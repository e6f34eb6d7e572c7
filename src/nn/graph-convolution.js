// The convolution of graph convolutional networks.
import { checkGraph, degree, graphFilter, onEdges, withLoops } from './graph-filter.js';
/**
 * Â = D^(−½) (A + I) D^(−½), D the row sums of A + I; a node without neighbors keeps itself.
 * Equation: Kipf & Welling 2017, equation 2. Throws: RangeError for a graph that is not square or has loops.
 */
export function normalizedAdjacency(graph) {
    checkGraph('normalizedAdjacency', graph);
    return onEdges(withLoops(graph), (i, j) => 1 / Math.sqrt((degree(graph, i) + 1) * (degree(graph, j) + 1)));
}
/**
 * y = Â (x Wᵀ) + b, Â the normalized adjacency with loops. Equation: Kipf & Welling 2017, equation 2.
 * Shapes, gradients, order: as `graphFilter` with one term. Cost: of the dense layer and 2·(edges + N)·O flops each way.
 * Throws: RangeError for a graph that is not square or has loops, and for sizes that do not fit.
 */
export function graphConvolution(options) {
    return graphFilter('graphConvolution', options, [{ name: 'linear', matrix: normalizedAdjacency(options.graph) }]);
}
