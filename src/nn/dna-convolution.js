// Dynamic neighborhood aggregation: nodes attend to all earlier representations of each neighbor.
import { blockedKernels, checkSize, exp, show, transposePattern } from '../tensor/index.js';
import { conv2d } from './conv2d.js';
import { dropout as makeDropout } from './dropout.js';
import { normalizedAdjacency } from './graph-convolution.js';
import { planned, required } from './planned.js';
/**
 * y_i = ∥_h Σ_{j ∈ N(i) ∪ {i}} Â_ij Σ_l m p_ijhl v_jlh, p = e^(s_l)/(1 + Σ_l′ e^(s_l′)), s_l = q_ih·k_jlh/√d, with q of
 * the last of L representations of i, k and v of all of j; m the dropout of p; H heads of d = C/H channels.
 * Equation: Fey 2019, equations 2 to 5; the 1 of the denominator lets a node attend to nothing ("restricted softmax").
 * Shapes: x [N, L, C], y [N, C].
 * Gradients: dp = Â dy·v, ds = p ⊙ (m dp − Σ_l p m dp)/√d, dq = Σ_j Σ_l ds k, dk = Σ_i ds q, dv = Σ_i Â m p dy; dx of
 *   the projections: (key + value) + query in float32.
 * Order: sums over neighbors ascending, then l, in float64, rounded once; scores over channels ascending.
 * Cost: of three projections and 12·(edges + N)·L·C flops forward and backward. Memory: 16 bytes per edge, head and l.
 * Throws: RangeError for a graph that is not square or has loops, and channels that are no multiple of heads and groups.
 */
export function dnaConvolution(options) {
    const { name, channels, heads, groups = 1, dropout: probability = 0, seed = 0, kernels = blockedKernels } = options;
    const where = `dnaConvolution ${name}`;
    checkSize(where, 'channels', channels, 1);
    checkSize(where, 'heads', heads, 1);
    if (channels % heads !== 0)
        throw new RangeError(`${where}: heads must divide channels ${channels}, got ${heads}`);
    const width = channels / heads;
    const scale = 1 / Math.sqrt(width);
    const adjacency = normalizedAdjacency(options.graph);
    const { rows: nodes, rowStarts, columnIndices, values } = adjacency;
    const turned = transposePattern(adjacency);
    const edges = values.length;
    const projection = (kind) => conv2d({
        name: `${name}/${kind}`,
        inputChannels: channels,
        outputChannels: channels,
        kernelSize: 1,
        groups,
        kernels,
    });
    const query = projection('query'), key = projection('key'), value = projection('value');
    const dropout = makeDropout({ name: `${name}/dropout`, probability, seed, kernels });
    const buffers = planned(where, kernels, ([, length], space) => ({
        last: space.tensor([nodes, channels, 1, 1]),
        weights: space.tensor([edges, heads, length]),
        dWeights: space.tensor([edges, heads, length]),
        output: space.tensor([nodes, channels]),
        dQuery: space.tensor([nodes, channels, 1, 1]),
        dKey: space.tensor([nodes * length, channels, 1, 1]),
        dValue: space.tensor([nodes * length, channels, 1, 1]),
        inputGradient: space.tensor([nodes, length, channels]),
        sums: space.float64(length * channels),
        others: space.float64(length * channels),
    }));
    let input;
    let kept;
    let q, k, v;
    const outputShape = (shape) => {
        if (shape.length === 3 && shape[0] === nodes && shape[1] > 0 && shape[2] === channels)
            return [nodes, channels];
        throw new RangeError(`${where}: input must have shape [${nodes}, L, ${channels}], got ${show(shape)}`);
    };
    return {
        name,
        query,
        key,
        value,
        dropout,
        parameters: [],
        children: [query, key, value, dropout],
        usesOutputGradient: true,
        outputShape,
        forward(x) {
            outputShape(x.shape);
            const { last, weights, output, dKey, sums } = buffers(x);
            input = x;
            const length = x.shape[1];
            for (let i = 0; i < nodes; i++) {
                const from = ((i + 1) * length - 1) * channels;
                for (let c = 0; c < channels; c++)
                    last.data[i * channels + c] = x.data[from + c];
            }
            const rows = { shape: dKey.shape, data: x.data };
            q = query.forward(last).data;
            k = key.forward(rows).data;
            v = value.forward(rows).data;
            const p = weights.data;
            for (let i = 0; i < nodes; i++) {
                for (let e = rowStarts[i]; e < rowStarts[i + 1]; e++) {
                    const from = columnIndices[e] * length * channels;
                    for (let h = 0; h < heads; h++) {
                        const at = (e * heads + h) * length, own = h * width;
                        productsInto(p, at, length, scale, q, i * channels + own, k, from + own, channels, width);
                        restrictedSoftmax(p, at, length);
                    }
                }
            }
            kept = dropout.forward(weights);
            const m = kept.data;
            for (let i = 0; i < nodes; i++) {
                for (let c = 0; c < channels; c++)
                    sums[c] = 0;
                for (let e = rowStarts[i]; e < rowStarts[i + 1]; e++) {
                    for (let l = 0; l < length; l++) {
                        const from = (columnIndices[e] * length + l) * channels | 0;
                        for (let h = 0, c = 0; h < heads; h++) {
                            const weight = values[e] * m[(e * heads + h) * length + l];
                            for (let f = 0; f < width; f++, c++)
                                sums[c] += weight * v[from + c | 0];
                        }
                    }
                }
                for (let c = 0; c < channels; c++)
                    output.data[i * channels + c] = sums[c];
            }
            return output;
        },
        backward(outputGradient, wantInput) {
            if (input === undefined || kept === undefined)
                throw new Error(`${name}.backward: forward must come first`);
            const { weights, dWeights, output, dQuery, dKey, dValue, inputGradient, sums, others } = buffers(input);
            const length = input.shape[1];
            const dy = required(name, outputGradient, output.shape).data;
            const d = dWeights.data;
            for (let i = 0; i < nodes; i++) {
                for (let e = rowStarts[i]; e < rowStarts[i + 1]; e++) {
                    const from = columnIndices[e] * length * channels;
                    for (let h = 0; h < heads; h++) {
                        const at = (e * heads + h) * length, own = h * width;
                        productsInto(d, at, length, values[e], dy, i * channels + own, v, from + own, channels, width);
                    }
                }
            }
            const ds = required(dropout.name, dropout.backward(dWeights, true), weights.shape).data;
            softmaxBackwardInto(ds, weights.data, length, scale);
            for (let i = 0; i < nodes; i++) {
                for (let c = 0; c < channels; c++)
                    sums[c] = 0;
                for (let e = rowStarts[i]; e < rowStarts[i + 1]; e++) {
                    for (let l = 0; l < length; l++) {
                        const from = (columnIndices[e] * length + l) * channels | 0;
                        for (let h = 0, c = 0; h < heads; h++) {
                            const weight = ds[(e * heads + h) * length + l];
                            for (let f = 0; f < width; f++, c++)
                                sums[c] += weight * k[from + c | 0];
                        }
                    }
                }
                for (let c = 0; c < channels; c++)
                    dQuery.data[i * channels + c] = sums[c];
            }
            const m = kept.data, row = length * channels;
            for (let j = 0; j < nodes; j++) {
                sums.fill(0);
                others.fill(0);
                for (let t = turned.rowStarts[j]; t < turned.rowStarts[j + 1]; t++) {
                    const e = turned.places[t], from = turned.columnIndices[t] * channels | 0;
                    for (let h = 0; h < heads; h++) {
                        const at = (e * heads + h) * length;
                        for (let l = 0; l < length; l++) {
                            const score = ds[at + l], weight = values[e] * m[at + l], to = l * channels | 0;
                            for (let c = h * width; c < (h + 1) * width; c++) {
                                sums[to + c | 0] += score * q[from + c | 0];
                                others[to + c | 0] += weight * dy[from + c | 0];
                            }
                        }
                    }
                }
                for (let c = 0; c < row; c++) {
                    dKey.data[j * row + c] = sums[c];
                    dValue.data[j * row + c] = others[c];
                }
            }
            const fromQuery = query.backward(dQuery, wantInput);
            const fromKey = key.backward(dKey, wantInput);
            const fromValue = value.backward(dValue, wantInput);
            if (!wantInput)
                return undefined;
            const dx = inputGradient.data;
            kernels.elementwise.addInto(dx, required(key.name, fromKey, dKey.shape).data, required(value.name, fromValue, dValue.shape).data);
            const below = required(query.name, fromQuery, dQuery.shape).data;
            for (let i = 0; i < nodes; i++) {
                const to = ((i + 1) * length - 1) * channels;
                for (let c = 0; c < channels; c++)
                    dx[to + c] += below[i * channels + c];
            }
            return inputGradient;
        },
    };
}
/** out[at + l] := factor·Σ_f a[from + f]·b[other + l·pitch + f] */
function productsInto(out, at, length, factor, a, from, b, other, pitch, width) {
    for (let l = 0; l < length; l++) {
        const row = other + l * pitch | 0;
        let sum = 0;
        for (let f = 0; f < width; f++)
            sum += a[from + f | 0] * b[row + f | 0];
        out[at + l] = factor * sum;
    }
}
/** Softmax of x[at …] and a further score of 0, whose share is dropped. */
function restrictedSoftmax(x, at, length) {
    let largest = 0;
    for (let l = at; l < at + length; l++)
        largest = Math.max(largest, x[l]);
    let partition = exp(-largest);
    for (let l = at; l < at + length; l++)
        partition += exp(x[l] - largest);
    for (let l = at; l < at + length; l++)
        x[l] = exp(x[l] - largest) / partition;
}
/** dp := scale·p ⊙ (dp − Σ_l dp ⊙ p) for each run of `length`; the score of 0 has no gradient. */
function softmaxBackwardInto(dp, p, length, scale) {
    for (let row = 0; row < p.length; row += length) {
        let total = 0;
        for (let l = row; l < row + length; l++)
            total += dp[l] * p[l];
        for (let l = row; l < row + length; l++)
            dp[l] = scale * (p[l] * (dp[l] - total));
    }
}
