// The convolution by B-splines of a coordinate on the edges: one dimension, two knots.
import { checkLength } from '../tensor/index.js';
import { checkGraph, degree, graphFilter, onEdges } from './graph-filter.js';
/** u = degree of the node that gathers, over the largest degree: all zero in a graph without edges. */
export function degreeCoordinates(graph) {
    checkGraph('degreeCoordinates', graph);
    let most = 1;
    for (let i = 0; i < graph.rows; i++)
        most = Math.max(most, degree(graph, i));
    return onEdges(graph, (i) => degree(graph, i) / most).values;
}
/**
 * y_i = |N(i)|⁻¹ Σ_{j ∈ N(i)} x_j ((1 − u_ij) W₀ + u_ij W₁)ᵀ + x_i W_rootᵀ + b; no sum where there are no neighbors.
 * Equation: Fey, Lenssen, Weichert & Müller 2018, equation 3, with one coordinate, an open spline of degree 1 with two
 *   knots, mean aggregation and a root weight.
 * Shapes, gradients, order: as `graphFilter` with three terms. Throws: as `graphConvolution`, and RangeError for
 *   coordinates outside [0, 1] or of another number than edges.
 */
export function splineConvolution(options) {
    const { name, graph, coordinates } = options;
    const where = `splineConvolution ${name}`;
    checkGraph(where, graph);
    checkLength(where, 'coordinates', coordinates, graph.columnIndices.length);
    const wrong = coordinates.findIndex((u) => !(u >= 0 && u <= 1));
    if (wrong >= 0) {
        throw new RangeError(`${where}: coordinates[${wrong}] must be at least 0 and at most 1, got ${coordinates[wrong]}`);
    }
    const mean = (basis) => onEdges(graph, (i, _j, e) => basis(coordinates[e]) / degree(graph, i));
    return graphFilter('splineConvolution', options, [{ name: 'knot0', matrix: mean((u) => 1 - u) }, {
            name: 'knot1',
            matrix: mean((u) => u),
        }, { name: 'root' }]);
}
