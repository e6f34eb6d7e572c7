// The convolution by Chebyshev polynomials of the graph's Laplacian, of first order.
import { checkGraph, degree, graphFilter, onEdges } from './graph-filter.js';
/**
 * L̃ = −D^(−½) A D^(−½): the Laplacian I − D^(−½) A D^(−½), scaled by its largest possible eigenvalue 2 and shifted by I.
 * Nodes without neighbors have an empty row. Throws: RangeError for a graph that is not square or has loops.
 */
export function scaledLaplacian(graph) {
    checkGraph('scaledLaplacian', graph);
    return onEdges(graph, (i, j) => {
        // A neighbor without neighbors of its own, in a graph with directions, has no D^(−½) either.
        const product = degree(graph, i) * degree(graph, j);
        return product > 0 ? -1 / Math.sqrt(product) : 0;
    });
}
/**
 * y = x W₀ᵀ + L̃ (x W₁ᵀ) + b, the terms T₀ and T₁ of the polynomial.
 * Equation: Defferrard, Bresson & Vandergheynst 2016, equation 4 with K = 2 and λ_max = 2.
 * Shapes, gradients, order: as `graphFilter` with two terms. Throws: as `graphConvolution`.
 */
export function chebyshevConvolution(options) {
    return graphFilter('chebyshevConvolution', options, [{ name: 'own' }, {
            name: 'neighbors',
            matrix: scaledLaplacian(options.graph),
        }]);
}
