// Elements left out at random while training.
import { blockedKernels, checkFilled, checkFinite, philox, randomStream } from '../tensor/index.js';
import { planned, required } from './planned.js';
/** Keeps the masks apart from the uniform and normal draws of a stream of the same name: "Drop". */
const MASK = 0x44726f70;
/**
 * y = m ⊙ x with m = 1/(1 − p) or, with probability p, 0; y = x in evaluation.
 * Equation: Srivastava et al. 2014, section 10 (scaled while training, so that evaluation needs nothing).
 * Shapes: any, first axis the batch. Gradients: dx = m ⊙ dy with the mask of the last forward pass, dy in evaluation.
 * Random numbers: element i of step s is left out when word i mod 4 of Philox block (⌊i/4⌋, s) of the stream
 *   `dropout/<name>` is below ⌊p·2³²⌋: a function of (seed, name, s, i) alone, so that resuming at step s gives the
 *   same bits. The counter s is `steps`; only forward passes in training move it.
 * Accuracy: m and m·x are rounded to float32. Cost: a quarter of a Philox block per element; evaluation costs nothing
 *   (x and dy themselves are returned). Memory: y, dx and the mask.
 * Throws: TypeError, RangeError for a probability outside [0, 1) and a bad seed.
 */
export function dropout({ name, probability, seed, kernels = blockedKernels }) {
    const where = `dropout ${name}`;
    if (checkFinite(where, 'probability', probability) < 0 || probability >= 1) {
        throw new RangeError(`${where}: probability must be at least 0 and below 1, got ${probability}`);
    }
    const { key, hash } = randomStream(seed, `dropout/${name}`);
    const threshold = Math.floor(probability * 4294967296);
    const scale = 1 / (1 - probability);
    const block = new Uint32Array(4);
    const steps = { name: `${name}/steps`, data: new Float64Array(1) };
    const buffers = planned(where, kernels, (shape, space) => ({ mask: space.tensor(shape), output: space.tensor(shape), inputGradient: space.tensor(shape) }));
    let input;
    let masked = true;
    const drawInto = (mask, step) => {
        for (let i = 0; i < mask.length; i += 4) {
            philox(block, i / 4, step, hash[0], hash[1] ^ MASK, key[0], key[1]);
            const end = Math.min(4, mask.length - i);
            for (let word = 0; word < end; word++)
                mask[i + word] = block[word] < threshold ? 0 : scale;
        }
    };
    const layer = {
        name,
        training: true,
        steps,
        state: [steps],
        parameters: [],
        children: [],
        usesOutputGradient: true,
        outputShape: (inputShape) => inputShape,
        forward(x) {
            checkFilled(where, 'input', x);
            input = x;
            masked = layer.training;
            if (!masked)
                return x;
            const { mask, output } = buffers(x);
            drawInto(mask.data, steps.data[0]++);
            kernels.elementwise.multiplyInto(output.data, x.data, mask.data);
            return output;
        },
        backward(outputGradient, wantInput) {
            if (input === undefined)
                throw new Error(`${name}.backward: forward must come first`);
            if (!wantInput)
                return undefined;
            const dy = required(name, outputGradient, input.shape);
            if (!masked)
                return dy;
            const { mask, inputGradient } = buffers(input);
            kernels.elementwise.multiplyInto(inputGradient.data, dy.data, mask.data);
            return inputGradient;
        },
    };
    return layer;
}
