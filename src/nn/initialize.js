// Initial weights. Each parameter draws from its own stream `init/<name>`, so that one layer more or less changes no
// other layer's weights.
import { checkFinite, choose, normalInto, randomOrthogonal, randomStream, show, uniformInto } from '../tensor/index.js';
import { isConv2d } from './conv2d.js';
import { isDense } from './dense.js';
import { isEmbedding } from './embedding.js';
import { isGraphAttention } from './graph-attention.js';
import { isGraphFilter } from './graph-filter.js';
import { walk } from './layer.js';
import { isSparseDense } from './sparse-dense.js';
/**
 * The weights of a layer as matrices, if it has any of its own. A vector of an embedding is one term: a one-hot input's.
 * A score of graph attention is a sum over both of its vectors, and each feature is seen by all heads of one node.
 */
function weightedOf(layer) {
    if (isDense(layer) || isSparseDense(layer)) {
        return { weights: [layer.weight], bias: layer.bias, fanIn: layer.inputs, fanOut: layer.outputs };
    }
    if (isConv2d(layer)) {
        const { weight, bias, fanIn, outputChannels, groups, kernelSize: [height, width] } = layer;
        return { weights: [weight], bias, fanIn, fanOut: outputChannels / groups * height * width };
    }
    if (isEmbedding(layer))
        return { weights: [layer.weight], bias: undefined, fanIn: 1, fanOut: layer.features };
    if (isGraphFilter(layer)) {
        return { weights: [], bias: layer.bias, fanIn: layer.inputs, fanOut: layer.bias.value.data.length };
    }
    if (isGraphAttention(layer)) {
        const { source, target, bias, heads } = layer;
        return { weights: [source, target], bias, fanIn: 2 * source.value.data.length / heads, fanOut: heads };
    }
    return undefined;
}
/**
 * Sets every weight and bias of dense, convolutional (I = C/groups·kH·kW), embedding (I = 1) and graph layers anew.
 * Throws: RangeError for an unknown kind, or a scale negative or not finite in float32.
 */
export function initialize(network, kind, seed, scale = 1) {
    const { draw, bound } = choose('initialize', 'kind', kind, FILLS);
    if (!(checkFinite('initialize', 'scale', scale) >= 0 && Math.fround(scale) < Infinity)) {
        throw new RangeError(`initialize: scale must be at least 0 and finite in float32, got ${show(scale)}`);
    }
    for (const layer of walk(network)) {
        const weighted = weightedOf(layer);
        if (weighted === undefined)
            continue;
        const { weights, bias } = weighted;
        // The stream is made even where nothing is drawn: a bad seed is refused under every kind.
        for (const weight of weights)
            draw(weight.value, streamOf(seed, weight), scale, weighted);
        if (bias === undefined)
            continue;
        const limit = bound(scale, weighted);
        if (limit > 0)
            uniformInto(bias.value.data, streamOf(seed, bias), -limit, limit);
        else
            bias.value.data.fill(0);
    }
}
const noBias = () => 0;
const FILLS = {
    zero: { draw: ({ data }) => data.fill(0), bound: noBias },
    uniform: {
        draw: ({ data }, stream, scale, { fanIn }) => uniformInto(data, stream, -scale / Math.sqrt(fanIn), scale / Math.sqrt(fanIn)),
        bound: (scale, { fanIn }) => scale / Math.sqrt(fanIn),
    },
    glorot: {
        draw({ data }, stream, scale, { fanIn, fanOut }) {
            const bound = scale * Math.sqrt(6 / (fanIn + fanOut));
            uniformInto(data, stream, -bound, bound);
        },
        bound: noBias,
    },
    gaussian: {
        draw: ({ data }, stream, scale, { fanIn }) => normalInto(data, stream, scale / Math.sqrt(fanIn)),
        bound: noBias,
    },
    normal: { draw: ({ data }, stream, scale) => normalInto(data, stream, scale), bound: noBias },
    orthogonal: {
        draw({ data, shape: [rows] }, stream, scale) {
            data.set(randomOrthogonal(stream, rows, data.length / rows).data.map((x) => scale * x));
        },
        bound: noBias,
    },
};
function streamOf(seed, { name }) {
    return randomStream(seed, `init/${name}`);
}
