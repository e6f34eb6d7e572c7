// Normalization of every channel by its mean and variance over the batch.
import { blockedKernels, checkFinite, checkPositive, checkSize, show } from '../tensor/index.js';
import { allocateTensor, planned, required } from './planned.js';
/**
 * y = γ_c·(x − μ_c)/√(σ²_c + ε) + β_c, with μ and σ² of channel c over the batch and all places (training), or their
 * running values (evaluation). Equation: Ioffe & Szegedy 2015, algorithm 1.
 * Shapes: x, y [B, C] or [B, C, …]; γ, β [C]. N = elements of a channel.
 * Training also moves the running statistics: mean ← (1 − m)·mean + m·μ, variance ← (1 − m)·variance + m·σ²·N/(N − 1)
 *   (σ² itself for N = 1); float64, not trained, part of `state`. An empty batch leaves them.
 * Gradients, with x̂ = (x − μ)·r, r = 1/√(σ² + ε): dγ = Σ dy·x̂, dβ = Σ dy, and
 *   training: dx = γ·r·(dy − dβ/N − x̂·dγ/N); evaluation: dx = γ·r·dy. The mode is that of the last forward pass.
 * Order: samples, then places, ascending; float64, each result rounded once.
 * Cost: about 8 flops per element forward, 10 backward. Memory: y, dx, and 2·C float64 numbers.
 * Throws: RangeError, TypeError for sizes below 1, ε not positive, momentum outside [0, 1].
 */
export function batchNorm(options) {
    const { name, channels, epsilon = 1e-5, momentum = 0.1, kernels = blockedKernels } = options;
    const where = `batchNorm ${name}`;
    checkSize(where, 'channels', channels, 1);
    checkPositive(where, 'epsilon', epsilon);
    if (checkFinite(where, 'momentum', momentum) < 0 || momentum > 1) {
        throw new RangeError(`${where}: momentum must be between 0 and 1, got ${momentum}`);
    }
    const parameter = (kind) => ({
        name: `${name}/${kind}`,
        value: allocateTensor(kernels, [channels]),
        gradient: allocateTensor(kernels, [channels]),
    });
    const gain = parameter('gain'), bias = parameter('bias');
    gain.value.data.fill(1);
    const runningMean = { name: `${name}/mean`, data: new Float64Array(channels) };
    const runningVariance = {
        name: `${name}/variance`,
        data: new Float64Array(channels).fill(1),
    };
    const means = new Float64Array(channels), factors = new Float64Array(channels);
    const buffers = planned(where, kernels, (shape, space) => ({
        places: shape.reduce((size, axis, at) => (at < 2 ? 1 : size * axis), 1),
        output: space.tensor(shape),
        inputGradient: space.tensor(shape),
    }));
    let input;
    let byBatch = true;
    const outputShape = (inputShape) => {
        if (inputShape.length > 1 && inputShape[1] === channels)
            return inputShape;
        throw new RangeError(`${where}: input must have shape [B, ${channels}, …], got ${show(inputShape)}`);
    };
    /** μ and r of the batch, and the running statistics one step on. */
    const measure = (x, batch, places) => {
        const count = batch * places;
        if (count === 0)
            return;
        for (let c = 0; c < channels; c++) {
            let total = 0;
            for (let b = 0; b < batch; b++) {
                const start = (b * channels + c) * places;
                for (let i = start; i < start + places; i++)
                    total += x[i];
            }
            const mean = total / count;
            let squares = 0;
            for (let b = 0; b < batch; b++) {
                const start = (b * channels + c) * places;
                for (let i = start; i < start + places; i++)
                    squares += (x[i] - mean) * (x[i] - mean);
            }
            means[c] = mean;
            factors[c] = 1 / Math.sqrt(squares / count + epsilon);
            const variance = squares / Math.max(1, count - 1);
            runningMean.data[c] = (1 - momentum) * runningMean.data[c] + momentum * mean;
            runningVariance.data[c] = (1 - momentum) * runningVariance.data[c] + momentum * variance;
        }
    };
    const layer = {
        name,
        training: true,
        gain,
        bias,
        runningMean,
        runningVariance,
        state: [runningMean, runningVariance],
        parameters: [gain, bias],
        children: [],
        usesOutputGradient: true,
        outputShape,
        forward(x) {
            outputShape(x.shape);
            const batch = x.shape[0];
            const { output, places } = buffers(x);
            input = x;
            byBatch = layer.training;
            if (byBatch)
                measure(x.data, batch, places);
            else {
                for (let c = 0; c < channels; c++) {
                    means[c] = runningMean.data[c];
                    factors[c] = 1 / Math.sqrt(runningVariance.data[c] + epsilon);
                }
            }
            const from = x.data, to = output.data;
            for (let b = 0; b < batch; b++) {
                for (let c = 0; c < channels; c++) {
                    const start = (b * channels + c) * places;
                    const mean = means[c], factor = factors[c], g = gain.value.data[c], offset = bias.value.data[c];
                    for (let i = start; i < start + places; i++)
                        to[i] = g * ((from[i] - mean) * factor) + offset;
                }
            }
            return output;
        },
        backward(outputGradient, wantInput) {
            if (input === undefined)
                throw new Error(`${name}.backward: forward must come first`);
            const batch = input.shape[0];
            const { output, inputGradient, places } = buffers(input);
            const dy = required(name, outputGradient, output.shape).data;
            const x = input.data, dx = inputGradient.data;
            for (let c = 0; c < channels; c++) {
                const mean = means[c], factor = factors[c];
                let product = 0, total = 0;
                for (let b = 0; b < batch; b++) {
                    const start = (b * channels + c) * places;
                    for (let i = start; i < start + places; i++) {
                        product += dy[i] * ((x[i] - mean) * factor);
                        total += dy[i];
                    }
                }
                gain.gradient.data[c] = product;
                bias.gradient.data[c] = total;
                if (!wantInput)
                    continue;
                const scale = gain.value.data[c] * factor;
                const meanTotal = byBatch ? total / (batch * places) : 0;
                const meanProduct = byBatch ? product / (batch * places) : 0;
                for (let b = 0; b < batch; b++) {
                    const start = (b * channels + c) * places;
                    for (let i = start; i < start + places; i++) {
                        dx[i] = scale * (dy[i] - meanTotal - (x[i] - mean) * factor * meanProduct);
                    }
                }
            }
            return wantInput ? inputGradient : undefined;
        },
    };
    return layer;
}
