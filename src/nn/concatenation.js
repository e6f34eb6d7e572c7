// Layers side by side.
import { blockedKernels, show } from '../tensor/index.js';
import { planned, required } from './planned.js';
/**
 * y = [f_1(x), …, f_n(x)], side by side along axis 1 (features or channels).
 * Shapes: x any that every branch takes, f_i(x) [B, C_i, …], y [B, Σ C_i, …].
 * Gradients: dy is split, dx = Σ_i f_i′ᵀ dy_i. A feedback point inside a branch changes that branch's term alone; a
 *   branch that ends in a point which ignores dy_i is given none.
 * Order: dx over the branches ascending, each sum rounded to float32. Aliasing: none; every part is copied.
 * Cost: that of the branches, one copy per element of y each way, n − 1 sums per element of dx. Memory: y, dy's parts,
 *   dx.
 * Throws: RangeError for no branch, and for outputs that differ in another axis.
 */
export function concatenation({ name, branches, kernels = blockedKernels }) {
    const where = `concatenation ${name}`;
    if (branches.length === 0)
        throw new RangeError(`${where}: branches must hold at least one layer, got none`);
    const partShapes = (inputShape) => {
        const shapes = branches.map((branch) => branch.outputShape(inputShape));
        const first = shapes[0];
        shapes.forEach((shape, i) => {
            const fits = shape.length > 1 && shape.length === first.length
                && shape.every((size, axis) => axis === 1 || size === first[axis]);
            if (!fits) {
                throw new RangeError(`${where}: outputs must agree in all axes but the second, got ${show(first)} of `
                    + `${branches[0].name} and ${show(shape)} of ${branches[i].name}`);
            }
        });
        return shapes;
    };
    const wholeShape = (parts) => [parts[0][0], parts.reduce((total, part) => total + part[1], 0), ...parts[0].slice(2)];
    const buffers = planned(where, kernels, (shape, space) => {
        const parts = partShapes(shape);
        const sizes = parts.map((part) => part.reduce((size, axis, at) => (at === 0 ? 1 : size * axis), 1));
        return {
            /** Elements of one sample of each part, and of the whole. */
            sizes,
            width: sizes.reduce((total, size) => total + size, 0),
            output: space.tensor(wholeShape(parts)),
            gradients: parts.map((part) => space.tensor(part)),
            inputGradient: space.tensor(shape),
        };
    });
    let input;
    return {
        kind: 'concatenation',
        name,
        parameters: [],
        children: branches,
        get usesOutputGradient() {
            return branches.some((branch) => branch.usesOutputGradient);
        },
        outputShape: (inputShape) => wholeShape(partShapes(inputShape)),
        forward(x) {
            const { output, sizes, width } = buffers(x);
            input = x;
            const batch = x.shape[0];
            let from = 0;
            for (let i = 0; i < branches.length; i++) {
                copyRows(output.data, from, width, branches[i].forward(x).data, 0, sizes[i], batch, sizes[i]);
                from += sizes[i];
            }
            return output;
        },
        backward(outputGradient, wantInput) {
            if (input === undefined)
                throw new Error(`${name}.backward: forward must come first`);
            const batch = input.shape[0];
            const { output, gradients, inputGradient, sizes, width } = buffers(input);
            let from = 0;
            for (let i = 0; i < branches.length; i++) {
                const branch = branches[i];
                let part;
                if (branch.usesOutputGradient) {
                    part = gradients[i];
                    const dy = required(name, outputGradient, output.shape);
                    copyRows(part.data, 0, sizes[i], dy.data, from, width, batch, sizes[i]);
                }
                from += sizes[i];
                const down = branch.backward(part, wantInput);
                if (!wantInput)
                    continue;
                const dx = inputGradient.data, term = required(branch.name, down, input.shape).data;
                if (i === 0)
                    kernels.elementwise.copyInto(dx, term);
                else
                    kernels.elementwise.addInto(dx, dx, term);
            }
            return wantInput ? inputGradient : undefined;
        },
    };
}
/** True for layers made by `concatenation`. */
export function isConcatenation(layer) {
    return layer.kind === 'concatenation';
}
/** `rows` runs of `length` elements, from one pitch to another. A loop: views would be allocated at every step. */
function copyRows(out, to, outPitch, x, from, pitch, rows, length) {
    for (let row = 0; row < rows; row++) {
        const start = to + row * outPitch | 0, source = from + row * pitch | 0;
        for (let i = 0; i < length; i++)
            out[start + i | 0] = x[source + i | 0];
    }
}
