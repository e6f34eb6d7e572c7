// Normalization of every sample by its own mean and variance.
import { blockedKernels, checkPositive, checkSize, show } from '../tensor/index.js';
import { allocateTensor, planned, required } from './planned.js';
/**
 * y = γ ⊙ (x − μ)/√(σ² + ε) + β, with μ and σ² = mean (x − μ)² over the last axis of each row.
 * Equation: Ba, Kiros, Hinton 2016, equation 4. Shapes: x, y [B, …, I], γ, β [I].
 * Gradients, with x̂ = (x − μ)·r, r = 1/√(σ² + ε), g = γ ⊙ dy: dx = r·(g − mean g − x̂·mean(g ⊙ x̂)),
 *   dγ = Σ dy ⊙ x̂, dβ = Σ dy over all rows.
 * Order: features ascending for a row's means, rows ascending for dγ and dβ; float64, each result rounded once.
 * Cost: about 8 flops per element forward, 14 backward. Memory: y, dx, and two float64 numbers per row.
 * Throws: RangeError, TypeError for sizes below 1 and an ε that is not positive.
 */
export function layerNorm(options) {
    const { name, features, epsilon = 1e-5, kernels = blockedKernels } = options;
    const where = `layerNorm ${name}`;
    checkSize(where, 'features', features, 1);
    checkPositive(where, 'epsilon', epsilon);
    const parameter = (kind) => ({
        name: `${name}/${kind}`,
        value: allocateTensor(kernels, [features]),
        gradient: allocateTensor(kernels, [features]),
    });
    const gain = parameter('gain'), bias = parameter('bias');
    gain.value.data.fill(1);
    const gainSums = new Float64Array(features), biasSums = new Float64Array(features);
    const buffers = planned(where, kernels, (shape, space) => {
        const rows = shape.reduce((size, axis) => size * axis, 1) / features;
        return {
            output: space.tensor(shape),
            inputGradient: space.tensor(shape),
            means: space.float64(rows),
            factors: space.float64(rows),
        };
    });
    let input;
    const outputShape = (inputShape) => {
        if (inputShape.length > 1 && inputShape[inputShape.length - 1] === features)
            return inputShape;
        throw new RangeError(`${where}: input must have shape [B, …, ${features}], got ${show(inputShape)}`);
    };
    return {
        name,
        gain,
        bias,
        parameters: [gain, bias],
        children: [],
        usesOutputGradient: true,
        outputShape,
        forward(x) {
            outputShape(x.shape);
            const { output, means, factors } = buffers(x);
            input = x;
            const from = x.data, to = output.data, gains = gain.value.data, biases = bias.value.data;
            for (let row = 0; row < means.length; row++) {
                const start = row * features;
                let total = 0;
                for (let i = 0; i < features; i++)
                    total += from[start + i];
                const mean = total / features;
                let squares = 0;
                for (let i = 0; i < features; i++)
                    squares += (from[start + i] - mean) * (from[start + i] - mean);
                const factor = 1 / Math.sqrt(squares / features + epsilon);
                means[row] = mean;
                factors[row] = factor;
                for (let i = 0; i < features; i++)
                    to[start + i] = gains[i] * ((from[start + i] - mean) * factor) + biases[i];
            }
            return output;
        },
        backward(outputGradient, wantInput) {
            if (input === undefined)
                throw new Error(`${name}.backward: forward must come first`);
            const { output, inputGradient, means, factors } = buffers(input);
            const dy = required(name, outputGradient, output.shape).data;
            const x = input.data, dx = inputGradient.data, gains = gain.value.data;
            gainSums.fill(0);
            biasSums.fill(0);
            for (let row = 0; row < means.length; row++) {
                const start = row * features, mean = means[row], factor = factors[row];
                let total = 0, product = 0;
                for (let i = 0; i < features; i++) {
                    const upstream = dy[start + i], normal = (x[start + i] - mean) * factor;
                    gainSums[i] += upstream * normal;
                    biasSums[i] += upstream;
                    total += gains[i] * upstream;
                    product += gains[i] * upstream * normal;
                }
                if (!wantInput)
                    continue;
                const meanTotal = total / features, meanProduct = product / features;
                for (let i = 0; i < features; i++) {
                    const normal = (x[start + i] - mean) * factor;
                    dx[start + i] = factor * (gains[i] * dy[start + i] - meanTotal - normal * meanProduct);
                }
            }
            gain.gradient.data.set(gainSums);
            bias.gradient.data.set(biasSums);
            return wantInput ? inputGradient : undefined;
        },
    };
}
