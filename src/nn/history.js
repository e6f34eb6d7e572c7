// Layers that see everything computed before them.
import { blockedKernels, show } from '../tensor/index.js';
import { planned, required } from './planned.js';
/**
 * h_0 = x, h_l = f_l(h_0, …, h_{l−1}), y = h_n. Shapes: x, h_l, y [N, C]; f_l is given the stack [N, l, C].
 * Gradients: dh_l = Σ_{m > l} those of f_m, m descending, each sum rounded to float32; dh_n = dy. Where f_l ends in a
 *   point that ignores dh_l it is not computed: under direct rules each f_l is trained alone.
 * Aliasing: none; outputs are copied. Memory: the stacks, N·C·n(n + 1)/2 numbers, twice.
 * Throws: RangeError for a layer that does not keep [N, C].
 */
export function history({ name, layers, kernels = blockedKernels }) {
    const where = `history ${name}`;
    const outputShape = (shape) => {
        if (shape.length !== 2)
            throw new RangeError(`${where}: input must have shape [N, C], got ${show(shape)}`);
        layers.forEach((layer, l) => {
            const got = layer.outputShape([shape[0], l + 1, shape[1]]);
            if (got.length === 2 && got[0] === shape[0] && got[1] === shape[1])
                return;
            throw new RangeError(`${where}: ${layer.name} must keep the shape ${show(shape)}, got ${show(got)}`);
        });
        return shape;
    };
    const buffers = planned(where, kernels, (shape, space) => {
        outputShape(shape);
        const [nodes, channels] = shape;
        return {
            stacks: layers.map((_, l) => space.tensor([nodes, l + 1, channels])),
            gradients: layers.map(() => space.tensor(shape)),
            inputGradient: space.tensor(shape),
            output: space.tensor(shape),
        };
    });
    let input;
    return {
        name,
        parameters: [],
        children: layers,
        get usesOutputGradient() {
            return layers.length === 0 || layers[layers.length - 1].usesOutputGradient;
        },
        outputShape,
        forward(x) {
            const { stacks, output } = buffers(x);
            input = x;
            const nodes = x.shape[0], channels = x.shape[1];
            let h = x;
            for (let l = 0; l < layers.length; l++) {
                for (let m = l; m < layers.length; m++) {
                    for (let i = 0; i < nodes; i++) {
                        const to = (i * (m + 1) + l) * channels;
                        for (let c = 0; c < channels; c++)
                            stacks[m].data[to + c] = h.data[i * channels + c];
                    }
                }
                h = layers[l].forward(stacks[l]);
            }
            kernels.elementwise.copyInto(output.data, h.data);
            return output;
        },
        backward(outputGradient, wantInput) {
            if (input === undefined)
                throw new Error(`${name}.backward: forward must come first`);
            const { stacks, gradients, inputGradient, output } = buffers(input);
            const nodes = input.shape[0], channels = input.shape[1];
            const last = layers.length - 1;
            if (last < 0)
                return wantInput ? required(name, outputGradient, output.shape) : undefined;
            if (wantInput)
                inputGradient.data.fill(0);
            for (let l = 0; l < last; l++)
                gradients[l].data.fill(0);
            for (let l = last; l >= 0; l--) {
                const layer = layers[l];
                let dh;
                if (layer.usesOutputGradient) {
                    dh = l === last ? required(name, outputGradient, output.shape) : gradients[l];
                }
                let wanted = wantInput;
                for (let m = 0; m < l; m++)
                    wanted ||= layers[m].usesOutputGradient;
                const down = layer.backward(dh, wanted);
                if (!wanted)
                    continue;
                const stack = required(layer.name, down, stacks[l].shape).data;
                for (let m = wantInput ? 0 : 1; m <= l; m++) {
                    // Place m of a stack is h_m: x, or the output of layer m − 1.
                    const to = (m === 0 ? inputGradient : gradients[m - 1]).data;
                    for (let i = 0; i < nodes; i++) {
                        const from = (i * (l + 1) + m) * channels;
                        for (let c = 0; c < channels; c++)
                            to[i * channels + c] += stack[from + c];
                    }
                }
            }
            return wantInput ? inputGradient : undefined;
        },
    };
}
