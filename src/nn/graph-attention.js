// Graph attention: every node gathers from its neighbors and itself what it attends to.
import { blockedKernels, checkSize, edgeSoftmaxBackwardInto, edgeSoftmaxInto, segmentSumInto, show, transposePattern } from '../tensor/index.js';
import { dropout as makeDropout } from './dropout.js';
import { checkGraph, withLoops } from './graph-filter.js';
import { allocateTensor, planned, required } from './planned.js';
import { linear } from './sparse-dense.js';
/** Of leaky relu at negative scores. */
const SLOPE = 0.2;
/**
 * y_i = ∥_h Σ_{j ∈ N(i) ∪ {i}} m_ijh α_ijh z_jh + b, α = softmax_j leaky(t_h·z_ih + s_h·z_jh), z = x Wᵀ cut into H heads
 * of d = O/H features, leaky with slope 0.2, m the dropout of α. Equation: Veličković et al. 2018, equations 3 to 5.
 * Shapes: x [N, I] (or the entries of a sparse one), W [O, I], s, t [H, d], b [O], y [N, O].
 * Gradients: dα = m ⊙ dy·z, dscore = α ⊙ (dα − Σ_j α dα)·leaky′, ds_h = Σ_e dscore z_j, dt_h = Σ_e dscore z_i,
 *   dz = Σ_i m α dy_i + (Σ_i dscore) s + (Σ_j dscore) t, db = Σ_N dy; dW, dx as `linear`.
 * Order: every sum over edges by nodes and neighbors ascending, over features ascending, in float64, rounded once.
 * Cost: of the dense layer and about 12·(edges + N)·O flops forward and backward. Memory: 24 bytes per edge and head.
 * Throws: RangeError for a graph that is not square or has loops, heads that do not divide the outputs, sizes below 1.
 */
export function graphAttention(options) {
    const { name, inputs, outputs, heads, pattern, dropout: probability = 0, seed = 0, kernels = blockedKernels } = options;
    const where = `graphAttention ${name}`;
    const nodes = checkGraph(where, options.graph, pattern);
    checkSize(where, 'heads', heads, 1);
    checkSize(where, 'outputs', outputs, 1);
    if (outputs % heads !== 0)
        throw new RangeError(`${where}: heads must divide outputs ${outputs}, got ${heads}`);
    const width = outputs / heads;
    const graph = withLoops(options.graph);
    const turned = transposePattern(graph);
    const edges = graph.columnIndices.length;
    const inner = linear({ name: `${name}/linear`, inputs, outputs, pattern, kernels });
    const dropout = makeDropout({ name: `${name}/dropout`, probability, seed, kernels });
    const parameter = (kind, shape) => ({
        name: `${name}/${kind}`,
        value: allocateTensor(kernels, shape),
        gradient: allocateTensor(kernels, shape),
    });
    const source = parameter('source', [heads, width]), target = parameter('target', [heads, width]);
    const bias = parameter('bias', [outputs]);
    const buffers = planned(where, kernels, (_shape, space) => ({
        output: space.tensor([nodes, outputs]),
        seen: space.float32(nodes * heads),
        looking: space.float32(nodes * heads),
        scores: space.float32(edges * heads),
        weights: space.tensor([edges, heads]),
        dWeights: space.tensor([edges, heads]),
        /** dscore in the order of the transposed graph. */
        byNeighbor: space.float32(edges * heads),
        dz: space.tensor([nodes, outputs]),
        sums: space.float64(outputs),
    }));
    const shape = { graph, heads, width };
    let input;
    let features;
    let kept;
    let weights;
    const outputShape = (inputShape) => {
        const linearShape = inner.outputShape(inputShape);
        if (linearShape[0] === nodes)
            return linearShape;
        throw new RangeError(`${where}: input must have ${nodes} rows, one per node, got ${show(inputShape)}`);
    };
    return {
        kind: 'graph-attention',
        name,
        heads,
        linear: inner,
        dropout,
        source,
        target,
        bias,
        get weights() {
            return weights;
        },
        parameters: [source, target, bias],
        children: [inner, dropout],
        usesOutputGradient: true,
        outputShape,
        forward(x) {
            outputShape(x.shape);
            const plan = buffers(x);
            const { output, seen, looking, scores, sums } = plan;
            input = x;
            features = inner.forward(x);
            const z = features.data;
            headProductsInto(seen, z, source.value.data, heads, width);
            headProductsInto(looking, z, target.value.data, heads, width);
            for (let i = 0; i < nodes; i++) {
                for (let e = graph.rowStarts[i]; e < graph.rowStarts[i + 1]; e++) {
                    for (let h = 0; h < heads; h++) {
                        const score = looking[i * heads + h] + seen[graph.columnIndices[e] * heads + h];
                        scores[e * heads + h] = score > 0 ? score : SLOPE * score;
                    }
                }
            }
            weights = plan.weights;
            edgeSoftmaxInto(weights.data, graph.rowStarts, scores, heads);
            kept = dropout.forward(weights);
            for (let i = 0; i < nodes; i++) {
                for (let o = 0; o < outputs; o++)
                    sums[o] = bias.value.data[o];
                gather(sums, shape, i, kept.data, undefined, z);
                for (let o = 0; o < outputs; o++)
                    output.data[i * outputs + o] = sums[o];
            }
            return output;
        },
        backward(outputGradient, wantInput) {
            if (input === undefined || features === undefined || kept === undefined || weights === undefined) {
                throw new Error(`${name}.backward: forward must come first`);
            }
            const { output, seen, looking, scores, dWeights, byNeighbor, dz, sums } = buffers(input);
            const dy = required(name, outputGradient, output.shape).data;
            const z = features.data;
            kernels.elementwise.sumRowsInto(bias.gradient.data, dy, nodes, outputs);
            edgeProductsInto(dWeights.data, shape, dy, z);
            const dKept = required(dropout.name, dropout.backward(dWeights, true), weights.shape).data;
            // From here on `dWeights` holds dscore.
            const dScores = dWeights.data;
            edgeSoftmaxBackwardInto(dScores, graph.rowStarts, weights.data, dKept, heads);
            for (let at = 0; at < dScores.length; at++)
                if (!(scores[at] > 0))
                    dScores[at] *= SLOPE;
            // The scores of the forward pass are not needed any more: sums per node take their places.
            segmentSumInto(looking, graph.rowStarts, dScores, heads);
            for (let p = 0; p < edges; p++) {
                for (let h = 0; h < heads; h++)
                    byNeighbor[p * heads + h] = dScores[turned.places[p] * heads + h];
            }
            segmentSumInto(seen, turned.rowStarts, byNeighbor, heads);
            headGradientsInto(source.gradient.data, seen, z, heads, width);
            headGradientsInto(target.gradient.data, looking, z, heads, width);
            const s = source.value.data, t = target.value.data;
            const across = { graph: turned, heads, width };
            for (let j = 0; j < nodes; j++) {
                for (let o = 0; o < outputs; o++) {
                    const at = j * heads + Math.floor(o / width);
                    sums[o] = seen[at] * s[o] + looking[at] * t[o];
                }
                gather(sums, across, j, kept.data, turned.places, dy);
                for (let o = 0; o < outputs; o++)
                    dz.data[j * outputs + o] = sums[o];
            }
            return inner.backward(dz, wantInput);
        },
    };
}
/** out[n, h] := Σ_f a[h, f]·z[n, h, f] */
function headProductsInto(out, z, a, heads, width) {
    for (let at = 0; at < out.length; at++) {
        const from = at * width, own = at % heads * width;
        let sum = 0;
        for (let f = 0; f < width; f++)
            sum += a[own + f] * z[from + f];
        out[at] = sum;
    }
}
/** da[h, f] := Σ_n d[n, h]·z[n, h, f] */
function headGradientsInto(da, d, z, heads, width) {
    for (let o = 0; o < heads * width; o++) {
        let sum = 0;
        for (let n = Math.floor(o / width), at = o; n < d.length; n += heads, at += heads * width)
            sum += d[n] * z[at];
        da[o] = sum;
    }
}
/** sums[h, f] += Σ_e w[e, h]·x[j(e), h, f] over the edges of node i; edge e's weight stands at places[e], at e unless given. */
function gather(sums, { graph: { rowStarts, columnIndices }, heads, width }, i, w, places, x) {
    for (let e = rowStarts[i]; e < rowStarts[i + 1]; e++) {
        const from = columnIndices[e] * heads * width | 0;
        const at = (places === undefined ? e : places[e]) * heads | 0;
        for (let h = 0, o = 0; h < heads; h++) {
            const weight = w[at + h | 0];
            for (let f = 0; f < width; f++, o++)
                sums[o] += weight * x[from + o | 0];
        }
    }
}
/** out[e, h] := Σ_f dy[i, h, f]·z[j, h, f] for edge e from j to i. */
function edgeProductsInto(out, { graph: { rows, rowStarts, columnIndices }, heads, width }, dy, z) {
    for (let i = 0; i < rows; i++) {
        for (let e = rowStarts[i]; e < rowStarts[i + 1]; e++) {
            for (let h = 0; h < heads; h++) {
                const a = (i * heads + h) * width | 0, b = (columnIndices[e] * heads + h) * width | 0;
                let sum = 0;
                for (let f = 0; f < width; f++)
                    sum += dy[a + f | 0] * z[b + f | 0];
                out[e * heads + h] = sum;
            }
        }
    }
}
/** True for layers made by `graphAttention`. */
export function isGraphAttention(layer) {
    return layer.kind === 'graph-attention';
}
