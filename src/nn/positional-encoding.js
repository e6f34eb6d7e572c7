// Where in a sequence a vector stands, added to the vector.
import { blockedKernels, checkSize, choose, cos, pow, show, sin } from '../tensor/index.js';
import { allocateTensor, planned, required } from './planned.js';
const IS_LEARNED = { sinusoidal: false, learned: true };
/**
 * y[b, t, ·] = x[b, t, ·] + P[t, ·], with P[t, 2i] = sin(t·10000^(−2i/I)), P[t, 2i + 1] = cos(t·10000^(−2i/I)), or
 * learned. Equation: Vaswani et al. 2017, section 3.5. Shapes: x, y [B, T, I], P [T, I]; an odd I ends in a sine.
 * Gradients: dx = dy; dP[t, ·] = Σ_b dy[b, t, ·], zero for places beyond T.
 * Order: dP over b ascending in float64, rounded once. Accuracy: P is rounded to float32 once, and so is the sum.
 * Aliasing: dx is dy itself. Cost: one sum per element, another in dP. Memory: y, and P for the longest T so far.
 * Throws: RangeError, TypeError for an unknown kind, sizes below 1, a sequence longer than `length`.
 */
export function positionalEncoding(options) {
    const { name, features, kind = 'sinusoidal', kernels = blockedKernels } = options;
    const where = `positionalEncoding ${name}`;
    checkSize(where, 'features', features, 1);
    const isLearned = choose(where, 'kind', kind, IS_LEARNED);
    const longest = isLearned ? checkSize(where, 'length', options.length, 1) : Infinity;
    const weight = isLearned ? {
        name: `${name}/weight`,
        value: allocateTensor(kernels, [longest, features]),
        gradient: allocateTensor(kernels, [longest, features]),
    } : undefined;
    let vectors = weight === undefined ? new Float32Array(0) : weight.value.data;
    const buffers = planned(where, kernels, (shape, space) => {
        const sample = shape[1] * features;
        if (vectors.length < sample)
            vectors = waves(shape[1], features);
        return {
            output: space.tensor(shape),
            /** dP of the places that this input has; empty where nothing is learned. */
            gradient: weight === undefined ? new Float32Array(0) : weight.gradient.data.subarray(0, sample),
        };
    });
    let input;
    const outputShape = (shape) => {
        if (shape.length === 3 && shape[1] <= longest && shape[2] === features)
            return shape;
        const limit = weight === undefined ? '' : ` with T at most ${longest}`;
        throw new RangeError(`${where}: input must have shape [B, T, ${features}]${limit}, got ${show(shape)}`);
    };
    return {
        name,
        weight,
        parameters: weight === undefined ? [] : [weight],
        children: [],
        usesOutputGradient: true,
        outputShape,
        forward(x) {
            outputShape(x.shape);
            const { output } = buffers(x);
            input = x;
            const from = x.data, to = output.data, sample = x.shape[1] * features;
            for (let start = 0; start < to.length; start += sample) {
                for (let i = 0; i < sample; i++)
                    to[start + i] = from[start + i] + vectors[i];
            }
            return output;
        },
        backward(outputGradient, wantInput) {
            if (input === undefined)
                throw new Error(`${name}.backward: forward must come first`);
            const dy = required(name, outputGradient, input.shape);
            if (weight !== undefined) {
                const { gradient } = buffers(input);
                weight.gradient.data.fill(0, gradient.length);
                kernels.elementwise.sumRowsInto(gradient, dy.data, input.shape[0], gradient.length);
            }
            return wantInput ? dy : undefined;
        },
    };
}
/** P [length, features]; every angle in float64. */
function waves(length, features) {
    return Float32Array.from({ length: length * features }, (_, at) => {
        const t = Math.floor(at / features), f = at % features;
        const angle = t * pow(10000, -(f - f % 2) / features);
        return f % 2 === 0 ? sin(angle) : cos(angle);
    });
}
