// A table of vectors, looked up by index.
import { blockedKernels, checkSize, show } from '../tensor/index.js';
import { allocateTensor, planned, required } from './planned.js';
/**
 * y[b, t, ·] = W[x[b, t], ·].
 * Shapes: x [B, T] of whole numbers in [0, vocabulary), y [B, T, features], W [vocabulary, features], zero at first.
 * Gradients: dW[v, ·] = Σ dy[b, t, ·] over all (b, t) with x[b, t] = v; dx is zero: an index has no derivative.
 * Order: (b, t) ascending in float64, rounded once.
 * Cost: one copy per element forward; backward one sum per element and a write of the whole table.
 * Memory: y, dx, and 32-bit numbers: one per index, one per vector.
 * Throws: RangeError for sizes below 1, and for an index out of range before anything is written.
 */
export function embedding({ name, vocabulary, features, kernels = blockedKernels }) {
    const where = `embedding ${name}`;
    checkSize(where, 'vocabulary', vocabulary, 1);
    checkSize(where, 'features', features, 1);
    const shape = [vocabulary, features];
    const weight = {
        name: `${name}/weight`,
        value: allocateTensor(kernels, shape),
        gradient: allocateTensor(kernels, shape),
    };
    const buffers = planned(where, kernels, ([batch, length], space) => ({
        output: space.tensor([batch, length, features]),
        /** Zeros: never written. */
        inputGradient: space.tensor([batch, length]),
        places: space.int32(batch * length),
    }));
    // Places with index v are places[ends[v − 1] … ends[v] − 1] once they are sorted.
    const ends = new Int32Array(vocabulary);
    const sums = new Float64Array(features);
    let input;
    const outputShape = (inputShape) => {
        if (inputShape.length === 2)
            return [inputShape[0], inputShape[1], features];
        throw new RangeError(`${where}: input must have shape [B, T], got ${show(inputShape)}`);
    };
    return {
        kind: 'embedding',
        name,
        vocabulary,
        features,
        weight,
        parameters: [weight],
        children: [],
        usesOutputGradient: true,
        outputShape,
        forward(x) {
            outputShape(x.shape);
            const { output } = buffers(x);
            for (let at = 0; at < x.data.length; at++) {
                const index = x.data[at];
                if (!(index >= 0 && index < vocabulary && index === Math.floor(index))) {
                    throw new RangeError(`${where}: input[${at}] must be a whole number of at least 0 and below ${vocabulary}, got ${index}`);
                }
            }
            input = x;
            for (let at = 0; at < x.data.length; at++) {
                const from = x.data[at] * features;
                for (let i = 0; i < features; i++)
                    output.data[at * features + i] = weight.value.data[from + i];
            }
            return output;
        },
        backward(outputGradient, wantInput) {
            if (input === undefined)
                throw new Error(`${name}.backward: forward must come first`);
            const { output, inputGradient, places } = buffers(input);
            const dy = required(name, outputGradient, output.shape).data;
            // Counting sort, stable: ascending places within each index. It makes one float64 sum per vector possible.
            ends.fill(0);
            for (let at = 0; at < places.length; at++)
                ends[input.data[at]]++;
            for (let v = 1; v < vocabulary; v++)
                ends[v] += ends[v - 1];
            for (let at = places.length - 1; at >= 0; at--)
                places[--ends[input.data[at]]] = at;
            for (let v = 0; v < vocabulary; v++) {
                // The sort has moved every end to its beginning, which is the end of the index before.
                const end = v + 1 < vocabulary ? ends[v + 1] : places.length;
                sums.fill(0);
                for (let p = ends[v]; p < end; p++) {
                    const from = places[p] * features;
                    for (let i = 0; i < features; i++)
                        sums[i] += dy[from + i];
                }
                weight.gradient.data.set(sums, v * features);
            }
            return wantInput ? inputGradient : undefined;
        },
    };
}
/** True for layers made by `embedding`. */
export function isEmbedding(layer) {
    return layer.kind === 'embedding';
}
