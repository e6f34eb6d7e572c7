// The fully connected layer for inputs that are mostly zero, such as words of a document.
import { blockedKernels, checkPattern, checkShape, checkSize, show } from '../tensor/index.js';
import { dense } from './dense.js';
import { allocateTensor, planned, required } from './planned.js';
/**
 * a = S(x) Wᵀ, S(x) the matrix with the entries x at the places of a fixed pattern and zeros elsewhere.
 * Shapes: x [E], one number per entry of the pattern [B, I]; W [O, I], zero at first; a [B, O].
 * Gradients: dW = daᵀ S(x); dx = the entries of da·W (or da·R, see `Dense.transport`).
 * Order: a over the entries of a row as they are stored, dW over rows ascending, dx over outputs ascending, in float64,
 *   rounded once: for ascending entries the bits of the dense layer without a bias. An entry of 0, as dropout makes them,
 *   is no term: what is not finite does not spread from it.
 * Cost: 2·E·O flops forward, twice that backward, and three passes over W. Memory: a, dx, W transposed, dW in float64.
 * Throws: RangeError for a pattern whose parts do not fit together and for sizes below 1.
 * Why x is not a matrix: zeros would be stored, read and, by dropout, drawn for. Dropout of the entries is dropout of
 *   the matrix.
 */
export function sparseDense({ name, pattern, outputs, kernels = blockedKernels }) {
    const where = `sparseDense ${name}`;
    checkPattern(where, 'pattern', pattern);
    checkSize(where, 'outputs', outputs, 1);
    const { rows, columns: inputs, rowStarts, columnIndices } = pattern;
    const shape = [outputs, inputs];
    const weight = {
        name: `${name}/weight`,
        value: allocateTensor(kernels, shape),
        gradient: allocateTensor(kernels, shape),
    };
    const buffers = planned(where, kernels, (inputShape, space) => ({
        output: space.tensor([rows, outputs]),
        inputGradient: space.tensor(inputShape),
        /** Wᵀ, so that an entry meets its outputs side by side. */
        turned: space.float32(inputs * outputs),
        sums: space.float64(outputs),
        /** dWᵀ before it is rounded. */
        weightSums: space.float64(inputs * outputs),
    }));
    const turnInto = (out, { data }) => {
        for (let o = 0, at = 0; o < outputs; o++)
            for (let i = 0; i < inputs; i++)
                out[i * outputs + o] = data[at++];
    };
    let input;
    let lastOutputGradient;
    const layer = {
        kind: 'sparse-dense',
        name,
        inputs,
        outputs,
        weight,
        bias: undefined,
        transport: undefined,
        get outputGradient() {
            return lastOutputGradient;
        },
        parameters: [weight],
        children: [],
        usesOutputGradient: true,
        outputShape(inputShape) {
            if (inputShape.length === 1 && inputShape[0] === columnIndices.length)
                return [rows, outputs];
            throw new RangeError(`${where}: input must have shape [${columnIndices.length}], got ${show(inputShape)}`);
        },
        forward(x) {
            layer.outputShape(x.shape);
            const { output: { data: out }, turned, sums } = buffers(x);
            input = x;
            turnInto(turned, weight.value);
            for (let row = 0; row < rows; row++) {
                sums.fill(0);
                for (let at = rowStarts[row]; at < rowStarts[row + 1]; at++) {
                    const value = x.data[at], from = columnIndices[at] * outputs | 0;
                    if (value === 0)
                        continue;
                    for (let o = 0; o < outputs; o++)
                        sums[o] += value * turned[from + o | 0];
                }
                for (let o = 0, to = row * outputs; o < outputs; o++)
                    out[to + o] = sums[o];
            }
            return buffers(x).output;
        },
        backward(outputGradient, wantInput) {
            if (input === undefined)
                throw new Error(`${name}.backward: forward must come first`);
            const { output, inputGradient, turned, weightSums } = buffers(input);
            const da = required(name, outputGradient, output.shape);
            if (layer.transport !== undefined)
                checkShape(where, 'transport', layer.transport, shape);
            lastOutputGradient = da;
            weightSums.fill(0);
            for (let row = 0; row < rows; row++) {
                const up = row * outputs | 0;
                for (let at = rowStarts[row]; at < rowStarts[row + 1]; at++) {
                    const value = input.data[at], to = columnIndices[at] * outputs | 0;
                    if (value === 0)
                        continue;
                    for (let o = 0; o < outputs; o++)
                        weightSums[to + o | 0] += value * da.data[up + o | 0];
                }
            }
            const dW = weight.gradient.data;
            for (let o = 0, at = 0; o < outputs; o++)
                for (let i = 0; i < inputs; i++)
                    dW[at++] = weightSums[i * outputs + o];
            if (!wantInput)
                return undefined;
            turnInto(turned, layer.transport ?? weight.value);
            for (let row = 0; row < rows; row++) {
                const up = row * outputs;
                for (let at = rowStarts[row]; at < rowStarts[row + 1]; at++) {
                    const from = columnIndices[at] * outputs;
                    let sum = 0;
                    for (let o = 0; o < outputs; o++)
                        sum += da.data[up + o] * turned[from + o];
                    inputGradient.data[at] = sum;
                }
            }
            return inputGradient;
        },
    };
    return layer;
}
/** True for layers made by `sparseDense`. */
export function isSparseDense(layer) {
    return layer.kind === 'sparse-dense';
}
/** x Wᵀ without a bias, of a dense or a sparse input. Throws: RangeError for a pattern of another width. */
export function linear({ name, inputs, outputs, pattern, kernels = blockedKernels }) {
    if (pattern === undefined)
        return dense({ name, inputs, outputs, bias: false, kernels });
    if (pattern.columns === inputs)
        return sparseDense({ name, pattern, outputs, kernels });
    throw new RangeError(`linear ${name}: pattern.columns must be inputs = ${inputs}, got ${pattern.columns}`);
}
