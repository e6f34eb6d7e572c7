// The convolutional layer: patches gathered once per forward pass, then matrix products.
import { blockedKernels, checkShape, checkSize, tensor, timesInto, timesTransposedInto, transposedTimesInto } from '../tensor/index.js';
import { pairOf, patchGeometry } from './patches.js';
import { allocateTensor, planned, required } from './planned.js';
/** Most patch elements of a block of samples in the input gradient: 1 MiB, a second-level cache. */
const BLOCK = 1 << 18;
/**
 * a[b, o, y, x] = bias[o] + Σ_{c, ky, kx} W[o, c, ky, kx]·h[b, c, y·s − p + ky, x·s − p + kx].
 * Shapes: h [B, C, H, W], W [O, C/groups, kH, kW], bias [O], a [B, O, H', W'] with H' = ⌊(H + 2p − kH)/s⌋ + 1.
 *   Parameters start at zero; see ./initialize.ts.
 * Gradients: dW = Σ_{b, y, x} da·h, dbias = Σ_{b, y, x} da, dh = transposed convolution of da by W (or `transport`).
 * Order: (c, ky, kx) ascending from the bias, one rounding; dW over (b, y, x) ascending, one rounding over the whole
 *   batch; dbias as `sum` of that row; dh over o ascending, rounded per tap, then over (ky, kx) in float64, rounded.
 * Cost: 2·B·O·H'·W'·fanIn flops forward, twice that backward (once when the input gradient is not wanted).
 * Memory: 4·C·kH·kW·B·H'·W' bytes of patches, kept for dW, the output, and the output once more, by channel; when an
 *   input gradient is first wanted, dh, and patches and maps of one block: 1 MiB, or one sample's share. Once, for the
 *   largest input, as `planned` says.
 * Throws: RangeError, TypeError for sizes that are not whole numbers in range, or groups that do not divide channels.
 * Why: with samples side by side in the columns, dW is one product per group with k = B·H'·W', never rounded between
 *   samples, and forward is one too. dh has no sum over samples: blocks of it stay in the second-level cache between
 *   product and scattering, which is worth 4 % of a training step, and the patches of the forward pass survive.
 */
export function conv2d(options) {
    const { name, inputChannels, outputChannels, groups = 1, bias: withBias = true, kernels = blockedKernels } = options;
    const where = `conv2d ${name}`;
    checkSize(where, 'inputChannels', inputChannels, 1);
    checkSize(where, 'outputChannels', outputChannels, 1);
    checkSize(where, 'groups', groups, 1);
    const kernelSize = pairOf(where, 'kernelSize', options.kernelSize, 1);
    const stride = pairOf(where, 'stride', options.stride ?? 1, 1);
    const padding = pairOf(where, 'padding', options.padding ?? 0, 0);
    if (inputChannels % groups !== 0 || outputChannels % groups !== 0) {
        throw new RangeError(`${where}: groups must divide inputChannels ${inputChannels} and outputChannels ${outputChannels}, got ${groups}`);
    }
    const fanIn = inputChannels / groups * kernelSize[0] * kernelSize[1];
    const filters = outputChannels / groups;
    const parameter = (kind, shape) => ({
        name: `${name}/${kind}`,
        value: allocateTensor(kernels, shape),
        gradient: allocateTensor(kernels, shape),
    });
    const weight = parameter('weight', [outputChannels, inputChannels / groups, ...kernelSize]);
    const bias = withBias ? parameter('bias', [outputChannels]) : undefined;
    const geometryOf = (shape) => patchGeometry(where, shape, inputChannels, kernelSize, stride, padding);
    /** The matrix of each group, `rows` of its rows, as views. */
    const byGroup = (data, rows) => {
        const size = data.length / groups;
        return Array.from({ length: groups }, (_, g) => tensor([rows, size / rows], data.subarray(g * size, (g + 1) * size)));
    };
    const buffers = planned(where, kernels, (shape, space) => {
        const geometry = geometryOf(shape);
        const { outputHeight, outputWidth } = geometry;
        const columns = shape[0] * outputHeight * outputWidth;
        const patches = space.float32(fanIn * groups * columns);
        const maps = space.float32(outputChannels * columns);
        return {
            geometry,
            patches,
            patchesByGroup: byGroup(patches, fanIn),
            /** The output and later its gradient with channels first, [O, B·H'·W']. */
            maps,
            mapsByGroup: byGroup(maps, filters),
            mapsByChannel: Array.from({ length: outputChannels }, (_, o) => maps.subarray(o * columns, (o + 1) * columns)),
            output: space.tensor([shape[0], outputChannels, outputHeight, outputWidth]),
        };
    });
    /** What the input gradient needs: the batch in blocks of samples, each with patches and maps of its own. */
    const inputBuffers = planned(where, kernels, (shape, space) => {
        const { height, width, outputHeight, outputWidth } = geometryOf(shape);
        const outputs = outputHeight * outputWidth;
        const most = Math.max(1, Math.floor(BLOCK / (fanIn * groups * outputs)));
        const inputGradient = space.tensor(shape);
        const batch = shape[0], largest = Math.min(most, batch);
        const blockPatches = space.float32(fanIn * groups * largest * outputs);
        const blockMaps = space.float32(outputChannels * largest * outputs);
        const perSample = inputChannels * height * width;
        let upstream;
        let upstreamBlocks = [];
        const blocks = Array.from({ length: Math.ceil(batch / most) }, (_, i) => {
            const samples = Math.min(most, batch - i * most);
            const patches = blockPatches.subarray(0, fanIn * groups * samples * outputs);
            const maps = blockMaps.subarray(0, outputChannels * samples * outputs);
            return {
                samples,
                patches,
                patchesByGroup: byGroup(patches, fanIn),
                maps,
                mapsByGroup: byGroup(maps, filters),
                inputGradient: inputGradient.data.subarray(i * most * perSample, (i * most + samples) * perSample),
            };
        });
        return {
            inputGradient,
            blocks,
            /** The output gradient of each block, as views made once per array. */
            upstreamBlocks(da) {
                if (da !== upstream) {
                    let from = 0;
                    upstreamBlocks = blocks.map(({ maps }) => da.subarray(from, from += maps.length));
                    upstream = da;
                }
                return upstreamBlocks;
            },
        };
    });
    const weights = byGroup(weight.value.data, filters);
    const weightGradients = byGroup(weight.gradient.data, filters);
    let carrier = weight.value.data;
    let carriers = weights;
    let input;
    let lastOutputGradient;
    const layer = {
        kind: 'conv2d',
        name,
        inputChannels,
        outputChannels,
        kernelSize,
        stride,
        padding,
        groups,
        fanIn,
        weight,
        bias,
        transport: undefined,
        get outputGradient() {
            return lastOutputGradient;
        },
        parameters: bias === undefined ? [weight] : [weight, bias],
        children: [],
        usesOutputGradient: true,
        outputShape(shape) {
            const { outputHeight, outputWidth } = geometryOf(shape);
            return [shape[0], outputChannels, outputHeight, outputWidth];
        },
        forward(h) {
            const batch = h.shape[0];
            const { geometry, patches, patchesByGroup, maps, mapsByGroup, mapsByChannel, output } = buffers(h);
            const outputs = geometry.outputHeight * geometry.outputWidth;
            input = h;
            kernels.elementwise.gatherPatchesInto(patches, h.data, batch, geometry);
            if (bias !== undefined) {
                for (let o = 0; o < outputChannels; o++)
                    kernels.elementwise.fillInto(mapsByChannel[o], bias.value.data[o]);
            }
            for (let g = 0; g < groups; g++) {
                timesInto(kernels, mapsByGroup[g], weights[g], patchesByGroup[g], bias !== undefined);
            }
            kernels.elementwise.swapLeadingInto(output.data, maps, outputChannels, batch, outputs);
            return output;
        },
        backward(outputGradient, wantInput) {
            if (input === undefined)
                throw new Error(`${name}.backward: forward must come first`);
            const batch = input.shape[0];
            const { geometry, patchesByGroup, maps, mapsByGroup, mapsByChannel, output } = buffers(input);
            const da = required(name, outputGradient, output.shape);
            if (layer.transport !== undefined)
                checkShape(where, 'transport', layer.transport, weight.value.shape);
            lastOutputGradient = da;
            const outputs = geometry.outputHeight * geometry.outputWidth;
            kernels.elementwise.swapLeadingInto(maps, da.data, batch, outputChannels, outputs);
            for (let g = 0; g < groups; g++) {
                timesTransposedInto(kernels, weightGradients[g], mapsByGroup[g], patchesByGroup[g]);
            }
            if (bias !== undefined) {
                for (let o = 0; o < outputChannels; o++)
                    bias.gradient.data[o] = kernels.elementwise.sum(mapsByChannel[o]);
            }
            if (!wantInput)
                return undefined;
            const data = (layer.transport ?? weight.value).data;
            if (data !== carrier) {
                carrier = data;
                carriers = byGroup(data, filters);
            }
            const { inputGradient, blocks, upstreamBlocks } = inputBuffers(input);
            const upstream = upstreamBlocks(da.data);
            for (let i = 0; i < blocks.length; i++) {
                const block = blocks[i];
                kernels.elementwise.swapLeadingInto(block.maps, upstream[i], block.samples, outputChannels, outputs);
                for (let g = 0; g < groups; g++) {
                    transposedTimesInto(kernels, block.patchesByGroup[g], carriers[g], block.mapsByGroup[g]);
                }
                kernels.elementwise.scatterPatchesInto(block.inputGradient, block.patches, block.samples, geometry);
            }
            return inputGradient;
        },
    };
    return layer;
}
/** True for layers made by `conv2d`. */
export function isConv2d(layer) {
    return layer.kind === 'conv2d';
}
